// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Renderers.h"

#include <cstdint>
#include <set>

// Internal to core/artifacts: the local relays of a plan, from which the relay's configuration, Postfix's, the firewall
// rules and the smart-host name are made, so that all of them agree.
namespace relaywright {

/// One relay: senders of one network that go on by one upstream and, where it signs in, one mailbox.
struct LocalRelay {
    const Network *network = nullptr; ///< may be none
    Upstream upstream;                ///< host and port filled in where they are known
    Authentication authentication = Authentication::None;
    QString mailbox; ///< that signs in; empty where none does or none is known
    PlannedSenders senders;
    std::set<std::uint16_t> ports; ///< on which its senders deliver, never empty

    [[nodiscard]] bool signsIn() const
    {
        return authentication == Authentication::Basic || authentication == Authentication::OAuth;
    }
    /// host:port of the smart host; empty while it is not known.
    [[nodiscard]] QString server() const;
    /// Whole sentences that say what no relay can do without; empty when everything is known.
    [[nodiscard]] QStringList missing(const RenderContext &context) const;
    /// True when a sender uses an address that the mailbox does not have by itself.
    [[nodiscard]] bool needsOwnAddress() const;
};

/// In the order of the senders.
[[nodiscard]] std::vector<LocalRelay> localRelays(const RenderContext &context);

} // namespace relaywright
