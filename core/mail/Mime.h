// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace relaywright {

constexpr qsizetype kMaxMimeLineOctets = 76; // RFC 2045 §6.7 and §6.8, RFC 2047 §2

/// `Name: value` with its line end, folded to lines of at most 76 octets where there is a space to fold at. Text that
/// is not plain ASCII, or could be taken for encoded, becomes encoded words (RFC 2047). `value` has no control characters.
[[nodiscard]] QByteArray unstructuredField(const QByteArray &name, const QString &value);

/// Encoded words of at most 75 octets, joined by CRLF SP; the first leaves room for `column` octets before it.
[[nodiscard]] QByteArray encodedWords(const QString &text, qsizetype column);

/// A display name as it stands before `<addr>`: an atom, a quoted string or encoded words (RFC 5322 §3.2.5).
[[nodiscard]] QByteArray displayName(const QString &name, qsizetype column);

/// `; filename="scan.pdf"`, or RFC 2231 continuations each on a line of its own where it is long or not ASCII.
[[nodiscard]] QByteArray fileNameParameter(const QString &fileName);

/// Base64 in lines of 76, each ended by CRLF.
[[nodiscard]] QByteArray base64Lines(const QByteArray &octets);

/// Quoted-printable of text with CRLF line ends (RFC 2045 §6.7).
[[nodiscard]] QByteArray quotedPrintable(const QByteArray &text);

} // namespace relaywright
