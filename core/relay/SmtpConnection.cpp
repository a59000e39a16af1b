// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SmtpConnection.h"

#include <QDateTime>

#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kIdleLimit{10}; // the next message often follows at once; a server's patience is longer

} // namespace

SmtpConnection::SmtpConnection(ConnectionSettings settings, Conversation conversation, QObject *parent)
    : UpstreamConnection(parent), m_client(std::move(settings)), m_conversation(std::move(conversation))
{
    connect(&m_client, &SmtpClient::lineAdded, this, [this](const TranscriptLine &line) {
        using Voice = Conversation::Voice;
        const Voice voice = line.direction == TranscriptLine::Direction::Sent       ? Voice::Sent
                            : line.direction == TranscriptLine::Direction::Received ? Voice::Received
                                                                                    : Voice::Note;
        m_conversation.add(voice, line.text.toUtf8());
    });
    m_idleTimer.setSingleShot(true);
    m_idleTimer.setInterval(kIdleLimit);
    connect(&m_idleTimer, &QTimer::timeout, this, &SmtpConnection::quit);
    connect(&m_client, &SmtpClient::ready, this, &SmtpConnection::onReady);
    connect(&m_client, &SmtpClient::transactionDone, this, &SmtpConnection::onTransactionDone);
    connect(&m_client, &SmtpClient::finished, this, &SmtpConnection::onFinished);
}

SmtpConnection::~SmtpConnection()
{
    m_client.disconnect(this); // it may tell its end while it is taken down
}

void SmtpConnection::open()
{
    m_client.open();
}

std::optional<CertificateLife> SmtpConnection::certificateOfHost() const
{
    const auto tls = m_client.tls();
    if (!tls || tls->chain.empty())
        return std::nullopt;
    const CertificateSummary &shown = tls->chain.front();
    return CertificateLife{fromDateTime(shown.begins), fromDateTime(shown.expires)};
}

void SmtpConnection::submit(std::unique_ptr<QIODevice> content)
{
    ++m_sent;
    m_load->content = std::move(content);
    const SpoolMessage &stored = m_load->message;
    OutgoingMessage message;
    message.envelope = m_load->envelope;
    message.content = m_load->content.get();
    message.has8Bit = stored.body.has8Bit;
    // An address that needs SMTPUTF8 asks for it by itself; a device that asked to no purpose need not have it.
    message.smtpUtf8 = stored.utf8 && m_load->headHas8Bit;
    message.dsn = {.asked = !stored.dsn.isEmpty(),
                   .returned = stored.dsn.envelope.returned,
                   .envelopeId = stored.dsn.envelope.envelopeId};
    if (!stored.dsn.recipients.empty()) {
        for (const EmailAddress &recipient : m_load->envelope.recipients)
            message.recipientDsn.push_back(stored.dsn.of(recipient));
    }
    m_client.submit(message);
}

void SmtpConnection::quit()
{
    if (std::exchange(m_quitting, true) && !m_ready)
        return;
    m_idleTimer.stop();
    if (m_ready && !m_load)
        m_client.quit();
    else if (!m_opened)
        m_client.cancel(); // nothing was said yet that deserves a goodbye
}

void SmtpConnection::cancel()
{
    m_client.cancel();
}

void SmtpConnection::onReady()
{
    m_ready = true;
    if (!std::exchange(m_opened, true))
        Q_EMIT opened();
    if (m_sent >= kMaxMessages)
        m_quitting = true;
    if (m_quitting)
        return m_client.quit();
    m_idleTimer.start();
    Q_EMIT idle();
}

void SmtpConnection::onTransactionDone(const TransactionResult &result)
{
    if (m_load)
        Q_EMIT messageDone(judge(m_load->envelope, result));
}

void SmtpConnection::onFinished(const Finish &finish)
{
    if (std::exchange(m_finished, true))
        return;
    m_ready = false;
    m_quitting = true;
    m_idleTimer.stop();
    onTransactionDone({.outcome = finish.outcome, .stage = finish.stage, .reply = finish.reply});
    Q_EMIT finished(judge(finish));
    deleteLater();
}

} // namespace relaywright
