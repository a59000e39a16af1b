// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ImportPanel.h"

#include "ui/models/SenderModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

enum MappingColumn { Heading, Values, TakenAs, MappingColumns };
constexpr std::size_t kPreviewRows = 50;
constexpr std::size_t kExampleRows = 3;
constexpr qint64 kMostOctets = 64ll << 20;

/// A few of the column's cells, so that a person knows which one it is.
QString examples(const InventoryTable &table, qsizetype column)
{
    QStringList cells;
    for (const InventoryRow &row : table.rows) {
        const QString cell = row.cells.value(column).simplified();
        if (!cell.isEmpty() && !cells.contains(cell))
            cells += cell;
        if (static_cast<std::size_t>(cells.size()) == kExampleRows)
            break;
    }
    return cells.join(QStringLiteral(" · "));
}

QTableWidgetItem *fixedItem(const QString &text)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setToolTip(text);
    return item;
}

} // namespace

ImportPanel::ImportPanel(QWidget *parent)
    : QWidget(parent), m_message(new InlineMessage), m_stack(new QStackedWidget), m_paste(new QPlainTextEdit),
      m_source(new TextLabel({})), m_columns(new QTableWidget), m_headings(new QCheckBox),
      m_leaveOut(new QCheckBox), m_understood(new TextLabel({}, FontRole::Heading)), m_preview(new SenderModel(this)),
      m_previewTable(new QTableView), m_remarksHeading(new TextLabel({}, FontRole::Heading)),
      m_remarks(new QPlainTextEdit), m_copyRemarks(new QPushButton(tr("Copy the list"))), m_import(new QPushButton(tr("Import")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(m_message);
    m_stack->addWidget(makeSource());
    m_stack->addWidget(makeMapping());
    layout->addWidget(m_stack, 1);
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ImportPanel::cancelled);
}

QWidget *ImportPanel::makeSource()
{
    auto *card = new Card;
    card->body()->addWidget(new TextLabel(tr("Bring an inventory"), FontRole::Heading));
    card->body()->addWidget(
        new TextLabel(tr("One line for each device or application, with the names of the columns in the first line if there "
                         "are any. Only the name is needed; every other answer can come later."),
                      FontRole::Body, TextLabel::Color::Muted));
    auto *file = new QPushButton(tr("Choose a CSV file…"));
    file->setProperty("primary", true);
    connect(file, &QPushButton::clicked, this, &ImportPanel::chooseFile);
    card->body()->addWidget(file, 0, Qt::AlignLeft);
    card->body()->addWidget(new TextLabel(tr("Or copy the cells in a spreadsheet and paste them here:")));
    m_paste->setPlaceholderText(tr("Name;Sends as;Newest TLS\nScanner, ground floor;scanner@contoso.com;TLS 1.2"));
    m_paste->setAccessibleName(tr("Rows of a spreadsheet"));
    m_paste->setFont(fontFor(FontRole::Fixed));
    m_paste->setTabChangesFocus(true);
    m_paste->setLineWrapMode(QPlainTextEdit::NoWrap);
    card->body()->addWidget(m_paste, 1);
    auto *row = new QHBoxLayout;
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *next = new QPushButton(tr("Read these rows"));
    next->setEnabled(false);
    connect(m_paste, &QPlainTextEdit::textChanged, next,
            [this, next] { next->setEnabled(!m_paste->document()->isEmpty()); });
    connect(cancel, &QPushButton::clicked, this, &ImportPanel::cancelled);
    connect(next, &QPushButton::clicked, this, [this] { readText(m_paste->toPlainText()); });
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(next);
    card->body()->addLayout(row);
    return card;
}

