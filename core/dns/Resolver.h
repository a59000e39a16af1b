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
#include <optional>
#include <vector>

namespace relaywright {

enum class DnsType { A, Aaaa, Mx, Txt, Ptr, Cname, Ns, Soa, Tlsa };
[[nodiscard]] QString toString(DnsType type); ///< A AAAA MX TXT PTR CNAME NS SOA TLSA

struct DnsMx {
    std::uint16_t preference = 0;
    QString exchange; ///< as names; empty for the null MX (RFC 7505)
    bool operator==(const DnsMx &) const = default;
};

/// A certificate association of DANE (RFC 6698 §2.1); the numbers as they stand in the record.
struct DnsTlsa {
    std::uint8_t usage = 0;    ///< mail uses 2 (DANE-TA) and 3 (DANE-EE) only (RFC 7672 §3.1)
    std::uint8_t selector = 0; ///< 0 certificate, 1 SubjectPublicKeyInfo
    std::uint8_t matching = 0; ///< 0 whole, 1 SHA-256, 2 SHA-512
    QByteArray data;
    bool operator==(const DnsTlsa &) const = default;
};

struct DnsSoa {
    QString primary; ///< name of the primary server
    std::uint32_t serial = 0;
    bool operator==(const DnsSoa &) const = default;
};

/// The answer to one question. Exactly one list is filled, by the type asked for.
struct DnsAnswer {
    enum class Status {
        Found,  ///< at least one record
        NoData, ///< the name exists, not with this type
        NoName, ///< NXDOMAIN
        Failed, ///< SERVFAIL, REFUSED, malformed, aliases in a circle: `detail` says which, with name and type
        TimedOut,
    };
    Status status = Status::Failed;
    QString detail;                            ///< English sentence when Failed or TimedOut
    std::vector<IpAddress> addresses;          ///< A, AAAA
    std::vector<DnsMx> exchanges;              ///< MX, by preference
    QByteArrayList texts;                      ///< TXT: strings of one record joined without a space
    std::vector<std::vector<int>> textStrings; ///< TXT: octets of each string, one list for each of `texts`
    QStringList names;                         ///< PTR, CNAME, NS: lower case without trailing dot
    std::vector<DnsTlsa> associations;         ///< TLSA
    std::optional<DnsSoa> soa;                 ///< SOA
    QStringList aliases;                       ///< CNAMEs that were followed, in order; empty when there was none
    QString server;                            ///< who answered: `192.0.2.53`, `192.0.2.53:5353`; empty when nobody did
    bool authentic = false;     ///< the resolver says it validated the answer with DNSSEC (AD, RFC 4035 §3.2.3)
    bool authoritative = false; ///< the answer comes from a server of the zone (AA)
    std::chrono::seconds ttl{}; ///< left, least of the records; of NoData and NoName: how long that stays true
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
    /// What the cache has at this moment, without asking anybody.
    [[nodiscard]] virtual std::optional<DnsAnswer> known(const QString &name, DnsType type) = 0;
};

/// c-ares in the Qt event loop: UDP with TCP fallback, at most 64 questions in flight, the rest wait. The next name
/// server is asked as well when one fails or is silent for a part of the limit (1.5 seconds at most); the first answer
/// counts, and a server that was silent comes last until it answers again. Lives in the thread that made it, as do all
/// contexts. Equal questions share one flight. Questions still open when it is destroyed are dropped; it may be
/// destroyed within a `done`.
class Resolver final : public DnsClient {
public:
    struct Settings {
        std::vector<Endpoint> nameservers; ///< addresses only; empty: the system's
        /// For one question with all its tries, counted from when it leaves.
        std::chrono::milliseconds queryLimit = std::chrono::seconds(5);
        /// Asks a server of the zone itself: without recursion (RD). What it delegates is Failed, and an alias that it
        /// does not follow itself is NoData with the target in `aliases`.
        bool direct = false;
    };
    /// Error: InvalidInput for a nameserver that is no address; Unsupported when c-ares cannot start.
    [[nodiscard]] static Result<std::unique_ptr<Resolver>> create(const Settings &settings);
    ~Resolver() override;
    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override;
    [[nodiscard]] std::optional<DnsAnswer> known(const QString &name, DnsType type) override;
    /// Those that are asked, in order: the settings', else the system's.
    [[nodiscard]] const std::vector<Endpoint> &nameservers() const;

private:
    class Private;
    explicit Resolver(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
