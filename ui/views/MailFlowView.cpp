// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/MailFlowView.h"

#include "ui/theme/Theme.h"

#include <QPainter>
#include <QPainterPath>

namespace relaywright {

namespace {

constexpr int kIcon = 28;
constexpr qreal kLabelledLeg = 106;
constexpr qreal kBareLeg = 40;
constexpr qreal kStation = 176;

bool isLabelled(const MailFlow::Leg &leg)
{
    return !leg.port.isEmpty() || !leg.tls.isEmpty();
}

qreal widthOf(const MailFlow::Leg &leg)
{
    return isLabelled(leg) ? kLabelledLeg : kBareLeg;
}

QString iconOf(MailFlow::Role role)
{
    switch (role) {
    case MailFlow::Role::Sender:     return QStringLiteral("device");
    case MailFlow::Role::Relay:      return QStringLiteral("relay");
    case MailFlow::Role::Cloud:      return QStringLiteral("cloud");
    case MailFlow::Role::Recipients: return QStringLiteral("people");
    }
    Q_UNREACHABLE();
}

/// `text` in at most two lines of `width`, broken at a space where there is one; the second ends in an ellipsis.
QStringList twoLines(const QString &text, const QFontMetrics &metrics, int width)
{
    if (metrics.horizontalAdvance(text) <= width)
        return {text};
    qsizetype cut = -1;
    for (qsizetype i = text.indexOf(u' '); i >= 0; i = text.indexOf(u' ', i + 1)) {
        if (metrics.horizontalAdvance(text.left(i)) <= width)
            cut = i;
    }
    if (cut < 0)
        return {metrics.elidedText(text, Qt::ElideRight, width)};
    return {text.left(cut), metrics.elidedText(text.mid(cut + 1), Qt::ElideRight, width)};
}

void drawElided(QPainter &painter, const QRectF &rect, const QString &text, Qt::TextElideMode mode = Qt::ElideRight)
{
    const QString shown = painter.fontMetrics().elidedText(text, mode, static_cast<int>(rect.width()));
    painter.drawText(rect, Qt::AlignHCenter | Qt::AlignVCenter, shown);
}

} // namespace

MailFlowView::MailFlowView(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MailFlowView::setFlow(const MailFlow &flow)
{
    m_flow = flow;
    setAccessibleName(describe(flow));
    setToolTip(describe(flow));
    updateGeometry();
    update();
}

QSize MailFlowView::sizeHint() const
{
    return {static_cast<int>(m_flow.stations.size()) * 200, fontMetrics().height() * 9 + gap::kLarge};
}

QSize MailFlowView::minimumSizeHint() const
{
    return {320, sizeHint().height()};
}

void MailFlowView::paintEvent(QPaintEvent *)
{
    const auto count = static_cast<int>(m_flow.stations.size());
    if (count == 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal whole = width() - 2;
    qreal legs = 0;
    for (const MailFlow::Leg &leg : m_flow.legs)
        legs += widthOf(leg);
    const qreal station = std::clamp((whole - legs) / count, 40.0, kStation);
    // What is left makes the legs longer, up to half as long again.
    const qreal stretch = legs > 0 ? std::clamp((whole - station * count) / legs, 0.5, 1.5) : 1.0;
    qreal x = 1 + std::max(0.0, (whole - station * count - legs * stretch) / 2);
    const qreal lineHeight = fontMetrics().height();
    const QRectF box(0, lineHeight * 0.5, station, height() - lineHeight);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        paintStation(painter, box.translated(x, 0), m_flow.stations[at]);
        x += station;
        if (i + 1 == count)
            break;
        const qreal leg = widthOf(m_flow.legs[at]) * stretch;
        paintLeg(painter, QRectF(x, 0, leg, height()), m_flow.legs[at]);
        x += leg;
    }
}

void MailFlowView::paintStation(QPainter &painter, const QRectF &rect, const MailFlow::Station &station) const
{
    const bool relay = station.role == MailFlow::Role::Relay;
    painter.setPen(QPen(relay ? toneColor(Tone::Accent, palette()) : hairline(palette()), relay ? 1.5 : 1));
    painter.setBrush(relay ? toneFill(Tone::Accent, palette()) : palette().color(QPalette::Window));
    painter.drawRoundedRect(rect, 8, 8);
    painter.setFont(fontFor(FontRole::Strong));
    const QRectF inner = rect.adjusted(6, 0, -6, 0);
    const QStringList name = twoLines(station.name, painter.fontMetrics(), static_cast<int>(inner.width()));
    const qreal lineHeight = QFontMetricsF(fontFor(FontRole::Strong)).height();
    const qreal content =
        kIcon + lineHeight * (static_cast<qreal>(name.size()) + (station.detail.isEmpty() ? 0 : 1)) + gap::kSmall;
    qreal y = rect.top() + (rect.height() - content) / 2;
    const QPixmap icon = tintedPixmap(iconOf(station.role), toneColor(relay ? Tone::Accent : Tone::Neutral, palette()),
                                      kIcon, devicePixelRatioF());
    painter.drawPixmap(QPointF(rect.center().x() - kIcon / 2.0, y), icon);
    y += kIcon + gap::kSmall - 2;
    painter.setPen(palette().color(QPalette::Text));
    for (const QString &line : name) {
        painter.drawText(QRectF(inner.left(), y, inner.width(), lineHeight), Qt::AlignCenter, line);
        y += lineHeight;
    }
    if (station.detail.isEmpty())
        return;
    painter.setFont(fontFor(FontRole::Small));
    painter.setPen(mutedText(palette()));
    drawElided(painter, QRectF(inner.left(), y, inner.width(), lineHeight), station.detail, Qt::ElideMiddle);
}

void MailFlowView::paintLeg(QPainter &painter, const QRectF &between, const MailFlow::Leg &leg) const
{
    const bool labelled = isLabelled(leg);
    const QColor color =
        !labelled ? mutedText(palette()) : toneColor(leg.encrypted ? Tone::Good : Tone::Attention, palette());
    const qreal y = between.center().y();
    const qreal left = between.left() + 6;
    const qreal right = between.right() - 6;
    painter.setPen(QPen(color, 2, leg.encrypted || !labelled ? Qt::SolidLine : Qt::DashLine, Qt::RoundCap));
    painter.drawLine(QPointF(left, y), QPointF(right - 6, y));
    QPainterPath head(QPointF(right, y));
    head.lineTo(right - 8, y - 5);
    head.lineTo(right - 8, y + 5);
    head.closeSubpath();
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(head);

    const QFont small = fontFor(FontRole::Small);
    painter.setFont(small);
    const qreal lineHeight = QFontMetricsF(small).height();
    const QRectF above(between.left() + 2, y - 4 - lineHeight, between.width() - 4, lineHeight);
    painter.setPen(palette().color(QPalette::Text));
    drawElided(painter, above, leg.port);
    if (leg.encrypted) {
        const QPixmap lock = tintedPixmap(QStringLiteral("lock"), color, 14, devicePixelRatioF());
        painter.drawPixmap(QPointF(between.center().x() - 7, y - 8 - lineHeight - 14), lock);
    }
    painter.setPen(color);
    const QRectF below(between.left() + 2, y + 6, between.width() - 4, lineHeight * 2);
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, leg.tls);
    painter.setPen(mutedText(palette()));
    QTextOption option(Qt::AlignHCenter);
    option.setWrapMode(QTextOption::WordWrap);
    const QRectF tlsUsed = painter.boundingRect(below, static_cast<int>(Qt::AlignHCenter | Qt::TextWordWrap), leg.tls);
    painter.drawText(QRectF(below.left(), y + 6 + tlsUsed.height(), below.width(), lineHeight * 3), leg.signIn, option);
}

} // namespace relaywright
