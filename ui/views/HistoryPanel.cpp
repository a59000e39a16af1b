// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/HistoryPanel.h"

#include "ui/engine/RelayHost.h"
#include "ui/models/HistoryModel.h"
#include "ui/models/MessageModel.h"
#include "ui/views/MessageDetails.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSplitter>
#include <QTableView>

namespace relaywright {

namespace {

constexpr std::chrono::milliseconds kTypingPause{250};
constexpr int kPage = 200;

} // namespace

HistoryPanel::HistoryPanel(RelayHost &relay, QWidget *parent)
    : QWidget(parent), m_relay(relay), m_model(new HistoryModel(this)), m_field(new QComboBox), m_words(new QLineEdit),
      m_state(new QComboBox), m_period(new QComboBox),
      m_note(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_table(new QTableView),
      m_details(new MessageDetails)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->addWidget(makeBar());
    layout->addWidget(m_note);
    setUpTable(*m_table, tr("Messages of the history"));
    m_table->setModel(m_model);
    addTableKeys(*m_table, {});
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = {130, 160, 180, 110, 130};
    for (int column = 0; column < HistoryModel::Reply; ++column)
        m_table->setColumnWidth(column, widths[column]);
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({100, 100}); // equal parts, whatever they would like
    layout->addWidget(splitter, 1);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    connect(m_words, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &HistoryPanel::search);
    for (QComboBox *box : {m_field, m_state, m_period})
        connect(box, &QComboBox::currentIndexChanged, this, &HistoryPanel::search);
    connect(m_model, &HistoryModel::pageWanted, this, &HistoryPanel::askForPage);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::showStory);
    connect(m_details, &MessageDetails::resendRequested, this, &HistoryPanel::resendRequested);
    connect(m_details, &MessageDetails::saveRequested, this, &HistoryPanel::saveRequested);
    forget();
}

QWidget *HistoryPanel::makeBar()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_field->setAccessibleName(tr("Search in"));
    m_field->addItem(tr("Recipient"), QStringLiteral("recipient"));
    m_field->addItem(tr("Sender"), QStringLiteral("sender"));
    m_field->addItem(tr("Device"), QStringLiteral("source"));
    m_field->addItem(tr("Queue id"), QStringLiteral("id"));
    m_field->addItem(tr("Smart host's id"), QStringLiteral("remoteId"));
    m_words->setAccessibleName(tr("Words to search for"));
    m_words->setPlaceholderText(tr("Part of the address, name or id"));
    m_words->setClearButtonEnabled(true);
    m_state->setAccessibleName(tr("Show only messages in this state"));
    m_state->addItem(tr("All"), QString());
    for (const char *state : {"delivered", "bounced", "deleted", "queued", "deferred", "held", "damaged"})
        m_state->addItem(queueStateWord(QLatin1String(state)), QLatin1String(state));
    m_period->setAccessibleName(tr("Received"));
    m_period->addItem(tr("Any time"), 0);
    m_period->addItem(tr("Last hour"), 1);
    m_period->addItem(tr("Last day"), 24);
    m_period->addItem(tr("Last week"), 24 * 7);
    row->addWidget(m_field);
    row->addWidget(m_words, 1);
    row->addWidget(m_state);
    row->addWidget(m_period);
    return bar;
}

TraceQuery HistoryPanel::query() const
{
    TraceQuery query{.state = m_state->currentData().toString(), .limit = kPage};
    const QString words = m_words->text().trimmed();
    const QString field = m_field->currentData().toString();
    if (field == QLatin1String("sender"))
        query.sender = words;
    else if (field == QLatin1String("source"))
        query.source = words;
    else if (field == QLatin1String("id"))
        query.id = words;
    else if (field == QLatin1String("remoteId"))
        query.remoteId = words;
    else
        query.recipient = words;
    if (const int hours = m_period->currentData().toInt())
        query.since = fromDateTime(QDateTime::currentDateTimeUtc().addSecs(-3600 * hours));
    return query;
}

void HistoryPanel::search()
{
    ++m_generation;
    m_model->clear();
    m_details->clear(tr("Choose a message to see its story."));
    if (m_relay.state() != RelayHost::State::Running)
        return forget();
    m_note->setText(tr("Searching…"));
    askForPage({});
}

void HistoryPanel::forget()
{
    ++m_generation;
    m_model->clear();
    m_details->clear({});
    m_note->setText(tr("The history shows up when the relay runs."));
}

void HistoryPanel::askForPage(const QString &next)
{
    TraceQuery asked = query();
    asked.next = next;
    m_relay.control().trace(asked, this, [this, generation = m_generation](const Result<TracePage> &page) {
        if (generation != m_generation)
            return;
        if (!page) {
            m_note->setText(page.error().detail);
            return Q_EMIT failed(page.error().detail);
        }
        m_model->append(*page);
        const int found = m_model->rowCount();
        m_note->setText(m_model->canFetchMore({}) ? tr("%Ln message(s) so far; scroll for more.", nullptr, found)
                        : found == 0              ? tr("No message fits.")
                                                  : tr("%Ln message(s).", nullptr, found));
    });
}

void HistoryPanel::showStory()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return m_details->clear(tr("Choose a message to see its story."));
    const QString id = m_model->entry(rows.front().row()).id;
    m_relay.control().show(id, this, [this, generation = m_generation](const Result<MessageTimeline> &timeline) {
        if (generation != m_generation)
            return;
        if (!timeline)
            return m_details->clear(timeline.error().detail);
        m_details->show(*timeline);
    });
}

} // namespace relaywright
