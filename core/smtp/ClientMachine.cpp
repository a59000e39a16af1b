// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ClientMachine.h"

#include "core/smtp/WireLine.h"

#include <algorithm>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kGreetingLimit = 5min; // RFC 5321 §4.5.3.2.1
constexpr std::chrono::seconds kCommandLimit = 5min;  // §4.5.3.2.2 and, for what it does not name, the same
constexpr qsizetype kMaxEnvelopeIdOctets = 100;       // RFC 3461 §4.4
constexpr std::chrono::seconds kQuitLimit = 10s;      // nobody waits longer for a good-bye

QByteArray checkedEhloName(const QByteArray &name)
{
    const bool safe = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; }); // no 8-bit octets either
    return !name.isEmpty() && name.size() <= 255 && safe ? name : QByteArrayLiteral("localhost.localdomain");
}

bool isRefusal(const Reply &reply)
{
    return reply.isTransient() || reply.isPermanent();
}

bool isCompletion(const Reply &reply)
{
    return reply.code >= 200 && reply.code < 300;
}

QString noSense(const QString &what, const Reply &reply)
{
    return QStringLiteral("The server answered %1 with %2, which makes no sense there.")
        .arg(what, reply.toString().left(200));
}

QByteArray bodyParameter(const SubmitOptions &options, const Capabilities &capabilities)
{
    if (options.binary && capabilities.binaryMime && capabilities.chunking)
        return " BODY=BINARYMIME";
    // Without 8BITMIME the message goes as it is: converting would break signatures, and servers of today pass it on.
    return options.has8Bit && capabilities.eightBitMime ? " BODY=8BITMIME" : QByteArray();
}

QByteArray dsnParameters(const DsnRequest &dsn)
{
    QByteArray parameters;
    if (dsn.returned != DsnRequest::Return::Unsaid)
        parameters += dsn.returned == DsnRequest::Return::Full ? " RET=FULL" : " RET=HDRS";
    QByteArray envelopeId = dsn.envelopeId.left(kMaxEnvelopeIdOctets);
    while (toXtext(envelopeId).size() > kMaxEnvelopeIdOctets)
        envelopeId.chop(1);
    if (!envelopeId.isEmpty())
        parameters += " ENVID=" + toXtext(envelopeId);
    return parameters;
}

QByteArray mailParameters(const SubmitOptions &options, const Capabilities &capabilities,
                          const ClientSettings &settings)
{
    QByteArray parameters;
    if (capabilities.sizeLimitOctets && settings.announceSize)
        parameters +=
            " SIZE=" + QByteArray::number(static_cast<qulonglong>(settings.claimedSize.value_or(options.sizeOctets)));
    parameters += bodyParameter(options, capabilities);
    if (options.smtpUtf8)
        parameters += " SMTPUTF8";
    if (options.dsn.asked && capabilities.dsn)
        parameters += dsnParameters(options.dsn);
    return parameters;
}

/// A command and the wait for its answer.
Actions say(const QByteArray &line, Stage stage, std::chrono::seconds limit = kCommandLimit)
{
    return {SendLine{wireLine(line), stage}, AwaitReply{limit}};
}

} // namespace

ClientMachine::ClientMachine(ClientSettings given) : m_settings(std::move(given))
{
    m_settings.ehloName = checkedEhloName(m_settings.ehloName);
}

// --- the way to Ready -----------------------------------------------------------------------------------------------

Actions ClientMachine::start()
{
    if (m_state != State::Idle)
        return {};
    if (m_settings.stopAfter == Stage::Connect)
        return endNow(Outcome::StoppedAsAsked, std::nullopt, {}); // a QUIT before the greeting would be a fault of ours
    if (m_settings.tls == TlsPolicy::Implicit) {
        m_state = State::Handshake;
        return {StartTls{}};
    }
    m_state = State::Greeting;
    return {AwaitReply{kGreetingLimit}};
}

Actions ClientMachine::onReply(const Reply &reply)
{
    const bool listens =
        m_state != State::Idle && m_state != State::Handshake && m_state != State::Done && m_state != State::Quitting;
    if (reply.code == 421 && listens) // the server closes; a QUIT would have no reader (RFC 5321 §3.8)
        return endNow(Outcome::RefusedByServer, reply, {});
    switch (m_state) {
    case State::Idle: return {};
    case State::Greeting: return onGreeting(reply);
    case State::Ehlo: return onEhlo(reply);
    case State::Helo: return onHelo(reply);
    case State::StartTls: return onStartTls(reply);
    case State::Handshake: return {}; // came before TLS: dropped (RFC 3207 §4.2)
    case State::Auth: return follow(m_signIn->onReply(reply));
    case State::Ready:
        return violation(QStringLiteral("The server spoke without being asked: %1.").arg(reply.toString().left(200)));
    case State::Transaction: return onTransaction(reply);
    case State::Resetting: return onReset(reply);
    case State::Quitting: return onQuit(reply);
    case State::Done: return {};
    }
    Q_UNREACHABLE();
}

