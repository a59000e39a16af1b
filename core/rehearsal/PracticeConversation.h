// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeRules.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/session/SmtpServer.h"

#include <functional>

namespace relaywright {

/// What a listener says where the session answers by itself: Exchange Online's list, sizes and words.
[[nodiscard]] ServerSettings practiceServerSettings(PracticeMethod method);

/// One conversation with the practice server: asks the rules and keeps the message.
class PracticeConversation final : public ServerHandler {
public:
    using Keep = std::function<void(ReceivedMessage &&)>;
    /// All references outlive the conversation.
    PracticeConversation(const PracticeRules &rules, PracticeMethod method, const Clock &clock, SmtpServerConnection &connection, Keep keep);

    [[nodiscard]] std::optional<Reply> greeting() override;
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
    [[nodiscard]] PracticeContext context() const;
    [[nodiscard]] ReceivedMessage received(QByteArray internalId);

    const PracticeRules &m_rules;
    PracticeMethod m_method;
    const Clock &m_clock;
    SmtpServerConnection &m_connection;
    Keep m_keep;
    Envelope m_envelope;
    QByteArray m_content; ///< up to PracticeServer::kKeptOctetsPerMessage
    std::uint64_t m_octets = 0;
};

} // namespace relaywright
