// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SenderTest.h"

namespace relaywright {

namespace {

tl::unexpected<Error> missing(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

Result<Endpoint> serverOf(const Site &site, const Sender &sender, const Option &option)
{
    const bool toRelay = option.method == Method::LocalRelay;
    const Network *network = networkOf(site, sender);
    std::optional<Host> host;
    if (toRelay && network)
        host = network->relayHost;
    else if (option.settings.host.isEmpty())
        host = site.organisation.mxHost;
    if (!host && !option.settings.host.isEmpty() && option.settings.host != localRelayHost()) {
        if (const auto parsed = Host::parse(option.settings.host))
            host = *parsed;
    }
    if (!host)
        return missing(toRelay
                           ? QStringLiteral("Nobody has said where the local relay of %1 runs. Enter its host in the "
                                            "network of the site.")
                                 .arg(sender.name)
                           : QStringLiteral("The MX host that %1 sends to is not known. Enter it in the organisation, "
                                            "or let the checks look it up.")
                                 .arg(sender.name));
    return Endpoint{*host, option.settings.port};
}

std::optional<Credentials> signInOf(const Sender &sender, const Option &option)
{
    const Authentication how = option.settings.authentication;
    if (how != Authentication::Basic && how != Authentication::OAuth)
        return std::nullopt;
    Credentials credentials{.user = option.settings.user};
    if (credentials.user.isEmpty() && sender.signInAs)
        credentials.user = sender.signInAs->toString();
    if (how == Authentication::OAuth)
        credentials.mechanism = AuthMechanism::XOAuth2;
    return credentials;
}

/// TLS as the device can speak it: a policy, and the versions.
Result<void> limitTls(ConnectionSettings &connection, const Sender &sender)
{
    TlsPolicy &policy = connection.smtp.tls;
    switch (sender.tls) {
    case TlsAbility::Unknown:
    case TlsAbility::Tls13: break;
    case TlsAbility::None: policy = TlsPolicy::None; break;
    case TlsAbility::Ssl3:
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("%1 speaks SSL 3.0 at most. No program of today speaks that, and no server of "
                                      "Microsoft 365 takes it: test it without TLS, or plan a local relay.")
                           .arg(sender.name));
    case TlsAbility::Tls10:
        connection.tls.minimum = TlsVersion::Tls10;
        connection.tls.maximum = TlsVersion::Tls10;
        break;
    case TlsAbility::Tls11:
        connection.tls.minimum = TlsVersion::Tls10;
        connection.tls.maximum = TlsVersion::Tls11;
        break;
    case TlsAbility::Tls12: connection.tls.maximum = TlsVersion::Tls12; break;
    }
    const bool upgrades = policy == TlsPolicy::Required || policy == TlsPolicy::Opportunistic;
    if (upgrades && (sender.startTls == YesNo::No || sender.habits.heloOnly))
        policy = TlsPolicy::None;
    return {};
}

void limitSignIn(ClientSettings &smtp, const Sender &sender)
{
    if (!smtp.credentials)
        return;
    switch (sender.signIn) {
    case SignInAbility::Unknown:
    case SignInAbility::Basic: break;
    case SignInAbility::None:
    case SignInAbility::ClientCertificate: smtp.credentials.reset(); break;
    case SignInAbility::Ntlm: smtp.credentials->mechanism = AuthMechanism::Ntlm; break;
    case SignInAbility::OAuth: smtp.credentials->mechanism = AuthMechanism::XOAuth2; break;
    }
    if (sender.habits.heloOnly) // it never sees AUTH
        smtp.credentials.reset();
}

Result<void> behaveLike(const Sender &sender, TestRequest &request)
{
    if (const auto limited = limitTls(request.connection, sender); !limited)
        return limited;
    limitSignIn(request.connection.smtp, sender);
    if (sender.onlyPort)
        request.connection.server.port = *sender.onlyPort;
    request.connection.smtp.heloOnly = sender.habits.heloOnly;
    request.connection.smtp.pipelining = false; // devices wait for every answer
    request.quirks = {.noDate = sender.habits.noDate,
                      .noMessageId = sender.habits.noMessageId,
                      .bareLineFeeds = sender.habits.bareLineFeeds,
                      .addressInDisplayName = sender.habits.addressInName};
    return {};
}

} // namespace

Result<TestRequest> testOf(const Site &site, const Sender &sender, const Option &option, const EmailAddress &to,
                           TestManner manner, const std::optional<Endpoint> &server)
{
    if (!sender.from)
        return missing(QStringLiteral("%1 has no From address. Enter the one that it sends as.").arg(sender.name));
    const auto planned = server ? Result<Endpoint>(*server) : serverOf(site, sender, option);
    if (!planned)
        return tl::unexpected(planned.error());
    TestRequest request{.connection = {.server = *planned}, .message = {.from = *sender.from}};
    request.connection.smtp.tls = parseTlsPolicy(option.settings.tls).value_or(TlsPolicy::Opportunistic);
    request.connection.smtp.credentials = signInOf(sender, option);
    request.envelope = {.sender = reversePathOf(sender), .recipients = {to}};
    request.message.to = {to};
    request.message.replyTo = sender.repliesTo;
    request.message.subject = QStringLiteral("Relaywright test of %1").arg(sender.name);
    request.message.text = QStringLiteral("This is a test of %1 by %2.").arg(sender.name, displayName(option.method));
    request.senderId = sender.id;
    request.method = toString(option.method);
    if (manner == TestManner::LikeTheSender) {
        if (const auto like = behaveLike(sender, request); !like)
            return tl::unexpected(like.error());
    }
    if (server) // whatever port the device is bound to
        request.connection.server = *server;
    return request;
}

QStringList mannersOf(const Sender &sender)
{
    QStringList lines;
    switch (sender.tls) {
    case TlsAbility::Unknown: break;
    case TlsAbility::None: lines += QStringLiteral("It speaks no TLS."); break;
    case TlsAbility::Ssl3: lines += QStringLiteral("It speaks SSL 3.0 at most."); break;
    case TlsAbility::Tls10: lines += QStringLiteral("It speaks TLS 1.0 at most."); break;
    case TlsAbility::Tls11: lines += QStringLiteral("It speaks TLS 1.1 at most."); break;
    case TlsAbility::Tls12: lines += QStringLiteral("It speaks TLS 1.2 at most."); break;
    case TlsAbility::Tls13: lines += QStringLiteral("It speaks TLS 1.3."); break;
    }
    if (sender.startTls == YesNo::No)
        lines += QStringLiteral("It cannot upgrade with STARTTLS.");
    switch (sender.signIn) {
    case SignInAbility::Unknown: break;
    case SignInAbility::None: lines += QStringLiteral("It cannot sign in."); break;
    case SignInAbility::Basic: lines += QStringLiteral("It signs in with a password."); break;
    case SignInAbility::Ntlm: lines += QStringLiteral("It signs in with NTLM."); break;
    case SignInAbility::OAuth: lines += QStringLiteral("It signs in with an access token (OAuth)."); break;
    case SignInAbility::ClientCertificate: lines += QStringLiteral("It is known by its client certificate."); break;
    }
    if (sender.onlyPort)
        lines += QStringLiteral("It can connect to port %1 only.").arg(*sender.onlyPort);
    if (sender.habits.heloOnly)
        lines += QStringLiteral("It says HELO, so it sees no extension of the server.");
    if (sender.habits.bareLineFeeds)
        lines += QStringLiteral("It ends lines with LF alone.");
    if (sender.habits.noDate)
        lines += QStringLiteral("Its messages have no Date.");
    if (sender.habits.noMessageId)
        lines += QStringLiteral("Its messages have no Message-ID.");
    if (sender.habits.addressInName)
        lines += QStringLiteral("The display name of its From holds an address.");
    return lines;
}

} // namespace relaywright
