// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendRequest.h"

#include "app/cli/AccountTokens.h"
#include "app/cli/Context.h"
#include "core/base/Size.h"
#include "core/secrets/SecretResolver.h"

#include <QUrl>

namespace relaywright::cli {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

/// Reads an option that was given, through `parse`, into `place`; the sentence names the option and what it takes.
template <class Place, class Parse>
Result<void> take(const std::string &value, Place &place, Parse parse, const char *option, const QString &takes)
{
    if (value.empty())
        return {};
    const auto parsed = parse(text(value));
    if (!parsed)
        return invalid(QStringLiteral("%1 must be one of %2.").arg(QLatin1String(option), takes));
    place = *parsed;
    return {};
}

/// The same for what explains itself when it cannot be read.
template <class Place, class Parse>
Result<void> takeValue(const std::string &value, Place &place, Parse parse, const char *option)
{
    if (value.empty())
        return {};
    auto parsed = parse(text(value));
    if (!parsed)
        return invalid(QStringLiteral("%1: %2").arg(QLatin1String(option), parsed.error().detail));
    place = std::move(*parsed);
    return {};
}

void takeText(const std::string &value, QString &place)
{
    if (!value.empty())
        place = text(value);
}

Result<ProxySettings> parseProxy(const QString &words)
{
    const QUrl url(words);
    const bool socks = url.scheme() == QLatin1String("socks5");
    if (!socks && url.scheme() != QLatin1String("http"))
        return invalid(QStringLiteral("write socks5://HOST:PORT or http://HOST:PORT."));
    if (!url.password().isEmpty())
        return invalid(QStringLiteral("leave the password out and name it with --proxy-password-from."));
    const auto host = Host::parse(url.host());
    if (!host)
        return tl::unexpected(host.error());
    const auto port = static_cast<std::uint16_t>(url.port(socks ? 1080 : 8080));
    return ProxySettings{
        socks ? ProxySettings::Kind::Socks5 : ProxySettings::Kind::HttpConnect, {*host, port}, url.userName(), {}};
}

Result<void> takeTls(const SendOptions &o, TestRequest &request)
{
    ConnectionSettings &connection = request.connection;
    const QString versions = QStringLiteral("tls1.0, tls1.1, tls1.2, tls1.3");
    if (auto fine = take(o.tls, connection.smtp.tls, parseTlsPolicy, "--tls",
                         QStringLiteral("none, opportunistic, starttls, implicit"));
        !fine)
        return fine;
    if (auto fine = take(o.tlsMinimum, connection.tls.minimum, parseTlsVersion, "--tls-min", versions); !fine)
        return fine;
    if (auto fine = take(o.tlsMaximum, connection.tls.maximum, parseTlsVersion, "--tls-max", versions); !fine)
        return fine;
    takeText(o.ciphers, connection.tls.ciphers);
    takeText(o.serverName, connection.tls.serverName);
    takeText(o.verifyName, connection.tls.expectedName);
    takeText(o.caFile, request.caFile);
    connection.tls.insecure = connection.tls.insecure || o.insecure;
    if (!o.clientCertificate.empty() || !o.pkcs12.empty())
        request.certificate = {text(o.clientCertificate), text(o.clientKey), text(o.pkcs12), std::nullopt};
    if (auto fine =
            takeValue(o.keyPassphraseFrom, request.certificate.password, SecretRef::parse, "--key-passphrase-from");
        !fine)
        return fine;
    if (const QString fault = tlsSettingsFault(connection.tls); !fault.isEmpty())
        return invalid(fault);
    return {};
}

Result<void> takeWhere(const SendOptions &o, ConnectionSettings &connection)
{
    const auto endpoint = [](const QString &words) { return Endpoint::parse(words); };
    if (auto fine = takeValue(o.server, connection.server, endpoint, "--server"); !fine)
        return fine;
    if (o.ipv4 || o.ipv6)
        connection.family = o.ipv4 ? IpFamily::V4 : IpFamily::V6;
    if (auto fine = takeValue(o.source, connection.source, &IpAddress::parse, "--source"); !fine)
        return fine;
    if (auto fine = takeValue(o.proxy, connection.proxy, parseProxy, "--proxy"); !fine)
        return fine;
    if (connection.proxy && connection.source)
        return invalid(QStringLiteral("--source and --proxy do not go together: the proxy makes the connection."));
    return {};
}

Result<void> takeSignIn(const SendOptions &o, ClientSettings &smtp)
{
    Credentials credentials = smtp.credentials.value_or(Credentials());
    if (auto fine = take(o.auth, credentials.mechanism, parseAuthMechanism, "--auth",
                         authMechanismWords().join(QLatin1String(", ")));
        !fine)
        return fine;
    takeText(o.user, credentials.user);
    takeText(o.actAs, credentials.authorizationId);
    takeText(o.realm, credentials.realm);
    if (!o.account.empty()) {
        if (!o.passwordFrom.empty())
            return invalid(
                QStringLiteral("--account brings an access token in place of a password: leave one of --account and "
                               "--password-from out."));
        if (o.auth.empty())
            credentials.mechanism = AuthMechanism::XOAuth2;
        if (!takesToken(credentials.mechanism))
            return invalid(QStringLiteral("--account signs in with an access token, so --auth must be xoauth2 or "
                                          "oauthbearer."));
        if (credentials.user.isEmpty())
            credentials.user = text(o.account);
    }
    const bool external = credentials.mechanism == AuthMechanism::External && !o.auth.empty();
    // One account serves a whole site: a sender that does not sign in leaves it aside.
    const bool byAccount = !o.account.empty() && o.site.empty();
    if (smtp.credentials || !o.user.empty() || external || byAccount)
        smtp.credentials = std::move(credentials);
    else if (o.site.empty() && !(o.auth.empty() && o.actAs.empty() && o.realm.empty()))
        return invalid(
            QStringLiteral("--auth, --act-as and --realm say how to sign in: give --user and --password-from as "
                           "well, or leave them out."));
    smtp.allowAuthWithoutTls = smtp.allowAuthWithoutTls || o.signInWithoutTls;
    return {};
}

/// Only an account that is named now: the record of an earlier test may be somebody else's, and say where a token goes. A
/// server goes before its Graph.
void takeAccount(const SendOptions &o, TestRequest &request)
{
    request.account.clear();
    if (request.connection.smtp.credentials || request.graph)
        takeText(o.account, request.account);
    if (!o.server.empty())
        request.graph.reset();
}

Result<DsnRequest> parseDsn(const SendOptions &o)
{
    DsnRequest dsn{.asked = true, .envelopeId = QByteArray::fromStdString(o.dsnEnvelopeId)};
    for (const QString &word : text(o.dsn).split(u',', Qt::SkipEmptyParts)) {
        bool *place = word == QLatin1String("never")     ? &dsn.never
                      : word == QLatin1String("success") ? &dsn.success
                      : word == QLatin1String("failure") ? &dsn.failure
                      : word == QLatin1String("delay")   ? &dsn.delay
                                                         : nullptr;
        if (!place)
            return invalid(QStringLiteral("--dsn must be never, or of success, failure, delay with commas between."));
        *place = true;
    }
    if (dsn.never && (dsn.success || dsn.failure || dsn.delay))
        return invalid(QStringLiteral("--dsn never stands alone (RFC 3461 §4.1)."));
    if (o.dsnReturn == "full")
        dsn.returned = DsnRequest::Return::Full;
    else if (o.dsnReturn == "headers")
        dsn.returned = DsnRequest::Return::Headers;
    else if (!o.dsnReturn.empty())
        return invalid(QStringLiteral("--dsn-return must be full or headers."));
    return dsn;
}

Result<void> takePatience(const SendOptions &o, ConnectionSettings &connection)
{
    if (o.patienceSeconds > 0) {
        connection.patience = std::chrono::seconds(o.patienceSeconds);
        connection.connectPatience = std::min(connection.connectPatience, connection.patience);
    }
    for (const std::string &one : o.stagePatience) {
        const QString words = text(one);
        const auto stage = parseStage(words.section(u'=', 0, 0));
        bool isNumber = false;
        const int seconds = words.section(u'=', 1).toInt(&isNumber);
        if (!stage || !isNumber || seconds < 1 || seconds > 3600)
            return invalid(
                QStringLiteral("--stage-patience takes STAGE=SECONDS with 1 to 3600 seconds, such as data=60."));
        connection.stagePatience[*stage] = std::chrono::seconds(seconds);
    }
    return {};
}

Result<void> takeConversation(const SendOptions &o, TestRequest &request)
{
    ClientSettings &smtp = request.connection.smtp;
    if (!o.ehloName.empty())
        smtp.ehloName = QByteArray::fromStdString(o.ehloName);
    smtp.heloOnly = smtp.heloOnly || o.heloOnly;
    smtp.pipelining = smtp.pipelining && !o.noPipelining;
    smtp.chunking = smtp.chunking || o.chunking;
    smtp.announceSize = smtp.announceSize && !o.noSize;
    if (auto fine = takeValue(o.claimedSize, smtp.claimedSize, parseSize, "--size"); !fine)
        return fine;
    if (!o.dsn.empty() || !o.dsnReturn.empty() || !o.dsnEnvelopeId.empty()) {
        const auto dsn = parseDsn(o);
        if (!dsn)
            return tl::unexpected(dsn.error());
        request.dsn = *dsn;
    }
    request.smtpUtf8 = request.smtpUtf8 || o.smtpUtf8;
    if (auto fine = take(o.stopAfter, smtp.stopAfter, parseStage, "--stop-after",
                         QStringLiteral("connect, greeting, ehlo, tls, auth, mail, rcpt, data, quit"));
        !fine)
        return fine;
    return takePatience(o, request.connection);
}

Result<ReversePath> parseReversePath(const QString &words)
{
    if (words == QLatin1String("<>"))
        return ReversePath();
    const auto address = EmailAddress::parse(words);
    if (!address)
        return tl::unexpected(address.error());
    return ReversePath(*address);
}

Result<void> takeEnvelope(const SendOptions &o, TestRequest &request)
{
    if (auto fine = takeValue(o.from, request.envelope.sender, parseReversePath, "--from"); !fine)
        return fine;
    if (request.envelope.sender && !o.from.empty())
        request.message.from = *request.envelope.sender;
    if (auto fine = takeValue(o.mailFrom, request.envelope.sender, parseReversePath, "--mail-from"); !fine)
        return fine;
    if (auto fine = takeValue(o.headerFrom, request.message.from, &EmailAddress::parse, "--header-from"); !fine)
        return fine;
    if (o.to.empty())
        return {};
    request.envelope.recipients.clear();
    for (const std::string &one : o.to) {
        const auto address = EmailAddress::parse(text(one));
        if (!address)
            return invalid(QStringLiteral("--to: %1").arg(address.error().detail));
        request.envelope.recipients.push_back(*address);
    }
    request.message.to = request.envelope.recipients;
    return {};
}

Result<QString> readText(const std::string &file)
{
    const auto octets = readFile(text(file), 16 << 20);
    if (!octets)
        return tl::unexpected(octets.error());
    return QString::fromUtf8(*octets);
}

Result<std::vector<std::pair<QByteArray, QString>>> parseHeaders(const std::vector<std::string> &given)
{
    std::vector<std::pair<QByteArray, QString>> headers;
    for (const std::string &one : given) {
        const QString field = text(one);
        const qsizetype colon = field.indexOf(u':');
        if (colon < 1)
            return invalid(QStringLiteral("--header takes 'Name: value', such as 'X-Device: scanner 4'."));
        headers.emplace_back(field.left(colon).trimmed().toLatin1(), field.mid(colon + 1).trimmed());
    }
    return headers;
}

/// HTML, fields of the user's own, and how the text is written.
Result<void> takeForm(const SendOptions &o, MessageDraft &draft)
{
    if (!o.htmlFile.empty()) {
        auto html = readText(o.htmlFile);
        if (!html)
            return tl::unexpected(html.error());
        draft.html = std::move(*html);
    }
    if (!o.headers.empty()) {
        auto headers = parseHeaders(o.headers);
        if (!headers)
            return tl::unexpected(headers.error());
        draft.headers = std::move(*headers);
    }
    if (!o.charset.empty())
        draft.charset = QByteArray::fromStdString(o.charset).toLower();
    return takeValue(o.senderField, draft.sender, &EmailAddress::parse, "--header-sender");
}

Result<void> takeMessage(const SendOptions &o, TestRequest &request)
{
    MessageDraft &draft = request.message;
    takeText(o.fromName, draft.fromName);
    takeText(o.subject, draft.subject);
    takeText(o.body, draft.text);
    if (!o.bodyFile.empty()) {
        auto body = readText(o.bodyFile);
        if (!body)
            return tl::unexpected(body.error());
        draft.text = std::move(*body);
    }
    if (auto fine = takeForm(o, draft); !fine)
        return fine;
    if (auto fine = takeValue(o.replyTo, draft.replyTo, &EmailAddress::parse, "--reply-to"); !fine)
        return fine;
    if (!o.attachments.empty())
        request.attachments.clear();
    for (const std::string &file : o.attachments)
        request.attachments += text(file);
    if (auto fine = takeValue(o.fill, request.fillOctets, parseSize, "--fill"); !fine)
        return fine;
    takeText(o.messageFile, request.emlFile);
    request.quirks.noDate = request.quirks.noDate || o.noDate;
    request.quirks.noMessageId = request.quirks.noMessageId || o.noMessageId;
    request.quirks.bareLineFeeds = request.quirks.bareLineFeeds || o.bareLineFeeds;
    request.quirks.addressInDisplayName = request.quirks.addressInDisplayName || o.addressInName;
    return {};
}

} // namespace

