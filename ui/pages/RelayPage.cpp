// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/RelayPage.h"

#include "core/relay/Control.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/QueueSave.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Vault.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/RelayForm.h"
#include "ui/models/MessageModel.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/HistoryPanel.h"
#include "ui/views/QueuePanel.h"
#include "ui/views/RelayOverview.h"
#include "ui/views/RelaySettingsPanel.h"
#include "ui/views/SourcePanel.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/ToggleSwitch.h"

#include <QFileDialog>
#include <QJsonObject>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>

#include <utility>

namespace relaywright {

namespace {

constexpr int kRoomForCounters = 620;

} // namespace

RelayPage::RelayPage(Services &services, QWidget *parent)
    : Page(tr("Relay"), tr("Takes mail from devices on your network and hands it on with TLS and sign-in."), parent),
      m_services(services), m_switch(new ToggleSwitch), m_state(new TextLabel({}, FontRole::Heading)),
      m_note(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_tabs(nullptr),
      m_overview(new RelayOverview), m_queue(new QueuePanel(services.relay)),
      m_history(new HistoryPanel(services.relay)), m_sources(new SourcePanel(services.relay)),
      m_devices(new DevicePanel), m_settings(new RelaySettingsPanel(services.vault)), m_form(&m_settings->basics()),
      m_practicePassword(services.practice, m_form->password()), m_menu(new QMenu(this))
{
    setHelp(tr("The relay is a program of its own: it goes on when this window is closed, and even when the window "
               "fails. What it "
               "has accepted is on the disk and is tried again until it is delivered or expires."));
    build();
    const auto onEdited = [this] {
        m_editedSinceStart = true;
        refresh();
    };
    connect(m_devices, &DevicePanel::edited, this, onEdited);
    connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) { on ? startRelay() : stopRelay(); });
    connect(m_settings, &RelaySettingsPanel::edited, this, [this, onEdited] {
        const RelayDraft draft = m_form->draft();
        m_devices->setKnown(draft.accounts, routesIn(m_settings->settings()));
        m_practicePassword.turnTo(draft.server, draft.port);
        onEdited();
    });
    connect(m_settings, &RelaySettingsPanel::wayRenamed, m_devices, &DevicePanel::renameRoute);
    connect(m_form, &RelayForm::userChanged, this,
            [this](const QString &user) { m_form->password().lookUp(m_services.vault, user); });
    const auto showVault = [this] { m_form->setVault(m_services.vault.state(), m_services.vault.problem()); };
    connect(&services.vault, &Vault::stateChanged, this, showVault);
    showVault();
    const auto showAccounts = [this] { m_settings->setTokenAccounts(m_services.accounts.accounts()); };
    connect(&services.accounts, &AccountShelf::changed, this, showAccounts);
    showAccounts();
    loadSettings();
    connect(&services.relay, &RelayHost::stateChanged, this, &RelayPage::refresh);
    connect(&services.relay, &RelayHost::configChanged, this, &RelayPage::onConfigChanged);
    connect(&services.relay, &RelayHost::statusChanged, this, &RelayPage::refresh);
    m_timer.setInterval(std::chrono::seconds(2));
    connect(&m_timer, &QTimer::timeout, this, &RelayPage::poll);
    const auto tell = [this](const QString &sentence) { message()->show(Tone::Wrong, sentence); };
    connect(m_queue, &QueuePanel::failed, this, tell);
    connect(m_history, &HistoryPanel::failed, this, tell);
    connect(m_sources, &SourcePanel::failed, this, tell);
    connect(m_sources, &SourcePanel::rowRequested, this, [this](const QString &name, const QString &networks) {
        m_tabs->setCurrentWidget(m_devices);
        m_devices->addRow(name, networks);
    });
    connect(m_queue, &QueuePanel::saveRequested, this, &RelayPage::saveMessage);
    connect(m_history, &HistoryPanel::saveRequested, this, &RelayPage::saveMessage);
    connect(m_history, &HistoryPanel::resendRequested, this, &RelayPage::resend);
    connect(m_queue, &QueuePanel::resendRequested, this, &RelayPage::resend);
    m_timer.start();
    refresh();
}

void RelayPage::onShown()
{
    poll();
}

QString RelayPage::stateSentence() const
{
    const RelayHost &relay = m_services.relay;
    switch (relay.state()) {
    case RelayHost::State::Off: return tr("The relay is off.");
    case RelayHost::State::Starting: return tr("The relay is starting…");
    case RelayHost::State::Stopping: return tr("The relay is stopping…");
    case RelayHost::State::Failed: return tr("The relay does not run.");
    case RelayHost::State::Running: break;
    }
    if (!relay.status())
        return tr("The relay is running.");
    const QString since = shortTime(relay.status()->startedAt);
    const auto endpoint = relay.status()->listeners.isEmpty() ? Result<Endpoint>(failure(ErrorKind::NotFound, {}))
                                                              : Endpoint::parse(relay.status()->listeners.front());
    if (!endpoint)
        return tr("Running since %1.").arg(since);
    return tr("Running since %1. Point devices to %2, port %3.")
        .arg(since, endpoint->host.toString())
        .arg(endpoint->port);
}

