// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"

#include "core/mailauth/Dmarc.h"

#include <algorithm>

namespace relaywright {

namespace {

/// A domain of its own, not one below another that has records here: its policy reaches its sub-domains too.
bool isTop(const Domain &domain, const RenderContext &context)
{
    return std::ranges::none_of(context.site.organisation.acceptedDomains, [&](const Domain &accepted) {
        return !(accepted == domain) && domain.isSameOrBelow(accepted);
    });
}

/// The stages of one domain: which record stands when.
class Stages {
public:
    Stages(QString domain, bool top, QString reports)
        : m_name(QLatin1String("_dmarc.") + domain), m_top(top), m_reports(std::move(reports))
    {
    }

    void add(const QString &policy, const QString &subdomains, const QString &percent, const QString &remark)
    {
        QStringList tags{QStringLiteral("v=DMARC1"), QLatin1String("p=") + policy};
        if (m_top && !subdomains.isEmpty())
            tags += QLatin1String("sp=") + subdomains;
        if (!percent.isEmpty())
            tags += QLatin1String("pct=") + percent;
        if (!m_reports.isEmpty())
            tags += QLatin1String("rua=") + m_reports;
        m_records.push_back({.name = m_name,
                             .type = QStringLiteral("TXT"),
                             .value = tags.join(QLatin1String("; ")),
                             .remark = QStringLiteral("Stage %1: %2").arg(m_records.size() + 1).arg(remark),
                             .when = m_records.empty() ? DnsRecord::When::Now : DnsRecord::When::Later});
    }
    [[nodiscard]] std::vector<DnsRecord> take() { return std::move(m_records); }

private:
    QString m_name;
    bool m_top;
    QString m_reports;
    std::vector<DnsRecord> m_records;
};

std::vector<DnsRecord> stagesOf(const Domain &domain, const std::optional<EmailAddress> &mailbox,
                                const RenderContext &context)
{
    Stages stages(domain.toAscii(), isTop(domain, context), mailbox ? mailtoUri(*mailbox) : QString());
    stages.add(QStringLiteral("none"), {}, {}, QStringLiteral("nothing happens to any mail; receivers send reports."));
    for (const QString &percent : context.knowledge.texts(QStringLiteral("dmarc.quarantine.percentages"))) {
        const bool all = percent == QLatin1String("100");
        stages.add(QStringLiteral("quarantine"), QStringLiteral("none"), all ? QString() : percent,
                   all ? QStringLiteral("all mail that fails goes to junk.")
                       : QStringLiteral("%1 of 100 messages that fail go to junk.").arg(percent));
    }
    stages.add(QStringLiteral("reject"), QStringLiteral("reject"), {},
               QStringLiteral("mail that fails is refused; of sub-domains without a record of their own too."));
    return stages.take();
}

/// Leave for reports to a mailbox in another organisation's domain; nothing where none is needed.
std::optional<DnsRecord> reportLeave(const Domain &domain, const EmailAddress &mailbox)
{
    const QString name = reportLeaveName(domain.toAscii(), mailbox.domain().toAscii());
    if (name.isEmpty())
        return std::nullopt;
    return DnsRecord{.name = name,
                     .type = QStringLiteral("TXT"),
                     .value = QStringLiteral("v=DMARC1"),
                     .remark = QStringLiteral("In the zone of %1: allows reports about %2 to be sent there.")
                                   .arg(mailbox.domain().toAscii(), domain.toAscii())};
}

QString mailboxNote(const std::optional<EmailAddress> &mailbox)
{
    if (!mailbox)
        return QStringLiteral("No mailbox for the reports is known: add rua=mailto:ADDRESS, because without reports "
                              "nobody sees what a stricter policy would break.");
    return QStringLiteral(
               "The reports go to %1: one XML file a day from each large receiver. See that the mailbox exists "
               "and that somebody reads it, or write another address into every stage.")
        .arg(mailbox->toString());
}

RecordSet recordsOf(const SenderDomain &used, const RenderContext &context)
{
    const QString name = used.domain.toAscii();
    const auto mailbox = reportMailbox(context);
    RecordSet set{
        .kind = QStringLiteral("dmarc-record"),
        .fileStem = QLatin1String("dmarc-") + name,
        .zone = zoneOf(used.domain, context),
        .title = QStringLiteral("DMARC record of %1, in stages").arg(name),
        .purpose =
            QStringLiteral("It tells receivers what to do with mail that claims to be of %1 and passes neither SPF "
                           "nor DKIM for it. It concerns everybody who sends as the domain; the first stage only "
                           "watches.")
                .arg(name),
        .notes = {QStringLiteral(
                      "Look first (relaywright-cli dns %1): when the domain has a stricter record already, keep "
                      "its p and take over only what it lacks.")
                      .arg(name),
                  mailboxNote(mailbox), context.knowledge.fact(QStringLiteral("dmarc.watch.weeks")).statement},
        .apply =
            QStringLiteral("publish the record of stage 1. Take the next stage when the reports show no mail of yours "
                           "that fails: replace the record by the next line, without its semicolon. One record only "
                           "stands at a time."),
        .verify = QStringLiteral("relaywright-cli dns %1; the first reports come within two days.").arg(name),
        .rollBack = QStringLiteral("put the record of the stage before back; its effect returns within the TTL."),
        .records = stagesOf(used.domain, mailbox, context),
        .senders = idsOf(used.senders)};
    if (mailbox) {
        if (const auto leave = reportLeave(used.domain, *mailbox))
            set.records.push_back(*leave);
    }
    return set;
}

} // namespace

std::vector<RecordSet> dmarcRecords(const RenderContext &context)
{
    std::vector<RecordSet> sets;
    for (const SenderDomain &used : senderDomains(context))
        sets.push_back(recordsOf(used, context));
    return sets;
}

} // namespace relaywright
