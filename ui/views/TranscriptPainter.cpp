// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TranscriptPainter.h"

#include "ui/text/SiteText.h"
#include "ui/views/ColumnWrap.h"
#include "ui/views/TranscriptView.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace relaywright {

namespace {

constexpr int kBarWidth = 72;
constexpr int kMarkWidth = 44; ///< arrow and lock
constexpr int kWideEnough = 540;

QString secondsText(double seconds)
{
    return QString::number(seconds, 'f', 3);
}

QString arrow(TranscriptLine::Direction direction)
{
    switch (direction) {
    case TranscriptLine::Direction::Sent: return QStringLiteral("\u25B6");
    case TranscriptLine::Direction::Received: return QStringLiteral("\u25C0");
    case TranscriptLine::Direction::Note: return QStringLiteral("\u00B7");
    }
    Q_UNREACHABLE();
}

Tone toneOf(const TranscriptLine &line)
{
    if (line.refusal)
        return Tone::Wrong;
    switch (line.direction) {
    case TranscriptLine::Direction::Sent: return Tone::Accent;
    case TranscriptLine::Direction::Received: return Tone::Good;
    case TranscriptLine::Direction::Note: return Tone::Neutral;
    }
    Q_UNREACHABLE();
}

void paintTinted(QPainter &painter, const QRect &rect, const QPalette &palette)
{
    painter.fillRect(rect, toneFill(Tone::Wrong, palette));
    painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), toneColor(Tone::Wrong, palette));
}

} // namespace

void TranscriptPainter::setWidth(int width)
{
    m_width = width;
    m_fixed = fontFor(FontRole::Fixed);
    m_body = fontFor(FontRole::Body);
    m_strong = fontFor(FontRole::Strong);
    m_small = fontFor(FontRole::Small);
    const QFontMetricsF fixed(m_fixed);
    m_lineHeight = static_cast<int>(std::ceil(fixed.height()));
    m_columnWidth = fixed.horizontalAdvance(QString(40, u'x')) / 40;
    const auto widthOf = [&fixed](const char *text) {
        return static_cast<int>(std::ceil(fixed.horizontalAdvance(QLatin1String(text))));
    };
    m_timeWidth = widthOf("000.000");
    m_deltaWidth = width >= kWideEnough ? widthOf("+00.000") + gap::kSmall : 0;
    m_sizeWidth = width >= kWideEnough ? widthOf("000.0 MB") + gap::kSmall : 0;
}

int TranscriptPainter::textLeft() const
{
    return gap::kSmall + m_timeWidth + m_deltaWidth + kMarkWidth;
}

int TranscriptPainter::columns() const
{
    return std::max(16, static_cast<int>((m_width - textLeft() - m_sizeWidth - gap::kSmall) / m_columnWidth));
}

int TranscriptPainter::explanationWidth() const
{
    return std::max(80, m_width - textLeft() - gap::kMedium);
}

QString TranscriptPainter::whole(const TranscriptLine &line)
{
    QString text = line.text;
    if (!line.decoded.isEmpty())
        text += QStringLiteral("   = ") + line.decoded;
    if (line.message)
        text += QStringLiteral("   \u25B8 ") + TranscriptView::tr("Show the message");
    return text;
}

QString TranscriptPainter::testAgainText() const
{
    return TranscriptView::tr("Test again from here");
}

int TranscriptPainter::heightOf(int row) const
{
    switch (m_model.kindOf(row)) {
    case TranscriptModel::RowKind::Heading: return QFontMetrics(m_strong).height() + gap::kMedium;
    case TranscriptModel::RowKind::Line: {
        const TranscriptLine &line = m_model.lines()[*m_model.lineOf(row)];
        // Only few lines carry more than their text, and those that do not need no copy.
        const bool more = !line.decoded.isEmpty() || line.message;
        return wrappedRows(more ? whole(line) : line.text, columns()) * m_lineHeight + gap::kTiny;
    }
    case TranscriptModel::RowKind::Explanation: {
        const QString text = m_model.index(row).data().toString();
        const QRect needed =
            QFontMetrics(m_body).boundingRect(QRect(0, 0, explanationWidth(), 1 << 16), Qt::TextWordWrap, text);
        return needed.height() + gap::kMedium
               + (m_testAgain ? QFontMetrics(m_small).height() + gap::kMedium + gap::kSmall : 0);
    }
    }
    Q_UNREACHABLE();
}

