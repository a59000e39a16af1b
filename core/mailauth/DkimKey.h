// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

namespace relaywright {

/// The public key that a domain publishes for one selector (RFC 6376 §3.6.1, RFC 8463 for ed25519).
struct DkimKey {
    QString keyType = QStringLiteral("rsa"); ///< k=, lower case; the RFCs know rsa and ed25519
    QByteArray key;                          ///< p= decoded: SubjectPublicKeyInfo or RSAPublicKey in DER, 32 octets for
                                             ///< ed25519; empty: the key is revoked
    QStringList hashes;                      ///< h=, lower case; empty: all
    QStringList services;                    ///< s=; empty or `*`: all
    QStringList flags;                       ///< t=
    QStringList unknownTags;                 ///< as written
    [[nodiscard]] bool revoked() const { return key.isEmpty(); }
    [[nodiscard]] bool testing() const { return flags.contains(QLatin1String("y")); }
    bool operator==(const DkimKey &) const = default;
};

/// Reads a key record. Octets of the TXT record come as Latin-1. Fault: not a tag list, a tag twice, `v=` that is not
/// DKIM1 or not first, `p=` missing or no base64, with its place.
[[nodiscard]] tl::expected<DkimKey, RecordFault> parseDkimKey(const QString &text);

/// Labels as a host name has them (RFC 6376 §3.1), underscores too because some senders use them; short enough to leave
/// room for `._domainkey.` and a domain.
[[nodiscard]] bool isDkimSelector(const QString &text);

/// `selector1._domainkey.contoso.com`
[[nodiscard]] QString dkimName(const QString &selector, const QString &domain);

} // namespace relaywright