Result<TestRequest> withOptions(TestRequest base, const SendOptions &options)
{
    if (auto fine = takeWhere(options, base.connection); !fine)
        return tl::unexpected(fine.error());
    if (auto fine = takeTls(options, base); !fine)
        return tl::unexpected(fine.error());
    if (auto fine = takeSignIn(options, base.connection.smtp); !fine)
        return tl::unexpected(fine.error());
    takeAccount(options, base);
    if (auto fine = takeConversation(options, base); !fine)
        return tl::unexpected(fine.error());
    if (auto fine = takeEnvelope(options, base); !fine)
        return tl::unexpected(fine.error());
    if (auto fine = takeMessage(options, base); !fine)
        return tl::unexpected(fine.error());
    return base;
}

Result<TestRequest> plainRequest(const SendOptions &options)
{
    if (options.server.empty() && !options.graph)
        return invalid(
            QStringLiteral("Name the server with --server HOST:PORT, a sender with --site and --sender, or an "
                           "earlier test with --like."));
    if (options.from.empty() && options.mailFrom.empty())
        return invalid(QStringLiteral("Name the sender with --from ADDRESS, or with --mail-from and --header-from."));
    if (options.to.empty())
        return invalid(QStringLiteral("Name a recipient with --to ADDRESS."));
    TestRequest base{.connection = {.server = {Host::of(IpAddress::fromV4(0)), 0}}, .message = {.from = anybody()}};
    base.message.subject = QStringLiteral("Test message from Relaywright");
    base.message.text = QStringLiteral("This is a test message from Relaywright.");
    auto request = withOptions(std::move(base), options);
    const bool nobodyIsNamed = request && request->message.from == anybody() && request->emlFile.isEmpty();
    if (nobodyIsNamed && request->envelope.sender)
        request->message.from = *request->envelope.sender;
    else if (nobodyIsNamed)
        return invalid(QStringLiteral("The reverse-path is empty, so the From field needs an address: --header-from "
                                      "ADDRESS, or send a file with --message FILE."));
    return request;
}

