// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/mail/Lint.h"
#include "core/session/TestRequest.h"

#include <QIODevice>

#include <memory>

namespace relaywright {

/// The message of a test, ready to be read from its start as often as is wanted.
struct TestMessage {
    std::unique_ptr<QIODevice> content; ///< open, random access
    std::uint64_t octets = 0;
    std::uint64_t octetsWithCrLf = 0;  ///< when each bare LF and CR becomes CRLF
    QString messageId{};               ///< with angle brackets, printable; empty: the message has none
    bool has8Bit = false;              ///< some octet is over 127
    std::vector<LintRemark> remarks{}; ///< what a receiver would dislike about it and its envelope
    LintedSenders senders{};           ///< whom it says that it is from
    bool hasUtf8Header = false; ///< its header holds UTF-8: that needs SMTPUTF8 (RFC 6532); other 8-bit text is a fault

    /// At most `most` octets from `from` on; who reads `content` finds it as they left it. Empty past its end, and where there
    /// is no message yet.
    [[nodiscard]] QByteArray part(qint64 from, qint64 most) const;
};

/// `relaywright20261122T120500Zk3j9x2v8`: makes a Message-ID that is unique and known as ours in a message trace.
[[nodiscard]] QByteArray makeTestToken(TimePoint now);

/// What the conversation of `request` says of its message.
[[nodiscard]] LintEnvelope lintEnvelopeOf(const TestRequest &request);

/// Opens the .eml of `request`, or composes its message: in memory while it is small, in a temporary file (gone with the
/// device) beyond `kMostInMemory`. Reads and writes files: call it on a worker thread. Error: InvalidInput, NotFound or
/// Storage, naming the file or field.
[[nodiscard]] Result<TestMessage> makeTestMessage(const TestRequest &request, TimePoint now, const QByteArray &token);
inline constexpr qint64 kMostInMemory = 1 << 20;

/// Whom `request` trusts besides the system's authorities, as PEM: its own, and those of its file. Reads a file: call it on a
/// worker thread. Error: NotFound when it cannot be read, InvalidInput over 4 MiB.
[[nodiscard]] Result<QByteArray> authoritiesOf(const TestRequest &request);

} // namespace relaywright
