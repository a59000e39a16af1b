// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Accounts.h"
#include "core/relay/Admission.h"
#include "core/relay/IncomingBody.h"
#include "core/relay/IncomingRepair.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/SourceBook.h"
#include "core/relay/Spool.h"
#include "core/session/SmtpServer.h"

#include <functional>
#include <memory>

namespace relaywright {

/// What all listeners of one relay share; outlives every handler.
struct RelayInbound {
    const RelayConfig &config; ///< the one that holds now: its rows may be others at the next call
    QByteArray hostName;
    Spool &spool;
    const Clock &clock;
    Accounts &accounts;
    SourceBook &sources;
    std::function<void(const AcceptedMessage &)> onAccepted; ///< durable; the 250 is on its way
    std::function<void(const PeerInfo &, const Refusal &)> onRefused;
};

/// A peer at the door: the refusal that is its greeting, or nothing.
[[nodiscard]] std::optional<Refusal> refuseAtTheDoor(RelayInbound &inbound, const RelayListener &listener,
                                                     const IpAddress &peer);

/// One device's conversation: sign-in, admission, the body into the spool, and the 250 after the flush. The rows that decide
/// are looked up for each question, never kept.
class RelayHandler final : public ServerHandler {
public:
    /// `conversation` is told which message it is about.
    RelayHandler(RelayInbound &inbound, SmtpServerConnection &connection, std::shared_ptr<Conversation> conversation);
    ~RelayHandler() override;

    void onHello(const HelloReceived &hello) override;
    void onMail(const MailReceived &mail) override;
    void onRcpt(const RcptReceived &rcpt) override;
    void onDataStarting() override;
    void onDataChunk(const QByteArray &octets) override;
    void onDataEnded() override;
    void onDataDropped() override;
    void onAuth(const AuthReceived &auth) override;
    void onReset() override;
    void onRuleRefused(const RuleRefused &refused) override;
    void onTls(const PeerTls &tls) override;
    void onClosed() override;

private:
    void count(const Refusal &refusal);
    void refuse(const Refusal &refusal);
    void onAuthChecked(const QString &user, Accounts::Verdict verdict);
    [[nodiscard]] std::optional<Refusal> refuseMessage();
    /// The message is not taken after all: it counts for no limit.
    void forgetMessage();
    void store();
    void onStored(const QueueId &id, bool stored);
    [[nodiscard]] QByteArray trace() const;
    [[nodiscard]] MailSource source() const;
    [[nodiscard]] AdmissionContext context() const;

    RelayInbound &m_inbound;
    SmtpServerConnection &m_connection;
    std::shared_ptr<Conversation> m_conversation;
    DeviceRecorder m_recorder;
    HelloReceived m_hello;
    SpoolMessage m_message;
    std::unique_ptr<IncomingBody> m_body;
    std::optional<IncomingRepair> m_repair;
    std::optional<MailSource> m_counted; ///< the message that is coming in counts as this source's
    qsizetype m_traceOctets = 0;
    std::uint64_t m_octets = 0;                             ///< of the message as it came
    QByteArray m_unrepaired;                                ///< its beginning, where something may be repaired
    std::shared_ptr<int> m_alive = std::make_shared<int>(); // the spool's answer may come after the peer has gone
};

} // namespace relaywright
