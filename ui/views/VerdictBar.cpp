// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/VerdictBar.h"

#include "ui/models/FindingModel.h"
#include "ui/text/FindingText.h"
#include "ui/widgets/Labels.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QPushButton>

namespace relaywright {

namespace {

constexpr int kSide = 16;
constexpr int kAll = -1;

/// The symbol as it stands in the list, at whatever scale.
QIcon symbolIcon(const VerdictLook &look, const QPalette &palette, qreal ratio)
{
    QPixmap pixmap(QSize(kSide, kSide) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintSymbol(painter, QRectF(0.5, 0.5, kSide - 1, kSide - 1), look.symbol, look.tone, palette);
    return QIcon(pixmap);
}

} // namespace

VerdictBar::VerdictBar(QWidget *parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    for (int state = kAll; state < static_cast<int>(FindingModel::kStates.size()); ++state) {
        auto *button = new QPushButton;
        button->setCheckable(true);
        button->setIconSize({kSide, kSide});
        if (state != kAll)
            button->setIcon(symbolIcon(lookOf(FindingModel::kStates[static_cast<std::size_t>(state)]), palette(),
                                       devicePixelRatioF()));
        m_group->addButton(button, state + 1); // ids below zero are the group's own
        layout->addWidget(button);
    }
    layout->addStretch();
    m_group->button(0)->setChecked(true);
    setAccessibleName(tr("Show lines by their verdict"));
    connect(m_group, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT stateChosen(id - 1); });
}

void VerdictBar::setCounts(const FindingModel &model)
{
    const auto fill = [this](int id, const QString &word, int count) {
        QAbstractButton *button = m_group->button(id);
        const QString number = QLocale().toString(count);
        button->setText(tr("%1  %2").arg(number, word));
        button->setAccessibleName(id == 0 ? tr("All lines: %1").arg(number) : tr("%1: %2").arg(word, number));
        button->setAccessibleDescription(tr("Shows only these lines."));
        button->setVisible(id == 0 || count > 0 || button->isChecked());
    };
    fill(0, tr("All"), model.lineCount());
    for (std::size_t state = 0; state < FindingModel::kStates.size(); ++state)
        fill(static_cast<int>(state) + 1, lookOf(FindingModel::kStates[state]).word, model.count(state));
}

int VerdictBar::chosen() const
{
    return m_group->checkedId() - 1;
}

void VerdictBar::choose(int state)
{
    if (QAbstractButton *button = m_group->button(state + 1)) {
        button->setChecked(true);
        button->show();
        Q_EMIT stateChosen(state);
    }
}

} // namespace relaywright
