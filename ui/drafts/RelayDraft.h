// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"
#include "ui/drafts/Problems.h"

namespace relaywright {

/// The relay's settings as typed. Draft in, draft out; the password is not part of it, only its keychain name.
struct RelayDraft {
    QString listenAddress = QStringLiteral("127.0.0.1");
    QString listenPort = QStringLiteral("2525");
    QString networks = QStringLiteral("127.0.0.1");   ///< who may send
    QString server = QStringLiteral("smtp.office365.com");
    QString port = QStringLiteral("587");
    TlsPolicy tls = TlsPolicy::Required;
    QString user;              ///< empty: no sign-in
    QString sendAs;            ///< empty: as the device says
    QString caFile;            ///< PEM file trusted besides the system's; empty: none
    bool operator==(const RelayDraft &) const = default;
};

/// Fields: listenAddress, listenPort, networks, server, port, sendAs.
[[nodiscard]] Problems check(const RelayDraft &draft);

/// `base` gives what the page does not ask. The password is named `keychain:USER`. Error: InvalidInput as `check`,
/// or as `parseRelayConfig` (an open relay by any spelling).
[[nodiscard]] Result<RelayConfig> toConfig(const RelayDraft &draft, const std::optional<RelayConfig> &base = {});
[[nodiscard]] RelayDraft draftOf(const RelayConfig &config);

} // namespace relaywright
