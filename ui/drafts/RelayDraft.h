// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"
#include "ui/drafts/Problems.h"

#include <QJsonObject>

namespace relaywright {

/// How TLS is offered to devices.
enum class DeviceTls { None, Offered, Required, Implicit };

/// The basics of the relay's settings as typed: the first listener, the accounts, the first smart host. Draft in, draft
/// out; the password is not part of it, only where it is kept.
struct RelayDraft {
    QString listenAddress = QStringLiteral("127.0.0.1");
    QString listenPort = QStringLiteral("2525");
    QString networks = QStringLiteral("127.0.0.1"); ///< who may send
    DeviceTls deviceTls = DeviceTls::Offered;
    MinimumTls minimumTls = MinimumTls::Tls12;
    SignIn signIn = SignIn::Off;
    bool signInWithoutTls = false;
    BareNewlines bareNewlines = BareNewlines::Content;
    std::vector<RelayAccount> accounts; ///< for devices that sign in
    QString certificateFile;            ///< PEM; empty: the relay makes one
    QString keyFile;
    QString server = QStringLiteral("smtp.office365.com");
    QString port = QStringLiteral("587");
    TlsPolicy tls = TlsPolicy::Required;
    QString user;       ///< empty: no sign-in
    QString password;   ///< where the file says that it is kept; empty: in the keychain, under the user's name
    bool graph = false; ///< mail goes on through Microsoft Graph: then there is neither server nor encryption to choose
    QJsonObject oauth;  ///< where access tokens come from, as the file has it; empty: the password counts
    QString sendAs;     ///< empty: as the device says
    QString caFile;     ///< PEM file trusted besides the system's; empty: none
    bool operator==(const RelayDraft &) const = default;
};

/// Fields: listenAddress, listenPort, networks, server, port, sendAs.
[[nodiscard]] Problems check(const RelayDraft &draft);
/// What `toConfig` refused, at the field of the draft that it is about; empty when it is about another part of the file.
[[nodiscard]] Problems problemsOf(const Error &error);

/// `base` gives what the page does not ask. The password is named `keychain:USER`. Error: InvalidInput as `check`,
/// or as `parseRelayConfig` (an open relay by any spelling).
[[nodiscard]] Result<RelayConfig> toConfig(const RelayDraft &draft, const std::optional<RelayConfig> &base = {});
[[nodiscard]] RelayDraft draftOf(const RelayConfig &config);

/// The same of the file while it is edited (RelaySettings.h), where a member may be wrong: it stands there as typed.
[[nodiscard]] QJsonObject withBasics(QJsonObject settings, const RelayDraft &draft);
[[nodiscard]] RelayDraft draftOf(const QJsonObject &settings);
/// How the members of a listener say it: three of them make one answer.
void putDeviceTls(QJsonObject &listener, DeviceTls tls);
[[nodiscard]] DeviceTls deviceTlsIn(const QJsonObject &listener);

} // namespace relaywright
