// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenJudgement.h"
#include "core/rehearsal/PracticeFaults.h"
#include "core/rehearsal/PracticeQuotas.h"
#include "core/rehearsal/PracticeRules.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/session/DeviceProfile.h"
#include "core/session/SmtpServer.h"

#include <functional>

namespace relaywright {

/// What a listener says where the session answers by itself: Exchange Online's list, sizes and words.
[[nodiscard]] ServerSettings practiceServerSettings(PracticeMethod method, const PracticeLimits &limits,
                                                    const PracticeFaults &faults);

/// What all conversations of one server share.
struct PracticeWorld {
    PracticeRules rules;
    PracticeQuotas quotas;
    PracticeFaults faults;
    const Clock &clock;
    std::shared_ptr<const PracticeTokenJudge> tokenJudge; ///< nothing: tokens are judged by what they say
    std::function<void(ReceivedMessage &&)> keep;
    std::function<void(const DeviceProfile &)> seen; ///< a conversation has ended
    std::function<void(quint64 connection, const QString &sentence)> note;
};

/// One conversation with the practice server: asks the rules, adds the faults, keeps the message, and writes down what the
/// device showed of itself.
class PracticeConversation final : public ServerHandler {
public:
    /// Both outlive the conversation.
    PracticeConversation(PracticeWorld &world, SmtpServerConnection &connection);

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
    void onTls(const PeerTls &tls) override;
    void onClosed() override;
    /// A line of either side, without secrets.
    void onLine(Side side, const QByteArray &line) { m_recorder.onLine(side, line); }

private:
    [[nodiscard]] PracticeContext context() const;
    /// What the access token says, and whether it is fit for this endpoint.
    void readToken(PracticeContext &now) const;
    /// Whether the practice sign-in service issued it for this.
    void letJudge(PracticeContext &now, const TokenNeed &need) const;
    [[nodiscard]] ReceivedMessage received(QByteArray internalId);
    /// Answers, late and wrong where faults say so.
    void answer(PracticePoint point, const Reply &reply, std::chrono::milliseconds wait = {});
    void acceptMessage();
    void noteAttribution(const PracticeContext &context);

    PracticeWorld &m_world;
    SmtpServerConnection &m_connection;
    DeviceRecorder m_recorder;
    QByteArray m_helo;
    PeerTls m_tls;
    Envelope m_envelope;
    QByteArray m_content; ///< up to PracticeServer::kKeptOctetsPerMessage
    std::uint64_t m_octets = 0;
};

} // namespace relaywright
