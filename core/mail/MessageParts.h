// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>

#include <cstdint>
#include <vector>

namespace relaywright {

/// One part of a message that holds no parts itself, for people to look at.
struct MessagePart {
    QString mediaType;        ///< `text/plain`, printable
    QString fileName;         ///< printable, without any folder; empty: none
    std::uint64_t octets = 0; ///< decoded
    QString text;             ///< of text parts: decoded, control characters shown; else empty
    bool operator==(const MessagePart &) const = default;
};

/// The parts of a message, in order (RFC 2045, RFC 2046). Tolerant of what is broken: what cannot be decoded is taken as it
/// stands. Bounded: `kMaxParts` parts, `kMaxDepth` levels, `kMaxTextChars` of each text.
constexpr std::size_t kMaxParts = 100;
constexpr int kMaxDepth = 8;
constexpr qsizetype kMaxTextChars = 200'000;
[[nodiscard]] std::vector<MessagePart> readParts(QByteArrayView message);

} // namespace relaywright
