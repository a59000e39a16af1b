// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/PracticeGraph.h"
#include "core/rehearsal/PracticeWebSettings.h"
#include "core/rehearsal/ReceivedMessage.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace relaywright {

/// A practice Microsoft Graph on this computer (PracticeGraph), for the tokens of a practice sign-in service. What is sent
/// through it goes nowhere. It lives in the thread it was made in and needs an event loop there.
///
/// To let its messages stand among those of a practice SMTP server, connect `messageReceived` to PracticeServer::take.
class PracticeGraphService : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype kMaxBodyOctets = 8 << 20;

    /// `judge` is PracticeSignInService::judge; `clock` and `knowledge` outlive it.
    PracticeGraphService(PracticeWebSettings settings, std::shared_ptr<const PracticeTokenJudge> judge,
                         const Clock &clock, const Knowledge &knowledge, QObject *parent = nullptr);
    ~PracticeGraphService() override;

    /// Error: Unreachable when the address cannot be bound, TlsFailed when no certificate could be made.
    [[nodiscard]] Result<void> start();
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] QUrl baseUrl() const;            ///< `https://127.0.0.1:PORT`; for GraphService::at
    [[nodiscard]] QByteArray authorityPem() const; ///< give this to clients; empty without TLS
    /// The newest, the last one at the end; bounded as PracticeServer's.
    [[nodiscard]] const std::deque<ReceivedMessage> &messages() const;
    [[nodiscard]] const GraphCounts &counts() const;
    [[nodiscard]] std::size_t draftCount() const; ///< made and neither sent nor deleted
    /// Those of a sign-in service only have no effect.
    void setFaults(const PracticeWebFaults &faults);

Q_SIGNALS:
    void messageReceived(const relaywright::ReceivedMessage &message);
    /// A request was answered: `POST /v1.0/me/sendMail 202`, without ids of uploads.
    void requestAnswered(const QString &line);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
