// SPDX-License-Identifier: GPL-3.0-or-later
// How the panel is laid out; what it does is in SeriesPanel.cpp.
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SeriesPasswords.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Workspace.h"
#include "ui/models/TableFilter.h"
#include "ui/text/VerdictText.h"
#include "ui/views/SeriesDetails.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/SeriesSetup.h"
#include "ui/views/TableBar.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QHeaderView>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

SeriesPanel::SeriesPanel(Services &services, InlineMessage &message, QWidget *parent)
    : QWidget(parent), m_services(services), m_message(message), m_model(new SeriesModel(this)),
      m_filter(new TableFilter(SeriesModel::VerdictRole, SeriesModel::SortRole, this)), m_setup(new SeriesSetup),
      m_details(new SeriesDetails(services)), m_table(new QTableView), m_progress(new QProgressBar),
      m_state(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)), m_pause(new QPushButton(tr("Pause"))),
      m_tokens(new TokenDesk(services, this))
{
    m_filter->setSourceModel(m_model);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTable());
    splitter->addWidget(inScrollArea(m_details));
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({640, 280});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(m_setup);
    layout->addWidget(splitter, 1);
    connect(m_setup, &SeriesSetup::edited, this, &SeriesPanel::announceRun);
    connect(m_setup, &SeriesSetup::mannerChanged, this, &SeriesPanel::refreshSite);
    connect(m_details, &SeriesDetails::recordChosen, this, &SeriesPanel::recordChosen);
    connect(m_details, &SeriesDetails::failed, this,
            [this](const QString &sentence) { m_message.show(Tone::Wrong, sentence); });
    connect(&services.workspace, &Workspace::planChanged, this, [this] {
        if (isVisible())
            refreshSite();
    });
    connect(&services.practice, &PracticeRoom::stateChanged, this, &SeriesPanel::offerPractice);
    offerPractice();
    refreshSite();
}

QWidget *SeriesPanel::makeTable()
{
    m_table->setModel(m_filter);
    setUpTable(*m_table, tr("Tests of all senders"));
    addTableKeys(*m_table, {});
    setUpColumns();
    auto *area = new QWidget;
    auto *layout = new QVBoxLayout(area);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(makeFilterBar());
    layout->addWidget(m_table, 1);
    layout->addLayout(makeFoot());
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showSelected();
        if (m_setup->onlySelected())
            announceRun();
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this, &SeriesPanel::showSelected);
    return area;
}

void SeriesPanel::setUpColumns()
{
    m_table->setItemDelegateForColumn(SeriesModel::ResultColumn, new SymbolCellDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(SeriesModel::SenderColumn, Qt::AscendingOrder);
    QHeaderView *header = m_table->horizontalHeader();
    header->setMinimumSectionSize(64);
    header->resizeSection(SeriesModel::ResultColumn, 120);
    header->resizeSection(SeriesModel::SenderColumn, 170);
    header->resizeSection(SeriesModel::SecondsColumn, 80);
    header->setSectionResizeMode(SeriesModel::AnswerColumn, QHeaderView::Stretch);
    // They are found, copied, and shown beside the table.
    m_table->hideColumn(SeriesModel::AddressColumn);
    m_table->hideColumn(SeriesModel::ServerColumn);
}

QWidget *SeriesPanel::makeFilterBar()
{
    auto *bar = new TableBar(*m_filter, tr("Find in the table"), tr("Results that are shown"));
    bar->addKind(tr("All results"));
    for (const Verdict verdict : {Verdict::Wrong, Verdict::CouldNotTell, Verdict::Attention, Verdict::Good})
        bar->addKind(lookOf(verdict).word, static_cast<int>(verdict));
    connect(bar, &TableBar::copyRequested, this, [this] {
        copyToClipboard(m_model->toText());
        m_message.show(Tone::Good, tr("The table stands on the clipboard, ready for a spreadsheet."));
    });
    return bar;
}

QLayout *SeriesPanel::makeFoot()
{
    m_progress->setAccessibleName(tr("Tests done"));
    m_progress->hide();
    m_pause->hide();
    auto *foot = new QHBoxLayout;
    foot->setSpacing(gap::kSmall);
    foot->addWidget(m_state, 1);
    foot->addWidget(m_progress);
    foot->addWidget(m_pause);
    connect(m_pause, &QPushButton::clicked, this, &SeriesPanel::togglePause);
    return foot;
}

} // namespace relaywright
