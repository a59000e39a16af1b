// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Conversation.h"
#include "core/relay/SpoolMessage.h"
#include "core/session/SmtpClient.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace relaywright {

/// One connection to the smart host, used for several messages one after another.
class UpstreamConnection : public QObject {
    Q_OBJECT
public:
    /// A message with what is sent of it.
    struct Load {
        SpoolMessage message;
        Envelope envelope;                  ///< as rewritten
        std::unique_ptr<QIODevice> content; ///< as it goes out
        QuotaUse quota;
        bool headHas8Bit = false;
        QString remark; ///< about the content, for the journal
    };
    /// After so many messages the connection is closed and another one opened: servers have limits.
    static constexpr int kMaxMessages = 100;

    UpstreamConnection(ConnectionSettings settings, Conversation conversation, QObject *parent = nullptr);
    ~UpstreamConnection() override;

    void open();
    [[nodiscard]] bool isIdle() const { return m_ready && !m_load && !m_quitting; }
    [[nodiscard]] bool isBusy() const { return m_load.has_value(); }
    [[nodiscard]] bool isQuitting() const { return m_quitting; }
    /// It was ready once: what ends it now says nothing about the route.
    [[nodiscard]] bool wasOpened() const { return m_opened; }
    /// Only when idle: the connection is this message's. `submit` follows when its content is there.
    void reserve(Load load);
    void submit(std::unique_ptr<QIODevice> content);
    [[nodiscard]] Load &load() { return *m_load; }
    /// The message at hand will not be sent after all; the connection is idle again.
    [[nodiscard]] Load giveBack();
    /// As the smart host offered it (RFC 3461).
    [[nodiscard]] bool offersDsn() const { return m_client.capabilities().dsn; }
    /// Closes politely: at once when idle, else after the message at hand.
    void quit();
    void cancel();
    /// The message at hand, which the caller settles; only in a slot of `transactionDone` or `finished`.
    [[nodiscard]] std::optional<Load> takeLoad();

Q_SIGNALS:
    /// Greeting, TLS and sign-in went well.
    void opened();
    /// May be told to send the next message.
    void idle();
    void transactionDone(const relaywright::TransactionResult &result);
    /// Exactly once; a message may still be at hand. Deletes itself afterwards.
    void finished(const relaywright::Finish &finish);

private:
    void onReady();
    void onTransactionDone(const TransactionResult &result);
    void onFinished(const Finish &finish);

    SmtpClient m_client;
    Conversation m_conversation;
    QTimer m_idleTimer;
    std::optional<Load> m_load;
    bool m_opened = false;
    bool m_ready = false;
    bool m_quitting = false;
    bool m_finished = false;
    int m_sent = 0;
};

} // namespace relaywright
