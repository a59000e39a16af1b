// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the settings of the relay page: where they come from, and how a relay gets them.
#include "ui/pages/RelayPage.h"

#include "core/oauth/TokenAccountJson.h"

#include "core/artifacts/Artifact.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/RelayForm.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/RelaySettingsPanel.h"

#include <QJsonDocument>
#include <QTabWidget>

namespace relaywright {

void RelayPage::loadSettings()
{
    const auto &config = m_services.relay.config();
    m_settings->setSettings(config ? settingsOf(*config) : freshSettings());
    if (config)
        m_devices->setConfig(*config);
    m_editedSinceStart = false;
}

void RelayPage::onConfigChanged()
{
    if (m_editedSinceStart) {
        message()->show(
            Tone::Attention,
            tr("Another program changed the relay’s settings. What you apply here takes their place; discard "
               "your changes to see them."));
        return;
    }
    loadSettings();
    refresh();
}

void RelayPage::discardChanges()
{
    loadSettings();
    message()->clear();
    refresh();
}

std::optional<RelayConfig> RelayPage::typedConfig()
{
    m_settings->commit();
    const Problems problems = check(m_form->draft());
    m_form->showProblems(problems);
    if (!problems.empty()) {
        showSettings();
        m_form->revealProblem();
        return std::nullopt;
    }
    if (m_devices->revealProblem()) {
        m_tabs->setCurrentWidget(m_devices);
        return std::nullopt;
    }
    const QJsonObject settings = m_devices->applied(m_settings->settings());
    const auto problem = problemIn(settings);
    if (!problem)
        return *toConfig(settings);
    reveal(*problem);
    return std::nullopt;
}

void RelayPage::reveal(const SettingsProblem &problem)
{
    if (problem.section == RelaySection::Devices) {
        m_tabs->setCurrentWidget(m_devices);
        m_devices->reveal(problem.row, problem.field, problem.sentence);
    } else {
        m_tabs->setCurrentWidget(m_settings);
        m_settings->reveal(problem);
    }
    message()->show(Tone::Wrong, tr("An answer cannot be taken as it is. %1").arg(problem.sentence));
}

void RelayPage::startRelay()
{
    const auto config = typedConfig();
    if (!config)
        return refresh();
    message()->clear();
    const QString user = config->upstream.user;
    const auto &kept = config->upstream.password;
    const Secret typed = m_practicePassword.typedFor(config->upstream.server);
    if (user.isEmpty() || config->upstream.oauth || (kept && kept->kind() != SecretRef::Kind::Keychain)) {
        start(*config, std::nullopt); // the relay knows where to look
    } else if (PracticeRoom &practice = m_services.practice; practice.wasAt(config->upstream.server)) {
        start(*config, typed.isEmpty() ? practice.passwordFor(user) : typed); // made up: kept nowhere
    } else if (!typed.isEmpty()) {
        const Vault::Keep keep = m_form->password().keep();
        m_services.vault.write(
            user, typed, keep, this, [this, config = *config, typed, keep](const Result<void> &written) {
                if (!written)
                    message()->show(Tone::Attention,
                                    tr("The password is used for this run only. %1").arg(written.error().detail));
                m_form->password().clear();
                m_form->password().setKept(true);
                start(config, written && keep == Vault::Keep::InKeychain ? std::nullopt : std::optional(typed));
            });
    } else {
        m_services.vault.read(user, this, [this, config = *config, user](const Result<Secret> &secret) {
            if (!secret) {
                m_form->password().setProblem(tr("No password is kept for %1. Type it here.").arg(user));
                showSettings();
                refresh();
                return;
            }
            start(config, m_services.vault.isForThisRun(user) ? std::optional(*secret) : std::nullopt);
        });
    }
}

void RelayPage::start(const RelayConfig &config, const std::optional<Secret> &password)
{
    RelayHost &relay = m_services.relay;
    if (relay.state() == RelayHost::State::Running && relay.config() && !needsRestart(*relay.config(), config)) {
        relay.reload(config, password, this, [this](const Result<void> &done) { onReloaded(done); });
        return;
    }
    m_editedSinceStart = false;
    relay.start(config, password);
    m_tabs->setCurrentIndex(0);
    refresh();
}

void RelayPage::onReloaded(const Result<void> &done)
{
    if (done) {
        m_editedSinceStart = false;
        message()->show(Tone::Good, tr("The relay works by these settings now. Nothing was restarted."));
    } else {
        message()->show(Tone::Wrong, tr("The relay goes on with its old settings: %1").arg(done.error().detail));
    }
    refresh();
}

void RelayPage::stopRelay()
{
    m_services.relay.stop();
    refresh();
}

namespace {

/// The plan does not know the registration; an account of the mailbox does.
QJsonObject withAccount(QJsonObject upstream, const AccountBook &accounts)
{
    const BookedAccount *account = findAccount(accounts, upstream.value(QLatin1String("user")).toString());
    const bool isForGraph = upstream.contains(QLatin1String("graph"));
    const bool fits =
        account && upstream.contains(QLatin1String("oauth")) && (account->account.use == TokenUse::Graph) == isForGraph;
    if (!fits)
        return upstream;
    upstream.insert(QStringLiteral("oauth"), toJson(account->account));
    // A relay that runs as a service has no accounts to look into.
    if (account->proofEnds && std::holds_alternative<KeptClientSecret>(account->account.proof))
        upstream.insert(QStringLiteral("secretEnds"), account->proofEnds->toString(Qt::ISODate));
    return upstream;
}

} // namespace

void RelayPage::fillFromPlan()
{
    const Workspace &workspace = m_services.workspace;
    for (const Artifact &artifact :
         relaywright::render(workspace.plannedSite(), workspace.plan(), workspace.knowledge())) {
        if (artifact.kind != QLatin1String("relay-config"))
            continue;
        // As it stands: what the site does not know is a gap in it, which is said at its question.
        const QJsonObject planned = QJsonDocument::fromJson(artifact.text.toUtf8()).object();
        QJsonObject settings = m_settings->settings(); // what the plan does not say stays
        settings.insert(QStringLiteral("listeners"), planned.value(QLatin1String("listeners")));
        settings.insert(QStringLiteral("upstream"), withAccount(planned.value(QLatin1String("upstream")).toObject(),
                                                                m_services.accounts.accounts()));
        m_settings->setSettings(settings);
        const RelayDraft draft = m_form->draft();
        m_practicePassword.turnTo(draft.server, draft.port);
        m_settings->showSection(RelaySection::Basics);
        m_editedSinceStart = true;
        message()->show(Tone::Accent, tr("These are the relay settings of the plan. Check the address to listen on."));
        refresh();
        return;
    }
    message()->show(Tone::Attention,
                    tr("The plan has no relay settings: no sender needs a relay, or an answer is missing."));
}

void RelayPage::fillFromPractice()
{
    PracticeRoom &practice = m_services.practice;
    if (!practice.isRunning()) {
        if (const auto started = practice.start(); !started)
            return message()->show(Tone::Wrong, started.error().detail);
    }
    const auto file = practice.authorityFile();
    if (!file)
        return message()->show(Tone::Wrong, file.error().detail);
    RelayDraft draft = m_form->draft();
    draft.server = practice.address().host.toString();
    draft.port = QString::number(practice.address().port);
    draft.tls = TlsPolicy::Required;
    draft.graph = false;
    draft.oauth = {};
    draft.user = signsIn(practice.method()) ? practice.user() : QString();
    draft.sendAs = signsIn(practice.method()) ? practice.sender() : QString();
    draft.caFile = *file;
    m_settings->setBasics(draft);
    m_practicePassword.fill(draft.user);
    m_editedSinceStart = true;
    refresh();
    message()->show(Tone::Accent,
                    tr("The relay will hand its mail to the practice server on this computer. Nothing leaves it."));
}

} // namespace relaywright
