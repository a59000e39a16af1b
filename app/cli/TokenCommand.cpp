// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/Context.h"
#include "app/cli/SayClaims.h"
#include "app/cli/TokenFetch.h"

#include "core/base/Text.h"
#include "core/oauth/TokenJudgement.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/site/SiteDocument.h"

#include <QJsonArray>
#include <QUuid>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

struct TokenOptions {
    std::string from;
    std::string mailbox;
    std::string method = "client-submission";
    std::string cloud;
    std::string site;
    TokenFetchOptions fetch;
};

/// As claims write it; empty where the option is not given.
Result<QString> guidOf(const char *option, const std::string &text)
{
    if (text.empty())
        return QString();
    const QUuid id(QString::fromStdString(text));
    if (id.isNull())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 needs an id such as 11111111-2222-3333-4444-555555555555, not \"%2\". The "
                                      "Entra admin centre shows it on the overview page.")
                           .arg(QLatin1String(option), quotable(QString::fromStdString(text))));
    return id.toString(QUuid::WithoutBraces);
}

Result<TokenNeed> needOf(const TokenOptions &options, const Context &context)
{
    TokenNeed need;
    need.mailbox = QString::fromStdString(options.mailbox);
    const auto use = parseTokenUse(QString::fromStdString(options.method));
    if (!use)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" takes no access token. Use one of client-submission, high-volume-email and "
                           "graph.")
                .arg(QString::fromStdString(options.method)));
    need.use = *use;
    if (!options.site.empty()) {
        const auto advice = adviseFrom(QString::fromStdString(options.site), context.clock.today(), context);
        if (!advice)
            return tl::unexpected<Error>(advice.error());
        takeOrganisation(need, advice->site.organisation);
    }
    // A token is asked for at a domain of the organisation as well; it says the id.
    const bool isDomain = options.fetch.isAsked() && QUuid(QString::fromStdString(options.fetch.tenant)).isNull();
    const auto tenant = guidOf("--tenant", isDomain ? std::string() : options.fetch.tenant);
    const auto application = guidOf("--application", options.fetch.application);
    if (!tenant || !application)
        return tl::unexpected<Error>(!tenant ? tenant.error() : application.error());
    need.tenantId = *tenant;
    need.applicationId = *application;
    if (!options.cloud.empty()) {
        const auto cloud = parseCloud(QString::fromStdString(options.cloud));
        if (!cloud)
            return tl::unexpected<Error>(cloud.error());
        need.cloud = *cloud;
    }
    return need;
}

QJsonObject grantJson(const GrantedToken &granted)
{
    const auto time = [](TimePoint point) { return toDateTime(point).toUTC().toString(Qt::ISODate); };
    QJsonObject json{{QStringLiteral("obtained"), time(granted.obtained)},
                     {QStringLiteral("expires"), time(granted.expires)},
                     {QStringLiteral("scopes"), QJsonArray::fromStringList(granted.scopes)},
                     {QStringLiteral("refreshToken"), !granted.refreshToken.isEmpty()}};
    if (granted.clockSkew)
        json[QStringLiteral("clockSkewSeconds")] = static_cast<qint64>(granted.clockSkew->count());
    return json;
}

/// `granted`: how the token came, where it was asked for.
int report(const TokenClaims &claims, const TokenNeed &need, const Context &context,
           const std::optional<GrantedToken> &granted = std::nullopt)
{
    QJsonObject document{{QStringLiteral("schema"), QStringLiteral("relaywright.token/1")}};
    const int code = sayClaims(claims, need, context, document);
    if (granted)
        document[QStringLiteral("grant")] = grantJson(*granted);
    context.print(document);
    return code;
}

