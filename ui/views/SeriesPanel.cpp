// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SeriesPanel.h"

#include "core/verify/SenderTest.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/TestVerdict.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/text/VerdictText.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSet>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>

namespace relaywright {

namespace {

constexpr int kMostRepeats = 50;

QString userOf(const TestJob &job)
{
    const auto &credentials = job.request.connection.smtp.credentials;
    return credentials && !job.obstacle ? credentials->user : QString();
}

} // namespace

SeriesPanel::SeriesPanel(Services &services, InlineMessage &message, QWidget *parent)
    : QWidget(parent), m_services(services), m_message(message), m_model(new SeriesModel(this)),
      m_filter(new SeriesFilter(this)), m_to(new QLineEdit), m_repeats(new QSpinBox), m_perMinute(new QSpinBox),
      m_likeThem(new QCheckBox(tr("Behave like the senders: only what they can do"))),
      m_onlySelected(new QCheckBox(tr("Only the selected senders"))),
      m_announcement(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_words(new QLineEdit),
      m_verdict(new QComboBox), m_table(new QTableView), m_progress(new QProgressBar),
      m_state(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)), m_pause(new QPushButton(tr("Pause"))),
      m_copy(new QPushButton(tr("Copy the table"))), m_selectedName(new TextLabel({}, FontRole::Heading)),
      m_selected(new TextLabel({})), m_historyTitle(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_history(new QListWidget)
{
    m_filter->setSourceModel(m_model);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTable());
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({640, 280});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(makeSettings());
    layout->addWidget(splitter, 1);
    connect(&services.workspace, &Workspace::planChanged, this, [this] {
        if (isVisible())
            refreshSite();
    });
    refreshSite();
}

SeriesPanel::~SeriesPanel() = default;

QWidget *SeriesPanel::makeSettings()
{
    m_to->setPlaceholderText(QStringLiteral("you@contoso.com"));
    m_repeats->setRange(1, kMostRepeats);
    m_perMinute->setRange(1, 6000);
    m_perMinute->setValue(30);
    m_likeThem->setChecked(true);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(gap::kMedium);
    fields->addWidget(new Field(tr("Recipient of all tests"), m_to), 1, Qt::AlignTop);
    fields->addWidget(new Field(tr("Tests of each"), m_repeats), 0, Qt::AlignTop);
    fields->addWidget(new Field(tr("At most a minute"), m_perMinute), 0, Qt::AlignTop);
    auto *choices = new QHBoxLayout;
    choices->setSpacing(gap::kPage);
    choices->addWidget(m_likeThem);
    choices->addWidget(m_onlySelected);
    choices->addStretch();
    auto *card = new Card;
    card->body()->setSpacing(gap::kSmall);
    card->body()->addLayout(fields);
    card->body()->addLayout(choices);
    card->body()->addWidget(m_announcement);
    connect(m_to, &QLineEdit::textChanged, this, &SeriesPanel::announceRun);
    connect(m_repeats, &QSpinBox::valueChanged, this, &SeriesPanel::announceRun);
    connect(m_perMinute, &QSpinBox::valueChanged, this, &SeriesPanel::announceRun);
    connect(m_likeThem, &QCheckBox::toggled, this, &SeriesPanel::refreshSite);
    connect(m_onlySelected, &QCheckBox::toggled, this, &SeriesPanel::announceRun);
    m_settings = card;
    return card;
}

QWidget *SeriesPanel::makeTable()
{
    m_words->setPlaceholderText(tr("Find in the table"));
    m_words->setAccessibleName(tr("Find in the table"));
    m_words->setClearButtonEnabled(true);
    m_verdict->setAccessibleName(tr("Results that are shown"));
    m_verdict->addItem(tr("All results"));
    for (const Verdict verdict : {Verdict::Wrong, Verdict::CouldNotTell, Verdict::Attention, Verdict::Good})
        m_verdict->addItem(lookOf(verdict).word, static_cast<int>(verdict));
    m_copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    m_table->setModel(m_filter);
    setUpTable(*m_table, tr("Tests of all senders"));
    addTableKeys(*m_table, {});
    m_table->setItemDelegateForColumn(SeriesModel::ResultColumn, new SymbolCellDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(SeriesModel::SenderColumn, Qt::AscendingOrder);
    QHeaderView *header = m_table->horizontalHeader();
    header->resizeSection(SeriesModel::ResultColumn, 120);
    header->resizeSection(SeriesModel::SenderColumn, 180);
    header->resizeSection(SeriesModel::AnswerColumn, 260);
    header->resizeSection(SeriesModel::SecondsColumn, 80);
    header->resizeSection(SeriesModel::AddressColumn, 170);

    header->setStretchLastSection(true);
    header->setMinimumSectionSize(64);
    m_progress->setAccessibleName(tr("Tests done"));
    m_progress->hide();
    m_pause->hide();
    auto *bar = new QHBoxLayout;
    bar->setSpacing(gap::kSmall);
    bar->addWidget(m_words, 1);
    bar->addWidget(m_verdict);
    bar->addWidget(m_copy);
    auto *below = new QHBoxLayout;
    below->setSpacing(gap::kSmall);
    below->addWidget(m_state, 1);
    below->addWidget(m_progress);
    below->addWidget(m_pause);
    auto *area = new QWidget;
    auto *layout = new QVBoxLayout(area);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);
    layout->addLayout(below);
    connect(m_words, &QLineEdit::textChanged, m_filter, &SeriesFilter::setWords);
    connect(m_verdict, &QComboBox::activated, this, [this] {
        const QVariant wanted = m_verdict->currentData();
        m_filter->setVerdict(wanted.isValid() ? std::optional(static_cast<Verdict>(wanted.toInt())) : std::nullopt);
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_model->toText());
        m_message.show(Tone::Good, tr("The table stands on the clipboard, ready for a spreadsheet."));
    });
    connect(m_pause, &QPushButton::clicked, this, &SeriesPanel::togglePause);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showSelected();
        if (m_onlySelected->isChecked())
            announceRun();
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this, &SeriesPanel::showSelected);
    return area;
}

