// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/TransportPolicy.h"

#include "core/base/Domain.h"
#include "core/base/Text.h"
#include "core/mailauth/ReportUri.h"
#include "core/mailauth/TagList.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kMaxFileOctets = 64 * 1024; // RFC 8461 §3.3 lets a sender set such a bound
constexpr qint64 kMaxAgeSeconds = 31'557'600;   // §3.2: about a year
constexpr qsizetype kMaxIdChars = 32;
using Mode = MtaStsPolicy::Mode;
constexpr std::array<std::pair<QLatin1String, Mode>, 3> kModes{{
    {QLatin1String("enforce"), Mode::Enforce},
    {QLatin1String("testing"), Mode::Testing},
    {QLatin1String("none"), Mode::None},
}};

bool isLetterOrDigit(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

/// What the two TXT records have in common: a version, no faults, names and values without white space between them.
std::optional<RecordFault> recordFault(const TagList &list, const QString &text, QLatin1String version,
                                       const QString &kind)
{
    if (const RecordFault fault = versionFault(list, text, version, kind); !fault.sentence.isEmpty())
        return fault;
    if (!list.faults.empty())
        return list.faults.front();
    if (list.tags.front().offset > 0)
        return RecordFault{QStringLiteral("%1 begins with \"v=\"; take the white space before it away.").arg(kind), 0,
                           list.tags.front().offset};
    for (const Tag &tag : list.tags) {
        if (tag.valueAt != tag.offset + tag.name.size() + 1)
            return RecordFault{
                QStringLiteral("No white space may stand around the equals sign of \"%1\".").arg(tag.name), tag.offset,
                tag.length()};
    }
    return std::nullopt;
}

/// Reads `key: value` lines; the first fault ends it.
class PolicyParser {
public:
    explicit PolicyParser(QByteArrayView file) : m_file(file) {}

    tl::expected<MtaStsPolicy, RecordFault> parse()
    {
        if (m_file.size() > kMaxFileOctets)
            fail(QStringLiteral("The policy is longer than 64 KiB; senders take none as long."), 0, 0);
        // The grammar has no empty lines; at the end many editors leave one, and no sender minds.
        while (!m_file.isEmpty() && QByteArrayView(" \t\r\n").contains(m_file.back()))
            m_file.chop(1);
        for (qsizetype begin = 0; begin < m_file.size() && !m_fault;) {
            const qsizetype feed = m_file.indexOf('\n', begin);
            const qsizetype end = feed < 0 ? m_file.size() : feed;
            const bool crlf = feed > begin && m_file[feed - 1] == '\r';
            readLine(begin, m_file.sliced(begin, end - begin - (crlf ? 1 : 0)));
            begin = end + 1;
        }
        checkWhole();
        if (m_fault)
            return tl::unexpected(*m_fault);
        return m_policy;
    }

private:
    void fail(const QString &sentence, qsizetype offset, qsizetype length)
    {
        if (!m_fault)
            m_fault = RecordFault{sentence, offset, length};
    }

    void readLine(qsizetype offset, QByteArrayView octets)
    {
        const QString line = QString::fromLatin1(octets);
        const qsizetype colon = line.indexOf(u':');
        const QString key = line.left(std::max<qsizetype>(colon, 0));
        if (line.trimmed().isEmpty())
            return fail(QStringLiteral("An empty line; take it away."), offset, octets.size());
        if (key.isEmpty() || !std::ranges::all_of(key, [](QChar c) {
                return isLetterOrDigit(c) || c == u'_' || c == u'-' || c == u'.';
            }))
            return fail(QStringLiteral("\"%1\" is no line of a policy, such as \"mode: enforce\".").arg(quotable(line)),
                        offset, octets.size());
        const auto bad = std::ranges::find_if(line, [](QChar c) { return c != u'\t' && (c < u' ' || c > u'~'); });
        if (bad != line.end() && isKnown(key))
            return fail(QStringLiteral("A character that is not printable ASCII; write domains as A-labels."),
                        offset + (bad - line.begin()), 1);
        const QString value = line.mid(colon + 1).trimmed();
        const qsizetype valueAt = offset + (value.isEmpty() ? colon + 1 : line.indexOf(value, colon + 1));
        take(key, value, offset, valueAt);
    }

    static bool isKnown(const QString &key)
    {
        static const QStringList known{QStringLiteral("version"), QStringLiteral("mode"), QStringLiteral("max_age"),
                                       QStringLiteral("mx")};
        return known.contains(key);
    }

    /// §3.2: of a repeated key the first counts, but for mx; unknown keys mean nothing.
    void take(const QString &key, const QString &value, qsizetype lineAt, qsizetype valueAt)
    {
        if (key == QLatin1String("version") && !std::exchange(m_hasVersion, true))
            takeVersion(value, lineAt, valueAt);
        else if (key == QLatin1String("mode") && !std::exchange(m_hasMode, true))
            takeMode(value, lineAt, valueAt);
        else if (key == QLatin1String("max_age") && !std::exchange(m_hasAge, true))
            takeAge(value, lineAt, valueAt);
        else if (key == QLatin1String("mx"))
            takeExchange(value, lineAt, valueAt);
    }

    void takeVersion(const QString &value, qsizetype lineAt, qsizetype valueAt)
    {
        if (value != QLatin1String("STSv1"))
            fail(QStringLiteral("The version must be STSv1, written so; here stands \"%1\".").arg(quotable(value)),
                 lineAt, valueAt + value.size() - lineAt);
    }

    void takeMode(const QString &value, qsizetype lineAt, qsizetype valueAt)
    {
        const auto known = std::ranges::find(kModes, value, &std::pair<QLatin1String, Mode>::first);
        if (known == kModes.end())
            return fail(QStringLiteral("\"%1\" is no mode; write enforce, testing or none, in lower case.")
                            .arg(quotable(value)),
                        lineAt, valueAt + value.size() - lineAt);
        m_policy.mode = known->second;
    }

    void takeAge(const QString &value, qsizetype lineAt, qsizetype valueAt)
    {
        const bool number = !value.isEmpty() && value.size() <= 10
                            && std::ranges::all_of(value, [](QChar c) { return c >= u'0' && c <= u'9'; });
        if (!number || value.toLongLong() > kMaxAgeSeconds)
            return fail(QStringLiteral("\"%1\" is no age; max_age is a number of seconds up to %2, about a year.")
                            .arg(quotable(value), QString::number(kMaxAgeSeconds)),
                        lineAt, valueAt + value.size() - lineAt);
        m_policy.maxAge = std::chrono::seconds(value.toLongLong());
    }

    void takeExchange(const QString &value, qsizetype lineAt, qsizetype valueAt)
    {
        const bool wildcard = value.startsWith(QLatin1String("*."));
        const auto name = parseDnsName(wildcard ? value.mid(2) : value);
        if (!name || !name->contains(u'.') || value.endsWith(u'.'))
            return fail(QStringLiteral("\"%1\" is no name of a mail exchange, such as mail.example.com or "
                                       "*.example.com, without a dot at the end.")
                            .arg(quotable(value)),
                        lineAt, valueAt + value.size() - lineAt);
        m_policy.exchanges += wildcard ? QLatin1String("*.") + *name : *name;
    }

    void checkWhole()
    {
        if (!m_hasVersion)
            fail(QStringLiteral("There is no \"version: STSv1\"."), 0, 0);
        if (!m_hasMode)
            fail(QStringLiteral("There is no \"mode:\"; write enforce, testing or none behind it."), 0, 0);
        if (!m_hasAge)
            fail(QStringLiteral("There is no \"max_age:\" with the seconds for which senders keep the policy."), 0, 0);
        if (m_policy.mode != Mode::None && m_policy.exchanges.isEmpty())
            fail(QStringLiteral("There is no \"mx:\"; each mail exchange of the domain needs such a line."), 0, 0);
    }

    QByteArrayView m_file;
    MtaStsPolicy m_policy;
    bool m_hasVersion = false;
    bool m_hasMode = false;
    bool m_hasAge = false;
    std::optional<RecordFault> m_fault;
};

} // namespace

