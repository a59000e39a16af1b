// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TranscriptPanel.h"

#include "ui/text/SiteText.h"
#include "ui/views/FindBar.h"
#include "ui/views/TranscriptView.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Labels.h"

#include <QAction>
#include <QComboBox>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

TranscriptPanel::TranscriptPanel(TranscriptModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_view(new TranscriptView(model)), m_find(new FindBar(model, *m_view)),
      m_stages(new QComboBox), m_progress(new QProgressBar), m_take(new QPushButton(tr("Save and copy"))),
      m_dropped(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted))
{
    m_stages->setAccessibleName(tr("Stages that are shown"));
    m_stages->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_progress->setAccessibleName(tr("Part of the message that was sent"));
    m_progress->setObjectName(QStringLiteral("sending"));
    m_progress->setRange(0, 1000);
    m_progress->setMinimumWidth(60);
    m_progress->hide();
    m_dropped->hide();
    auto *find = new QToolButton;
    find->setIcon(lineIcon(QStringLiteral("search"), palette()));
    find->setFocusPolicy(Qt::StrongFocus);
    find->setAccessibleName(tr("Find in the conversation (Ctrl+F)"));
    find->setToolTip(tr("Find in the conversation (Ctrl+F)"));
    auto *bar = new QHBoxLayout;
    bar->setSpacing(gap::kSmall);
    auto *heading = new TextLabel(tr("Conversation"), FontRole::Heading);
    heading->setWordWrap(false);
    bar->addWidget(heading);
    bar->addWidget(m_progress, 1);
    bar->addStretch(1);
    bar->addWidget(m_stages);
    bar->addWidget(find);
    bar->addWidget(m_take);
    auto *parts = new QSplitter(Qt::Vertical);
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_view);
    parts->addWidget(makeMessageCard());
    parts->setStretchFactor(0, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(bar);
    layout->addWidget(m_find);
    layout->addWidget(parts, 1);
    layout->addWidget(m_dropped);

    auto *open = new QAction(this);
    open->setShortcut(QKeySequence::Find);
    open->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(open);
    connect(open, &QAction::triggered, m_find, &FindBar::open);
    connect(find, &QToolButton::clicked, m_find, &FindBar::open);
    connect(m_view, &TranscriptView::findRequested, m_find, &FindBar::open);
    connect(m_view, &TranscriptView::messageRequested, this, &TranscriptPanel::messageRequested);
    connect(m_view, &TranscriptView::testAgainRequested, this, &TranscriptPanel::testAgainRequested);
    connect(m_stages, &QComboBox::activated, this, [this] {
        const QVariant stage = m_stages->currentData();
        m_model.setStages(stage.isValid() ? std::set{static_cast<Stage>(stage.toInt())} : std::set<Stage>());
    });
    connect(&model, &QAbstractItemModel::rowsInserted, this, &TranscriptPanel::fillStages);
    connect(&model, &QAbstractItemModel::modelReset, this, &TranscriptPanel::fillStages);
    fillStages();
}

QWidget *TranscriptPanel::makeMessageCard()
{
    auto *card = new Card;
    m_messageTitle = new TextLabel({}, FontRole::Strong);
    m_messageText = new QPlainTextEdit;
    m_messageText->setReadOnly(true);
    m_messageText->setFont(fontFor(FontRole::Fixed));
    m_messageText->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_messageText->setAccessibleName(tr("The message as it was sent"));
    auto *done = new QToolButton;
    done->setIcon(lineIcon(QStringLiteral("close"), palette()));
    done->setAutoRaise(true);
    done->setFocusPolicy(Qt::StrongFocus);
    done->setAccessibleName(tr("Close the message"));
    done->setToolTip(tr("Close the message"));
    auto *save = new QPushButton(tr("Save the whole message…"));
    save->setIcon(lineIcon(QStringLiteral("save"), palette()));
    connect(save, &QPushButton::clicked, this, &TranscriptPanel::messageSaveRequested);
    auto *top = new QHBoxLayout;
    top->addWidget(m_messageTitle, 1);
    top->addWidget(save, 0, Qt::AlignTop);
    top->addWidget(done, 0, Qt::AlignTop);
    card->body()->setSpacing(gap::kSmall);
    card->body()->addLayout(top);
    card->body()->addWidget(m_messageText, 1);
    connect(done, &QToolButton::clicked, this, &TranscriptPanel::hideMessage);
    m_messageCard = card;
    card->hide();
    return card;
}

void TranscriptPanel::fillStages()
{
    const std::vector<Stage> seen = m_model.stagesSeen();
    if (m_stages->count() != static_cast<int>(seen.size()) + 1) {
        m_stages->clear();
        m_stages->addItem(tr("All stages"));
        for (const Stage stage : seen)
            m_stages->addItem(stageName(stage), static_cast<int>(stage));
    }
    const auto &shown = m_model.stages();
    m_stages->setCurrentIndex(shown.empty() ? 0 : std::max(0, m_stages->findData(static_cast<int>(*shown.begin()))));
    m_stages->setEnabled(!seen.empty());
    m_dropped->setVisible(m_model.dropped() > 0);
    if (m_model.dropped() > 0)
        m_dropped->setText(
            tr("%n more line(s) came than are kept here.", nullptr, static_cast<int>(m_model.dropped())));
}

void TranscriptPanel::setProgress(qint64 sent, qint64 total)
{
    m_progress->setVisible(sent < total);
    if (total <= 0)
        return;
    m_progress->setValue(static_cast<int>(sent * 1000 / total));
    m_progress->setFormat(tr("%1 of %2")
                              .arg(QLocale().formattedDataSize(sent, 1, QLocale::DataSizeSIFormat),
                                   QLocale().formattedDataSize(total, 1, QLocale::DataSizeSIFormat)));
}

void TranscriptPanel::showMessage(const QByteArray &head, quint64 octets)
{
    const QLocale locale;
    const auto size = [&locale](qint64 bytes) { return locale.formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); };
    m_messageTitle->setText(
        static_cast<quint64>(head.size()) < octets
            ? tr("The message: the first %1 of %2").arg(size(head.size()), size(static_cast<qint64>(octets)))
            : tr("The message, %1").arg(size(static_cast<qint64>(octets))));
    m_messageText->setPlainText(QString::fromUtf8(head).remove(u'\r'));
    m_messageCard->show();
    m_messageText->setFocus();
}

void TranscriptPanel::hideMessage()
{
    m_messageCard->hide();
    m_view->setFocus();
}

bool TranscriptPanel::isMessageShown() const
{
    return !m_messageCard->isHidden();
}

} // namespace relaywright
