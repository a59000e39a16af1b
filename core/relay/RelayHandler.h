// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Admission.h"
#include "core/relay/IncomingBody.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/Spool.h"
#include "core/session/SmtpServer.h"

#include <functional>
#include <memory>

namespace relaywright {

/// What all listeners of one relay share; outlives every handler.
struct RelayInbound {
    const RelayConfig &config;
    QByteArray hostName;
    Spool &spool;
    const Clock &clock;
    std::function<void(const AcceptedMessage &)> onAccepted;       ///< durable; the 250 is on its way
    std::function<void(const PeerInfo &, const Reply &)> onRefused;
};

/// One device's conversation: admission, the body into the spool, and the 250 after the flush.
class RelayHandler final : public ServerHandler {
public:
    /// `conversation` is told which message it is about.
    RelayHandler(RelayInbound &inbound, SmtpServerConnection &connection, std::shared_ptr<Conversation> conversation)
        : m_inbound(inbound), m_connection(connection), m_conversation(std::move(conversation))
    {
    }

    void onHello(const HelloReceived &hello) override;
    void onMail(const MailReceived &mail) override;
    void onRcpt(const RcptReceived &rcpt) override;
    void onDataStarting() override;
    void onDataChunk(const QByteArray &octets) override;
    void onDataEnded() override;
    void onDataDropped() override;
    void onAuth(const AuthReceived &auth) override;
    void onReset() override;

private:
    void refuse(const Reply &reply);
    [[nodiscard]] QByteArray trace() const;
    [[nodiscard]] AdmissionContext context() const;

    RelayInbound &m_inbound;
    SmtpServerConnection &m_connection;
    std::shared_ptr<Conversation> m_conversation;
    HelloReceived m_hello;
    SpoolMessage m_message;
    std::unique_ptr<IncomingBody> m_body;
    qsizetype m_traceOctets = 0;
    std::shared_ptr<int> m_alive = std::make_shared<int>(); // the spool's answer may come after the peer has gone
};

} // namespace relaywright
