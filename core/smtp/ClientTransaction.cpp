// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ClientTransaction.h"

#include "core/smtp/DsnParameters.h"
#include "core/smtp/WireLine.h"

#include <algorithm>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

// RFC 5321 §4.5.3.2
constexpr std::chrono::seconds kMailLimit = 5min;
constexpr std::chrono::seconds kRcptLimit = 5min;
constexpr std::chrono::seconds kDataLimit = 2min;
constexpr std::chrono::seconds kFinalDotLimit = 10min;

constexpr std::chrono::seconds kChunkLimit = 5min;     // RFC 3030 names none: as for a command
constexpr qsizetype kMaxOriginalRecipientOctets = 500; // RFC 3461 §5.4

DsnRecipient requestFor(const EmailAddress &recipient, const DsnRequest &dsn)
{
    if (!dsn.asked)
        return {};
    DsnRecipient request{.never = dsn.never, .success = dsn.success, .failure = dsn.failure, .delay = dsn.delay};
    // RFC 3461 knows only the type rfc822, which is ASCII; an address of RFC 6531 is told by its RCPT alone.
    const QByteArray original = "rfc822;" + toXtext(recipient.toString().toUtf8());
    if (!recipient.needsUtf8() && original.size() <= kMaxOriginalRecipientOctets)
        request.originalRecipient = original;
    return request;
}

QByteArray recipientParameters(const DsnRecipient &dsn)
{
    QByteArray parameters;
    if (const QByteArray words = notifyWords(dsn); !words.isEmpty())
        parameters += " NOTIFY=" + words;
    if (!dsn.originalRecipient.isEmpty())
        parameters += " ORCPT=" + dsn.originalRecipient;
    return parameters;
}

bool isCompletion(const Reply &reply)
{
    return reply.code >= 200 && reply.code < 300;
}

bool isRefusal(const Reply &reply)
{
    return reply.isTransient() || reply.isPermanent();
}

} // namespace

ClientTransaction::ClientTransaction(const Envelope &envelope, Settings settings)
    : m_sender(envelope.sender), m_settings(std::move(settings))
{
    m_result.recipients.reserve(envelope.recipients.size());
    for (const EmailAddress &recipient : envelope.recipients)
        m_result.recipients.push_back({.recipient = recipient, .reply = std::nullopt});
}

Actions ClientTransaction::begin()
{
    Actions actions;
    askMail(actions);
    if (m_settings.pipelining && m_settings.stopAfter > Stage::Mail) {
        while (m_nextRecipient < m_result.recipients.size())
            askRecipient(actions);
        if (m_settings.stopAfter > Stage::Rcpt && !m_settings.chunking)
            askData(actions);
    }
    return waitForNext(std::move(actions)).actions;
}

void ClientTransaction::askMail(Actions &actions)
{
    const QByteArray path = toPath(m_sender).toUtf8();
    actions.emplace_back(SendLine{wireLine("MAIL FROM:" + path + m_settings.mailParameters), Stage::Mail});
    m_asked.push_back({Verb::Mail});
}

void ClientTransaction::askRecipient(Actions &actions)
{
    const EmailAddress &recipient = m_result.recipients[m_nextRecipient].recipient;
    const DsnRecipient dsn = m_nextRecipient < m_settings.passedOn.size()
                                 ? m_settings.passedOn[m_nextRecipient]
                                 : requestFor(recipient, m_settings.rcptParameters);
    const QByteArray line = "RCPT TO:" + toPath(recipient).toUtf8() + recipientParameters(dsn);
    actions.emplace_back(SendLine{wireLine(line), Stage::Rcpt});
    m_asked.push_back({Verb::Rcpt, m_nextRecipient++});
}

void ClientTransaction::askData(Actions &actions)
{
    actions.emplace_back(SendLine{"DATA", Stage::Data});
    m_asked.push_back({Verb::Data});
    m_dataAsked = true;
}

ClientTransaction::Step ClientTransaction::waitForNext(Actions actions) const
{
    switch (m_asked.front().verb) {
    case Verb::Mail: actions.emplace_back(AwaitReply{kMailLimit}); break;
    case Verb::Rcpt: actions.emplace_back(AwaitReply{kRcptLimit}); break;
    case Verb::Data: actions.emplace_back(AwaitReply{kDataLimit}); break;
    }
    return {Next::Wait, std::move(actions)};
}

Stage ClientTransaction::stage() const
{
    if (m_phase != Phase::Envelope || m_asked.empty())
        return Stage::Data;
    switch (m_asked.front().verb) {
    case Verb::Mail: return Stage::Mail;
    case Verb::Rcpt: return Stage::Rcpt;
    case Verb::Data: return Stage::Data;
    }
    Q_UNREACHABLE();
}

ClientTransaction::Step ClientTransaction::onReply(const Reply &reply)
{
    switch (m_phase) {
    case Phase::Envelope: return onEnvelopeReply(reply);
    case Phase::Content:
        // The server refuses in the middle of the message; what it reads next would be taken for commands.
        if (!isRefusal(reply))
            return {Next::Violation, {}, QStringLiteral("The server answered before the message had ended.")};
        m_result = brokenOff(Outcome::RefusedByServer, reply);
        return {Next::Abandon};
    case Phase::Chunk: return onChunkReply(reply);
    case Phase::FinalDot: return onFinalReply(reply);
    }
    Q_UNREACHABLE();
}

