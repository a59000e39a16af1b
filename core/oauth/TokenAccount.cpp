// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAccount.h"

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
    return TokenClient{*service, account.application,
                       scopesFor(account.use, account.cloud, account.holder(), knowledge)};
}

std::chrono::seconds tokenMargin(TokenUse use, const Knowledge &knowledge)
{
    if (use != TokenUse::HighVolumeEmail)
        return kUsualMargin;
    return std::chrono::minutes(knowledge.number(QStringLiteral("hve.token-margin")));
}

} // namespace relaywright
