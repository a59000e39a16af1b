// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/EmailAddress.h"
#include "core/base/IpAddress.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/smtp/ClientSession.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// One address on which devices may deliver.
struct RelayListener {
    Endpoint listen;                          ///< default 127.0.0.1:2525
    std::vector<IpNetwork> networks;          ///< peers that may send; without it nobody may
    bool startTls = true;                     ///< offered with `certificateFile`, or with a certificate made at start
    QString certificateFile;                  ///< PEM; empty: self-made
    QString keyFile;
    bool operator==(const RelayListener &) const = default;
};

/// The smart host to which everything goes.
struct RelayUpstream {
    Endpoint server;                          ///< smtp.office365.com:587
    TlsPolicy tls = TlsPolicy::Required;
    QString caFile;                           ///< PEM, trusted besides the system's; empty: none
    QString user;                             ///< empty: no sign-in
    std::optional<SecretRef> password;        ///< where it is kept; required with `user`
    int maxConnections = 3;                   ///< Exchange Online's limit for one mailbox
    int maxMessagesPerMinute = 30;
    int maxRecipientsPerDay = 10000;
    /// Replaces the envelope sender and the From: address where the mailbox may only send as itself; the original
    /// goes to Reply-To. Empty: as the device says.
    std::optional<EmailAddress> sendAs;
    bool operator==(const RelayUpstream &) const = default;
};

/// "schema": "relaywright.relay/1". Produced from a plan, editable by hand. Strict: unknown keys, wrong types and
/// impossible values are errors with their JSON path.
struct RelayConfig {
    QString name = QStringLiteral("default");  ///< names the control socket and the spool folder
    QString spoolFolder;                       ///< empty: the user's data folder
    QString hostName;                          ///< greeting and EHLO; empty: this computer's name
    std::vector<RelayListener> listeners;      ///< at least one
    RelayUpstream upstream;
    std::uint64_t maxMessageOctets = 50ull << 20;
    int maxRecipientsPerMessage = 1000;
    std::uint64_t minFreeOctets = 100ull << 20; ///< below it: 452 4.3.1
    std::chrono::hours expiry{48};             ///< then a bounce
    std::chrono::days historyKept{30};
    std::optional<EmailAddress> postmaster;    ///< receives bounces of ours that could not be delivered; empty: only the journal
    bool operator==(const RelayConfig &) const = default;
};

/// Error: InvalidInput (with the JSON path), Unsupported for a newer schema. Refuses what would be an open relay:
/// a listener without networks, or 0.0.0.0/0 and ::/0 in any spelling (0.0.0.0/1 with 128.0.0.0/1, ...).
[[nodiscard]] Result<RelayConfig> parseRelayConfig(const QByteArray &json);
[[nodiscard]] QByteArray toJson(const RelayConfig &config);

} // namespace relaywright
