// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenJudgement.h"

#include "core/oauth/EntraIds.h"
#include "core/oauth/TokenScopes.h"
#include "core/site/SiteDocument.h"

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

using Level = TokenRemark::Level;
using About = TokenRemark::About;

QString withoutSlash(QString text)
{
    while (text.endsWith(u'/'))
        text.chop(1);
    return text;
}

QString quoted(const QString &text)
{
    return text.isEmpty() ? QStringLiteral("nothing") : u'"' + text + u'"';
}

QString dateText(TimePoint time)
{
    return toDateTime(time).toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm")) + QStringLiteral(" UTC");
}

TokenRemark audienceRemark(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge)
{
    const QStringList wanted = audiencesFor(need, knowledge);
    const QString audience = withoutSlash(claims.audience);
    if (wanted.contains(audience, Qt::CaseInsensitive))
        return {Level::Good, About::Audience,
                QStringLiteral("The token is for %1, as it must be.").arg(claims.audience)};
    return {
        Level::Wrong, About::Audience,
        QStringLiteral("The token is for %1 (aud), and %2 is needed: a token opens one resource only. Ask for it with "
                       "the scope of that resource.")
            .arg(quoted(claims.audience), wanted.first())};
}

TokenRemark permissionRemark(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge)
{
    const TokenHolder holder = claims.isApplication ? TokenHolder::Application : TokenHolder::User;
    const QString wanted = permissionFor(need.use, holder, knowledge);
    const QStringList &held = claims.isApplication ? claims.roles : claims.scopes;
    const QString claim = claims.isApplication ? QStringLiteral("roles") : QStringLiteral("scp");
    if (held.contains(wanted, Qt::CaseInsensitive))
        return {Level::Good, About::Permission, QStringLiteral("The token holds %1 (%2).").arg(wanted, claim)};
    // With application access control (App RBAC) Exchange Online itself keeps the grant, and the token shows none.
    const bool mayBeInExchange = claims.isApplication && need.use != TokenUse::HighVolumeEmail;
    if (mayBeInExchange)
        return {Level::Attention, About::Permission,
                QStringLiteral("The token holds no %1 (roles). It is enough only where the application has the role "
                               "\"Application %1\" in Exchange Online; Test-ServicePrincipalAuthorization tells.")
                    .arg(wanted)};
    return {
        Level::Wrong, About::Permission,
        QStringLiteral("The token holds %1 (%2), and %3 is needed. Add that permission of Office 365 Exchange Online "
                       "or Microsoft Graph to the application and give consent, then fetch a new token.")
            .arg(quoted(held.join(u' ')), claim, wanted)};
}

TokenRemark identityRemark(const TokenClaims &claims, const TokenNeed &need)
{
    if (!need.applicationId.isEmpty() && claims.applicationId.compare(need.applicationId, Qt::CaseInsensitive) != 0)
        return {
            Level::Wrong, About::Identity,
            QStringLiteral("The application %1 fetched the token (appid), and %2 is the one that was registered for "
                           "it. Compare the application (client) id in the settings of what fetches the token.")
                .arg(quoted(claims.applicationId), need.applicationId)};
    if (claims.isApplication)
        return {
            Level::Good, About::Identity,
            QStringLiteral("It is the token of the application %1 itself, not of a user. The mailbox %2must be open "
                           "to that application.")
                .arg(quoted(claims.applicationId), need.mailbox.isEmpty() ? QString() : need.mailbox + u' ')};
    if (need.mailbox.isEmpty() || claims.user.isEmpty())
        return {Level::Attention, About::Identity,
                QStringLiteral("The token is that of %1; it is not known which mailbox signs in with it.")
                    .arg(quoted(claims.user))};
    if (claims.user.compare(need.mailbox, Qt::CaseInsensitive) == 0)
        return {Level::Good, About::Identity,
                QStringLiteral("The token is that of %1, as it must be.").arg(claims.user)};
    return {
        Level::Attention, About::Identity,
        QStringLiteral("The token is that of %1, and the sign-in is for %2. It is taken only where %1 has rights on "
                       "that mailbox; often an administrator signed in where the mailbox should have.")
            .arg(claims.user, need.mailbox)};
}

/// Two clocks are never the same, and whoever issued the token is not from the future (RFC 7519 §4.1.5).
constexpr std::chrono::minutes kLeeway{5};