Result<SecretPlaces> secretPlaces(const TestRequest &request, const SendOptions &options)
{
    SecretPlaces places;
    const auto &credentials = request.connection.smtp.credentials;
    if (credentials && !request.account.isEmpty())
        places.account = request.account;
    QString password = text(options.passwordFrom);
    const bool external = credentials && credentials->mechanism == AuthMechanism::External;
    if (external && !password.isEmpty())
        return invalid(QStringLiteral("EXTERNAL signs in with the client certificate and takes no password. Leave "
                                      "--password-from out."));
    // One password serves a whole site: a sender that does not sign in leaves it aside.
    if (!credentials && !options.site.empty())
        password.clear();
    const bool needsPassword = credentials && !external && !places.account;
    if (needsPassword == password.isEmpty() && (credentials || options.site.empty()))
        return invalid(credentials
                           ? QStringLiteral("%1 signs in, so its password is needed: --password-from keychain:%1, "
                                            "for instance.")
                                 .arg(credentials->user)
                           : QStringLiteral("To sign in, give both --user and --password-from; to send without, "
                                            "give neither."));
    if (credentials)
        password.replace(QLatin1String("{user}"), credentials->user);
    if (auto fine = takeValue(password.toStdString(), places.password, SecretRef::parse, "--password-from"); !fine)
        return tl::unexpected(fine.error());
    if (auto fine =
            takeValue(options.proxyPasswordFrom, places.proxyPassword, SecretRef::parse, "--proxy-password-from");
        !fine)
        return tl::unexpected(fine.error());
    const auto &proxy = request.connection.proxy;
    if (proxy && !proxy->user.isEmpty() && !places.proxyPassword)
        return invalid(QStringLiteral("%1 signs in at the proxy, so its password is needed: --proxy-password-from "
                                      "keychain:%1, for instance.")
                           .arg(proxy->user));
    places.keyPassphrase = request.certificate.password;
    int fromInput = 0;
    for (const auto &place : {places.password, places.proxyPassword, places.keyPassphrase})
        fromInput += place && place->kind() == SecretRef::Kind::StandardInput;
    if (fromInput > 1)
        return invalid(QStringLiteral("Only one secret can come from standard input."));
    return places;
}

