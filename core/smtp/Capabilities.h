// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Reply.h"

#include <QByteArrayList>

#include <cstdint>
#include <optional>

namespace relaywright {

/// What an EHLO reply offers (RFC 5321 §4.1.1.1). Keywords are compared without case.
struct Capabilities {
    static constexpr qsizetype kMaxKeywords = 64;
    QByteArray serverName{}; ///< first word of the first line
    bool startTls = false;
    bool pipelining = false;
    bool eightBitMime = false;
    bool smtpUtf8 = false;
    bool dsn = false;
    bool chunking = false;
    bool binaryMime = false; ///< RFC 3030 §3; means nothing without `chunking`
    bool enhancedStatusCodes = false;
    std::optional<std::uint64_t> sizeLimitOctets{}; ///< nothing: not offered; 0: offered without a limit (RFC 1870 §4)
    QByteArrayList authMechanisms{};                ///< upper case; `AUTH=LOGIN` of old servers is read too
    /// Every keyword with its parameters as it came, at most `kMaxKeywords`.
    QByteArrayList keywords{};
    bool operator==(const Capabilities &) const = default;
};

[[nodiscard]] Capabilities parseCapabilities(const Reply &ehloReply);

} // namespace relaywright
