// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/WatchPanel.h"

#include "ui/engine/RecordWatch.h"
#include "ui/models/ServerViewModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QProgressBar>
#include <QPushButton>
#include <QResizeEvent>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

WatchPanel::WatchPanel(RecordWatch &watch, QWidget *parent)
    : QWidget(parent), m_watch(watch), m_model(new ServerViewModel(this)), m_choice(new QComboBox),
      m_expect(new QCheckBox(tr("Wait for the text to publish"))), m_action(new QPushButton),
      m_sentence(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_progress(new QProgressBar),
      m_table(new QTableView)
{
    m_choice->setAccessibleName(tr("Record to watch"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_expect->setAccessibleDescription(tr("Otherwise all servers must say the same as the zone’s own."));
    m_expect->setToolTip(m_expect->accessibleDescription());
    m_progress->setAccessibleName(tr("Servers that see it"));
    setUpTable(*m_table, tr("Who already sees it"));
    addTableKeys(*m_table, {});
    m_table->setModel(m_model);
    m_table->setItemDelegate(new SentenceDelegate(m_table));
    m_table->setItemDelegateForColumn(ServerViewModel::Sees, new SymbolCellDelegate(m_table));
    m_table->setWordWrap(true);
    m_table->setTextElideMode(Qt::ElideNone);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kSmall);
    top->addWidget(m_choice, 1);
    top->addWidget(m_action);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(top);
    layout->addWidget(m_expect);
    layout->addWidget(m_sentence);
    layout->addWidget(m_progress);
    layout->addWidget(m_table);
    connect(m_action, &QPushButton::clicked, this, &WatchPanel::toggle);
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        m_watch.clear();
        offerProposal();
    });
    connect(&m_watch, &RecordWatch::changed, this, &WatchPanel::refresh);
    refresh();
}

bool WatchPanel::setRecords(const std::vector<Evidence> &evidence, const QString &proposal)
{
    std::vector<RecordName> records;
    for (const Evidence &seen : evidence) {
        const auto record = recordOf(seen);
        if (record && std::ranges::find(records, *record) == records.end())
            records.push_back(*record);
    }
    m_proposal = proposal;
    if (records != m_records) { // the same line looked at again keeps its watch
        m_watch.clear();
        m_records = std::move(records);
        m_choice->clear();
        for (const RecordName &record : m_records)
            m_choice->addItem(QStringLiteral("%1 %2").arg(toString(record.type), record.name));
    }
    offerProposal();
    return !m_records.empty();
}

void WatchPanel::offerProposal()
{
    // The proposal takes the place of the first record, and a text of one line is what a TXT record can hold.
    const int at = m_choice->currentIndex();
    const bool offered = at == 0 && !m_proposal.isEmpty() && !m_proposal.contains(u'\n')
                         && m_records.front().type == DnsType::Txt;
    m_expect->setVisible(offered);
    if (!offered)
        m_expect->setChecked(false);
}

void WatchPanel::toggle()
{
    if (m_watch.isRunning())
        return m_watch.stop();
    const int at = m_choice->currentIndex();
    if (at < 0)
        return;
    const RecordName &record = m_records[static_cast<std::size_t>(at)];
    m_watch.start(record.name, record.type, m_expect->isChecked() ? m_proposal.toUtf8() : QByteArray());
}

QString WatchPanel::sentence() const
{
    return m_sentence->text();
}

void WatchPanel::refresh()
{
    const Propagation *propagation = m_watch.propagation();
    const bool running = m_watch.isRunning();
    m_action->setText(running ? tr("Stop watching") : tr("Watch"));
    m_choice->setEnabled(!running);
    m_expect->setEnabled(!running);
    std::vector<ServerViewModel::Row> rows;
    if (propagation) {
        for (const ServerView &view : propagation->views())
            rows.push_back({view, propagation->sees(view)});
    }
    const auto total = static_cast<int>(rows.size());
    const int seeing = propagation ? propagation->countSeeing() : 0;
    m_progress->setVisible(running);
    m_progress->setRange(0, total);
    m_progress->setValue(seeing);
    m_progress->setFormat(tr("%1 of %2").arg(seeing).arg(total));
    if (!propagation)
        m_sentence->setText(tr("Asks the zone’s own servers and well-known resolvers, again and again until all of them have the "
                               "record as it is published."));
    else if (const QString problem = propagation->problem(); !problem.isEmpty())
        m_sentence->setText(problem);
    else if (total == 0)
        m_sentence->setText(tr("Looking for the servers of the zone…"));
    else if (seeing == total)
        m_sentence->setText(tr("Everybody who was asked sees it."));
    else if (running)
        m_sentence->setText(tr("%1 of %n server(s) see it. The others are asked again and again.", nullptr, total).arg(seeing));
    else
        m_sentence->setText(tr("%1 of %n server(s) see it. The others may keep the old record for as long as it stays.", nullptr,
                               total).arg(seeing));
    const int at = std::max(0, m_choice->currentIndex());
    m_model->setRows(std::move(rows), m_records.empty() ? DnsType::Txt : m_records[static_cast<std::size_t>(at)].type);
    fit();
}

void WatchPanel::fit()
{
    m_table->setVisible(m_model->rowCount() > 0);
    const int width = m_table->viewport()->width();
    int left = width;
    const int shares[] = {24, 22, 0, 12};
    for (const int column : {ServerViewModel::Server, ServerViewModel::Sees, ServerViewModel::Ttl}) {
        m_table->setColumnWidth(column, width * shares[column] / 100);
        left -= m_table->columnWidth(column);
    }
    m_table->setColumnWidth(ServerViewModel::Says, left);
    m_table->resizeRowsToContents();
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + m_table->verticalHeader()->length()
                            + 2 * m_table->frameWidth() + 1);
}

void WatchPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        fit();
}

} // namespace relaywright
