// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "core/graph/GraphService.h"
#include "core/oauth/TokenAccountJson.h"
#include "core/relay/RelayConfigReading.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kMostMinutesLeft = 24 * 60;

Result<Endpoint> parseUpstreamServer(const QString &text)
{
    auto endpoint = Endpoint::parse(text, 587);
    if (endpoint && endpoint->port == 0)
        return failure(ErrorKind::InvalidInput, QStringLiteral("port 0 cannot be connected to. Use 587, 465 or 25."));
    return endpoint;
}

void checkSignIn(JsonReader &reader, const RelayUpstream &upstream)
{
    if (hasControlCharacters(upstream.user))
        reader.fail(u"user", QStringLiteral("must not hold control characters."));
    if (upstream.user.isEmpty() && upstream.password)
        reader.fail(u"user", QStringLiteral("is missing: a password is of no use without it."));
    if (upstream.user.isEmpty() && upstream.oauth)
        reader.fail(u"user", QStringLiteral("is missing. Give the mailbox that sends, such as scanner@contoso.com."));
    if (upstream.password && upstream.oauth)
        reader.fail(u"password",
                    QStringLiteral("is too much: the access tokens stand in for it. Leave one of the two out."));
    if (!upstream.user.isEmpty() && !upstream.password && !upstream.oauth)
        reader.fail(u"password",
                    QStringLiteral("is missing. Say where it is kept, such as keychain:%1, or where access "
                                   "tokens come from.")
                        .arg(upstream.user));
    const bool inClear = upstream.tls == TlsPolicy::None || upstream.tls == TlsPolicy::Opportunistic;
    if (!upstream.certificate.isEmpty() && inClear)
        reader.fail(u"tls", QStringLiteral("must be starttls or implicit where the relay shows a certificate: without "
                                           "TLS nobody would see it."));
    if (!upstream.user.isEmpty() && inClear)
        reader.fail(u"tls",
                    QStringLiteral("must be starttls or implicit where the relay signs in, so that the password "
                                   "or token never travels in the clear."));
}

/// A DNS label, or several with dots between.
bool isSelector(const QString &text)
{
    static const QRegularExpression good(
        QStringLiteral("\\A[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\\z"));
    return text.size() <= 63 && good.match(text).hasMatch();
}

Result<QTime> parseClock(const QString &text)
{
    const QTime time = QTime::fromString(text, QStringLiteral("HH:mm"));
    if (!time.isValid())
        return failure(ErrorKind::InvalidInput, QStringLiteral("must be a time of the day, such as 22:00."));
    return time;
}

Result<QUrl> parseGraphService(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (const auto service = GraphService::at(url); !service)
        return tl::unexpected<Error>(service.error());
    return url;
}

