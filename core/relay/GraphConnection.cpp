// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/GraphConnection.h"

#include "core/oauth/AccessToken.h"

#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kIdleLimit{10}; // its token gets older

/// What the token lets the application do; nothing where it cannot be read.
QStringList permissionsOf(const Secret &token)
{
    const auto claims = readAccessToken(token);
    return claims ? claims->scopes + claims->roles : QStringList();
}

RouteNews newsOf(const GraphTrouble &trouble)
{
    switch (trouble.kind) {
    case GraphTrouble::Kind::Wait:
        return trouble.wait || trouble.status == 429 ? RouteNews::Throttled : RouteNews::Unreachable;
    case GraphTrouble::Kind::SignInRefused: return RouteNews::SignInRefused;
    case GraphTrouble::Kind::MessageRefused: return RouteNews::None;
    case GraphTrouble::Kind::Unsure: return RouteNews::Unreachable;
    }
    Q_UNREACHABLE();
}

} // namespace

AttemptVerdict judge(const Envelope &envelope, const GraphOutcome &outcome)
{
    AttemptVerdict verdict;
    Fate fate = Fate::Delivered;
    if (const auto *sent = std::get_if<GraphSent>(&outcome)) {
        verdict.route = RouteNews::Success;
        verdict.summary = QStringLiteral("Microsoft Graph took the message (202).");
        if (!sent->requestId.isEmpty())
            verdict.summary += QStringLiteral(" Its request id is %1.").arg(sent->requestId);
        verdict.remark = sent->remarks.join(u' ');
    } else {
        const auto &trouble = std::get<GraphTrouble>(outcome);
        verdict.route = newsOf(trouble);
        verdict.summary = trouble.sentence();
        verdict.inDoubt = trouble.kind == GraphTrouble::Kind::Unsure;
        verdict.wait = trouble.wait;
        fate = trouble.kind == GraphTrouble::Kind::MessageRefused ? Fate::Refused : Fate::Deferred;
    }
    for (const EmailAddress &recipient : envelope.recipients)
        verdict.recipients.push_back({recipient, fate, verdict.summary});
    return verdict;
}

GraphConnection::GraphConnection(GraphMailer &mailer, Access access, Conversation conversation, QObject *parent)
    : UpstreamConnection(parent), m_mailer(mailer), m_access(std::move(access)), m_conversation(std::move(conversation))
{
    m_idleTimer.setSingleShot(true);
    m_idleTimer.setInterval(kIdleLimit);
    connect(&m_idleTimer, &QTimer::timeout, this, &GraphConnection::quit);
}

void GraphConnection::open()
{
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_finished)
                return;
            m_opened = true;
            Q_EMIT opened();
            onReady();
        },
        Qt::QueuedConnection);
}

void GraphConnection::onReady()
{
    if (m_quitting)
        return end();
    m_ready = true;
    m_idleTimer.start();
    Q_EMIT idle();
}

void GraphConnection::submit(std::unique_ptr<QIODevice> content)
{
    m_load->content = std::move(content);
    m_conversation.add(Conversation::Voice::Sent,
                       QStringLiteral("Microsoft Graph, sendMail of %1").arg(m_access.mailbox.toString()).toUtf8());
    m_sending = std::make_unique<QObject>();
    m_mailer.send({.mailbox = m_access.mailbox,
                   .recipients = m_load->envelope.recipients,
                   .mime = m_load->content.get(),
                   .permissions = permissionsOf(m_access.token),
                   .saveToSentItems = m_access.saveToSentItems},
                  m_access.token, m_sending.get(), [this](const GraphOutcome &outcome) { onOutcome(outcome); });
}

void GraphConnection::onOutcome(const GraphOutcome &outcome)
{
    const AttemptVerdict verdict = judge(m_load->envelope, outcome);
    m_conversation.add(Conversation::Voice::Received, verdict.summary.toUtf8());
    m_sending.release()->deleteLater(); // we are called on its behalf
    Q_EMIT messageDone(verdict);
    end();
}

void GraphConnection::quit()
{
    m_quitting = true;
    if (!isBusy())
        end();
}

void GraphConnection::cancel()
{
    m_quitting = true;
    if (std::exchange(m_sending, nullptr) && isBusy()) {
        AttemptVerdict verdict = judge(m_load->envelope, GraphTrouble{.kind = GraphTrouble::Kind::Unsure});
        verdict.route = RouteNews::None;
        verdict.summary = QStringLiteral("The relay was stopped while Microsoft Graph had the message.");
        for (RecipientVerdict &one : verdict.recipients)
            one.reply = verdict.summary;
        Q_EMIT messageDone(verdict);
    } else if (isBusy()) {
        Q_EMIT messageDone({.wasTried = false}); // its content was still being read
    }
    end();
}

void GraphConnection::end()
{
    m_idleTimer.stop();
    m_ready = false;
    m_quitting = true;
    if (std::exchange(m_finished, true))
        return;
    Q_EMIT finished({});
    deleteLater();
}

} // namespace relaywright
