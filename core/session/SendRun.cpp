// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SendRun.h"

#include "core/session/TestMessage.h"

#include <QCoreApplication>
#include <QPointer>
#include <QSysInfo>
#include <QThread>
#include <QThreadPool>

namespace relaywright {

namespace {

/// What is read from files before anything goes on the wire.
struct Prepared {
    TestMessage message;
    QByteArray authoritiesPem;
    std::optional<ClientIdentity> identity;
};

Result<Prepared> prepare(const TestRequest &request, const Secret &keyPassphrase, TimePoint now,
                         const QByteArray &token)
{
    Prepared prepared;
    if (!request.certificate.isEmpty()) {
        auto identity = loadClientIdentity(request.certificate, keyPassphrase);
        if (!identity)
            return tl::unexpected(identity.error());
        prepared.identity = std::move(*identity);
    }
    auto message = makeTestMessage(request, now, token);
    if (!message)
        return tl::unexpected(message.error());
    prepared.message = std::move(*message);
    auto authorities = authoritiesOf(request);
    if (!authorities)
        return tl::unexpected(authorities.error());
    prepared.authoritiesPem = std::move(*authorities);
    return prepared;
}

} // namespace

class SendRun::Private {
public:
    Private(TestRequest request, TestSecrets given, const Clock &theClock, SendRun *run)
        : record{.request = std::move(request)}, secrets(std::move(given)), clock(theClock), q(run)
    {
    }

    void start();
    void cancel();

    TestRecord record;
    TestSecrets secrets;
    const Clock &clock;
    TestMessage message;

private:
    void onPrepared(Result<Prepared> prepared);
    void connectTo(const Prepared &prepared);
    void onReady();
    void onFinished(const Finish &finish);
    [[nodiscard]] ConnectionSettings settings(const Prepared &prepared) const;
    [[nodiscard]] OutgoingMessage outgoing() const;

    enum class State { New, Preparing, Talking, Done };
    SendRun *q;
    State m_state = State::New;
    std::unique_ptr<SmtpClient> m_client;
};

void SendRun::Private::start()
{
    if (m_state != State::New)
        return;
    m_state = State::Preparing;
    record.startedAt = clock.now();
    record.host = QSysInfo::machineHostName();
    if (record.request.connection.smtp.ehloName.isEmpty())
        record.request.connection.smtp.ehloName = record.host.toUtf8();
    const QPointer<SendRun> run(q);
    QThread *home = q->thread();
    QThreadPool::globalInstance()->start([run, home, request = record.request, passphrase = secrets.keyPassphrase,
                                          now = record.startedAt, token = makeTestToken(record.startedAt)] {
        auto prepared = std::make_shared<Result<Prepared>>(prepare(request, passphrase, now, token));
        if (*prepared)
            (*prepared)->message.content->moveToThread(home);
        // Through the application: the run may die while its worker reads.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [run, prepared] {
                if (run)
                    run->d->onPrepared(std::move(*prepared));
            },
            Qt::QueuedConnection);
    });
}

void SendRun::Private::onPrepared(Result<Prepared> prepared)
{
    if (m_state != State::Preparing)
        return;
    if (!prepared) {
        m_state = State::Done;
        Q_EMIT q->failedToStart(prepared.error());
        return;
    }
    message = std::move(prepared->message);
    record.messageId = message.messageId;
    record.messageOctets = message.octets;
    m_state = State::Talking;
    connectTo(*prepared);
    Q_EMIT q->composed(message.octets);
    if (m_state == State::Talking) // a handler may have cancelled
        m_client->open();
}

ConnectionSettings SendRun::Private::settings(const Prepared &prepared) const
{
    ConnectionSettings connection = record.request.connection;
    if (connection.smtp.credentials)
        connection.smtp.credentials->secret = secrets.password;
    if (connection.proxy)
        connection.proxy->password = secrets.proxyPassword;
    connection.tls.caCertificatesPem = prepared.authoritiesPem;
    connection.tls.identity = prepared.identity;
    return connection;
}

void SendRun::Private::connectTo(const Prepared &prepared)
{
    m_client = std::make_unique<SmtpClient>(settings(prepared));
    QObject::connect(m_client.get(), &SmtpClient::lineAdded, q, [this](const TranscriptLine &line) {
        record.transcript.push_back(line);
        if (record.peerAddress.isEmpty())
            record.peerAddress = m_client->peerAddress(); // a closed socket has none
        Q_EMIT q->lineAdded(line);
    });
    QObject::connect(m_client.get(), &SmtpClient::messageProgress, q, &SendRun::progressed);
    QObject::connect(m_client.get(), &SmtpClient::ready, q, [this] { onReady(); });
    QObject::connect(m_client.get(), &SmtpClient::transactionDone, q,
                     [this](const TransactionResult &result) { record.transaction = result; });
    QObject::connect(m_client.get(), &SmtpClient::finished, q, [this](const Finish &end) { onFinished(end); });
}

void SendRun::Private::onReady()
{
    if (record.transaction)
        m_client->quit();
    else
        m_client->submit(outgoing());
}

OutgoingMessage SendRun::Private::outgoing() const
{
    const TestRequest &request = record.request;
    return {.envelope = request.envelope,
            .content = message.content.get(),
            .has8Bit = message.has8Bit,
            .dsn = request.dsn,
            .smtpUtf8 = request.smtpUtf8 || message.hasUtf8Header,
            .lineEndsAsTheyAre = request.quirks.bareLineFeeds,
            .sizeOctets = request.quirks.bareLineFeeds ? message.octets : message.octetsWithCrLf};
}

void SendRun::Private::onFinished(const Finish &finish)
{
    m_state = State::Done;
    record.finish = finish;
    record.tls = m_client->tls();
    record.capabilities = m_client->capabilities();
    Q_EMIT q->finished(record);
}

void SendRun::Private::cancel()
{
    if (m_state == State::Done)
        return;
    if (m_client)
        return m_client->cancel();
    m_state = State::Done;
    record.finish = {.outcome = Outcome::Cancelled, .stage = Stage::Connect};
    Q_EMIT q->finished(record);
}

SendRun::SendRun(TestRequest request, TestSecrets secrets, const Clock &clock, QObject *parent)
    : TestRun(parent), d(std::make_unique<Private>(std::move(request), std::move(secrets), clock, this))
{
}

SendRun::~SendRun() = default;

void SendRun::start()
{
    d->start();
}

void SendRun::cancel()
{
    d->cancel();
}

const TestRequest &SendRun::request() const
{
    return d->record.request;
}

const std::vector<LintRemark> &SendRun::remarks() const
{
    return d->message.remarks;
}

const LintedSenders &SendRun::senders() const
{
    return d->message.senders;
}

QByteArray SendRun::messagePart(qint64 from, qint64 most) const
{
    return d->message.part(from, most);
}

} // namespace relaywright
