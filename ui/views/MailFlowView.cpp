// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/MailFlowView.h"

#include "ui/theme/Theme.h"

#include <QPainter>
#include <QPainterPath>

namespace relaywright {

namespace {

constexpr int kHeight = 132;
constexpr int kIcon = 28;
constexpr qreal kMinLeg = 60;

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
    return {static_cast<int>(m_flow.stations.size()) * 200, std::max(kHeight, fontMetrics().height() * 8)};
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
    const qreal station = std::min(170.0, (whole - kMinLeg * (count - 1)) / count);
    const qreal leg = std::min(200.0, (whole - station * count) / std::max(1, count - 1));
    const qreal used = station * count + leg * (count - 1);
    qreal x = 1 + std::max(0.0, (whole - used) / 2);
    const qreal lineHeight = fontMetrics().height();
    const QRectF box(0, lineHeight * 0.5, station, height() - lineHeight);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        paintStation(painter, box.translated(x, 0), m_flow.stations[at]);
        x += station;
        if (i + 1 < count)
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
    const qreal lineHeight = QFontMetricsF(fontFor(FontRole::Strong)).height();
    const qreal content = kIcon + lineHeight * (station.detail.isEmpty() ? 1 : 2) + gap::kSmall;
    qreal y = rect.top() + (rect.height() - content) / 2;
    const QPixmap icon = tintedPixmap(iconOf(station.role), toneColor(relay ? Tone::Accent : Tone::Neutral, palette()), kIcon,
                                      devicePixelRatioF());
    painter.drawPixmap(QPointF(rect.center().x() - kIcon / 2.0, y), icon);
    y += kIcon + gap::kSmall - 2;
    painter.setFont(fontFor(FontRole::Strong));
    painter.setPen(palette().color(QPalette::Text));
    drawElided(painter, QRectF(rect.left() + 8, y, rect.width() - 16, lineHeight), station.name);
    if (station.detail.isEmpty())
        return;
    y += lineHeight;
    painter.setFont(fontFor(FontRole::Small));
    painter.setPen(mutedText(palette()));
    drawElided(painter, QRectF(rect.left() + 8, y, rect.width() - 16, lineHeight), station.detail, Qt::ElideMiddle);
}

void MailFlowView::paintLeg(QPainter &painter, const QRectF &between, const MailFlow::Leg &leg) const
{
    const bool labelled = !leg.port.isEmpty() || !leg.tls.isEmpty();
    const QColor color = !labelled ? mutedText(palette()) : toneColor(leg.encrypted ? Tone::Good : Tone::Attention, palette());
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
    painter.drawText(QRectF(below.left(), y + 6 + tlsUsed.height(), below.width(), lineHeight * 2), leg.signIn, option);
}

} // namespace relaywright
