// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"

#include <QByteArray>

namespace relaywright {

// CRAM-MD5 (RFC 2195): the password itself is never said, so whoever checks it must know the password, not a hash of it.

/// `<0123...@host>`: `nonce` is at least 16 random octets, new for each exchange. RFC 2195 §2 puts a time into it as well,
/// to the same end.
[[nodiscard]] QByteArray cramMd5Challenge(const QByteArray &nonce, const QByteArray &hostName);
/// HMAC-MD5 of the challenge under the password, 32 hexadecimal digits.
[[nodiscard]] QByteArray cramMd5Digest(const QByteArray &challenge, const Secret &password);

/// What a client answered to a challenge.
struct CramMd5Proof {
    QByteArray challenge;
    QByteArray digest; ///< 32 hexadecimal digits
    /// Takes as long for a wrong digest as for the right one.
    [[nodiscard]] bool isOf(const Secret &password) const;
};

} // namespace relaywright