void fetchSecrets(const SecretPlaces &places, SecretStore &store, AccountTokens &accounts, QObject *context,
                  std::function<void(Result<TestSecrets>)> done)
{
    if (places.account) {
        SecretPlaces rest = places;
        rest.account.reset();
        const auto withToken = [rest, &store, &accounts, context, done](const Result<Secret> &token) {
            if (!token)
                return done(tl::unexpected<Error>(token.error()));
            fetchSecrets(rest, store, accounts, context, [done, token = *token](Result<TestSecrets> secrets) {
                if (secrets)
                    secrets->password = token;
                done(std::move(secrets));
            });
        };
        return accounts.get(*places.account, context, withToken);
    }
    struct Fetch : std::enable_shared_from_this<Fetch> {
        std::vector<std::pair<SecretRef, Secret TestSecrets::*>> wanted;
        TestSecrets secrets;
        std::function<void(Result<TestSecrets>)> done;
        void next(SecretStore &from, QObject *owner)
        {
            if (wanted.empty())
                return done(secrets);
            const auto [place, member] = wanted.back();
            wanted.pop_back();
            resolveSecret(place, from, owner,
                          [self = shared_from_this(), &from, owner, member = member](Result<Secret> got) {
                              if (!got)
                                  return self->done(tl::unexpected(got.error()));
                              self->secrets.*member = std::move(*got);
                              self->next(from, owner);
                          });
        }
    };
    const auto fetch = std::make_shared<Fetch>();
    fetch->done = std::move(done);
    if (places.password)
        fetch->wanted.emplace_back(*places.password, &TestSecrets::password);
    if (places.proxyPassword)
        fetch->wanted.emplace_back(*places.proxyPassword, &TestSecrets::proxyPassword);
    if (places.keyPassphrase)
        fetch->wanted.emplace_back(*places.keyPassphrase, &TestSecrets::keyPassphrase);
    fetch->next(store, context);
}

} // namespace relaywright::cli