TokenRemark expiryRemark(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge, TimePoint now)
{
    if (claims.notBefore && *claims.notBefore > now + kLeeway)
        return {Level::Wrong, About::Expiry,
                QStringLiteral("The token holds from %1 on only (nbf). Check this computer's clock.")
                    .arg(dateText(*claims.notBefore))};
    if (!claims.expires)
        return {Level::Attention, About::Expiry, QStringLiteral("The token does not say when it ends (exp).")};
    if (*claims.expires <= now)
        return {Level::Wrong, About::Expiry,
                QStringLiteral("The token ended on %1 (exp). Fetch a new one.").arg(dateText(*claims.expires))};
    const auto margin = std::chrono::minutes(knowledge.number(QStringLiteral("hve.token-margin")));
    if (need.use == TokenUse::HighVolumeEmail && *claims.expires - now < margin)
        return {
            Level::Attention, About::Expiry,
            QStringLiteral("The token ends on %1 (exp); High Volume Email refuses tokens that end soon. Fetch a new "
                           "one %2 minutes before the end.")
                .arg(dateText(*claims.expires))
                .arg(margin.count())};
    return {Level::Good, About::Expiry,
            QStringLiteral("The token holds until %1 (exp).").arg(dateText(*claims.expires))};
}

/// The domain of the token's user where it is none of the organisation's; empty where it is, or either is not known.
QString strangeDomain(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge)
{
    const auto domain = Domain::parse(claims.user.section(u'@', -1));
    if (need.domains.empty() || !claims.user.contains(u'@') || !domain)
        return {};
    if (std::ranges::any_of(need.domains, [&domain](const Domain &own) { return domain->isSameOrBelow(own); }))
        return {};
    // Every tenant has an initial domain, which a site need not name.
    const auto isInitial = [ofMicrosoft = knowledge.texts(QStringLiteral("dns.microsoft-run"))](const Domain &one) {
        return isBelowAny(one.toAscii(), ofMicrosoft);
    };
    const bool knowsInitial = std::ranges::any_of(need.domains, isInitial);
    return isInitial(*domain) && !knowsInitial ? QString() : domain->toDisplay();
}

TokenRemark tenantRemark(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge)
{
    if (claims.tenantId.isEmpty())
        return {Level::Attention, About::Tenant, QStringLiteral("The token names no tenant (tid).")};
    if (claims.tenantId.compare(knowledge.text(QStringLiteral("oauth.personal-tenant")), Qt::CaseInsensitive) == 0)
        return {
            Level::Wrong, About::Tenant,
            QStringLiteral("The token is that of a personal Microsoft account (tid). Sign in with the organisation's "
                           "account.")};
    const bool isKnown = !need.tenantId.isEmpty();
    if (isKnown && claims.tenantId.compare(need.tenantId, Qt::CaseInsensitive) != 0)
        return {Level::Wrong, About::Tenant,
                QStringLiteral("The token is of the wrong tenant: %1 issued it (tid), and the organisation is %2. Sign "
                               "in at the organisation's own tenant.")
                    .arg(claims.tenantId, need.tenantId)};
    if (isKnown)
        return {Level::Good, About::Tenant,
                QStringLiteral("The tenant %1 issued it (tid), as it must be.").arg(claims.tenantId)};
    if (const QString strange = strangeDomain(claims, need, knowledge); !strange.isEmpty())
        return {Level::Attention, About::Tenant,
                QStringLiteral("The token is of the wrong tenant, unless %1 is one of the organisation's domains too: "
                               "it is that of %2, of the tenant %3 (tid). Sign in with an account of %4.")
                    .arg(strange, claims.user, claims.tenantId, need.domains.front().toDisplay())};
    return {Level::Good, About::Tenant,
            QStringLiteral("The tenant %1 issued it (tid). Compare that with the tenant id in the Entra admin centre.")
                .arg(claims.tenantId)};
}

} // namespace

QString toString(TokenUse use)
{
    switch (use) {
    case TokenUse::ClientSubmission: return QStringLiteral("client-submission");
    case TokenUse::HighVolumeEmail: return QStringLiteral("high-volume-email");
    case TokenUse::Graph: return QStringLiteral("graph");
    }
    Q_UNREACHABLE();
}

std::optional<TokenUse> parseTokenUse(const QString &word)
{
    for (const TokenUse use : {TokenUse::ClientSubmission, TokenUse::HighVolumeEmail, TokenUse::Graph}) {
        if (word == toString(use))
            return use;
    }
    return std::nullopt;
}

