// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include "core/base/EmailAddress.h"
#include "core/base/Text.h"
#include "core/mailauth/DmarcReportAddress.h"
#include "core/mailauth/TagList.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace relaywright {

namespace {

constexpr size_t kMaxRemarks = 50;
constexpr size_t kMaxAddresses = 100; // of one list; receivers must serve two (§6.2)
constexpr qsizetype kMaxOtherTags = 50;
constexpr qint64 kMaxInterval = std::numeric_limits<quint32>::max();
constexpr QLatin1String kVersion("DMARC1");
constexpr std::array<QLatin1String, 3> kPolicies{QLatin1String("none"), QLatin1String("quarantine"),
                                                 QLatin1String("reject")};

/// A number of 1 to `maxDigits` digits; nothing when it is none.
std::optional<qint64> parseNumber(QStringView digits, qsizetype maxDigits)
{
    const bool plain = !digits.isEmpty() && digits.size() <= maxDigits
                       && std::ranges::all_of(digits, [](QChar c) { return c >= u'0' && c <= u'9'; });
    return plain ? std::optional<qint64>(digits.toLongLong()) : std::nullopt;
}

class Parser {
public:
    explicit Parser(const QString &text) : m_text(text), m_list(parseTagList(text)) {}

    tl::expected<DmarcRecord, RecordFault> parse()
    {
        if (const RecordFault fault = versionFault(m_list, m_text, kVersion, QStringLiteral("A DMARC record"));
            !fault.sentence.isEmpty())
            return tl::unexpected(fault);
        for (const RecordFault &fault : m_list.faults)
            remark(fault.sentence, fault.offset, fault.length);
        remarkOnForm();
        for (size_t i = 1; i < m_list.tags.size(); ++i) {
            if (isFirst(i))
                takeTag(m_list.tags[i]);
        }
        if (const auto fault = settlePolicy())
            return tl::unexpected(*fault);
        remarkOnReports();
        std::ranges::stable_sort(m_record.remarks, {}, &RecordFault::offset);
        return m_record;
    }

private:
    void remark(const QString &sentence, qsizetype offset, qsizetype length)
    {
        if (m_record.remarks.size() < kMaxRemarks)
            m_record.remarks.push_back({sentence, offset, length});
    }
    void remark(const QString &sentence, const Tag &tag) { remark(sentence, tag.offset, tag.length()); }

    /// Tags are told from each other in any case: the grammar of DMARC is, that of its tag lists is not (RFC 5234 §2.3,
    /// RFC 6376 §3.2).
    [[nodiscard]] bool isFirst(size_t index) const
    {
        return std::none_of(
            m_list.tags.begin(), m_list.tags.begin() + static_cast<std::ptrdiff_t>(index),
            [&](const Tag &tag) { return tag.name.compare(m_list.tags[index].name, Qt::CaseInsensitive) == 0; });
    }

    void remarkOnForm()
    {
        if (m_list.tags.front().offset > 0)
            remark(
                QStringLiteral("White space stands before \"v=\"; take it away, since some receivers then see no DMARC "
                               "record."),
                0, m_list.tags.front().offset);
        for (size_t i = 1; i < m_list.tags.size(); ++i) {
            const Tag &tag = m_list.tags[i];
            const QString name = tag.name.toLower();
            if (!isFirst(i))
                remark(QStringLiteral("\"%1=\" stands twice; the first counts. Take the other away.").arg(tag.name),
                       tag);
            else if (name != tag.name)
                remark(
                    QStringLiteral("Write \"%1=\" in lower case: some receivers do not know it otherwise.").arg(name),
                    tag.offset, tag.name.size());
            if (name == QLatin1String("p") && i != 1 && isFirst(i))
                remark(QStringLiteral("\"p=\" belongs right behind \"v=DMARC1\"; some receivers ignore the record "
                                      "otherwise."),
                       tag);
        }
    }

    void takeTag(const Tag &tag)
    {
        using Take = void (Parser::*)(const Tag &);
        static constexpr std::array<std::pair<QLatin1String, Take>, 13> kTags{{
            {QLatin1String("p"), &Parser::takePolicy},
            {QLatin1String("sp"), &Parser::takePolicy},
            {QLatin1String("np"), &Parser::takePolicy},
            {QLatin1String("adkim"), &Parser::takeAlignment},
            {QLatin1String("aspf"), &Parser::takeAlignment},
            {QLatin1String("pct"), &Parser::takePercent},
            {QLatin1String("rua"), &Parser::takeAddresses},
            {QLatin1String("ruf"), &Parser::takeAddresses},
            {QLatin1String("fo"), &Parser::takeFailureOptions},
            {QLatin1String("rf"), &Parser::takeFormat},
            {QLatin1String("ri"), &Parser::takeInterval},
            {QLatin1String("t"), &Parser::takeTesting},
            {QLatin1String("psd"), &Parser::takePublicSuffix},
        }};
        const QString name = tag.name.toLower();
        const auto known = std::ranges::find(kTags, name, &std::pair<QLatin1String, Take>::first);
        if (known != kTags.end()) {
            (this->*known->second)(tag);
            return;
        }
        if (m_record.otherTags.size() < kMaxOtherTags)
            m_record.otherTags += tag.name + u'=' + tag.value;
        remark(QStringLiteral("DMARC knows no \"%1\"; receivers pass over it. Mend the name, or take it away.")
                   .arg(quotable(tag.name)),
               tag);
    }