QWidget *SeriesPanel::makeDetails()
{
    m_history->setAccessibleName(tr("Earlier tests of this sender"));
    m_history->setMinimumHeight(100);
    auto *card = new Card;
    card->setMinimumWidth(220);
    card->body()->setSpacing(gap::kSmall);
    card->body()->addWidget(m_selectedName);
    card->body()->addWidget(m_selected);
    card->body()->addWidget(m_historyTitle);
    card->body()->addWidget(m_history, 1);
    card->body()->addStretch();
    connect(m_history, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        const QDateTime when = item->data(Qt::UserRole).toDateTime();
        m_worker.run(
            this,
            [history = m_services.testHistory, site = m_services.workspace.historyKey(), sender = m_shownSender, when] {
                return history.record(site, sender, when);
            },
            [this](const Result<TestRecord> &record) {
                if (record)
                    Q_EMIT recordChosen(*record);
                else
                    m_message.show(Tone::Wrong, record.error().detail);
            });
    });
    return inScrollArea(card);
}

void SeriesPanel::setRepeats(int times)
{
    m_repeats->setValue(times);
}

void SeriesPanel::setPerMinute(int tests)
{
    m_perMinute->setValue(tests);
}

QString SeriesPanel::announcement() const
{
    return m_announcement->text();
}

// What will be tested

Result<TestRequest> SeriesPanel::requestOf(std::size_t sender) const
{
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    const Option *chosen = sender < plan.senders.size() ? plan.senders[sender].chosen() : nullptr;
    if (!chosen)
        return failure(ErrorKind::InvalidInput,
                       tr("The plan has no method for it yet. Answer its open questions on the Plan page."));
    const auto to = EmailAddress::parse(m_to->text().trimmed());
    const std::optional<EmailAddress> recipient = to ? std::optional(*to) : site.senders[sender].from;
    if (!recipient)
        return failure(ErrorKind::InvalidInput, tr("Its address is not known. Give it one on the Senders page."));
    return testOf(site, site.senders[sender], *chosen, *recipient,
                  m_likeThem->isChecked() ? TestManner::LikeTheSender : TestManner::AsThisComputer);
}

void SeriesPanel::refreshSite()
{
    if (isRunning())
        return;
    const Site &site = m_services.workspace.plannedSite();
    std::vector<SeriesModel::Row> rows;
    rows.reserve(site.senders.size());
    m_servers.clear();
    for (std::size_t i = 0; i < site.senders.size(); ++i) {
        const Sender &sender = site.senders[i];
        const auto request = requestOf(i);
        if (request)
            m_servers.insert(sender.id, request->connection.server);
        rows.push_back({.id = sender.id,
                        .name = sender.name,
                        .address = sender.from ? sender.from->toString() : QString(),
                        .server = request ? request->connection.server.toString() : QString(),
                        .obstacle = request ? QString() : request.error().detail});
    }
    m_model->setRows(std::move(rows));
    announceRun();
    summarize();
}

