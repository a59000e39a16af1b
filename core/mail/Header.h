// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

namespace relaywright {

/// One header field as it stands in a message, unfolded value without the line end.
struct HeaderField {
    QByteArray name;
    QByteArray value;
    qsizetype offset = 0; ///< of its first octet in the message
    qsizetype size = 0;   ///< octets with folded lines and line end
    bool operator==(const HeaderField &) const = default;
};

/// The header of a message as far as a relay needs it: fields up to the first empty line, at most `kMaxHeaderOctets`.
/// Tolerant: a line that is no field ends the header.
class MessageHeader {
public:
    static constexpr qsizetype kMaxHeaderOctets = 256 * 1024;
    [[nodiscard]] static MessageHeader read(QByteArrayView message);
    [[nodiscard]] const std::vector<HeaderField> &fields() const { return m_fields; }
    /// First field of that name, without case.
    [[nodiscard]] std::optional<QByteArray> value(QByteArrayView name) const;
    [[nodiscard]] int count(QByteArrayView name) const;
    /// Octets of the header, the empty line not counted.
    [[nodiscard]] qsizetype size() const { return m_size; }

private:
    std::vector<HeaderField> m_fields;
    qsizetype m_size = 0;
};

/// Without its CRLF, LF or CR.
[[nodiscard]] QByteArrayView withoutLineEnd(QByteArrayView line);

/// A `Received:` field with its line end (RFC 5321 §4.4), safe for any peer name (others are written as an address).
struct TraceInfo {
    QByteArray heloName{};
    QByteArray peerAddress{};
    QByteArray serverName{};
    QByteArray id{};
    QByteArray protocol{}; ///< ESMTP, ESMTPS, ESMTPA, ESMTPSA, SMTP (RFC 3848)
    QByteArray date;       ///< rfc5322Date
};
[[nodiscard]] QByteArray receivedField(const TraceInfo &trace);

} // namespace relaywright