    void takePolicy(const Tag &tag)
    {
        const QString name = tag.name.toLower();
        const auto known = std::ranges::find(kPolicies, tag.value.toLower());
        if (known == kPolicies.end()) {
            const RecordFault fault{QStringLiteral("\"%1\" is no policy; \"%2=\" takes none, quarantine or reject.")
                                        .arg(quotable(tag.value), name),
                                    tag.offset, tag.length()};
            remark(fault.sentence, tag);
            m_policyFault = m_policyFault.value_or(fault);
            return;
        }
        remarkOnCase(tag);
        const auto policy = static_cast<DmarcPolicy>(known - kPolicies.begin());
        if (name == QLatin1String("p"))
            m_policy = policy;
        else
            (name == QLatin1String("sp") ? m_record.subdomains : m_record.nonExistent) = policy;
    }

    void takeAlignment(const Tag &tag)
    {
        const QString value = tag.value.toLower();
        if (value != QLatin1String("r") && value != QLatin1String("s"))
            return ignored(tag, QStringLiteral("r (relaxed) or s (strict)"), QStringLiteral("r"));
        remarkOnCase(tag);
        const bool dkim = tag.name.compare(QLatin1String("adkim"), Qt::CaseInsensitive) == 0;
        (dkim ? m_record.strictDkim : m_record.strictSpf) = value == QLatin1String("s");
    }

    void takePercent(const Tag &tag)
    {
        const auto percent = parseNumber(tag.value, 3);
        if (!percent || *percent > 100)
            return ignored(tag, QStringLiteral("a number from 0 to 100"), QStringLiteral("100"));
        m_record.percent = static_cast<int>(*percent);
    }

    void takeInterval(const Tag &tag)
    {
        const auto seconds = parseNumber(tag.value, 10);
        if (!seconds || *seconds > kMaxInterval)
            return ignored(tag, QStringLiteral("a number of seconds"), QStringLiteral("86400"));
        m_record.intervalSeconds = *seconds;
    }

    void takeTesting(const Tag &tag)
    {
        const QString value = tag.value.toLower();
        if (value != QLatin1String("y") && value != QLatin1String("n"))
            return ignored(tag, QStringLiteral("y or n"), QStringLiteral("n"));
        m_record.testing = value == QLatin1String("y");
    }

    void takePublicSuffix(const Tag &tag)
    {
        const QString value = tag.value.toLower();
        if (value != QLatin1String("y") && value != QLatin1String("n") && value != QLatin1String("u"))
            return ignored(tag, QStringLiteral("y, n or u"), QStringLiteral("u"));
        m_record.publicSuffix = value == QLatin1String("u") ? QString() : value;
    }

    void takeFormat(const Tag &tag)
    {
        if (tag.value.compare(QLatin1String("afrf"), Qt::CaseInsensitive) != 0)
            ignored(tag, QStringLiteral("afrf"), QStringLiteral("afrf"));
    }

    void takeFailureOptions(const Tag &tag)
    {
        for (const QString &option : splitValue(tag.value.toLower(), u':')) {
            const bool known = option.size() == 1 && QStringLiteral("01ds").contains(option);
            if (!known)
                return ignored(tag, QStringLiteral("0, 1, d and s, with colons between them"), QStringLiteral("0"));
            if (!m_record.failureOptions.contains(option))
                m_record.failureOptions += option;
        }
    }

    void takeAddresses(const Tag &tag)
    {
        const bool aggregate = tag.name.compare(QLatin1String("rua"), Qt::CaseInsensitive) == 0;
        auto &addresses = aggregate ? m_record.aggregate : m_record.failure;
        qsizetype at = tag.valueAt;
        for (const QString &item : tag.value.split(u',')) {
            const QString text = item.trimmed();
            const qsizetype offset = at + (text.isEmpty() ? 0 : item.indexOf(text.front()));
            at += item.size() + 1;
            if (addresses.size() == kMaxAddresses) {
                remark(QStringLiteral("More than 100 report addresses; what follows is passed over."), tag);
                return;
            }
            if (const auto address = readAddress(text, offset))
                addresses.push_back(*address);
        }
    }

