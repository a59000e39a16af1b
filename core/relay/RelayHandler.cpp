// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayHandler.h"

#include "core/mail/Compose.h"
#include "core/mail/Header.h"

#include <utility>

namespace relaywright {

void RelayHandler::onHello(const HelloReceived &hello)
{
    m_hello = hello;
    m_connection.answerHello();
}

AdmissionContext RelayHandler::context() const
{
    return {m_inbound.config.maxMessageOctets, m_inbound.config.minFreeOctets, m_inbound.spool.freeOctets()};
}

void RelayHandler::refuse(const Reply &reply)
{
    m_inbound.onRefused(m_connection.peer(), reply);
    m_connection.answer(reply);
}

void RelayHandler::onMail(const MailReceived &mail)
{
    m_message = {};
    if (const auto refusal = refuseMail(context(), mail))
        return refuse(*refusal);
    m_message.sender = mail.sender;
    static const Reply good{250, {"2.1.0 Ok"}};
    m_connection.answer(good);
}

void RelayHandler::onRcpt(const RcptReceived &rcpt)
{
    if (const auto refusal = refuseRecipient(rcpt.recipient))
        return refuse(*refusal);
    m_message.recipients.push_back(rcpt.recipient);
    static const Reply good{250, {"2.1.5 Ok"}};
    m_connection.answer(good);
}

QByteArray RelayHandler::trace() const
{
    TraceInfo trace;
    trace.heloName = m_hello.name;
    trace.peerAddress = m_message.source.toLatin1();
    trace.serverName = m_inbound.hostName;
    trace.id = m_message.id.toAscii();
    trace.protocol = m_hello.extended ? "ESMTP" : "SMTP"; // RFC 3848
    if (m_connection.session().tlsActive())
        trace.protocol += 'S';
    if (!m_connection.session().authenticatedUser().isEmpty())
        trace.protocol += 'A';
    trace.date = rfc5322Date(m_message.receivedAt);
    return receivedField(trace);
}

void RelayHandler::onDataStarting()
{
    m_message.id = m_inbound.spool.nextId();
    m_message.receivedAt = m_message.nextAttempt = m_inbound.clock.now();
    m_message.expiresAt = m_message.receivedAt + m_inbound.config.expiry;
    m_message.source = m_connection.peer().address.toString();
    m_body = std::make_unique<IncomingBody>(m_inbound.spool.folder());
    const QByteArray received = trace();
    m_traceOctets = received.size();
    m_body->append(received);
    static const Reply go{354, {"End data with <CR><LF>.<CR><LF>"}};
    m_connection.answer(go);
}

void RelayHandler::onDataChunk(const QByteArray &octets)
{
    if (m_body)
        m_body->append(octets);
}

void RelayHandler::onDataEnded()
{
    std::optional<Reply> refusal = refuseHeader(QByteArrayView(m_body->head()).sliced(m_traceOctets), m_inbound.hostName,
                                                [this](const QueueId &id) { return m_inbound.spool.isOwn(id); });
    if (!refusal)
        refusal = refuseMail(context(), {});
    if (refusal) {
        m_body.reset();
        return refuse(*refusal);
    }
    const AcceptedMessage accepted{.id = m_message.id,
                                   .source = m_message.source,
                                   .octets = m_body->size(),
                                   .recipients = static_cast<int>(m_message.recipients.size())};
    m_inbound.spool.accept(std::exchange(m_message, {}), std::exchange(m_body, nullptr),
                           [this, accepted, inbound = &m_inbound, conversation = m_conversation,
                            alive = std::weak_ptr(m_alive)](Result<void> stored) {
        if (stored) {
            inbound->onAccepted(accepted);
            conversation->endMessage(accepted.id, alive.expired() ? 0 : 1); // the 250 belongs to it
        }
        if (alive.expired())
            return;
        if (!stored)
            return refuse(storageRefusal());
        m_connection.answer({250, {"2.0.0 Ok: queued as " + accepted.id.toAscii()}});
    });
}

void RelayHandler::onDataDropped()
{
    m_body.reset();
}

void RelayHandler::onAuth(const AuthReceived &)
{
    // No listener offers sign-in yet, so the session answers AUTH itself.
    m_connection.answerAuth(false);
}

void RelayHandler::onReset()
{
    m_body.reset();
    m_message = {};
}

} // namespace relaywright
