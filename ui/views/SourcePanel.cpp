// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SourcePanel.h"

#include "core/relay/Control.h"
#include "ui/engine/RelayHost.h"
#include "ui/models/SourceModel.h"
#include "ui/text/DeviceText.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonObject>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>

namespace relaywright {

namespace {

constexpr qint64 kAskAgainMs = 8000; // the answer may be large

} // namespace

SourcePanel::SourcePanel(RelayHost &relay, QWidget *parent)
    : QWidget(parent), m_relay(relay), m_model(new SourceModel(this)),
      m_note(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_table(new QTableView),
      m_details(new TextLabel({})), m_addRow(new QPushButton(tr("Give it a row of its own")))
{
    setUpTable(*m_table, tr("Devices that talked to the relay"));
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    addTableKeys(*m_table, {});
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = {120, 150, 110, 130, 80, 90};
    for (int column = 0; column < SourceModel::Lacks; ++column)
        m_table->setColumnWidth(column, widths[column]);
    m_addRow->setToolTip(tr("Says what this device may do, and what the relay mends for it alone."));
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_note, 1);
    bar->addWidget(m_addRow);
    auto *words = new QWidget;
    auto *wordsLayout = new QVBoxLayout(words);
    wordsLayout->setContentsMargins(0, gap::kSmall, 0, 0);
    wordsLayout->addWidget(m_details);
    wordsLayout->addStretch();
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(inScrollArea(words));
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({300, 200}); // whatever they would like
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(splitter, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SourcePanel::showSelected);
    connect(m_addRow, &QPushButton::clicked, this, &SourcePanel::requestRow);
    forget();
}

void SourcePanel::forget()
{
    m_asked.invalidate();
    m_model->setSources({});
    m_note->setText(tr("The devices show up when the relay runs."));
    showSelected();
}

void SourcePanel::refresh()
{
    if (m_relay.state() != RelayHost::State::Running || (m_asked.isValid() && !m_asked.hasExpired(kAskAgainMs)))
        return;
    m_asked.start();
    m_relay.control().request(QStringLiteral("sources"), {}, this, [this](const Result<QJsonObject> &answer) {
        if (!answer)
            return Q_EMIT failed(answer.error().detail);
        if (!m_asked.isValid())
            return; // forgotten meanwhile
        const QModelIndex chosen = m_table->currentIndex();
        const auto keep =
            chosen.isValid() ? std::optional(m_model->source(chosen.row()).profile.address) : std::nullopt;
        m_model->setSources(readSources(*answer));
        const int count = m_model->rowCount();
        m_note->setText(count == 0 ? tr("No device has talked to the relay yet.")
                                   : tr("%Ln device(s) talked to the relay.", nullptr, count));
        for (int row = 0; keep && row < count; ++row) {
            if (m_model->source(row).profile.address == *keep) {
                m_table->selectRow(row);
                break;
            }
        }
        showSelected();
    });
}

void SourcePanel::showSelected()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    m_addRow->setEnabled(!rows.isEmpty() && m_model->source(rows.front().row()).device.isEmpty());
    m_details->setText(rows.isEmpty() ? tr("Choose a device to see what it can do.")
                                      : deviceSentences(m_model->source(rows.front().row()).profile).join(u'\n'));
}

void SourcePanel::requestRow()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    const DeviceProfile &profile = m_model->source(rows.front().row()).profile;
    const QString address = profile.address.toString();
    Q_EMIT rowRequested(profile.helo.isEmpty() ? address : profile.helo, address);
}

} // namespace relaywright
