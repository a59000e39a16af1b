// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SmtpClient.h"

#include "core/base/Overloaded.h"
#include "core/base/Text.h"
#include "core/session/ConnectionWords.h"
#include "core/session/SmtpClientPrivate.h"

#include <QHostAddress>
#include <QLocale>
#include <QMetaMethod>

#include <algorithm>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr qint64 kWriteBufferOctets = 256 * 1024;           // of the message, waiting to go out
constexpr std::chrono::milliseconds kDataBlockLimit = 3min; // RFC 5321 §4.5.3.2.5

} // namespace

// --- what the session wants -----------------------------------------------------------------------------------------

void SmtpClient::Private::perform(Actions actions)
{
    for (Action &action : actions)
        m_pending.push_back(std::move(action));
    if (!m_performing)
        runPending();
}

void SmtpClient::Private::runPending()
{
    m_performing = true;
    while (!m_pending.empty() && !isFinished) {
        const Action action = std::move(m_pending.front());
        m_pending.pop_front();
        execute(action);
    }
    m_performing = false;
}

void SmtpClient::Private::execute(const Action &action)
{
    std::visit(Overloaded{
                   [this](const SendLine &line) { write(line); },
                   [this](const AwaitReply &wait) { waitFor(wait.limit); },
                   [this](const StartTls &) { startTls(); },
                   [this](const SendMessage &send) { startMessage(send.empty); },
                   [this](const ReadChunk &) { readChunk(); },
                   [this](const SendChunk &) { sendChunk(); },
                   [this](const Note &remark) { note(remark.text); },
                   [this](const Ready &) {
                       if (session.isReady()) // a handler of transactionDone may have quit
                           Q_EMIT q->ready();
                   },
                   [this](const TransactionDone &done) {
                       m_pump.reset();
                       Q_EMIT q->transactionDone(done.result);
                   },
                   [this](const Finish &end) { finish(end); },
               },
               action);
}

void SmtpClient::Private::write(const SendLine &line)
{
    if (line.secret) {
        // From now on a server could repeat it.
        m_mask.add(QByteArrayView(line.line).sliced(line.line.lastIndexOf(' ') + 1));
        if (settings.smtp.credentials)
            m_mask.add(settings.smtp.credentials->secret.reveal());
    }
    if (isWatched())
        addSent(line);
    if (isFinished)
        return;
    // Qt's write buffer and OpenSSL's are theirs: they are freed when the octets are out, and not overwritten.
    socket.write(line.line.constData(), line.line.size());
    socket.write("\r\n", 2);
}

void SmtpClient::Private::waitFor(std::chrono::milliseconds limit)
{
    m_waited = m_phase == Phase::Connecting ? limit : std::min(limit, settings.patience);
    const Stage stage = m_phase == Phase::Connecting ? Stage::Connect : session.stage();
    if (const auto own = settings.stagePatience.find(stage); own != settings.stagePatience.end())
        m_waited = std::min(m_waited, own->second);
    m_timer.start(m_waited);
}

void SmtpClient::Private::startMessage(bool empty)
{
    m_isChunked = false;
    m_pump.emplace(empty ? nullptr : message.content, message.lineEndsAsTheyAre ? WireForm::DataAsIs : WireForm::Data);
    waitFor(kDataBlockLimit);
    pump();
}

void SmtpClient::Private::pump()
{
    while (m_pump && socket.bytesToWrite() + socket.encryptedBytesToWrite() < kWriteBufferOctets) {
        const auto octets = m_pump->next();
        if (!octets)
            return cannotRead();
        socket.write(*octets);
        const qint64 sent = m_pump->octetsRead();
        if (m_pump->isDone()) {
            m_pump.reset();
            addMessage(sent);
            perform(session.onMessageSent());
        }
        if (isFinished) // a handler cancelled; the content may be gone with it
            return;
        Q_EMIT q->messageProgress(sent, message.content ? message.content->size() : 0);
    }
}