QStringList SeriesPanel::wantedIds() const
{
    QStringList ids;
    if (m_onlySelected->isChecked()) {
        for (const QModelIndex &row : m_table->selectionModel()->selectedRows())
            ids += row.data(SeriesModel::IdRole).toString();
        return ids;
    }
    for (const SeriesModel::Row &row : m_model->rows())
        ids += row.id;
    return ids;
}

std::vector<TestJob> SeriesPanel::makeJobs() const
{
    const Site &site = m_services.workspace.plannedSite();
    const QStringList ids = wantedIds();
    const QSet<QString> wanted(ids.begin(), ids.end());
    std::vector<TestJob> jobs;
    // Round after round, so that no sender is tested twice while another waits.
    for (int round = 0; round < m_repeats->value(); ++round) {
        for (std::size_t i = 0; i < site.senders.size(); ++i) {
            if (!wanted.contains(site.senders[i].id))
                continue;
            auto request = requestOf(i);
            if (!request)
                continue; // its row says why
            request->message.subject = tr("Test of %1 by Relaywright").arg(site.senders[i].name);
            request->message.text = tr("This message shows that mail from this device or application arrives.");
            jobs.push_back(
                {.senderId = site.senders[i].id, .name = site.senders[i].name, .request = std::move(*request)});
        }
    }
    return jobs;
}

Result<QString> SeriesPanel::plan() const
{
    // The strictest of the servers rules.
    std::optional<Endpoint> strictest;
    SeriesBounds bounds;
    QSet<QString> servers;
    int tests = 0;
    for (const QString &id : wantedIds()) {
        const auto server = m_servers.constFind(id);
        if (server == m_servers.constEnd())
            continue; // its row says why
        tests += m_repeats->value();
        if (servers.contains(server->toString()))
            continue;
        servers.insert(server->toString());
        const SeriesBounds own = boundsFor(*server, false, m_services.workspace.knowledge());
        if (!strictest || own.perMinute < bounds.perMinute) {
            strictest = *server;
            bounds = own;
        }
    }
    if (!strictest)
        return failure(ErrorKind::InvalidInput,
                       m_onlySelected->isChecked()
                           ? tr("Select the senders to be tested in the table.")
                           : tr("No sender of the site can be tested yet; the table says why."));
    auto sentence = announce(tests, m_perMinute->value(), *strictest, bounds);
    if (sentence && servers.size() > 1)
        *sentence +=
            u' ' + tr("They go to %n server(s), one after another.", nullptr, static_cast<int>(servers.size()));
    return sentence;
}

void SeriesPanel::announceRun()
{
    if (m_model->rows().empty()) {
        m_announcement->setText(tr("There is no sender in the site yet."));
        return;
    }
    const auto sentence = plan();
    m_announcement->setText(sentence ? *sentence : sentence.error().detail);
}

// The run

void SeriesPanel::start()
{
    if (isRunning())
        return;
    m_message.clear();
    if (!EmailAddress::parse(m_to->text().trimmed())) {
        m_message.show(Tone::Wrong, tr("Type the address that all tests are sent to; your own is best."));
        m_to->setFocus();
        return;
    }
    refreshSite();
    if (const auto sentence = plan(); !sentence) {
        m_message.show(Tone::Wrong, sentence.error().detail);
        return;
    }
    std::vector<TestJob> jobs = makeJobs();
    m_isStarting = true;
    setRunning(true);
    QStringList users;
    for (const TestJob &job : jobs)
        users += userOf(job);
    users.removeDuplicates();
    users.removeAll(QString());
    readPasswords(std::move(jobs), std::move(users));
}

void SeriesPanel::readPasswords(std::vector<TestJob> jobs, QStringList users)
{
    if (!m_isStarting)
        return; // stopped meanwhile
    if (users.isEmpty())
        return begin(std::move(jobs));
    const QString user = users.takeFirst();
    m_services.vault.read(
        user, this, [this, user, jobs = std::move(jobs), users](const Result<Secret> &secret) mutable {
            for (TestJob &job : jobs) {
                if (userOf(job) != user)
                    continue;
                if (secret)
                    job.secrets.password = *secret;
                else
                    job.obstacle =
                        Error{ErrorKind::NotFound,
                              tr("No password is kept for %1. Test it alone once and type the password.").arg(user)};
            }
            readPasswords(std::move(jobs), users);
        });
}

