// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"
#include "core/relay/ControlServer.h"
#include "core/relay/Delivery.h"
#include "core/relay/Spool.h"

#include <QJsonObject>

#include <functional>

namespace relaywright {

/// Answers the requests of Control.h for one running relay. All references outlive it.
class RelayControl {
public:
    struct Parts {
        Spool &spool;
        Delivery &delivery;
        std::function<RelayStatus()> status;
        std::function<void()> shutDown;
    };
    explicit RelayControl(Parts parts) : m_parts(std::move(parts)) {}

    void handle(const QJsonObject &request, const ControlServer::Reply &reply);

private:
    void answerQueue(const QJsonObject &request, const ControlServer::Reply &reply);
    void answerShow(const QJsonObject &request, const ControlServer::Reply &reply);
    void answerChange(const QString &word, const QJsonObject &request, const ControlServer::Reply &reply);
    void answerSecret(const QJsonObject &request, const ControlServer::Reply &reply);

    Parts m_parts;
};

/// One line of the queue, as a client sees it. `routeReason` explains a message that no attempt has explained yet.
[[nodiscard]] QueueEntry queueEntry(const MessageStory &story, const QString &routeReason);

} // namespace relaywright
