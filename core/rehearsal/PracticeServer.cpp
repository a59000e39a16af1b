// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeServer.h"

#include "core/base/Text.h"
#include "core/rehearsal/PracticeConversation.h"
#include "core/session/SmtpServer.h"
#include "core/smtp/CommandLine.h"

#include <chrono>
#include <utility>

namespace relaywright {

namespace {

Stage stageOf(Verb verb, Stage before)
{
    switch (verb) {
    case Verb::Helo:
    case Verb::Ehlo:
        return Stage::Ehlo;
    case Verb::StartTls:
        return Stage::Tls;
    case Verb::Auth:
        return Stage::Auth;
    case Verb::Mail:
        return Stage::Mail;
    case Verb::Rcpt:
        return Stage::Rcpt;
    case Verb::Data:
    case Verb::Bdat:
        return Stage::Data;
    case Verb::Quit:
        return Stage::Quit;
    default: // NOOP and the like, and the answers to a challenge
        return before;
    }
}

/// Turns the lines of one connection into transcript lines.
class LineWriter {
public:
    explicit LineWriter(const SmtpServerConnection &connection)
        : m_connection(connection), m_started(std::chrono::steady_clock::now())
    {
    }
    TranscriptLine operator()(Side side, const QByteArray &line)
    {
        if (side == Side::Peer)
            m_stage = stageOf(splitCommand(line).verb, m_stage);
        TranscriptLine written;
        written.direction = side == Side::Peer ? TranscriptLine::Direction::Sent : TranscriptLine::Direction::Received;
        written.stage = m_stage;
        written.sinceStart = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_started);
        written.tls = m_connection.session().tlsActive();
        written.refusal = side == Side::Us && (line.startsWith('4') || line.startsWith('5'));
        written.text = printable(line);
        return written;
    }

private:
    const SmtpServerConnection &m_connection;
    std::chrono::steady_clock::time_point m_started;
    Stage m_stage = Stage::Greeting;
};

} // namespace

QString practiceHostName()
{
    return QStringLiteral("practice.relaywright.invalid");
}

class PracticeServer::Private {
public:
    Private(PracticeServer *owner, PracticeSettings settingsIn, const Clock &clockIn)
        : q(owner), settings(std::move(settingsIn)), clock(clockIn), rules(settings.tenant)
    {
    }

    [[nodiscard]] Result<void> takeIdentity();
    [[nodiscard]] SmtpServer::Admission admit(SmtpServerConnection &connection);
    void keep(ReceivedMessage &&message);

    PracticeServer *q;
    PracticeSettings settings;
    const Clock &clock;
    PracticeRules rules;
    QByteArray authority;
    SmtpServer *server = nullptr; ///< child of q
    std::deque<ReceivedMessage> messages;
    std::uint64_t keptOctets = 0;
};

Result<void> PracticeServer::Private::takeIdentity()
{
    if (settings.identity)
        return {};
    QStringList names{practiceHostName(), QStringLiteral("localhost"), QStringLiteral("127.0.0.1"), QStringLiteral("::1")};
    if (const QString host = settings.listen.host.toString(); !names.contains(host))
        names += host;
    // The real time: `clock` may stand in next year, and the certificate must hold for clients of today.
    auto made = makeIdentity(names, SystemClock().now());
    if (!made)
        return tl::unexpected(made.error());
    settings.identity = std::move(made->server);
    authority = made->authorityPem;
    return {};
}

SmtpServer::Admission PracticeServer::Private::admit(SmtpServerConnection &connection)
{
    connection.setObserver([this, id = connection.peer().connectionId, writer = LineWriter(connection)](Side side, const QByteArray &line) mutable {
        Q_EMIT q->lineAdded(id, writer(side, line));
    });
    return std::make_unique<PracticeConversation>(rules, settings.method, clock, connection,
                                                  [this](ReceivedMessage &&message) { keep(std::move(message)); });
}

void PracticeServer::Private::keep(ReceivedMessage &&message)
{
    keptOctets += static_cast<std::uint64_t>(message.content.size());
    messages.push_back(std::move(message));
    if (messages.size() > kKeptMessages) {
        keptOctets -= static_cast<std::uint64_t>(messages.front().content.size());
        messages.pop_front();
    }
    for (ReceivedMessage &oldest : messages) {
        if (keptOctets <= kKeptOctets)
            break;
        keptOctets -= static_cast<std::uint64_t>(oldest.content.size());
        oldest.content.clear();
    }
    const ReceivedMessage copy = messages.back(); // a slot may stop the server or let more mail in
    Q_EMIT q->messageReceived(copy);
}

PracticeServer::PracticeServer(PracticeSettings settings, const Clock &clock, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), clock))
{
}

PracticeServer::~PracticeServer()
{
    // Connections look into `d`: they go first, those of stopped servers too.
    qDeleteAll(findChildren<SmtpServer *>(Qt::FindDirectChildrenOnly));
}

Result<void> PracticeServer::start()
{
    stop();
    if (auto identity = d->takeIdentity(); !identity)
        return identity;
    ListenerSettings listener{.listen = d->settings.listen, .smtp = practiceServerSettings(d->settings.method), .identity = d->settings.identity};
    listener.authFailureDelay = {}; // nobody guesses passwords here; a device is tried again and again
    d->server = new SmtpServer(std::move(listener), [p = d.get()](const PeerInfo &, SmtpServerConnection &connection) { return p->admit(connection); }, this);
    auto listening = d->server->listen();
    if (!listening)
        stop();
    return listening;
}

void PracticeServer::stop()
{
    if (!d->server)
        return;
    // It may be one of its own signals that brought us here.
    SmtpServer *const stopped = std::exchange(d->server, nullptr);
    connect(stopped, &SmtpServer::closed, stopped, &QObject::deleteLater);
    stopped->shutDown();
}

bool PracticeServer::isRunning() const
{
    return d->server != nullptr;
}

Endpoint PracticeServer::address() const
{
    return d->server ? d->server->address() : d->settings.listen;
}

QByteArray PracticeServer::authorityPem() const
{
    return d->authority;
}

const std::deque<ReceivedMessage> &PracticeServer::messages() const
{
    return d->messages;
}

} // namespace relaywright
