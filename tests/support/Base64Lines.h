// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace relaywright::test {

/// As an attachment carries octets: lines of 76 characters (RFC 2045 §6.8).
[[nodiscard]] inline QByteArray base64Lines(const QByteArray &octets)
{
    const QByteArray text = octets.toBase64();
    QByteArray out;
    for (qsizetype at = 0; at < text.size(); at += 76)
        out += text.mid(at, 76) + "\r\n";
    return out;
}

} // namespace relaywright::test
