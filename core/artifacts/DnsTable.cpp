// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"
#include "core/artifacts/Html.h"

#include <algorithm>

namespace relaywright {

namespace {

/// As provider's forms ask for it: relative to the domain, `@` for the domain itself.
QString hostColumn(const QString &name, const QString &zone)
{
    if (name == zone)
        return QStringLiteral("@");
    const QString end = u'.' + zone;
    return name.endsWith(end) ? name.chopped(end.size()) : name;
}

QString whenWords(DnsRecord::When when)
{
    switch (when) {
    case DnsRecord::When::Now: return QStringLiteral("now");
    case DnsRecord::When::Later: return QStringLiteral("later");
    case DnsRecord::When::AfterReading: return QStringLiteral("after reading the value");
    }
    Q_UNREACHABLE();
}

QString cell(const QString &text)
{
    return QLatin1String("<td>") + htmlText(text) + QLatin1String("</td>");
}

QString codeCell(const QString &text)
{
    return QLatin1String("<td><code>") + htmlText(text) + QLatin1String("</code></td>");
}

QString rowHtml(const DnsRecord &record, const QString &zone)
{
    const QString value =
        record.when == DnsRecord::When::AfterReading ? cell(u'(' + record.value + u')') : codeCell(record.value);
    return QLatin1String("<tr>") + codeCell(hostColumn(record.name, zone)) + cell(record.type) + value
           + cell(QString::number(kRecordTtl)) + cell(whenWords(record.when)) + cell(record.remark)
           + QLatin1String("</tr>\n");
}

QStringList zonesOf(const std::vector<RecordSet> &sets)
{
    QStringList zones;
    for (const RecordSet &set : sets) {
        if (!zones.contains(set.zone))
            zones += set.zone;
    }
    return zones;
}

QString zoneHtml(const QString &zone, const std::vector<RecordSet> &sets)
{
    QString rows;
    for (const RecordSet &set : sets) {
        if (set.zone != zone)
            continue;
        rows += QLatin1String("<tr><th colspan=\"6\" scope=\"rowgroup\">") + htmlText(set.title)
                + QLatin1String("</th></tr>\n");
        for (const DnsRecord &record : set.records)
            rows += rowHtml(record, zone);
        if (set.records.empty())
            rows += QLatin1String("<tr><td colspan=\"6\">") + htmlText(set.notes.join(u' '))
                    + QLatin1String("</td></tr>\n");
    }
    return QLatin1String("<h2>Zone ") + htmlText(zone)
           + QLatin1String("</h2>\n<table>\n<thead><tr><th scope=\"col\">Host</th><th scope=\"col\">Type</th>"
                           "<th scope=\"col\">Value</th><th scope=\"col\">TTL</th><th scope=\"col\">When</th>"
                           "<th scope=\"col\">What for</th></tr></thead>\n")
           + rows + QLatin1String("</table>\n");
}

/// Domains of senders in whose DNS the organisation can publish nothing.
QStringList domainsOfOthers(const RenderContext &context)
{
    QStringList domains;
    for (const PlannedSender &planned : context.senders) {
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            const QString domain = address.domain().toAscii();
            if (!publishesIn(address.domain(), context) && !domains.contains(domain))
                domains += domain;
        }
    }
    return domains;
}

QStringList leftOut(const RenderContext &context)
{
    QStringList sentences;
    const QStringList others = domainsOfOthers(context);
    if (!others.isEmpty())
        sentences +=
            QStringLiteral("%1: the DNS of these domains is not the organisation's, so nothing can be published "
                           "there. Let the senders use an address of a domain of yours.")
                .arg(others.join(QLatin1String(", ")));
    if (!context.site.organisation.mxHost)
        sentences +=
            QStringLiteral("MTA-STS: its policy names the MX host, which is not known. Look it up, enter it in the "
                           "site and make these files again.");
    return sentences;
}

} // namespace

std::vector<Artifact> dnsTable(const std::vector<RecordSet> &sets, RenderContext &context)
{
    if (sets.empty())
        return {};
    static const QString kStyle =
        QStringLiteral("body{max-width:76em}code{font-family:ui-monospace,monospace;user-select:all}"
                       "td:nth-child(1){min-width:12.5em}td:nth-child(3){min-width:18em}"
                       "td:nth-child(2),td:nth-child(4),th{white-space:nowrap}"
                       "@media print{@page{size:landscape}}");
    static const QStringList kHints{
        QStringLiteral(
            "Host is relative to the zone, as most forms want it; @ is the zone itself. A form that wants whole "
            "names gets the zone behind it; where a sub-domain is a zone of its own, its part is taken off."),
        QStringLiteral(
            "A value is copied whole, without quotes: the provider splits a text longer than 255 octets itself."),
        QStringLiteral("\"later\" replaces the record of the same host when its stage comes; never publish both."),
        QStringLiteral("Each record's zone file says how to apply, verify and roll back.")};
    QString body = QLatin1String("<h1>DNS records</h1>\n<p>")
                   + htmlText(QStringLiteral("The records of this plan as a DNS provider's web form asks for them."))
                   + QLatin1String("</p>\n");
    const QStringList zones = zonesOf(sets);
    for (const QString &zone : zones)
        body += zoneHtml(zone, sets);
    body += htmlList(QStringLiteral("How to read this"), kHints);
    body += htmlList(QStringLiteral("Not in this list"), leftOut(context));
    body += QLatin1String("<footer>")
            + htmlText(
                QStringLiteral("Made by Relaywright from the plan of %1.").arg(context.plan.asOf.toString(Qt::ISODate)))
            + QLatin1String("</footer>\n");
    QStringList senders;
    for (const RecordSet &set : sets)
        senders += set.senders;
    senders.removeDuplicates();
    const QString title = QStringLiteral("DNS records of %1").arg(zones.join(QLatin1String(", ")));
    return {{.kind = QStringLiteral("dns-records"),
             .fileName = context.fileName(QStringLiteral("dns-records"), QStringLiteral(".html")),
             .title = title,
             .purpose =
                 QStringLiteral("It is the same as the zone files, as a table to copy from into a DNS provider's web "
                                "form. It changes nothing by itself."),
             .mediaType = QStringLiteral("text/html"),
             .text = htmlPage(title, kStyle, body),
             .senders = senders}};
}

} // namespace relaywright
