// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ClientSignIn.h"

#include "core/base/Text.h"
#include "core/smtp/WireLine.h"

namespace relaywright {

namespace {

constexpr std::chrono::seconds kAuthLimit = std::chrono::minutes(5);
constexpr qsizetype kMaxCommandOctets = 510; // RFC 5321 §4.5.3.1.4, without CRLF
constexpr int kMaxChallenges = 8;            // no mechanism we have takes more than two

/// The line is moved all the way: a copy on it would stay behind in memory.
ClientSignIn::Step say(QByteArray line, bool secret)
{
    ClientSignIn::Step step;
    step.actions.reserve(2);
    step.actions.emplace_back(SendLine{wireLine(std::move(line)), Stage::Auth, secret});
    step.actions.emplace_back(AwaitReply{kAuthLimit});
    return step;
}

/// The base64 of `response`, which is wiped.
QByteArray encoded(QByteArray response)
{
    QByteArray base64 = response.toBase64();
    wipe(response);
    return base64;
}

ClientSignIn::Step leave(Outcome outcome, const QString &detail)
{
    return {ClientSignIn::Next::Leave, {}, Finish{outcome, Stage::Auth, std::nullopt, detail}};
}

} // namespace

ClientSignIn::Step ClientSignIn::begin(const Capabilities &capabilities, bool tls, bool allowWithoutTls)
{
    const bool passwordIsSafe = tls || allowWithoutTls || !showsSecret(m_credentials.mechanism);
    if (!passwordIsSafe)
        return leave(Outcome::AuthNeedsTls,
                     QStringLiteral("The connection is not encrypted, so the password was not sent. Turn TLS "
                                    "on, or use a server that offers it."));
    if (const QString fault = credentialsFault(m_credentials); !fault.isEmpty())
        return leave(Outcome::AuthNotOffered, fault);
    const auto mechanism = chooseMechanism(m_credentials, capabilities.authMechanisms, tls);
    if (!mechanism)
        return leave(Outcome::AuthNotOffered, mechanism.error().detail);
    m_mechanism = *mechanism;
    auto sasl = makeSaslClient(m_mechanism, m_credentials);
    if (!sasl)
        return leave(Outcome::AuthNotOffered, sasl.error().detail);
    m_sasl = std::move(*sasl);
    return sayAuth();
}

ClientSignIn::Step ClientSignIn::sayAuth()
{
    const QByteArray command = "AUTH " + toWire(m_mechanism);
    auto response = m_sasl->initialResponse();
    if (!response)
        return say(command, false);
    const qsizetype base64Octets = (response->size() + 2) / 3 * 4;
    if (command.size() + 1 + base64Octets > kMaxCommandOctets) { // RFC 4954 §4: then it waits for a challenge
        m_deferredResponse = Secret(std::move(*response));
        return say(command, false);
    }
    // An empty response is a lone `=` (RFC 4954 §4).
    QByteArray argument = response->isEmpty() ? QByteArrayLiteral("=") : encoded(std::move(*response));
    QByteArray whole;
    whole.reserve(command.size() + 1 + argument.size());
    whole.append(command).append(' ').append(argument);
    wipe(argument);
    return say(std::move(whole), m_sasl->saidSecret());
}

ClientSignIn::Step ClientSignIn::onReply(const Reply &reply)
{
    if (m_givenUp)
        return {Next::Leave, {}, *m_givenUp};
    if (reply.code == 235)
        return m_sasl->mayEnd() ? Step{Next::Done} : unproved();
    if (reply.code == 334)
        return answerChallenge(reply);
    if (reply.isTransient() || reply.isPermanent())
        return {Next::Leave, {}, Finish{Outcome::RefusedByServer, Stage::Auth, reply}};
    return {Next::Violation,
            {},
            Finish{Outcome::ProtocolViolation, Stage::Auth, std::nullopt,
                   QStringLiteral("The server answered AUTH with %1, which makes no sense there.")
                       .arg(reply.toString().left(200))}};
}

ClientSignIn::Step ClientSignIn::unproved()
{
    return {
        Next::Leave,
        {},
        Finish{Outcome::ProtocolViolation, Stage::Auth, std::nullopt,
               QStringLiteral("The server said yes without proving that it knows the password (RFC 5802 §3): it may be "
                              "another one that only pretends. Nothing was sent. Check the server's name.")}};
}

ClientSignIn::Step ClientSignIn::answerChallenge(const Reply &reply)
{
    const auto challenge =
        QByteArray::fromBase64Encoding(reply.lines.value(0).trimmed(), QByteArray::AbortOnBase64DecodingErrors);
    Result<QByteArray> answer =
        failure(ErrorKind::InvalidInput, QStringLiteral("The server's challenge is not base64."));
    if (m_deferredResponse)
        answer = std::exchange(m_deferredResponse, std::nullopt)->reveal().toByteArray();
    else if (challenge)
        answer = m_sasl->answer(*challenge);
    else if (mayPromptInWords())
        answer = m_sasl->answer(QByteArray());
    if (answer && ++m_challenges <= kMaxChallenges)
        return say(encoded(std::move(*answer)), m_sasl->saidSecret());
    const QString detail =
        answer ? QStringLiteral("The server asked too often during sign-in.") : answer.error().detail;
    m_givenUp = Finish{Outcome::ProtocolViolation, Stage::Auth, reply, detail};
    return say(QByteArrayLiteral("*"), false); // RFC 4954 §4
}

} // namespace relaywright
