// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SmtpServerPrivate.h"

#include "core/base/Overloaded.h"

#include <QTimer>

#include <openssl/crypto.h>

#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr qint64 kReadOctets = 64 * 1024;
constexpr std::chrono::seconds kGoodbyeLimit{5};
constexpr std::chrono::hours kPatienceRemembered{1};
constexpr std::size_t kMaxPatientPeers = 10'000;
constexpr qint64 kMaxUnsentOctets = 64 * 1024; ///< a peer that does not read its replies gets no more of them

/// Every connection of this thread reads through this one piece of memory.
std::array<char, kReadOctets> &readBuffer()
{
    static thread_local std::array<char, kReadOctets> buffer;
    return buffer;
}

} // namespace

SmtpServerConnection::Private::Private(SmtpServer::Private &serverIn, PeerInfo peerIn, qintptr descriptor)
    : server(serverIn), peer(peerIn), session(serverIn.sessionSettings), plain(std::make_unique<PlainSocket>(descriptor)),
      started(std::chrono::steady_clock::now()), lastProgress(started), windowStart(started)
{
}

void SmtpServerConnection::Private::begin(SmtpServer::Admission admission)
{
    if (auto *reply = std::get_if<Reply>(&admission))
        refusal = std::move(*reply);
    else
        handler = std::move(std::get<std::unique_ptr<ServerHandler>>(admission));
    QObject::connect(plain.get(), &PlainSocket::gone, q, [this] { onDisconnected(); });
    QObject::connect(plain.get(), &PlainSocket::readable, q, [this] { pump(); });
    QObject::connect(plain.get(), &PlainSocket::sent, q, [this] { pump(); });
    if (server.settings.smtp.implicitTls)
        return startTls();
    if (!server.settings.smtp.strictPregreeting || refusal || isKnownPatient())
        return greet();
    QTimer::singleShot(server.settings.greetingDelay, Qt::PreciseTimer, q, [this] { greet(); });
}

qint64 SmtpServerConnection::Private::read(char *to, qint64 most)
{
    return ssl ? ssl->read(to, most) : plain->read(to, most);
}

qint64 SmtpServerConnection::Private::unsent() const
{
    return ssl ? ssl->bytesToWrite() : plain->unsent();
}

void SmtpServerConnection::Private::send(const QByteArray &octets)
{
    if (!ssl)
        return plain->write(octets);
    ssl->write(octets);
    ssl->flush();
}

void SmtpServerConnection::Private::abort()
{
    ssl ? ssl->abort() : plain->abort();
}

bool SmtpServerConnection::Private::isKnownPatient() const
{
    if (!server.settings.greetsKnownPeersAtOnce)
        return false;
    const auto known = server.patientPeers.find(peer.address);
    return known != server.patientPeers.end() && started - known->second < kPatienceRemembered;
}

void SmtpServerConnection::Private::greet()
{
    if (gone)
        return;
    const qint64 early = read(readBuffer().data(), kReadOctets);
    if (gone)
        return;
    if (early > 0) {
        server.patientPeers.erase(peer.address);
        session.receive(QByteArrayView(readBuffer().data(), early));
    } else if (server.settings.greetsKnownPeersAtOnce && !refusal && !isKnownPatient()) {
        if (server.patientPeers.size() >= kMaxPatientPeers)
            server.patientPeers.clear();
        server.patientPeers.insert_or_assign(peer.address, started);
    }
    session.start(refusal ? refusal : handler->greeting());
    if (refusal)
        session.close({221, {"2.0.0 Closing the connection"}}, QStringLiteral("refused at the greeting"));
    pump();
}

void SmtpServerConnection::Private::pump()
{
    // An answer given inside a handler's call comes here again: the loop below will see it.
    if (pumping || gone)
        return;
    if (awaitingClientHello)
        return awaitClientHello();
    pumping = true;
    while (!gone && pumpOnce()) { }
    pumping = false;
    if (gone)
        server.forget(q);
}

