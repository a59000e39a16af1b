// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAccount.h"

#include <QFile>
#include <QSslCertificate>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kUsualMargin{2};
constexpr qint64 kMaxAuthoritiesOctets = 1 << 20;

Result<QByteArray> readAuthorities(const QString &path)
{
    if (path.isEmpty())
        return QByteArray();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The file %1 with the authorities of the sign-in service cannot be read: %2. Name "
                           "a PEM file that is there.")
                .arg(path, file.errorString()));
    QByteArray pem = file.read(kMaxAuthoritiesOctets);
    if (QSslCertificate::fromData(pem).isEmpty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The file %1 holds no certificate of an authority. Name a PEM file that does, "
                                      "such as the one that rehearse --ca-out wrote.")
                           .arg(path));
    return pem;
}

} // namespace

Result<TokenClient> clientOf(const TokenAccount &account, const Knowledge &knowledge)
{
    const auto service =
        account.service ? IdentityService::at(*account.service, account.tenant)
                        : Result<IdentityService>(IdentityService::entra(account.cloud, account.tenant, knowledge));
    if (!service)
        return tl::unexpected<Error>(service.error());
    auto authorities = readAuthorities(account.caFile);
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