void SeriesPanel::begin(std::vector<TestJob> jobs)
{
    m_isStarting = false;
    m_done = 0;
    QStringList ids;
    for (const TestJob &job : jobs)
        ids += job.senderId;
    ids.removeDuplicates();
    m_model->begin(ids, m_repeats->value());
    m_progress->setRange(0, static_cast<int>(jobs.size()));
    m_progress->setValue(0);
    m_series = new TestSeries(std::move(jobs), m_perMinute->value(), m_services.clock, this);
    connect(m_series, &TestSeries::jobStarted, this, [this](int index) {
        m_model->setRunning(m_series->job(index).senderId);
        m_state->setText(tr("%1 is tested now.").arg(m_series->job(index).name));
    });
    connect(m_series, &TestSeries::jobDone, this, &SeriesPanel::onJobDone);
    connect(m_series, &TestSeries::waiting, this, [this](const QDateTime &next) {
        m_state->setText(tr("The rate is kept: the next test begins at %1.")
                             .arg(QLocale().toString(next.toLocalTime().time(), QStringLiteral("HH:mm:ss"))));
    });
    connect(m_series, &TestSeries::finished, this, &SeriesPanel::onFinished);
    m_series->start();
}

void SeriesPanel::onJobDone(int index, const TestJobResult &result)
{
    const QString id = m_series->job(index).senderId;
    if (result.record) {
        const TestVerdict verdict =
            judge(*result.record, contextOf(*result.record, m_services.workspace.plannedSite(), m_services.clock.now()),
                  m_services.workspace.knowledge());
        const Transcript &lines = result.record->transcript;
        m_model->addResult(id, verdict.verdict, verdict.sentence,
                           lines.empty() ? std::chrono::milliseconds(0) : lines.back().sinceStart);
        Q_EMIT recorded(*result.record);
    } else {
        m_model->addResult(id, Verdict::CouldNotTell, result.problem, {});
    }
    m_progress->setValue(++m_done);
}

void SeriesPanel::onFinished()
{
    if (m_series)
        m_series->deleteLater(); // we are inside its signal
    m_series.clear();
    m_model->stop();
    setRunning(false);
    summarize();
}

void SeriesPanel::cancel()
{
    if (m_isStarting) {
        m_isStarting = false;
        setRunning(false);
        summarize();
    } else if (m_series) {
        m_series->cancel();
    }
}

void SeriesPanel::togglePause()
{
    if (!m_series)
        return;
    if (m_series->isPaused()) {
        m_series->resume();
    } else {
        m_series->pause();
        m_state->setText(tr("Paused. The test under way comes to its end."));
    }
    m_pause->setText(m_series && m_series->isPaused() ? tr("Go on") : tr("Pause"));
}

void SeriesPanel::setRunning(bool running)
{
    m_settings->setEnabled(!running);
    m_progress->setVisible(running);
    m_pause->setVisible(running);
    m_pause->setText(tr("Pause"));
    if (running)
        m_table->setFocus(); // the settings lose it, and Esc must still reach this page
    Q_EMIT runningChanged(running);
}

void SeriesPanel::summarize()
{
    const int good = m_model->count(Verdict::Good);
    const int all = good + m_model->count(Verdict::Wrong) + m_model->count(Verdict::Attention)
                    + m_model->count(Verdict::CouldNotTell);
    m_state->setText(all == 0 ? tr("Nothing was tested yet.")
                              : tr("%1 of %n tested sender(s) are good.", nullptr, all).arg(good));
}

// One sender

void SeriesPanel::showSelected()
{
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    const QString id = current.data(SeriesModel::IdRole).toString();
    m_selectedName->setText(current.siblingAtColumn(SeriesModel::SenderColumn).data().toString());
    const QString sentence = m_model->sentenceOf(current);
    m_selected->setText(!current.isValid()   ? tr("Select a sender: what came of its tests stands here.")
                        : sentence.isEmpty() ? tr("It was not tested in this run.")
                                             : sentence);
    if (id != m_shownSender || !current.isValid())
        showHistory(id);
}

void SeriesPanel::showHistory(const QString &senderId)
{
    m_shownSender = senderId;
    m_history->clear();
    m_history->hide();
    m_historyTitle->setVisible(!senderId.isEmpty());
    if (senderId.isEmpty())
        return;
    for (const QDateTime &when : m_services.testHistory.moments(m_services.workspace.historyKey(), senderId)) {
        auto *item = new QListWidgetItem(QLocale().toString(when.toLocalTime(), QLocale::ShortFormat), m_history);
        item->setData(Qt::UserRole, when);
    }
    m_history->setVisible(m_history->count() > 0);
    m_historyTitle->setText(m_history->count() > 0 ? tr("Earlier tests; Enter opens one")
                                                   : tr("No earlier test of it is kept yet."));
}

} // namespace relaywright
