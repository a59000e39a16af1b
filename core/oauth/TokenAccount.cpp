// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAccount.h"

#include "core/oauth/TokenAuthorities.h"

namespace relaywright {

namespace {

constexpr std::chrono::minutes kUsualMargin{2};

} // namespace

Result<TokenClient> clientOf(const TokenAccount &account, const Knowledge &knowledge)
{
    const auto service =
        account.service ? IdentityService::at(*account.service, account.tenant)
                        : Result<IdentityService>(IdentityService::entra(account.cloud, account.tenant, knowledge));
    if (!service)
        return tl::unexpected<Error>(service.error());
    auto authorities = readTokenAuthorities(account.caFile);
    if (!authorities)
        return tl::unexpected<Error>(authorities.error());
    return TokenClient{.service = *service,
                       .application = account.application,
                       .scopes = scopesFor(account.use, account.cloud, account.holder(), knowledge),
                       .authoritiesPem = std::move(*authorities)};
}

std::chrono::seconds tokenMargin(TokenUse use, const Knowledge &knowledge)
{
    if (use != TokenUse::HighVolumeEmail)
        return kUsualMargin;
    return std::chrono::minutes(knowledge.number(QStringLiteral("hve.token-margin")));
}

} // namespace relaywright
