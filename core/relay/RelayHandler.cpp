// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayHandler.h"

#include "core/base/Text.h"
#include "core/mail/Compose.h"
#include "core/mail/Header.h"

#include <algorithm>
#include <utility>

namespace relaywright {

std::optional<Refusal> refuseAtTheDoor(RelayInbound &inbound, const RelayListener &listener, const IpAddress &peer)
{
    const AdmissionContext context{inbound.config, deviceFor(inbound.config, {peer})};
    return refusePeer(listener, context, peer, inbound.sources.limits().connections(peer) + 1);
}

RelayHandler::RelayHandler(RelayInbound &inbound, SmtpServerConnection &connection,
                           std::shared_ptr<Conversation> conversation)
    : m_inbound(inbound), m_connection(connection), m_conversation(std::move(conversation)),
      m_recorder(connection.peer().address, inbound.clock.now())
{
    m_inbound.sources.limits().connected(connection.peer().address);
}

RelayHandler::~RelayHandler()
{
    m_inbound.sources.limits().disconnected(m_connection.peer().address);
}

void RelayHandler::onHello(const HelloReceived &hello)
{
    m_hello = hello;
    m_recorder.onHello(hello);
    m_connection.answerHello();
}

void RelayHandler::onTls(const PeerTls &tls)
{
    m_recorder.onTls(tls);
}

MailSource RelayHandler::source() const
{
    return {m_connection.peer().address, m_connection.session().authenticatedUser()};
}

AdmissionContext RelayHandler::context() const
{
    return {m_inbound.config, deviceFor(m_inbound.config, source()), m_inbound.spool.freeOctets()};
}

void RelayHandler::count(const Refusal &refusal)
{
    m_recorder.onRefused(refusal.reply);
    m_inbound.onRefused(m_connection.peer(), refusal);
}

void RelayHandler::refuse(const Refusal &refusal)
{
    count(refusal);
    m_connection.answer(refusal.reply);
}

void RelayHandler::onRuleRefused(const RuleRefused &refused)
{
    m_recorder.onSignInTried(refused.mechanism);
    count(refusal(reasonOf(refused.rule), refused.reply, deviceFor(m_inbound.config, source())));
}

void RelayHandler::onAuth(const AuthReceived &auth)
{
    m_recorder.onSignInTried(toWire(auth.mechanism));
    m_inbound.accounts.check(auth, &m_connection,
                             [this, user = auth.user](Accounts::Verdict verdict) { onAuthChecked(user, verdict); });
}

void RelayHandler::onAuthChecked(const QString &user, Accounts::Verdict verdict)
{
    m_recorder.onAuth(user, verdict == Accounts::Verdict::Good);
    const IpAddress &peer = m_connection.peer().address;
    const RelayDevice *const device = deviceFor(m_inbound.config, {peer, user});
    if (verdict != Accounts::Verdict::Good) {
        const Refusal no =
            verdict == Accounts::Verdict::Wrong
                ? refusal(RefusalReason::SignInFailed, {535, {"5.7.8 Authentication credentials invalid"}}, nullptr)
                : refusal(RefusalReason::SignInNotNow,
                          {454, {"4.7.0 The sign-in cannot be checked now; try again later"}}, nullptr);
        count(no);
        return m_connection.answerAuth(false, no.reply);
    }
    if (const auto refusal =
            refuseConnections({m_inbound.config, device}, m_inbound.sources.limits().connections(peer))) {
        count(*refusal);
        return m_connection.close(refusal->reply, QStringLiteral("too many connections of one source"));
    }
    m_connection.answerAuth(true);
}

void RelayHandler::onMail(const MailReceived &mail)
{
    onReset();
    m_recorder.onMail(mail);
    const AdmissionContext asked = context();
    const auto spent = m_inbound.sources.limits().spent(source(), rateLimits(asked.device), m_inbound.clock.now());
    if (const auto refusal = refuseMail(asked, mail, spent))
        return refuse(*refusal);
    m_message.sender = mail.sender;
    m_message.utf8 = mail.utf8;
    m_message.dsn.envelope = mail.dsn;
    m_connection.limitMessage(messageLimit(asked));
    static const Reply good{250, {"2.1.0 Ok"}};
    m_connection.answer(good);
}

void RelayHandler::onRcpt(const RcptReceived &rcpt)
{
    if (const auto refusal = refuseRecipient(context(), rcpt.recipient, static_cast<int>(m_message.recipients.size())))
        return refuse(*refusal);
    m_message.recipients.push_back(rcpt.recipient);
    if (rcpt.dsn.isAsked())
        m_message.dsn.recipients.push_back({rcpt.recipient, rcpt.dsn});
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
    const TimePoint now = m_inbound.clock.now();
    const AdmissionContext asked = context();
    // Asked again: other connections of the same device may have sent since MAIL.
    SourceLimits &limits = m_inbound.sources.limits();
    if (const auto refusal = refuseRate(asked, limits.spent(source(), rateLimits(asked.device), now)))
        return refuse(*refusal);
    m_counted = source();
    limits.count(*m_counted, now);
    m_message.id = m_inbound.spool.nextId();
    m_message.receivedAt = m_message.nextAttempt = now;
    m_message.expiresAt = m_message.receivedAt + m_inbound.config.expiry;
    m_message.source = m_connection.peer().address.toString();
    m_message.helo = printable(m_hello.name, kMaxHeloCharacters);
    m_message.user = m_counted->user;
    m_body = std::make_unique<IncomingBody>(m_inbound.spool.folder());
    const QByteArray received = trace();
    m_traceOctets = received.size();
    m_octets = 0;
    m_unrepaired.clear();
    m_body->append(received);
    if (asked.device && asked.device->repairs.any())
        m_repair.emplace(
            asked.device->repairs,
            MessageRepairer::Fields{rfc5322Date(now), '<' + m_message.id.toAscii() + '@' + m_inbound.hostName + '>'});
    static const Reply go{354, {"End data with <CR><LF>.<CR><LF>"}};
    m_connection.answer(go);
}

void RelayHandler::onDataChunk(const QByteArray &octets)
{
    if (!m_body)
        return;
    m_octets += static_cast<std::uint64_t>(octets.size());
    if (!m_repair)
        return m_body->append(octets);
    m_unrepaired += octets.first(std::min(octets.size(), IncomingBody::kMaxInlineOctets - m_unrepaired.size()));
    m_body->append(m_repair->append(octets));
}

std::optional<Refusal> RelayHandler::refuseMessage()
{
    const AdmissionContext asked = context();
    const QByteArrayView head = QByteArrayView(m_body->head()).sliced(m_traceOctets);
    if (auto refusal = refuseHeader(asked, head, m_inbound.hostName,
                                    [this](const QueueId &id) { return m_inbound.spool.isOwn(id); }))
        return refusal;
    return refuseStorage(asked, 0);
}

void RelayHandler::onDataEnded()
{
    if (m_repair)
        m_body->append(m_repair->finish());
    // The disk works while the recorder looks at what came: both go on without the handler's own.
    const QByteArray head = m_body->head();
    const QByteArray unrepaired = m_unrepaired;
    const bool isRepaired = m_repair.has_value();
    const auto recipients = static_cast<int>(m_message.recipients.size());
    if (const auto refusal = refuseMessage()) {
        forgetMessage();
        refuse(*refusal);
    } else {
        store();
    }
    const QByteArrayView seen = isRepaired ? QByteArrayView(unrepaired) : QByteArrayView(head).sliced(m_traceOctets);
    m_recorder.onMessage(seen.first(std::min(seen.size(), IncomingBody::kMaxInlineOctets)), m_octets, recipients);
}

void RelayHandler::store()
{
    const AcceptedMessage accepted{.id = m_message.id,
                                   .source = m_message.source,
                                   .octets = m_body->size(),
                                   .recipients = static_cast<int>(m_message.recipients.size()),
                                   .known = m_inbound.config.devices.empty()
                                            || deviceFor(m_inbound.config, source()) != nullptr};
    if (m_repair && !m_repair->made().empty())
        m_conversation->add(Conversation::Voice::Note,
                            "repaired on its way in: " + describe(m_repair->made()).toLatin1());
    m_repair.reset();
    m_inbound.spool.accept(std::exchange(m_message, {}), std::exchange(m_body, nullptr),
                           [this, accepted, inbound = &m_inbound, conversation = m_conversation,
                            alive = std::weak_ptr(m_alive)](Result<void> stored) {
                               if (stored) // the 250 belongs to it
                                   conversation->endMessage(accepted.id, alive.expired() ? 0 : 1);
                               if (!alive.expired())
                                   onStored(accepted.id, stored.has_value());
                               if (stored)
                                   inbound->onAccepted(accepted);
                           });
}

void RelayHandler::onStored(const QueueId &id, bool stored)
{
    if (!stored) {
        forgetMessage();
        return refuse(refusal(RefusalReason::NoStorage, storageReply(), deviceFor(m_inbound.config, source())));
    }
    m_counted.reset();
    m_connection.answer({250, {"2.0.0 Ok: queued as " + id.toAscii()}});
}

void RelayHandler::forgetMessage()
{
    if (const auto counted = std::exchange(m_counted, std::nullopt))
        m_inbound.sources.limits().takeBack(*counted);
    m_repair.reset();
    m_body.reset();
}

void RelayHandler::onDataDropped()
{
    forgetMessage();
}

void RelayHandler::onReset()
{
    forgetMessage();
    m_message = {};
}

void RelayHandler::onClosed()
{
    // A message that waits for the disk will be taken: it goes on counting.
    if (m_body)
        forgetMessage();
    m_recorder.onClosed(m_connection.session().sawBareLineFeed(), m_inbound.clock.now());
    m_inbound.sources.record(source(), m_recorder.profile());
}

} // namespace relaywright
