// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SayClaims.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright::cli {

namespace {

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
            {QStringLiteral("objectId"), claims.objectId},
            {QStringLiteral("scopes"), QJsonArray::fromStringList(claims.scopes)},
            {QStringLiteral("roles"), QJsonArray::fromStringList(claims.roles)},
            {QStringLiteral("issuedAt"), time(claims.issuedAt)},
            {QStringLiteral("notBefore"), time(claims.notBefore)},
            {QStringLiteral("expires"), time(claims.expires)}};
}

} // namespace

int sayClaims(const TokenClaims &claims, const TokenNeed &need, const Context &context, QJsonObject &document)
{
    auto remarks = judgeToken(claims, need, context.knowledge, context.clock.now());
    if (const auto id = judgeObjectId(claims); id && !claims.objectId.isEmpty())
        remarks.push_back(*id);
    QJsonArray list;
    for (const TokenRemark &remark : remarks) {
        context.say(QStringLiteral("%1  %2  [%3]")
                        .arg(toString(remark.level).leftJustified(9), remark.sentence, toString(remark.about)));
        list += QJsonObject{{QStringLiteral("level"), toString(remark.level)},
                            {QStringLiteral("about"), toString(remark.about)},
                            {QStringLiteral("sentence"), remark.sentence}};
    }
    document.insert(QStringLiteral("use"), toString(need.use));
    document.insert(QStringLiteral("claims"), claimsJson(claims));
    document.insert(QStringLiteral("remarks"), list);
    const bool wrong = std::ranges::find(remarks, TokenRemark::Level::Wrong, &TokenRemark::level) != remarks.end();
    return wrong ? AnswerIsNo : Done;
}

} // namespace relaywright::cli