ClientTransaction::Step ClientTransaction::onEnvelopeReply(const Reply &reply)
{
    const Question question = m_asked.front();
    if (!record(question, reply)) {
        return {Next::Violation,
                {},
                QStringLiteral("The server answered %1 with %2, which makes no sense there.")
                    .arg(toString(stage()).toUpper(), reply.toString().left(200))};
    }
    m_asked.pop_front();
    return m_asked.empty() ? decide() : waitForNext({});
}

/// False when the reply is no possible answer to the question.
bool ClientTransaction::record(const Question &question, const Reply &reply)
{
    switch (question.verb) {
    case Verb::Mail:
        if (isRefusal(reply))
            m_mailRefusal = reply;
        return isRefusal(reply) || isCompletion(reply);
    case Verb::Rcpt:
        // After a refused MAIL these are only "503 need MAIL": no verdict about the recipient.
        if (!m_mailRefusal) {
            m_result.recipients[question.recipient].reply = reply;
            m_result.recipients[question.recipient].accepted = isCompletion(reply);
        }
        return isRefusal(reply) || isCompletion(reply);
    case Verb::Data: m_dataReply = reply; return isRefusal(reply) || reply.code == 354;
    }
    Q_UNREACHABLE();
}

/// Every command sent so far is answered: what comes next?
ClientTransaction::Step ClientTransaction::decide()
{
    Actions actions;
    if (m_mailRefusal) {
        const bool dataIsOpen = m_dataReply && m_dataReply->code == 354;
        Step step = refused(Stage::Mail, *m_mailRefusal);
        step.next = dataIsOpen ? Next::Abandon : Next::Done; // never a dot: it could deliver an empty message
        return step;
    }
    if (m_settings.stopAfter == Stage::Mail) {
        m_result.outcome = Outcome::StoppedAsAsked;
        m_result.stage = Stage::Mail;
        return {Next::Done};
    }
    if (m_nextRecipient < m_result.recipients.size()) {
        askRecipient(actions);
        return waitForNext(std::move(actions));
    }
    if (m_dataReply && m_dataReply->code == 354)
        return openContent();
    if (!anyAccepted())
        return refused(Stage::Rcpt, *firstRefusal());
    if (m_settings.stopAfter == Stage::Rcpt) {
        m_result.outcome = Outcome::StoppedAsAsked;
        m_result.stage = Stage::Rcpt;
        return {Next::Done};
    }
    if (m_settings.chunking) {
        m_phase = Phase::Content;
        return {Next::Wait, {ReadChunk{}}};
    }
    if (m_dataAsked)
        return refused(Stage::Data, *m_dataReply);
    askData(actions);
    return waitForNext(std::move(actions));
}

ClientTransaction::Step ClientTransaction::openContent()
{
    m_phase = Phase::Content;
    m_contentEmpty = !anyAccepted();
    return {Next::Wait, {SendMessage{m_contentEmpty}}};
}

Actions ClientTransaction::onMessageSent()
{
    m_phase = Phase::FinalDot;
    return {AwaitReply{kFinalDotLimit}};
}

Actions ClientTransaction::onChunkRead(std::uint64_t octets, bool last)
{
    m_phase = last ? Phase::FinalDot : Phase::Chunk;
    const QByteArray line = "BDAT " + QByteArray::number(static_cast<qulonglong>(octets)) + (last ? " LAST" : "");
    return {SendLine{line, Stage::Data}, SendChunk{}, AwaitReply{last ? kFinalDotLimit : kChunkLimit}};
}

/// The server reads a piece to its end whatever it thinks of it, so the conversation stays in step (RFC 3030 §2).
ClientTransaction::Step ClientTransaction::onChunkReply(const Reply &reply)
{
    if (isRefusal(reply))
        return refused(Stage::Data, reply);
    if (!isCompletion(reply))
        return {Next::Violation,
                {},
                QStringLiteral("The server answered BDAT with %1, which makes no sense there.")
                    .arg(reply.toString().left(200))};
    m_phase = Phase::Content;
    return {Next::Wait, {ReadChunk{}}};
}

ClientTransaction::Step ClientTransaction::onFinalReply(const Reply &reply)
{
    if (!isRefusal(reply) && !isCompletion(reply))
        return {Next::Violation,
                {},
                QStringLiteral("The server answered the end of the message with %1.").arg(reply.toString().left(200))};
    if (m_contentEmpty)
        return refused(Stage::Rcpt, *firstRefusal());
    if (isRefusal(reply))
        return refused(Stage::Data, reply);
    m_result.outcome = Outcome::Accepted;
    m_result.stage = Stage::Data;
    m_result.reply = reply;
    return {Next::Done};
}

ClientTransaction::Step ClientTransaction::refused(Stage stage, const Reply &reply)
{
    m_result.outcome = Outcome::RefusedByServer;
    m_result.stage = stage;
    m_result.reply = reply;
    return {Next::Done};
}

TransactionResult ClientTransaction::brokenOff(Outcome outcome, const std::optional<Reply> &reply) const
{
    TransactionResult result = m_result;
    result.outcome = outcome;
    result.stage = stage();
    result.reply = reply;
    // A refusal is an answer; without one the server may have taken the message before it fell silent (RFC 1047).
    result.inDoubt = m_phase == Phase::FinalDot && !m_contentEmpty && !reply;
    return result;
}

bool ClientTransaction::anyAccepted() const
{
    return std::ranges::any_of(m_result.recipients, &RecipientResult::accepted);
}

std::optional<Reply> ClientTransaction::firstRefusal() const
{
    const auto refusal =
        std::ranges::find_if(m_result.recipients, [](const RecipientResult &r) { return r.reply && !r.accepted; });
    return refusal == m_result.recipients.end() ? std::nullopt : refusal->reply;
}

} // namespace relaywright
