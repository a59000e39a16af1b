// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SourceModel.h"

#include "ui/models/MessageModel.h"

#include <QJsonArray>
#include <QLocale>

namespace relaywright {

namespace {

QString encryption(const DeviceProfile &profile)
{
    if (!profile.tlsUsed.isEmpty())
        return profile.tlsUsed;
    return profile.tlsFailure.isEmpty() ? SourceModel::tr("none") : SourceModel::tr("tried in vain");
}

QString lacks(const DeviceProfile &profile)
{
    QStringList parts = profile.missingFields;
    if (profile.bareLineFeedInMessages || profile.bareCarriageReturnInMessages)
        parts += SourceModel::tr("proper line ends");
    if (profile.longLinesInMessages)
        parts += SourceModel::tr("short lines");
    if (profile.undeclaredEightBit)
        parts += SourceModel::tr("a character set");
    return parts.isEmpty() ? SourceModel::tr("nothing") : parts.join(QLatin1String(", "));
}

} // namespace

std::vector<RelaySource> readSources(const QJsonObject &answer)
{
    std::vector<RelaySource> sources;
    const QJsonArray entries = answer.value(QLatin1String("sources")).toArray();
    for (const QJsonValue &entry : entries) {
        const QJsonObject json = entry.toObject();
        if (auto profile = parseDeviceProfile(json))
            sources.push_back({std::move(*profile), json.value(QLatin1String("user")).toString(),
                               json.value(QLatin1String("device")).toString()});
    }
    return sources;
}

void SourceModel::setSources(std::vector<RelaySource> sources)
{
    beginResetModel();
    m_sources = std::move(sources);
    endResetModel();
}

int SourceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_sources.size());
}

int SourceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SourceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const RelaySource &one = source(index.row());
    switch (index.column()) {
    case Address: return one.profile.address.toString();
    case Device: return one.device.isEmpty() ? tr("no row names it") : one.device;
    case User: return one.user.isEmpty() ? QStringLiteral("\u2013") : one.user;
    case LastSeen: return shortTime(one.profile.lastSeen);
    case Messages: return QLocale().toString(one.profile.messages);
    case Encryption: return encryption(one.profile);
    case Lacks: return lacks(one.profile);
    default: return {};
    }
}

QVariant SourceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Address: return tr("Address");
    case Device: return tr("Device");
    case User: return tr("Signed in as");
    case LastSeen: return tr("Last seen");
    case Messages: return tr("Messages");
    case Encryption: return tr("Encryption");
    case Lacks: return tr("Its messages lack");
    default: return {};
    }
}

} // namespace relaywright
