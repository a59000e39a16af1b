// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/RowEditor.h"

#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QAction>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>

namespace relaywright {

namespace {

constexpr int kListWidth = 216;
constexpr int kFormWidth = 360;

} // namespace

RowEditor::RowEditor(const QString &add, const QString &name, const QString &nothing, QWidget *form, QWidget *parent)
    : QWidget(parent), m_list(new QListWidget), m_formArea(nullptr),
      m_nothing(new TextLabel(nothing, FontRole::Body, TextLabel::Color::Muted)),
      m_remove(new QPushButton(tr("Remove"))), m_up(new QPushButton(tr("Move up"))),
      m_down(new QPushButton(tr("Move down")))
{
    m_list->setAccessibleName(name);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *remove = new QAction(m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    connect(remove, &QAction::triggered, m_remove, &QPushButton::click);

    auto *inner = new QWidget;
    auto *innerLayout = new QVBoxLayout(inner);
    innerLayout->setContentsMargins(gap::kLarge, 0, gap::kSmall, 0);
    innerLayout->addWidget(form);
    innerLayout->addStretch();
    m_formArea = inScrollArea(inner);
    m_formArea->setFocusPolicy(Qt::NoFocus); // its fields scroll it
    auto *right = new QWidget;
    auto *rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->addWidget(m_formArea, 1);
    m_nothing->setContentsMargins(gap::kLarge, 0, 0, 0);
    rightLayout->addWidget(m_nothing, 0, Qt::AlignTop);
    auto *splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(right);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kListWidth, kFormWidth});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeBar(add));
    layout->addWidget(splitter, 1);
    connect(m_list, &QListWidget::currentRowChanged, this, &RowEditor::onChosen);
    setAllowed({});
    onChosen();
}

QWidget *RowEditor::makeBar(const QString &add)
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kSmall);
    auto *plus = new QPushButton(add);
    plus->setIcon(lineIcon(QStringLiteral("plus"), palette()));
    for (QPushButton *button : {plus, m_remove, m_up, m_down})
        row->addWidget(button);
    row->addStretch();
    connect(plus, &QPushButton::clicked, this, &RowEditor::addRequested);
    connect(m_remove, &QPushButton::clicked, this, [this] { Q_EMIT removeRequested(chosenRow()); });
    connect(m_up, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(chosenRow(), -1); });
    connect(m_down, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(chosenRow(), 1); });
    return bar;
}

void RowEditor::setRows(const std::vector<Row> &rows)
{
    const QSignalBlocker quiet(m_list);
    while (m_list->count() > static_cast<int>(rows.size()))
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < static_cast<int>(rows.size()))
        m_list->addItem(QString());
    for (int i = 0; i < m_list->count(); ++i) {
        const Row &row = rows[static_cast<std::size_t>(i)];
        QListWidgetItem *item = m_list->item(i);
        item->setText(row.title);
        item->setData(SubtitleRole, row.subtitle);
        item->setData(SymbolRole, row.isWrong ? QStringLiteral("\u2715") : QString());
        item->setData(ToneRole, static_cast<int>(Tone::Wrong));
        item->setToolTip(row.title + u'\n' + row.subtitle);
        item->setData(Qt::AccessibleTextRole, row.isWrong ? tr("%1, wrong: %2").arg(row.title, row.subtitle)
                                                          : tr("%1: %2").arg(row.title, row.subtitle));
    }
}

void RowEditor::setAllowed(const Allowed &allowed)
{
    m_remove->setEnabled(allowed.remove);
    m_up->setEnabled(allowed.up);
    m_down->setEnabled(allowed.down);
}

void RowEditor::choose(int row)
{
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentRow(row);
    onChosen();
}

int RowEditor::chosenRow() const
{
    return m_list->currentRow();
}

void RowEditor::onChosen()
{
    const bool any = chosenRow() >= 0;
    m_formArea->setVisible(any);
    m_nothing->setVisible(!any);
    Q_EMIT chosen(chosenRow());
}

} // namespace relaywright
