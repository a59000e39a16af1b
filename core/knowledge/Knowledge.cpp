// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"

#include <QDir>
#include <QFile>

#include <algorithm>

// Outside the namespace: the macro declares a global function. A static library's resource is registered by calling it.
static void registerDocuments()
{
    Q_INIT_RESOURCE(relaywright_knowledge_documents);
}

namespace relaywright {

namespace {

std::map<QString, QByteArray> compiledInDocuments()
{
    registerDocuments();
    std::map<QString, QByteArray> documents;
    const QDir folder(QStringLiteral(":/knowledge"));
    const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            documents[name] = file.readAll();
    }
    return documents;
}

Knowledge loadBuiltIn()
{
    auto knowledge = Knowledge::parse(compiledInDocuments());
    if (knowledge)
        return std::move(*knowledge);
    qCritical("The knowledge compiled into this program cannot be read: %s", qUtf8Printable(knowledge.error().detail));
    return {};
}

/// " hp laserjet m428 ": lower-case letters and digits, everything else one space, so that whole words can be found.
QString spacedWords(const QString &text)
{
    QString words(u' ');
    for (const QChar c : text) {
        if (c.isLetterOrNumber())
            words += c.toLower();
        else if (!words.endsWith(u' '))
            words += u' ';
    }
    return words.endsWith(u' ') ? words : words + u' ';
}

} // namespace

QString toString(Confidence confidence)
{
    switch (confidence) {
    case Confidence::Documented: return QStringLiteral("documented");
    case Confidence::ThirdParty: return QStringLiteral("third-party");
    case Confidence::Conflicting: return QStringLiteral("conflicting");
    case Confidence::GeneralKnowledge: return QStringLiteral("general-knowledge");
    case Confidence::Inferred: return QStringLiteral("inferred");
    case Confidence::Unverified: return QStringLiteral("unverified");
    }
    Q_UNREACHABLE();
}

const Knowledge &Knowledge::builtIn()
{
    static const Knowledge knowledge = loadBuiltIn();
    return knowledge;
}

const Fact *Knowledge::find(const QString &id) const
{
    const auto it = m_facts.find(id);
    return it == m_facts.end() ? nullptr : &it->second;
}

const Fact &Knowledge::fact(const QString &id) const
{
    static const Fact none;
    const Fact *found = find(id);
    Q_ASSERT_X(found, "Knowledge::fact", qPrintable(id));
    return found ? *found : none;
}

qint64 Knowledge::number(const QString &id) const
{
    return fact(id).value.toInteger();
}

QString Knowledge::text(const QString &id) const
{
    return fact(id).value.toString();
}

QDate Knowledge::date(const QString &id) const
{
    return QDate::fromString(text(id), Qt::ISODate);
}

const VendorWords &Knowledge::vendorWords(const QString &text) const
{
    static const VendorWords none;
    const QString named = spacedWords(text);
    const VendorWords *best = nullptr;
    qsizetype longest = 0;
    for (const VendorWords &vendor : m_vendors) {
        if (!best && vendor.id == QLatin1String("generic"))
            best = &vendor;
        for (const QString &alias : vendor.aliases) {
            if (alias.size() > longest && named.contains(spacedWords(alias))) {
                longest = alias.size();
                best = &vendor;
            }
        }
    }
    Q_ASSERT_X(best, "Knowledge::vendorWords", "no generic entry");
    return best ? *best : none;
}

QDate Knowledge::asOf() const
{
    QDate newest;
    for (const auto &[id, fact] : m_facts) {
        if (!newest.isValid() || fact.asOf > newest)
            newest = fact.asOf;
    }
    return newest;
}

} // namespace relaywright
