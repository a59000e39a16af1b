// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include <algorithm>

namespace relaywright {

namespace {

QString html(const QString &text)
{
    return withoutHiddenCharacters(text).toHtmlEscaped();
}

/// One line of the table that a person types off at the device.
struct Setting {
    QString label;
    QString value;
    QString hint;
};

QString domainWords(const RenderContext &context)
{
    const auto domain = context.primaryDomain();
    return domain ? domain->toAscii() : QStringLiteral("the organisation's domain");
}

Setting serverSetting(const PlannedSender &planned, const RenderContext &context)
{
    const QString label = QStringLiteral("Server (SMTP server, smart host)");
    const MethodSettings &settings = planned.option->settings;
    if (planned.option->method == Method::LocalRelay)
        return {label, settings.host.isEmpty() ? QStringLiteral("the computer that runs the relay") : settings.host,
                QStringLiteral("The console shows this computer's name and address while the relay runs.")};
    if (!settings.host.isEmpty())
        return {label, settings.host, QStringLiteral("Type the name, never an IP address: the addresses change.")};
    return {label, QStringLiteral("the MX host of %1").arg(domainWords(context)),
            QStringLiteral("Look it up first (relaywright-cli dns %1) and enter the name it gives.")
                .arg(domainWords(context))};
}

Setting encryptionSetting(const QString &tls)
{
    const QString label = QStringLiteral("Encryption");
    if (tls == QLatin1String("starttls"))
        return {
            label, QStringLiteral("STARTTLS, required"),
            QStringLiteral(
                "Devices call it TLS, STARTTLS or \"explicit\". Not SSL, not \"implicit\". Choose TLS 1.2 or newer.")};
    if (tls == QLatin1String("implicit"))
        return {label, QStringLiteral("TLS from the start (implicit)"),
                QStringLiteral("Devices call it SSL, SSL/TLS or SMTPS.")};
    if (tls == QLatin1String("opportunistic"))
        return {label, QStringLiteral("STARTTLS when offered"),
                QStringLiteral("Devices call it \"automatic\" or \"TLS if available\".")};
    return {label, QStringLiteral("none"),
            QStringLiteral("The mail travels in clear text as far as the server: keep it inside your own network.")};
}

std::vector<Setting> signInSettings(const PlannedSender &planned)
{
    const QString label = QStringLiteral("Sign-in");
    const QString user = planned.option->settings.user.isEmpty() ? planned.mailbox() : planned.option->settings.user;
    const Setting userName{QStringLiteral("User name"),
                           user.isEmpty() ? QStringLiteral("the mailbox's full address") : user, QString()};
    switch (planned.option->settings.authentication) {
    case Authentication::None:
        return {{label, QStringLiteral("none"), QStringLiteral("Leave user name and password empty.")}};
    case Authentication::CertificateOrIp:
        return {{label, QStringLiteral("none"),
                 QStringLiteral("Leave user name and password empty: Exchange Online knows the site by its public "
                                "address or certificate.")}};
    case Authentication::Basic:
        return {{label, QStringLiteral("user name and password"), QString()},
                userName,
                {QStringLiteral("Password"), QStringLiteral("the password of this mailbox"),
                 QStringLiteral("It is kept in the keychain and never written on this sheet.")}};
    case Authentication::OAuth:
        return {{label, QStringLiteral("OAuth 2.0"),
                 QStringLiteral("Devices call it modern authentication or \"sign in with Microsoft\".")},
                userName};
    }
    Q_UNREACHABLE();
}

std::vector<Setting> settingsOf(const PlannedSender &planned, const RenderContext &context)
{
    const MethodSettings &settings = planned.option->settings;
    std::vector<Setting> rows{
        serverSetting(planned, context),
        {QStringLiteral("Port"),
         settings.port == 0 ? QStringLiteral("as the server's administrator says") : QString::number(settings.port),
         QString()},
        encryptionSetting(settings.tls)};
    for (const Setting &row : signInSettings(planned))
        rows.push_back(row);
    const Sender &sender = *planned.sender;
    rows.push_back(
        {QStringLiteral("Sender address (From)"),
         sender.from ? sender.from->toString() : QStringLiteral("an address of %1").arg(domainWords(context)),
         QStringLiteral("It must exist: receivers check it, and bounces go to it.")});
    if (sender.repliesTo)
        rows.push_back({QStringLiteral("Replies to"), sender.repliesTo->toString(), QString()});
    return rows;
}

/// Facts that a person at the device should know, by the way its mail goes.
QStringList limitFacts(const PlannedSender &planned)
{
    const auto route = planned.route();
    if (!route)
        return {};
    switch (*route) {
    case Method::ClientSubmission:
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
        return {QStringLiteral("acs.messages-per-minute"), QStringLiteral("acs.recipients-per-message"),
                QStringLiteral("acs.size")};
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

QString listHtml(const QString &title, const QStringList &sentences)
{
    if (sentences.isEmpty())
        return {};
    QString items;
    for (const QString &sentence : sentences)
        items += QStringLiteral("<li>%1</li>\n").arg(html(sentence));
    return QStringLiteral("<h2>%1</h2>\n<ul>\n%2</ul>\n").arg(html(title), items);
}

QString tableHtml(const std::vector<Setting> &rows)
{
    QString body;
    for (const Setting &row : rows) {
        const QString hint = row.hint.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(html(row.hint));
        body += QStringLiteral("<tr><th scope=\"row\">") + html(row.label) + QStringLiteral("</th><td><b>")
                + html(row.value) + QStringLiteral("</b>") + hint + QStringLiteral("</td></tr>\n");
    }
    return QStringLiteral("<table>\n") + body + QStringLiteral("</table>\n");
}

QString pageHtml(const QString &title, const QString &body)
{
    static const QString kStyle = QStringLiteral(
        "body{font:11pt/1.45 system-ui,sans-serif;max-width:46em;margin:2em auto;padding:0 "
        "1em;color:#1b1b1b;background:#fff}"
        "h1{font-size:1.5em;margin-bottom:.2em}h2{font-size:1.1em;margin-top:1.6em}"
        "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.5em "
        ".7em;text-align:left;vertical-align:top}"
        "th{width:32%;background:#f2f2f2;font-weight:600}td "
        "b{font-family:ui-monospace,monospace;overflow-wrap:anywhere}"
        "td p{margin:.3em 0 0;font-size:.9em;color:#444}footer{margin-top:2em;font-size:.85em;color:#444}"
        "@media print{body{margin:0}tr,li{break-inside:avoid}}");
    return QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                          "'unsafe-inline'\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
           + html(title) + QStringLiteral("</title>\n<style>") + kStyle + QStringLiteral("</style>\n</head>\n<body>\n")
           + body + QStringLiteral("</body>\n</html>\n");
}

QString introduction(const PlannedSender &planned)
{
    const Option &option = *planned.option;
    const QString way = option.method == Method::LocalRelay && option.upstream
                            ? QStringLiteral("%1, which hands its mail on by %2")
                                  .arg(displayName(option.method), displayName(*option.upstream).toLower())
                            : displayName(option.method);
    const QString vendor = withoutHiddenCharacters(planned.sender->vendor).trimmed();
    return QStringLiteral("Method: %1.%2 Enter these settings in the device's or application's page for sending mail.")
        .arg(way, vendor.isEmpty() ? QString() : QStringLiteral(" Made by %1.").arg(vendor));
}

Artifact renderSheet(const PlannedSender &planned, RenderContext &context)
{
    const QString title = QStringLiteral("Mail settings of %1").arg(planned.name());
    const QStringList steps{QStringLiteral("Send a test message from the device to a mailbox inside the organisation, "
                                           "and to one outside if it writes to the outside."),
                            QStringLiteral("If it is refused, type the server's answer into Relaywright (Test page, or "
                                           "relaywright-cli diagnose): it says why and what to do.")};
    const QString body =
        QStringLiteral("<h1>") + html(title) + QStringLiteral("</h1>\n<p>") + html(introduction(planned))
        + QStringLiteral("</p>\n") + tableHtml(settingsOf(planned, context))
        + listHtml(QStringLiteral("To be done first"), sentencesOf(planned, {Reason::Weight::Change}))
        + listHtml(QStringLiteral("Still to be found out"), sentencesOf(planned, {Reason::Weight::Unknown}))
        + listHtml(QStringLiteral("Check that it works"), steps)
        + listHtml(QStringLiteral("Limits"), limitsOf(planned, context))
        + listHtml(QStringLiteral("What to watch"), watchListOf(planned)) + QStringLiteral("<footer>")
        + html(QStringLiteral("Made by Relaywright from the plan of %1. To roll back, enter the device's earlier "
                              "settings: note them before you change them.")
                   .arg(context.plan.asOf.toString(Qt::ISODate)))
        + QStringLiteral("</footer>\n");
    return {.kind = QStringLiteral("device-sheet"),
            .fileName =
                context.fileName(QStringLiteral("settings-%1").arg(planned.sender->id), QStringLiteral(".html")),
            .title = title,
            .purpose = QStringLiteral("It is the sheet to print or send to the person who stands at %1: what to enter, "
                                      "what to do first and what to "
                                      "watch. It changes nothing by itself.")
                           .arg(planned.name()),
            .mediaType = QStringLiteral("text/html"),
            .text = pageHtml(title, body),
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
