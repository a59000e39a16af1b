// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeConversation.h"

#include "core/base/Text.h"
#include "core/mail/Compose.h"
#include "core/mail/Header.h"
#include "core/rehearsal/FromField.h"

#include <QUuid>

#include <utility>

namespace relaywright {

namespace {

constexpr std::uint64_t kMaxMessageOctets = 157286400; // SIZE as Exchange Online shows it
constexpr int kMaxRecipientsOfSubmission = 500;        // a mailbox's default RecipientLimits
constexpr int kMaxRecipientsAtMx = 200;                // 4.5.3 beyond

GrammarWords exchangeWords()
{
    GrammarWords words;
    words.unknownCommand = {500, {"5.3.3 Unrecognized command"}};
    words.badHello = {501, {"5.5.4 Invalid domain name"}};
    words.helloFirst = {503, {"5.5.2 Send hello first"}};
    words.mailFirst = {503, {"5.5.2 Need mail command"}};
    words.rcptFirst = {503, {"5.5.2 Need rcpt command"}};
    words.mailTwice = {503, {"5.5.2 Sender already specified"}};
    words.badArguments = {501, {"5.5.4 Invalid arguments"}};
    words.badSender = {501, {"5.1.7 Invalid address"}};
    words.badRecipient = {501, {"5.1.3 Invalid address"}};
    words.authNeedsTls = {451, {"5.7.3 Must issue a STARTTLS command first"}};
    words.unknownMechanism = {504, {"5.7.4 Unrecognized authentication type"}};
    words.tooLarge = {552, {"5.3.4 Message size exceeds fixed maximum message size"}};
    words.tooManyRecipients = {452, {"4.5.3 Too many recipients"}};
    return words;
}

QString headerText(const MessageHeader &header, QByteArrayView name)
{
    return printable(header.value(name).value_or(QByteArray()).trimmed(), 300);
}

} // namespace

ServerSettings practiceServerSettings(PracticeMethod method)
{
    ServerSettings settings;
    settings.serverName = practiceHostName().toLatin1();
    settings.startTls = true;
    settings.maxMessageOctets = kMaxMessageOctets;
    settings.chunking = true;
    // BINARYMIME is left out: the session does not take it.
    settings.extraExtensions = {"SIZE", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "STARTTLS", "AUTH", "8BITMIME", "CHUNKING", "SMTPUTF8"};
    settings.words = exchangeWords();
    settings.maxRecipients = kMaxRecipientsAtMx;
    if (method == PracticeMethod::ClientSubmission) {
        settings.authMechanisms = {AuthMechanism::Login, AuthMechanism::XOAuth2};
        settings.maxRecipients = kMaxRecipientsOfSubmission;
    }
    return settings;
}

PracticeConversation::PracticeConversation(const PracticeRules &rules, PracticeMethod method, const Clock &clock,
                                           SmtpServerConnection &connection, Keep keep)
    : m_rules(rules), m_method(method), m_clock(clock), m_connection(connection), m_keep(std::move(keep))
{
}

PracticeContext PracticeConversation::context() const
{
    const ServerSession &session = m_connection.session();
    return {m_method, m_connection.peer().address, session.tlsActive(), session.authenticatedUser(), m_clock.today()};
}

std::optional<Reply> PracticeConversation::greeting()
{
    return Reply{220, {practiceHostName().toLatin1() + " PRACTICE SERVER (not Microsoft) Microsoft ESMTP MAIL Service ready at "
                       + rfc5322Date(m_clock.now())}};
}

void PracticeConversation::onHello(const HelloReceived &hello)
{
    if (const auto refusal = m_rules.hello(hello.name))
        return m_connection.answer(*refusal);
    m_connection.answerHello("Hello [" + m_connection.peer().address.toString().toLatin1() + ']');
}

void PracticeConversation::onMail(const MailReceived &mail)
{
    m_envelope = {mail.sender, {}};
    m_connection.answer(m_rules.mail(context(), mail.sender));
}

void PracticeConversation::onRcpt(const RcptReceived &rcpt)
{
    const Reply reply = m_rules.rcpt(context(), m_envelope.sender, rcpt.recipient);
    if (reply.isPositive())
        m_envelope.recipients.push_back(rcpt.recipient);
    m_connection.answer(reply);
}

void PracticeConversation::onDataStarting()
{
    m_content.clear();
    m_octets = 0;
    m_connection.answer({354, {"Start mail input; end with <CRLF>.<CRLF>"}});
}

void PracticeConversation::onDataChunk(const QByteArray &octets)
{
    m_octets += static_cast<std::uint64_t>(octets.size());
    const auto room = static_cast<qsizetype>(PracticeServer::kKeptOctetsPerMessage) - m_content.size();
    m_content += octets.left(room);
}

void PracticeConversation::onDataEnded()
{
    const MessageHeader header = MessageHeader::read(m_content);
    const auto from = addressesOf(header.value("From").value_or(QByteArray()));
    if (const auto refusal = m_rules.message(context(), m_envelope, from, header.count("Sender") > 0)) {
        onDataDropped();
        return m_connection.answer(*refusal);
    }
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    ReceivedMessage message = received(id);
    onReset();
    m_connection.answer({250, {"2.0.0 OK <" + id + '@' + practiceHostName().toLatin1() + "> [Hostname=" + practiceHostName().toLatin1() + ']'}});
    // Last: whoever hears of the message may stop the server.
    const Keep keep = m_keep;
    keep(std::move(message));
}

ReceivedMessage PracticeConversation::received(QByteArray internalId)
{
    const PracticeContext now = context();
    const MessageHeader header = MessageHeader::read(m_content);
    ReceivedMessage message;
    message.time = m_clock.now();
    message.peer = now.peer;
    message.tls = now.tls;
    message.signedInAs = now.signedInAs;
    message.envelope = m_envelope;
    message.octets = m_octets;
    message.messageId = headerText(header, "Message-ID");
    message.subject = headerText(header, "Subject");
    message.internalId = QString::fromLatin1(internalId);
    if (m_octets == static_cast<std::uint64_t>(m_content.size()))
        message.content = std::exchange(m_content, {});
    return message;
}

void PracticeConversation::onDataDropped()
{
    m_content.clear();
    m_octets = 0;
}

void PracticeConversation::onAuth(const AuthReceived &auth)
{
    const auto refusal = m_rules.signIn(context(), auth.mechanism, auth.user, auth.password);
    if (refusal)
        m_connection.answerAuth(false, refusal);
    else
        m_connection.answerAuth(true, Reply{235, {"2.7.0 Authentication successful"}});
}

void PracticeConversation::onReset()
{
    m_envelope = {};
    onDataDropped();
}

} // namespace relaywright
