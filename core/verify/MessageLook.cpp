// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MessageLook.h"

#include "core/session/TestMessage.h"
#include "core/verify/MessageCheck.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace relaywright {

namespace {

MessageSeen lookAt(const TestRequest &request, TimePoint now)
{
    auto message = makeTestMessage(request, now, makeTestToken(now));
    if (!message)
        return {.problem = message.error().detail};
    return {.octets = message->octets, .remarks = std::move(message->remarks), .senders = std::move(message->senders)};
}

} // namespace

MessageLook::MessageLook(TestRequest request, const Clock &clock, DnsClient *dns, QObject *parent)
    : QObject(parent), m_request(std::move(request)), m_clock(clock), m_dns(dns)
{
}

void MessageLook::start()
{
    QThreadPool::globalInstance()->start([look = QPointer(this), request = m_request, now = m_clock.now()] {
        auto seen = std::make_shared<MessageSeen>(lookAt(request, now));
        // Through the application: the look may die while its worker reads.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [look, seen] {
                if (look)
                    look->onMade(std::move(*seen));
            },
            Qt::QueuedConnection);
    });
}

void MessageLook::onMade(MessageSeen seen)
{
    m_seen = std::move(seen);
    if (!m_dns || !m_seen.problem.isEmpty()) {
        Q_EMIT finished(m_seen);
        return;
    }
    auto *check = new MessageCheck(m_seen.senders, lintEnvelopeOf(m_request), *m_dns, this);
    connect(check, &MessageCheck::finished, this, [this, check](const std::vector<LintRemark> &more) {
        m_seen.remarks.insert(m_seen.remarks.end(), more.begin(), more.end());
        m_seen.mxHosts = check->mxHosts();
        Q_EMIT finished(m_seen);
    });
    check->start(kMostForDns);
}

} // namespace relaywright
