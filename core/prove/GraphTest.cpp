// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prove/GraphTest.h"

#include "core/oauth/AccessToken.h"
#include "core/session/TestMessage.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QSysInfo>
#include <QThread>
#include <QThreadPool>

namespace relaywright {

namespace {

using Direction = TranscriptLine::Direction;

constexpr int kRefusal = 400;
constexpr int kUnauthorized = 401;

/// What is read and made before anything is asked.
struct MadeReady {
    TestMessage message;
    QByteArray authoritiesPem;
};

Result<MadeReady> makeReady(const TestRequest &request, TimePoint now, const QByteArray &token)
{
    auto message = makeTestMessage(request, now, token);
    if (!message)
        return tl::unexpected<Error>(message.error());
    auto authorities = authoritiesOf(request);
    if (!authorities)
        return tl::unexpected<Error>(authorities.error());
    return MadeReady{std::move(*message), std::move(*authorities)};
}

/// A step as HTTP says it (https://learn.microsoft.com/graph/api/resources/message). The id of a draft is long and tells
/// nothing; the address of an upload holds its own permission.
QString questionText(GraphStep step, const QString &mailbox)
{
    const QString user = QStringLiteral("/v1.0/users/") + mailbox;
    const QString draft = user + QStringLiteral("/messages/(draft)");
    switch (step) {
    case GraphStep::SendMail: return QStringLiteral("POST %1/sendMail").arg(user);
    case GraphStep::CreateDraft: return QStringLiteral("POST %1/messages").arg(user);
    case GraphStep::ForgetWhenSent: return QStringLiteral("PATCH %1").arg(draft);
    case GraphStep::Attach: return QStringLiteral("POST %1/attachments").arg(draft);
    case GraphStep::OpenUpload: return QStringLiteral("POST %1/attachments/createUploadSession").arg(draft);
    case GraphStep::Upload: return QStringLiteral("PUT (upload address)");
    case GraphStep::SendDraft: return QStringLiteral("POST %1/send").arg(draft);
    case GraphStep::DeleteDraft: return QStringLiteral("DELETE %1").arg(draft);
    }
    Q_UNREACHABLE();
}

QString tokenText(const std::optional<TokenClaims> &claims)
{
    if (!claims)
        return QStringLiteral("Signs in with an access token that cannot be read.");
    const QStringList rights = claims->scopes + claims->roles;
    return rights.isEmpty()
               ? QStringLiteral("Signs in with an access token that names no permissions.")
               : QStringLiteral("Signs in with an access token for %1.").arg(rights.join(QLatin1String(", ")));
}

/// How the conversation ended, in the terms of a test.
Finish finishOf(const GraphTrouble &trouble)
{
    Finish finish{.outcome = Outcome::RefusedByServer, .stage = Stage::Data, .detail = trouble.sentence()};
    if (trouble.status == kUnauthorized)
        finish.stage = Stage::Auth;
    else if (trouble.status == 0
             && (trouble.kind == GraphTrouble::Kind::Wait || trouble.kind == GraphTrouble::Kind::Unsure))
        finish.outcome = Outcome::TimedOut;
    return finish;
}

TransactionResult transactionOf(const Finish &finish, const TestRequest &request, bool inDoubt)
{
    TransactionResult result{.outcome = finish.outcome, .stage = finish.stage};
    for (const EmailAddress &recipient : request.envelope.recipients)
        result.recipients.push_back({.recipient = recipient, .accepted = finish.outcome == Outcome::Accepted});
    result.inDoubt = inDoubt;
    return result;
}

} // namespace

class GraphTest::Private {
public:
    Private(TestRequest request, GraphService serviceIn, Secret tokenIn, const Clock &clockIn,
            const Knowledge &knowledgeIn, GraphTest *test)
        : record{.request = std::move(request)}, service(std::move(serviceIn)), token(std::move(tokenIn)),
          clock(clockIn), knowledge(knowledgeIn), q(test)
    {
        const QUrl &base = service.base();
        record.request.graph->service = base;
        if (const auto host = Host::parse(base.host()))
            record.request.connection.server = {*host, static_cast<std::uint16_t>(base.port(kHttps))};
    }

