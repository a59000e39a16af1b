// SPDX-License-Identifier: GPL-3.0-or-later
// How the relay page is laid out; what it does is in RelayPage.cpp.
#include "core/relay/Control.h"
#include "ui/engine/RelayHost.h"
#include "ui/forms/RelayForm.h"
#include "ui/pages/RelayPage.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/HistoryPanel.h"
#include "ui/views/QueuePanel.h"
#include "ui/views/RelayOverview.h"
#include "ui/views/RelaySettingsPanel.h"
#include "ui/views/SourcePanel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/ToggleSwitch.h"

#include <QJsonObject>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace relaywright {

void RelayPage::build()
{
    auto *fill = addAction(tr("Fill in"), {});
    fill->setMenu(m_menu);
    fill->setAccessibleDescription(tr("Takes the relay settings of the plan, or those of the practice server."));
    m_menu->addAction(tr("From the plan"), this, &RelayPage::fillFromPlan);
    m_menu->addAction(tr("Use the practice server"), this, &RelayPage::fillFromPractice);
    connect(m_menu, &QMenu::aboutToShow, this, &RelayPage::showSettings);
    body()->addWidget(makeStateCard());
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(inScrollArea(m_overview), tr("Overview"));
    m_tabs->addTab(m_queue, tr("Queue"));
    m_tabs->addTab(m_history, tr("History"));
    m_tabs->addTab(m_sources, tr("Who sends"));
    m_tabs->addTab(m_devices, tr("Devices"));
    m_tabs->addTab(m_settings, tr("Settings"));
    m_tabs->setCurrentWidget(m_services.relay.state() == RelayHost::State::Off ? m_settings : m_tabs->widget(0));
    m_applyRow = makeApplyRow();
    const auto showApply = [this] {
        m_applyRow->setVisible(m_tabs->currentWidget() == m_devices || m_tabs->currentWidget() == m_settings);
    };
    connect(m_tabs, &QTabWidget::currentChanged, this, [this, showApply] {
        showApply();
        showCounters();
        if (m_tabs->currentWidget() == m_history)
            m_history->search();
        poll();
    });
    body()->addWidget(m_tabs, 1);
    body()->addWidget(m_applyRow);
    showApply();
}

QWidget *RelayPage::makeStateCard()
{
    m_switch->setAccessibleName(tr("Relay on or off"));
    m_copy = new QPushButton(tr("Copy"));
    m_copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    m_copy->setAccessibleName(tr("Copy the sentence about the relay"));
    m_pause = new QPushButton(tr("Pause delivery"));
    m_pause->setIcon(lineIcon(QStringLiteral("pause"), palette()));
    connect(m_copy, &QPushButton::clicked, this, [this] { copyToClipboard(m_state->text()); });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        const auto &status = m_services.relay.status();
        const bool paused = status && status->condition == RelayCondition::Paused;
        m_services.relay.control().request(paused ? QStringLiteral("resume") : QStringLiteral("pause"), {}, this,
                                           [this](const Result<QJsonObject> &done) {
                                               if (!done)
                                                   message()->show(Tone::Wrong, done.error().detail);
                                           });
    });

    auto *card = new Card;
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kMedium);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_state);
    words->addWidget(m_note);
    row->addWidget(m_switch, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_copy, 0, Qt::AlignTop);
    row->addWidget(m_pause, 0, Qt::AlignTop);
    card->body()->addLayout(row);
    m_counterRow = new QWidget;
    auto *counters = new QHBoxLayout(m_counterRow);
    counters->setContentsMargins(0, 0, 0, 0);
    counters->setSpacing(gap::kPage);
    for (const QString &word :
         {tr("accepted"), tr("delivered"), tr("waiting"), tr("held"), tr("bounced"), tr("refused")}) {
        Counter counter{new TextLabel(QStringLiteral("\u2013"), FontRole::Heading),
                        new TextLabel(word, FontRole::Small, TextLabel::Color::Muted)};
        counter.number->setAccessibleName(word);
        auto *column = new QVBoxLayout;
        column->setSpacing(0);
        column->addWidget(counter.number);
        column->addWidget(counter.word);
        counters->addLayout(column);
        m_counters.push_back(counter);
    }
    counters->addStretch();
    card->body()->addWidget(m_counterRow);
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    return card;
}

QWidget *RelayPage::makeApplyRow()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_apply = new QPushButton(tr("Start the relay"));
    m_apply->setProperty("primary", true);
    auto *test = new QPushButton(tr("Send a test through it"));
    m_discard = new QPushButton(tr("Discard the changes"));
    m_applyNote = new TextLabel({}, FontRole::Small, TextLabel::Color::Muted);
    row->addWidget(m_applyNote, 1);
    row->addWidget(m_discard);
    row->addWidget(test);
    row->addWidget(m_apply);
    connect(m_discard, &QPushButton::clicked, this, &RelayPage::discardChanges);
    connect(m_apply, &QPushButton::clicked, this, &RelayPage::startRelay);
    connect(test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(m_form->draft()); });
    return bar;
}

} // namespace relaywright
