// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/QueueEntry.h"
#include "core/relay/RelayEvents.h"
#include "core/relay/RelayStatus.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// Talks to a running relay over its local control socket, which only the same user can open. The only way in for the
/// tray, the console and the command line. On the wire: one JSON object a line in UTF-8, `{"request": "status", ...}`, and
/// for each one line back, `{"ok": true, "result": {...}}` or `{"ok": false, "kind": "not-found", "detail": "..."}`. This is
/// version 1 of the protocol (`kControlProtocol`; the status has it as `protocol`). An argument that a request does not know
/// is refused with `invalid-input`, a request that the relay does not know with `unsupported`.
///
/// | request | arguments | result |
/// | --- | --- | --- |
/// | status | | RelayStatus |
/// | queue | QueueQuery | QueuePage, oldest first |
/// | show | id | MessageTimeline |
/// | why | id, and to try out: maxMessagesPerMinute, server | WaitExplanation |
/// | trace | TraceQuery | TracePage, youngest first |
/// | history | | TrafficHistory |
/// | sources | | `{"schema": "relaywright.relay-sources/1", "sources": [...]}`: who has sent, and what they showed of themselves |
/// | export | id, offset (0) | `{"schema": "relaywright.relay-export/1", "id", "size", "offset", "octets", "next"}`: a piece of the message as it is stored, in base64, at most 192 KiB; `next` is the offset of the next piece |
/// | resend | id | `{"id": "..."}`: what waits is tried now, under its id; a message of the history goes into the queue again, under a new one; Denied when its contents are not kept |
/// | retry | id, or nothing for all | `{"changed": n}`; the route is tried at once as well |
/// | hold, release | id, or nothing for all | `{"changed": n}` |
/// | delete | id | `{"changed": 1}`; nobody is told |
/// | pause, resume | | `{}`; mail is still taken while paused |
/// | reload | | `{}`: the configuration was read again and holds from now on, nothing restarted; an error says what is wrong with it, and the old one stays |
/// | shutdown | | `{}`; then the relay ends in order |
/// | secret | password | `{}`; the smart host's password for this run, kept in memory only |
/// | events | severity (info) | `{}`; then, until the client goes, a line `{"event": {...}}` (RelayEvent) for each event at least as severe. Who does not read is cut off with a last line that says so |
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
    /// The first thousand messages.
    void queue(QObject *context, std::function<void(Result<std::vector<QueueEntry>>)> done);
    void queue(const QueueQuery &query, QObject *context, std::function<void(Result<QueuePage>)> done);
    void show(const QString &id, QObject *context, std::function<void(Result<MessageTimeline>)> done);
    void why(const QString &id, QObject *context, std::function<void(Result<WaitExplanation>)> done);
    void trace(const TraceQuery &query, QObject *context, std::function<void(Result<TracePage>)> done);
    void history(QObject *context, std::function<void(Result<TrafficHistory>)> done);
    /// Fetches a whole message, piece by piece: `take` gets the pieces in order and answers false to stop (Cancelled).
    /// `done` gets how many octets there were. Error: NotFound also when the message was delivered meanwhile.
    void exportMessage(const QString &id, QObject *context, std::function<bool(const QByteArray &octets)> take,
                       std::function<void(Result<quint64>)> done);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Live events of a running relay.
class ControlSubscription : public QObject {
    Q_OBJECT
public:
    /// Of the relay `name`, what is at least as severe as `least`.
    ControlSubscription(const QString &name, RelayEvent::Severity least, QObject *parent = nullptr);
    ~ControlSubscription() override;
    void start();

Q_SIGNALS:
    /// The relay has said yes: what happens from now on comes.
    void started();
    void happened(const relaywright::RelayEvent &event);
    /// Once; then nothing comes any more. As ControlClient::request, and Cancelled when the relay cut us off or went.
    void ended(const relaywright::Error &error);

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
