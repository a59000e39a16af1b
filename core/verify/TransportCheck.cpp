// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/TransportCheck.h"

#include "core/base/Text.h"
#include "core/verify/Checks.h"

#include <algorithm>

namespace relaywright {

namespace {

QStringList textsThat(const DnsAnswer &answer, bool (*isOne)(QByteArrayView))
{
    QStringList texts;
    for (const QByteArray &text : answer.texts) {
        if (isOne(text))
            texts += QString::fromLatin1(text);
    }
    return texts;
}

QString printableLines(const QByteArray &body)
{
    QStringList lines;
    for (const QByteArray &line : body.left(4000).split('\n'))
        lines += printable(line.endsWith('\r') ? line.chopped(1) : line);
    return lines.join(u'\n').trimmed();
}

QStringList hostsOf(const DnsAnswer &exchanges)
{
    QStringList hosts;
    for (const DnsMx &mx : exchanges.exchanges) {
        if (!mx.exchange.isEmpty() && !hosts.contains(mx.exchange))
            hosts += mx.exchange;
    }
    return hosts;
}

void judgePolicy(Finding &finding, const DnsAnswer &exchanges, const PolicyOutcome &fetched)
{
    const auto policy = parseMtaStsPolicy(fetched.body);
    if (!policy)
        return judge(finding, Verdict::Wrong,
                     mendWords(QStringLiteral("the policy file"), policy.error(), QStringLiteral("octet")));
    finding.seen += QStringLiteral("\nmode %1, mx %2, max_age %3 seconds")
                        .arg(toString(policy->mode), policy->exchanges.join(QLatin1String(", ")))
                        .arg(policy->maxAge.count());
    if (policy->mode == MtaStsPolicy::Mode::None)
        return judge(finding, Verdict::Attention,
                     QStringLiteral("The mode none switches MTA-STS off. Raise it to testing, and after some weeks "
                                    "without complaints in the TLS reports to enforce."));
    if (hostsOf(exchanges).isEmpty())
        return couldNotTell(finding, finding.seen + u'\n'
                                         + QStringLiteral("The MX hosts are not known, so they could not be "
                                                          "compared."));
    QStringList left;
    for (const QString &host : hostsOf(exchanges)) {
        if (!covers(*policy, host))
            left += host;
    }
    if (!left.isEmpty())
        return judge(
            finding, Verdict::Wrong,
            QStringLiteral("The policy does not name the MX host %1, so senders that keep to it cannot deliver "
                           "there. Add it to the file, then raise the id of the record.")
                .arg(left.join(QLatin1String(", "))));
    if (!fetched.contentType.startsWith(QLatin1String("text/plain"), Qt::CaseInsensitive))
        return judge(
            finding, Verdict::Attention,
            QStringLiteral("The file comes as \"%1\", and senders may pass it over. Let the web server send it as "
                           "text/plain.")
                .arg(fetched.contentType));
    if (policy->mode == MtaStsPolicy::Mode::Testing)
        return judge(
            finding, Verdict::Good,
            QStringLiteral("Raise the mode to enforce after some weeks without complaints in the TLS reports."));
    finding.verdict = Verdict::Good;
}

QString fetchWords(const PolicyOutcome &fetched)
{
    using Kind = PolicyOutcome::Kind;
    switch (fetched.kind) {
    case Kind::NoAddress: return QStringLiteral("The host of the policy has no address.");
    case Kind::Refused: return QStringLiteral("The connection to the policy's web server was refused.");
    case Kind::TimedOut: return QStringLiteral("The policy's web server did not answer in time.");
    case Kind::BadCertificate:
        return QStringLiteral("The certificate of the policy's web server is not valid: %1").arg(fetched.text);
    case Kind::HttpStatus:
        return QStringLiteral("The policy's web server answered %1 %2.")
            .arg(QString::number(fetched.status), fetched.text);
    case Kind::Redirected:
        return QStringLiteral("The policy's web server redirects to %1, which senders must not follow.")
            .arg(fetched.text);
    case Kind::TooLarge: return QStringLiteral("The policy file is over 64 KiB.");
    case Kind::Fetched:
    case Kind::Failed: break;
    }
    return QStringLiteral("The policy could not be fetched: %1").arg(fetched.text);
}

/// The answer is final, as a sender sees it; what may be this computer's network is not.
bool nobodyCanFetch(const PolicyOutcome &fetched)
{
    using Kind = PolicyOutcome::Kind;
    switch (fetched.kind) {
    case Kind::NoAddress:
    case Kind::BadCertificate:
    case Kind::Redirected:
    case Kind::TooLarge: return true;
    case Kind::HttpStatus: return fetched.status < 500;
    case Kind::Fetched:
    case Kind::Refused:
    case Kind::TimedOut:
    case Kind::Failed: return false;
    }
    Q_UNREACHABLE();
}

} // namespace

QString tlsaName(const QString &exchange)
{
    return QLatin1String("_25._tcp.") + exchange;
}

Finding judgeMtaSts(const QString &domain, const DnsAnswer &record, const DnsAnswer &exchanges,
                    const std::optional<PolicyOutcome> &fetched)
{
    Finding finding;
    finding.why = QStringLiteral("With MTA-STS other servers insist on TLS with a valid certificate when they send to "
                                 "the domain, so nobody on the way can read or divert mail.");
    finding.mends = QStringLiteral("mta-sts-record");
    finding.evidence = {evidenceOf(QLatin1String("_mta-sts.") + domain, DnsType::Txt, record),
                        evidenceOf(domain, DnsType::Mx, exchanges)};
    if (failed(record)) {
        couldNotTell(finding, record.detail);
        return finding;
    }
    const QStringList texts = textsThat(record, isMtaStsRecord);
    if (texts.isEmpty()) {
        finding.seen = QStringLiteral("There is no MTA-STS record.");
        judge(finding, Verdict::Attention,
              QStringLiteral("Publish the policy file and the record of the plan; begin with the mode testing."));
        return finding;
    }
    finding.seen = printable(texts.join(QLatin1String(" | ")).toLatin1(), 600);
    const auto id = parseMtaStsRecord(texts.front());
    if (texts.size() > 1 || !id) {
        judge(finding, Verdict::Wrong,
              texts.size() > 1
                  ? QStringLiteral("There are %1 records, so senders ignore them all. Keep one.").arg(texts.size())
                  : mendWords(QStringLiteral("the record"), id.error()));
        return finding;
    }
    if (!fetched) {
        couldNotTell(finding, finding.seen);
        return finding;
    }
    const bool isThere = fetched->kind == PolicyOutcome::Kind::Fetched;
    finding.mends = QStringLiteral("mta-sts-policy");
    finding.evidence.push_back({.question = QStringLiteral("https://mta-sts.%1/.well-known/mta-sts.txt").arg(domain),
                                .answer = isThere ? printableLines(fetched->body) : fetchWords(*fetched),
                                .server = fetched->address});
    if (!isThere) {
        finding.seen += u'\n' + fetchWords(*fetched);
        if (nobodyCanFetch(*fetched))
            judge(finding, Verdict::Wrong,
                  QStringLiteral("The record promises a policy that nobody can fetch. Put the file at "
                                 "https://mta-sts.%1/.well-known/mta-sts.txt, with a valid certificate for that name, "
                                 "or take the record away.")
                      .arg(domain));
        else
            judge(finding, Verdict::CouldNotTell,
                  QStringLiteral("See that https://mta-sts.%1/ can be reached from here, and run the check again.")
                      .arg(domain));
        return finding;
    }
    judgePolicy(finding, exchanges, *fetched);
    if (finding.verdict == Verdict::Good)
        finding.mends.clear();
    return finding;
}

Finding judgeTlsReports(const QString &domain, const DnsAnswer &answer)
{
    const QString name = QLatin1String("_smtp._tls.") + domain;
    Finding finding;
    finding.why =
        QStringLiteral("Servers that cannot deliver over TLS report it to the address in this record, so that "
                       "somebody notices.");
    finding.evidence = {evidenceOf(name, DnsType::Txt, answer)};
    if (failed(answer)) {
        couldNotTell(finding, answer.detail);
        return finding;
    }
    const QStringList texts = textsThat(answer, isTlsReportRecord);
    finding.seen = texts.isEmpty() ? QStringLiteral("There is no TLS-RPT record.")
                                   : printable(texts.join(QLatin1String(" | ")).toLatin1(), 600);
    if (texts.isEmpty()) {
        finding.mends = QStringLiteral("tls-rpt-record");
        finding.proposal = QStringLiteral("v=TLSRPTv1; rua=mailto:tls-reports@%1").arg(domain);
        judge(finding, Verdict::Attention,
              QStringLiteral("Publish a TXT record at %1 with a mailbox that exists.").arg(name));
        return finding;
    }
    const auto reports = parseTlsReportRecord(texts.front());
    if (texts.size() == 1 && reports) {
        finding.verdict = Verdict::Good;
        return finding;
    }
    finding.mends = QStringLiteral("tls-rpt-record");
    judge(finding, Verdict::Wrong,
          texts.size() > 1 ? QStringLiteral("There are %1 records, so no reports are sent. Keep one.").arg(texts.size())
                           : mendWords(QStringLiteral("the record"), reports.error()));
    return finding;
}

namespace {

bool isUsable(const DnsTlsa &tlsa)
{
    const bool whole = (tlsa.matching == 1 && tlsa.data.size() == 32) || (tlsa.matching == 2 && tlsa.data.size() == 64)
                       || (tlsa.matching == 0 && !tlsa.data.isEmpty());
    return (tlsa.usage == 2 || tlsa.usage == 3) && tlsa.selector <= 1 && whole;
}

struct DaneSeen {
    QStringList published, unsignedHosts, unusable;
    QString unanswered;
};

DaneSeen seenOf(const QStringList &hosts, const std::vector<DnsAnswer> &associations)
{
    DaneSeen seen;
    for (size_t i = 0; i < associations.size(); ++i) {
        const QString &host = hosts[static_cast<qsizetype>(i)];
        const DnsAnswer &answer = associations[i];
        if (failed(answer))
            seen.unanswered = answer.detail;
        if (answer.status != DnsAnswer::Status::Found)
            continue;
        seen.published += host;
        if (std::ranges::none_of(answer.associations, isUsable))
            seen.unusable += host;
        else if (!answer.authentic)
            seen.unsignedHosts += host;
    }
    return seen;
}

} // namespace

Finding judgeDane(const QString &domain, const DnsAnswer &exchanges, const std::vector<DnsAnswer> &associations)
{
    const QStringList hosts = hostsOf(exchanges);
    Finding finding;
    finding.why = QStringLiteral("With DANE the certificate of the MX host is fixed in the signed DNS. A TLSA record "
                                 "that is wrong makes careful senders deliver nothing.");
    finding.evidence = {evidenceOf(domain, DnsType::Mx, exchanges)};
    for (size_t i = 0; i < associations.size(); ++i)
        finding.evidence.push_back(
            evidenceOf(tlsaName(hosts[static_cast<qsizetype>(i)]), DnsType::Tlsa, associations[i]));
    const DaneSeen seen = seenOf(hosts, associations);
    if (failed(exchanges) || (seen.published.isEmpty() && !seen.unanswered.isEmpty())) {
        couldNotTell(finding, failed(exchanges) ? exchanges.detail : seen.unanswered);
        return finding;
    }
    finding.seen = seen.published.isEmpty()
                       ? QStringLiteral("No MX host has a TLSA record: DANE is not used, which is no fault.")
                       : QStringLiteral("%1 has TLSA records; whether they match its certificate is not checked here.")
                             .arg(seen.published.join(QLatin1String(", ")));
    if (!seen.unusable.isEmpty())
        judge(
            finding, Verdict::Wrong,
            QStringLiteral("None of the TLSA records of %1 can be used for mail: usage 2 or 3, with a whole digest, is "
                           "needed. Mend or remove them.")
                .arg(seen.unusable.join(QLatin1String(", "))));
    else if (!seen.unanswered.isEmpty())
        couldNotTell(finding, finding.seen + u' ' + seen.unanswered);
    else if (!seen.unsignedHosts.isEmpty())
        judge(finding, Verdict::CouldNotTell,
              QStringLiteral("The resolver did not say that it validated the records of %1 with DNSSEC. Ask a resolver "
                             "that validates (--nameserver), or sign the zone.")
                  .arg(seen.unsignedHosts.join(QLatin1String(", "))));
    else if (!seen.published.isEmpty() && !exchanges.authentic)
        judge(finding, Verdict::Attention,
              QStringLiteral("The MX record of %1 itself is not signed, so senders do not use DANE. Sign the zone with "
                             "DNSSEC.")
                  .arg(domain));
    else
        finding.verdict = Verdict::Good;
    return finding;
}

namespace {

void lookAtMtaSts(const QString &domain, const CheckRun &run, const Report &report)
{
    askAll(run, {{QLatin1String("_mta-sts.") + domain, DnsType::Txt}, {domain, DnsType::Mx}},
           [domain, run, report](const std::vector<DnsAnswer> &answers) {
               const DnsAnswer record = answers[0], exchanges = answers[1];
               const auto name = Domain::parse(domain);
               if (failed(record) || textsThat(record, isMtaStsRecord).isEmpty() || !name)
                   return report(judgeMtaSts(domain, record, exchanges, std::nullopt));
               auto *const fetch = new PolicyFetch(
                   *name, {.port = run.settings.policyPort, .authorities = run.settings.policyAuthorities}, run.dns,
                   [domain, record, exchanges, report](const PolicyOutcome &fetched) {
                       report(judgeMtaSts(domain, record, exchanges, fetched));
                   },
                   run.scope);
               fetch->start();
           });
}

void lookAtDane(const QString &domain, const CheckRun &run, const Report &report)
{
    run.dns.ask(domain, DnsType::Mx, run.scope, [domain, run, report](const DnsAnswer &exchanges) {
        std::vector<Question> questions;
        for (const QString &host : hostsOf(exchanges))
            questions.push_back({tlsaName(host), DnsType::Tlsa});
        askAll(run, questions, [domain, exchanges, report](const std::vector<DnsAnswer> &associations) {
            report(judgeDane(domain, exchanges, associations));
        });
    });
}

PlannedCheck checkOf(const QString &what, const QString &title, const QString &domain,
                     void (*look)(const QString &, const CheckRun &, const Report &))
{
    return {{{QStringLiteral("transport.%1.%2").arg(what, domain), Topic::Transport, title}},
            [domain, look](const CheckRun &run, const Report &report) { look(domain, run, report); }};
}

void lookAtTlsReports(const QString &domain, const CheckRun &run, const Report &report)
{
    run.dns.ask(QLatin1String("_smtp._tls.") + domain, DnsType::Txt, run.scope,
                [domain, report](const DnsAnswer &answer) { report(judgeTlsReports(domain, answer)); });
}

} // namespace

void addTransportChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const DomainExpectation &expected : targets.domains) {
        const QString &domain = expected.domain;
        checks.push_back(
            checkOf(QStringLiteral("mta-sts"), QStringLiteral("MTA-STS of %1").arg(domain), domain, &lookAtMtaSts));
        checks.push_back(checkOf(QStringLiteral("tls-rpt"), QStringLiteral("TLS reports of %1").arg(domain), domain,
                                 &lookAtTlsReports));
        checks.push_back(
            checkOf(QStringLiteral("dane"), QStringLiteral("DANE of %1").arg(domain), domain, &lookAtDane));
    }
}

} // namespace relaywright
