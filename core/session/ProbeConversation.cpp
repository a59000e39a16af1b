// SPDX-License-Identifier: GPL-3.0-or-later
// The rungs from TCP to RCPT: what one conversation tells.
#include "core/session/ProbePrivate.h"
#include "core/session/ProbeRungs.h"

#include <algorithm>

namespace relaywright {

namespace {

using State = ProbeRung::State;

constexpr std::size_t kMaxAddresses = 6; // tried one after another, each with its own patience
constexpr std::uint16_t kImplicitTlsPort = 465;

} // namespace

TlsPolicy Probe::Private::policy() const
{
    return settings.tls.value_or(settings.server.port == kImplicitTlsPort ? TlsPolicy::Implicit
                                                                          : TlsPolicy::Opportunistic);
}

Stage Probe::Private::lastStage() const
{
    static const std::pair<QLatin1String, Stage> kStages[] = {{QLatin1String("tcp"), Stage::Connect},
                                                              {QLatin1String("banner"), Stage::Greeting},
                                                              {QLatin1String("ehlo"), Stage::Ehlo},
                                                              {QLatin1String("tls"), Stage::Tls},
                                                              {QLatin1String("sign-in"), Stage::Auth}};
    for (const auto &[id, stage] : kStages) {
        if (stopsAt(id))
            return stage;
    }
    if (!asksForTransaction())
        return Stage::Quit;
    return settings.to && !stopsAt(QLatin1String("mail")) ? Stage::Rcpt : Stage::Mail;
}

ConnectionSettings Probe::Private::connectionTo(const IpAddress &address) const
{
    ConnectionSettings connection{.server = {Host::of(address), settings.server.port}};
    connection.smtp.ehloName = settings.ehloName;
    connection.smtp.tls = policy();
    connection.smtp.stopAfter = lastStage();
    connection.smtp.credentials = settings.credentials;
    connection.tls.caCertificatesPem = settings.caCertificatesPem;
    // Without a password nothing secret is said, and the faults are what we came for.
    connection.tls.insecure = settings.insecure || !settings.credentials;
    connection.tls.serverName = settings.server.host.toString();
    connection.patience = settings.patience;
    connection.connectPatience = settings.connectPatience;
    return connection;
}

void Probe::Private::connectNext()
{
    m_report.transcript.clear();
    m_client = new SmtpClient(connectionTo(m_addresses[m_next++]), q);
    QObject::connect(m_client, &SmtpClient::lineAdded, q, [this](const TranscriptLine &line) { onLine(line); });
    QObject::connect(m_client, &SmtpClient::ready, q, [this] { onReady(); });
    QObject::connect(m_client, &SmtpClient::transactionDone, q,
                     [this](const TransactionResult &r) { onTransactionDone(r); });
    QObject::connect(m_client, &SmtpClient::finished, q, [this](const Finish &end) { onFinished(end); });
    m_client->open();
}

QString Probe::Private::replyAt(Stage stage) const
{
    const auto line = std::ranges::find_if(
        m_report.transcript.rbegin(), m_report.transcript.rend(), [stage](const TranscriptLine &l) {
            return l.stage == stage && l.direction == TranscriptLine::Direction::Received;
        });
    return line == m_report.transcript.rend() ? QString() : line->text;
}

void Probe::Private::onLine(const TranscriptLine &line)
{
    m_report.transcript.push_back(line);
    Q_EMIT q->lineAdded(line);
    if (m_climbed) // a handler cancelled
        return;
    const bool sent = line.direction == TranscriptLine::Direction::Sent;
    if (!has(QLatin1String("tcp")) && !m_client->peerAddress().isEmpty()) {
        m_asked = PortSight::How::Connected;
        m_report.address = m_client->peerAddress();
        add(tcpRung(m_report.address, m_deaf));
    }
    if (!has(QLatin1String("tls")) && line.tls && m_client->tls()) {
        m_report.tls = m_client->tls();
        add(tlsRung(*m_report.tls, settings.today));
    }
    if (!has(QLatin1String("banner")) && sent && line.stage == Stage::Ehlo)
        add({QStringLiteral("banner"), State::Ok, replyAt(Stage::Greeting), QStringLiteral("The server greets.")});
    if (sent && line.stage == Stage::Tls)
        finishEhlo();
    if (sent && line.stage == Stage::Auth)
        finishTls();
}

/// Everything below the sign-in is known.
void Probe::Private::finishTls()
{
    finishEhlo();
    if (!has(QLatin1String("tls")))
        add(noTlsRung(m_client->capabilities(), policy(), replyAt(Stage::Tls)));
}

/// EHLO was answered well, and what it offered belongs to before or after TLS.
void Probe::Private::finishEhlo()
{
    auto &place = m_report.tls ? m_report.afterTls : m_report.beforeTls;
    place = m_client->capabilities();
    if (!has(QLatin1String("ehlo")))
        add(ehloRung(*place));
}

void Probe::Private::onReady()
{
    if (has(QLatin1String("sign-in"))) // after the transaction
        return m_client->quit();
    finishTls();
    if (m_climbed)
        return;
    if (settings.credentials)
        add(signedInRung(settings.credentials->user, replyAt(Stage::Auth)));
    else
        add(signInRung(m_client->capabilities(), m_report.beforeTls, m_report.tls.has_value(), settings.server.port));
    if (m_climbed)
        return;
    if (!asksForTransaction())
        return m_client->quit();
    m_message.setData("\r\n");
    m_message.open(QIODevice::ReadOnly);
    // Without a recipient to ask for, the conversation stops before anybody stands in one.
    m_client->submit(
        {.envelope = {settings.from, {settings.to ? *settings.to : *settings.from}}, .content = &m_message});
}

void Probe::Private::onTransactionDone(const TransactionResult &result)
{
    if (result.outcome == Outcome::Cancelled)
        return;
    const bool mailRefused = result.stage == Stage::Mail && result.outcome != Outcome::StoppedAsAsked;
    if (mailRefused && !result.reply)
        return; // lost or silent: onFinished has the words
    if (result.outcome == Outcome::RefusedByServer)
        m_reply = result.reply;
    const QString mailReply =
        result.stage == Stage::Mail && result.reply ? result.reply->toString() : replyAt(Stage::Mail);
    add(commandRung(QStringLiteral("mail"), !mailRefused, mailReply, toPath(settings.from)));
    if (mailRefused || !settings.to || result.recipients.empty() || !result.recipients.front().reply)
        return;
    const RecipientResult &recipient = result.recipients.front();
    add(commandRung(QStringLiteral("rcpt"), recipient.accepted, recipient.reply->toString(), toPath(settings.to)));
}
void Probe::Private::onFinished(const Finish &end)
{
    if (m_climbed)
        return;
    m_client->disconnect(q);
    m_client->deleteLater();
    if (end.outcome == Outcome::Cancelled) {
        m_report.cancelled = true;
        return finish();
    }
    if (!m_report.tls)
        m_report.tls = m_client->tls();
    if (!has(QLatin1String("tcp"))) {
        m_deaf += end.detail;
        lookAtAskedPort(end.outcome);
        if (m_next < std::min(m_addresses.size(), kMaxAddresses))
            return connectNext();
        add({QStringLiteral("tcp"), State::Failed, {}, m_deaf.join(u' ')});
        return finish();
    }
    m_outcome = end.outcome;
    if (!m_reply)
        m_reply = end.reply;
    if (end.outcome == Outcome::StoppedAsAsked)
        finishStopped();
    else
        failNextRung(end);
    finish();
}

/// The conversation ended where it was told to: the rungs up to there are climbed.
void Probe::Private::finishStopped()
{
    const Stage last = lastStage();
    if (last >= Stage::Greeting && !has(QLatin1String("banner")))
        add({QStringLiteral("banner"), State::Ok, replyAt(Stage::Greeting), QStringLiteral("The server greets.")});
    if (last >= Stage::Ehlo && !has(QLatin1String("ehlo")))
        finishEhlo();
    if (last >= Stage::Tls)
        finishTls();
    if (last == Stage::Auth && !has(QLatin1String("sign-in")) && settings.credentials)
        add(signedInRung(settings.credentials->user, replyAt(Stage::Auth)));
    else if (last == Stage::Auth && !has(QLatin1String("sign-in")))
        add(signInRung(m_client->capabilities(), m_report.beforeTls, m_report.tls.has_value(), settings.server.port));
}

/// The conversation ended: the first rung that is not climbed yet, in the order of this conversation, is where.
void Probe::Private::failNextRung(const Finish &end)
{
    if (end.stage == Stage::Tls && policy() != TlsPolicy::Implicit && !has(QLatin1String("ehlo")))
        finishEhlo(); // STARTTLS was required and not in it
    if (end.stage == Stage::Auth)
        finishTls(); // no mechanism fits: nothing was said
    std::vector<QLatin1String> order{QLatin1String("banner"), QLatin1String("ehlo"), QLatin1String("tls"),
                                     QLatin1String("sign-in")};
    if (policy() == TlsPolicy::Implicit)
        order = {QLatin1String("tls"), QLatin1String("banner"), QLatin1String("ehlo"), QLatin1String("sign-in")};
    if (asksForTransaction())
        order.push_back(QLatin1String("mail"));
    if (settings.to)
        order.push_back(QLatin1String("rcpt"));
    const auto next = std::ranges::find_if(order, [this](QLatin1String id) { return !has(id); });
    const bool failedAlready =
        std::ranges::any_of(m_report.rungs, [](const ProbeRung &r) { return r.state == State::Failed; });
    if (next == order.end() || failedAlready)
        return;
    const QString reply = end.reply ? end.reply->toString() : QString();
    const QString detail =
        !end.detail.isEmpty() ? end.detail
        : reply.isEmpty()
            ? QStringLiteral("The conversation with %1 ended here.").arg(m_report.server)
            : QStringLiteral("%1 refused here. \"relaywright-cli diagnose\" explains the reply.").arg(m_report.server);
    add({QString(*next), State::Failed, reply, detail});
}

} // namespace relaywright
