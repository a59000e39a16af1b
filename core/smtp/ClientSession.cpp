// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ClientSession.h"

#include "core/base/Text.h"
#include "core/smtp/ClientMachine.h"
#include "core/smtp/Transcript.h"

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

constexpr std::array<std::pair<TlsPolicy, QLatin1String>, 4> kPolicies{{
    {TlsPolicy::None, QLatin1String("none")},
    {TlsPolicy::Opportunistic, QLatin1String("opportunistic")},
    {TlsPolicy::Required, QLatin1String("starttls")},
    {TlsPolicy::Implicit, QLatin1String("implicit")},
}};

} // namespace

QString toString(TlsPolicy policy)
{
    for (const auto &[value, word] : kPolicies) {
        if (value == policy)
            return word;
    }
    Q_UNREACHABLE();
}

std::optional<TlsPolicy> parseTlsPolicy(const QString &word)
{
    for (const auto &[value, known] : kPolicies) {
        if (word.compare(known, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

QString toString(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Accepted: return QStringLiteral("accepted");
    case Outcome::StoppedAsAsked: return QStringLiteral("stopped-as-asked");
    case Outcome::RefusedByServer: return QStringLiteral("refused-by-server");
    case Outcome::TlsNotOffered: return QStringLiteral("tls-not-offered");
    case Outcome::TlsFailed: return QStringLiteral("tls-failed");
    case Outcome::AuthNotOffered: return QStringLiteral("auth-not-offered");
    case Outcome::AuthNeedsTls: return QStringLiteral("auth-needs-tls");
    case Outcome::MessageTooLarge: return QStringLiteral("message-too-large");
    case Outcome::NeedsSmtpUtf8: return QStringLiteral("needs-smtputf8");
    case Outcome::ConnectionFailed: return QStringLiteral("connection-failed");
    case Outcome::ConnectionLost: return QStringLiteral("connection-lost");
    case Outcome::TimedOut: return QStringLiteral("timed-out");
    case Outcome::ProtocolViolation: return QStringLiteral("protocol-violation");
    case Outcome::Cancelled: return QStringLiteral("cancelled");
    }
    Q_UNREACHABLE();
}

QString displayText(const SendLine &line)
{
    if (!line.secret)
        return printable(line.line);
    if (!line.line.startsWith("AUTH "))
        return hiddenSecret();
    const QByteArrayView words = QByteArrayView(line.line).sliced(5);
    const QByteArray mechanism = words.first(std::max<qsizetype>(words.indexOf(' '), 0)).toByteArray();
    return QStringLiteral("AUTH %1 %2").arg(printable(mechanism, 40), hiddenSecret());
}

ClientSession::ClientSession(ClientSettings settings) : m_machine(std::make_unique<ClientMachine>(std::move(settings)))
{
}
ClientSession::~ClientSession() = default;
ClientSession::ClientSession(ClientSession &&) noexcept = default;
ClientSession &ClientSession::operator=(ClientSession &&) noexcept = default;

Actions ClientSession::start()
{
    return m_machine->start();
}

Actions ClientSession::onReply(const Reply &reply)
{
    return m_machine->onReply(reply);
}

Actions ClientSession::onTlsEstablished()
{
    return m_machine->onTlsEstablished();
}

Actions ClientSession::onTlsFailed(const QString &detail)
{
    return m_machine->endNow(Outcome::TlsFailed, std::nullopt, detail);
}

Actions ClientSession::onMessageSent()
{
    return m_machine->onMessageSent();
}

Actions ClientSession::onTimedOut()
{
    return m_machine->endNow(Outcome::TimedOut, std::nullopt, {});
}

Actions ClientSession::onConnectionLost(const QString &detail)
{
    return m_machine->endNow(Outcome::ConnectionLost, std::nullopt, detail);
}

Actions ClientSession::onProtocolViolation(const QString &detail)
{
    return m_machine->endNow(Outcome::ProtocolViolation, std::nullopt, detail);
}

Actions ClientSession::cancel(const QString &detail)
{
    return m_machine->endNow(Outcome::Cancelled, std::nullopt, detail);
}

Actions ClientSession::onChunkRead(std::uint64_t octets, bool last)
{
    return m_machine->onChunkRead(octets, last);
}

Actions ClientSession::submit(const Envelope &envelope, const SubmitOptions &options)
{
    return m_machine->submit(envelope, options);
}

Actions ClientSession::quit()
{
    return m_machine->quit();
}

Stage ClientSession::stage() const
{
    return m_machine->stage();
}

bool ClientSession::isReady() const
{
    return m_machine->state() == ClientMachine::State::Ready;
}

bool ClientSession::tlsActive() const
{
    return m_machine->tlsActive();
}

const Capabilities &ClientSession::capabilities() const
{
    return m_machine->capabilities();
}

} // namespace relaywright
