// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/DeviceRowModel.h"

#include "ui/drafts/DraftValues.h"
#include "ui/widgets/RowDelegate.h"

#include <QLocale>

namespace relaywright {

namespace {

const QString kComma = QStringLiteral(", ");

QString who(const RelayDevice &device)
{
    const QString networks = device.networks.empty() ? DeviceRowModel::tr("anywhere") : joined(device.networks);
    return device.user.isEmpty() ? networks : DeviceRowModel::tr("%1, signed in as %2").arg(networks, device.user);
}

QString recipients(const RelayDevice &device)
{
    QStringList parts;
    if (device.internalOnly)
        parts += DeviceRowModel::tr("internal only");
    if (!device.allowedRecipients.empty())
        parts += joined(device.allowedRecipients);
    if (!device.deniedRecipients.empty())
        parts += DeviceRowModel::tr("not %1").arg(joined(device.deniedRecipients));
    return parts.isEmpty() ? DeviceRowModel::tr("any") : parts.join(kComma);
}

QString limits(const RelayDevice &device)
{
    QStringList parts;
    if (device.maxMessageOctets)
        parts += QLocale().formattedDataSize(static_cast<qint64>(*device.maxMessageOctets), 0,
                                             QLocale::DataSizeTraditionalFormat);
    if (device.maxRecipientsPerMessage)
        parts += DeviceRowModel::tr("%Ln recipient(s) a message", nullptr, *device.maxRecipientsPerMessage);
    if (device.maxMessagesPerMinute)
        parts += DeviceRowModel::tr("%L1 a minute").arg(*device.maxMessagesPerMinute);
    if (device.maxMessagesPerDay)
        parts += DeviceRowModel::tr("%L1 a day").arg(*device.maxMessagesPerDay);
    if (device.maxConnections)
        parts += DeviceRowModel::tr("%Ln connection(s)", nullptr, *device.maxConnections);
    return parts.isEmpty() ? DeviceRowModel::tr("the relay’s own") : parts.join(kComma);
}

QString changes(const RelayDevice &device)
{
    QStringList parts;
    if (device.sendAs)
        parts += DeviceRowModel::tr("sends as %1").arg(device.sendAs->toString());
    if (device.returnPath)
        parts += DeviceRowModel::tr("returns to %1").arg(device.returnPath->toString());
    if (device.repairs.any())
        parts += DeviceRowModel::tr("mended");
    if (!device.route.isEmpty())
        parts += DeviceRowModel::tr("by route %1").arg(device.route);
    return parts.isEmpty() ? DeviceRowModel::tr("nothing") : parts.join(kComma);
}

} // namespace

void DeviceRowModel::setDevices(const std::vector<RelayDevice> &devices)
{
    beginResetModel();
    m_devices = devices;
    endResetModel();
}

void DeviceRowModel::setDevice(int row, const RelayDevice &device)
{
    m_devices.at(static_cast<std::size_t>(row)) = device;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void DeviceRowModel::setWrong(const std::set<int> &rows)
{
    m_wrong = rows;
    if (!m_devices.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int DeviceRowModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_devices.size());
}

int DeviceRowModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DeviceRowModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool isWrong = m_wrong.contains(index.row());
    if (role == SymbolRole)
        return isWrong ? QStringLiteral("\u2715") : QString();
    if (role == ToneRole)
        return static_cast<int>(isWrong ? Tone::Wrong : Tone::Neutral);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const RelayDevice &device = m_devices[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case Name: return device.name;
    case Who: return who(device);
    case Senders: return device.senders.empty() ? tr("any") : joined(device.senders);
    case Recipients: return recipients(device);
    case Limits: return limits(device);
    case Changes: return changes(device);
    default: return {};
    }
}

QVariant DeviceRowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (orientation == Qt::Vertical)
        return section + 1;
    switch (section) {
    case Name: return tr("Device");
    case Who: return tr("From where");
    case Senders: return tr("May send as");
    case Recipients: return tr("May write to");
    case Limits: return tr("At most");
    case Changes: return tr("What is changed");
    default: return {};
    }
}

} // namespace relaywright