QRect TranscriptPainter::testAgainButton(const QRect &rect, int row) const
{
    if (!m_testAgain || m_model.kindOf(row) != TranscriptModel::RowKind::Explanation)
        return {};
    const QFontMetrics metrics(m_small);
    const QSize size(metrics.horizontalAdvance(testAgainText()) + 2 * gap::kSmall, metrics.height() + gap::kSmall);
    return {QPoint(textLeft(), rect.bottom() - size.height() - gap::kTiny), size};
}

void TranscriptPainter::paint(QPainter &painter, const QRect &rect, int row, bool selected, bool current,
                              const QPalette &palette) const
{
    const auto kind = m_model.kindOf(row);
    if (kind == TranscriptModel::RowKind::Heading)
        painter.fillRect(rect, palette.color(QPalette::AlternateBase));
    if (selected)
        painter.fillRect(rect, toneFill(Tone::Accent, palette));
    switch (kind) {
    case TranscriptModel::RowKind::Heading: paintHeading(painter, rect, row, palette); break;
    case TranscriptModel::RowKind::Line: paintLine(painter, rect, row, palette); break;
    case TranscriptModel::RowKind::Explanation: paintExplanation(painter, rect, row, palette); break;
    }
    if (current) {
        painter.setPen(toneColor(Tone::Accent, palette));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
}

void TranscriptPainter::paintHeading(QPainter &painter, const QRect &whole, int row, const QPalette &palette) const
{
    const QModelIndex index = m_model.index(row);
    const bool folded = index.data(TranscriptModel::FoldedRole).toBool();
    QRect rect = whole.adjusted(gap::kSmall, 0, -gap::kSmall, 0);
    painter.setFont(m_strong);
    painter.setPen(palette.color(QPalette::Text));
    QRect drawn;
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                     (folded ? QStringLiteral("\u25B8  ") : QStringLiteral("\u25BE  ")) + index.data().toString(),
                     &drawn);
    const double share = index.data(TranscriptModel::ShareRole).toDouble();
    const QRectF track(rect.right() - kBarWidth, rect.center().y() - 3, kBarWidth, 6);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(hairline(palette));
    painter.drawRoundedRect(track, 3, 3);
    if (share > 0.01) {
        painter.setBrush(toneColor(Tone::Accent, palette));
        painter.drawRoundedRect(QRectF(track.left(), track.top(), std::max(6.0, track.width() * share), 6), 3, 3);
    }
    painter.restore();
    painter.setFont(m_small);
    painter.setPen(mutedText(palette));
    if (folded)
        painter.drawText(QRect(drawn.right() + gap::kMedium, rect.top(), rect.width(), rect.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         TranscriptView::tr("%n line(s)", nullptr, index.data(TranscriptModel::CountRole).toInt()));
    rect.setRight(rect.right() - kBarWidth - gap::kSmall);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter,
                     TranscriptView::tr("%1 s").arg(
                         QLocale().toString(index.data(TranscriptModel::DurationRole).toDouble(), 'f', 3)));
}

