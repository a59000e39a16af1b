// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/mail/Header.h"
#include "core/relay/QueueId.h"
#include "core/relay/RelayConfig.h"
#include "core/smtp/Reply.h"
#include "core/smtp/ServerSession.h"

#include <functional>
#include <optional>

namespace relaywright {

/// What a decision needs to know besides what the peer said.
struct AdmissionContext {
    std::uint64_t maxMessageOctets = 0;
    std::uint64_t minFreeOctets = 0;
    std::uint64_t freeOctets = 0; ///< on the spool's disk now
};

// Each answers with the refusal, or with nothing when the peer may go on. Pure; `RelayHandler` asks them in order.

/// The greeting for a peer outside the listener's networks: 554 5.7.1, then the connection closes.
[[nodiscard]] std::optional<Reply> refusePeer(const RelayListener &listener, const IpAddress &peer);

/// 552 5.3.4 for an announced size over the limit, 452 4.3.1 when the disk is nearly full.
[[nodiscard]] std::optional<Reply> refuseMail(const AdmissionContext &context, const MailReceived &mail);

/// 550 5.7.1 for a recipient that asks some host on the way to route further (`user%host@here`, `host!user@here`,
/// `"user@host"@here`, `@a:user@b`): what an open-relay test sends.
[[nodiscard]] std::optional<Reply> refuseRecipient(const EmailAddress &recipient);

/// More Received fields than this are a loop (RFC 5321 §6.3 asks for at least 100 in a general server; between a
/// device and its smart host 30 hops cannot happen).
constexpr int kMaxReceivedFields = 30;

/// At the end of the data: 554 5.4.6 for a loop (too many Received fields, or one of `ourName` with an id that `isOwn`
/// knows as given out here), 552 5.3.4 for a header over IncomingBody::kMaxHeadOctets.
[[nodiscard]] std::optional<Reply> refuseHeader(QByteArrayView head, QByteArrayView ourName,
                                                const std::function<bool(const QueueId &)> &isOwn);

/// The answer when the spool could not take the message: always 452 4.3.1, try again later.
[[nodiscard]] Reply storageRefusal();

} // namespace relaywright
