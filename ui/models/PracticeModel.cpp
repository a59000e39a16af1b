// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PracticeModel.h"

#include "ui/models/MessageModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

namespace relaywright {

void PracticeModel::setMessages(const std::deque<ReceivedMessage> &messages)
{
    beginResetModel();
    m_messages.assign(messages.rbegin(), messages.rend());
    endResetModel();
}

const ReceivedMessage &PracticeModel::message(const QModelIndex &index) const
{
    return m_messages[static_cast<std::size_t>(index.row())];
}

int PracticeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_messages.size());
}

QVariant PracticeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ReceivedMessage &message = m_messages[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return message.subject.isEmpty() ? tr("(no subject)") : message.subject;
    case SubtitleRole:
        return tr("%1 from %2").arg(shortTime(message.time), toPath(message.envelope.sender));
    case SymbolRole:
        return QStringLiteral("\u2713");
    case ToneRole:
        return static_cast<int>(Tone::Good);
    default:
        return {};
    }
}

void PracticeDeviceModel::setDevices(const std::deque<DeviceProfile> &devices)
{
    beginResetModel();
    m_devices.assign(devices.rbegin(), devices.rend());
    endResetModel();
}

const DeviceProfile &PracticeDeviceModel::device(const QModelIndex &index) const
{
    return m_devices[static_cast<std::size_t>(index.row())];
}

int PracticeDeviceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_devices.size());
}

QVariant PracticeDeviceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const DeviceProfile &device = m_devices[static_cast<std::size_t>(index.row())];
    const bool refused = device.messages == 0;
    switch (role) {
    case Qt::DisplayRole:
        return device.helo.isEmpty() ? device.address.toString() : device.helo;
    case SubtitleRole:
        return refused ? tr("%1, no message yet").arg(device.address.toString())
                       : tr("%1, %n message(s)", nullptr, device.messages).arg(device.address.toString());
    case SymbolRole:
        return refused ? QStringLiteral("!") : QStringLiteral("\u2713");
    case ToneRole:
        return static_cast<int>(refused ? Tone::Attention : Tone::Good);
    default:
        return {};
    }
}

void PracticeRequestModel::setRequests(const std::deque<PracticeRequest> &requests)
{
    beginResetModel();
    m_requests.assign(requests.rbegin(), requests.rend());
    endResetModel();
}

const PracticeRequest &PracticeRequestModel::request(const QModelIndex &index) const
{
    return m_requests[static_cast<std::size_t>(index.row())];
}

int PracticeRequestModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_requests.size());
}

QVariant PracticeRequestModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const PracticeRequest &request = m_requests[static_cast<std::size_t>(index.row())];
    const bool refused = request.status >= 400;
    const QString service = request.isGraph ? tr("Graph") : tr("Sign-in service");
    switch (role) {
    case Qt::DisplayRole: return QStringLiteral("%1 %2").arg(request.method, request.path.section(u'/', -1));
    case SubtitleRole:
        return request.entraCode.isEmpty()
                   ? tr("%1, %2: answered %3").arg(shortTime(request.time), service).arg(request.status)
                   : tr("%1, %2: AADSTS%3").arg(shortTime(request.time), service, request.entraCode);
    case SymbolRole: return refused ? QStringLiteral("!") : QStringLiteral("\u2713");
    case ToneRole: return static_cast<int>(refused ? Tone::Attention : Tone::Good);
    default: return {};
    }
}

} // namespace relaywright
