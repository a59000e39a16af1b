// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <vector>

namespace relaywright::test {

/// A message that a client or a relay could harm, with CRLF at its line ends.
struct MatrixMessage {
    const char *name;
    QByteArray octets;
};

inline QByteArray matrixHeader()
{
    return "From: Scanner <a@example.com>\r\nTo: b@example.com\r\nSubject: matrix\r\n"
           "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n";
}

/// As the one before, for octets over 127.
inline QByteArray matrixHeader8Bit()
{
    return matrixHeader()
           + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
}

/// What every client can send, by DATA too.
inline std::vector<MatrixMessage> matrixMessages()
{
    const QByteArray header = matrixHeader();
    return {{"plain", header + "\r\nline one\r\nline two\r\n"},
            {"dots", header + "\r\n.\r\n..\r\n.a\r\n...\r\nend.\r\n"},
            {"a lone dot at the end", header + "\r\ntext\r\n.\r\n"},
            {"empty lines", header + "\r\n\r\n\r\nin between\r\n\r\n\r\n"},
            {"8-bit", matrixHeader8Bit()
                          + "\r\nGr\xc3\xbc\xc3\x9f"
                            "e, \xe2\x82\xac 12\r\n"},
            {"lines of 998 octets", header + "\r\n" + (QByteArray(998, 'x') + "\r\n").repeated(50)},
            {"lines of more than 998 octets",
             header + "\r\n" + QByteArray(999, 'y') + "\r\n." + QByteArray(5000, 'z') + "\r\nshort\r\n"},
            {"a megabyte", header + "\r\n" + QByteArray("0123456789 0123456789 0123456789\r\n").repeated(30'000)}};
}

/// What came below our own Received field.
inline QByteArray belowOurField(const QByteArray &data)
{
    qsizetype at = data.startsWith("Received: ") ? data.indexOf("\r\n") + 2 : 0;
    while (at > 0 && at < data.size() && (data[at] == ' ' || data[at] == '\t'))
        at = data.indexOf("\r\n", at) + 2;
    return data.mid(at);
}

} // namespace relaywright::test