/// The authorities, the limits and the address that hold for either way.
void readCommon(JsonReader &reader, RelayUpstream &upstream, int mostConnections)
{
    upstream.caFile = plainText(reader, u"caFile");
    upstream.maxConnections =
        static_cast<int>(reader.integer(u"maxConnections", upstream.maxConnections, 1, mostConnections));
    upstream.maxMessagesPerMinute =
        static_cast<int>(reader.integer(u"maxMessagesPerMinute", upstream.maxMessagesPerMinute, 1, 10'000'000));
    upstream.maxRecipientsPerDay =
        static_cast<int>(reader.integer(u"maxRecipientsPerDay", upstream.maxRecipientsPerDay, 1, 1'000'000'000));
    const auto minutesOf = [&reader](QStringView key, std::chrono::milliseconds usual) {
        return std::chrono::minutes(
            reader.integer(key, std::chrono::duration_cast<std::chrono::minutes>(usual).count(), 0, kMostMinutesLeft));
    };
    upstream.leaveAfter = minutesOf(u"leaveAfterMinutes", upstream.leaveAfter);
    upstream.leaveFor = minutesOf(u"leaveForMinutes", upstream.leaveFor);
    upstream.sendAs = optionalParsed<EmailAddress>(reader, u"sendAs", &EmailAddress::parse);
}

/// Where Graph is, for people: status, journal and quota name it so.
Endpoint graphServer(const GraphWay &way, Cloud cloud)
{
    const Knowledge &knowledge = Knowledge::builtIn();
    const QString host = way.service ? way.service->host() : GraphService::microsoft(cloud, knowledge).host();
    const int usual = static_cast<int>(knowledge.number(QStringLiteral("graph.port")));
    return {*Host::parse(host), static_cast<std::uint16_t>(way.service ? way.service->port(usual) : usual)};
}

/// Nobody else tells a service without accounts of its user's when a client secret ends.
void readSecretEnds(JsonReader &reader, RelayUpstream &upstream)
{
    upstream.secretEnds = optionalParsed<QDate>(reader, u"secretEnds", &parseDay);
    const bool hasSecret = upstream.oauth && std::holds_alternative<KeptClientSecret>(upstream.oauth->proof);
    if (upstream.secretEnds && !hasSecret)
        reader.fail(u"secretEnds", QStringLiteral("is for a client secret, and there is none here. Leave it out."));
}

std::optional<RelayUpstream> readGraphUpstream(JsonReader &reader)
{
    GraphWay way;
    reader.object(u"graph", [&way](JsonReader &item) {
        way.saveToSentItems = item.boolean(u"saveToSentItems", way.saveToSentItems);
        way.service = optionalParsed<QUrl>(item, u"service", &parseGraphService);
    });
    const auto mailbox = reader.parsed<EmailAddress>(u"user", &EmailAddress::parse);
    if (!mailbox)
        reader.fail(u"user", QStringLiteral("is missing. Give the mailbox that sends, such as scanner@contoso.com."));
    std::optional<TokenAccount> account;
    reader.object(u"oauth", [&account](JsonReader &item) {
        const bool saysUse = item.has(u"use");
        account = readTokenAccount(item);
        if (account && saysUse && account->use != TokenUse::Graph)
            item.fail(u"use",
                      QStringLiteral("must be graph: a token for SMTP opens nothing at Microsoft Graph. It can be left "
                                     "out."));
    });
    if (!account) {
        reader.fail(u"oauth",
                    QStringLiteral("is missing. Microsoft Graph wants access tokens; say where they come from."));
        return std::nullopt;
    }
    if (reader.failed())
        return std::nullopt;
    account->use = TokenUse::Graph;
    RelayUpstream upstream{.server = graphServer(way, account->cloud), .graph = way};
    upstream.user = mailbox->toString();
    upstream.oauth = std::move(account);
    readSecretEnds(reader, upstream);
    readCommon(reader, upstream,
               static_cast<int>(Knowledge::builtIn().number(QStringLiteral("graph.concurrent-requests"))));
    return upstream;
}

} // namespace

std::optional<RelayUpstream> readUpstream(JsonReader &reader)
{
    if (reader.has(u"graph"))
        return readGraphUpstream(reader);
    const auto server = reader.parsed<Endpoint>(u"server", &parseUpstreamServer);
    if (!server) {
        reader.fail(u"server", QStringLiteral("is missing. Give the smart host, such as smtp.office365.com:587."));
        return std::nullopt;
    }
    RelayUpstream upstream{.server = *server};
    upstream.tls = reader.word<TlsPolicy>(u"tls", TlsPolicy::Required,
                                          {{"none", TlsPolicy::None},
                                           {"opportunistic", TlsPolicy::Opportunistic},
                                           {"starttls", TlsPolicy::Required},
                                           {"implicit", TlsPolicy::Implicit}});
    upstream.certificate = readCertificateFiles(reader, QStringLiteral("to show none"));
    upstream.user = reader.string(u"user", QString());
    upstream.password = optionalParsed<SecretRef>(reader, u"password", &SecretRef::parse);
    readCommon(reader, upstream, 100);
    reader.object(u"oauth", [&upstream](JsonReader &item) {
        upstream.oauth = readTokenAccount(item);
        if (upstream.oauth && upstream.oauth->use == TokenUse::Graph)
            item.fail(u"use",
                      QStringLiteral("must be client-submission or high-volume-email: a token for Microsoft Graph "
                                     "opens no SMTP server."));
    });
    readSecretEnds(reader, upstream);
    checkSignIn(reader, upstream);
    return upstream;
}

void readDkim(JsonReader &reader, std::vector<DkimSigning> &signings)
{
    const auto domain = reader.parsed<Domain>(u"domain", &Domain::parse);
    const QString selector = reader.string(u"selector");
    const auto key = reader.parsed<SecretRef>(u"key", &SecretRef::parse);
    if (!domain)
        reader.fail(u"domain", QStringLiteral("is missing. Give the domain of the From: addresses to sign for."));
    if (!isSelector(selector))
        reader.fail(u"selector", QStringLiteral("must be a DNS label, such as relay1."));
    if (!key)
        reader.fail(u"key",
                    QStringLiteral("is missing. Say where the private key is kept, such as keychain:dkim-relay1."));
    if (!reader.failed())
        signings.push_back({*domain, selector, *key});
}

void readRoute(JsonReader &reader, RelayConfig &config)
{
    RelayRoute route{.name = reader.string(u"name")};
    if (route.name.trimmed().isEmpty() || route.name.size() > 60 || hasControlCharacters(route.name))
        reader.fail(u"name", QStringLiteral("must be 1 to 60 characters that can be read."));
    if (route.name == defaultRouteName())
        reader.fail(u"name", QStringLiteral("is the name of the default route. Choose another."));
    if (std::ranges::any_of(config.routes, [&](const RelayRoute &other) { return other.name == route.name; }))
        reader.fail(u"name", QStringLiteral("is there twice. Give each route a name of its own."));
    reader.array(u"hosts", [&](JsonReader &item) {
        if (auto host = readUpstream(item))
            route.hosts.push_back(std::move(*host));
    });
    if (route.hosts.empty())
        reader.fail(u"hosts", QStringLiteral("must hold at least one smart host, such as smtp.office365.com:587."));
    reader.array(u"dkim", [&](JsonReader &item) { readDkim(item, route.dkim); });
    config.routes.push_back(std::move(route));
}

void readAlerts(JsonReader &reader, RelayAlerts &alerts)
{
    alerts.mailTo = optionalParsed<EmailAddress>(reader, u"mailTo", &EmailAddress::parse);
    alerts.mailFrom = optionalParsed<EmailAddress>(reader, u"mailFrom", &EmailAddress::parse);
    alerts.quietFrom = optionalParsed<QTime>(reader, u"quietFrom", &parseClock);
    alerts.quietTo = optionalParsed<QTime>(reader, u"quietTo", &parseClock);
    if (alerts.quietFrom.has_value() != alerts.quietTo.has_value())
        reader.fail(u"quietFrom",
                    QStringLiteral("needs the other end of the quiet period. Give both times, or neither."));
    using std::chrono::minutes;
    alerts.repeatAfter = minutes(reader.integer(u"repeatAfterMinutes", alerts.repeatAfter.count(), 1, 100'000));
    alerts.queueAge = minutes(reader.integer(u"queueAgeMinutes", alerts.queueAge.count(), 1, 100'000));
    alerts.rateFactor = static_cast<int>(reader.integer(u"rateFactor", alerts.rateFactor, 2, 10'000));
    alerts.signInFailures = static_cast<int>(reader.integer(u"signInFailures", alerts.signInFailures, 1, 10'000));
    alerts.certificateDays =
        std::chrono::days(reader.integer(u"certificateDays", alerts.certificateDays.count(), 1, 365));
    alerts.unknownSource = reader.boolean(u"unknownSource", alerts.unknownSource);
}

} // namespace relaywright