    void start();
    void cancel();

    TestRecord record;
    TestMessage message;
    std::optional<GraphOutcome> outcome;

private:
    static constexpr int kHttps = 443;
    enum class State { New, Preparing, Sending, Done };

    void onReady(Result<MadeReady> ready);
    void onAsked(GraphStep step, qint64 octets);
    void onAnswered(GraphStep step, int status);
    void onOutcome(GraphOutcome said);
    void addLine(Direction direction, Stage stage, const QString &text, qint64 octets = 0, bool refusal = false);
    void end(const Finish &finish);

    GraphService service;
    Secret token;
    const Clock &clock;
    const Knowledge &knowledge;
    GraphTest *q;
    State m_state = State::New;
    QElapsedTimer m_since;
    qint64 m_asked = 0;                    ///< octets of the question that has no answer yet
    qint64 m_sent = 0;                     ///< octets that were answered
    bool m_handedOver = false;             ///< the answer decides whether it was sent
    std::unique_ptr<GraphMailer> m_mailer; ///< reads the message: it goes first
    std::unique_ptr<QObject> m_sending;    ///< while somebody waits for the outcome
};

void GraphTest::Private::start()
{
    if (m_state != State::New)
        return;
    m_state = State::Preparing;
    record.startedAt = clock.now();
    record.host = QSysInfo::machineHostName();
    m_since.start();
    const QPointer<GraphTest> test(q);
    QThreadPool::globalInstance()->start([test, home = q->thread(), request = record.request, now = record.startedAt] {
        auto ready = std::make_shared<Result<MadeReady>>(makeReady(request, now, makeTestToken(now)));
        if (*ready)
            (*ready)->message.content->moveToThread(home);
        // Through the application: the test may die while its worker reads.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [test, ready] {
                if (test)
                    test->d->onReady(std::move(*ready));
            },
            Qt::QueuedConnection);
    });
}

void GraphTest::Private::onReady(Result<MadeReady> ready)
{
    if (m_state != State::Preparing)
        return;
    if (!ready) {
        m_state = State::Done;
        Q_EMIT q->failedToStart(ready.error());
        return;
    }
    message = std::move(ready->message);
    record.messageId = message.messageId;
    record.messageOctets = message.octets;
    m_state = State::Sending;
    Q_EMIT q->composed(message.octets);
    if (m_state != State::Sending) // a handler may have cancelled
        return;
    const auto claims = readAccessToken(token);
    addLine(Direction::Note, Stage::Auth, tokenText(claims ? std::optional(*claims) : std::nullopt));
    m_mailer = std::make_unique<GraphMailer>(service, GraphMailer::Settings{.authoritiesPem = ready->authoritiesPem},
                                             clock, knowledge);
    m_sending = std::make_unique<QObject>();
    QObject::connect(m_mailer.get(), &GraphMailer::asked, q,
                     [this](GraphStep step, qint64 octets) { onAsked(step, octets); });
    QObject::connect(m_mailer.get(), &GraphMailer::answered, q,
                     [this](GraphStep step, int status) { onAnswered(step, status); });
    const TestByGraph &way = *record.request.graph;
    GraphMail mail{.mailbox = way.mailbox,
                   .recipients = record.request.envelope.recipients,
                   .mime = message.content.get(),
                   .saveToSentItems = way.saveToSentItems};
    if (claims)
        mail.permissions = claims->scopes + claims->roles;
    m_mailer->send(mail, token, m_sending.get(), [this](GraphOutcome said) { onOutcome(std::move(said)); });
}

void GraphTest::Private::addLine(Direction direction, Stage stage, const QString &text, qint64 octets, bool refusal)
{
    TranscriptLine line{.direction = direction,
                        .stage = stage,
                        .sinceStart = std::chrono::milliseconds(m_since.elapsed()),
                        .tls = service.base().scheme() == QLatin1String("https") && direction != Direction::Note,
                        .refusal = refusal,
                        .text = text,
                        .octets = static_cast<std::uint64_t>(octets)};
    record.transcript.push_back(line);
    Q_EMIT q->lineAdded(line);
}

