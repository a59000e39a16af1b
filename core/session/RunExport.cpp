// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/RunExport.h"

#include "core/session/RunFacts.h"
#include "core/smtp/StageTimes.h"

#include <QDateTime>

namespace relaywright {

namespace {

using Direction = TranscriptLine::Direction;

QString day(TimePoint time)
{
    return toDateTime(time).toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"));
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000, 'f', 3) + QStringLiteral(" s");
}

/// The facts that are known, with the end in front and the id of the message.
RunFacts lines(const TestRecord &record)
{
    RunFacts facts{{QStringLiteral("Result"), QStringLiteral("The test %1.").arg(endInWords(record))}};
    if (!record.finish.detail.isEmpty())
        facts.emplace_back(QString(), record.finish.detail);
    for (const auto &fact : factsOf(record)) {
        if (!fact.second.isEmpty())
            facts.push_back(fact);
    }
    if (!record.messageId.isEmpty())
        facts.emplace_back(QStringLiteral("Message-ID"), record.messageId);
    if (record.transaction) {
        for (const RecipientResult &one : record.transaction->recipients)
            facts.emplace_back(one.accepted ? QStringLiteral("Accepted for") : QStringLiteral("Not accepted for"),
                               one.recipient.toString()
                                   + (one.reply ? QStringLiteral(": ") + one.reply->toString() : QString()));
    }
    return facts;
}

QString heading(const TestRecord &record)
{
    return QStringLiteral("Relaywright test of %1, %2")
        .arg(record.request.connection.server.toString(), day(record.startedAt));
}

QLatin1String cssClass(const TranscriptLine &line)
{
    if (line.refusal)
        return QLatin1String("refusal");
    switch (line.direction) {
    case Direction::Sent: return QLatin1String("sent");
    case Direction::Received: return QLatin1String("received");
    case Direction::Note: return QLatin1String("note");
    }
    Q_UNREACHABLE();
}

QLatin1String sign(Direction direction)
{
    return direction == Direction::Sent       ? QLatin1String("C:")
           : direction == Direction::Received ? QLatin1String("S:")
                                              : QLatin1String("--");
}

QString row(const TranscriptLine &line)
{
    const QString decoded =
        line.decoded.isEmpty() ? QString()
                               : QStringLiteral(" <span class=\"decoded\">%1</span>").arg(line.decoded.toHtmlEscaped());
    return QStringLiteral("<tr class=\"%1\"><td>%2</td><td>%3</td><td>%4</td><td>%5</td><td>%6%7</td></tr>\n")
        .arg(cssClass(line), seconds(line.sinceStart), toString(line.stage),
             line.tls ? QStringLiteral("TLS") : QString(), sign(line.direction), line.text.toHtmlEscaped(), decoded);
}

QString stageTable(const Transcript &transcript)
{
    QString html = QStringLiteral("<table class=\"stages\">\n");
    for (const StageTime &time : stageTimes(transcript))
        html +=
            QStringLiteral("<tr><th>%1</th><td>%2</td><td><div class=\"bar\" style=\"width:%3%\"></div></td></tr>\n")
                .arg(toString(time.stage), seconds(time.spent))
                .arg(time.share * 100, 0, 'f', 1);
    return html + QStringLiteral("</table>\n");
}

const QString kStyle = QStringLiteral(
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}"
    "h1{font-size:1.25rem}h2{font-size:1.05rem}table{border-collapse:collapse}th{text-align:left;font-weight:600}"
    "th,td{padding:.1rem .75rem .1rem 0;vertical-align:top}"
    ".talk td{font-family:ui-monospace,monospace;font-size:13px}.talk td:last-child{white-space:pre-wrap}"
    ".sent td{color:#0b4f9e}.note td{color:#57606a}.refusal td{color:#a1121f;font-weight:600}"
    ".decoded{color:#57606a}.stages td:last-child{width:20rem}.bar{height:.8rem;background:#3577c9;min-width:1px}");

} // namespace

QString toText(const TestRecord &record)
{
    QString text = heading(record) + QStringLiteral("\n\n");
    for (const auto &[name, value] : lines(record))
        text += name.leftJustified(20) + value + u'\n';
    text += QStringLiteral("\nWhere the time went\n");
    for (const StageTime &time : stageTimes(record.transcript))
        text += toString(time.stage).leftJustified(20) + seconds(time.spent) + u'\n';
    return text + QStringLiteral("\nThe conversation (C: we said, S: the server said, * inside TLS)\n")
           + toText(record.transcript);
}

QString toHtml(const TestRecord &record)
{
    QString html =
        QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%1</title><style>%2"
                       "</style></head>\n<body>\n<h1>%1</h1>\n<table class=\"facts\">\n")
            .arg(heading(record).toHtmlEscaped(), kStyle);
    for (const auto &[name, value] : lines(record))
        html += QStringLiteral("<tr><th>%1</th><td>%2</td></tr>\n").arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    html += QStringLiteral("</table>\n<h2>Where the time went</h2>\n") + stageTable(record.transcript)
            + QStringLiteral("<h2>The conversation</h2>\n<table class=\"talk\">\n");
    for (const TranscriptLine &line : record.transcript)
        html += row(line);
    return html + QStringLiteral("</table>\n</body></html>\n");
}

} // namespace relaywright
