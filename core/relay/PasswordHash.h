// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QByteArray>
#include <QString>

#include <cstdint>

namespace relaywright {

/// A device's password as a configuration may hold it: scrypt (RFC 7914), salted. As text
/// `scrypt$N$r$p$SALT$HASH`, salt and hash in base64; the numbers stand in it, so that they may grow later.
class PasswordHash {
public:
    /// Error: InvalidInput, also for numbers that would take more than 256 MiB or make no sense.
    [[nodiscard]] static Result<PasswordHash> parse(const QString &text);
    /// With a new random salt. Error: InvalidInput when `password` is empty, Unsupported when OpenSSL cannot do scrypt.
    [[nodiscard]] static Result<PasswordHash> make(const Secret &password);
    /// One that no password matches and that takes as long as others: for users that do not exist.
    [[nodiscard]] static PasswordHash ofNobody();

    [[nodiscard]] QString toString() const;
    /// Takes some 60 ms and 16 MiB on purpose; call it where nobody waits. Compares in constant time.
    [[nodiscard]] bool matches(const Secret &password) const;
    bool operator==(const PasswordHash &) const = default;

private:
    struct Cost {
        std::uint64_t n = 1u << 14; ///< 16 MiB with r = 8
        std::uint64_t r = 8;
        std::uint64_t p = 1; ///< as Percival has it for sign-ins that somebody waits for
        bool operator==(const Cost &) const = default;
    };
    PasswordHash(Cost cost, QByteArray salt, QByteArray hash)
        : m_cost(cost), m_salt(std::move(salt)), m_hash(std::move(hash))
    {
    }
    [[nodiscard]] static QByteArray derive(const Secret &password, const QByteArray &salt, const Cost &cost,
                                           qsizetype octets);

    Cost m_cost;
    QByteArray m_salt;
    QByteArray m_hash; ///< empty: matches nothing
};

} // namespace relaywright
