// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/MessageDetails.h"

#include "ui/models/MessageModel.h"
#include "ui/models/TimelineModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

MessageDetails::MessageDetails(QWidget *parent)
    : QWidget(parent), m_heading(new TextLabel({}, FontRole::Strong)), m_reasons(new TextLabel({})),
      m_notKept(
          new TextLabel(tr("The relay has not kept its contents, so that it can neither be saved nor sent again: let "
                           "the device send it again. Under Settings, Limits and storage, “Keep contents for” keeps "
                           "those of messages that end from then on."),
                        FontRole::Body, TextLabel::Color::Muted)),
      m_save(new QPushButton(tr("Save as .eml…"))), m_resend(new QPushButton(tr("Send again"))),
      m_model(new TimelineModel(this)), m_table(new QTableView)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kSmall, 0, 0);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_heading, 1);
    bar->addWidget(m_save);
    bar->addWidget(m_resend);
    layout->addLayout(bar);
    layout->addWidget(m_reasons);
    layout->addWidget(m_notKept);
    setUpTable(*m_table, tr("What happened to the message"));
    m_table->setModel(m_model);
    addTableKeys(*m_table, {});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(TimelineModel::Time, 130);
    m_table->setColumnWidth(TimelineModel::Where, 150);
    layout->addWidget(m_table, 1);
    layout->addStretch(); // words stay at the top while there is no table
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT saveRequested(m_id); });
    connect(m_resend, &QPushButton::clicked, this, [this] { Q_EMIT resendRequested(m_id); });
    clear(tr("Choose a message to see its story."));
}

void MessageDetails::clear(const QString &sentence)
{
    m_id.clear();
    m_heading->setText(sentence);
    m_reasons->hide();
    m_notKept->hide();
    m_model->setLines({});
    m_table->hide();
    m_save->hide();
    m_resend->hide();
}

void MessageDetails::show(const MessageTimeline &timeline)
{
    const QueueEntry &message = timeline.message;
    if (m_id != message.id)
        m_reasons->hide();
    m_id = message.id;
    const bool finished = message.finishedAt.has_value();
    QString heading = tr("Message %1 from %2: %3").arg(message.id, message.source, queueStateWord(message.state));
    if (!message.remoteId.isEmpty())
        heading += tr("; the smart host calls it %1").arg(message.remoteId);
    m_heading->setText(heading);
    m_model->setLines(timeline.lines);
    m_table->show();
    // What is on its way needs no push.
    const bool waits = message.state == QLatin1String("held") || message.state == QLatin1String("deferred");
    m_notKept->setVisible(finished && !timeline.hasContents);
    m_save->setVisible(timeline.hasContents);
    m_resend->setVisible(waits || (finished && timeline.hasContents));
    m_resend->setToolTip(finished ? tr("Puts the message into the queue once more, for all its recipients.")
                                  : tr("Releases the message where it is held, and tries it at once."));
}

void MessageDetails::explain(const WaitExplanation &explanation)
{
    if (explanation.id != m_id)
        return;
    QStringList lines = explanation.reasons;
    for (const WaitExplanation::Change &change : explanation.changes)
        lines += tr("%1: %2").arg(change.change, change.effect);
    m_reasons->setText(lines.join(u'\n'));
    m_reasons->setVisible(!lines.isEmpty());
}

} // namespace relaywright
