// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SeriesDetails.h"

#include "core/session/TestRecord.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/Workspace.h"
#include "ui/widgets/Labels.h"

#include <QListWidget>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

SeriesDetails::SeriesDetails(Services &services, QWidget *parent)
    : Card(parent), m_services(services), m_name(new TextLabel({}, FontRole::Heading)), m_sentence(new TextLabel({})),
      m_way(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)),
      m_historyTitle(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)), m_history(new QListWidget)
{
    m_history->setAccessibleName(tr("Earlier tests of this sender"));
    m_history->setMinimumHeight(100);
    setMinimumWidth(220);
    body()->setSpacing(gap::kSmall);
    body()->addWidget(m_name);
    body()->addWidget(m_sentence);
    body()->addWidget(m_way);
    body()->addWidget(m_historyTitle);
    body()->addWidget(m_history, 1);
    body()->addStretch();
    connect(m_history, &QListWidget::itemActivated, this, &SeriesDetails::open);
    showSender({});
}

SeriesDetails::~SeriesDetails() = default;

void SeriesDetails::showSender(const Selected &sender)
{
    m_name->setText(sender.name);
    m_name->setVisible(!sender.name.isEmpty());
    m_sentence->setText(sender.id.isEmpty()         ? tr("Select a sender: what came of its tests stands here.")
                        : sender.sentence.isEmpty() ? tr("It was not tested in this run.")
                                                    : sender.sentence);
    m_way->setText(tr("It sends as %1 to %2.").arg(sender.address, sender.server));
    m_way->setVisible(!sender.address.isEmpty() && !sender.server.isEmpty());
    if (sender.id == m_sender && !sender.id.isEmpty())
        return; // its list stays as it was scrolled
    m_sender = sender.id;
    fillHistory();
}

void SeriesDetails::fillHistory()
{
    m_history->clear();
    m_history->hide();
    m_historyTitle->setVisible(!m_sender.isEmpty());
    if (m_sender.isEmpty())
        return;
    for (const QDateTime &when : m_services.testHistory.moments(m_services.workspace.historyKey(), m_sender)) {
        auto *item = new QListWidgetItem(QLocale().toString(when.toLocalTime(), QLocale::ShortFormat), m_history);
        item->setData(Qt::UserRole, when);
    }
    m_history->setVisible(m_history->count() > 0);
    m_historyTitle->setText(m_history->count() > 0 ? tr("Earlier tests; Enter opens one")
                                                   : tr("No earlier test of it is kept yet."));
    m_worker.run(
        this,
        [history = m_services.testHistory, site = m_services.workspace.historyKey(), sender = m_sender] {
            return history.keptOf(site, sender);
        },
        [this, sender = m_sender](const std::vector<KeptTest> &tests) {
            if (sender == m_sender)
                showEnds(tests);
        });
}

void SeriesDetails::showEnds(const std::vector<KeptTest> &tests)
{
    for (int row = 0; row < m_history->count(); ++row) {
        QListWidgetItem *item = m_history->item(row);
        const auto test = std::ranges::find(tests, item->data(Qt::UserRole).toDateTime(), &KeptTest::when);
        if (test != tests.end())
            item->setText(tr("%1, %2", "when, how it ended")
                              .arg(QLocale().toString(test->when.toLocalTime(), QLocale::ShortFormat), test->end));
    }
}

void SeriesDetails::open(const QListWidgetItem *item)
{
    m_worker.run(
        this,
        [history = m_services.testHistory, site = m_services.workspace.historyKey(), sender = m_sender,
         when = item->data(Qt::UserRole).toDateTime()] { return history.record(site, sender, when); },
        [this](const Result<TestRecord> &record) {
            if (record)
                Q_EMIT recordChosen(*record);
            else
                Q_EMIT failed(record.error().detail);
        });
}

} // namespace relaywright
