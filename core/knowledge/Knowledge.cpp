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

/// Every `*.json` of a folder by its name. Error: NotFound for a file that cannot be read.
Result<std::map<QString, QByteArray>> documentsOf(const QDir &folder)
{
    std::map<QString, QByteArray> documents;
    const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorKind::NotFound,
                           QStringLiteral("%1 cannot be read: %2. Check its permissions.")
                               .arg(QDir::toNativeSeparators(file.fileName()), file.errorString()));
        documents[name] = file.readAll();
    }
    return documents;
}

template <class Entry>
void addOrReplace(std::vector<Entry> &entries, Entry entry)
{
    const auto it = std::ranges::find(entries, entry.id, &Entry::id);
    if (it == entries.end())
        entries.push_back(std::move(entry));
    else
        *it = std::move(entry);
}

Knowledge loadBuiltIn()
{
    registerDocuments();
    auto knowledge = documentsOf(QDir(QStringLiteral(":/knowledge"))).and_then(&Knowledge::parse);
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

Result<Knowledge> Knowledge::overridden(const std::map<QString, QByteArray> &documents)
{
    Knowledge knowledge = builtIn();
    for (const auto &[name, text] : documents) { // one by one, so that an error and a fact can name their file
        auto user = parse({{name, text}});
        if (!user)
            return user;
        for (auto &[id, fact] : user->m_facts) {
            const Fact *known = builtIn().find(id);
            if (known && known->value.type() != fact.value.type())
                return failure(ErrorKind::InvalidInput,
                               QStringLiteral("%1: the value of \"%2\" is of another kind than the built-in one (%3). "
                                              "Write it in the same form, or take the fact out of the file.")
                                   .arg(name, id, known->value.toVariant().toStringList().join(QStringLiteral(", "))));
            fact.file = name;
        }
        knowledge.take(std::move(*user));
    }
    return knowledge;
}

void Knowledge::take(Knowledge other)
{
    for (auto &[id, fact] : other.m_facts)
        m_facts[id] = std::move(fact);
    for (ErrorEntry &entry : other.m_errors)
        addOrReplace(m_errors, std::move(entry));
    for (VendorWords &vendor : other.m_vendors)
        addOrReplace(m_vendors, std::move(vendor));
}

Result<Knowledge> Knowledge::withFolder(const QString &folder)
{
    return documentsOf(QDir(folder)).and_then(&Knowledge::overridden);
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

QStringList Knowledge::texts(const QString &id) const
{
    QStringList texts;
    const QJsonArray values = fact(id).value.toArray();
    for (const auto &value : values)
        texts += value.toString();
    return texts;
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