Actions ClientMachine::onGreeting(const Reply &reply)
{
    if (isRefusal(reply))
        return leave({Outcome::RefusedByServer, Stage::Greeting, reply});
    if (reply.code != 220)
        return violation(noSense(QStringLiteral("the connection"), reply));
    m_greeted = true;
    if (leavesAfter(Stage::Greeting))
        return leaveAsAsked(Stage::Greeting);
    if (m_tls && m_settings.stopAfter == Stage::Tls) // with implicit TLS it lies behind us already
        return leaveAsAsked(Stage::Tls);
    return sayHello();
}

Actions ClientMachine::sayHello()
{
    m_state = m_settings.heloOnly ? State::Helo : State::Ehlo;
    return say((m_settings.heloOnly ? "HELO " : "EHLO ") + m_settings.ehloName, Stage::Ehlo);
}

Actions ClientMachine::onEhlo(const Reply &reply)
{
    if (isRefusal(reply)) {
        const bool unknown = reply.code == 500 || reply.code == 502;
        const bool heloWillDo = !m_tls && m_settings.tls != TlsPolicy::Required && !m_settings.credentials;
        if (!unknown || !heloWillDo) {
            const QString why =
                unknown
                    ? QStringLiteral("The server does not know EHLO, without which there is neither TLS nor sign-in.")
                    : QString();
            return leave({Outcome::RefusedByServer, Stage::Ehlo, reply, why});
        }
        m_state = State::Helo;
        return say("HELO " + m_settings.ehloName, Stage::Ehlo);
    }
    if (reply.code != 250)
        return violation(noSense(QStringLiteral("EHLO"), reply));
    m_capabilities = parseCapabilities(reply);
    return afterHello();
}

Actions ClientMachine::onHelo(const Reply &reply)
{
    if (isRefusal(reply))
        return leave({Outcome::RefusedByServer, Stage::Ehlo, reply});
    if (reply.code != 250)
        return violation(noSense(QStringLiteral("HELO"), reply));
    m_capabilities =
        parseCapabilities(Reply{reply.code, reply.lines.first(std::min<qsizetype>(1, reply.lines.size()))});
    return afterHello();
}

Actions ClientMachine::afterHello()
{
    if (leavesAfter(Stage::Ehlo))
        return leaveAsAsked(Stage::Ehlo);
    if (m_tls || m_settings.tls == TlsPolicy::None)
        return afterTls();
    if (m_capabilities.startTls) {
        m_state = State::StartTls;
        return say("STARTTLS", Stage::Tls);
    }
    if (m_settings.heloOnly && m_settings.tls == TlsPolicy::Required)
        return leave(
            {Outcome::TlsNotOffered, Stage::Tls, std::nullopt,
             QStringLiteral("A sender that says HELO is not told whether the server can do STARTTLS, and TLS is "
                            "required here, so nothing was sent. Let it say EHLO, or use the port for TLS from "
                            "the start (465).")});
    if (m_settings.tls == TlsPolicy::Required)
        return leave(
            {Outcome::TlsNotOffered, Stage::Tls, std::nullopt,
             QStringLiteral("The server does not offer STARTTLS, so nothing was sent. Something between here and the "
                            "server may have taken it out; or the port is one for TLS from the start (465).")});
    return afterTls();
}

Actions ClientMachine::onStartTls(const Reply &reply)
{
    if (reply.code == 220) {
        m_state = State::Handshake;
        return {StartTls{}};
    }
    if (!isRefusal(reply))
        return violation(noSense(QStringLiteral("STARTTLS"), reply));
    if (m_settings.tls == TlsPolicy::Opportunistic)
        return afterTls();
    return leave({Outcome::RefusedByServer, Stage::Tls, reply});
}

Actions ClientMachine::onTlsEstablished()
{
    if (m_state != State::Handshake)
        return {};
    m_tls = true;
    m_capabilities = Capabilities(); // what was said in the clear counts no more (RFC 3207 §4.2)
    if (!m_greeted) {
        m_state = State::Greeting;
        return {AwaitReply{kGreetingLimit}};
    }
    if (leavesAfter(Stage::Tls))
        return leaveAsAsked(Stage::Tls);
    return sayHello();
}

Actions ClientMachine::afterTls()
{
    if (leavesAfter(Stage::Tls))
        return leaveAsAsked(Stage::Tls);
    return m_settings.credentials ? beginAuth() : afterAuth();
}

