// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"
#include "ui/drafts/Problems.h"

namespace relaywright {

/// A row of the relay's table of devices as typed. Fields of `check` bear the names of the members.
struct DeviceDraft {
    QString name;
    QString networks; ///< empty: any that the relay takes
    QString user;     ///< empty: anybody
    QString senders;  ///< empty: any
    bool internalOnly = false;
    QString internalDomains; ///< of the whole relay
    QString allowedRecipients;
    QString deniedRecipients;
    QString maxMegabytes; ///< MiB; empty: the relay's own limit, as for those below
    QString maxRecipientsPerMessage;
    QString maxMessagesPerMinute;
    QString maxMessagesPerDay;
    QString maxConnections;
    Repairs repairs;
    QString sendAs;
    bool keepReplyTo = true;
    QString returnPath;
    QString route; ///< empty: the default
    bool operator==(const DeviceDraft &) const = default;
};

/// `others` are the names of the other rows; accounts and routes are looked up in `config`.
[[nodiscard]] Problems check(const DeviceDraft &draft, const RelayConfig &config, const QStringList &others);
/// Only of a draft without problems.
[[nodiscard]] RelayDevice toDevice(const DeviceDraft &draft);
[[nodiscard]] std::vector<Domain> internalDomainsOf(const DeviceDraft &draft);
[[nodiscard]] DeviceDraft draftOf(const RelayDevice &device, const std::vector<Domain> &internalDomains);

} // namespace relaywright
