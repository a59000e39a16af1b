// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ColumnWrap.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Hangul Jamo, CJK, Hangul syllables, compatibility and full-width forms (Unicode's East Asian Width W and F, in the
/// Basic Multilingual Plane); a surrogate counts one, so that a pair counts two.
bool isWide(char16_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3)
           || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
           || (c >= 0xFFE0 && c <= 0xFFE6);
}

int columnsOf(QChar c)
{
    if (c.unicode() < 0x0300)
        return 1;
    const QChar::Category category = c.category();
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing || category == QChar::Other_Format)
        return 0;
    return isWide(c.unicode()) ? 2 : 1;
}

} // namespace

std::vector<TextPiece> wrapColumns(const QString &text, int columns)
{
    const int room = std::max(columns, 2); // a wide character fits always
    std::vector<TextPiece> pieces;
    qsizetype start = 0;
    while (text.size() - start > 0) {
        qsizetype end = start;
        qsizetype space = -1;
        for (int used = 0; end < text.size(); ++end) {
            used += columnsOf(text[end]);
            if (used > room && !(text[end] == u' ' && used == room + 1))
                break;
            if (text[end] == u' ')
                space = end;
        }
        if (end < text.size() && space >= start)
            end = space + 1;
        else if (end < text.size() && text[end].isLowSurrogate() && end - start > 1)
            --end; // a pair stays whole
        end = std::max(end, start + 1);
        pieces.push_back({start, end - start});
        start = end;
    }
    if (pieces.empty())
        pieces.push_back({});
    return pieces;
}

int wrappedRows(const QString &text, int columns)
{
    // A character takes two columns at most.
    if (text.size() * 2 <= columns)
        return 1;
    const bool plain = std::ranges::all_of(text, [](QChar c) { return c.unicode() < 0x0300; });
    if (plain && text.size() <= columns)
        return 1;
    return static_cast<int>(wrapColumns(text, columns).size());
}

} // namespace relaywright
