// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/ClientSignIn.h"
#include "core/smtp/ClientTransaction.h"

namespace relaywright {

/// The states and what leads from one to the next; ClientSession is its public face.
class ClientMachine {
public:
    enum class State {
        Idle,
        Greeting,
        Ehlo,
        Helo,
        StartTls,
        Handshake,
        Auth,
        Ready,
        Transaction,
        Resetting,
        Quitting,
        Done
    };

    explicit ClientMachine(ClientSettings given);

    Actions start();
    Actions onReply(const Reply &reply);
    Actions onTlsEstablished();
    Actions submit(const Envelope &envelope, const SubmitOptions &options);
    Actions onMessageSent();
    Actions onChunkRead(std::uint64_t octets, bool last);
    Actions quit();
    Actions endNow(Outcome outcome, const std::optional<Reply> &reply, const QString &detail);
    Stage stage() const;
    State state() const { return m_state; }
    bool tlsActive() const { return m_tls; }
    const Capabilities &capabilities() const { return m_capabilities; }

private:
    Actions onGreeting(const Reply &reply);
    Actions sayHello();
    Actions onEhlo(const Reply &reply);
    Actions onHelo(const Reply &reply);
    Actions afterHello();
    Actions onStartTls(const Reply &reply);
    Actions afterTls();
    Actions beginAuth();
    Actions follow(ClientSignIn::Step step);
    Actions afterAuth();
    Actions becomeReady(Actions actions);
    Actions onTransaction(const Reply &reply);
    Actions afterTransaction();
    Actions onReset(const Reply &reply);
    Actions onQuit(const Reply &reply);
    Actions leave(Finish finish, Actions actions = {});
    Actions violation(const QString &detail);
    bool leavesAfter(Stage passed) const { return m_quitWanted || m_settings.stopAfter == passed; }
    Actions leaveAsAsked(Stage passed);
    std::optional<Outcome> obstacle(const SubmitOptions &options) const;
    ClientTransaction::Settings transactionSettings(const SubmitOptions &options) const;
    Actions notesAbout(const SubmitOptions &options) const;

    ClientSettings m_settings;
    State m_state = State::Idle;
    Capabilities m_capabilities;
    bool m_tls = false;
    bool m_greeted = false;
    bool m_quitWanted = false;
    std::optional<ClientSignIn> m_signIn;
    std::optional<ClientTransaction> m_transaction;
    Finish m_pendingFinish;
    Stage m_endedAt = Stage::Connect;
};

} // namespace relaywright
