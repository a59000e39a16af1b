// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <vector>

namespace relaywright {

/// A server that was asked about a record, and what it says.
struct ServerView {
    QString name; ///< of the server, such as `ns1.contoso.com` or `Quad9`; its address where it has no name
    Endpoint server;
    bool ofTheZone = false; ///< one of the zone's own servers: what it says is what is published
    bool asked = false;     ///< false until its first answer came
    DnsAnswer answer;       ///< the newest
    bool operator==(const ServerView &) const = default;
};

/// Who sees a change already: asks the servers of the zone that holds a name, and several resolvers, all at once, and
/// again until every one of them says the same as the zone's own servers, or until it is cancelled. Where the zone's
/// servers differ, the one with the newest serial (SOA, RFC 1982) is right. The order of records and their TTL do not
/// count; where the name is an alias, the alias is what is compared. Servers are asked at each of their addresses, at
/// most 16 in all; IPv6 only where this computer has it. A slot may call `cancel`, and must not destroy this at once
/// (deleteLater).
class Propagation : public QObject {
    Q_OBJECT
public:
    struct NamedServer {
        QString name;
        Endpoint server; ///< an address
    };
    struct Settings {
        std::vector<NamedServer> resolvers; ///< asked besides the zone's own
        std::uint16_t port = 53;            ///< of the zone's own servers
        std::chrono::milliseconds queryLimit = std::chrono::seconds(5);
        /// Between two rounds; zero: one round only. Servers that agree already are not asked again.
        std::chrono::milliseconds interval{0};
        int maxRounds = 120;
        /// What is waited for: a TXT record with exactly this text, among others maybe. Empty: that all servers agree.
        QByteArray expected;
    };

    /// `dns` finds the zone and its servers: NS of the name, else of the next name above it; it must outlive this.
    Propagation(const QString &name, DnsType type, const Settings &settings, DnsClient &dns, QObject *parent = nullptr);
    ~Propagation() override;
    void start();
    /// No further signal but `finished`, at once.
    void cancel();
    [[nodiscard]] const std::vector<ServerView> &views() const;
    /// The zone that holds the name; empty until it is found.
    [[nodiscard]] QString zone() const;
    /// The server has what is waited for.
    [[nodiscard]] bool sees(const ServerView &view) const;
    [[nodiscard]] int countSeeing() const;
    /// Why it could not begin, or nothing: the zone was not found, its servers have no address.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();                         ///< a view came or changed
    void progressed(int seeing, int total); ///< after each answer
    void finished(bool everybodySees);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
