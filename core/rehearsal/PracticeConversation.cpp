// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeConversation.h"

#include "core/base/Text.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"
#include "core/oauth/TokenJudgement.h"
#include "core/oauth/TokenScopes.h"
#include "core/session/PracticeGreeting.h"

#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

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

std::vector<AuthMechanism> mechanismsOf(PracticeMethod method)
{
    if (!signsIn(method))
        return {};
    if (method == PracticeMethod::AzureCommunicationServices)
        return {AuthMechanism::Login}; // a client secret, never a token
    return {AuthMechanism::Login, AuthMechanism::XOAuth2};
}

QString sentenceFor(AttributedBy by)
{
    switch (by) {
    case AttributedBy::Certificate:
        return QStringLiteral("Attributed to this tenant by the domain on the client certificate.");
    case AttributedBy::Sender: return QStringLiteral("Attributed to this tenant by the domain of MAIL FROM.");
    case AttributedBy::Recipient: return QStringLiteral("Attributed to this tenant by the domain of the recipient.");
    case AttributedBy::Nothing:
        return QStringLiteral(
            "Attributed to no tenant: certificate, MAIL FROM and recipient name none of its domains.");
    }
    Q_UNREACHABLE();
}

} // namespace

ServerSettings practiceServerSettings(PracticeMethod method, const PracticeLimits &limits, const PracticeFaults &faults)
{
    ServerSettings settings;
    settings.serverName = practiceHostName().toLatin1();
    settings.startTls = !faults.noStartTls;
    settings.maxMessageOctets = limits.advertisedOctets;
    settings.chunking = true;
    settings.extraExtensions = {"SIZE",     "PIPELINING", "DSN",      "ENHANCEDSTATUSCODES",
                                "STARTTLS", "AUTH",       "8BITMIME", "BINARYMIME",
                                "CHUNKING", "SMTPUTF8"};
    settings.words = exchangeWords();
    settings.authMechanisms = mechanismsOf(method);
    settings.maxRecipients = 10'000; // the rules say it in the endpoint's words before
    if (faults.closesAt == PracticePoint::StartTls)
        settings.startTlsRefusal = spoiled(faults, PracticePoint::StartTls, {});
    return settings;
}

PracticeConversation::PracticeConversation(PracticeWorld &world, SmtpServerConnection &connection)
    : m_world(world), m_connection(connection), m_recorder(connection.peer().address, world.clock.now())
{
}

PracticeContext PracticeConversation::context() const
{
    PracticeContext now;
    now.peer = m_connection.peer().address;
    now.tlsVersion = m_connection.session().tlsActive() ? m_tls.version : std::uint16_t(0);
    now.oldTlsIsOurs = m_world.faults.onlyTls10;
    if (m_tls.established && m_tls.summary.faults.isEmpty())
        now.certificateNames = m_tls.summary.certificateNames;
    now.helo = m_helo;
    now.signedInAs = m_connection.session().authenticatedUser();
    now.today = m_world.clock.today();
    now.now = m_world.clock.now();
    now.sender = m_envelope.sender;
    now.recipients = static_cast<int>(m_envelope.recipients.size());
    return now;
}

void PracticeConversation::answer(PracticePoint point, const Reply &reply, std::chrono::milliseconds wait)
{
    const auto delay = wait + m_world.faults.tarpit;
    const auto speak = [this, point, said = spoiled(m_world.faults, point, reply)] {
        if (m_world.faults.garbageAt == point)
            m_connection.sendRaw(garbageOctets());
        m_connection.answer(said);
    };
    if (delay.count() > 0)
        QTimer::singleShot(delay, &m_connection, speak);
    else
        speak();
}

std::optional<Reply> PracticeConversation::greeting()
{
    if (m_world.faults.garbageAt == PracticePoint::Greeting)
        m_connection.sendRaw(garbageOctets());
    return spoiled(m_world.faults, PracticePoint::Greeting, {220, {practiceGreeting(m_world.clock.now())}});
}

