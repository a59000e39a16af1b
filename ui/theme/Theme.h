// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QApplication;

namespace relaywright {

/// Distances of the window, in device-independent pixels: multiples of 4.
namespace gap {
inline constexpr int kTiny = 4;
inline constexpr int kSmall = 8;
inline constexpr int kMedium = 12;
inline constexpr int kLarge = 16;
inline constexpr int kPage = 24;
} // namespace gap

enum class Scheme { System, Light, Dark };

/// The window's look: the system's style on Windows and macOS, ours over Fusion elsewhere; light or dark by the
/// system unless `scheme` says which. Call once, before the first widget.
void applyTheme(QApplication &application, Scheme scheme = Scheme::System);

[[nodiscard]] bool isDark(const QPalette &palette);

/// What a colour says. It never says it alone: a symbol and a word go with it.
enum class Tone { Neutral, Accent, Good, Attention, Wrong, Unknown };

/// The symbol that goes with it; `other` where nothing is judged.
[[nodiscard]] QString symbolOf(Tone tone, const QString &other = QStringLiteral("\u25CB"));

/// For text and symbols on the palette's Base or Window, at least 4.5:1 (WCAG 2.1 AA).
[[nodiscard]] QColor toneColor(Tone tone, const QPalette &palette);
/// A faint fill behind text of any colour of the palette.
[[nodiscard]] QColor toneFill(Tone tone, const QPalette &palette);
/// Second-rank text; still 4.5:1.
[[nodiscard]] QColor mutedText(const QPalette &palette);
/// Borders and separators.
[[nodiscard]] QColor hairline(const QPalette &palette);
/// Relative contrast of two colours, 1 to 21 (WCAG 2.1 §1.4.3).
[[nodiscard]] double contrast(const QColor &a, const QColor &b);

enum class FontRole { Body, Small, Strong, Heading, Title, Fixed };
[[nodiscard]] QFont fontFor(FontRole role);

/// A line icon of the resource `:/icons/NAME.svg` in the palette's text colour, and in its highlighted-text colour for
/// selected rows.
[[nodiscard]] QIcon lineIcon(const QString &name, const QPalette &palette);
[[nodiscard]] QPixmap tintedPixmap(const QString &name, const QColor &color, int size, qreal ratio);

} // namespace relaywright
