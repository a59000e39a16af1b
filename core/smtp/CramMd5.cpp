// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/CramMd5.h"

#include <QCryptographicHash>

namespace relaywright {

namespace {

/// HMAC-MD5 (RFC 2104 §2). Qt has it too, and leaves the key in memory as it is.
QByteArray hmacMd5(const QByteArray &text, const Secret &secret)
{
    constexpr qsizetype kBlockOctets = 64;
    QByteArray inner(kBlockOctets, '\x36');
    QByteArray outer(kBlockOctets, '\x5c');
    QByteArray digest;
    QByteArrayView key = secret.reveal();
    if (key.size() > kBlockOctets) {
        QCryptographicHash hash(QCryptographicHash::Md5);
        hash.addData(key);
        digest = hash.result();
        hash.addData(QByteArray(kBlockOctets, '\0')); // over what it buffers of the key
        key = digest;
    }
    for (qsizetype i = 0; i < key.size(); ++i) {
        inner[i] = static_cast<char>(inner[i] ^ key[i]);
        outer[i] = static_cast<char>(outer[i] ^ key[i]);
    }
    QCryptographicHash innerHash(QCryptographicHash::Md5);
    innerHash.addData(inner);
    innerHash.addData(text);
    QCryptographicHash outerHash(QCryptographicHash::Md5);
    outerHash.addData(outer);
    outerHash.addData(innerHash.result());
    wipe(inner);
    wipe(outer);
    wipe(digest);
    return outerHash.result();
}

} // namespace

QByteArray cramMd5Challenge(const QByteArray &nonce, const QByteArray &hostName)
{
    return '<' + nonce.toHex() + '@' + hostName + '>';
}

QByteArray cramMd5Digest(const QByteArray &challenge, const Secret &password)
{
    return hmacMd5(challenge, password).toHex();
}

bool CramMd5Proof::isOf(const Secret &password) const
{
    return Secret(cramMd5Digest(challenge, password)) == Secret(digest.toLower());
}

} // namespace relaywright
