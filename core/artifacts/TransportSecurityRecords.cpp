// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"

#include <algorithm>

namespace relaywright {

namespace {

/// The domain whose incoming mail is protected: the one whose MX host the site names. Nothing when no sender uses it.
std::optional<SenderDomain> protectedDomain(const RenderContext &context)
{
    const std::vector<SenderDomain> domains = senderDomains(context);
    const auto primary = context.primaryDomain();
    const auto found = primary ? std::ranges::find(domains, *primary, &SenderDomain::domain) : domains.end();
    return found == domains.end() ? std::nullopt : std::optional(*found);
}

QString policyHost(const QString &domain)
{
    return QLatin1String("mta-sts.") + domain;
}

RecordSet tlsReports(const SenderDomain &used, const EmailAddress &mailbox, const RenderContext &context)
{
    const QString name = used.domain.toAscii();
    return {.kind = QStringLiteral("tls-rpt-record"),
            .fileStem = QLatin1String("tls-rpt-") + name,
            .zone = zoneOf(used.domain, context),
            .title = QStringLiteral("TLS report record of %1").arg(name),
            .purpose =
                QStringLiteral("It asks other mail servers to report when they could not send to %1 over TLS. It "
                               "changes no delivery and concerns nobody else.")
                    .arg(name),
            .notes = {QStringLiteral(
                          "The reports go to %1, one a day from each large sender; see that somebody reads them.")
                          .arg(mailbox.toString())},
            .apply = QStringLiteral("publish the record."),
            .verify = QStringLiteral("relaywright-cli dns %1; the first reports come within two days.").arg(name),
            .rollBack = QStringLiteral("take the record away."),
            .records = {{.name = QLatin1String("_smtp._tls.") + name,
                         .type = QStringLiteral("TXT"),
                         .value = QLatin1String("v=TLSRPTv1; rua=") + mailtoUri(mailbox),
                         .remark = QStringLiteral("Where reports about TLS go.")}},
            .senders = idsOf(used.senders)};
}

RecordSet policyRecords(const SenderDomain &used, const RenderContext &context)
{
    const QString name = used.domain.toAscii();
    const QString id = context.plan.asOf.toString(QStringLiteral("yyyyMMdd")) + QLatin1String("T000000");
    return {.kind = QStringLiteral("mta-sts-record"),
            .fileStem = QLatin1String("mta-sts-") + name,
            .zone = zoneOf(used.domain, context),
            .title = QStringLiteral("MTA-STS records of %1").arg(name),
            .purpose = QStringLiteral(
                           "They tell other mail servers that mail to %1 is to be sent over TLS to its published MX "
                           "host only. It concerns all mail that comes in; while the mode is testing nothing is "
                           "refused.")
                           .arg(name),
            .notes = {context.knowledge.fact(QStringLiteral("mta-sts.mode.first")).statement,
                      context.knowledge.fact(QStringLiteral("mta-sts.before-mx-move")).statement,
                      QStringLiteral("The policy itself is the file mta-sts.txt of this set.")},
            .apply = QStringLiteral(
                         "let a web server serve the policy at https://%1/.well-known/mta-sts.txt with a certificate "
                         "of a public authority and without a redirection, then publish both records. After weeks "
                         "of TLS reports without a failure write \"mode: enforce\" into the policy and raise the id.")
                         .arg(policyHost(name)),
            .verify = QStringLiteral("open https://%1/.well-known/mta-sts.txt in a browser; relaywright-cli dns %2.")
                          .arg(policyHost(name), name),
            .rollBack =
                QStringLiteral("write \"mode: none\" into the policy, raise the id, and take the records away after a "
                               "week: senders remember the policy that long."),
            .records = {{.name = QLatin1String("_mta-sts.") + name,
                         .type = QStringLiteral("TXT"),
                         .value = QStringLiteral("v=STSv1; id=%1;").arg(id),
                         .remark = QStringLiteral("Says that there is a policy; a new id says that it has changed.")},
                        {.name = policyHost(name),
                         .type = QStringLiteral("CNAME"),
                         .value = QStringLiteral("the name of the web server that serves the policy"),
                         .remark = QStringLiteral("Where the policy is fetched; an address record does as well."),
                         .when = DnsRecord::When::AfterReading}},
            .senders = idsOf(used.senders)};
}

/// RFC 8461 §3.2 takes LF and CRLF as ends of line, and knows no comments.
QString policyText(const Host &mxHost, const Knowledge &knowledge)
{
    const QStringList lines{QStringLiteral("version: STSv1"),
                            QLatin1String("mode: ") + knowledge.text(QStringLiteral("mta-sts.mode.first")),
                            QLatin1String("mx: ") + mxHost.toString(),
                            QStringLiteral("max_age: %1").arg(knowledge.number(QStringLiteral("mta-sts.max-age")))};
    return lines.join(u'\n') + u'\n';
}

/// An MX record names a host, never an address (RFC 5321 §5.1); what was typed in as an address is no MX host.
bool knowsMxHost(const RenderContext &context)
{
    const auto &host = context.site.organisation.mxHost;
    return host && !host->address();
}

} // namespace

std::vector<RecordSet> transportSecurityRecords(const RenderContext &context)
{
    const auto used = protectedDomain(context);
    const auto mailbox = reportMailbox(context);
    if (!used || !mailbox)
        return {};
    std::vector<RecordSet> sets{tlsReports(*used, *mailbox, context)};
    if (knowsMxHost(context))
        sets.push_back(policyRecords(*used, context));
    return sets;
}

std::vector<Artifact> mtaStsPolicies(RenderContext &context)
{
    const auto used = protectedDomain(context);
    if (!used || !knowsMxHost(context) || !reportMailbox(context))
        return {};
    const QString name = used->domain.toAscii();
    return {{.kind = QStringLiteral("mta-sts-policy"),
             .fileName = context.fileName(QStringLiteral("mta-sts"), QStringLiteral(".txt")),
             .title = QStringLiteral("MTA-STS policy of %1").arg(name),
             .purpose =
                 QStringLiteral("It is the file to serve at https://%1/.well-known/mta-sts.txt; it names the only MX "
                                "host that may take mail of %2. List further MX hosts if the domain has them. The "
                                "file mta-sts-%2.zone says how to apply, verify and roll back.")
                     .arg(policyHost(name), name),
             .mediaType = QStringLiteral("text/plain"),
             .text = policyText(*context.site.organisation.mxHost, context.knowledge),
             .senders = idsOf(used->senders)}};
}

} // namespace relaywright
