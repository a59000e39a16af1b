// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TranscriptModel.h"
#include "ui/theme/Theme.h"

#include <QFont>
#include <QFontMetrics>
#include <QPixmap>

class QPainter;

namespace relaywright {

/// Measures and paints the rows of a transcript for one width.
class TranscriptPainter {
public:
    explicit TranscriptPainter(const TranscriptModel &model) : m_model(model) { setWidth(400); }
    /// Of the viewport; also takes over changed fonts.
    void setWidth(int width);
    void setMarked(const QString &words) { m_marked = words; }
    [[nodiscard]] const QString &marked() const { return m_marked; }
    void setTestAgainOffered(bool offered) { m_testAgain = offered; }
    [[nodiscard]] int heightOf(int row) const;
    void paint(QPainter &painter, const QRect &rect, int row, bool selected, bool current,
               const QPalette &palette) const;
    /// The button in an explanation; empty for other rows.
    [[nodiscard]] QRect testAgainButton(const QRect &rect, int row) const;

private:
    void paintHeading(QPainter &painter, const QRect &rect, int row, const QPalette &palette) const;
    void paintLine(QPainter &painter, const QRect &rect, int row, const QPalette &palette) const;
    void paintText(QPainter &painter, const QRect &rect, const TranscriptLine &line, const QPalette &palette) const;
    void paintExplanation(QPainter &painter, const QRect &rect, int row, const QPalette &palette) const;
    [[nodiscard]] static QString whole(const TranscriptLine &line);
    [[nodiscard]] qsizetype ownLength(const TranscriptLine &line) const { return line.text.size(); }
    [[nodiscard]] int textLeft() const;
    [[nodiscard]] int columns() const;
    [[nodiscard]] int explanationWidth() const;
    [[nodiscard]] QString testAgainText() const;

    const TranscriptModel &m_model;
    QFont m_fixed;
    QFont m_body;
    QFont m_strong;
    QFont m_small;
    int m_lineHeight = 16;
    qreal m_columnWidth = 8;
    int m_timeWidth = 60;
    int m_deltaWidth = 0; ///< 0: too narrow to be shown
    int m_sizeWidth = 0;  ///< likewise
    int m_width = 400;
    QString m_marked;
    bool m_testAgain = false;
};

} // namespace relaywright
