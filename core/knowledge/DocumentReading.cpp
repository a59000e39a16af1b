// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/DocumentReading.h"

#include <QRegularExpression>

namespace relaywright {

Confidence readConfidence(JsonReader &reader)
{
    if (!reader.has(u"confidence"))
        reader.fail(u"confidence", QStringLiteral("is missing."));
    return reader.word<Confidence>(u"confidence", Confidence::Unverified,
                                   {{"documented", Confidence::Documented},
                                    {"third-party", Confidence::ThirdParty},
                                    {"conflicting", Confidence::Conflicting},
                                    {"general-knowledge", Confidence::GeneralKnowledge},
                                    {"inferred", Confidence::Inferred},
                                    {"unverified", Confidence::Unverified}});
}

QString readFilled(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key);
    if (text.trimmed().isEmpty())
        reader.fail(key, QStringLiteral("must not be empty."));
    return text;
}

QString readId(JsonReader &reader)
{
    static const QRegularExpression form(QStringLiteral("\\A[a-z0-9]+([.:-][a-z0-9]+)*\\z"));
    const QString id = reader.string(u"id");
    if (!form.match(id).hasMatch())
        reader.fail(u"id", QStringLiteral("must be lower-case words joined by dots and hyphens."));
    return id;
}

Source readSource(JsonReader &reader, const Document &document)
{
    const QString key = reader.string(u"source");
    const auto it = document.sources.find(key);
    if (it == document.sources.end()) {
        reader.fail(u"source", QStringLiteral("\"%1\" is not among the sources of this document.").arg(key));
        return {};
    }
    return it->second;
}

QDate readDate(JsonReader &reader, QStringView key)
{
    const QDate date = QDate::fromString(reader.string(key), Qt::ISODate);
    if (!date.isValid())
        reader.fail(key, QStringLiteral("must be a date such as 2026-11-22."));
    return date;
}

QStringList readSentences(JsonReader &reader, QStringView key)
{
    const QStringList sentences = reader.strings(key);
    if (sentences.isEmpty())
        reader.fail(key, QStringLiteral("must hold at least one sentence."));
    for (const QString &sentence : sentences) {
        if (!sentence.endsWith(u'.') && !sentence.endsWith(u'?'))
            reader.fail(key, QStringLiteral("\"%1\" must be a whole sentence.").arg(sentence));
    }
    return sentences;
}

} // namespace relaywright
