// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/RelaySettingsPanel.h"

#include "ui/forms/ListenerForm.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/RelayMemberForms.h"
#include "ui/forms/SigningForm.h"
#include "ui/forms/SmartHostForm.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QListWidget>
#include <QScrollArea>
#include <QStackedWidget>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kListWidth = 160;

QString textOf(const QJsonObject &members, const char *name, const QString &otherwise = {})
{
    const QString text = members.value(QLatin1String(name)).toString();
    return text.isEmpty() ? otherwise : text;
}

RowEditor::Row describeListener(const SettingsRow &row, int)
{
    QStringList parts;
    switch (deviceTlsIn(row.members)) {
    case DeviceTls::None: parts += RelaySettingsPanel::tr("no encryption"); break;
    case DeviceTls::Offered: parts += RelaySettingsPanel::tr("STARTTLS"); break;
    case DeviceTls::Required: parts += RelaySettingsPanel::tr("STARTTLS required"); break;
    case DeviceTls::Implicit: parts += RelaySettingsPanel::tr("TLS"); break;
    }
    if (const auto networks = row.members.value(QLatin1String("networks")).toArray().size())
        parts += RelaySettingsPanel::tr("%Ln network(s)", nullptr, static_cast<int>(networks));
    if (textOf(row.members, "signIn") == QLatin1String("required"))
        parts += RelaySettingsPanel::tr("sign-in required");
    return {textOf(row.members, "listen", QStringLiteral("127.0.0.1:2525")), parts.join(QLatin1String(", ")), false};
}

RowEditor::Row describeHost(const SettingsRow &row, int index)
{
    const QString way = row.route.isEmpty() ? RelaySettingsPanel::tr("Default way") : row.route;
    const QString server = textOf(row.members, "server", RelaySettingsPanel::tr("No server yet"));
    return {row.members.contains(QLatin1String("graph")) ? QStringLiteral("Microsoft Graph") : server,
            index == 0 ? RelaySettingsPanel::tr("%1: first").arg(way)
                       : RelaySettingsPanel::tr("%1: stands in (%L2)").arg(way).arg(index),
            false};
}

RowEditor::Row describeSigning(const SettingsRow &row, int)
{
    const QString way = row.route.isEmpty() ? RelaySettingsPanel::tr("Default way") : row.route;
    return {
        textOf(row.members, "domain", RelaySettingsPanel::tr("No domain yet")),
        RelaySettingsPanel::tr("%1, selector %2").arg(way, textOf(row.members, "selector", QStringLiteral("\u2013"))),
        false};
}

} // namespace