QString toString(TokenRemark::Level level)
{
    switch (level) {
    case Level::Good: return QStringLiteral("good");
    case Level::Attention: return QStringLiteral("attention");
    case Level::Wrong: return QStringLiteral("wrong");
    }
    Q_UNREACHABLE();
}

QString toString(TokenRemark::About about)
{
    switch (about) {
    case About::Audience: return QStringLiteral("audience");
    case About::Permission: return QStringLiteral("permission");
    case About::Identity: return QStringLiteral("identity");
    case About::Expiry: return QStringLiteral("expiry");
    case About::Tenant: return QStringLiteral("tenant");
    }
    Q_UNREACHABLE();
}

QStringList audiencesFor(const TokenNeed &need, const Knowledge &knowledge)
{
    const QString cloud = toString(need.cloud);
    if (need.use == TokenUse::Graph)
        return {QStringLiteral("https://") + knowledge.text(QStringLiteral("graph.host.") + cloud),
                knowledge.text(QStringLiteral("oauth.graph.application-id"))};
    QStringList audiences{resourceOf(knowledge.text(QStringLiteral("oauth.smtp-scope.") + cloud))};
    if (need.cloud == Cloud::Worldwide)
        audiences += resourceOf(knowledge.text(QStringLiteral("oauth.smtp-scope.delegated")));
    audiences += knowledge.text(QStringLiteral("oauth.exchange-online.application-id"));
    return audiences;
}

void takeOrganisation(TokenNeed &need, const Organisation &organisation)
{
    need.cloud = organisation.cloud.value_or(Cloud::Worldwide);
    need.domains = organisation.acceptedDomains;
    if (organisation.tenant)
        need.domains.push_back(*organisation.tenant);
}

std::vector<TokenRemark> judgeToken(const TokenClaims &claims, const TokenNeed &need, const Knowledge &knowledge,
                                    TimePoint now)
{
    return {audienceRemark(claims, need, knowledge), permissionRemark(claims, need, knowledge),
            identityRemark(claims, need), expiryRemark(claims, need, knowledge, now),
            tenantRemark(claims, need, knowledge)};
}

std::optional<TokenRemark> judgeObjectId(const TokenClaims &claims, const QString &given)
{
    if (!claims.isApplication)
        return std::nullopt;
    const auto remark = [](Level level, const QString &sentence) {
        return TokenRemark{level, About::Identity, sentence};
    };
    if (claims.objectId.isEmpty())
        return remark(
            Level::Attention,
            QStringLiteral("The token names no object id (oid), so that of the enterprise application cannot "
                           "be checked. Look it up in the Entra admin centre under Enterprise applications."));
    const QString &right = claims.objectId;
    if (given.trimmed().isEmpty())
        return remark(Level::Good,
                      QStringLiteral("The object id of the enterprise application is %1 (oid). Give that one to "
                                     "New-ServicePrincipal -ObjectId: the one that stands under App registrations is "
                                     "another, and with it Exchange Online refuses every sign-in.")
                          .arg(right));
    const auto id = ApplicationId::parse(given.trimmed()); // ids of all kinds have that form
    if (!id)
        return remark(Level::Wrong,
                      QStringLiteral("That is no object id, which looks like aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee. The "
                                     "enterprise application has %1.")
                          .arg(right));
    const auto is = [&id](const QString &other) { return id->toString().compare(other, Qt::CaseInsensitive) == 0; };
    if (is(right))
        return remark(Level::Good,
                      QStringLiteral("%1 is the object id of the enterprise application, as it must be.").arg(right));
    if (is(claims.applicationId))
        return remark(Level::Wrong,
                      QStringLiteral("%1 is the application (client) id, which New-ServicePrincipal takes as -AppId. "
                                     "As -ObjectId it takes %2, that of the enterprise application.")
                          .arg(id->toString(), right));
    return remark(
        Level::Wrong,
        QStringLiteral("%1 is not the object id of the enterprise application; most often it is the one that stands "
                       "under App registrations. If New-ServicePrincipal got it, take that away with "
                       "Remove-ServicePrincipal and make it anew with -AppId %2 -ObjectId %3.")
            .arg(id->toString(), claims.applicationId, right));
}

std::chrono::minutes rightsSpreadIn(const Knowledge &knowledge)
{
    return std::chrono::minutes(knowledge.number(QStringLiteral("oauth.propagation")));
}

} // namespace relaywright
