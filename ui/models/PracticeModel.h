// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/PracticeRoom.h"

#include <QAbstractListModel>

#include <deque>

namespace relaywright {

/// What the practice server took, newest first.
class PracticeModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setMessages(const std::deque<ReceivedMessage> &messages);
    [[nodiscard]] const ReceivedMessage &message(const QModelIndex &index) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    std::deque<ReceivedMessage> m_messages;
};

/// Who has talked to it, the last one first.
class PracticeDeviceModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setDevices(const std::deque<DeviceProfile> &devices);
    [[nodiscard]] const DeviceProfile &device(const QModelIndex &index) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    std::deque<DeviceProfile> m_devices;
};

/// What was asked of its sign-in service and its Graph, newest first.
class PracticeRequestModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setRequests(const std::deque<PracticeRequest> &requests);
    [[nodiscard]] const PracticeRequest &request(const QModelIndex &index) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    std::deque<PracticeRequest> m_requests;
};

} // namespace relaywright
