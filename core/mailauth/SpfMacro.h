// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/mailauth/SpfRecord.h"

#include <QString>

#include <chrono>
#include <functional>
#include <vector>

namespace relaywright {

/// Where a macro-string stands: c, r and t are for explanations only, as are spaces (RFC 7208 §7.1, §7.2).
/// AnyModifier is the value of an unknown modifier: checked, never expanded.
enum class SpfMacroUse { DomainSpec, AnyModifier, Explanation };

/// A literal text, or one `%{letter digits r delimiters}`.
struct SpfMacroPiece {
    QString literal;         ///< when `letter` is null
    QChar letter;            ///< lower case
    bool urlEscaped = false; ///< was upper case (§7.3)
    int keepRight = 0;       ///< how many parts to keep from the right; 0: all
    bool reversed = false;
    QString delimiters; ///< empty: the dot
    bool operator==(const SpfMacroPiece &) const = default;
};

/// What the letters stand for (§7.2).
struct SpfMacroValues {
    QString localPart;                      ///< l
    QString senderDomain;                   ///< o; s is l@o
    QString domain;                         ///< d
    QString helo;                           ///< h
    IpAddress ip;                           ///< i v c
    QString receiver;                       ///< r
    std::chrono::sys_seconds time{};        ///< t
    std::function<QString()> validatedName; ///< p; asked only when needed
};

/// `offset` is where `text` begins in the record, for the place of a fault.
[[nodiscard]] tl::expected<std::vector<SpfMacroPiece>, SpfSyntaxError> parseMacroString(const QString &text,
                                                                                        SpfMacroUse use,
                                                                                        qsizetype offset = 0);
/// At most 64 K characters; what is more is dropped on the left.
[[nodiscard]] QString expandMacros(const std::vector<SpfMacroPiece> &pieces, const SpfMacroValues &values);

/// An expanded domain as a name to ask for: without trailing dot, labels dropped from the left until at most 253
/// characters remain (§7.3). Empty when it is no name: an empty label, or one over 63 characters (§4.8).
[[nodiscard]] QString toQueryName(const QString &expanded);

/// `10.2.0.192.in-addr.arpa`, or the nibbles under `ip6.arpa`.
[[nodiscard]] QString toReverseName(const IpAddress &address);

} // namespace relaywright
