// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/IpAddress.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace relaywright {

enum class DnsType { A, Aaaa, Mx, Txt, Ptr, Cname, Ns };
[[nodiscard]] QString toString(DnsType type); ///< A AAAA MX TXT PTR CNAME NS

struct DnsMx {
    std::uint16_t preference = 0;
    QString exchange; ///< as names; empty for the null MX (RFC 7505)
    bool operator==(const DnsMx &) const = default;
};

/// The answer to one question. Exactly one list is filled, by the type asked for.
struct DnsAnswer {
    enum class Status {
        Found,  ///< at least one record
        NoData, ///< the name exists, not with this type
        NoName, ///< NXDOMAIN
        Failed, ///< SERVFAIL, REFUSED, malformed: `detail` says which, with name and type
        TimedOut,
    };
    Status status = Status::Failed;
    QString detail;                   ///< English sentence when Failed or TimedOut
    std::vector<IpAddress> addresses; ///< A, AAAA
    std::vector<DnsMx> exchanges;     ///< MX, by preference
    QByteArrayList texts;             ///< TXT: strings of one record joined without a space
    QStringList names;                ///< PTR, CNAME, NS: lower case without trailing dot
    std::chrono::seconds ttl{};       ///< least of the records; of NoData and NoName: how long that stays true
    bool operator==(const DnsAnswer &) const = default;
};

/// Asks the DNS. One per run; answers are cached for their TTL while it lives. `done` runs through the event loop,
/// never before `ask` returns, and is dropped if `context` dies first. Names are taken as they are (an SPF name may
/// hold any octet); an impossible one is answered with Failed. For PTR, ask the name under in-addr.arpa or ip6.arpa.
class DnsClient {
public:
    virtual ~DnsClient() = default;
    virtual void ask(const QString &name, DnsType type, QObject *context,
                     std::function<void(const DnsAnswer &)> done) = 0;
};

/// c-ares in the Qt event loop: UDP with TCP fallback, at most 64 questions in flight, the rest wait. Lives in the
/// thread that made it, as do all contexts. Equal questions share one flight. Questions still open when it is
/// destroyed are dropped; it may be destroyed within a `done`.
class Resolver final : public DnsClient {
public:
    struct Settings {
        std::vector<Endpoint> nameservers; ///< addresses only; empty: the system's
        /// For one question with all its tries, counted from when it leaves.
        std::chrono::milliseconds queryLimit = std::chrono::seconds(5);
    };
    /// Error: InvalidInput for a nameserver that is no address; Unsupported when c-ares cannot start.
    [[nodiscard]] static Result<std::unique_ptr<Resolver>> create(const Settings &settings);
    ~Resolver() override;
    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override;

private:
    class Private;
    explicit Resolver(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
