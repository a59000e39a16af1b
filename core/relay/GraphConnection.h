// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/graph/GraphMailer.h"
#include "core/relay/Conversation.h"
#include "core/relay/UpstreamConnection.h"

#include <QTimer>

namespace relaywright {

/// One message through Microsoft Graph, as if over a connection of its own: each has the token of its moment. What Graph
/// says of the message is what is known of the way there.
class GraphConnection final : public UpstreamConnection {
    Q_OBJECT
public:
    struct Access {
        EmailAddress mailbox;
        Secret token;
        bool saveToSentItems = true;
    };

    /// `mailer` outlives it.
    GraphConnection(GraphMailer &mailer, Access access, Conversation conversation, QObject *parent = nullptr);

    void open() override;
    void submit(std::unique_ptr<QIODevice> content) override;
    void quit() override;
    void cancel() override;

private:
    void onReserved() override { m_idleTimer.stop(); }
    void onReady() override;
    void onTaken(const QueueId &id) override { m_conversation.endMessage(id); }
    void onOutcome(const GraphOutcome &outcome);
    void end();

    GraphMailer &m_mailer;
    Access m_access;
    Conversation m_conversation;
    QTimer m_idleTimer;
    std::unique_ptr<QObject> m_sending; // going away ends what is under way
    bool m_finished = false;
};

/// What an outcome means for each recipient and the way out: Graph takes or refuses a message for all.
[[nodiscard]] AttemptVerdict judge(const Envelope &envelope, const GraphOutcome &outcome);

} // namespace relaywright