    std::optional<DmarcReportAddress> readAddress(const QString &text, qsizetype offset)
    {
        const auto address = parseReportAddress(text);
        if (!address) {
            const bool lacksScheme = EmailAddress::parse(text).has_value();
            remark(lacksScheme ? QStringLiteral("\"%1\" needs \"mailto:\" before it; receivers send no reports there.")
                                     .arg(quotable(text))
                               : QStringLiteral("\"%1\" is no report address, such as mailto:reports@example.com; "
                                                "receivers send no reports there.")
                                     .arg(quotable(text)),
                   offset, text.size());
        } else if (address->address.isEmpty()) {
            remark(QStringLiteral("Receivers send reports by mail; \"%1\" is no mailto: address.").arg(quotable(text)),
                   offset, text.size());
        }
        return address;
    }

    void ignored(const Tag &tag, const QString &takes, const QString &instead)
    {
        remark(QStringLiteral("\"%1=\" takes %2; receivers pass over \"%3\" and act as with %4.")
                   .arg(tag.name.toLower(), takes, quotable(tag.value), instead),
               tag);
    }

    void remarkOnCase(const Tag &tag)
    {
        if (tag.value != tag.value.toLower())
            remark(QStringLiteral("Write \"%1\" in lower case, to be sure that every receiver knows it.")
                       .arg(tag.value.toLower()),
                   tag.valueAt, tag.value.size());
    }

    /// §6.6.3: what a missing or invalid `p`, or an invalid `sp`, leads to.
    std::optional<RecordFault> settlePolicy()
    {
        if (!m_policy && !m_policyFault)
            m_policyFault = RecordFault{QStringLiteral("There is no \"p=\"; write \"p=none\", \"p=quarantine\" or "
                                                       "\"p=reject\" right behind \"v=DMARC1\"."),
                                        0, 0};
        if (!m_policyFault) {
            m_record.policy = *m_policy;
            return std::nullopt;
        }
        if (m_record.aggregate.empty())
            return m_policyFault;
        m_record.policy = DmarcPolicy::None;
        m_record.subdomains.reset();
        m_record.nonExistent.reset();
        if (m_policyFault->length == 0)
            remark(m_policyFault->sentence, 0, 0);
        remark(QStringLiteral("Receivers take this record as \"p=none\" and only send reports."), m_policyFault->offset,
               m_policyFault->length);
        return std::nullopt;
    }

    void remarkOnReports()
    {
        if (m_record.aggregate.empty())
            remark(QStringLiteral("No reports are asked for: add \"rua=mailto:\" and a mailbox that somebody reads, "
                                  "otherwise nobody learns what fails."),
                   0, 0);
        const auto options = std::ranges::find_if(m_list.tags, [](const Tag &tag) {
            return tag.name.compare(QLatin1String("fo"), Qt::CaseInsensitive) == 0;
        });
        if (options != m_list.tags.end() && m_record.failure.empty())
            remark(QStringLiteral("\"fo=\" does nothing without \"ruf=\"."), *options);
    }

    const QString &m_text;
    TagList m_list;
    DmarcRecord m_record;
    std::optional<DmarcPolicy> m_policy;
    std::optional<RecordFault> m_policyFault;
};

} // namespace

QString toString(DmarcPolicy policy)
{
    return kPolicies[static_cast<size_t>(policy)];
}

bool isDmarcRecord(QByteArrayView text)
{
    return hasVersion(text, "DMARC1");
}

tl::expected<DmarcRecord, RecordFault> parseDmarc(const QString &text)
{
    return Parser(text).parse();
}

QString toText(const DmarcRecord &record)
{
    QStringList tags{QStringLiteral("v=DMARC1"), QLatin1String("p=") + toString(record.policy)};
    const auto add = [&](bool said, const char *name, const QString &value) {
        if (said)
            tags += QLatin1String(name) + u'=' + value;
    };
    add(record.subdomains.has_value(), "sp", toString(record.subdomains.value_or(DmarcPolicy::None)));
    add(record.nonExistent.has_value(), "np", toString(record.nonExistent.value_or(DmarcPolicy::None)));
    add(!record.aggregate.empty(), "rua", toText(record.aggregate));
    add(!record.failure.empty(), "ruf", toText(record.failure));
    add(record.strictDkim, "adkim", QStringLiteral("s"));
    add(record.strictSpf, "aspf", QStringLiteral("s"));
    add(record.intervalSeconds != 86400, "ri", QString::number(record.intervalSeconds));
    add(!record.failureOptions.isEmpty(), "fo", record.failureOptions.join(u':'));
    add(record.percent != 100, "pct", QString::number(record.percent));
    add(record.testing, "t", QStringLiteral("y"));
    add(!record.publicSuffix.isEmpty(), "psd", record.publicSuffix);
    return (tags + record.otherTags).join(QLatin1String("; "));
}

} // namespace relaywright