bool SmtpServerConnection::Private::pumpOnce()
{
    while (auto event = session.next()) {
        handle(*event);
        if (gone)
            return false;
    }
    if (closing)
        return false;
    if (server.shuttingDown && !session.awaitsAnswer() && !session.insideData() && !handshaking) {
        session.close({421, {"4.3.2 The server is shutting down; try again later"}}, QStringLiteral("shutting down"));
        return true;
    }
    flush();
    if (gone || !session.wantsInput() || unsent() > kMaxUnsentOctets)
        return false;
    auto &buffer = readBuffer();
    const qint64 size = read(buffer.data(), kReadOctets);
    if (size <= 0 || gone)
        return false;
    windowOctets += static_cast<std::uint64_t>(size);
    const bool mayHoldSecrets = !session.insideData();
    session.receive(QByteArrayView(buffer.data(), size));
    if (mayHoldSecrets) // the octets of a sign-in would stay until as many came from somebody else
        OPENSSL_cleanse(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

void SmtpServerConnection::Private::handle(const ServerEvent &event)
{
    std::visit(Overloaded{
                   [this](const HelloReceived &hello) { handler->onHello(hello); },
                   [this](const MailReceived &mail) { handler->onMail(mail); },
                   [this](const RcptReceived &rcpt) { handler->onRcpt(rcpt); },
                   [this](const DataStarting &) { handler->onDataStarting(); },
                   [this](const DataChunk &chunk) { handler->onDataChunk(chunk.octets); },
                   [this](const DataEnded &) { handler->onDataEnded(); },
                   [this](const DataDropped &) { handler->onDataDropped(); },
                   [this](const AuthReceived &auth) { handler->onAuth(auth); },
                   [this](const TlsWanted &) { startTls(); },
                   [this](const ResetReceived &) { handler->onReset(); },
                   [this](const CloseWanted &) { closeSocket(); },
                   [this](const RuleRefused &refused) { handler->onRuleRefused(refused); },
               },
               event);
}

void SmtpServerConnection::Private::flush()
{
    const QByteArray output = session.takeOutput();
    if (output.isEmpty())
        return;
    lastProgress = std::chrono::steady_clock::now();
    send(output);
}

void SmtpServerConnection::Private::closeSocket()
{
    closing = true;
    flush();
    if (gone)
        return;
    if (!ssl)
        return plain->close();
    // What a peer still has on the way is thrown away; closing with it unread would reset the connection and could
    // take our last reply with it. One turn of the event loop fetches what has arrived but was not told yet.
    QTimer::singleShot(0, q, [this] {
        if (gone)
            return;
        ssl->readAll();
        ssl->disconnectFromHost();
    });
}

void SmtpServerConnection::Private::onDisconnected()
{
    if (std::exchange(gone, true))
        return;
    if (handler && handshaking)
        handler->onTls(peerTls());
    if (handler)
        handler->onClosed();
    if (!pumping)
        server.forget(q);
}

void SmtpServerConnection::Private::checkLimits(SteadyTime now)
{
    if (gone)
        return;
    if (closing) {
        // Nobody is waited for long who does not read, or does not close its side.
        if (now - lastProgress > std::min<std::chrono::milliseconds>(server.settings.idleLimit, kGoodbyeLimit))
            abort();
        return;
    }
    if (session.awaitsAnswer()) {
        lastProgress = windowStart = now;
        windowOctets = 0;
        return;
    }
    if (handshaking) {
        if (server.shuttingDown || now - lastProgress > server.settings.idleLimit)
            abort();
        return;
    }
    if (now - started > server.settings.sessionLimit) {
        session.close({421, {"4.4.2 The conversation took too long; connect again"}}, QStringLiteral("session limit"));
        return pump();
    }
    if (session.insideData())
        return checkDataRate(now);
    insideDataBefore = false;
    if (now - lastProgress > server.settings.idleLimit) {
        session.close({421, {"4.4.2 Nothing was heard from you for too long; connect again"}}, QStringLiteral("idle limit"));
        pump();
    }
}

void SmtpServerConnection::Private::checkDataRate(SteadyTime now)
{
    lastProgress = now;
    if (!std::exchange(insideDataBefore, true)) {
        windowStart = now;
        windowOctets = 0;
        return;
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - windowStart);
    if (elapsed < server.settings.dataRateWindow)
        return;
    const auto wanted = static_cast<std::uint64_t>(server.settings.minimumDataRate) * static_cast<std::uint64_t>(elapsed.count()) / 1000;
    if (windowOctets < wanted) {
        session.close({421, {"4.4.2 The message comes too slowly; connect again"}}, QStringLiteral("data too slow"));
        return pump();
    }
    windowStart = now;
    windowOctets = 0;
}

void SmtpServerConnection::Private::answerAuthLater(const std::optional<Reply> &otherWords)
{
    QTimer::singleShot(server.settings.authFailureDelay, q, [this, otherWords] {
        session.answerAuth(false, otherWords);
        pump();
    });
}

void SmtpServerConnection::Private::drop()
{
    abort(); // onDisconnected follows by its signal
}

void SmtpServerConnection::Private::sendRaw(const QByteArray &octets)
{
    flush();
    if (gone)
        return;
    send(octets);
}

SmtpServerConnection::SmtpServerConnection(std::unique_ptr<Private> dIn) : d(std::move(dIn))
{
    d->q = this;
}

SmtpServerConnection::~SmtpServerConnection()
{
    // The socket may speak while it is taken down; nobody listens any more.
    if (d->plain)
        d->plain->disconnect(this);
    if (d->ssl)
        d->ssl->disconnect(this);
    if (!d->gone && d->handler)
        d->handler->onClosed();
    d->gone = true;
}

const PeerInfo &SmtpServerConnection::peer() const
{
    return d->peer;
}

const ServerSession &SmtpServerConnection::session() const
{
    return d->session;
}

void SmtpServerConnection::answer(const Reply &reply)
{
    if (d->gone)
        return;
    d->session.answer(reply);
    d->pump();
}

void SmtpServerConnection::answerHello(const QByteArray &words)
{
    if (d->gone)
        return;
    d->session.answerHello(words);
    d->pump();
}

void SmtpServerConnection::limitMessage(std::uint64_t octets)
{
    if (!d->gone)
        d->session.limitMessage(octets);
}

void SmtpServerConnection::answerAuth(bool accepted, const std::optional<Reply> &otherWords)
{
    if (d->gone)
        return;
    if (!accepted && d->server.settings.authFailureDelay.count() > 0)
        return d->answerAuthLater(otherWords);
    d->session.answerAuth(accepted, otherWords);
    d->pump();
}

void SmtpServerConnection::close(const Reply &reply, const QString &reason)
{
    if (d->gone)
        return;
    d->session.close(reply, reason);
    d->pump();
}

void SmtpServerConnection::drop()
{
    if (!d->gone)
        d->drop();
}

void SmtpServerConnection::sendRaw(const QByteArray &octets)
{
    if (!d->gone)
        d->sendRaw(octets);
}

void SmtpServerConnection::setObserver(LineObserver observer)
{
    d->session.setObserver(std::move(observer));
}

} // namespace relaywright
