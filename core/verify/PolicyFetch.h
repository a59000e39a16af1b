// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Domain.h"
#include "core/dns/Resolver.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>

namespace relaywright {

struct PolicyOutcome {
    enum class Kind {
        Fetched,   ///< `body`
        NoAddress, ///< the DNS has no address for the policy's host
        Refused,   ///< nobody listens there
        TimedOut,
        BadCertificate, ///< `text` says why
        HttpStatus,     ///< another one than 200: `status`
        Redirected,     ///< `text` says where; RFC 8461 §3.3 forbids to follow
        TooLarge,       ///< over 64 KiB
        Failed,         ///< anything else: `text` says what
    };
    Kind kind = Kind::Failed;
    QString text; ///< in words, printable
    QByteArray body;
    QString contentType; ///< as sent, printable; must be `text/plain`
    int status = 0;      ///< of HTTP; 0 when there was none
    QString address;     ///< that was connected to; empty when none was
    bool operator==(const PolicyOutcome &) const = default;
};

/// Fetches the MTA-STS policy of a domain, `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, as a sending server does
/// (RFC 8461 §3.3): the certificate must be good for that host, redirects are not followed. Up to four addresses are
/// tried, all within `limit`. `done` runs through the event loop, once; not at all when this is destroyed before.
class PolicyFetch : public QObject {
    Q_OBJECT
public:
    struct Settings {
        std::chrono::milliseconds limit = std::chrono::seconds(15);
        std::uint16_t port = 443;
        QByteArray authorities; ///< PEM, trusted besides the system's
    };
    /// `dns` gives the addresses, never the system.
    PolicyFetch(const Domain &domain, const Settings &settings, DnsClient &dns,
                std::function<void(const PolicyOutcome &)> done, QObject *parent = nullptr);
    ~PolicyFetch() override;
    void start();
    /// `https://mta-sts.contoso.com/.well-known/mta-sts.txt`
    [[nodiscard]] static QString address(const Domain &domain);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
