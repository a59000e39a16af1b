// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/AttackConversation.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QSslConfiguration>

#include <utility>

namespace relaywright {

namespace {

constexpr int kPatiencesInAll = 6;

/// A listener is attacked as it is, with old TLS and a certificate of its own.
QSslConfiguration anyTls()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

} // namespace

AttackConversation::AttackConversation(const Server &server, Attack attack, std::chrono::milliseconds patience,
                                       std::function<void(const AttackSeen &)> done, QObject *parent)
    : QObject(parent), m_server(server), m_attack(std::move(attack)), m_patience(patience), m_done(std::move(done))
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.setSslConfiguration(anyTls());
    connect(&m_socket, &QSslSocket::connected, this, [this] { onConnected(); });
    connect(&m_socket, &QSslSocket::readyRead, this, [this] { onReadable(); });
    connect(&m_socket, &QSslSocket::encrypted, this, [this] {
        if (const AttackStep *now = step(); now && now->wait == AttackStep::Wait::Handshake)
            takeStep();
    });
    connect(&m_socket, &QSslSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        m_seen.tlsFailed = m_seen.tlsFailed || error == QAbstractSocket::SslHandshakeFailedError;
        onReadable(); // what came before the end
        m_seen.closed = m_sinceConnected.isValid();
        finish();
    });
    m_timer.setSingleShot(true);
    m_whole.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { onTimeOut(); });
    connect(&m_whole, &QTimer::timeout, this, [this] { onTimeOut(); });
    connect(&m_drips, &QTimer::timeout, this, [this] { drip(); });
}

AttackConversation::~AttackConversation()
{
    m_socket.disconnect(this);
}

const AttackStep *AttackConversation::step() const
{
    return m_next > 0 ? &m_attack.steps[m_next - 1] : nullptr;
}

void AttackConversation::start()
{
    m_timer.start(m_patience);
    if (!m_attack.slow)
        m_whole.start(kPatiencesInAll * m_patience);
    m_sinceStep.start();
    m_socket.connectToHost(QHostAddress(m_server.address.toString()), m_server.port);
}

void AttackConversation::onConnected()
{
    m_sinceConnected.start();
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_server.implicitTls)
        m_socket.startClientEncryption();
    if (!m_attack.steps.empty() && m_attack.steps.front().wait == AttackStep::Wait::Nothing)
        takeStep();
}

void AttackConversation::onReadable()
{
    while (!m_over && m_socket.bytesAvailable() > 0) {
        const auto replies = m_parser.feed(m_socket.readAll());
        if (m_timer.isActive())
            m_timer.start(m_patience);
        if (!replies) {
            m_seen.garbled = true;
            return finish();
        }
        for (const Reply &reply : *replies) {
            if (!m_over)
                onReply(reply);
        }
    }
}

void AttackConversation::onReply(const Reply &reply)
{
    if (!m_seen.greeting) {
        m_seen.greeting = reply;
        m_seen.greetedAfter = std::chrono::milliseconds(m_sinceConnected.elapsed());
        if (!reply.isPositive())
            return finish();
        return step() ? void() : takeStep();
    }
    const AttackStep *now = step();
    if (!now
        || now->wait == AttackStep::Wait::Handshake) // said in the clear, behind the 220: thrown away as a client must
        return;
    m_seen.replies.back().push_back(reply);
    if (now->wait == AttackStep::Wait::Reply || now->wait == AttackStep::Wait::Nothing)
        endStep(!reply.isPositive());
}

void AttackConversation::endStep(bool refused)
{
    if (m_next == m_attack.steps.size() || (refused && step()->refusal != AttackStep::Refusal::GoOn))
        return finish();
    takeStep();
}

void AttackConversation::takeStep()
{
    if (m_next == m_attack.steps.size())
        return finish();
    const AttackStep &next = m_attack.steps[m_next++];
    m_seen.replies.emplace_back();
    m_sinceStep.start();
    m_timer.start(m_patience);
    switch (next.wait) {
    case AttackStep::Wait::Handshake: m_parser.clear(); return m_socket.startClientEncryption();
    case AttackStep::Wait::Drip: m_timer.stop(); return m_drips.start(next.pause);
    case AttackStep::Wait::Reply:
    case AttackStep::Wait::Close:
    case AttackStep::Wait::Nothing:
        m_socket.write(next.octets);
        m_socket.flush();
        return;
    }
}

void AttackConversation::drip()
{
    const AttackStep &now = *step();
    if (std::chrono::milliseconds(m_sinceStep.elapsed()) >= now.limit)
        return onTimeOut();
    m_socket.write(now.octets.mid(m_dripped++ % now.octets.size(), 1));
}

void AttackConversation::onTimeOut()
{
    m_seen.timedOut = true;
    finish();
}

void AttackConversation::finish()
{
    if (std::exchange(m_over, true))
        return;
    m_seen.took = std::chrono::milliseconds(m_sinceStep.elapsed());
    m_timer.stop();
    m_whole.stop();
    m_drips.stop();
    m_socket.disconnect(this);
    m_socket.abort(); // half a message is forgotten with its connection
    QMetaObject::invokeMethod(
        this, [this] { std::exchange(m_done, nullptr)(m_seen); }, Qt::QueuedConnection);
}

} // namespace relaywright
