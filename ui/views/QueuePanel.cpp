// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/QueuePanel.h"

#include "ui/engine/RelayHost.h"
#include "ui/models/MessageModel.h"
#include "ui/views/MessageDetails.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonObject>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

namespace relaywright {

namespace {

constexpr std::chrono::milliseconds kTypingPause{250};

} // namespace

QueuePanel::QueuePanel(RelayHost &relay, QWidget *parent)
    : QWidget(parent), m_relay(relay), m_model(new MessageModel(this)), m_words(new QLineEdit), m_state(new QComboBox),
      m_note(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_table(new QTableView),
      m_details(new MessageDetails)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->addWidget(makeBar());
    layout->addWidget(m_note);
    setUpTable(*m_table, tr("Messages in the queue"));
    m_table->setModel(m_model);
    addTableKeys(*m_table, [this] { removeSelected(); });
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = {130, 150, 170, 70, 130, 130};
    for (int column = 0; column < MessageModel::LastReply; ++column)
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
    const auto filterAnew = [this] {
        ++m_generation;
        m_model->clear();
        refresh();
    };
    connect(m_words, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, filterAnew);
    connect(m_state, &QComboBox::currentIndexChanged, this, filterAnew);
    connect(m_model, &MessageModel::pageWanted, this, &QueuePanel::askForPage);
    connect(m_model, &MessageModel::rowsMoved, this, &QueuePanel::restoreSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePanel::onSelected);
    connect(m_details, &MessageDetails::saveRequested, this, &QueuePanel::saveRequested);
    connect(m_details, &MessageDetails::resendRequested, this, &QueuePanel::resendRequested);
    onSelected();
}

QWidget *QueuePanel::makeBar()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_words->setPlaceholderText(tr("Sender, recipient, device, reply or queue id"));
    m_words->setAccessibleName(tr("Show only messages with these words"));
    m_words->setClearButtonEnabled(true);
    row->addWidget(m_words, 1);
    m_state->setAccessibleName(tr("Show only messages in this state"));
    m_state->addItem(tr("All"), QString());
    for (const char *state : {"queued", "deferred", "delivering", "held"})
        m_state->addItem(queueStateWord(QLatin1String(state)), QLatin1String(state));
    row->addWidget(m_state);
    struct Command {
        QString text;
        QString icon;
        QString name;
    };
    const Command commands[] = {{tr("Try now"), QStringLiteral("refresh"), QStringLiteral("retry")},
                                {tr("Hold"), QStringLiteral("pause"), QStringLiteral("hold")},
                                {tr("Release"), QStringLiteral("play"), QStringLiteral("release")},
                                {tr("Delete…"), QStringLiteral("trash"), QStringLiteral("delete")}};
    for (const Command &command : commands) {
        auto *button = new QPushButton(command.text);
        button->setIcon(lineIcon(command.icon, palette()));
        row->addWidget(button);
        m_actions.push_back(button);
        connect(button, &QPushButton::clicked, this,
                [this, name = command.name] { name == QLatin1String("delete") ? removeSelected() : act(name); });
    }
    return bar;
}

void QueuePanel::refresh()
{
    if (m_relay.state() == RelayHost::State::Running)
        m_model->markStale();
    if (m_selected.size() == 1)
        showStory();
}

void QueuePanel::forget()
{
    ++m_generation;
    m_selected.clear();
    m_model->clear();
    m_note->setText(tr("The queue shows up when the relay runs."));
    onSelected();
}

void QueuePanel::askForPage(qint64 offset, int limit)
{
    const QueueQuery query{.offset = static_cast<int>(offset),
                           .limit = limit,
                           .text = m_words->text().trimmed(),
                           .state = m_state->currentData().toString()};
    m_relay.control().queue(query, this, [this, query, generation = m_generation](const Result<QueuePage> &page) {
        if (generation != m_generation || m_relay.state() != RelayHost::State::Running)
            return;
        if (page)
            return showPage(query, *page);
        m_model->pageFailed(query.offset);
        Q_EMIT failed(page.error().detail);
    });
}

void QueuePanel::showPage(const QueueQuery &query, const QueuePage &page)
{
    m_model->setPage(query.offset, static_cast<qint64>(page.matching), page.messages);
    updateNote(page.total);
}

void QueuePanel::updateNote(quint64 total)
{
    const auto shown = static_cast<quint64>(m_model->rowCount());
    if (total == 0)
        return m_note->setText(tr("No message waits."));
    const QString all = tr("%Ln message(s) in the queue.", nullptr, static_cast<int>(total));
    m_note->setText(shown == total ? all : tr("%1 Shown: %2.").arg(all, QLocale().toString(shown)));
}

QStringList QueuePanel::selectedIds() const
{
    return {m_selected.begin(), m_selected.end()};
}

void QueuePanel::onSelected()
{
    if (m_restoring)
        return;
    m_selected.clear();
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        if (const QueueEntry *entry = m_model->entry(row.row()))
            m_selected.insert(entry->id);
    }
    for (QPushButton *button : m_actions)
        button->setEnabled(!m_selected.isEmpty());
    if (m_selected.size() == 1)
        showStory();
    else
        m_details->clear(m_selected.isEmpty()
                             ? tr("Choose a message to see its story.")
                             : tr("%Ln message(s) chosen.", nullptr, static_cast<int>(m_selected.size())));
}

void QueuePanel::restoreSelection()
{
    m_restoring = true;
    QItemSelection selection;
    for (const QString &id : std::as_const(m_selected)) {
        const int row = m_model->rowOf(id);
        if (row >= 0)
            selection.select(m_model->index(row, 0), m_model->index(row, MessageModel::ColumnCount - 1));
    }
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    m_restoring = false;
}

void QueuePanel::showStory()
{
    const QString id = *m_selected.begin();
    m_relay.control().show(id, this, [this, id](const Result<MessageTimeline> &timeline) {
        if (!m_selected.contains(id) || m_selected.size() != 1)
            return;
        if (!timeline) // it went a moment ago: the table will say so
            return m_details->clear(timeline.error().detail);
        m_details->show(*timeline);
    });
    m_relay.control().why(id, this, [this](const Result<WaitExplanation> &explanation) {
        if (explanation)
            m_details->explain(*explanation);
    });
}

void QueuePanel::act(const QString &command)
{
    const QStringList ids = selectedIds();
    for (const QString &id : ids) {
        m_relay.control().request(command, {{QStringLiteral("id"), id}}, this, [this](const Result<QJsonObject> &done) {
            if (!done)
                Q_EMIT failed(done.error().detail);
            refresh();
        });
    }
}

void QueuePanel::removeSelected()
{
    if (m_selected.isEmpty())
        return;
    auto *question =
        new QMessageBox(QMessageBox::Question, tr("Delete from the queue"),
                        tr("Delete %Ln message(s) for good? Nobody will receive them, and their senders are not told.",
                           nullptr, static_cast<int>(m_selected.size())),
                        QMessageBox::Cancel, this);
    QPushButton *remove = question->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(remove, &QPushButton::clicked, this, [this] { act(QStringLiteral("delete")); });
    question->open();
}

} // namespace relaywright
