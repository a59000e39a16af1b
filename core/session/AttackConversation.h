// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/session/Attack.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSslSocket>
#include <QTimer>

#include <cstdint>
#include <functional>

namespace relaywright {

/// Plays one attack over one connection and tells what was seen. Octets go out as the attack has them; certificates are
/// not looked at. Bounded: each wait by `patience`, all but drips by six times of it, and replies by what ReplyParser takes.
class AttackConversation : public QObject {
public:
    struct Server {
        IpAddress address;
        std::uint16_t port = 0;
        bool implicitTls = false;
    };
    /// `done` runs once, in this object's thread, after which the connection is gone; not at all when this is destroyed
    /// before.
    AttackConversation(const Server &server, Attack attack, std::chrono::milliseconds patience,
                       std::function<void(const AttackSeen &)> done, QObject *parent = nullptr);
    ~AttackConversation() override;

    void start();

private:
    void onConnected();
    void onReadable();
    void onReply(const Reply &reply);
    void onTimeOut();
    void takeStep();
    void drip();
    void endStep(bool refused);
    void finish();
    [[nodiscard]] const AttackStep *step() const;

    Server m_server;
    Attack m_attack;
    std::chrono::milliseconds m_patience;
    std::function<void(const AttackSeen &)> m_done;
    QSslSocket m_socket;
    ReplyParser m_parser;
    AttackSeen m_seen;
    std::size_t m_next = 0; ///< the step that comes after the one that is played
    QTimer m_timer;         ///< patience
    QTimer m_whole;         ///< of the conversation
    QTimer m_drips;
    QElapsedTimer m_sinceConnected;
    QElapsedTimer m_sinceStep;
    qsizetype m_dripped = 0;
    bool m_over = false;
};

} // namespace relaywright
