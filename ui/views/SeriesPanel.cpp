// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SeriesPanel.h"

#include "core/mail/LintGroups.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SeriesPasswords.h"
#include "ui/engine/TestVerdict.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Workspace.h"
#include "ui/models/TableFilter.h"
#include "ui/text/TimeText.h"
#include "ui/views/SeriesDetails.h"
#include "ui/views/SeriesSetup.h"
#include "ui/widgets/Labels.h"

#include <QProgressBar>
#include <QPushButton>
#include <QTableView>

#include <algorithm>

namespace relaywright {

SeriesPanel::~SeriesPanel() = default;

// What will be tested

void SeriesPanel::refreshSite()
{
    if (isRunning())
        return;
    const Site &site = m_services.workspace.plannedSite();
    const SeriesDraft draft = this->draft();
    const auto server = seriesServer(draft);
    m_setup->setServerProblem(server || draft.server.trimmed().isEmpty() ? QString() : server.error().detail);
    std::vector<SeriesModel::Row> rows;
    rows.reserve(site.senders.size());
    m_servers.clear();
    for (std::size_t i = 0; i < site.senders.size(); ++i) {
        const Sender &sender = site.senders[i];
        const auto request = seriesTest(draft, site, m_services.workspace.plan(), i);
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
    showSelected();
    summarize();
}

QStringList SeriesPanel::wantedIds() const
{
    QStringList ids;
    if (m_setup->onlySelected()) {
        for (const QModelIndex &row : m_table->selectionModel()->selectedRows())
            ids += row.data(SeriesModel::IdRole).toString();
        return ids;
    }
    for (const SeriesModel::Row &row : m_model->rows())
        ids += row.id;
    return ids;
}

SeriesDraft SeriesPanel::draft() const
{
    SeriesDraft draft = m_setup->draft();
    const PracticeRoom &practice = m_services.practice;
    if (draft.toOneServer && practice.isRunning() && draft.server.trimmed() == practice.address().toString())
        draft.authorityPem = practice.authorityPem();
    return draft;
}

std::vector<Endpoint> SeriesPanel::wantedServers() const
{
    std::vector<Endpoint> servers;
    for (const QString &id : wantedIds()) {
        if (const auto server = m_servers.constFind(id); server != m_servers.constEnd())
            servers.push_back(*server); // of the others the row says why not
    }
    return servers;
}

std::vector<Endpoint> SeriesPanel::practiceServers() const
{
    std::vector<Endpoint> servers = m_practice;
    if (m_services.practice.isRunning())
        servers.push_back(m_services.practice.address());
    return servers;
}

bool SeriesPanel::goesToPractice(const TestRequest &request) const
{
    return m_services.practice.isRunning() && request.connection.server == m_services.practice.address();
}

Result<QString> SeriesPanel::plan() const
{
    const std::vector<Endpoint> servers = wantedServers();
    if (servers.empty())
        return failure(ErrorKind::InvalidInput,
                       m_setup->onlySelected() ? tr("Select the senders to be tested in the table.")
                                               : tr("No sender of the site can be tested yet; the table says why."));
    return announceSeries(m_setup->draft(), servers, practiceServers(), m_services.workspace.knowledge());
}

void SeriesPanel::offerPractice()
{
    const PracticeRoom &practice = m_services.practice;
    m_setup->offerPractice(practice.isRunning() ? practice.address().toString() : QString());
    if (isVisible() && !isRunning())
        announceRun();
}

void SeriesPanel::announceRun()
{
    if (m_model->rows().empty()) {
        m_setup->setAnnouncement(tr("There is no sender in the site yet."));
        return;
    }
    const auto sentence = plan();
    m_setup->setAnnouncement(sentence ? *sentence : sentence.error().detail);
}

// The run

void SeriesPanel::start()
{
    if (isRunning())
        return;
    m_message.clear();
    if (!EmailAddress::parse(m_setup->recipient().text().trimmed())) {
        m_message.show(Tone::Wrong, tr("Type the address that all tests are sent to; your own is best."));
        m_setup->recipient().setFocus();
        return;
    }
    refreshSite();
    const SeriesDraft draft = this->draft();
    if (const auto server = seriesServer(draft); !server) {
        m_setup->setServerProblem(server.error().detail);
        m_setup->revealServer();
        return;
    }
    const auto sentence = plan();
    if (!sentence && !mayBeForPractice()) {
        m_message.show(Tone::Wrong, sentence.error().detail);
        return;
    }
    const QStringList ids = wantedIds();
    m_done = 0;
    m_wasStopped = false;
    std::vector<TestJob> jobs = seriesJobs(draft, m_services.workspace.plannedSite(), m_services.workspace.plan(),
                                           QSet<QString>(ids.begin(), ids.end()));
    setRunning(true);
    if (sentence)
        readPasswords(std::move(jobs));
    else
        askForPractice(std::move(jobs));
}

bool SeriesPanel::mayBeForPractice() const
{
    const std::vector<Endpoint> servers = wantedServers();
    return announceSeries(m_setup->draft(), servers, servers, m_services.workspace.knowledge()).has_value();
}

void SeriesPanel::askForPractice(std::vector<TestJob> jobs)
{
    std::vector<ConnectionSettings> targets;
    QSet<QString> seen;
    for (const TestJob &job : jobs) {
        const qsizetype before = seen.size();
        seen.insert(job.request.connection.server.toString());
        if (seen.size() > before)
            targets.push_back(job.request.connection);
    }
    showState(tr("So much may only be sent to a practice server: %n server(s) are asked whether they are one.", nullptr,
                 static_cast<int>(targets.size())));
    m_limits = new SeriesLimitsSearch(targets, practiceServers(), m_services.workspace.knowledge(), this);
    connect(m_limits, &SeriesLimitsSearch::finished, this, [this, jobs = std::move(jobs)](const SeriesLimits &limits) {
        m_limits->deleteLater(); // we are inside its signal
        m_limits.clear();
        m_practice = limits.practice;
        announceRun();
        if (const auto sentence = plan(); sentence)
            return readPasswords(jobs);
        else
            m_message.show(Tone::Wrong, sentence.error().detail);
        setRunning(false);
        summarize();
    });
    m_limits->start();
}

/// Real passwords have no business at the practice server.
void SeriesPanel::signInAtPractice(TestJob &job) const
{
    if (const auto &credentials = job.request.connection.smtp.credentials; credentials)
        job.secrets.password = m_services.practice.passwordFor(credentials->user);
}

void SeriesPanel::signInByAccount(TestJob &job)
{
    const QString user = job.request.connection.smtp.credentials->user;
    const BookedAccount *account = findAccount(m_services.accounts.accounts(), user);
    const auto refuse = [&job](const QString &sentence) { job.obstacle = Error{ErrorKind::NotFound, sentence}; };
    if (!account || account->account.use == TokenUse::Graph)
        return refuse(tr("It signs in with an access token. Add an account named %1 on the Accounts page, or test it "
                         "alone and paste a token in place of the password.")
                          .arg(user));
    if (goesToPractice(job.request) && !m_services.practice.issues(account->account))
        return refuse(tr("The practice server takes tokens of the practice sign-in service only, and the account %1 "
                         "has others.")
                          .arg(user));
    if (!m_sources.contains(user))
        m_sources.insert(user, m_tokens->sourceOf(user));
    job.request.account = user;
    job.freshPassword = m_sources.value(user);
}

void SeriesPanel::readPasswords(std::vector<TestJob> jobs)
{
    const std::vector<Endpoint> practice = practiceServers();
    m_sources.clear();
    for (TestJob &job : jobs) {
        const Endpoint &server = job.request.connection.server;
        job.onlyPractice = !boundsFor(server, false, m_services.workspace.knowledge()).isLocal
                           && std::ranges::find(practice, server) != practice.end();
        const auto &credentials = job.request.connection.smtp.credentials;
        if (credentials && takesToken(credentials->mechanism))
            signInByAccount(job);
        else if (goesToPractice(job.request))
            signInAtPractice(job);
    }
    m_passwords = new SeriesPasswords(std::move(jobs), m_services.vault, this);
    connect(m_passwords, &SeriesPasswords::progressed, this, [this](int read, int accounts) {
        showState(tr("Passwords are read: %1 of %n account(s).", nullptr, accounts).arg(read));
    });
    connect(m_passwords, &SeriesPasswords::finished, this, [this] {
        std::vector<TestJob> ready = m_passwords->takeJobs();
        m_passwords->deleteLater(); // we are inside its signal
        m_passwords.clear();
        begin(std::move(ready));
    });
    showState(tr("The tests are made ready."));
    m_passwords->start();
}

void SeriesPanel::begin(std::vector<TestJob> jobs)
{
    QStringList ids;
    QSet<QString> seen;
    for (const TestJob &job : jobs) {
        const qsizetype before = seen.size();
        seen.insert(job.senderId);
        if (seen.size() > before)
            ids += job.senderId;
    }
    const SeriesDraft draft = m_setup->draft();
    m_model->begin(ids, draft.each);
    m_progress->setRange(0, static_cast<int>(jobs.size()));
    m_progress->setValue(0);
    m_series = new TestSeries(std::move(jobs), draft.perMinute, m_services.clock, this);
    m_series->forgetResults(); // the history keeps the conversations
    connect(m_series, &TestSeries::jobStarted, this, [this](int index) {
        m_model->setRunning(m_series->job(index).senderId);
        showState(tr("%1 is tested now.").arg(m_series->job(index).name));
    });
    connect(m_series, &TestSeries::jobDone, this, &SeriesPanel::onJobDone);
    connect(m_series, &TestSeries::waiting, this, [this](const QDateTime &next) {
        showState(tr("The rate is kept: the next test begins at %1.")
                      .arg(preciseTime(next, TimeDetail::Seconds)));
    });
    connect(m_series, &TestSeries::finished, this, &SeriesPanel::onFinished);
    m_series->start();
}

QString SeriesPanel::withRemarks(const QString &sentence, const std::vector<LintRemark> &remarks)
{
    QStringList sentences{sentence};
    for (const LintGroup &group : grouped(remarks)) {
        if (group.remark.level == LintRemark::Level::Wrong)
            sentences += tr("Its message: %1").arg(group.remark.sentence);
    }
    return sentences.join(u' ');
}

void SeriesPanel::onJobDone(int index, const TestJobResult &result)
{
    const QString id = m_series->job(index).senderId;
    ++m_done;
    if (result.record) {
        const TestJob &job = m_series->job(index);
        m_besides.token = tokenOf(job.request, job.secrets.password);
        const TestVerdict verdict =
            judge(*result.record,
                  contextOf(*result.record, m_services.workspace.plannedSite(), m_besides, m_services.clock.now()),
                  m_services.workspace.knowledge());
        const Transcript &lines = result.record->transcript;
        m_model->addResult(id, verdict.verdict, withRemarks(verdict.sentence, result.remarks),
                           lines.empty() ? std::chrono::milliseconds(0) : lines.back().sinceStart);
        Q_EMIT recorded(*result.record);
    } else {
        m_model->addResult(id, Verdict::CouldNotTell, result.problem, {});
    }
    m_progress->setValue(m_done);
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
    if (!isRunning())
        return;
    m_wasStopped = true;
    if (m_series)
        return m_series->cancel(); // onFinished follows
    delete m_limits;
    delete m_passwords;
    setRunning(false);
    summarize();
}

void SeriesPanel::setLadder(const QString &server, const QString &blame)
{
    m_besides.ladder = {server, blame};
}

void SeriesPanel::togglePause()
{
    if (!m_series)
        return;
    if (m_series->isPaused()) {
        m_series->resume();
    } else {
        m_series->pause();
        showState(tr("Paused. The test under way comes to its end."));
    }
    m_pause->setText(m_series->isPaused() ? tr("Go on") : tr("Pause"));
}

void SeriesPanel::setRunning(bool running)
{
    m_setup->setEnabled(!running);
    m_progress->setVisible(running);
    m_progress->setRange(0, 0);
    m_pause->setVisible(running);
    m_pause->setText(tr("Pause"));
    if (running)
        m_table->setFocus(); // the settings lose it, and Esc must still reach this page
    Q_EMIT runningChanged(running);
}

/// While it runs: how far it is, then what happens `now`.
void SeriesPanel::showState(const QString &now)
{
    if (!m_series) {
        m_state->setText(now);
        return;
    }
    const int good = m_model->count(Verdict::Good);
    const QString tally = tr("%1 of %n test(s) done; good senders: %2, others: %3.", nullptr, m_series->count())
                              .arg(m_done)
                              .arg(good)
                              .arg(m_model->judged() - good);
    m_state->setText(QStringLiteral("%1 %2").arg(tally, now));
}

void SeriesPanel::summarize()
{
    const int all = m_model->judged();
    const QString tally =
        all == 0 ? tr("Nothing was tested yet.")
                 : tr("%1 of %n tested sender(s) are good.", nullptr, all).arg(m_model->count(Verdict::Good));
    m_state->setText(m_wasStopped ? tr("You stopped the series. %1").arg(tally) : tally);
}

QString SeriesPanel::state() const
{
    return m_state->text();
}

void SeriesPanel::showSelected()
{
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    m_details->showSender({current.data(SeriesModel::IdRole).toString(),
                           current.siblingAtColumn(SeriesModel::SenderColumn).data().toString(),
                           current.siblingAtColumn(SeriesModel::AddressColumn).data().toString(),
                           current.siblingAtColumn(SeriesModel::ServerColumn).data().toString(),
                           m_model->sentenceOf(current)});
}

} // namespace relaywright
