// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/PasswordHash.h"

#include <QStringList>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <bit>
#include <optional>

namespace relaywright {

namespace {

constexpr qsizetype kSaltOctets = 16;
constexpr qsizetype kHashOctets = 32;
constexpr std::uint64_t kMaxMemory = 256ull << 20;

tl::unexpected<Error> noHash()
{
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral(
            "This is no password hash of ours. Make one with: relaywright-cli relay password --password-from REF."));
}

std::optional<QByteArray> octetsOf(const QString &base64)
{
    auto decoded = QByteArray::fromBase64Encoding(base64.toLatin1(),
                                                  QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    return decoded && decoded.decoded.size() >= kSaltOctets / 2 && decoded.decoded.size() <= 64
               ? std::optional(decoded.decoded)
               : std::nullopt;
}

const unsigned char *bytes(const QByteArray &octets)
{
    return reinterpret_cast<const unsigned char *>(octets.constData());
}

} // namespace

QByteArray PasswordHash::derive(const Secret &password, const QByteArray &salt, const Cost &cost, qsizetype octets)
{
    QByteArray hash(octets, '\0');
    const QByteArrayView secret = password.reveal();
    const bool done = EVP_PBE_scrypt(secret.data(), static_cast<std::size_t>(secret.size()), bytes(salt),
                                     static_cast<std::size_t>(salt.size()), cost.n, cost.r, cost.p, kMaxMemory,
                                     reinterpret_cast<unsigned char *>(hash.data()), static_cast<std::size_t>(octets))
                      == 1;
    return done ? hash : QByteArray();
}

Result<PasswordHash> PasswordHash::parse(const QString &text)
{
    const QStringList parts = text.split(u'$');
    if (parts.size() != 6 || parts[0] != QLatin1String("scrypt"))
        return noHash();
    bool good[3] = {};
    const Cost cost{parts[1].toULongLong(&good[0]), parts[2].toULongLong(&good[1]), parts[3].toULongLong(&good[2])};
    const auto salt = octetsOf(parts[4]);
    const auto hash = octetsOf(parts[5]);
    if (!good[0] || !good[1] || !good[2] || !salt || !hash)
        return noHash();
    // 128 N r octets (RFC 7914 §2), each bounded first so that the product cannot overflow.
    const bool possible = cost.n >= 1024 && cost.n <= (1u << 21) && std::has_single_bit(cost.n) && cost.r >= 1
                          && cost.r <= 64 && cost.p >= 1 && cost.p <= 16 && 128 * cost.n * cost.r <= kMaxMemory / 2;
    if (!possible)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The numbers of this password hash are out of range. Make a new one with: "
                                      "relaywright-cli relay password --password-from REF."));
    return PasswordHash(cost, *salt, *hash);
}

Result<PasswordHash> PasswordHash::make(const Secret &password)
{
    if (password.isEmpty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The password is empty. A device needs one of its own."));
    QByteArray salt(kSaltOctets, '\0');
    const bool random = RAND_bytes(reinterpret_cast<unsigned char *>(salt.data()), static_cast<int>(salt.size())) == 1;
    QByteArray hash = random ? derive(password, salt, {}, kHashOctets) : QByteArray();
    if (hash.isEmpty())
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("OpenSSL cannot do scrypt here. Is there enough memory?"));
    return PasswordHash({}, std::move(salt), std::move(hash));
}

PasswordHash PasswordHash::ofNobody()
{
    return {{}, QByteArray(kSaltOctets, '\0'), {}};
}

QString PasswordHash::toString() const
{
    return QStringLiteral("scrypt$%1$%2$%3$%4$%5")
        .arg(m_cost.n)
        .arg(m_cost.r)
        .arg(m_cost.p)
        .arg(QString::fromLatin1(m_salt.toBase64()), QString::fromLatin1(m_hash.toBase64()));
}

bool PasswordHash::matches(const Secret &password) const
{
    const qsizetype octets = m_hash.isEmpty() ? kHashOctets : m_hash.size();
    const QByteArray derived = derive(password, m_salt, m_cost, octets);
    const bool comparable = derived.size() == m_hash.size() && !m_hash.isEmpty();
    return comparable
           && CRYPTO_memcmp(derived.constData(), m_hash.constData(), static_cast<std::size_t>(m_hash.size())) == 0;
}

} // namespace relaywright
