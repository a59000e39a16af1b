// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prove/GraphTest.h"

#include "core/oauth/AccessToken.h"
#include "core/session/TestMessage.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThread>
#include <QThreadPool>

namespace relaywright {

class GraphTest::Private : public QObject {
public:
    Private(GraphTestWish wish, Secret token, const Clock &clock, const Knowledge &knowledge, GraphTest *test)
        : m_wish(std::move(wish)), m_token(std::move(token)), m_clock(clock), m_knowledge(knowledge), q(test)
    {
    }

    void start();

private:
    void onMade(Result<TestMessage> message);

    GraphTestWish m_wish;
    Secret m_token;
    const Clock &m_clock;
    const Knowledge &m_knowledge;
    GraphTest *q;
    TestMessage m_message;
    std::unique_ptr<GraphMailer> m_mailer; ///< reads the message: it goes first
};

void GraphTest::Private::start()
{
    const QPointer<Private> self(this);
    QThreadPool::globalInstance()->start([self, home = thread(), request = m_wish.request, now = m_clock.now()] {
        auto made = std::make_shared<Result<TestMessage>>(makeTestMessage(request, now, makeTestToken(now)));
        if (*made)
            (*made)->content->moveToThread(home);
        // Through the application: the test may die while its worker reads.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, made] {
                if (self)
                    self->onMade(std::move(*made));
            },
            Qt::QueuedConnection);
    });
}

void GraphTest::Private::onMade(Result<TestMessage> message)
{
    if (!message) {
        Q_EMIT q->failedToStart(message.error());
        return;
    }
    const auto service =
        m_wish.service ? GraphService::at(*m_wish.service) : GraphService::microsoft(m_wish.cloud, m_knowledge);
    if (!service) {
        Q_EMIT q->failedToStart(service.error());
        return;
    }
    m_message = std::move(*message);
    m_mailer = std::make_unique<GraphMailer>(*service, GraphMailer::Settings{.authoritiesPem = m_wish.authoritiesPem},
                                             m_clock, m_knowledge);
    connect(m_mailer.get(), &GraphMailer::answered, q, &GraphTest::answered);
    GraphMail mail{.mailbox = m_wish.mailbox,
                   .recipients = m_wish.request.envelope.recipients,
                   .mime = m_message.content.get(),
                   .saveToSentItems = m_wish.saveToSentItems};
    if (const auto claims = readAccessToken(m_token))
        mail.permissions = claims->scopes + claims->roles;
    m_mailer->send(mail, m_token, this, [this](GraphOutcome outcome) {
        const GraphTestResult result{std::move(outcome), m_message.messageId, m_message.octets, m_message.remarks};
        Q_EMIT q->finished(result);
    });
    Q_EMIT q->composed(m_message.octets); // the mailer begins later
}

GraphTest::GraphTest(GraphTestWish wish, Secret token, const Clock &clock, const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(wish), std::move(token), clock, knowledge, this))
{
}

GraphTest::~GraphTest() = default;

void GraphTest::start()
{
    d->start();
}

} // namespace relaywright
