// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/Rail.h"

#include "ui/theme/Theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace relaywright {

namespace {

constexpr int kStepRole = Qt::UserRole + 1;
constexpr int kIconRole = Qt::UserRole + 2;
constexpr int kIconSide = 20;

class RailDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF row = QRectF(option.rect).adjusted(gap::kSmall, 2, -gap::kSmall, -2);
        if (selected || option.state & QStyle::State_MouseOver) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(selected ? toneFill(Tone::Accent, option.palette) : hairline(option.palette));
            painter->drawRoundedRect(row, 6, 6);
        }
        if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
            painter->setPen(QPen(toneColor(Tone::Accent, option.palette), 1.5));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(row, 6, 6);
        }
        const QColor color =
            selected ? toneColor(Tone::Accent, option.palette) : option.palette.color(QPalette::WindowText);
        if (selected)
            painter->fillRect(QRectF(row.left(), row.top() + 7, 3, row.height() - 14), color);
        const QPointF at(row.left() + gap::kMedium, row.center().y() - kIconSide / 2.0);
        const qreal ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(at, tintedPixmap(index.data(kIconRole).toString(), color, kIconSide, ratio));
        painter->setFont(fontFor(selected ? FontRole::Strong : FontRole::Body));
        painter->setPen(color);
        const QRectF text = row.adjusted(gap::kMedium * 2 + kIconSide, 0, -gap::kTiny, 0);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(painter->font()).elidedText(index.data().toString(), Qt::ElideRight,
                                                                   static_cast<int>(text.width())));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {100, std::max(40, option.fontMetrics.height() + gap::kPage)};
    }
};

} // namespace

Rail::Rail(QWidget *parent) : QListWidget(parent)
{
    setItemDelegate(new RailDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Steps"));
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    viewport()->setAutoFillBackground(false);
    setViewportMargins(0, gap::kSmall, 0, 0);
    connect(this, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item)
            Q_EMIT stepChosen(item->data(kStepRole).toString());
    });
    connect(this, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem *item) { Q_EMIT stepChosen(item->data(kStepRole).toString()); });
}

void Rail::addStep(const QString &id, const QString &icon, const QString &title, int number)
{
    auto *item = new QListWidgetItem(title, this);
    item->setData(kStepRole, id);
    item->setData(kIconRole, icon);
    item->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(number));
    updateGeometry();
}

void Rail::setCurrentStep(const QString &id)
{
    for (int row = 0; row < count(); ++row) {
        if (item(row)->data(kStepRole).toString() == id) {
            setCurrentRow(row);
            return;
        }
    }
    setCurrentItem(nullptr);
    clearSelection();
}

QString Rail::currentStep() const
{
    return currentItem() ? currentItem()->data(kStepRole).toString() : QString();
}

QSize Rail::sizeHint() const
{
    int width = 0;
    const QFontMetrics metrics(fontFor(FontRole::Strong));
    for (int row = 0; row < count(); ++row)
        width = std::max(width, metrics.horizontalAdvance(item(row)->text()));
    return {width + kIconSide + gap::kMedium * 5, 300};
}

} // namespace relaywright