void PracticeConversation::onHello(const HelloReceived &hello)
{
    m_helo = hello.name;
    m_recorder.onHello(hello);
    const auto refusal = m_world.rules.judge(Stage::Ehlo, context());
    if (refusal || m_world.faults.closesAt == PracticePoint::Ehlo)
        return answer(PracticePoint::Ehlo, refusal.value_or(Reply{}));
    const auto welcome = [this] {
        if (m_world.faults.garbageAt == PracticePoint::Ehlo)
            m_connection.sendRaw(garbageOctets());
        m_connection.answerHello("Hello [" + m_connection.peer().address.toString().toLatin1() + ']');
    };
    if (m_world.faults.tarpit.count() > 0)
        QTimer::singleShot(m_world.faults.tarpit, &m_connection, welcome);
    else
        welcome();
}

void PracticeConversation::onTls(const PeerTls &tls)
{
    m_tls = tls;
    m_recorder.onTls(tls);
    const quint64 id = m_connection.peer().connectionId;
    if (!tls.established)
        m_world.note(id, QStringLiteral("The TLS handshake failed: %1").arg(tls.failure));
    for (const QString &fault : tls.summary.faults)
        m_world.note(id, QStringLiteral("Of the client's certificate: %1 It does not count.").arg(fault));
}

void PracticeConversation::onAuth(const AuthReceived &auth)
{
    PracticeContext now = context();
    now.mechanism = auth.mechanism;
    now.user = auth.user;
    now.password = auth.password;
    if (takesToken(auth.mechanism))
        readToken(now);
    const auto refusal = m_world.rules.judge(Stage::Auth, now);
    const bool taken = !refusal && m_world.faults.closesAt != PracticePoint::Auth; // 421 stands in for the 235
    m_recorder.onAuth(auth.user, taken);
    if (taken)
        m_world.quotas.connected(auth.user, m_connection.peer().connectionId);
    answer(PracticePoint::Auth, refusal.value_or(Reply{235, {"2.7.0 Authentication successful"}}));
}

void PracticeConversation::readToken(PracticeContext &now) const
{
    const auto claims = readAccessToken(now.password);
    if (!claims)
        return;
    const bool isHve = m_world.rules.method() == PracticeMethod::HighVolumeEmail;
    const TokenUse use = isHve ? TokenUse::HighVolumeEmail : TokenUse::ClientSubmission;
    const TokenNeed need{.use = use,
                         .mailbox = now.user,
                         .cloud = m_world.rules.tenant().cloud};
    const auto remarks = judgeToken(*claims, need, Knowledge::builtIn(), now.now);
    now.tokenIsFit = std::ranges::none_of(
        remarks, [](const TokenRemark &remark) { return remark.level == TokenRemark::Level::Wrong; });
    now.token = *claims;
    if (m_world.tokenJudge)
        letJudge(now, need);
}

void PracticeConversation::letJudge(PracticeContext &now, const TokenNeed &need) const
{
    const Knowledge &knowledge = Knowledge::builtIn();
    const QStringList permissions{permissionFor(need.use, TokenHolder::User, knowledge),
                                  permissionFor(need.use, TokenHolder::Application, knowledge)};
    const auto taken = m_world.tokenJudge->judge(now.password, need, permissions, knowledge, now.now);
    now.tokenIsFit = taken.has_value();
    now.tokenIsVouchedFor = taken.has_value();
    if (!taken)
        m_world.note(m_connection.peer().connectionId,
                     QStringLiteral("Of the access token: %1").arg(taken.error().sentence));
}

void PracticeConversation::onMail(const MailReceived &mail)
{
    m_envelope = {mail.sender, {}};
    m_recorder.onMail(mail);
    answer(PracticePoint::Mail, m_world.rules.judge(Stage::Mail, context()).value_or(Reply{250, {"2.1.0 Sender OK"}}));
}

void PracticeConversation::onRcpt(const RcptReceived &rcpt)
{
    PracticeContext now = context();
    now.recipient = rcpt.recipient;
    now.recipientsOfDomain =
        static_cast<int>(std::ranges::count_if(m_envelope.recipients, [&rcpt](const EmailAddress &other) {
            return other.domain() == rcpt.recipient.domain();
        }));
    const PracticeTenant &tenant = m_world.rules.tenant();
    if (tenant.reputation == PracticeReputation::Greylisted)
        now.putOff = m_world.quotas.isPutOff(now.peer, tenant.greylisting, m_world.clock.now());
    if (!signsIn(m_world.rules.method()) && m_envelope.recipients.empty())
        noteAttribution(now);
    const auto refusal = m_world.rules.judge(Stage::Rcpt, now);
    if (!refusal)
        m_envelope.recipients.push_back(rcpt.recipient);
    answer(PracticePoint::Rcpt, refusal.value_or(Reply{250, {"2.1.5 Recipient OK"}}));
}

