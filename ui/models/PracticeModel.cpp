// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PracticeModel.h"

#include "ui/models/MessageModel.h"

namespace relaywright {

bool PracticeModel::isSame(const ReceivedMessage &one, const ReceivedMessage &other) const
{
    return one.time == other.time && one.internalId == other.internalId && one.messageId == other.messageId
           && one.subject == other.subject;
}

ListRow PracticeModel::listRow(const ReceivedMessage &message) const
{
    return {.title = message.subject.isEmpty() ? tr("(no subject)") : message.subject,
            .subtitle = tr("%1 from %2").arg(shortTime(message.time), toPath(message.envelope.sender))};
}

bool PracticeDeviceModel::isSame(const DeviceProfile &one, const DeviceProfile &other) const
{
    return one.address == other.address;
}

ListRow PracticeDeviceModel::listRow(const DeviceProfile &device) const
{
    const QString address = device.address.toString();
    const bool refused = device.messages == 0;
    return {.title = device.helo.isEmpty() ? address : device.helo,
            .subtitle = refused ? tr("%1, no message yet").arg(address)
                                : tr("%1, %n message(s)", nullptr, device.messages).arg(address),
            .tone = refused ? Tone::Attention : Tone::Good};
}

bool PracticeRequestModel::isSame(const PracticeRequest &one, const PracticeRequest &other) const
{
    return one.number == other.number;
}

ListRow PracticeRequestModel::listRow(const PracticeRequest &request) const
{
    constexpr int kFirstError = 400;
    ListRow shown{.title = QStringLiteral("%1 %2").arg(request.method, request.path.section(u'/', -1)),
                  .subtitle = {},
                  .tone = request.status >= kFirstError ? Tone::Attention : Tone::Good};
    const QString time = shortTime(request.time);
    const QString service = request.isGraph ? tr("Graph") : tr("Sign-in service");
    if (request.isWaiting) {
        shown.tone = Tone::Neutral;
        shown.subtitle = tr("%1, %2: waiting").arg(time, service);
    } else if (request.entraCode.isEmpty()) {
        shown.subtitle = tr("%1, %2: answered %3").arg(time, service).arg(request.status);
    } else {
        shown.subtitle = tr("%1, %2: AADSTS%3").arg(time, service, request.entraCode);
    }
    return shown;
}

} // namespace relaywright