Actions ClientMachine::beginAuth()
{
    m_state = State::Auth;
    if (m_settings.heloOnly)
        return leave({Outcome::AuthNotOffered, Stage::Auth, std::nullopt,
                      QStringLiteral("A sender that says HELO is not told how it may sign in, so no password was sent. Let "
                                     "it say EHLO, or leave the user name out.")});
    m_signIn.emplace(*m_settings.credentials);
    return follow(m_signIn->begin(m_capabilities, m_tls, m_settings.allowAuthWithoutTls));
}

Actions ClientMachine::follow(ClientSignIn::Step step)
{
    switch (step.next) {
    case ClientSignIn::Next::Wait: return std::move(step.actions);
    case ClientSignIn::Next::Done: return afterAuth();
    case ClientSignIn::Next::Leave: return leave(std::move(step.finish));
    case ClientSignIn::Next::Violation: return violation(step.finish.detail);
    }
    Q_UNREACHABLE();
}

Actions ClientMachine::afterAuth()
{
    m_signIn.reset();
    if (leavesAfter(Stage::Auth))
        return leaveAsAsked(Stage::Auth);
    return becomeReady({});
}

Actions ClientMachine::becomeReady(Actions actions)
{
    if (m_quitWanted)
        return leave({Outcome::Accepted, Stage::Quit}, std::move(actions));
    m_state = State::Ready;
    actions.emplace_back(Ready{});
    return actions;
}

// --- transactions ---------------------------------------------------------------------------------------------------

Actions ClientMachine::submit(const Envelope &envelope, const SubmitOptions &given)
{
    if (m_state != State::Ready || envelope.recipients.empty())
        return {};
    SubmitOptions options = given;
    options.smtpUtf8 = options.smtpUtf8 || (envelope.sender && envelope.sender->needsUtf8())
                       || std::ranges::any_of(envelope.recipients, &EmailAddress::needsUtf8);
    m_transaction.emplace(envelope, transactionSettings(options));
    if (const auto outcome = obstacle(options)) {
        TransactionResult result = m_transaction->brokenOff(*outcome, std::nullopt);
        result.stage = Stage::Mail;
        m_transaction.reset();
        return becomeReady({TransactionDone{std::move(result)}});
    }
    m_state = State::Transaction;
    Actions actions = notesAbout(options);
    std::ranges::move(m_transaction->begin(), std::back_inserter(actions));
    return actions;
}

/// Why nothing is sent at all.
std::optional<Outcome> ClientMachine::obstacle(const SubmitOptions &options) const
{
    const std::uint64_t limit = m_capabilities.sizeLimitOctets.value_or(0);
    const bool serverDecides = m_settings.claimedSize || !m_settings.announceSize;
    if (limit > 0 && options.sizeOctets > limit && !serverDecides)
        return Outcome::MessageTooLarge;
    if (options.smtpUtf8 && !m_capabilities.smtpUtf8)
        return Outcome::NeedsSmtpUtf8;
    return std::nullopt;
}

ClientTransaction::Settings ClientMachine::transactionSettings(const SubmitOptions &options) const
{
    return {.mailParameters = mailParameters(options, m_capabilities, m_settings),
            .rcptParameters = m_capabilities.dsn ? options.dsn : DsnRequest(),
            .passedOn = m_capabilities.dsn ? options.recipientDsn : std::vector<DsnRecipient>(),
            .pipelining = m_settings.pipelining && m_capabilities.pipelining,
            .chunking = m_capabilities.chunking && (m_settings.chunking || options.binary),
            .stopAfter = m_settings.stopAfter};
}

Actions ClientMachine::notesAbout(const SubmitOptions &options) const
{
    Actions notes;
    if (m_settings.chunking && !m_capabilities.chunking)
        notes.emplace_back(Note{QStringLiteral("The server does not offer CHUNKING, so the message goes with DATA.")});
    if (options.dsn.asked && !m_capabilities.dsn)
        notes.emplace_back(Note{QStringLiteral("The server does not offer DSN, so no delivery report is asked for.")});
    if (options.binary && !(m_capabilities.binaryMime && m_capabilities.chunking))
        notes.emplace_back(
            Note{QStringLiteral("The server does not offer BINARYMIME, so the message goes as lines of text.")});
    const bool inChunks = options.binary && m_capabilities.binaryMime && m_capabilities.chunking;
    if (options.has8Bit && !m_capabilities.eightBitMime && !inChunks)
        notes.emplace_back(Note{QStringLiteral("8BITMIME is not offered, and the message holds octets over 127. It goes as "
                                               "it is; the server may refuse or damage it.")});
    return notes;
}

Actions ClientMachine::onMessageSent()
{
    return m_state == State::Transaction ? m_transaction->onMessageSent() : Actions();
}