void SmtpClient::Private::readChunk()
{
    if (!m_pump) {
        m_isChunked = true;
        const bool binary = message.binary && session.capabilities().binaryMime;
        m_pump.emplace(message.content, message.lineEndsAsTheyAre || binary ? WireForm::ChunkAsIs : WireForm::Chunk);
    }
    auto octets = m_pump->next();
    if (!octets)
        return cannotRead();
    m_chunk = std::move(*octets);
    perform(session.onChunkRead(static_cast<std::uint64_t>(m_chunk.size()), m_pump->isDone()));
}

void SmtpClient::Private::sendChunk()
{
    socket.write(m_chunk);
    m_chunk = QByteArray();
    if (!m_pump)
        return;
    const qint64 sent = m_pump->octetsRead();
    if (m_pump->isDone()) {
        m_pump.reset();
        addMessage(sent);
    }
    if (isFinished) // a handler cancelled; the content may be gone with it
        return;
    Q_EMIT q->messageProgress(sent, message.content ? message.content->size() : 0);
}

void SmtpClient::Private::cannotRead()
{
    m_pump.reset();
    socket.abort(); // without the end of the message, so that the server throws away what it has
    perform(session.cancel(QStringLiteral("The message could not be read to its end, so it was not sent.")));
}

void SmtpClient::Private::onBytesWritten()
{
    if (isFinished)
        return;
    if (m_pump && !m_isChunked) {
        waitFor(kDataBlockLimit); // it moves: the limit is for a standstill
        pump();
    } else if (m_timer.isActive() && m_phase == Phase::Talking) {
        m_timer.start(m_waited); // a reply is awaited from when the last octet is out
    }
}

// --- the end --------------------------------------------------------------------------------------------------------

/// Ends a connection that never stood: the session has not begun.
void SmtpClient::Private::fail(Outcome outcome, const QString &detail)
{
    perform({Finish{outcome, Stage::Connect, std::nullopt, detail}});
}

void SmtpClient::Private::cancel()
{
    if (isFinished || std::exchange(m_cancelled, true))
        return;
    // What was decided before stands; nothing else is carried out any more.
    std::erase_if(m_pending, [](const Action &action) {
        return !std::holds_alternative<TransactionDone>(action) && !std::holds_alternative<Finish>(action);
    });
    m_pump.reset();
    for (Action &action : session.cancel())
        m_pending.push_back(std::move(action));
    note(QStringLiteral("Cancelled."));
    runPending();
}

QString SmtpClient::Private::explanation(const Finish &end) const
{
    if (!end.detail.isEmpty())
        return end.detail;
    if (end.outcome == Outcome::ConnectionLost)
        return connectionLoss(settings.server, end.stage);
    if (end.outcome == Outcome::TimedOut)
        return silence(settings.server, end.stage, m_waited);
    return {};
}

void SmtpClient::Private::finish(Finish end)
{
    end.detail = explanation(end);
    if (!end.detail.isEmpty())
        addNote(end.stage, end.detail);
    if (isFinished) // a handler of lineAdded cancelled
        return;
    isFinished = true;
    m_timer.stop();
    m_pump.reset();
    // What still waits to go out is the rest of a message that nobody wants any more.
    const bool nothingWaits = socket.bytesToWrite() + socket.encryptedBytesToWrite() == 0;
    if (nothingWaits && end.outcome != Outcome::Cancelled && end.outcome != Outcome::TimedOut
        && socket.state() == QAbstractSocket::ConnectedState)
        socket.disconnectFromHost();
    else
        socket.abort();
    Q_EMIT q->finished(end);
}

// --- transcript -----------------------------------------------------------------------------------------------------

/// A relay sends without anybody looking on; a transcript line costs as much as what it shows.
bool SmtpClient::Private::isWatched() const
{
    static const QMetaMethod lineAdded = QMetaMethod::fromSignal(&SmtpClient::lineAdded);
    return q->isSignalConnected(lineAdded);
}

