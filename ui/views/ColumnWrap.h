// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace relaywright {

/// Part of a text that stands on one row.
struct TextPiece {
    qsizetype start = 0;
    qsizetype length = 0;
    bool operator==(const TextPiece &) const = default;
};

/// Breaks a text for a fixed font, at spaces where there are some and anywhere in a long word. It counts columns (two for
/// East Asian wide characters, none for combining marks) and measures no glyph, so that a hundred thousand lines take
/// milliseconds. At least one piece.
[[nodiscard]] std::vector<TextPiece> wrapColumns(const QString &text, int columns);
/// How many pieces that gives, without making them for a text that fits.
[[nodiscard]] int wrappedRows(const QString &text, int columns);

} // namespace relaywright
