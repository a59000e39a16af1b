// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeServer.h"

#include "core/base/Text.h"
#include "core/rehearsal/PracticeConversation.h"
#include "core/session/SmtpServer.h"
#include "core/smtp/CommandLine.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace relaywright {

namespace {

Stage stageOf(Verb verb, Stage before)
{
    switch (verb) {
    case Verb::Helo:
    case Verb::Ehlo: return Stage::Ehlo;
    case Verb::StartTls: return Stage::Tls;
    case Verb::Auth: return Stage::Auth;
    case Verb::Mail: return Stage::Mail;
    case Verb::Rcpt: return Stage::Rcpt;
    case Verb::Data:
    case Verb::Bdat: return Stage::Data;
    case Verb::Quit: return Stage::Quit;
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
        written.sinceStart =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_started);
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

class PracticeServer::Private {
public:
    Private(PracticeServer *owner, PracticeSettings settingsIn, const Clock &clock)
        : q(owner),
          settings(std::move(settingsIn)), world{
                                               .rules = PracticeRules(settings.method, settings.tenant, limits()),
                                               .quotas = PracticeQuotas(limits()),
                                               .faults = settings.faults,
                                               .clock = clock,
                                               .tokenJudge = settings.tokenJudge,
                                               .keep = [this](ReceivedMessage &&message) { keep(std::move(message)); },
                                               .seen = [this](const DeviceProfile &profile) { see(profile); },
                                               .note = [this](quint64 connection,
                                                              const QString &sentence) { note(connection, sentence); }}
    {
        if (!settings.identity)
            settings.identity = std::make_shared<PracticeIdentity>();
    }

    [[nodiscard]] PracticeLimits limits() const
    {
        return settings.limits.value_or(limitsOf(settings.method, Knowledge::builtIn()));
    }
    [[nodiscard]] Result<void> takeIdentity();
    [[nodiscard]] ListenerSettings listener() const;
    [[nodiscard]] SmtpServer::Admission admit(SmtpServerConnection &connection);
    void keep(ReceivedMessage &&message);
    void see(const DeviceProfile &profile);
    void note(quint64 connection, const QString &sentence);

    PracticeServer *q;
    PracticeSettings settings;
    PracticeWorld world;
    TlsIdentity certificate;      ///< taken at start
    SmtpServer *server = nullptr; ///< child of q
    bool ending = false;          ///< in the destructor: nobody is told any more
    ReceivedMessages messages;
    std::deque<DeviceProfile> devices;
};

Result<void> PracticeServer::Private::takeIdentity()
{
    auto taken = settings.identity->certificate(settings.listen.host, settings.faults.certificate);
    if (!taken)
        return tl::unexpected(taken.error());
    certificate = std::move(*taken);
    return {};
}

ListenerSettings PracticeServer::Private::listener() const
{
    ListenerSettings listener{.listen = settings.listen,
                              .smtp = practiceServerSettings(settings.method, limits(), settings.faults),
                              .identity = certificate};
    // Old clients of the submission endpoint are told so in words (421 4.7.66) after a handshake that succeeds.
    if (isSubmission(settings.method))
        listener.tls = ListenerTls::Tls10OrLater;
    if (settings.faults.onlyTls10)
        listener.tls = ListenerTls::Tls10Only;
    listener.readClientHello = true;
    listener.askClientCertificate = !signsIn(settings.method); // a connector may know it, whatever is tried
    listener.clientAuthoritiesPem = settings.clientAuthoritiesPem;
    listener.authFailureDelay = {};               // nobody guesses passwords here; a device is tried again and again
    listener.idleLimit = std::chrono::minutes(2); // a device that hangs shows up sooner
    if (settings.faults.slowBanner.count() > 0)
        listener.greetingDelay = settings.faults.slowBanner;
    // A device that speaks first is to be seen, not sent away; only who is made to wait shall do so.
    listener.smtp.strictPregreeting = settings.faults.slowBanner.count() > 0;
    return listener;
}

SmtpServer::Admission PracticeServer::Private::admit(SmtpServerConnection &connection)
{
    auto conversation = std::make_unique<PracticeConversation>(world, connection);
    connection.setObserver([this, recorder = conversation.get(), id = connection.peer().connectionId,
                            writer = LineWriter(connection)](Side side, const QByteArray &line) mutable {
        recorder->onLine(side, line);
        Q_EMIT q->lineAdded(id, writer(side, line));
    });
    return conversation;
}

void PracticeServer::Private::note(quint64 connection, const QString &sentence)
{
    TranscriptLine line;
    line.text = printable(sentence.toUtf8());
    Q_EMIT q->lineAdded(connection, line);
}

void PracticeServer::Private::see(const DeviceProfile &profile)
{
    const auto known = std::ranges::find(devices, profile.address, &DeviceProfile::address);
    const DeviceProfile all = known == devices.end() ? profile : merged(*known, profile);
    if (known != devices.end())
        devices.erase(known);
    devices.push_back(all);
    if (devices.size() > kKeptDevices)
        devices.pop_front();
    if (!ending)
        Q_EMIT q->deviceSeen(all);
}

void PracticeServer::Private::keep(ReceivedMessage &&message)
{
    messages.add(std::move(message));
    const ReceivedMessage copy = messages.all().back(); // a slot may stop the server or let more mail in
    Q_EMIT q->messageReceived(copy);
}

PracticeServer::PracticeServer(PracticeSettings settings, const Clock &clock, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), clock))
{
}

PracticeServer::~PracticeServer()
{
    // Connections look into `d`: they go first, those of stopped servers too.
    d->ending = true;
    qDeleteAll(findChildren<SmtpServer *>(Qt::FindDirectChildrenOnly));
}

Result<void> PracticeServer::start()
{
    stop();
    if (auto identity = d->takeIdentity(); !identity)
        return identity;
    d->server = new SmtpServer(
        d->listener(),
        [p = d.get()](const PeerInfo &, SmtpServerConnection &connection) { return p->admit(connection); }, this);
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
    return d->settings.identity->authorityPem();
}

const std::deque<ReceivedMessage> &PracticeServer::messages() const
{
    return d->messages.all();
}

void PracticeServer::take(const ReceivedMessage &message)
{
    d->keep(ReceivedMessage(message));
}

const std::deque<DeviceProfile> &PracticeServer::devices() const
{
    return d->devices;
}

} // namespace relaywright