void TranscriptPainter::paintLine(QPainter &painter, const QRect &rect, int row, const QPalette &palette) const
{
    const std::size_t number = *m_model.lineOf(row);
    const TranscriptLine &line = m_model.lines()[number];
    if (line.refusal)
        paintTinted(painter, rect, palette);
    painter.setFont(m_fixed);
    painter.setPen(mutedText(palette));
    const int top = rect.top() + 2;
    const auto right = static_cast<int>(Qt::AlignRight | Qt::AlignTop);
    painter.drawText(QRect(gap::kSmall, top, m_timeWidth, m_lineHeight), right,
                     secondsText(std::chrono::duration<double>(line.sinceStart).count()));
    int x = gap::kSmall + m_timeWidth;
    if (m_deltaWidth > 0) {
        painter.drawText(QRect(x, top, m_deltaWidth, m_lineHeight), right,
                         u'+' + secondsText(std::chrono::duration<double>(m_model.deltaOf(number)).count()));
        x += m_deltaWidth;
    }
    if (m_sizeWidth > 0 && line.octets > 0)
        painter.drawText(QRect(m_width - gap::kSmall - m_sizeWidth, top, m_sizeWidth, m_lineHeight), right,
                         QLocale().formattedDataSize(static_cast<qint64>(line.octets), 1, QLocale::DataSizeSIFormat));
    painter.setPen(toneColor(toneOf(line), palette));
    painter.drawText(QRect(x + 6, top, 16, m_lineHeight), static_cast<int>(Qt::AlignLeft | Qt::AlignTop),
                     arrow(line.direction));
    if (line.tls)
        painter.drawPixmap(QPoint(x + 24, top + 1), tintedPixmap(QStringLiteral("lock"), mutedText(palette), 13,
                                                                 painter.device()->devicePixelRatioF()));
    paintText(painter, QRect(textLeft(), top, m_width - textLeft(), rect.height()), line, palette);
}

void TranscriptPainter::paintText(QPainter &painter, const QRect &rect, const TranscriptLine &line,
                                  const QPalette &palette) const
{
    const QString text = whole(line);
    const QColor main = line.refusal                                        ? toneColor(Tone::Wrong, palette)
                        : line.direction == TranscriptLine::Direction::Note ? mutedText(palette)
                                                                            : palette.color(QPalette::Text);
    const QColor more = line.message ? toneColor(Tone::Accent, palette) : mutedText(palette);
    const QFontMetricsF metrics(m_fixed);
    const qsizetype own = line.text.size();
    int y = rect.top();
    for (const TextPiece &piece : wrapColumns(text, columns())) {
        const QString shown = text.mid(piece.start, piece.length);
        for (qsizetype at = m_marked.isEmpty() ? -1 : shown.indexOf(m_marked, 0, Qt::CaseInsensitive); at >= 0;
             at = shown.indexOf(m_marked, at + m_marked.size(), Qt::CaseInsensitive)) {
            const qreal from = metrics.horizontalAdvance(shown.left(at));
            const qreal to = metrics.horizontalAdvance(shown.left(at + m_marked.size()));
            painter.fillRect(QRectF(rect.left() + from, y, to - from, m_lineHeight),
                             toneFill(Tone::Attention, palette));
            painter.setPen(toneColor(Tone::Attention, palette));
            painter.drawLine(QPointF(rect.left() + from, y + m_lineHeight - 1),
                             QPointF(rect.left() + to, y + m_lineHeight - 1));
        }
        const qsizetype split = std::clamp<qsizetype>(own - piece.start, 0, piece.length);
        const QString first = shown.left(split);
        painter.setPen(main);
        painter.drawText(QPointF(rect.left(), y + metrics.ascent()), first);
        if (split < piece.length) {
            painter.setPen(more);
            painter.drawText(QPointF(rect.left() + metrics.horizontalAdvance(first), y + metrics.ascent()),
                             shown.mid(split));
        }
        y += m_lineHeight;
    }
}

void TranscriptPainter::paintExplanation(QPainter &painter, const QRect &rect, int row, const QPalette &palette) const
{
    paintTinted(painter, rect, palette);
    painter.setFont(m_body);
    painter.setPen(palette.color(QPalette::Text));
    painter.drawText(QRect(textLeft(), rect.top() + gap::kTiny, explanationWidth(), rect.height()),
                     static_cast<int>(Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap),
                     m_model.index(row).data().toString());
    const QRect button = testAgainButton(rect, row);
    if (button.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette.color(QPalette::Mid));
    painter.setBrush(palette.color(QPalette::Button));
    painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(m_small);
    painter.setPen(palette.color(QPalette::ButtonText));
    painter.drawText(button, Qt::AlignCenter, testAgainText());
    painter.restore();
}

} // namespace relaywright