void GraphTest::Private::onAsked(GraphStep step, qint64 octets)
{
    m_asked = octets;
    m_handedOver = step == GraphStep::SendMail || step == GraphStep::SendDraft;
    addLine(Direction::Sent, Stage::Data, questionText(step, record.request.graph->mailbox.toString()), octets);
}

void GraphTest::Private::onAnswered(GraphStep step, int status)
{
    m_handedOver = false;
    m_sent += m_asked;
    if (status > 0)
        addLine(Direction::Received, Stage::Data, QStringLiteral("HTTP %1").arg(status), 0, status >= kRefusal);
    else
        addLine(Direction::Note, Stage::Data, QStringLiteral("No answer came."));
    const auto total = static_cast<qint64>(message.octets);
    Q_EMIT q->progressed(std::min(m_sent, total), total);
    Q_EMIT q->answered(step, status);
}

void GraphTest::Private::onOutcome(GraphOutcome said)
{
    outcome = std::move(said);
    if (const auto *sent = std::get_if<GraphSent>(&*outcome)) {
        record.graph = GraphWords{.requestId = sent->requestId};
        for (const QString &remark : sent->remarks)
            addLine(Direction::Note, Stage::Data, remark);
        addLine(Direction::Note, Stage::Data,
                QStringLiteral("Microsoft Graph took it (request %1); Exchange Online delivers or bounces it.")
                    .arg(sent->requestId));
        const Finish taken{.outcome = Outcome::Accepted, .stage = Stage::Data};
        record.transaction = transactionOf(taken, record.request, false);
        return end(taken);
    }
    const auto &trouble = std::get<GraphTrouble>(*outcome);
    record.graph = GraphWords{trouble.status, trouble.code,  trouble.message, trouble.requestId,
                              trouble.title,  trouble.cause, trouble.remedy};
    if (!trouble.code.isEmpty())
        addLine(Direction::Note, Stage::Data,
                QStringLiteral("%1: %2 (request %3)").arg(trouble.code, trouble.message, trouble.requestId));
    const Finish finish = finishOf(trouble);
    const bool inDoubt = trouble.kind == GraphTrouble::Kind::Unsure;
    if (inDoubt || trouble.kind == GraphTrouble::Kind::MessageRefused)
        record.transaction = transactionOf(finish, record.request, inDoubt);
    end(finish);
}

void GraphTest::Private::cancel()
{
    if (m_state == State::Done)
        return;
    const Finish finish{.outcome = Outcome::Cancelled, .stage = m_mailer ? Stage::Data : Stage::Connect};
    if (m_handedOver)
        record.transaction = transactionOf(finish, record.request, true);
    end(finish);
}

void GraphTest::Private::end(const Finish &finish)
{
    m_state = State::Done;
    m_sending.reset(); // the mailer stays: a draft may have to be removed
    record.finish = finish;
    Q_EMIT q->finished(record);
}

GraphTest::GraphTest(TestRequest request, const GraphService &service, Secret token, const Clock &clock,
                     const Knowledge &knowledge, QObject *parent)
    : TestRun(parent),
      d(std::make_unique<Private>(std::move(request), service, std::move(token), clock, knowledge, this))
{
}

GraphTest::~GraphTest() = default;

void GraphTest::start()
{
    d->start();
}

void GraphTest::cancel()
{
    d->cancel();
}

const TestRequest &GraphTest::request() const
{
    return d->record.request;
}

QByteArray GraphTest::messagePart(qint64 from, qint64 most) const
{
    return d->message.part(from, most);
}

const std::vector<LintRemark> &GraphTest::remarks() const
{
    return d->message.remarks;
}

const LintedSenders &GraphTest::senders() const
{
    return d->message.senders;
}

const std::optional<GraphOutcome> &GraphTest::outcome() const
{
    return d->outcome;
}

Result<GraphService> graphServiceOf(const TestByGraph &way, Cloud cloud, const Knowledge &knowledge)
{
    return way.service.isEmpty() ? Result<GraphService>(GraphService::microsoft(cloud, knowledge))
                                 : GraphService::at(way.service);
}

} // namespace relaywright
