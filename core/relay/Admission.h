// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/mail/Header.h"
#include "core/relay/QueueId.h"
#include "core/relay/Refusal.h"
#include "core/relay/RelayConfig.h"
#include "core/relay/SourceLimits.h"
#include "core/smtp/ServerSession.h"

#include <functional>
#include <optional>

namespace relaywright {

// The admission table: who may send what to whom. Pure; `RelayHandler` asks in this order. Each question answers with the
// refusal, or with nothing when the peer may go on. Nothing here keeps a row: the configuration may change between two calls.

/// The first row whose networks and user match; null when none does.
[[nodiscard]] const RelayDevice *deviceFor(const std::vector<RelayDevice> &devices, const MailSource &source);
[[nodiscard]] inline const RelayDevice *deviceFor(const RelayConfig &config, const MailSource &source)
{
    return deviceFor(config.devices, source);
}

/// A question about one conversation.
struct AdmissionContext {
    const RelayConfig &config;
    const RelayDevice *device = nullptr; ///< null: none matches
    std::uint64_t freeOctets = 0;        ///< on the spool's disk now
};

/// A peer connects: outside the listener's networks, or one connection more than its row allows (`connections` counts this
/// one). A listener without networks takes anybody who signs in.
[[nodiscard]] std::optional<Refusal> refusePeer(const RelayListener &listener, const AdmissionContext &context,
                                                const IpAddress &peer, int connections);
/// The same limit when a sign-in has changed the row: 421.
[[nodiscard]] std::optional<Refusal> refuseConnections(const AdmissionContext &context, int connections);

/// MAIL: strangers, the sender, the announced size, the disk, how many messages there were.
[[nodiscard]] std::optional<Refusal> refuseMail(const AdmissionContext &context, const MailReceived &mail,
                                                SourceLimits::Spent spent);
/// The most octets of one message.
[[nodiscard]] std::uint64_t messageLimit(const AdmissionContext &context);
[[nodiscard]] SourceLimits::Limits rateLimits(const RelayDevice *device);
[[nodiscard]] std::optional<Refusal> refuseRate(const AdmissionContext &context, SourceLimits::Spent spent);

/// RCPT, the `accepted`+1st of the message. 550 5.7.1 also for a recipient that asks some host on the way to route further
/// (`user%host@here`, `host!user@here`, `"user@host"@here`, `@a:user@b`): what an open-relay test sends.
[[nodiscard]] std::optional<Refusal> refuseRecipient(const AdmissionContext &context, const EmailAddress &recipient,
                                                     int accepted);

/// More Received fields than this are a loop (RFC 5321 §6.3 asks for at least 100 in a general server; between a
/// device and its smart host 30 hops cannot happen).
constexpr int kMaxReceivedFields = 30;

/// At the end of the data: a loop (too many Received fields, or one of `ourName` with an id that `isOwn` knows as given out
/// here), or a header over IncomingBody::kMaxHeadOctets.
[[nodiscard]] std::optional<Refusal> refuseHeader(const AdmissionContext &context, QByteArrayView head,
                                                  QByteArrayView ourName,
                                                  const std::function<bool(const QueueId &)> &isOwn);
/// The disk is nearly full, or would be with `octets` more.
[[nodiscard]] std::optional<Refusal> refuseStorage(const AdmissionContext &context, std::uint64_t octets);

/// One that was decided elsewhere: the session's own rules, a failed sign-in, the spool.
[[nodiscard]] Refusal refusal(RefusalReason reason, const Reply &reply, const RelayDevice *device);
[[nodiscard]] RefusalReason reasonOf(SettingsRule rule);
/// The answer when the spool could not take the message: always 452 4.3.1, try again later.
[[nodiscard]] Reply storageReply();

} // namespace relaywright
