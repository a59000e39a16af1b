// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/Context.h"

#include "core/base/Text.h"
#include "core/oauth/TokenJudgement.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/site/SiteWords.h"

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
    std::string tenant;
    std::string application;
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
    const auto tenant = guidOf("--tenant", options.tenant);
    const auto application = guidOf("--application", options.application);
    if (!tenant || !application)
        return tl::unexpected<Error>(!tenant ? tenant.error() : application.error());
    need.tenantId = *tenant;
    need.applicationId = *application;
    if (!options.cloud.empty()) {
        const auto cloud =
            std::ranges::find_if(kCloudWords, [&](const auto &entry) { return options.cloud == entry.first; });
        if (cloud == kCloudWords.end())
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" is not one of the clouds worldwide, gcc-high, dod and china.")
                               .arg(QString::fromStdString(options.cloud)));
        need.cloud = cloud->second;
    }
    return need;
}

QJsonObject claimsJson(const TokenClaims &claims)
{
    const auto time = [](const std::optional<TimePoint> &point) {
        return point ? toDateTime(*point).toUTC().toString(Qt::ISODate) : QString();
    };
    return {{QStringLiteral("audience"), claims.audience},
            {QStringLiteral("tenant"), claims.tenantId},
            {QStringLiteral("user"), claims.user},
            {QStringLiteral("application"), claims.applicationId},
            {QStringLiteral("isApplication"), claims.isApplication},
            {QStringLiteral("scopes"), QJsonArray::fromStringList(claims.scopes)},
            {QStringLiteral("roles"), QJsonArray::fromStringList(claims.roles)},
            {QStringLiteral("issuedAt"), time(claims.issuedAt)},
            {QStringLiteral("notBefore"), time(claims.notBefore)},
            {QStringLiteral("expires"), time(claims.expires)}};
}

int report(const TokenClaims &claims, const TokenNeed &need, const Context &context)
{
    const auto remarks = judgeToken(claims, need, context.knowledge, context.clock.now());
    QJsonArray list;
    for (const TokenRemark &remark : remarks) {
        context.say(QStringLiteral("%1  %2  [%3]")
                        .arg(toString(remark.level).leftJustified(9), remark.sentence, toString(remark.about)));
        list += QJsonObject{{QStringLiteral("level"), toString(remark.level)},
                            {QStringLiteral("about"), toString(remark.about)},
                            {QStringLiteral("sentence"), remark.sentence}};
    }
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.token/1")},
                   {QStringLiteral("use"), toString(need.use)},
                   {QStringLiteral("claims"), claimsJson(claims)},
                   {QStringLiteral("remarks"), list}});
    const bool wrong = std::ranges::find(remarks, TokenRemark::Level::Wrong, &TokenRemark::level) != remarks.end();
    return wrong ? AnswerIsNo : Done;
}

std::optional<int> runToken(const TokenOptions &options, Context &context)
{
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
    CLI::App *token =
        app.add_subcommand("token", "What an access token says, and whether it fits; nothing leaves this computer");
    token->add_option("--from", options->from, "Where the token is: keychain:NAME env:NAME file:PATH stdin")
        ->required();
    token->add_option("--mailbox", options->mailbox, "The mailbox that signs in with it");
    token->add_option("--method", options->method, "client-submission (default) high-volume-email graph");
    token->add_option("--cloud", options->cloud, "worldwide (default) gcc-high dod china");
    token->add_option("--site", options->site, "A site document, for its cloud and domains");
    token->add_option("--tenant", options->tenant, "The organisation's directory (tenant) id");
    token->add_option("--application", options->application, "The application (client) id that was registered");
    token->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runToken(*options, context); }; });
}

} // namespace relaywright::cli
