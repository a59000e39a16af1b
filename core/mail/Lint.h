// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/AddressList.h"

#include <QByteArrayView>
#include <QJsonObject>
#include <QString>

#include <memory>
#include <vector>

namespace relaywright {

/// Something that a receiver would dislike about a message.
struct LintRemark {
    enum class Level { Attention, Wrong };
    Level level = Level::Attention;
    QString id;         ///< of the kind: `date.missing`, `line.too-long`
    qint64 line = 0;    ///< 1-based; 0: the whole message
    QString seen{};     ///< what stands there, printable and short; may be empty
    QString sentence;   ///< what is wrong, and what comes of it
    QString remedy{};   ///< what to do; may be empty
    qint64 further = 0; ///< how many more of the same kind follow that are not listed
    bool operator==(const LintRemark &) const = default;
};
[[nodiscard]] QString toString(LintRemark::Level level); ///< attention wrong
/// Members `level`, `id`, `sentence`, and where they say something `line`, `seen`, `remedy`, `further`.
[[nodiscard]] QJsonObject toJson(const LintRemark &remark);

/// Whom a message says that it is from, for checks that need more than the message.
struct LintedSenders {
    std::vector<HeaderMailbox> from;
    std::vector<HeaderMailbox> sender;
    std::vector<HeaderMailbox> recipients; ///< To and Cc; at most 1000
};

/// What the conversation says of a message, for a comparison with its header.
struct LintEnvelope {
    bool known = false;                     ///< nothing is compared where it is not
    ReversePath mailFrom{};                 ///< P1; nothing: the null reverse-path
    std::vector<EmailAddress> recipients{}; ///< of RCPT TO
};

/// From (P2) against MAIL FROM (P1).
[[nodiscard]] std::vector<LintRemark> compareSenders(const LintedSenders &senders, const LintEnvelope &envelope);
/// The first address in From; null when there is none.
[[nodiscard]] const EmailAddress *firstFrom(const LintedSenders &senders);

/// Reads a message in pieces of any size and says what a receiver would dislike about it (RFC 5322, 2045-2047, 5321
/// §4.5.3): line ends, long lines, NUL, header fields, encoded words, address syntax, MIME structure and encodings.
/// Memory is bounded whatever comes: of a kind of fault at most ten are listed and the others are counted.
class MessageLint {
public:
    static constexpr int kMaxListed = 10;
    MessageLint();
    ~MessageLint();
    MessageLint(MessageLint &&) noexcept;
    MessageLint &operator=(MessageLint &&) noexcept;

    void feed(QByteArrayView octets);
    /// The end of the message: its remarks in the order of their lines, those on the whole first. Call once.
    [[nodiscard]] std::vector<LintRemark> finish();
    /// After the header was read.
    [[nodiscard]] const LintedSenders &senders() const;

private:
    struct Scan;
    std::unique_ptr<Scan> m_scan;
};

} // namespace relaywright
