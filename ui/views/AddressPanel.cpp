// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/AddressPanel.h"

#include "ui/engine/DnsAccess.h"
#include "ui/engine/Workspace.h"
#include "ui/models/TableFilter.h"
#include "ui/views/TableBar.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSet>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

AddressPanel::AddressPanel(Services &services, InlineMessage &message, QWidget *parent)
    : QWidget(parent), m_services(services), m_message(message), m_model(new AddressModel(this)),
      m_filter(new TableFilter(AddressModel::VerdictRole, AddressModel::SortRole, this)), m_server(new QLineEdit),
      m_serverField(nullptr), m_announcement(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)),
      m_table(new QTableView), m_progress(new QProgressBar),
      m_state(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_name(new TextLabel({}, FontRole::Heading)), m_sentence(new TextLabel({})),
      m_seen(new TextLabel({}, FontRole::Fixed)), m_uses(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted))
{
    m_filter->setSourceModel(m_model);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTable());
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({640, 280});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(makeSetup());
    layout->addWidget(splitter, 1);
    connect(&services.workspace, &Workspace::planChanged, this, [this] {
        if (isVisible())
            refreshSite();
    });
    refreshSite();
}

AddressPanel::~AddressPanel() = default;

QWidget *AddressPanel::makeSetup()
{
    m_server->setPlaceholderText(tr("Empty: the mail server (MX) of each domain"));
    m_serverField =
        new Field(tr("Ask this server instead"), m_server,
                  tr("Networks often close port 25, by which the mail servers of domains are asked. A server "
                     "of your own, or the practice server, can be asked in their place: HOST:PORT."));
    auto *card = new Card;
    card->body()->setSpacing(gap::kSmall);
    card->body()->addWidget(m_serverField);
    card->body()->addWidget(m_announcement);
    return card;
}

QWidget *AddressPanel::makeFilterBar()
{
    using enum AddressAnswer::Verdict;
    auto *bar = new TableBar(*m_filter, tr("Find among the addresses"), tr("Answers that are shown"));
    bar->addKind(tr("All answers"));
    for (const AddressAnswer::Verdict verdict : {Unknown, CannotTell, Taken})
        bar->addKind(AddressModel::wordOf(verdict), static_cast<int>(verdict));
    connect(bar, &TableBar::copyRequested, this, [this] {
        copyToClipboard(m_model->toText());
        m_message.show(Tone::Good, tr("The table stands on the clipboard, ready for a spreadsheet."));
    });
    return bar;
}

QWidget *AddressPanel::makeTable()
{
    m_table->setModel(m_filter);
    setUpTable(*m_table, tr("Addresses of the site"));
    addTableKeys(*m_table, {});
    m_table->setItemDelegateForColumn(AddressModel::VerdictColumn, new SymbolCellDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(AddressModel::AddressColumn, Qt::AscendingOrder);
    QHeaderView *header = m_table->horizontalHeader();
    header->resizeSection(AddressModel::VerdictColumn, 140);
    header->resizeSection(AddressModel::AddressColumn, 200);
    header->resizeSection(AddressModel::UsesColumn, 200);
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(64);
    m_progress->setAccessibleName(tr("Addresses that were asked for"));
    m_progress->hide();
    auto *foot = new QHBoxLayout;
    foot->setSpacing(gap::kSmall);
    foot->addWidget(m_state, 1);
    foot->addWidget(m_progress);
    auto *area = new QWidget;
    auto *layout = new QVBoxLayout(area);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(makeFilterBar());
    layout->addWidget(m_table, 1);
    layout->addLayout(foot);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AddressPanel::showSelected);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &AddressPanel::showSelected);
    return area;
}

QWidget *AddressPanel::makeDetails()
{
    m_seen->setAccessibleName(tr("What was seen"));
    auto *caveat =
        new TextLabel(tr("A server may take an address and send the message back later, so “taken” is no proof. "
                         "Where a made-up address is taken too, the answer says nothing."),
                      FontRole::Small, TextLabel::Color::Muted);
    auto *card = new Card;
    card->setMinimumWidth(220);
    card->body()->setSpacing(gap::kSmall);
    for (TextLabel *label : {m_name, m_sentence, m_seen, m_uses})
        card->body()->addWidget(label);
    card->body()->addStretch();
    card->body()->addWidget(caveat);
    return inScrollArea(card);
}

void AddressPanel::refreshSite()
{
    if (isRunning())
        return;
    m_model->setQuestions(addressesToCheck(m_services.workspace.plannedSite()));
    announceRun();
    showSelected();
    summarize();
}

