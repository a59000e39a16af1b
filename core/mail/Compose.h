// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/EmailAddress.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

class QIODevice;

namespace relaywright {

struct Attachment {
    QString fileName{};
    QByteArray mediaType = "application/octet-stream";
    QByteArray content{};        ///< small ones; empty where there is a `source`
    QIODevice *source = nullptr; ///< open for reading, read from where it stands to its end; outlives the composing
    bool operator==(const Attachment &) const = default;
};

/// How text that is not plain ASCII is sent. SevenBit: quoted-printable or base64, for every server. EightBit: as it is,
/// where its lines allow it; the server must offer 8BITMIME (RFC 6152).
enum class TextEncoding { SevenBit, EightBit };

/// What a person fills in to send a test message.
struct MessageDraft {
    EmailAddress from;  ///< P2, the From: header
    QString fromName{}; ///< display name, may be empty
    std::vector<EmailAddress> to{};
    QString subject{};
    QString text{}; ///< plain text, any line endings
    std::vector<Attachment> attachments{};
    std::optional<EmailAddress> replyTo{};
    QString html{}; ///< not empty: the same as HTML; both go as multipart/alternative, alone where `text` is empty
    std::optional<EmailAddress> sender{}; ///< the Sender: field (RFC 5322 §3.6.2)
    /// Further fields by name and value, in this order after the others. A field that is composed anyway is refused.
    std::vector<std::pair<QByteArray, QString>> headers{};
    QByteArray charset = "utf-8"; ///< of text and HTML: utf-8, iso-8859-1 or us-ascii
    TextEncoding encoding = TextEncoding::SevenBit;
    // What some devices do. The message is then faulty on purpose.
    bool withDate = true;
    bool withMessageId = true;
    bool addressInDisplayName = false; ///< From: "Scanner scanner@contoso.com" <scanner@contoso.com>
};

/// A message in the form in which it is sent: RFC 5322 header and MIME body, CRLF line ends.
struct ComposedMessage {
    QByteArray octets;
    QByteArray messageId; ///< with angle brackets, also where the message does not carry it
};

/// What is known of a message that was written to a device.
struct ComposedHead {
    QByteArray messageId;
    std::uint64_t octets = 0;
    bool has8Bit = false; ///< needs 8BITMIME
};

/// Writes the message to `out`, attachments in pieces, so that memory does not grow with their size. `uniqueToken` makes
/// the Message-ID unique (letters and digits); `now` is the Date. Encoded words by RFC 2047, file names by RFC 2231.
/// Error: InvalidInput when a field holds what it may not, naming the field; Storage when an attachment cannot be read
/// or `out` not written, after which `out` holds a part.
[[nodiscard]] Result<ComposedHead> composeTo(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken,
                                             QIODevice &out);

/// The same in memory, for small messages.
[[nodiscard]] Result<ComposedMessage> compose(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken);

/// `Sun, 22 Nov 2026 10:00:00 +0000` (RFC 5322 §3.3).
[[nodiscard]] QByteArray rfc5322Date(TimePoint time);

} // namespace relaywright
