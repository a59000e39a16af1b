// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/session/Probe.h"

// What a rung of the ladder says, made from what was seen. No I/O; for Probe only.
namespace relaywright {

[[nodiscard]] ProbeRung addressRung(const std::vector<IpAddress> &addresses);
/// `deaf` are the addresses that were tried before and why each failed.
[[nodiscard]] ProbeRung tcpRung(const QString &address, const QStringList &deaf);
[[nodiscard]] ProbeRung ehloRung(const Capabilities &capabilities);
/// Days are counted from `today` where it is valid; a certificate that is soon over is worth attention.
[[nodiscard]] ProbeRung tlsRung(const TlsSummary &tls, const QDate &today);
/// The conversation went on without TLS: not offered, refused with `refusal`, or not wanted.
[[nodiscard]] ProbeRung noTlsRung(const Capabilities &capabilities, TlsPolicy policy, const QString &refusal);
[[nodiscard]] ProbeRung signInRung(const Capabilities &capabilities, const std::optional<Capabilities> &inClear,
                                   bool tlsActive, std::uint16_t port);
/// The sign-in was tried, and went well.
[[nodiscard]] ProbeRung signedInRung(const QString &user, const QString &reply);
/// `reply` decided over MAIL or RCPT.
[[nodiscard]] ProbeRung commandRung(const QString &id, bool accepted, const QString &reply, const QString &path);

} // namespace relaywright