std::optional<int> runFetch(const TokenOptions &options, Context &context)
{
    const auto need = needOf(options, context);
    if (!need)
        return context.fail(need.error());
    const auto asked = fetchToken(options.fetch, *need, context, [need = *need, &context](const GrantedToken &granted) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(granted.expires - context.clock.now()).count();
        context.say(QStringLiteral("The sign-in service gave a token, good for %1 minutes. Nothing of it is kept.")
                        .arg(minutes));
        if (granted.clockSkew)
            context.complain(clockSkewSentence(*granted.clockSkew));
        const auto claims = readAccessToken(granted.accessToken);
        context.finish(claims ? report(*claims, need, context, granted) : context.fail(claims.error()));
    });
    return asked ? std::nullopt : std::optional(context.fail(asked.error()));
}

/// Wrong usage, a whole sentence; empty: none.
QString usageFault(const TokenOptions &options)
{
    const TokenFetchOptions &fetch = options.fetch;
    const int ways = !options.from.empty() + !fetch.secretFrom.empty() + !fetch.certificate.empty() + fetch.deviceCode;
    if (ways == 0)
        return QStringLiteral(
            "Say where the token is (--from), or how to get one: --secret-from, --certificate or --device-code.");
    if (ways > 1)
        return QStringLiteral("Use one of --from, --secret-from, --certificate and --device-code.");
    if (fetch.isAsked() && (fetch.tenant.empty() || fetch.application.empty()))
        return QStringLiteral("Getting a token needs --tenant and --application.");
    return {};
}

std::optional<int> runToken(const TokenOptions &options, Context &context)
{
    if (const QString fault = usageFault(options); !fault.isEmpty()) {
        context.complain(fault);
        return WrongUsage;
    }
    if (options.fetch.isAsked())
        return runFetch(options, context);
    const auto ref = SecretRef::parse(QString::fromStdString(options.from));
    if (!ref)
        return context.fail(ref.error());
    const auto need = needOf(options, context);
    if (!need)
        return context.fail(need.error());
    const auto keychain = std::make_shared<KeychainSecretStore>();
    resolveSecret(*ref, *keychain, &context, [keychain, need = *need, &context](Result<Secret> token) {
        if (!token)
            return context.finish(context.fail(token.error()));
        const auto claims = readAccessToken(*token);
        context.finish(claims ? report(*claims, need, context) : context.fail(claims.error()));
    });
    return std::nullopt;
}

} // namespace

void addTokenCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<TokenOptions>();
    CLI::App *token = app.add_subcommand(
        "token", "What an access token says, and whether it fits: one that is there, which does not leave "
                 "this computer, or one that the sign-in service gives");
    token->add_option("--from", options->from, "Where the token is: keychain:NAME env:NAME file:PATH stdin");
    token->add_option("--mailbox", options->mailbox, "The mailbox that signs in with it");
    token->add_option("--method", options->method, "client-submission (default) high-volume-email graph");
    token->add_option("--cloud", options->cloud, "worldwide (default) gcc-high dod china");
    token->add_option("--site", options->site, "A site document, for its cloud and domains");
    TokenFetchOptions &fetch = options->fetch;
    token->add_option("--tenant", fetch.tenant,
                      "The organisation's directory (tenant) id; to get a token, a domain will do");
    token->add_option("--application", fetch.application, "The application (client) id that was registered");
    constexpr auto kGet = "Get a token";
    token
        ->add_option("--secret-from", fetch.secretFrom,
                     "As the application itself, with its client secret: keychain:NAME env:NAME file:PATH stdin")
        ->group(kGet);
    token->add_option("--certificate", fetch.certificate, "The same with this certificate (PEM), and --key-from")
        ->group(kGet);
    token->add_option("--key-from", fetch.keyFrom, "Where the certificate's private key (PEM) is")->group(kGet);
    token->add_option("--passphrase-from", fetch.passphraseFrom, "Where the key's passphrase is")->group(kGet);
    token->add_flag("--device-code", fetch.deviceCode, "As a person who enters a code in any browser")->group(kGet);
    token->add_option("--service", fetch.service, "Another sign-in service than Microsoft's: https://HOST:PORT")
        ->group(kGet);
    token->add_option("--ca-file", fetch.caFile, "Trust the certificates of this PEM file too")->group(kGet);
    token->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runToken(*options, context); }; });
}

} // namespace relaywright::cli
