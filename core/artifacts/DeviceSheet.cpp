// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Html.h"
#include "core/artifacts/SheetSettings.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Facts that a person at the device should know, by the way its mail goes.
QStringList limitFacts(const PlannedSender &planned)
{
    const auto route = planned.route();
    if (!route)
        return {};
    switch (*route) {
    case Method::ClientSubmission:
        if (planned.option->method == Method::LocalRelay) // the relay keeps to pace and connections by itself
            return {QStringLiteral("client-submission.recipients-per-day"),
                    QStringLiteral("client-submission.recipients-per-message"),
                    QStringLiteral("client-submission.size-default")};
        return {QStringLiteral("client-submission.messages-per-minute"),
                QStringLiteral("client-submission.recipients-per-day"),
                QStringLiteral("client-submission.recipients-per-message"),
                QStringLiteral("client-submission.connections"),
                QStringLiteral("client-submission.size-default"),
                QStringLiteral("client-submission.sender-address")};
    case Method::DirectSend:
        return {QStringLiteral("direct-send.reach"), QStringLiteral("direct-send.recipients-per-message"),
                QStringLiteral("direct-send.filtering"), QStringLiteral("direct-send.authenticated-recipients")};
    case Method::ConnectorRelay:
        return {QStringLiteral("connector-relay.limits"), QStringLiteral("connector-relay.recipients-per-message"),
                QStringLiteral("connector-relay.accepted-domain")};
    case Method::HighVolumeEmail:
        return {QStringLiteral("hve.reach"), QStringLiteral("hve.recipients-per-message"), QStringLiteral("hve.size"),
                QStringLiteral("hve.sender-address")};
    case Method::AzureCommunicationServices:
        return {QStringLiteral("acs.messages-per-minute"), QStringLiteral("acs.messages-per-hour"),
                QStringLiteral("acs.recipients-per-message"), QStringLiteral("acs.size")};
    case Method::OnPremExchange:
        return {QStringLiteral("onprem.recipients-per-message"), QStringLiteral("onprem.size"),
                QStringLiteral("onprem.connections")};
    case Method::LocalRelay: return {};
    }
    Q_UNREACHABLE();
}

QStringList limitsOf(const PlannedSender &planned, const RenderContext &context)
{
    QStringList limits;
    const QStringList ids = limitFacts(planned);
    for (const QString &id : ids) {
        if (const Fact *fact = context.knowledge.find(id))
            limits += QStringLiteral("%1 (%2)").arg(fact->statement, fact->asOf.toString(Qt::ISODate));
    }
    return limits;
}

QStringList sentencesOf(const PlannedSender &planned, std::initializer_list<Reason::Weight> weights)
{
    QStringList sentences;
    for (const Reason &reason : planned.option->reasons) {
        if (std::ranges::count(weights, reason.weight) > 0 && !sentences.contains(reason.sentence))
            sentences += reason.sentence;
    }
    return sentences;
}

QStringList watchListOf(const PlannedSender &planned)
{
    QStringList watch = sentencesOf(planned, {Reason::Weight::Warning, Reason::Weight::Against});
    if (planned.option->worksUntil)
        watch.prepend(QStringLiteral("As things stand this way works until %1. Plan the change before that day.")
                          .arg(planned.option->worksUntil->toString(Qt::ISODate)));
    return watch;
}

/// A host name or address is read off in one piece: no line break at its hyphens, unless it is too long for a line.
QString valueHtml(const QString &value)
{
    constexpr qsizetype kLine = 48;
    const bool whole = !value.contains(u' ') && value.size() <= kLine;
    return QLatin1String(whole ? "<b class=\"whole\">" : "<b>") + htmlText(value) + QLatin1String("</b>");
}

QString tableHtml(const std::vector<SheetRow> &rows)
{
    QString body;
    for (const SheetRow &row : rows) {
        const QString hint =
            row.hint.isEmpty() ? QString() : QLatin1String("<p>") + htmlText(row.hint) + QLatin1String("</p>");
        body += QLatin1String("<tr><th scope=\"row\">") + htmlText(row.label) + QLatin1String("</th><td>")
                + valueHtml(row.value) + hint + QLatin1String("</td><td class=\"old\"></td></tr>\n");
    }
    return QLatin1String("<table>\n<thead><tr><th scope=\"col\">Setting</th><th scope=\"col\">Type or choose</th>"
                         "<th scope=\"col\">Was before</th></tr></thead>\n")
           + body + QLatin1String("</table>\n");
}

