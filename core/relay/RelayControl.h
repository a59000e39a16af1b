// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"
#include "core/relay/ControlServer.h"
#include "core/relay/Delivery.h"
#include "core/relay/Spool.h"
#include "core/relay/WaitReasons.h"

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
        std::function<TrafficHistory()> history;
        std::function<WaitFacts(const SpoolMessage &)> waitFacts; ///< all but entry, journal and place in the queue
        std::function<void(const QString &sentence)> tell;        ///< an operator changed something
        std::function<Result<void>()> reload;
        std::function<void()> shutDown;
        std::function<QJsonObject()> sources;
        std::function<void(const QueueId &id, Spool::Done<QueueId> done)> resend; ///< of what has ended
    };
    explicit RelayControl(Parts parts) : m_parts(std::move(parts)) {}

    void handle(const QJsonObject &request, const ControlServer::Reply &reply);

private:
    using Answer = ControlServer::Reply;
    struct Request;
    static const Request kRequests[];

    void answerStatus(const QJsonObject &request, const Answer &reply);
    void answerQueue(const QJsonObject &request, const Answer &reply);
    void answerShow(const QJsonObject &request, const Answer &reply);
    void answerWhy(const QJsonObject &request, const Answer &reply);
    void answerTrace(const QJsonObject &request, const Answer &reply);
    void answerSources(const QJsonObject &request, const Answer &reply);
    void answerHistory(const QJsonObject &request, const Answer &reply);
    void answerExport(const QJsonObject &request, const Answer &reply);
    void answerResend(const QJsonObject &request, const Answer &reply);
    void answerChange(const QJsonObject &request, const Answer &reply);
    void answerPause(const QJsonObject &request, const Answer &reply);
    void answerReload(const QJsonObject &request, const Answer &reply);
    void answerShutDown(const QJsonObject &request, const Answer &reply);
    void answerSecret(const QJsonObject &request, const Answer &reply);
    void answerEvents(const QJsonObject &request, const Answer &reply);
    /// A message that does not wait any more: says what became of it, and that its contents are not kept.
    void answerGone(const QueueId &id, const Error &error, const Answer &reply);
    void resendEnded(const QueueId &id, const Answer &reply);
    [[nodiscard]] QString routeReason(const SpoolMessage &message) const;

    Parts m_parts;
};

} // namespace relaywright
