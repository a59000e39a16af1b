// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/graph/GraphAnswer.h"
#include "core/graph/GraphService.h"

#include <QByteArray>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

class QIODevice;

namespace relaywright {

/// A message and its envelope, to be sent by Graph. The reverse-path is the mailbox's business.
struct GraphMail {
    GraphMailbox mailbox{};
    std::vector<EmailAddress> recipients{};
    /// The message with CRLF line ends: open, seekable, read from its start; stays until the outcome, or until the context goes.
    QIODevice *mime = nullptr;
    QStringList permissions{};   ///< of the token (`scp`, `roles`): Mail.ReadWrite lets large messages go
    bool saveToSentItems = true; ///< false needs Mail.ReadWrite
};

/// Sends messages through Microsoft Graph: in one request where they fit (fact graph.request-size), else as a draft without
/// its large attachments, the attachments one after another in slices, and the sending of the draft. A message that fails on
/// the way leaves no draft behind, as far as Graph can be reached and had told the draft's id. Nothing is asked twice by itself: who calls decides by the
/// outcome. How many go at once for a mailbox is the caller's business, too (Graph takes four).
///
/// It never blocks, and holds no more of a message than a request takes.
class GraphMailer : public QObject {
    Q_OBJECT
public:
    struct Settings {
        std::chrono::milliseconds patience = std::chrono::minutes(2); ///< for each request
        QByteArray authoritiesPem{}; ///< trusted besides the system's, such as a practice server's
        bool systemProxy = true;
    };
    using Done = std::function<void(GraphOutcome)>;

    /// `clock` and `knowledge` outlive it. It lives in a thread with an event loop.
    GraphMailer(GraphService service, Settings settings, const Clock &clock, const Knowledge &knowledge,
                QObject *parent = nullptr);
    /// What is under way is dropped: nobody is called. What had been handed over may be sent all the same.
    ~GraphMailer() override;

    /// `done` is called once, later, in this thread; never when `context` is destroyed first, which ends the sending, too, where
    /// it can still be ended.
    void send(const GraphMail &mail, const Secret &token, QObject *context, Done done);

Q_SIGNALS:
    /// Each step of a message, when it is asked for; `octets` of what goes along.
    void asked(relaywright::GraphStep step, qint64 octets);
    /// Each step of a message that had its answer, with the status of HTTP; 0: none came.
    void answered(relaywright::GraphStep step, int status);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
