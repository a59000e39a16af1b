// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/ClientSession.h"

#include <QString>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// Who has to do something.
enum class Blame {
    Nobody,        ///< every rung that was asked for is climbed
    LocalFirewall, ///< this computer or the network it stands in
    Provider,      ///< the internet provider closes the port to its customers
    Dns,           ///< the name, or the name servers
    Server,        ///< the server or whoever keeps it
    Account,       ///< user, password or mailbox
    Policy,        ///< rules of the receiving organisation
};
[[nodiscard]] QString toString(Blame blame); ///< nobody local-firewall provider dns server account policy

/// What became of an attempt to connect to one port.
struct PortSight {
    enum class How {
        Connected,
        Refused,     ///< somebody said no: nothing listens, or a firewall that is polite
        TimedOut,    ///< nobody said anything: filtered, or switched off
        Unreachable, ///< the network says that there is no way
    };
    std::uint16_t port = 0;
    How how = How::TimedOut;
    std::chrono::milliseconds took{};
    bool operator==(const PortSight &) const = default;
};
[[nodiscard]] QString toString(PortSight::How how); ///< connected refused timed-out unreachable

/// What a climb saw, as far as it tells who is to blame.
struct ProbeSight {
    QString rung{};                      ///< that failed: name address tcp ... rcpt; empty: none did
    std::uint16_t port = 0;              ///< that was asked for
    bool nearby = false;                 ///< the address is private or loopback: no provider is in between
    std::vector<PortSight> mailPorts{};  ///< the asked one among them
    std::optional<PortSight> webPort{};  ///< 443 of the same address
    Outcome outcome = Outcome::Accepted; ///< of the conversation, where there was one
    std::optional<Reply> reply{};        ///< that refused
    QString words{};                     ///< what came instead of SMTP, printable
    bool implicitTls = false;            ///< TLS from the first octet was tried
};

struct Judgement {
    Blame blame = Blame::Nobody;
    QString sentence{}; ///< what that means and what to do; empty for Nobody
    bool operator==(const Judgement &) const = default;
};

/// Pure. Where what was seen fits more than one, the likelier is named and the sentence says so.
[[nodiscard]] Judgement judge(const ProbeSight &sight);

} // namespace relaywright
