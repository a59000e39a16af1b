// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/DeliverySettings.h"

#include <QFile>

namespace relaywright {

namespace {

Result<QByteArray> readCa(const QString &file)
{
    if (file.isEmpty())
        return QByteArray();
    QFile pem(file);
    if (!pem.open(QIODevice::ReadOnly))
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("The authority file %1 cannot be read: %2. Check \"caFile\".").arg(file, pem.errorString()));
    return pem.read(1 << 20);
}

} // namespace

EmailAddress bounceFrom(const RelayConfig &config, const QByteArray &hostName)
{
    if (config.upstream.sendAs)
        return *config.upstream.sendAs;
    if (auto user = EmailAddress::parse(config.upstream.user))
        return *user;
    if (config.postmaster)
        return *config.postmaster;
    if (auto local = EmailAddress::parse(QStringLiteral("mailer-daemon@") + QString::fromLatin1(hostName)))
        return *local;
    return *EmailAddress::parse(QStringLiteral("mailer-daemon@localhost.localdomain"));
}

Result<DeliverySettings> deliverySettings(const RelayConfig &config, const QByteArray &hostName,
                                          const Route::Waits &waits)
{
    DeliverySettings settings{.routes = {},
                              .devices = config.devices,
                              .common = {.hostName = hostName,
                                         .postmaster = config.postmaster,
                                         .bounceFrom = bounceFrom(config, hostName),
                                         .expiry = config.expiry,
                                         .delayReport = config.delayReport,
                                         .waits = waits}};
    for (RelayRoute &route : config.allRoutes()) {
        RouteSettings own{.route = std::move(route), .authorities = {}};
        for (const RelayUpstream &host : own.route.hosts) {
            auto ca = readCa(host.caFile);
            if (!ca)
                return tl::unexpected(ca.error());
            own.authorities.insert_or_assign(host.caFile, std::move(*ca));
        }
        settings.routes.push_back(std::move(own));
    }
    return settings;
}

} // namespace relaywright