QString methodWords(const PlannedSender &planned)
{
    const Option &option = *planned.option;
    if (option.method != Method::LocalRelay || !option.upstream)
        return displayName(option.method);
    return QStringLiteral("%1, which hands its mail on by %2")
        .arg(displayName(option.method), displayName(*option.upstream).toLower());
}

QString paragraph(const QString &heading, const QString &text)
{
    return QLatin1String("<p><strong>") + htmlText(heading) + QLatin1String("</strong> ") + htmlText(text)
           + QLatin1String("</p>\n");
}

QString introduction(const PlannedSender &planned, const VendorWords &words)
{
    const QString vendor = withoutHiddenCharacters(planned.sender->vendor).trimmed();
    QString html = paragraph(QStringLiteral("Method:"), methodWords(planned) + u'.');
    if (!vendor.isEmpty())
        html += paragraph(QStringLiteral("Product:"), vendor);
    return html + paragraph(QStringLiteral("Where:"), words.menu + u'.');
}

/// How sure the wording is: nobody shall search for a menu that was only remembered.
QString wordingNote(const VendorWords &words)
{
    if (words.id == QLatin1String("generic"))
        return QStringLiteral(
            "The product's maker is not known here, so these are the usual words; the menu may use others.");
    if (words.confidence == Confidence::Documented)
        return QStringLiteral("Words of %1 as in \"%2\" (%3); models and firmware differ.")
            .arg(words.name, words.source.title, words.asOf.toString(Qt::ISODate));
    return QStringLiteral(
               "Words of %1 as generally known (%2), not checked against the manual of this model: where the menu "
               "differs, go by the meaning.")
        .arg(words.name, words.asOf.toString(Qt::ISODate));
}

QString footer(const VendorWords &words, const RenderContext &context)
{
    return QLatin1String("<footer>\n<p>") + htmlText(wordingNote(words)) + QLatin1String("</p>\n<p>")
           + htmlText(
               QStringLiteral("Made by Relaywright from the plan of %1. To roll back, enter the device's earlier "
                              "settings: note them in the last column before you change them.")
                   .arg(context.plan.asOf.toString(Qt::ISODate)))
           + QLatin1String("</p>\n</footer>\n");
}

Artifact renderSheet(const PlannedSender &planned, RenderContext &context)
{
    static const QString kStyle = QStringLiteral(
        "th[scope=row]{width:30%}td b{font-family:ui-monospace,monospace}td p{margin:.1em 0 0;font-size:.9em}"
        ".whole{white-space:nowrap}.old{width:18%}");
    const VendorWords &words = context.knowledge.vendorWords(planned.sender->vendor);
    const QString title = QStringLiteral("Mail settings of %1").arg(planned.name());
    const QString body =
        QLatin1String("<h1>") + htmlText(title) + QLatin1String("</h1>\n") + introduction(planned, words)
        + htmlList(QStringLiteral("To be done first"), sentencesOf(planned, {Reason::Weight::Change}))
        + htmlList(QStringLiteral("Still to be found out"), sentencesOf(planned, {Reason::Weight::Unknown}))
        + tableHtml(sheetRows(planned, words, context))
        + htmlList(QStringLiteral("Check that it works"), sheetSteps(planned, words))
        + htmlList(QStringLiteral("What goes wrong"), sheetTraps(planned, words))
        + htmlList(QStringLiteral("What to watch"), watchListOf(planned))
        + htmlList(QStringLiteral("Limits"), limitsOf(planned, context)) + footer(words, context);
    return {.kind = QStringLiteral("device-sheet"),
            .fileName =
                context.fileName(QStringLiteral("settings-%1").arg(planned.sender->id), QStringLiteral(".html")),
            .title = title,
            .purpose = QStringLiteral("It is the sheet to print or send to the person who stands at %1: what to enter, "
                                      "what to do first and what to watch. It changes nothing by itself.")
                           .arg(planned.name()),
            .mediaType = QStringLiteral("text/html"),
            .text = htmlPage(title, kStyle, body),
            .senders = {planned.sender->id}};
}

} // namespace

std::vector<Artifact> renderDeviceSheets(RenderContext &context)
{
    std::vector<Artifact> artifacts;
    for (const PlannedSender &planned : context.senders)
        artifacts.push_back(renderSheet(planned, context));
    return artifacts;
}

} // namespace relaywright
