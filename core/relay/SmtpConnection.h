// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Conversation.h"
#include "core/relay/UpstreamConnection.h"
#include "core/session/SmtpClient.h"

#include <QTimer>

namespace relaywright {

/// A connection by SMTP.
class SmtpConnection final : public UpstreamConnection {
    Q_OBJECT
public:
    /// After so many messages the connection is closed and another one opened: servers have limits.
    static constexpr int kMaxMessages = 100;

    SmtpConnection(ConnectionSettings settings, Conversation conversation, QObject *parent = nullptr);
    ~SmtpConnection() override;

    void open() override;
    void submit(std::unique_ptr<QIODevice> content) override;
    [[nodiscard]] bool offersDsn() const override { return m_client.capabilities().dsn; }
    [[nodiscard]] std::optional<CertificateLife> certificateOfHost() const override;
    void quit() override;
    void cancel() override;

private:
    void onReserved() override { m_idleTimer.stop(); }
    void onReady() override;
    void onTaken(const QueueId &id) override { m_conversation.endMessage(id); }
    void onTransactionDone(const TransactionResult &result);
    void onFinished(const Finish &finish);

    SmtpClient m_client;
    Conversation m_conversation;
    QTimer m_idleTimer;
    bool m_finished = false;
    int m_sent = 0;
};

} // namespace relaywright
