// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ComparePanel.h"

#include "ui/engine/Workspace.h"
#include "ui/text/TestText.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

namespace {

/// What an entry of the boxes stands for; those of a kind are counted.
enum Role { KindRole = Qt::UserRole, PlaceRole };
enum Kind { OfSession = 1, Kept, File };

void addChoice(QComboBox &box, const QString &label, Kind kind, std::size_t place)
{
    box.addItem(label);
    box.setItemData(box.count() - 1, kind, KindRole);
    box.setItemData(box.count() - 1, static_cast<int>(place), PlaceRole);
}

} // namespace

ComparePanel::ComparePanel(Services &services, InlineMessage &message, QWidget *parent)
    : QWidget(parent), m_services(services), m_message(message),
      m_model(new RunCompareModel(this)), m_boxes{new QComboBox, new QComboBox},
      m_verdict(new TextLabel({}, FontRole::Strong)), m_why(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)),
      m_only(new QCheckBox(tr("Only what differs"))), m_table(new QTableView)
{
    auto *copy = new QPushButton(tr("Copy the comparison"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    auto *sides = new QHBoxLayout;
    sides->setSpacing(gap::kMedium);
    sides->addWidget(makeSide(Left, tr("Left")), 1);
    sides->addWidget(makeSide(Right, tr("Right")), 1);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_only);
    bar->addStretch();
    bar->addWidget(copy);
    auto *card = new Card;
    card->body()->setSpacing(gap::kSmall);
    card->body()->addLayout(sides);
    card->body()->addWidget(m_verdict);
    card->body()->addLayout(bar);
    m_table->setModel(m_model);
    setUpTable(*m_table, tr("Both conversations, step by step"));
    addTableKeys(*m_table, {});
    m_table->setItemDelegate(new SentenceDelegate(m_table));
    m_table->setItemDelegateForColumn(RunCompareModel::MarkColumn, new SymbolCellDelegate(m_table));
    m_table->setWordWrap(true);
    QHeaderView *header = m_table->horizontalHeader();
    header->resizeSection(RunCompareModel::MarkColumn, 120);
    header->resizeSection(RunCompareModel::StageColumn, 110);
    header->setSectionResizeMode(RunCompareModel::LeftColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(RunCompareModel::RightColumn, QHeaderView::Stretch);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(card);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_why);
    connect(m_only, &QCheckBox::toggled, m_model, &RunCompareModel::setOnlyDifferences);
    connect(copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_model->toText());
        m_message.show(Tone::Good, tr("The comparison stands on the clipboard, ready for a spreadsheet."));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ComparePanel::showWhy);
    fillBoxes();
    compare();
}

void ComparePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    readHistory();
}

QWidget *ComparePanel::makeSide(Side side, const QString &label)
{
    QComboBox *box = m_boxes[side];
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(16);
    connect(box, &QComboBox::activated, this, [this, side] { onActivated(side); });
    return new Field(label, box);
}

QString ComparePanel::labelOf(const TestRecord &record) const
{
    const QString when = QLocale().toString(toDateTime(record.startedAt).toLocalTime(), QLocale::ShortFormat);
    return tr("%1, %2, %3", "when, server, how it ended")
        .arg(when, record.request.connection.server.toString(), endWords(record));
}

void ComparePanel::add(const TestRecord &record)
{
    m_session.push_front({labelOf(record), record});
    if (m_session.size() > kMostChoices)
        m_session.pop_back();
    if (!m_chosenByHand) {
        m_chosen[Right] = m_session.front();
        m_chosen[Left] = m_session.size() > 1 ? std::optional(m_session[1]) : std::nullopt;
        compare();
    }
    fillBoxes();
}

void ComparePanel::setRecord(Side side, const TestRecord &record)
{
    m_chosen[side] = Choice{labelOf(record), record};
    m_chosenByHand = true;
    fillBoxes();
    compare();
}

void ComparePanel::fillBoxes()
{
    for (std::size_t side = 0; side < m_boxes.size(); ++side) {
        QComboBox &box = *m_boxes[side];
        box.clear();
        const auto &chosen = m_chosen[side];
        box.addItem(chosen ? chosen->label : tr("Choose a test…"));
        for (std::size_t i = 0; i < m_session.size(); ++i)
            addChoice(box, m_session[i].label, OfSession, i);
        addHistory(box);
        addChoice(box, tr("Open a saved test…"), File, 0);
    }
}

