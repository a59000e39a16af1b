// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringList>

namespace relaywright {

/// Octets from a peer as one line for people: UTF-8 where it is valid, every control, bidirectional or invalid
/// octet as `\xNN` (`\r`, `\n`, `\t` by name). What is longer than `maxChars` ends in an ellipsis.
[[nodiscard]] QString printable(QByteArrayView octets, qsizetype maxChars = 2000);

/// What somebody typed, for an error sentence: as above, and short.
[[nodiscard]] inline QString quotable(const QString &text, qsizetype maxChars = 80)
{
    return printable(text.left(maxChars + 1).toUtf8(), maxChars);
}

/// True when `text` holds CR, LF, NUL or another control character: never to reach a wire, header or script.
[[nodiscard]] bool hasControlCharacters(const QString &text);

/// True when `text` holds a character that makes a line read in another order than it is stored (U+202E and its kin).
[[nodiscard]] bool hasBidirectionalControls(const QString &text);

/// What people separate by commas, semicolons, blanks or line ends; what stands in double quotes stays whole.
[[nodiscard]] QStringList splitList(const QString &text);

} // namespace relaywright
