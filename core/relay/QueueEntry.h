// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace relaywright {

/// One message, of the queue or of the history. "schema": "relaywright.relay-queue/1" holds a list of them.
struct QueueEntry {
    QString id; ///< QueueId text
    TimePoint receivedAt{};
    QString sender;         ///< path text, `<>` for a bounce
    QStringList recipients; ///< those still undelivered; of the history all
    quint64 octets = 0;
    QString source; ///< peer address
    QString state;  ///< queued delivering deferred held; of the history: delivered bounced deleted damaged
    int attempts = 0;
    std::optional<TimePoint> nextAttempt;
    QString lastReply;                     ///< printable; empty before the first attempt
    std::optional<TimePoint> finishedAt{}; ///< only of the history
    QString remoteId{};                    ///< what the smart host called it when it took it, where its reply says so
};
[[nodiscard]] QJsonObject toJson(const QueueEntry &entry);
[[nodiscard]] Result<QueueEntry> parseQueueEntry(const QJsonObject &json);

/// Which part of the queue. Texts are looked for without regard to case.
struct QueueQuery {
    int offset = 0;
    int limit = 1000; ///< 1 to 10,000
    QString text{};   ///< somewhere in id, sender, recipients, source or last reply; empty: all
    QString state{};  ///< queued deferred delivering held; empty: all
    bool operator==(const QueueQuery &) const = default;
};
[[nodiscard]] QJsonObject toJson(const QueueQuery &query);
/// Error: InvalidInput.
[[nodiscard]] Result<QueueQuery> parseQueueQuery(const QJsonObject &json);

struct QueuePage {
    quint64 total = 0;                ///< messages in the queue
    quint64 matching = 0;             ///< of these, what the query is about
    std::vector<QueueEntry> messages; ///< the oldest first
};
[[nodiscard]] QJsonObject toJson(const QueuePage &page);
[[nodiscard]] Result<QueuePage> parseQueuePage(const QJsonObject &json);

/// A search in the history and the queue, the youngest first. Each given member must fit; texts are looked for anywhere in
/// theirs, without regard to case.
struct TraceQuery {
    QString sender{};
    QString recipient{};
    QString id{}; ///< a queue id, or its beginning
    QString source{};
    QString remoteId{};               ///< anywhere in the smart host's last reply
    QString state{};                  ///< any of QueueEntry::state but delivering
    std::optional<TimePoint> since{}; ///< received then or later
    std::optional<TimePoint> until{}; ///< received before then
    int limit = 100;                  ///< 1 to 1,000
    QString next{};                   ///< where a page before said that it goes on
    bool operator==(const TraceQuery &) const = default;
};
[[nodiscard]] QJsonObject toJson(const TraceQuery &query);
/// Error: InvalidInput.
[[nodiscard]] Result<TraceQuery> parseTraceQuery(const QJsonObject &json);

/// "schema": "relaywright.relay-trace/1".
struct TracePage {
    std::vector<QueueEntry> messages;
    /// Not empty: there may be more, from there on; also when this page is empty, for one request looks at a bounded part of
    /// the history.
    QString next;
};
[[nodiscard]] QJsonObject toJson(const TracePage &page);
[[nodiscard]] Result<TracePage> parseTracePage(const QJsonObject &json);

/// What happened to a message, in order, over both legs: what device and relay said, what the queue decided, and what relay
/// and smart host said. Contents and secrets are not in it. "schema": "relaywright.relay-message/1".
struct MessageTimeline {
    struct Line {
        TimePoint at{};
        QString leg; ///< device queue upstream
        QString
            event; ///< of the queue: accepted deferred delivered ...; of a leg: sent received note, as the relay sees it
        QString text; ///< printable, one line
        bool operator==(const Line &) const = default;
    };
    QueueEntry message;
    std::vector<Line> lines;
    bool hasContents = false; ///< `export` gives them: it waits, or they are kept
};
[[nodiscard]] QJsonObject toJson(const MessageTimeline &timeline);
[[nodiscard]] Result<MessageTimeline> parseMessageTimeline(const QJsonObject &json);

/// Why a message waits, and what would make it go. "schema": "relaywright.relay-why/1".
struct WaitExplanation {
    struct Change {
        QString change; ///< `Raise the smart host's limit to 60 messages a minute`
        QString effect; ///< `Its turn comes in about 7 minutes instead of 14.`
        bool operator==(const Change &) const = default;
    };
    QString id;
    QString state;       ///< as QueueEntry::state
    QStringList reasons; ///< whole sentences, what matters most first
    std::vector<Change> changes;
    quint64 ahead = 0;                   ///< messages whose turn is before it
    std::optional<TimePoint> expectedAt; ///< when it is tried, as far as it can be told
};
[[nodiscard]] QJsonObject toJson(const WaitExplanation &explanation);
[[nodiscard]] Result<WaitExplanation> parseWaitExplanation(const QJsonObject &json);

/// What the next host called a message when it took it, from its final reply: behind `queued as` or `id=`, or a Message-ID
/// in angle brackets. Empty when the reply says none.
[[nodiscard]] QString remoteIdIn(const QString &reply);

} // namespace relaywright