void PracticeConversation::noteAttribution(const PracticeContext &context)
{
    const QString connector = m_world.rules.connectorMatches(context)
                                  ? QStringLiteral(" An inbound connector recognises the peer.")
                                  : QStringLiteral(" No inbound connector recognises the peer.");
    m_world.note(m_connection.peer().connectionId, sentenceFor(m_world.rules.attribution(context)) + connector);
}

void PracticeConversation::onDataStarting()
{
    m_content.clear();
    m_octets = 0;
    answer(PracticePoint::Data, {354, {"Start mail input; end with <CRLF>.<CRLF>"}});
}

void PracticeConversation::onDataChunk(const QByteArray &octets)
{
    m_octets += static_cast<std::uint64_t>(octets.size());
    const auto room = static_cast<qsizetype>(PracticeServer::kKeptOctetsPerMessage) - m_content.size();
    m_content += octets.left(room);
    if (m_world.faults.dropInData)
        m_connection.drop();
}

void PracticeConversation::onDataEnded()
{
    const MessageHeader header = MessageHeader::read(m_content);
    const AddressList from = readAddressList(header.value("From").value_or(QByteArray()));
    const TimePoint time = m_world.clock.now();
    PracticeContext now = context();
    now.message = {from.addresses(), from.addressesInNames(), header.count("Sender") > 0, m_octets};
    now.oneConnectionTooMany = m_world.quotas.isOneTooMany(now.signedInAs, m_connection.peer().connectionId);
    now.dayIsFull = m_world.quotas.isOverDay(now.signedInAs, now.recipients, time);
    now.rateIsFull = m_world.quotas.isOverRate(now.signedInAs, time);
    m_recorder.onMessage(m_content, m_octets, now.recipients);
    if (const auto refusal = m_world.rules.judge(Stage::Data, now)) {
        onDataDropped();
        return answer(PracticePoint::Message, *refusal);
    }
    if (m_world.faults.closesAt == PracticePoint::Message)
        return answer(PracticePoint::Message, {});
    acceptMessage();
}

void PracticeConversation::acceptMessage()
{
    const QString mailbox = m_connection.session().authenticatedUser();
    const TimePoint time = m_world.clock.now();
    const auto wait = m_world.quotas.takeTurn(mailbox, time);
    if (!mailbox.isEmpty())
        m_world.quotas.count(mailbox, static_cast<int>(m_envelope.recipients.size()), time);
    if (wait.count() > 0)
        m_world.note(
            m_connection.peer().connectionId,
            QStringLiteral(
                "More than %1 messages in a minute: the answer waits %2 seconds, as Exchange Online slows it down.")
                .arg(m_world.rules.limits().messagesPerMinute.value_or(0))
                .arg(static_cast<double>(wait.count()) / 1000.0, 0, 'f', 1));
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    ReceivedMessage message = received(id);
    onReset();
    const QByteArray host = practiceHostName().toLatin1();
    answer(PracticePoint::Message, {250, {"2.0.0 OK <" + id + '@' + host + "> [Hostname=" + host + ']'}}, wait);
    // Last: whoever hears of the message may stop the server.
    const auto keep = m_world.keep;
    keep(std::move(message));
}

ReceivedMessage PracticeConversation::received(QByteArray internalId)
{
    ReceivedMessage message;
    message.time = m_world.clock.now();
    message.peer = m_connection.peer().address;
    message.tls = m_connection.session().tlsActive();
    message.signedInAs = m_connection.session().authenticatedUser();
    message.envelope = m_envelope;
    message.octets = m_octets;
    describeByHeader(message, m_content);
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

void PracticeConversation::onReset()
{
    m_envelope = {};
    onDataDropped();
}

void PracticeConversation::onClosed()
{
    m_world.quotas.disconnected(m_connection.peer().connectionId);
    m_recorder.onClosed(m_connection.session().sawBareLineFeed(), m_world.clock.now());
    m_world.seen(m_recorder.profile());
}

} // namespace relaywright
