// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/PracticeRoom.h"
#include "ui/models/NewestFirstModel.h"

namespace relaywright {

/// What the practice server took.
class PracticeModel : public NewestFirstModel<ReceivedMessage> {
    Q_OBJECT
public:
    using NewestFirstModel::NewestFirstModel;
    void setMessages(const std::deque<ReceivedMessage> &messages) { setRows(messages); }
    [[nodiscard]] const ReceivedMessage &message(const QModelIndex &index) const { return row(index); }

protected:
    [[nodiscard]] bool isSame(const ReceivedMessage &one, const ReceivedMessage &other) const override;
    [[nodiscard]] ListRow listRow(const ReceivedMessage &message) const override;
};

/// Who has talked to it; who comes back comes to the top.
class PracticeDeviceModel : public NewestFirstModel<DeviceProfile> {
    Q_OBJECT
public:
    using NewestFirstModel::NewestFirstModel;
    void setDevices(const std::deque<DeviceProfile> &devices) { setRows(devices); }
    [[nodiscard]] const DeviceProfile &device(const QModelIndex &index) const { return row(index); }

protected:
    [[nodiscard]] bool isSame(const DeviceProfile &one, const DeviceProfile &other) const override;
    [[nodiscard]] ListRow listRow(const DeviceProfile &device) const override;
};

/// What was asked of its sign-in service and its Graph.
class PracticeRequestModel : public NewestFirstModel<PracticeRequest> {
    Q_OBJECT
public:
    using NewestFirstModel::NewestFirstModel;
    void setRequests(const std::deque<PracticeRequest> &requests) { setRows(requests); }
    [[nodiscard]] const PracticeRequest &request(const QModelIndex &index) const { return row(index); }

protected:
    [[nodiscard]] bool isSame(const PracticeRequest &one, const PracticeRequest &other) const override;
    [[nodiscard]] ListRow listRow(const PracticeRequest &request) const override;
};

} // namespace relaywright