void RelayPage::refresh()
{
    const RelayHost &relay = m_services.relay;
    const RelayHost::State state = relay.state();
    const bool running = state == RelayHost::State::Running;
    m_switch->setChecked(running || state == RelayHost::State::Starting);
    m_state->setText(stateSentence());
    const auto &status = relay.status();
    QString note = relay.problem();
    if (note.isEmpty() && running && status)
        note = status->reason.isEmpty() ? tr("Mail goes on to %1.").arg(status->upstream) : status->reason;
    m_note->setText(note);
    m_note->setTone(state == RelayHost::State::Failed
                            || (running && status && status->condition == RelayCondition::Trouble)
                        ? Tone::Wrong
                        : Tone::Neutral);
    m_note->setVisible(!note.isEmpty());
    m_copy->setVisible(running);
    m_pause->setVisible(running);
    m_pause->setText(running && status && status->condition == RelayCondition::Paused ? tr("Resume delivery")
                                                                                      : tr("Pause delivery"));
    refreshApply();
    refreshCounters();
    showCounters();
    if (running && status) {
        m_overview->setStatus(*status);
    } else if (std::exchange(m_known, false)) {
        m_overview->forget();
        m_queue->forget();
        m_history->forget();
        m_sources->forget();
    }
    m_known = m_known || (running && status);
}

/// Where the window is low, who edits needs the room more.
void RelayPage::showCounters()
{
    const QWidget *tab = m_tabs->currentWidget();
    const bool edits = tab == m_devices || tab == m_settings;
    m_counterRow->setVisible(m_services.relay.state() == RelayHost::State::Running
                             && (!edits || height() >= kRoomForCounters));
}

void RelayPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    showCounters();
}

void RelayPage::refreshApply()
{
    const RelayHost &relay = m_services.relay;
    const bool running = relay.state() == RelayHost::State::Running;
    const auto typed = running && m_editedSinceStart ? toConfig(m_devices->applied(m_settings->settings()))
                                                     : Result<RelayConfig>(failure(ErrorKind::NotFound, {}));
    const bool restart = typed && relay.config() && needsRestart(*relay.config(), *typed);
    m_apply->setText(!running  ? tr("Start the relay")
                     : restart ? tr("Restart with these settings")
                               : tr("Apply these settings"));
    m_apply->setEnabled(!running || m_editedSinceStart);
    m_discard->setVisible(m_editedSinceStart && relay.config());
    m_applyNote->setText(!running || !m_editedSinceStart ? QString()
                         : restart
                             ? tr("The name and the folder of the relay need a restart: for a few seconds devices "
                                  "cannot send. What waits stays.")
                             : tr("Nothing restarts: what is under way goes on."));
}

void RelayPage::refreshCounters()
{
    const auto &status = m_services.relay.status();
    const bool running = m_services.relay.state() == RelayHost::State::Running && status;
    const quint64 numbers[] = {running ? status->accepted : 0, running ? status->delivered : 0,
                               running ? status->queued : 0,   running ? status->held : 0,
                               running ? status->bounced : 0,  running ? status->refused : 0};
    for (std::size_t i = 0; i < m_counters.size(); ++i)
        m_counters[i].number->setText(running ? QLocale().toString(numbers[i]) : QStringLiteral("\u2013"));
}

void RelayPage::showTab(QWidget *tab)
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (m_tabs->widget(i) == tab || m_tabs->widget(i)->isAncestorOf(tab))
            m_tabs->setCurrentIndex(i);
    }
}

void RelayPage::showSettings()
{
    m_tabs->setCurrentWidget(m_settings);
    m_settings->showSection(RelaySection::Basics);
}

void RelayPage::poll()
{
    if (!isVisible() || m_services.relay.state() != RelayHost::State::Running)
        return;
    if (m_tabs->currentWidget() == m_queue)
        m_queue->refresh();
    if (m_tabs->currentWidget() == m_sources)
        m_sources->refresh();
    if (m_tabs->currentIndex() == 0) {
        m_services.relay.control().history(this, [this](const Result<TrafficHistory> &history) {
            if (history)
                m_overview->setHistory(*history);
        });
    }
}

void RelayPage::saveMessage(const QString &id)
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save the message"), id + QStringLiteral(".eml"), tr("Messages (*.eml)"));
    if (path.isEmpty())
        return;
    auto *const save = new QueueSave(m_services.relay.control(), id, path, this);
    connect(save, &QueueSave::finished, this, [this, path](const QString &problem) {
        if (problem.isEmpty())
            message()->show(Tone::Good, tr("The message is in %1.").arg(path));
        else
            message()->show(Tone::Wrong, problem);
    });
    save->start();
}

void RelayPage::resend(const QString &id)
{
    m_services.relay.control().request(
        QStringLiteral("resend"), {{QStringLiteral("id"), id}}, this, [this, id](const Result<QJsonObject> &done) {
            if (!done)
                return message()->show(Tone::Wrong, done.error().detail);
            const QString now = done->value(QLatin1String("id")).toString();
            message()->show(Tone::Good, now == id ? tr("Message %1 is tried again now.").arg(id)
                                                  : tr("Message %1 waits again, as message %2.").arg(id, now));
        });
}

} // namespace relaywright
