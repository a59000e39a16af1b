// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/SheetSettings.h"

namespace relaywright {

namespace {

QString word(const std::map<QString, QString> &words, const char *key)
{
    const auto it = words.find(QLatin1String(key));
    return it == words.end() ? QString() : it->second;
}

QString label(const VendorWords &words, const char *key)
{
    return word(words.labels, key);
}

QString domainWords(const RenderContext &context)
{
    const auto domain = context.primaryDomain();
    return domain ? domain->toAscii() : QStringLiteral("the organisation's domain");
}

/// The computer of the organisation that takes the mail: as the plan names it, else as the site does; empty when neither
/// knows it.
QString ownHost(const PlannedSender &planned, const RenderContext &context)
{
    const QString host = planned.option->settings.host;
    if (!host.isEmpty() && host != localRelayHost())
        return host;
    std::optional<Host> known;
    if (planned.option->method == Method::OnPremExchange)
        known = context.site.organisation.exchangeServer;
    else if (planned.network)
        known = planned.network->relayHost;
    return known ? known->toString() : QString();
}

SheetRow ownServerRow(const PlannedSender &planned, const QString &name, const RenderContext &context)
{
    const auto &internal = context.site.organisation.internalDomain;
    const QString host = ownHost(planned, context);
    if (!host.isEmpty())
        return {name, host,
                internal && !host.endsWith(u'.' + internal->toAscii())
                    ? QStringLiteral("Or its smart-host name in %1, once that is published (smart-host-name file).")
                          .arg(internal->toAscii())
                    : QString()};
    if (planned.option->method == Method::LocalRelay)
        return {name, QStringLiteral("the computer that runs the relay"),
                QStringLiteral("The console shows this computer's name and address while the relay runs.")};
    return {name, QStringLiteral("the organisation's Exchange server"),
            QStringLiteral("Ask the Exchange administrator for the name that devices use.")};
}

SheetRow serverRow(const PlannedSender &planned, const VendorWords &words, const RenderContext &context)
{
    const QString name = label(words, "server");
    const Method method = planned.option->method;
    if (method == Method::LocalRelay || method == Method::OnPremExchange)
        return ownServerRow(planned, name, context);
    if (!planned.option->settings.host.isEmpty())
        return {name, planned.option->settings.host,
                QStringLiteral("Type the name, never an IP address: the addresses change.")};
    return {name, QStringLiteral("the MX host of %1").arg(domainWords(context)),
            QStringLiteral("Look it up first (relaywright-cli dns %1) and enter the name it gives.")
                .arg(domainWords(context))};
}

SheetRow portRow(const PlannedSender &planned, const VendorWords &words)
{
    const std::uint16_t port = planned.option->settings.port;
    return {label(words, "port"),
            port == 0 ? QStringLiteral("as the server's administrator says") : QString::number(port),
            {}};
}

SheetRow encryptionRow(const MethodSettings &settings, const VendorWords &words)
{
    const QString known = word(words.encryption, settings.tls.isEmpty() ? "none" : settings.tls.toLatin1().constData());
    QString hint;
    if (settings.tls == QLatin1String("starttls"))
        hint = QStringLiteral("It must be STARTTLS, required, with TLS 1.2 or newer.");
    else if (settings.tls == QLatin1String("opportunistic"))
        hint = QStringLiteral("STARTTLS when offered; plain text works too.");
    else if (settings.tls == QLatin1String("implicit"))
        hint = QStringLiteral("TLS from the first octet on.");
    else
        hint = QStringLiteral("The mail travels in clear text as far as the server: keep it inside your own network.");
    return {label(words, "encryption"), known, hint};
}

void addPassword(std::vector<SheetRow> &rows, const VendorWords &words, const QString &user, const QString &value,
                 const QString &hint)
{
    rows.push_back({label(words, "user"), user, {}});
    rows.push_back({label(words, "password"), value, hint});
}

std::vector<SheetRow> azureRows(const VendorWords &words)
{
    std::vector<SheetRow> rows{{label(words, "signIn"), word(words.signIn, "basic"), {}}};
    addPassword(rows, words, QStringLiteral("the SMTP user name of the Azure resource"),
                QStringLiteral("a client secret of its Entra application"),
                QStringLiteral("Both come from the person who follows acs-setup.txt. The secret has an end date."));
    return rows;
}

QString userOf(const PlannedSender &planned)
{
    const QString planUser = planned.option->settings.user;
    return planUser.isEmpty() ? planned.mailbox() : planUser;
}

std::vector<SheetRow> signInRows(const PlannedSender &planned, const VendorWords &words)
{
    const MethodSettings &settings = planned.option->settings;
    if (planned.option->method == Method::AzureCommunicationServices)
        return azureRows(words);
    const QString none = QStringLiteral("Leave user name and password empty");
    const QString user = userOf(planned).isEmpty() ? QStringLiteral("the mailbox's full address") : userOf(planned);
    std::vector<SheetRow> rows;
    switch (settings.authentication) {
    case Authentication::None: return {{label(words, "signIn"), word(words.signIn, "none"), none + u'.'}};
    case Authentication::CertificateOrIp:
        if (settings.byCertificate)
            return {
                {label(words, "signIn"), word(words.signIn, "none"), none + u'.'},
                {QStringLiteral("Client certificate"),
                 QStringLiteral("the certificate of the connector, with its chain"),
                 QStringLiteral("Import it with its private key and choose it for e-mail: Exchange Online knows the "
                                "sender by it.")}};
        return {{label(words, "signIn"), word(words.signIn, "none"),
                 none
                     + (planned.option->method == Method::OnPremExchange
                            ? QStringLiteral(": the Exchange server knows the sender by its address.")
                            : QStringLiteral(": Exchange Online knows the site by its public address."))}};
    case Authentication::Basic:
        rows.push_back({label(words, "signIn"), word(words.signIn, "basic"), {}});
        addPassword(rows, words, user,
                    planned.option->method == Method::HighVolumeEmail
                        ? QStringLiteral("the password of this High Volume Email account")
                        : QStringLiteral("the password of this mailbox"),
                    QStringLiteral("It is never written on this sheet; get it from who keeps it."));
        return rows;
    case Authentication::OAuth:
        return {{label(words, "signIn"), word(words.signIn, "oauth"),
                 QStringLiteral("A sign-in page or a code appears; sign in as this mailbox and not as yourself.")},
                {label(words, "user"), user, {}}};
    }
    Q_UNREACHABLE();
}

SheetRow fromRow(const PlannedSender &planned, const VendorWords &words, const RenderContext &context)
{
    const Sender &sender = *planned.sender;
    if (planned.option->method == Method::HighVolumeEmail)
        return {label(words, "from"), userOf(planned),
                QStringLiteral("It must be the High Volume Email account's own address; any other is refused.")};
    return {label(words, "from"),
            sender.from ? sender.from->toString() : QStringLiteral("an address of %1").arg(domainWords(context)),
            QStringLiteral("It must exist: receivers check it, and bounces go to it.")};
}

} // namespace

std::vector<SheetRow> sheetRows(const PlannedSender &planned, const VendorWords &words, const RenderContext &context)
{
    std::vector<SheetRow> rows{serverRow(planned, words, context), portRow(planned, words),
                               encryptionRow(planned.option->settings, words)};
    for (SheetRow &row : signInRows(planned, words))
        rows.push_back(std::move(row));
    rows.push_back(fromRow(planned, words, context));
    const Sender &sender = *planned.sender;
    if (sender.envelopeFrom && !(sender.envelopeFrom == sender.from))
        rows.push_back({QStringLiteral("Envelope sender (MAIL FROM, return path)"), sender.envelopeFrom->toString(),
                        QStringLiteral("Only where the product can set it apart from the sender address.")});
    if (sender.repliesTo)
        rows.push_back({QStringLiteral("Replies to (Reply-To)"), sender.repliesTo->toString(), {}});
    return rows;
}

QStringList sheetSteps(const PlannedSender &planned, const VendorWords &words)
{
    QStringList steps{QStringLiteral("Save the settings; some products take them only after a restart."), words.test};
    const bool outside = planned.sender->reach == Reach::External || planned.sender->reach == Reach::Both
                         || planned.sender->reach == Reach::Unknown;
    steps +=
        outside && planned.option->method != Method::DirectSend && planned.option->method != Method::HighVolumeEmail
            ? QStringLiteral(
                "Let it send a real message to a mailbox inside the organisation, and to one outside if it "
                "writes to the outside.")
            : QStringLiteral("Let it send a real message to a mailbox inside the organisation.");
    steps +=
        QStringLiteral("If it is refused, type the server's answer into Relaywright (Test page, or relaywright-cli "
                       "diagnose): it says why and what to do.");
    return steps;
}

QStringList sheetTraps(const PlannedSender &planned, const VendorWords &words)
{
    QStringList traps;
    const Sender &sender = *planned.sender;
    const std::uint16_t port = planned.option->settings.port;
    if (sender.onlyPort && port != 0 && *sender.onlyPort != port)
        traps += QStringLiteral("It can connect to port %1 only, and the server listens on %2: make both agree first.")
                     .arg(*sender.onlyPort)
                     .arg(port);
    return traps + words.traps;
}

} // namespace relaywright