Actions ClientMachine::onChunkRead(std::uint64_t octets, bool last)
{
    return m_state == State::Transaction ? m_transaction->onChunkRead(octets, last) : Actions();
}

Actions ClientMachine::onTransaction(const Reply &reply)
{
    ClientTransaction::Step step = m_transaction->onReply(reply);
    switch (step.next) {
    case ClientTransaction::Next::Wait: return std::move(step.actions);
    case ClientTransaction::Next::Done: return afterTransaction();
    case ClientTransaction::Next::Violation: return violation(step.detail);
    case ClientTransaction::Next::Abandon: break;
    }
    const TransactionResult result = m_transaction->result();
    m_transaction.reset();
    m_endedAt = result.stage;
    m_state = State::Done;
    return {TransactionDone{result}, Finish{result.outcome, result.stage, result.reply}};
}

Actions ClientMachine::afterTransaction()
{
    const TransactionResult result = m_transaction->result();
    m_transaction.reset();
    Actions actions{TransactionDone{result}};
    const bool stopped = result.outcome == Outcome::StoppedAsAsked
                         || (result.outcome == Outcome::Accepted && m_settings.stopAfter == Stage::Data);
    if (stopped)
        return leave({Outcome::StoppedAsAsked, result.stage, result.reply}, std::move(actions));
    if (result.outcome == Outcome::Accepted)
        return becomeReady(std::move(actions));
    m_state = State::Resetting;
    std::ranges::copy(say("RSET", Stage::Mail), std::back_inserter(actions));
    return actions;
}

Actions ClientMachine::onReset(const Reply &reply)
{
    if (isCompletion(reply))
        return becomeReady({});
    if (isRefusal(reply))
        return leave({Outcome::RefusedByServer, Stage::Mail, reply});
    return violation(noSense(QStringLiteral("RSET"), reply));
}

// --- the end --------------------------------------------------------------------------------------------------------

Actions ClientMachine::quit()
{
    switch (m_state) {
    case State::Idle: return endNow(Outcome::Cancelled, std::nullopt, {});
    case State::Ready: return leave({Outcome::Accepted, Stage::Quit});
    case State::Quitting:
    case State::Done: return {};
    case State::Greeting:
    case State::Ehlo:
    case State::Helo:
    case State::StartTls:
    case State::Handshake:
    case State::Auth:
    case State::Transaction:
    case State::Resetting: break;
    }
    m_quitWanted = true; // a reply is on its way; QUIT follows it
    return {};
}

Actions ClientMachine::leaveAsAsked(Stage passed)
{
    return leave({m_settings.stopAfter == passed ? Outcome::StoppedAsAsked : Outcome::Cancelled, passed});
}

Actions ClientMachine::leave(Finish finish, Actions actions)
{
    m_pendingFinish = std::move(finish);
    m_state = State::Quitting;
    std::ranges::copy(say("QUIT", Stage::Quit, kQuitLimit), std::back_inserter(actions));
    return actions;
}

Actions ClientMachine::onQuit(const Reply &reply)
{
    const bool orderly = m_pendingFinish.outcome == Outcome::Accepted;
    return endNow(m_pendingFinish.outcome, orderly ? std::optional(reply) : m_pendingFinish.reply,
                  m_pendingFinish.detail);
}

Actions ClientMachine::violation(const QString &detail)
{
    return endNow(Outcome::ProtocolViolation, std::nullopt, detail);
}

/// Ends without a further word to the server. While quitting, the reason to quit stands.
Actions ClientMachine::endNow(Outcome outcome, const std::optional<Reply> &reply, const QString &detail)
{
    if (m_state == State::Done)
        return {};
    Actions actions;
    Finish finish{outcome, stage(), reply, detail};
    if (m_state == State::Quitting) {
        finish = m_pendingFinish;
        if (reply)
            finish.reply = reply;
    } else if (m_transaction) {
        actions.emplace_back(TransactionDone{m_transaction->brokenOff(outcome, reply)});
        m_transaction.reset();
    }
    m_signIn.reset();
    m_endedAt = finish.stage;
    m_state = State::Done;
    actions.emplace_back(std::move(finish));
    return actions;
}

Stage ClientMachine::stage() const
{
    switch (m_state) {
    case State::Idle: return Stage::Connect;
    case State::Greeting: return Stage::Greeting;
    case State::Ehlo:
    case State::Helo: return Stage::Ehlo;
    case State::StartTls:
    case State::Handshake: return Stage::Tls;
    case State::Auth: return Stage::Auth;
    case State::Ready:
    case State::Resetting: return Stage::Mail;
    case State::Transaction: return m_transaction->stage();
    case State::Quitting: return Stage::Quit;
    case State::Done: return m_endedAt;
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