/// Those of this window stand above already.
void ComparePanel::addHistory(QComboBox &box) const
{
    const auto isAbove = [this](const KeptTest &test) {
        return std::ranges::any_of(m_session, [&test](const Choice &choice) {
            return choice.record.request.senderId == test.senderId && toDateTime(choice.record.startedAt) == test.when;
        });
    };
    if (m_kept.empty())
        return;
    box.insertSeparator(box.count());
    for (std::size_t i = 0; i < m_kept.size(); ++i) {
        if (!isAbove(m_kept[i]))
            addChoice(box, labelOf(m_kept[i]), Kept, i);
    }
    box.insertSeparator(box.count());
}

QString ComparePanel::labelOf(const KeptTest &test) const
{
    const QString when = QLocale().toString(test.when.toLocalTime(), QLocale::ShortFormat);
    if (test.senderId.isEmpty())
        return tr("Kept: %1, %2, %3", "when, server, how it ended").arg(when, test.server, test.end);
    const auto &senders = m_services.workspace.site().senders;
    const auto sender = std::ranges::find(senders, test.senderId, &Sender::id);
    return tr("Kept: %1, %2, %3", "when, sender, how it ended")
        .arg(when, sender == senders.end() ? test.senderId : sender->name, test.end);
}

void ComparePanel::readHistory()
{
    m_worker.run(
        this,
        [history = m_services.testHistory, site = m_services.workspace.historyKey()] {
            return history.newest(site, kMostKept);
        },
        [this](std::vector<KeptTest> tests) {
            m_kept = std::move(tests);
            fillBoxes();
        });
}

void ComparePanel::onActivated(Side side)
{
    const int kind = m_boxes[side]->currentData(KindRole).toInt();
    const auto place = static_cast<std::size_t>(m_boxes[side]->currentData(PlaceRole).toInt());
    m_boxes[side]->setCurrentIndex(0); // the first entry says what is chosen
    if (kind == OfSession) {
        const TestRecord record = m_session[place].record;
        setRecord(side, record);
    } else if (kind == Kept) {
        m_worker.run(
            this,
            [history = m_services.testHistory, site = m_services.workspace.historyKey(), test = m_kept[place]] {
                return history.record(site, test.senderId, test.when);
            },
            [this, side](const Result<TestRecord> &record) { take(side, record); });
    } else if (kind == File) {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open a saved test"), {}, tr("Tests (*.json)"));
        if (!path.isEmpty())
            openFile(side, path);
    }
}

void ComparePanel::openFile(Side side, const QString &path)
{
    m_worker.run(
        this, [path] { return readRecordFile(path); },
        [this, side](const Result<TestRecord> &record) { take(side, record); });
}

void ComparePanel::take(Side side, const Result<TestRecord> &record)
{
    if (record)
        setRecord(side, *record);
    else
        m_message.show(Tone::Wrong, record.error().detail);
}

void ComparePanel::compare()
{
    const int round = ++m_round;
    if (!m_chosen[Left] || !m_chosen[Right]) {
        m_model->setComparison({});
        m_verdict->setText(tr("Choose two tests: those of this window, kept ones, or a file that somebody sent you."));
        m_why->clear();
        return;
    }
    // A hundred thousand lines take a moment.
    m_worker.run(
        this, [left = m_chosen[Left]->record, right = m_chosen[Right]->record] { return compareRuns(left, right); },
        [this, round](const RunComparison &comparison) {
            if (round != m_round)
                return;
            m_model->setComparison(comparison);
            m_verdict->setText(comparison.verdict);
            m_why->setText(
                tr("%n difference(s). Select a step to read what it means.", nullptr, m_model->differences()));
        });
}

void ComparePanel::showWhy()
{
    const QString why = m_table->currentIndex().data(RunCompareModel::WhyRole).toString();
    if (!why.isEmpty())
        m_why->setText(why);
}

QString ComparePanel::verdict() const
{
    return m_verdict->text();
}

} // namespace relaywright