void SmtpClient::Private::addSent(const SendLine &line)
{
    TranscriptLine shown{.direction = TranscriptLine::Direction::Sent, .stage = line.stage, .text = displayText(line)};
    if (!line.secret) // its length would tell that of the password
        shown.octets = static_cast<std::uint64_t>(line.line.size() + 2);
    if (line.stage == Stage::Auth && !line.secret) // the user name that LOGIN sends in base64
        shown.decoded = decodedText(QByteArrayView(line.line).sliced(line.line.lastIndexOf(' ') + 1));
    add(std::move(shown));
}

/// `reply` is masked already.
void SmtpClient::Private::addReply(const Reply &reply, Stage stage)
{
    if (!isWatched())
        return;
    const bool refusal = reply.isTransient() || reply.isPermanent();
    for (qsizetype i = 0; i < reply.lines.size(); ++i) {
        const QLatin1Char divider(i + 1 < reply.lines.size() ? '-' : ' ');
        TranscriptLine line{.direction = TranscriptLine::Direction::Received, .stage = stage, .refusal = refusal};
        line.text = QString::number(reply.code) + divider + printable(reply.lines[i]);
        line.octets = static_cast<std::uint64_t>(reply.lines[i].size() + 6); // the code, its divider and CRLF
        if (reply.code == 334)
            line.decoded = m_mask.apply(decodedText(reply.lines[i]));
        add(std::move(line));
    }
}

void SmtpClient::Private::addMessage(qint64 octets)
{
    if (!isWatched())
        return;
    TranscriptLine line{.stage = Stage::Data, .message = true};
    line.text =
        QStringLiteral("message, %1 octets").arg(QLocale(QLocale::English, QLocale::UnitedStates).toString(octets));
    line.octets = static_cast<std::uint64_t>(octets);
    add(std::move(line));
}

void SmtpClient::Private::addNote(Stage stage, const QString &text)
{
    add({.stage = stage, .text = text});
}

void SmtpClient::Private::add(TranscriptLine line)
{
    if (isFinished)
        return;
    line.tls = session.tlsActive();
    line.sinceStart = std::chrono::milliseconds(m_clock.isValid() ? m_clock.elapsed() : 0);
    Q_EMIT q->lineAdded(line);
}

// --- SmtpClient -----------------------------------------------------------------------------------------------------

SmtpClient::SmtpClient(ConnectionSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), this))
{
}

SmtpClient::~SmtpClient()
{
    d->isFinished = true; // the socket's last signals are for nobody
}

void SmtpClient::open()
{
    d->open();
}

void SmtpClient::submit(const OutgoingMessage &message)
{
    if (d->isFinished || !d->session.isReady())
        return;
    d->message = message;
    const qint64 size = message.content ? message.content->size() : 0;
    d->perform(d->session.submit(message.envelope, {.sizeOctets = message.sizeOctets.value_or(static_cast<std::uint64_t>(size)),
                                                    .has8Bit = message.has8Bit,
                                                    .smtpUtf8 = message.smtpUtf8,
                                                    .binary = message.binary,
                                                    .dsn = message.dsn,
                                                    .recipientDsn = message.recipientDsn}));
}

void SmtpClient::quit()
{
    if (!d->isFinished)
        d->perform(d->session.quit());
}

void SmtpClient::cancel()
{
    d->cancel();
}

const Capabilities &SmtpClient::capabilities() const
{
    return d->session.capabilities();
}

const std::optional<TlsSummary> &SmtpClient::tls() const
{
    return d->tls;
}

QString SmtpClient::peerAddress() const
{
    const auto address = IpAddress::parse(d->socket.peerAddress().toString());
    return address ? address->toString() : d->socket.peerAddress().toString(); // with a scope id
}

} // namespace relaywright