RelaySettingsPanel::RelaySettingsPanel(Vault &vault, QWidget *parent)
    : QWidget(parent), m_settings(freshSettings()), m_list(new QListWidget), m_stack(new QStackedWidget),
      m_sentence(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_basics(new RelayForm)
{
    m_list->setAccessibleName(tr("Subjects of the settings"));
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setFixedWidth(kListWidth);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *right = new QVBoxLayout;
    right->setSpacing(gap::kMedium);
    right->addWidget(m_sentence);
    right->addWidget(m_stack, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(m_list);
    layout->addLayout(right, 1);
    addBasics();
    addRowParts(vault);
    addFormParts();
    connect(m_list, &QListWidget::currentRowChanged, this, &RelaySettingsPanel::onShown);
    loadBasics();
    m_list->setCurrentRow(0);
}

void RelaySettingsPanel::addPart(RelaySection section, const QString &name, const QString &sentence,
                                 SettingsSection *view)
{
    m_parts.push_back({section, sentence, view});
    m_list->addItem(name);
    if (!view)
        return;
    m_stack->addWidget(view);
    connect(view, &SettingsSection::edited, this, [this, view] { onEdited(view); });
}

void RelaySettingsPanel::addBasics()
{
    auto *scrolled = new QWidget;
    auto *layout = new QVBoxLayout(scrolled);
    layout->setContentsMargins(0, 0, gap::kSmall, 0);
    layout->addWidget(m_basics);
    layout->addStretch();
    QWidget *area = inScrollArea(scrolled);
    area->setFocusPolicy(Qt::NoFocus); // its fields scroll it
    m_stack->addWidget(area);
    addPart(RelaySection::Basics, tr("Basics"),
            tr("Where devices find the relay, who may send, where mail goes: most sites need no more."), nullptr);
    connect(m_basics, &RelayForm::edited, this, [this] {
        collectBasics();
        mark();
        Q_EMIT edited();
    });
}

void RelaySettingsPanel::addRowParts(Vault &vault)
{
    m_listeners = new RowsSection({.section = RelaySection::Listeners,
                                   .add = tr("Add a listener"),
                                   .name = tr("Listeners of the relay"),
                                   .nothing = tr("Choose a listener to change it."),
                                   .rows = &listenersIn,
                                   .put = &putListeners,
                                   .describe = &describeListener,
                                   .fresh = [] { return SettingsRow{}; },
                                   .least = 1,
                                   .first = QStringLiteral("listen")},
                                  new ListenerForm(vault));
    addPart(RelaySection::Listeners, tr("Listeners"),
            tr("Every address on which devices find the relay. The first one is that of the basics."), m_listeners);

    auto *hostForm = new SmartHostForm(vault);
    m_hostForm = hostForm;
    m_waysOut = new RowsSection({.section = RelaySection::WaysOut,
                                 .add = tr("Add a smart host"),
                                 .name = tr("Smart hosts of the relay"),
                                 .nothing = tr("Choose a smart host to change it."),
                                 .rows = &hostsIn,
                                 .put = &putHosts,
                                 .describe = &describeHost,
                                 .fresh = [] { return SettingsRow{}; },
                                 .least = 1,
                                 .first = QStringLiteral("server"),
                                 .makesWays = true},
                                hostForm);
    connect(m_waysOut, &RowsSection::shown, hostForm,
            [hostForm](const QJsonObject &settings) { hostForm->setRoutes(routesIn(settings)); });
    connect(m_waysOut, &RowsSection::wayRenamed, this, [this](const QString &from, const QString &to) {
        renameWay(m_settings, from, to);
        Q_EMIT wayRenamed(from, to);
    });
    addPart(RelaySection::WaysOut, tr("Ways out"),
            tr("The first smart host of a way that works takes the mail; the others stand in for it. Devices take the "
               "default way, or the one that their row names."),
            m_waysOut);

    auto *signingForm = new SigningForm(vault);
    m_signings = new RowsSection({.section = RelaySection::Signing,
                                  .add = tr("Add a domain"),
                                  .name = tr("Domains whose mail is signed"),
                                  .nothing = tr("No mail is signed yet. Add a domain to make a key and see the record "
                                                "to publish."),
                                  .rows = &signingsIn,
                                  .put = &putSignings,
                                  .describe = &describeSigning,
                                  .fresh = [] { return SettingsRow{}; },
                                  .least = 0,
                                  .first = QStringLiteral("domain")},
                                 signingForm);
    connect(m_signings, &RowsSection::shown, signingForm,
            [signingForm](const QJsonObject &settings) { signingForm->setRoutes(routesIn(settings)); });
    addPart(RelaySection::Signing, tr("Signing (DKIM)"),
            tr("Signs the mail of your own domains as it leaves, for direct send and connectors. Receivers find the "
               "public key in your DNS."),
            m_signings);
}

void RelaySettingsPanel::addFormParts()
{
    addPart(RelaySection::Keeping, tr("Limits and storage"),
            tr("How much is taken, how long it is tried, and what is remembered. An empty answer means what stands in "
               "grey."),
            new MemberSection(RelaySection::Keeping, new KeepingForm));
    addPart(RelaySection::Telling, tr("Log and metrics"),
            tr("For other programs that watch the relay; this window needs none of it."),
            new MemberSection(RelaySection::Telling, new TellingForm));
    addPart(RelaySection::Alerts, tr("Alerts"),
            tr("When something needs a person, the tray says so. Here a mail can say it too, and what counts can be "
               "changed."),
            new MemberSection(RelaySection::Alerts, new AlertForm, QStringLiteral("alerts")));
}

void RelaySettingsPanel::onShown(int part)
{
    if (part < 0)
        return;
    const Part &shown = m_parts[static_cast<std::size_t>(part)];
    collectBasics();
    if (shown.view)
        shown.view->load(m_settings);
    else
        loadBasics();
    m_sentence->setText(shown.sentence);
    m_stack->setCurrentIndex(part);
    mark();
}

void RelaySettingsPanel::onEdited(SettingsSection *view)
{
    collectBasics();
    m_settings = view->saved(m_settings);
    loadBasics();
    mark();
    Q_EMIT edited();
}

void RelaySettingsPanel::loadBasics()
{
    m_basics->setDraft(draftOf(m_settings));
    m_shownBasics = m_basics->draft();
}

void RelaySettingsPanel::collectBasics()
{
    const RelayDraft draft = m_basics->draft();
    if (draft == m_shownBasics)
        return;
    m_settings = withBasics(m_settings, draft);
    m_shownBasics = draft;
}

void RelaySettingsPanel::setSettings(const QJsonObject &settings)
{
    m_settings = settings;
    loadBasics();
    onShown(m_list->currentRow());
}

void RelaySettingsPanel::setBasics(const RelayDraft &draft)
{
    m_basics->setDraft(draft);
    collectBasics();
    showSection(RelaySection::Basics);
}

QJsonObject RelaySettingsPanel::settings()
{
    collectBasics();
    return m_settings;
}

int RelaySettingsPanel::indexOf(RelaySection section) const
{
    const auto found = std::ranges::find(m_parts, section, &Part::section);
    return found == m_parts.end() ? 0 : static_cast<int>(found - m_parts.begin());
}

void RelaySettingsPanel::showSection(RelaySection section)
{
    m_list->setCurrentRow(indexOf(section));
}

void RelaySettingsPanel::reveal(const SettingsProblem &problem)
{
    showSection(problem.section);
    SettingsSection *view = m_parts[static_cast<std::size_t>(indexOf(problem.section))].view;
    if (view) {
        view->load(m_settings); // also the order of its rows is that of the file now
        view->reveal(problem);
    } else {
        m_basics->showProblems(
            {{problem.field == QLatin1String("listen") ? QStringLiteral("listenAddress") : problem.field,
              problem.sentence}});
        m_basics->revealProblem();
    }
    mark();
}

void RelaySettingsPanel::mark()
{
    for (int i = 0; i < m_list->count(); ++i) {
        const SettingsSection *view = m_parts[static_cast<std::size_t>(i)].view;
        const bool wrong = view ? view->isWrong() : !check(m_basics->draft()).empty();
        QListWidgetItem *item = m_list->item(i);
        item->setData(SymbolRole, wrong ? QStringLiteral("\u2715") : QString());
        item->setData(ToneRole, static_cast<int>(Tone::Wrong));
        item->setData(Qt::AccessibleTextRole,
                      wrong ? tr("%1: an answer cannot be taken yet").arg(item->text()) : item->text());
    }
}

void RelaySettingsPanel::setTokenAccounts(const AccountBook &accounts)
{
    m_basics->setTokenAccounts(accounts);
    m_hostForm->setTokenAccounts(accounts);
}

} // namespace relaywright