QWidget *ImportPanel::makeMapping()
{
    m_columns->setColumnCount(MappingColumns);
    m_columns->setHorizontalHeaderLabels({tr("Column"), tr("First values"), tr("Is taken as")});
    setUpTable(*m_columns, tr("The columns of the inventory"));
    m_columns->verticalHeader()->setDefaultSectionSize(m_columns->fontMetrics().height() + gap::kPage);
    m_columns->setSelectionMode(QAbstractItemView::SingleSelection);
    m_columns->horizontalHeader()->setSectionResizeMode(Heading, QHeaderView::Stretch);
    m_columns->horizontalHeader()->setSectionResizeMode(Values, QHeaderView::Stretch);
    m_columns->horizontalHeader()->setSectionResizeMode(TakenAs, QHeaderView::Fixed);
    m_columns->setColumnWidth(TakenAs, 170);
    auto *left = new QWidget;
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->addWidget(new TextLabel(tr("What each column says"), FontRole::Heading));
    leftLayout->addWidget(m_columns, 1);

    setUpTable(*m_previewTable, tr("What was understood"));
    m_previewTable->setModel(m_preview);
    m_previewTable->setEditTriggers(QAbstractItemView::NoEditTriggers);
    addTableKeys(*m_previewTable, {});
    m_remarks->setReadOnly(true);
    m_remarks->setAccessibleName(tr("Lines with a remark"));
    m_remarks->setMaximumHeight(150);
    m_copyRemarks->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    connect(m_copyRemarks, &QPushButton::clicked, this, [this] { copyToClipboard(m_remarks->toPlainText()); });
    auto *right = new QWidget;
    auto *rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->addWidget(m_understood);
    rightLayout->addWidget(m_previewTable, 1);
    auto *remarksRow = new QHBoxLayout;
    remarksRow->addWidget(m_remarksHeading, 1);
    remarksRow->addWidget(m_copyRemarks);
    rightLayout->addLayout(remarksRow);
    rightLayout->addWidget(m_remarks);

    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(right);
    splitter->setSizes({400, 520});
    m_headings->setText(tr("The first line holds the names of the columns"));
    m_leaveOut->setText(tr("Leave out what is there already"));
    connect(m_headings, &QCheckBox::clicked, this, [this](bool on) { setDraft(withHeadings(*m_draft, on)); });
    connect(m_leaveOut, &QCheckBox::clicked, this, [this](bool on) {
        m_draft->duplicates = on ? Duplicates::LeaveOut : Duplicates::Keep;
        readAgain();
    });
    auto *other = new QPushButton(tr("Another file…"));
    connect(other, &QPushButton::clicked, this, [this] { begin(m_site); });
    auto *top = new QHBoxLayout;
    top->addWidget(m_source, 1);
    top->addWidget(other);
    auto *cancel = new QPushButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &ImportPanel::cancelled);
    m_import->setProperty("primary", true);
    connect(m_import, &QPushButton::clicked, this, [this] {
        if (m_inventory)
            Q_EMIT importRequested(*m_inventory);
    });
    auto *choices = new QVBoxLayout;
    choices->setSpacing(gap::kTiny);
    choices->addWidget(m_headings);
    choices->addWidget(m_leaveOut);
    auto *bottom = new QHBoxLayout;
    bottom->addLayout(choices, 1);
    bottom->addWidget(cancel);
    bottom->addWidget(m_import);
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addLayout(top);
    layout->addWidget(splitter, 1);
    layout->addLayout(bottom);
    return holder;
}

void ImportPanel::begin(const Site &site)
{
    m_site = site;
    m_draft.reset();
    m_inventory.reset();
    m_paste->clear();
    m_message->clear();
    m_stack->setCurrentIndex(0);
    m_paste->setFocus();
}

void ImportPanel::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose an inventory"), QString(),
                                                      tr("Inventories (*.csv *.tsv *.txt);;All files (*)"));
    if (!path.isEmpty())
        readFile(path);
}

void ImportPanel::readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        m_message->show(Tone::Wrong, tr("%1 cannot be read: %2. Choose another file.")
                                         .arg(QDir::toNativeSeparators(path), file.errorString()));
        return;
    }
    take(importDraftOf(file.read(kMostOctets + 1), QFileInfo(path).fileName()));
}

void ImportPanel::readText(const QString &pasted)
{
    take(importDraftOf(pasted));
}

void ImportPanel::take(const Result<ImportDraft> &draft)
{
    if (!draft) {
        m_message->show(Tone::Wrong, draft.error().detail);
        return;
    }
    m_stack->setCurrentIndex(1);
    setDraft(*draft);
    m_columns->setFocus();
}

void ImportPanel::setDraft(const ImportDraft &draft)
{
    m_draft = draft;
    m_source->setText(describe(draft));
    m_headings->setChecked(draft.table.hasHeadings);
    m_leaveOut->setChecked(draft.duplicates == Duplicates::LeaveOut);
    fillColumns();
    readAgain();
}

