// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ServerSession.h"

#include "core/smtp/CommandLine.h"
#include "core/smtp/ServerState.h"

#include <algorithm>
#include <utility>

namespace relaywright {

ServerSession::ServerSession(ServerSettings settings)
    : ServerSession(std::make_shared<const ServerSettings>(std::move(settings)))
{
}
ServerSession::ServerSession(std::shared_ptr<const ServerSettings> settings)
    : m_state(std::make_unique<State>(std::move(settings)))
{
}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession &&) noexcept = default;
ServerSession &ServerSession::operator=(ServerSession &&) noexcept = default;

void ServerSession::setObserver(LineObserver observer)
{
    m_state->observer = std::move(observer);
}

void ServerSession::start(const std::optional<Reply> &greeting)
{
    State &s = *m_state;
    if (s.mode != State::Mode::Greeting)
        return;
    s.mode = State::Mode::Command;
    if (greeting && greeting->code != 220) {
        s.write(*greeting);
        if (greeting->code == 421 || greeting->code == 554)
            s.shut(QStringLiteral("refused at the greeting"));
        return;
    }
    if (s.settings.strictPregreeting && s.hasInput()) {
        s.writeRaw("554 5.5.0 You spoke before the greeting\r\n");
        s.shut(QStringLiteral("the peer spoke before the greeting"));
        return;
    }
    s.write(greeting.value_or(Reply{220, {s.settings.serverName + ' ' + s.settings.greetingText}}));
}

void ServerSession::receive(QByteArrayView octets)
{
    State &s = *m_state;
    if (octets.isEmpty() || s.mode == State::Mode::Closed)
        return;
    if (s.mode == State::Mode::Tls) {
        s.refuseInjection();
        return;
    }
    s.append(octets);
}

bool ServerSession::wantsInput() const
{
    const State &s = *m_state;
    return s.mode != State::Mode::Closed && s.mode != State::Mode::Tls && s.awaits == State::Awaits::Nothing
           && s.events.empty() && s.in.size() - s.at < State::kMaxBufferedOctets;
}

std::optional<ServerEvent> ServerSession::next()
{
    State &s = *m_state;
    do {
        if (!s.events.empty()) {
            ServerEvent event = std::move(s.events.front());
            s.events.erase(s.events.begin());
            return event;
        }
    } while (s.awaits == State::Awaits::Nothing && s.step());
    return std::nullopt;
}

void ServerSession::answer(const Reply &reply)
{
    State &s = *m_state;
    if (s.awaits == State::Awaits::Auth)
        return answerAuth(reply.code == 235, reply);
    s.onAnswer(reply);
}

void ServerSession::answerHello(const QByteArray &words)
{
    State &s = *m_state;
    if (s.awaits == State::Awaits::Hello)
        s.onAnswer(s.helloReply(words));
}

void ServerSession::limitMessage(std::uint64_t octets)
{
    State &s = *m_state;
    if (s.offered)
        s.offered->maxOctets = std::min(octets, s.settings.maxMessageOctets);
}

void ServerSession::answerAuth(bool accepted, const std::optional<Reply> &otherWords)
{
    State &s = *m_state;
    if (s.awaits != State::Awaits::Auth)
        return;
    s.awaits = State::Awaits::Nothing;
    if (accepted)
        s.user = s.claimedUser;
    s.claimedUser.clear();
    if (accepted && !otherWords)
        return s.writeRaw("235 2.7.0 Authentication successful\r\n");
    if (accepted)
        return s.write(*otherWords);
    s.refuseSignIn(otherWords.value_or(Reply{535, {"5.7.8 Authentication credentials invalid"}}));
}

void ServerSession::onTlsEstablished()
{
    State &s = *m_state;
    if (s.mode != State::Mode::Tls)
        return;
    // RFC 3207 §4.2: nothing that came before counts.
    s.in.clear();
    s.at = 0;
    s.tls = true;
    s.mode = State::Mode::Command;
}

void ServerSession::close(const Reply &reply, const QString &reason)
{
    State &s = *m_state;
    if (s.mode == State::Mode::Closed)
        return;
    s.write(reply);
    s.shut(reason);
}

QByteArray ServerSession::takeOutput()
{
    return std::exchange(m_state->out, {});
}

bool ServerSession::tlsActive() const
{
    return m_state->tls;
}

const QString &ServerSession::authenticatedUser() const
{
    return m_state->user;
}

bool ServerSession::insideData() const
{
    const bool betweenPieces = m_state->transaction && m_state->transaction->bdat && m_state->transaction->dataOpen;
    return m_state->mode == State::Mode::Data || m_state->mode == State::Mode::Bdat || betweenPieces;
}

bool ServerSession::awaitsAnswer() const
{
    return m_state->awaits != State::Awaits::Nothing;
}

bool ServerSession::sawBareLineFeed() const
{
    return m_state->bareLineFeed;
}

const ServerSettings &ServerSession::settings() const
{
    return m_state->settings;
}

} // namespace relaywright
