// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/DocumentReading.h"

namespace relaywright {

namespace {

/// A member object of texts that holds every one of `words` and nothing else.
std::map<QString, QString> readTexts(JsonReader &reader, QStringView key, std::initializer_list<const char *> words)
{
    std::map<QString, QString> texts;
    reader.object(key, [&](JsonReader &object) {
        for (const char *word : words)
            texts[QLatin1String(word)] = readFilled(object, QString::fromLatin1(word));
    });
    if (texts.empty())
        reader.fail(key, QStringLiteral("is missing."));
    return texts;
}

/// Words to recognise a maker by: lower case, because they are compared so.
QStringList readAliases(JsonReader &reader)
{
    const QStringList aliases = reader.strings(u"aliases");
    for (const QString &alias : aliases) {
        if (alias.isEmpty() || alias != alias.toLower().simplified())
            reader.fail(u"aliases",
                        QStringLiteral("\"%1\" must be lower-case words with single spaces between.").arg(alias));
    }
    return aliases;
}

} // namespace

VendorWords readVendor(JsonReader &reader, const Document &document)
{
    VendorWords vendor;
    vendor.id = readId(reader);
    vendor.name = readFilled(reader, u"name");
    vendor.aliases = readAliases(reader);
    vendor.menu = readFilled(reader, u"menu");
    vendor.labels =
        readTexts(reader, u"labels", {"server", "port", "encryption", "signIn", "user", "password", "from"});
    vendor.encryption = readTexts(reader, u"encryption", {"none", "opportunistic", "starttls", "implicit"});
    vendor.signIn = readTexts(reader, u"signIn", {"none", "basic", "oauth"});
    vendor.test = readFilled(reader, u"test");
    vendor.traps = readSentences(reader, u"traps");
    vendor.source = readSource(reader, document);
    vendor.asOf = readDate(reader, u"asOf");
    vendor.confidence = readConfidence(reader);
    return vendor;
}

} // namespace relaywright