void ImportPanel::fillColumns()
{
    m_columns->setRowCount(static_cast<int>(m_draft->table.headings.size()));
    QWidget *before = m_columns; // Tab goes from column to column, then on to the preview
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        const QString &heading = m_draft->table.headings[row];
        m_columns->setItem(row, Heading, fixedItem(heading));
        m_columns->setItem(row, Values, fixedItem(examples(m_draft->table, row)));
        m_columns->setItem(row, TakenAs, fixedItem(QString()));
        auto *box = new QComboBox;
        box->addItem(tr("Leave it out"), -1);
        for (const SenderFact fact : senderFacts())
            box->addItem(m_words.title(fact), static_cast<int>(fact));
        box->setAccessibleName(tr("The column “%1” is taken as").arg(heading));
        connect(box, &QComboBox::activated, this, [this, row](int choice) { setColumn(row, choice); });
        m_columns->setCellWidget(row, TakenAs, box);
        setTabOrder(before, box);
        before = box;
    }
    setTabOrder(before, m_previewTable);
}

void ImportPanel::setColumn(int row, int choice)
{
    const auto *box = qobject_cast<QComboBox *>(m_columns->cellWidget(row, TakenAs));
    const int fact = box->itemData(choice).toInt();
    m_draft = withColumn(*m_draft, static_cast<std::size_t>(row),
                         fact < 0 ? std::nullopt : std::optional(static_cast<SenderFact>(fact)));
    readAgain();
}

void ImportPanel::readAgain()
{
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        auto *box = qobject_cast<QComboBox *>(m_columns->cellWidget(row, TakenAs));
        const auto fact = m_draft->mapping[static_cast<std::size_t>(row)];
        box->setCurrentIndex(box->findData(fact ? static_cast<int>(*fact) : -1));
    }
    auto inventory = readInventory(m_draft->table, m_draft->mapping, m_site, m_draft->duplicates);
    if (inventory) {
        m_message->clear();
        m_inventory = std::move(*inventory);
    } else {
        m_message->show(Tone::Attention, inventory.error().detail);
        m_inventory.reset();
    }
    showInventory();
    showRemarks();
}

void ImportPanel::showInventory()
{
    const auto count = m_inventory ? static_cast<int>(m_inventory->senders.size()) : 0;
    m_import->setText(tr("Import %n sender(s)", nullptr, count));
    m_import->setEnabled(count > 0);
    m_understood->setText(static_cast<std::size_t>(count) > kPreviewRows
                              ? tr("What was understood: the first %1 of %2 senders").arg(kPreviewRows).arg(count)
                              : tr("What was understood: %n sender(s)", nullptr, count));
    Site shown;
    if (m_inventory) {
        const auto rows = static_cast<std::ptrdiff_t>(std::min(m_inventory->senders.size(), kPreviewRows));
        shown.senders.assign(m_inventory->senders.begin(), m_inventory->senders.begin() + rows);
    }
    m_preview->setSite(shown, {});
    for (int column = 0; column < SenderModel::ColumnCount; ++column) {
        const auto fact = SenderModel::factOf(column);
        const bool mapped = fact && m_draft && std::ranges::count(m_draft->mapping, fact) > 0;
        m_previewTable->setColumnHidden(column, !mapped);
    }
    m_previewTable->resizeColumnsToContents();
}

void ImportPanel::showRemarks()
{
    const QString text = m_inventory ? remarksText(*m_inventory, m_draft->duplicates) : QString();
    const bool any = !text.isEmpty();
    const bool leaves = m_draft->duplicates == Duplicates::LeaveOut;
    const auto out = m_inventory ? m_inventory->badLines.size() + (leaves ? m_inventory->duplicates.size() : 0u) : 0u;
    m_remarksHeading->setText(out > 0 ? tr("%n line(s) left out", nullptr, static_cast<int>(out)) : tr("Please look at these lines"));
    m_remarks->setPlainText(text);
    m_leaveOut->setVisible(m_inventory && !m_inventory->duplicates.empty());
    for (QWidget *widget : std::initializer_list<QWidget *>{m_remarksHeading, m_remarks, m_copyRemarks})
        widget->setVisible(any);
}

} // namespace relaywright
