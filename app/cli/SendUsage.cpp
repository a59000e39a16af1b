// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendUsage.h"

#include <algorithm>
#include <vector>

namespace relaywright::cli {

namespace {

struct Given {
    const char *option;
    bool given;
};

/// Names the first option of `options` that was given.
QString firstOf(const std::vector<Given> &options, const QString &sentence)
{
    const auto found = std::ranges::find_if(options, &Given::given);
    return found == options.end() ? QString() : sentence.arg(QLatin1String(found->option));
}

QString withoutTls(const SendOptions &o, const TestRequest &request)
{
    if (request.connection.smtp.tls != TlsPolicy::None)
        return {};
    return firstOf(
        {{"--tls-min", !o.tlsMinimum.empty()},
         {"--tls-max", !o.tlsMaximum.empty()},
         {"--ciphers", !o.ciphers.empty()},
         {"--sni", !o.serverName.empty()},
         {"--verify-name", !o.verifyName.empty()},
         {"--client-cert", !o.clientCertificate.empty()},
         {"--client-p12", !o.pkcs12.empty()}},
        QStringLiteral("The test goes without TLS, so %1 does nothing. Leave it out, or give --tls opportunistic, "
                       "starttls or implicit."));
}

QString withoutExtensions(const SendOptions &o, const TestRequest &request)
{
    if (!request.connection.smtp.heloOnly)
        return {};
    return firstOf(
        {{"--chunking", o.chunking},
         {"--size", !o.claimedSize.empty()},
         {"--dsn", !o.dsn.empty()},
         {"--dsn-return", !o.dsnReturn.empty()},
         {"--dsn-envid", !o.dsnEnvelopeId.empty()}},
        QStringLiteral("After HELO no server offers extensions, so %1 does nothing. Leave it out, or let the "
                       "test say EHLO."));
}

QString besideAFile(const SendOptions &o, const TestRequest &request)
{
    if (request.emlFile.isEmpty())
        return {};
    return firstOf(
               {{"--header-from", !o.headerFrom.empty()},
                {"--header-sender", !o.senderField.empty()},
                {"--from-name", !o.fromName.empty()},
                {"--reply-to", !o.replyTo.empty()},
                {"--subject", !o.subject.empty()},
                {"--body", !o.body.empty()},
                {"--body-file", !o.bodyFile.empty()},
                {"--html-file", !o.htmlFile.empty()},
                {"--header", !o.headers.empty()},
                {"--charset", !o.charset.empty()},
                {"--attach", !o.attachments.empty()},
                {"--fill", !o.fill.empty()},
                {"--no-date", o.noDate},
                {"--no-message-id", o.noMessageId},
                {"--address-in-name", o.addressInName}},
               QStringLiteral("The message goes out as it stands in %2, so %1 does nothing. Leave it out, or change "
                              "the file."))
        .arg(request.emlFile);
}

/// Acting as somebody else is part of PLAIN (RFC 4616), SCRAM (RFC 5802) and EXTERNAL (RFC 4422) only.
bool canActAs(AuthMechanism mechanism)
{
    switch (mechanism) {
    case AuthMechanism::Auto:
    case AuthMechanism::Plain:
    case AuthMechanism::ScramSha1:
    case AuthMechanism::ScramSha256:
    case AuthMechanism::External: return true;
    case AuthMechanism::Login:
    case AuthMechanism::CramMd5:
    case AuthMechanism::Ntlm:
    case AuthMechanism::XOAuth2:
    case AuthMechanism::OAuthBearer: return false;
    }
    Q_UNREACHABLE();
}

QString ofTheSignIn(const SendOptions &o, const TestRequest &request)
{
    const auto &credentials = request.connection.smtp.credentials;
    if (!credentials)
        return o.signInWithoutTls
                   ? QStringLiteral("Nobody signs in, so --auth-without-tls does nothing. Give --user and "
                                    "--password-from as well, or leave it out.")
                   : QString();
    const QString mechanism = toString(credentials->mechanism);
    if (!o.actAs.empty() && !canActAs(credentials->mechanism))
        return QStringLiteral(
                   "A sign-in with %1 has no place for another user, so --act-as does nothing. Leave it out, "
                   "or give --auth plain, for instance.")
            .arg(mechanism);
    const bool takesRealm =
        credentials->mechanism == AuthMechanism::Ntlm || credentials->mechanism == AuthMechanism::Auto;
    if (!o.realm.empty() && !takesRealm)
        return QStringLiteral("A sign-in with %1 has no domain, so --realm does nothing. Leave it out, or give --auth "
                              "ntlm.")
            .arg(mechanism);
    return {};
}

QString ofSecrets(const SendOptions &o, const TestRequest &request)
{
    if (!o.proxyPasswordFrom.empty() && !request.connection.proxy)
        return QStringLiteral("There is no proxy, so --proxy-password-from does nothing. Name one with --proxy "
                              "socks5://USER@HOST:PORT, or leave it out.");
    if (!o.proxyPasswordFrom.empty() && request.connection.proxy->user.isEmpty())
        return QStringLiteral("Nobody signs in at the proxy, so --proxy-password-from does nothing. Name the user in "
                              "--proxy, as in socks5://USER@HOST:PORT, or leave it out.");
    if (!o.keyPassphraseFrom.empty() && request.certificate.isEmpty())
        return QStringLiteral("There is no client certificate, so --key-passphrase-from does nothing. Name one with "
                              "--client-cert or --client-p12, or leave it out.");
    return {};
}

QString firstOf(std::initializer_list<QString> sentences)
{
    const auto found = std::ranges::find_if(sentences, [](const QString &sentence) { return !sentence.isEmpty(); });
    return found == sentences.end() ? QString() : *found;
}

QString ofSeveral(const SendOptions &o)
{
    const bool several = o.all || o.repeat > 1;
    if (o.all && o.repeat > 1)
        return QStringLiteral("--all tests each sender once, so it does not go with --repeat.");
    if (several && !(o.recordFile.empty() && o.transcriptFile.empty()))
        return QStringLiteral("--record and --transcript keep one test. For several, name a folder: --records DIR.");
    if (!several && !o.recordFolder.empty())
        return QStringLiteral("--records keeps several tests. For one, name a file: --record FILE.");
    if (!several && o.perMinute > 0)
        return QStringLiteral(
            "There is one message only, so --per-minute does nothing. Give --repeat or --all as well, or "
            "leave it out.");
    return {};
}

/// Graph has no conversation to shape.
QString beyondGraph(const SendOptions &o)
{
    if (!o.graph)
        return firstOf({{"--graph-service", !o.graphService.empty()}, {"--no-sent-copy", o.noSentCopy}},
                       QStringLiteral("%1 is for Microsoft Graph: give --graph as well, or leave it out."));
    return firstOf({{"--server", !o.server.empty()},
                    {"--tls", !o.tls.empty()},
                    {"--tls-min", !o.tlsMinimum.empty()},
                    {"--tls-max", !o.tlsMaximum.empty()},
                    {"--ciphers", !o.ciphers.empty()},
                    {"--sni", !o.serverName.empty()},
                    {"--verify-name", !o.verifyName.empty()},
                    {"--insecure", o.insecure},
                    {"--client-cert", !o.clientCertificate.empty()},
                    {"--client-p12", !o.pkcs12.empty()},
                    {"-4", o.ipv4},
                    {"-6", o.ipv6},
                    {"--source", !o.source.empty()},
                    {"--proxy", !o.proxy.empty()},
                    {"--auth", !o.auth.empty()},
                    {"--password-from", !o.passwordFrom.empty()},
                    {"--act-as", !o.actAs.empty()},
                    {"--realm", !o.realm.empty()},
                    {"--auth-without-tls", o.signInWithoutTls},
                    {"--ehlo", !o.ehloName.empty()},
                    {"--helo", o.heloOnly},
                    {"--no-pipelining", o.noPipelining},
                    {"--chunking", o.chunking},
                    {"--size", !o.claimedSize.empty()},
                    {"--no-size", o.noSize},
                    {"--dsn", !o.dsn.empty()},
                    {"--smtputf8", o.smtpUtf8},
                    {"--stop-after", !o.stopAfter.empty()},
                    {"--patience", o.patienceSeconds > 0},
                    {"--stage-patience", !o.stagePatience.empty()},
                    {"--mail-from", !o.mailFrom.empty()},
                    {"--site", !o.site.empty()},
                    {"--check-only", o.checkOnly},
                    {"--dns", o.dns},
                    {"--repeat", o.repeat > 1}},
                   QStringLiteral("Microsoft Graph is no SMTP server, so %1 does nothing with --graph. Leave it out."));
}

} // namespace

QString uselessOption(const SendOptions &o)
{
    if (const QString beyond = beyondGraph(o); !beyond.isEmpty())
        return beyond;
    if (!o.body.empty() && !o.bodyFile.empty())
        return QStringLiteral("Give the text with --body or with --body-file, not both.");
    if (o.noSize && !o.claimedSize.empty())
        return QStringLiteral("With --no-size no size is said, so --size does nothing. Leave one of them out.");
    if (!o.clientCertificate.empty() && !o.pkcs12.empty())
        return QStringLiteral("Give the client certificate with --client-cert or with --client-p12, not both.");
    if (!o.clientKey.empty() && o.clientCertificate.empty())
        return QStringLiteral("--client-key needs the certificate that it belongs to: --client-cert FILE.");
    return ofSeveral(o);
}

QString uselessOption(const SendOptions &o, const TestRequest &request)
{
    return firstOf({withoutTls(o, request), withoutExtensions(o, request), besideAFile(o, request),
                    ofTheSignIn(o, request), ofSecrets(o, request)});
}

} // namespace relaywright::cli