void AddressPanel::announceRun()
{
    if (m_model->rowCount() == 0) {
        m_announcement->setText(tr("No sender of the site has an address yet. Give it one on the Senders page."));
        return;
    }
    QSet<QString> domains;
    for (const AddressQuestion &question : m_model->questions())
        domains.insert(question.address.domain().toAscii());
    const QString count = tr("%n address(es)", nullptr, m_model->rowCount());
    m_announcement->setText(
        //: %1: "12 addresses"; no message goes out
        tr("%1 in %n domain(s) will be asked for by RCPT, with the null reverse-path. No message is sent.", nullptr,
           static_cast<int>(domains.size()))
            .arg(count));
}

Result<AddressExistenceSettings> AddressPanel::settings()
{
    AddressExistenceSettings settings;
    m_serverField->setProblem({});
    if (const QString typed = m_server->text().trimmed(); !typed.isEmpty()) {
        const auto server = Endpoint::parse(typed, 25);
        if (!server) {
            m_serverField->setProblem(server.error().detail);
            return tl::unexpected(server.error());
        }
        settings.server = *server;
    }
    return settings;
}

void AddressPanel::start()
{
    if (isRunning())
        return;
    m_message.clear();
    refreshSite();
    const auto wanted = settings();
    if (!wanted)
        return m_serverField->reveal();
    if (m_model->rowCount() == 0) {
        m_message.show(Tone::Attention, m_announcement->text());
        return;
    }
    m_wasStopped = false;
    m_model->clearAnswers();
    m_progress->setRange(0, m_model->rowCount());
    m_progress->setValue(0);
    m_progress->show();
    m_server->setEnabled(false);
    m_existence.reset();
    m_dns = m_services.dnsAccess.makeClient();
    m_existence = std::make_unique<AddressExistence>(m_model->questions(), *wanted, *m_dns);
    connect(m_existence.get(), &AddressExistence::answered, this, &AddressPanel::onAnswered);
    connect(m_existence.get(), &AddressExistence::finished, this, &AddressPanel::onFinished);
    m_isRunning = true;
    m_table->setFocus(); // Esc must reach this page
    summarize();
    Q_EMIT runningChanged(true);
    m_existence->start();
}

void AddressPanel::cancel()
{
    if (!m_isRunning)
        return;
    m_wasStopped = true;
    m_existence->cancel(); // onFinished follows
}

void AddressPanel::onAnswered(const AddressAnswer &answer)
{
    m_model->setAnswer(answer);
    m_progress->setValue(m_model->answered());
    summarize();
}

void AddressPanel::onFinished()
{
    m_isRunning = false;
    m_progress->hide();
    m_server->setEnabled(true);
    summarize();
    Q_EMIT runningChanged(false);
}

void AddressPanel::summarize()
{
    using enum AddressAnswer::Verdict;
    const int answered = m_model->answered();
    if (answered == 0 && !isRunning()) {
        m_state->setText(m_wasStopped ? tr("You stopped before any answer came.") : tr("Nothing was asked yet."));
        return;
    }
    const QString tally = tr("%1 of %n address(es) answered for: %2 taken, %3 not known, %4 could not be told.",
                             nullptr, m_model->rowCount())
                              .arg(answered)
                              .arg(m_model->count(Taken))
                              .arg(m_model->count(Unknown))
                              .arg(m_model->count(CannotTell));
    m_state->setText(m_wasStopped ? tr("You stopped it. %1").arg(tally) : tally);
}

void AddressPanel::showSelected()
{
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    const QString sentence = current.data(AddressModel::SentenceRole).toString();
    const QString seen = current.siblingAtColumn(AddressModel::SeenColumn).data().toString();
    m_name->setText(current.siblingAtColumn(AddressModel::AddressColumn).data().toString());
    m_name->setVisible(current.isValid());
    m_sentence->setText(!current.isValid()   ? tr("Select an address: what its server says stands here.")
                        : sentence.isEmpty() ? tr("It was not asked for yet.")
                                             : sentence);
    m_seen->setText(seen);
    m_seen->setVisible(!seen.isEmpty());
    m_uses->setText(tr("Used as: %1").arg(current.siblingAtColumn(AddressModel::UsesColumn).data().toString()));
    m_uses->setVisible(current.isValid());
}

QString AddressPanel::announcement() const
{
    return m_announcement->text();
}

QString AddressPanel::state() const
{
    return m_state->text();
}

} // namespace relaywright