bool isMtaStsRecord(QByteArrayView text)
{
    return hasVersion(text, "STSv1");
}

tl::expected<QString, RecordFault> parseMtaStsRecord(const QString &text)
{
    const TagList list = parseTagList(text, TagNames::Extension);
    if (const auto fault = recordFault(list, text, QLatin1String("STSv1"), QStringLiteral("An MTA-STS record")))
        return tl::unexpected(*fault);
    const Tag *const id = list.find(QLatin1String("id"));
    if (!id)
        return tl::unexpected(
            RecordFault{QStringLiteral("There is no \"id=\"; senders fetch the policy anew when it changes."), 0, 0});
    if (id->value.isEmpty() || id->value.size() > kMaxIdChars || !std::ranges::all_of(id->value, isLetterOrDigit))
        return tl::unexpected(
            RecordFault{QStringLiteral("The id takes 1 to 32 letters and digits, such as 20160831085700Z."), id->offset,
                        id->length()});
    return id->value;
}

QString toString(MtaStsPolicy::Mode mode)
{
    return std::ranges::find(kModes, mode, &std::pair<QLatin1String, Mode>::second)->first;
}

tl::expected<MtaStsPolicy, RecordFault> parseMtaStsPolicy(QByteArrayView file)
{
    return PolicyParser(file).parse();
}

bool covers(const MtaStsPolicy &policy, const QString &exchange)
{
    const auto name = parseDnsName(exchange);
    if (!name)
        return false;
    const QString parent = name->mid(name->indexOf(u'.') + 1);
    return std::ranges::any_of(policy.exchanges, [&](const QString &pattern) {
        return pattern.startsWith(QLatin1String("*.")) ? name->contains(u'.') && pattern.mid(2) == parent
                                                       : pattern == *name;
    });
}

bool isTlsReportRecord(QByteArrayView text)
{
    return hasVersion(text, "TLSRPTv1");
}

tl::expected<QStringList, RecordFault> parseTlsReportRecord(const QString &text)
{
    const TagList list = parseTagList(text, TagNames::Extension);
    if (const auto fault = recordFault(list, text, QLatin1String("TLSRPTv1"), QStringLiteral("A TLS-RPT record")))
        return tl::unexpected(*fault);
    const Tag *const reports = list.find(QLatin1String("rua"));
    if (!reports)
        return tl::unexpected(
            RecordFault{QStringLiteral("There is no \"rua=\" with the address that reports go to."), 0, 0});
    QStringList uris;
    qsizetype at = reports->valueAt;
    for (const QString &item : reports->value.split(u',')) {
        const QString uri = item.trimmed();
        const QString scheme = uriScheme(uri);
        if (scheme != QLatin1String("https") && !mailtoMailbox(uri))
            return tl::unexpected(
                RecordFault{QStringLiteral("\"%1\" is no report address, such as mailto:reports@example.com or "
                                           "https://reports.example.com/tls.")
                                .arg(quotable(uri)),
                            at + (uri.isEmpty() ? 0 : item.indexOf(uri)), uri.size()});
        uris += uri;
        at += item.size() + 1;
    }
    return uris;
}

} // namespace relaywright
