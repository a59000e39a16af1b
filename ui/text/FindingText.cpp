// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/FindingText.h"

#include "ui/text/SiteText.h"

#include <QCoreApplication>
#include <QLocale>

namespace relaywright {

namespace {

struct FindingText { Q_DECLARE_TR_FUNCTIONS(FindingText) };

const QString kDash = QStringLiteral("\u2013");

} // namespace

VerdictLook lookOf(const std::optional<Verdict> &verdict)
{
    if (verdict)
        return lookOf(*verdict);
    return {QStringLiteral("\u25CB"), FindingText::tr("Not looked at yet"), Tone::Neutral};
}

QString topicName(Topic topic)
{
    switch (topic) {
    case Topic::Mx:         return FindingText::tr("Mail exchange (MX)");
    case Topic::Spf:        return FindingText::tr("SPF: who may send");
    case Topic::Dkim:       return FindingText::tr("DKIM: signatures");
    case Topic::Dmarc:      return FindingText::tr("DMARC: the policy");
    case Topic::Prediction: return FindingText::tr("What receivers will decide for each sender");
    case Topic::Transport:  return FindingText::tr("Encryption on the way (MTA-STS, TLS-RPT, DANE)");
    case Topic::Addresses:  return FindingText::tr("Addresses and blocklists");
    case Topic::Reach:      return FindingText::tr("Reachable from this computer");
    }
    Q_UNREACHABLE();
}

QString ttlText(std::chrono::seconds ttl)
{
    using namespace std::chrono;
    if (ttl <= 0s)
        return kDash;
    if (ttl < 2min)
        return FindingText::tr("%1 s").arg(ttl.count());
    if (ttl < 2h)
        return FindingText::tr("%1 min").arg(duration_cast<minutes>(ttl).count());
    if (ttl < 48h)
        return FindingText::tr("%1 h").arg(duration_cast<hours>(ttl).count());
    return FindingText::tr("%1 d").arg(duration_cast<hours>(ttl).count() / 24);
}

QString dnssecText(const Evidence &evidence)
{
    if (!recordOf(evidence))
        return kDash;
    return evidence.authentic ? FindingText::tr("validated") : FindingText::tr("not validated");
}

QString artifactWords(const QString &kind)
{
    const std::pair<const char *, QString> known[] = {
        {"spf-record", FindingText::tr("the SPF record")},
        {"dkim-record", FindingText::tr("the DKIM records")},
        {"dkim-script", FindingText::tr("the DKIM script")},
        {"dmarc-record", FindingText::tr("the DMARC record")},
        {"mta-sts-record", FindingText::tr("the MTA-STS record")},
        {"mta-sts-policy", FindingText::tr("the MTA-STS policy")},
        {"tls-rpt-record", FindingText::tr("the TLS reporting record")},
        {"dns-records", FindingText::tr("the table of all DNS records")},
        {"connector-script", FindingText::tr("the connector script")},
        {"direct-send-script", FindingText::tr("the direct send script")},
        {"reject-direct-send-script", FindingText::tr("the script about direct send")},
        {"connection-filter-script", FindingText::tr("the connection filter script")},
        {"smtp-auth-script", FindingText::tr("the SMTP AUTH script")},
        {"windows-firewall-script", FindingText::tr("the firewall script")},
        {"linux-firewall", FindingText::tr("the firewall rules")},
        {"device-sheet", FindingText::tr("the settings sheet")},
        {"relay-config", FindingText::tr("the relay’s configuration")},
    };
    for (const auto &[word, text] : known) {
        if (kind == QLatin1String(word))
            return text;
    }
    return FindingText::tr("the file that mends it");
}

QString momentText(const QDateTime &when, const QDateTime &now)
{
    const QDateTime local = when.toLocalTime();
    const QString time = QLocale().toString(local.time(), QLocale::ShortFormat);
    if (local.date() == now.toLocalTime().date())
        return FindingText::tr("%1 today").arg(time);
    //: %1 is a day such as "12 November 2026", %2 a time such as "09:12".
    return FindingText::tr("%1, %2").arg(dayText(local.date()), time);
}

QString driftWord(Drift::Kind kind)
{
    switch (kind) {
    case Drift::Kind::Appeared: return FindingText::tr("New");
    case Drift::Kind::Gone:     return FindingText::tr("Not looked at any more");
    case Drift::Kind::Better:   return FindingText::tr("Better");
    case Drift::Kind::Worse:    return FindingText::tr("Worse");
    case Drift::Kind::Changed:  return FindingText::tr("Changed");
    case Drift::Kind::Unclear:  return FindingText::tr("Unclear");
    }
    Q_UNREACHABLE();
}

QString toText(const Finding &finding)
{
    QStringList lines{QStringLiteral("%1: %2").arg(lookOf(finding.verdict).word, finding.title)};
    const auto add = [&lines](const QString &text) {
        for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
            lines += QStringLiteral("  ") + line;
    };
    add(finding.seen);
    add(finding.todo);
    add(finding.proposal);
    add(finding.why);
    for (const Evidence &evidence : finding.evidence) {
        const QString answer = QString(evidence.answer).replace(u'\n', QLatin1String(" | "));
        QString line = QStringLiteral("%1 \u2192 %2").arg(evidence.question, answer);
        if (!evidence.server.isEmpty())
            line += QStringLiteral(" (%1)").arg(evidence.server);
        add(line);
    }
    return lines.join(u'\n') + u'\n';
}

std::optional<RecordName> recordOf(const Evidence &evidence)
{
    const QString type = evidence.question.section(u' ', 0, 0);
    const QString name = evidence.question.section(u' ', 1);
    if (name.isEmpty() || name.contains(u' '))
        return std::nullopt;
    for (const DnsType candidate : {DnsType::A, DnsType::Aaaa, DnsType::Mx, DnsType::Txt, DnsType::Ptr, DnsType::Cname,
                                    DnsType::Ns, DnsType::Soa, DnsType::Tlsa}) {
        if (toString(candidate) == type)
            return RecordName{name, candidate};
    }
    return std::nullopt;
}

} // namespace relaywright
