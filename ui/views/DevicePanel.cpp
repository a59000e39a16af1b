// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/DevicePanel.h"

#include "ui/drafts/RelaySettings.h"
#include "ui/forms/DeviceRowForm.h"
#include "ui/models/DeviceRowModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>

#include <algorithm>
#include <set>
#include <utility>

namespace relaywright {

namespace {

constexpr int kWidths[] = {200, 188, 156, 92, 110}; // of the columns before the last
constexpr int kRoomForAll = 860;

} // namespace

DevicePanel::DevicePanel(QWidget *parent)
    : QWidget(parent), m_config{.listeners = {}, .upstream = {.server = {.host = Host::of(IpAddress::fromV4(0))}}},
      m_refuseStrangers(new QCheckBox(tr("Turn away devices that no row names"))), m_model(new DeviceRowModel(this)),
      m_note(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_table(new QTableView),
      m_form(new DeviceRowForm), m_formArea(nullptr), m_remove(new QPushButton(tr("Remove"))),
      m_up(new QPushButton(tr("Move up"))), m_down(new QPushButton(tr("Move down")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->addWidget(makeBar());
    layout->addWidget(m_note);
    layout->addWidget(m_refuseStrangers);
    setUpTable(*m_table, tr("Devices of the relay"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(DeviceRowModel::Name, new SymbolCellDelegate(m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    addTableKeys(*m_table, [this] { remove(); });
    m_table->horizontalHeader()->setStretchLastSection(true);
    for (int column = 0; column < DeviceRowModel::Changes; ++column)
        m_table->setColumnWidth(column, kWidths[column]);
    m_table->installEventFilter(this); // its width
    auto *inner = new QWidget;
    auto *innerLayout = new QVBoxLayout(inner);
    innerLayout->setContentsMargins(gap::kLarge, 0, gap::kSmall, 0);
    innerLayout->addWidget(m_form);
    m_formArea = inScrollArea(inner);
    m_formArea->setFocusPolicy(Qt::NoFocus); // its fields scroll it
    auto *splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(m_formArea);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    layout->addWidget(splitter, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DevicePanel::onSelected);
    connect(m_form, &FactForm::edited, this, &DevicePanel::onEdited);
    connect(m_refuseStrangers, &QCheckBox::clicked, this, [this](bool refuse) {
        m_config.refuseStrangers = refuse;
        refresh();
        Q_EMIT edited();
    });
    refresh();
    onSelected();
}

bool DevicePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        showColumns();
    return QWidget::eventFilter(watched, event);
}

/// Beside the form, which says the rest of the chosen row, a few columns that can be read are better than all.
void DevicePanel::showColumns()
{
    const bool few = m_table->width() < kRoomForAll;
    for (const int column : {DeviceRowModel::Recipients, DeviceRowModel::Limits, DeviceRowModel::Changes})
        m_table->setColumnHidden(column, few);
}

QWidget *DevicePanel::makeBar()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    auto *add = new QPushButton(tr("Add a device"));
    add->setIcon(lineIcon(QStringLiteral("plus"), palette()));
    row->addWidget(add);
    row->addWidget(m_remove);
    row->addWidget(m_up);
    row->addWidget(m_down);
    row->addStretch();
    connect(add, &QPushButton::clicked, this, [this] { addRow(); });
    connect(m_remove, &QPushButton::clicked, this, &DevicePanel::remove);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    return bar;
}

void DevicePanel::setConfig(const RelayConfig &config)
{
    m_config = config;
    m_typed.assign(m_config.devices.size(), std::nullopt);
    m_model->setDevices(m_config.devices);
    showWrong();
    QStringList routes;
    for (const RelayRoute &route : m_config.routes)
        routes += route.name;
    m_form->setRoutes(routes);
    refresh();
    onSelected();
}

void DevicePanel::setKnown(const std::vector<RelayAccount> &accounts, const QStringList &routes)
{
    m_config.accounts = accounts;
    m_config.routes.clear();
    for (const QString &name : routes)
        m_config.routes.push_back({.name = name, .hosts = {}, .dkim = {}});
    m_form->setRoutes(routes);
}

void DevicePanel::renameRoute(const QString &from, const QString &to)
{
    for (RelayDevice &device : m_config.devices) {
        if (device.route == from)
            device.route = to;
    }
    for (std::optional<DeviceDraft> &typed : m_typed) {
        if (typed && typed->route == from)
            typed->route = to;
    }
    for (int row = 0; row < m_model->rowCount(); ++row)
        m_model->setDevice(row, m_config.devices[static_cast<std::size_t>(row)]);
    if (current() >= 0)
        showRow(current());
}

QJsonObject DevicePanel::applied(QJsonObject settings) const
{
    const QJsonObject table = settingsOf(m_config);
    for (const char *name : {"devices", "refuseStrangers", "internalDomains"}) {
        const QLatin1String key(name);
        if (table.contains(key))
            settings.insert(key, table.value(key));
        else
            settings.remove(key);
    }
    return settings;
}

bool DevicePanel::revealProblem()
{
    const auto wrong = std::ranges::find_if(m_typed, [](const auto &typed) { return typed.has_value(); });
    if (wrong == m_typed.end())
        return false;
    m_table->selectRow(static_cast<int>(wrong - m_typed.begin()));
    const Problems problems = check(**wrong, m_config, otherNames(current()));
    if (!problems.empty())
        m_form->reveal(problems.front().field);
    return true;
}

void DevicePanel::reveal(int row, const QString &field, const QString &sentence)
{
    if (row < m_model->rowCount())
        m_table->selectRow(row);
    m_form->showProblems({{field, sentence}});
    m_form->reveal(field);
}

void DevicePanel::showWrong()
{
    std::set<int> rows;
    for (std::size_t i = 0; i < m_typed.size(); ++i) {
        if (m_typed[i])
            rows.insert(static_cast<int>(i));
    }
    m_model->setWrong(rows);
}

int DevicePanel::current() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.front().row();
}

QStringList DevicePanel::otherNames(int row) const
{
    QStringList names;
    for (int i = 0; i < static_cast<int>(m_config.devices.size()); ++i) {
        if (i != row)
            names += m_config.devices[static_cast<std::size_t>(i)].name;
    }
    return names;
}

void DevicePanel::refresh()
{
    m_refuseStrangers->setVisible(!m_config.devices.empty() || m_config.refuseStrangers);
    m_refuseStrangers->setChecked(m_config.refuseStrangers);
    m_note->setText(m_config.devices.empty() ? tr(
                        "Every device of the networks may send to anybody. Add a device to say what it may do, and "
                        "what the relay mends for it.")
                    : m_config.refuseStrangers
                        ? tr("The first row that fits a device counts.")
                        : tr("The first row that fits a device counts. Devices that no row names may do what the "
                             "networks allow."));
}

void DevicePanel::onSelected()
{
    const int row = current();
    m_remove->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_model->rowCount());
    m_formArea->setVisible(row >= 0);
    if (row >= 0)
        showRow(row);
}

void DevicePanel::showRow(int row)
{
    const auto number = static_cast<std::size_t>(row);
    const DeviceDraft draft =
        m_typed[number] ? *m_typed[number] : draftOf(m_config.devices[number], m_config.internalDomains);
    m_form->setDraft(draft);
    m_form->showProblems(m_typed[number] ? check(draft, m_config, otherNames(row)) : Problems());
}

void DevicePanel::onEdited()
{
    const int row = current();
    if (row < 0)
        return;
    const DeviceDraft draft = m_form->draft();
    const Problems problems = check(draft, m_config, otherNames(row));
    m_form->showProblems(problems);
    const auto number = static_cast<std::size_t>(row);
    if (problems.empty()) {
        m_typed[number].reset();
        m_config.devices[number] = toDevice(draft);
        m_config.internalDomains = internalDomainsOf(draft);
        m_model->setDevice(row, m_config.devices[number]);
    } else {
        m_typed[number] = draft;
    }
    showWrong();
    Q_EMIT edited();
}

void DevicePanel::addRow(const QString &name, const QString &networks)
{
    const QStringList taken = otherNames(-1);
    const QString wanted = name.isEmpty() ? tr("New device") : name;
    QString free = wanted;
    for (int number = 2; taken.contains(free); ++number)
        free = tr("%1 (%2)").arg(wanted).arg(number);
    m_config.devices.push_back(toDevice({.name = free, .networks = networks}));
    m_typed.emplace_back();
    m_model->setDevices(m_config.devices);
    showWrong();
    refresh();
    m_table->selectRow(m_model->rowCount() - 1);
    m_form->focusName();
    Q_EMIT edited();
}

void DevicePanel::remove()
{
    const int row = current();
    if (row < 0)
        return;
    m_config.devices.erase(m_config.devices.begin() + row);
    m_typed.erase(m_typed.begin() + row);
    if (m_config.devices.empty())
        m_config.refuseStrangers = false; // it would turn everybody away
    m_model->setDevices(m_config.devices);
    showWrong();
    refresh();
    if (m_model->rowCount() > 0)
        m_table->selectRow(std::min(row, m_model->rowCount() - 1));
    onSelected();
    Q_EMIT edited();
}

void DevicePanel::move(int by)
{
    const int row = current();
    if (row < 0 || row + by < 0 || row + by >= m_model->rowCount())
        return;
    std::swap(m_config.devices[static_cast<std::size_t>(row)], m_config.devices[static_cast<std::size_t>(row + by)]);
    std::swap(m_typed[static_cast<std::size_t>(row)], m_typed[static_cast<std::size_t>(row + by)]);
    m_model->setDevices(m_config.devices);
    showWrong();
    m_table->selectRow(row + by);
    Q_EMIT edited();
}

} // namespace relaywright
