// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// The version of the control protocol that this program speaks; a relay says it in its status. It grows when a request
/// or a member changes its meaning, not when one is added.
inline constexpr int kControlProtocol = 1;

/// What the tray shows. Words: idle delivering waiting trouble paused.
enum class RelayCondition { Idle, Delivering, Waiting, Trouble, Paused };
[[nodiscard]] QString toString(RelayCondition condition);

/// How long delivered messages waited, from when they were taken to the smart host's yes; since the relay started.
struct LatencySummary {
    quint64 messages = 0; ///< more than 0
    std::chrono::milliseconds median{0};
    std::chrono::milliseconds percentile95{0};
    bool operator==(const LatencySummary &) const = default;
};

/// One way out, as it stands now.
struct RouteStatus {
    QString name;        ///< `default`, or as in the configuration
    QString state;       ///< open slowed down held
    QString reason;      ///< one sentence; empty when open
    QString host;        ///< the smart host in use, or tried next: `smtp.office365.com:587`
    QStringList hosts;   ///< all of the route, in order of preference
    QString refusedBy{}; ///< one before `host` that refuses the sign-in, so that `host` takes the mail; empty: none
    /// What stands in the way to `host`, or to `refusedBy`, is that the relay lacks a signing key or the certificate to show.
    bool isOwnFault = false;
    int busyConnections = 0;
    std::optional<TimePoint> nextAttempt;    ///< nothing: nothing waits for it
    std::optional<TimePoint>
        leftUntil{}; ///< when the first of `hosts` is tried again, while another one stands in for it
    std::optional<TimePoint> emptyAt;        ///< forecast, nothing when it cannot be told
    std::optional<quint64> leftThisMinute;   ///< messages that the quota still lets through
    std::optional<LatencySummary> latency{}; ///< nothing: none was delivered
    bool operator==(const RouteStatus &) const = default;
};
[[nodiscard]] QJsonObject toJson(const RouteStatus &route);

/// Something that somebody should look at. It is in the status as long as it lasts.
struct AlertStatus {
    QString kind;     ///< as in the table of Alerts: unknown-source, upstream, certificate, credential and others
    QString subject;  ///< what it is about: a peer's address, a route, a listener, a mailbox; may be empty
    QString sentence; ///< what is wrong, and what to do
    TimePoint since{};
    bool operator==(const AlertStatus &) const = default;
};
[[nodiscard]] QJsonObject toJson(const AlertStatus &alert);

/// A running relay at a glance. "schema": "relaywright.relay-status/1".
struct RelayStatus {
    int protocol = kControlProtocol; ///< 0: a relay from before there was a number
    QString version;
    QString name;
    TimePoint startedAt{};
    RelayCondition condition = RelayCondition::Idle;
    QString reason;             ///< one sentence for waiting, trouble and paused
    QStringList listeners;      ///< `192.0.2.10:25` as bound
    QString upstream;           ///< `smtp.office365.com:587`
    quint64 accepted = 0;       ///< messages since the start
    quint64 acceptedOctets = 0; ///< their size
    quint64 delivered = 0;
    quint64 deferred = 0; ///< attempts that ended with somebody still waiting
    quint64 bounced = 0;
    quint64 refused = 0;     ///< refused by admission or a limit
    quint64 connections = 0; ///< devices connected now
    quint64 queued = 0;      ///< messages now in the spool
    quint64 held = 0;
    quint64 damaged = 0;               ///< records set aside, never sent
    quint64 freeOctets = 0;            ///< on the spool's disk
    std::optional<TimePoint> oldest{}; ///< when the oldest message that is not held came
    std::optional<TimePoint> nextAttempt;
    std::optional<TimePoint> emptyAt;  ///< forecast, nothing when it cannot be told
    std::vector<RouteStatus> routes{}; ///< the default route first
    std::vector<AlertStatus> alerts{}; ///< the youngest first
};
[[nodiscard]] QJsonObject toJson(const RelayStatus &status);
/// Members that an older relay does not have are empty.
[[nodiscard]] Result<RelayStatus> parseRelayStatus(const QJsonObject &json);

/// Traffic by the minute, the oldest first, at most 24 hours: what charts show. "schema": "relaywright.relay-history/1".
struct TrafficHistory {
    struct Minute {
        quint32 accepted = 0;
        quint32 delivered = 0;
        quint32 bounced = 0;
        quint32 refused = 0;
        quint32 queued = 0; ///< in the spool at its end
        bool operator==(const Minute &) const = default;
    };
    static constexpr int kMinutes = 24 * 60;
    TimePoint from{}; ///< the first minute begins; the last one is not over yet
    std::vector<Minute> minutes;
    bool operator==(const TrafficHistory &) const = default;
};
/// A row of numbers for each member, so that a day is some kilobytes.
[[nodiscard]] QJsonObject toJson(const TrafficHistory &history);
[[nodiscard]] Result<TrafficHistory> parseTrafficHistory(const QJsonObject &json);

} // namespace relaywright
