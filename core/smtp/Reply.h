// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace relaywright {

/// An enhanced status code such as 5.7.60 (RFC 3463 §2).
struct EnhancedStatus {
    int classDigit = 0; ///< 2, 4 or 5
    int subject = 0;    ///< 0..999
    int detail = 0;     ///< 0..999
    /// Reads one at the start of `text`. Nothing when there is none.
    [[nodiscard]] static std::optional<EnhancedStatus> parse(QByteArrayView text);
    [[nodiscard]] QString toString() const;
    bool operator==(const EnhancedStatus &) const = default;
};

/// One whole reply (RFC 5321 §4.2): the code and the text of each line, without the code.
struct Reply {
    int code = 0; ///< 200..599
    QByteArrayList lines{};
    /// The enhanced status code at the start of the first line that has one (RFC 2034 §4).
    [[nodiscard]] std::optional<EnhancedStatus> enhanced() const;
    [[nodiscard]] bool isPositive() const { return code >= 200 && code < 400; }
    [[nodiscard]] bool isTransient() const { return code >= 400 && code < 500; }
    [[nodiscard]] bool isPermanent() const { return code >= 500; }
    /// Everything after the code, lines joined with a space, printable (core/base/Text.h).
    [[nodiscard]] QString text() const;
    /// `550 5.7.60 SMTP; Client does not ...`: code and text, printable, one line.
    [[nodiscard]] QString toString() const;
    bool operator==(const Reply &) const = default;
};

/// Parses what a person pasted: one reply in one or more lines, code with or without a hyphen, or a bare enhanced
/// code with text. Error: InvalidInput when there is no code in it at all.
[[nodiscard]] Result<Reply> parseReplyText(const QString &text);

/// Collects octets from a server into replies. Strict: only CRLF ends a line. Bounded: a line of more than
/// `kMaxReplyLineOctets` and a reply of more than `kMaxReplyLines` lines are errors, after which it takes no more.
class ReplyParser {
public:
    static constexpr qsizetype kMaxReplyLineOctets = 2048; // RFC 5321 §4.5.3.1.5 says 512; servers send more
    static constexpr qsizetype kMaxReplyLines = 256;

    /// The replies that `octets` completed. Error: InvalidInput, naming what was wrong (line escaped). Replies that
    /// were whole before the fault are handed out first: the fault is the answer to the next call (see `isBroken`).
    [[nodiscard]] Result<std::vector<Reply>> feed(QByteArrayView octets);
    /// True when a fault was met; nothing more is taken until `clear`.
    [[nodiscard]] bool isBroken() const { return m_fault.has_value(); }
    /// Forgets what came so far: called before the TLS handshake (RFC 3207 §4.2).
    void clear();
    /// How a fault shows the line in which it stands: where secrets are said, somebody has to hide them.
    using Quote = std::function<QByteArray(const QByteArray &)>;
    void setQuoting(Quote quote) { m_quote = std::move(quote); }
    /// True when a reply or line has begun and is not whole.
    [[nodiscard]] bool isInside() const { return !m_line.isEmpty() || !m_reply.lines.isEmpty(); }

private:
    [[nodiscard]] Result<std::optional<Reply>> takeOctet(char octet);
    [[nodiscard]] Result<std::optional<Reply>> takeLine();
    [[nodiscard]] tl::unexpected<Error> notSmtp(const QString &why, QByteArrayView line) const;
    QByteArray m_line; ///< the line so far, a CR that may begin its end included
    Reply m_reply;     ///< the lines so far of a reply of several lines
    std::optional<Error> m_fault;
    Quote m_quote;
};

} // namespace relaywright
