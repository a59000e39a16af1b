// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// What the tray shows. Words: idle delivering waiting trouble paused.
enum class RelayCondition { Idle, Delivering, Waiting, Trouble, Paused };
[[nodiscard]] QString toString(RelayCondition condition);

/// A running relay at a glance. "schema": "relaywright.relay-status/1".
struct RelayStatus {
    QString version;
    QString name;
    TimePoint startedAt{};
    RelayCondition condition = RelayCondition::Idle;
    QString reason;                     ///< one sentence for waiting, trouble and paused
    QStringList listeners;              ///< `192.0.2.10:25` as bound
    QString upstream;                   ///< `smtp.office365.com:587`
    quint64 accepted = 0;               ///< messages since the start
    quint64 delivered = 0;
    quint64 bounced = 0;
    quint64 refused = 0;                ///< refused by admission or a limit
    quint64 queued = 0;                 ///< messages now in the spool
    quint64 held = 0;
    quint64 damaged = 0;                ///< records set aside, never sent
    std::optional<TimePoint> nextAttempt;
    std::optional<TimePoint> emptyAt;   ///< forecast, nothing when it cannot be told
};
[[nodiscard]] QJsonObject toJson(const RelayStatus &status);
[[nodiscard]] Result<RelayStatus> parseRelayStatus(const QJsonObject &json);

/// One message that waits. "schema": "relaywright.relay-queue/1" holds a list of them.
struct QueueEntry {
    QString id;                         ///< QueueId text
    TimePoint receivedAt{};
    QString sender;                     ///< path text, `<>` for a bounce
    QStringList recipients;             ///< those still undelivered
    quint64 octets = 0;
    QString source;                     ///< peer address
    QString state;                      ///< queued delivering deferred held
    int attempts = 0;
    std::optional<TimePoint> nextAttempt;
    QString lastReply;                  ///< printable; empty before the first attempt
};
[[nodiscard]] QJsonObject toJson(const QueueEntry &entry);
[[nodiscard]] Result<QueueEntry> parseQueueEntry(const QJsonObject &json);

/// Talks to a running relay over its local control socket, which only the same user can open. The only way in for the
/// tray, the console and the command line. On the wire: one JSON object a line in UTF-8, `{"request": "status", ...}`, and
/// for each one line back, `{"ok": true, "result": {...}}` or `{"ok": false, "kind": "not-found", "detail": "..."}`.
///
/// | request | arguments | result |
/// | --- | --- | --- |
/// | status | | RelayStatus |
/// | queue | limit (1000) | `{"schema": "relaywright.relay-queue/1", "total": n, "messages": [QueueEntry...]}`, oldest first |
/// | show | id | `{"schema": "relaywright.relay-message/1", "message": QueueEntry, "events": [{"at", "event", "detail"}...]}` |
/// | retry | id, or nothing for all | `{"changed": n}`; the route is tried at once as well |
/// | hold, release | id, or nothing for all | `{"changed": n}` |
/// | delete | id | `{"changed": 1}`; nobody is told |
/// | pause, resume | | `{}`; mail is still taken while paused |
/// | shutdown | | `{}`; then the relay ends in order |
/// | secret | password | `{}`; the smart host's password for this run, kept in memory only |
class ControlClient : public QObject {
    Q_OBJECT
public:
    /// `name` as in RelayConfig::name.
    explicit ControlClient(const QString &name, QObject *parent = nullptr);
    ~ControlClient() override;

    /// Asks once and answers once. `arguments` go beside the request's name. Error: Unreachable when no relay of that
    /// name runs; Timeout after 5 s; otherwise the kind and sentence that the relay gave.
    void request(const QString &command, const QJsonObject &arguments, QObject *context,
                 std::function<void(Result<QJsonObject>)> done);
    void status(QObject *context, std::function<void(Result<RelayStatus>)> done);
    void queue(QObject *context, std::function<void(Result<std::vector<QueueEntry>>)> done);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The words of `kind` on the control socket: invalid-input not-found denied ...
[[nodiscard]] QString controlWord(ErrorKind kind);
[[nodiscard]] ErrorKind parseControlWord(const QString &word); ///< Unsupported when unknown

/// The folder of the control sockets where they are files (Unix): below $XDG_RUNTIME_DIR, else a folder of this user's in
/// the temporary folder. Empty where they are names (Windows).
[[nodiscard]] QString controlSocketFolder();
/// The name of the local socket for a relay called `name`, private to the current user.
[[nodiscard]] QString controlSocketName(const QString &name);

} // namespace relaywright
