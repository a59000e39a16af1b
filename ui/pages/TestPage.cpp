// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/TestPage.h"

#include "ui/engine/TestHistory.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/views/AddressPanel.h"
#include "ui/views/ComparePanel.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SeriesPanel.h"

#include <QAction>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace relaywright {

TestPage::TestPage(Services &services, QWidget *parent)
    : Page(tr("Test"), tr("Send a real message and watch the conversation as it happens."), parent),
      m_services(services), m_send(new SendPanel(services, *message())),
      m_series(new SeriesPanel(services, *message())), m_compare(new ComparePanel(services, *message())),
      m_ladder(new LadderPanel(services)), m_addresses(new AddressPanel(services, *message())), m_tabs(new QTabWidget),
      m_action(nullptr), m_practice(nullptr), m_checkOnly(nullptr)
{
    setHelp(tr(
        "Ctrl+Enter starts what is in front, Esc stops it at any stage. Passwords go to the keychain and are shown as "
        "dots everywhere, also in the conversation. In the conversation Ctrl+F finds, Ctrl+C copies the selected "
        "lines, and Enter opens a stage or the message."));
    build();
    connectParts();
    refreshAction();
}

TestPage::~TestPage() = default;

void TestPage::build()
{
    m_action = addPrimaryAction(tr("Send"));
    m_practice = addAction(tr("Use the practice server"), QStringLiteral("practice"));
    m_practice->setAccessibleDescription(tr("Starts it when it does not run, and fills in its settings."));
    connect(m_practice, &QPushButton::clicked, this, &TestPage::fillFromPractice);
    m_checkOnly = addAction(tr("Check only"), QStringLiteral("check"));
    m_checkOnly->setAccessibleDescription(
        tr("Says what a receiver would dislike about the message, without sending it."));
    connect(m_checkOnly, &QPushButton::clicked, m_send, &SendPanel::checkOnly);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_send, tr("One message"));
    m_tabs->addTab(m_series, tr("All senders"));
    m_tabs->addTab(m_compare, tr("Compare"));
    m_tabs->addTab(m_ladder, tr("Way to the server"));
    m_tabs->addTab(m_addresses, tr("Addresses"));
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        m_tabs->widget(tab)->layout()->setContentsMargins(0, gap::kMedium, 0, 0);
    body()->addWidget(m_tabs, 1);
    for (const QKeySequence &keys : {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)}) {
        auto *action = new QAction(this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        QWidget::addAction(action);
        connect(action, &QAction::triggered, this, &TestPage::send);
    }
    auto *escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QWidget::addAction(escape);
    connect(escape, &QAction::triggered, this, &TestPage::cancel);
}

void TestPage::connectParts()
{
    connect(m_action, &QPushButton::clicked, this, [this] { isFrontRunning() ? cancel() : send(); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int tab) {
        message()->clear();
        if (tab == AllSenders)
            m_series->refreshSite();
        if (tab == Addresses)
            m_addresses->refreshSite();
        if (tab == Ladder)
            m_ladder->take(m_send->form().draft(), m_send->form().password().typed());
        refreshAction();
    });
    connect(m_send, &SendPanel::runningChanged, this, &TestPage::refreshAction);
    connect(m_series, &SeriesPanel::runningChanged, this, &TestPage::refreshAction);
    connect(m_ladder, &LadderPanel::runningChanged, this, &TestPage::refreshAction);
    connect(m_ladder, &LadderPanel::climbEnded, m_send, &SendPanel::setLadder);
    connect(m_ladder, &LadderPanel::climbEnded, m_series, &SeriesPanel::setLadder);
    connect(m_addresses, &AddressPanel::runningChanged, this, &TestPage::refreshAction);
    connect(m_send, &SendPanel::runFinished, this, &TestPage::runFinished);
    connect(m_send, &SendPanel::recorded, this, [this](const TestRecord &record) {
        m_compare->add(record);
        keep(record);
    });
    connect(m_send, &SendPanel::compareRequested, this, [this] { showTab(Comparison); });
    connect(m_send, &SendPanel::mendRequested, this, &TestPage::mendRequested);
    connect(m_send, &SendPanel::accountsRequested, this, &TestPage::accountsRequested);
    connect(m_series, &SeriesPanel::recorded, this, &TestPage::keep);
    connect(m_series, &SeriesPanel::recordChosen, this, [this](const TestRecord &record) {
        showTab(OneMessage);
        m_send->showRecord(record);
    });
}

void TestPage::keep(const TestRecord &record)
{
    m_worker.run(
        this,
        [history = m_services.testHistory, site = m_services.workspace.historyKey(), record] {
            return history.keep(site, record);
        },
        [this](const Result<void> &kept) {
            if (!kept)
                message()->show(Tone::Attention, kept.error().detail);
        });
}

void TestPage::prepare()
{
    m_send->refreshSite();
    if (m_tabs->currentIndex() == AllSenders)
        m_series->refreshSite();
    if (m_tabs->currentIndex() == Addresses)
        m_addresses->refreshSite();
}

void TestPage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

bool TestPage::isFrontRunning() const
{
    switch (static_cast<Tab>(m_tabs->currentIndex())) {
    case OneMessage: return m_send->isRunning();
    case AllSenders: return m_series->isRunning();
    case Ladder: return m_ladder->isRunning();
    case Addresses: return m_addresses->isRunning();
    case Comparison: return false;
    }
    Q_UNREACHABLE();
}

bool TestPage::isRunning() const
{
    return m_send->isRunning() || m_series->isRunning() || m_ladder->isRunning() || m_addresses->isRunning();
}

void TestPage::refreshAction()
{
    const bool running = isFrontRunning();
    const int tab = m_tabs->currentIndex();
    const QString start = tab == AllSenders  ? tr("Start the series")
                          : tab == Ladder    ? tr("Climb the ladder")
                          : tab == Addresses ? tr("Ask for the addresses")
                                             : tr("Send");
    m_action->setText(running ? tr("Cancel") : start);
    m_action->setToolTip(running ? tr("Esc") : tr("Ctrl+Enter"));
    m_action->setVisible(tab != Comparison);
    m_practice->setVisible(tab == OneMessage);
    m_checkOnly->setVisible(tab == OneMessage);
    m_checkOnly->setEnabled(!running);
}

void TestPage::send()
{
    switch (static_cast<Tab>(m_tabs->currentIndex())) {
    case OneMessage: return m_send->send();
    case AllSenders: return m_series->start();
    case Ladder: return m_ladder->start();
    case Addresses: return m_addresses->start();
    case Comparison: return;
    }
}

void TestPage::cancel()
{
    switch (static_cast<Tab>(m_tabs->currentIndex())) {
    case OneMessage: return m_send->cancel();
    case AllSenders: return m_series->cancel();
    case Ladder: return m_ladder->cancel();
    case Addresses: return m_addresses->cancel();
    case Comparison: return;
    }
}

TestForm &TestPage::form() const
{
    return m_send->form();
}

TranscriptModel &TestPage::transcript() const
{
    return m_send->transcript();
}

QString TestPage::verdictSentence() const
{
    return m_send->verdictSentence();
}

void TestPage::fillFromSender(const QString &senderId)
{
    showTab(OneMessage);
    m_send->refreshSite();
    m_send->fillFromSender(senderId);
}

void TestPage::fillFromPractice()
{
    showTab(OneMessage);
    m_send->fillFromPractice();
}

} // namespace relaywright
