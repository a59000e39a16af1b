// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/EmailAddress.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

struct Attachment {
    QString fileName{};
    QByteArray mediaType = "application/octet-stream";
    QByteArray content{};
    bool operator==(const Attachment &) const = default;
};

/// What a person fills in to send a test message.
struct MessageDraft {
    EmailAddress from;  ///< P2, the From: header
    QString fromName{}; ///< display name, may be empty
    std::vector<EmailAddress> to{};
    QString subject{};
    QString text{}; ///< plain text, any line endings
    std::vector<Attachment> attachments{};
    std::optional<EmailAddress> replyTo{};
};

/// A message in the form in which it is sent: RFC 5322 header and MIME body, CRLF line ends, 7-bit clean.
struct ComposedMessage {
    QByteArray octets;
    QByteArray messageId; ///< with angle brackets
};

/// `uniqueToken` makes the Message-ID unique (letters and digits); `now` is the Date. Encoded words by RFC 2047,
/// file names by RFC 2231. Error: InvalidInput when a field holds a control character, naming the field.
[[nodiscard]] Result<ComposedMessage> compose(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken);

/// `Sun, 22 Nov 2026 10:00:00 +0000` (RFC 5322 §3.3).
[[nodiscard]] QByteArray rfc5322Date(TimePoint time);

} // namespace relaywright
