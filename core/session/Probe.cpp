// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Probe.h"

#include "core/dns/Resolver.h"
#include "core/session/ProbeRungs.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QHostInfo>

#include <algorithm>

namespace relaywright {

namespace {

using State = ProbeRung::State;

constexpr std::size_t kMaxAddresses = 6; // tried one after another, each with its own patience
constexpr std::uint16_t kImplicitTlsPort = 465;
constexpr QLatin1String kLadder[] = {QLatin1String("name"),    QLatin1String("address"), QLatin1String("tcp"),
                                     QLatin1String("banner"),  QLatin1String("ehlo"),    QLatin1String("tls"),
                                     QLatin1String("sign-in"), QLatin1String("mail"),    QLatin1String("rcpt")};

std::vector<IpAddress> addressesOf(const QHostInfo &info)
{
    std::vector<IpAddress> addresses;
    const QList<QHostAddress> found = info.addresses();
    for (const QHostAddress &address : found) {
        if (const auto parsed = IpAddress::parse(address.toString());
            parsed && std::ranges::count(addresses, *parsed) == 0)
            addresses.push_back(*parsed);
    }
    return addresses;
}

} // namespace

class Probe::Private {
public:
    Private(ProbeSettings given, DnsClient *resolver, Probe *probe)
        : settings(std::move(given)), dns(resolver), q(probe)
    {
    }

    void start();
    void cancel();

private:
    void lookUp(const QString &name);
    void onDnsAnswer(const DnsAnswer &answer, const QString &name);
    void onAddresses(std::vector<IpAddress> found, const QString &problem);
    void connectNext();
    void onLine(const TranscriptLine &line);
    void onReady();
    void onTransactionDone(const TransactionResult &result);
    void onFinished(const Finish &finish);
    void failNextRung(const Finish &finish);
    void finishEhlo();
    void add(ProbeRung rung);
    void finish();

    [[nodiscard]] bool has(QLatin1String id) const;
    [[nodiscard]] TlsPolicy policy() const;
    [[nodiscard]] bool asksForTransaction() const { return settings.from || settings.to; }
    /// The last reply that came at `stage`, code and text.
    [[nodiscard]] QString replyAt(Stage stage) const;
    [[nodiscard]] ConnectionSettings connectionTo(const IpAddress &address) const;

    ProbeSettings settings;
    DnsClient *dns;
    Probe *q;
    ProbeReport m_report;
    QElapsedTimer m_clock; ///< since the last rung
    std::vector<IpAddress> m_addresses;
    std::size_t m_next = 0;
    QStringList m_deaf;                ///< a sentence for each address that took no connection
    std::unique_ptr<QObject> m_lookup; ///< context of the questions to the DNS: they die with it
    int m_openQuestions = 0;
    QString m_dnsProblem;
    SmtpClient *m_client = nullptr;
    QBuffer m_message; ///< never sent: the conversation stops before DATA
    bool m_started = false;
    bool m_finished = false;
};

// --- name and address -----------------------------------------------------------------------------------------------

void Probe::Private::start()
{
    if (m_started || m_finished)
        return;
    m_started = true;
    m_clock.start();
    m_report.server = settings.server.toString();
    const Host &host = settings.server.host;
    if (host.address()) {
        add({QStringLiteral("name"),
             State::Skipped,
             {},
             QStringLiteral("An address was given: there is no name to look up.")});
        return onAddresses({*host.address()}, {});
    }
    lookUp(host.toString());
}

void Probe::Private::lookUp(const QString &name)
{
    m_lookup = std::make_unique<QObject>();
    // Single labels and localhost are not in the DNS; the hosts file knows them.
    if (!dns || !name.contains(u'.')) {
        QHostInfo::lookupHost(name, m_lookup.get(), [this](const QHostInfo &info) {
            onAddresses(addressesOf(info), info.error() == QHostInfo::NoError ? QString() : info.errorString() + u'.');
        });
        return;
    }
    m_openQuestions = 2;
    for (const DnsType type : {DnsType::A, DnsType::Aaaa})
        dns->ask(name, type, m_lookup.get(), [this, name](const DnsAnswer &answer) { onDnsAnswer(answer, name); });
}

void Probe::Private::onDnsAnswer(const DnsAnswer &answer, const QString &name)
{
    std::ranges::copy(answer.addresses, std::back_inserter(m_addresses));
    if (answer.status == DnsAnswer::Status::NoName)
        m_dnsProblem = QStringLiteral("The DNS does not know the name %1.").arg(name);
    else if (!answer.detail.isEmpty())
        m_dnsProblem = answer.detail;
    if (--m_openQuestions == 0) {
        std::vector<IpAddress> found = std::exchange(m_addresses, {});
        std::ranges::sort(found); // IPv4 first: it works from more networks
        onAddresses(std::move(found), m_dnsProblem);
    }
}

void Probe::Private::onAddresses(std::vector<IpAddress> found, const QString &problem)
{
    m_addresses = std::move(found);
    const QString name = settings.server.host.toString();
    if (!has(kLadder[0])) {
        if (m_addresses.empty() && !problem.isEmpty()) {
            add({QStringLiteral("name"), State::Failed, name,
                 QStringLiteral("%1 was not found: %2 Check its spelling and this computer's name server.")
                     .arg(name, problem)});
            return finish();
        }
        add({QStringLiteral("name"), State::Ok, name, QStringLiteral("The name is known.")});
    }
    if (m_addresses.empty()) {
        add({QStringLiteral("address"),
             State::Failed,
             {},
             QStringLiteral(
                 "%1 has no address. Is it the name of a server? A mail domain's servers are in its MX records.")
                 .arg(name)});
        return finish();
    }
    add(addressRung(m_addresses));
    connectNext();
}

// --- the conversation -----------------------------------------------------------------------------------------------

TlsPolicy Probe::Private::policy() const
{
    return settings.tls.value_or(settings.server.port == kImplicitTlsPort ? TlsPolicy::Implicit
                                                                          : TlsPolicy::Opportunistic);
}

ConnectionSettings Probe::Private::connectionTo(const IpAddress &address) const
{
    ConnectionSettings connection{.server = {Host::of(address), settings.server.port}};
    connection.smtp.ehloName = settings.ehloName;
    connection.smtp.tls = policy();
    if (asksForTransaction())
        connection.smtp.stopAfter = settings.to ? Stage::Rcpt : Stage::Mail;
    connection.tls.caCertificatesPem = settings.caCertificatesPem;
    connection.tls.insecure = true; // nothing secret is said, and the faults are what we came for
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
    if (m_finished) // a handler cancelled
        return;
    const bool sent = line.direction == TranscriptLine::Direction::Sent;
    if (!has(QLatin1String("tcp")) && !m_client->peerAddress().isEmpty()) {
        m_report.address = m_client->peerAddress();
        add(tcpRung(m_report.address, m_deaf));
    }
    if (!has(QLatin1String("tls")) && line.tls && m_client->tls()) {
        m_report.tls = m_client->tls();
        add(tlsRung(*m_report.tls));
    }
    if (!has(QLatin1String("banner")) && sent && line.stage == Stage::Ehlo)
        add({QStringLiteral("banner"), State::Ok, replyAt(Stage::Greeting), QStringLiteral("The server greets.")});
    if (sent && line.stage == Stage::Tls)
        finishEhlo();
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
    finishEhlo();
    if (m_finished)
        return;
    if (!has(QLatin1String("tls")))
        add(noTlsRung(m_client->capabilities(), policy(), replyAt(Stage::Tls)));
    add(signInRung(m_client->capabilities(), m_report.beforeTls, m_report.tls.has_value(), settings.server.port));
    if (m_finished)
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
    const QString mailReply =
        result.stage == Stage::Mail && result.reply ? result.reply->toString() : replyAt(Stage::Mail);
    add(commandRung(QStringLiteral("mail"), !mailRefused, mailReply, toPath(settings.from)));
    if (mailRefused || !settings.to || result.recipients.empty() || !result.recipients.front().reply)
        return;
    const RecipientResult &recipient = result.recipients.front();
    add(commandRung(QStringLiteral("rcpt"), recipient.accepted, recipient.reply->toString(), toPath(settings.to)));
}

// --- the end --------------------------------------------------------------------------------------------------------

void Probe::Private::onFinished(const Finish &end)
{
    if (m_finished)
        return;
    m_client->disconnect(q);
    m_client->deleteLater();
    if (end.outcome == Outcome::Cancelled) {
        m_report.cancelled = true;
        return finish();
    }
    if (!has(QLatin1String("tcp"))) {
        m_deaf += end.detail;
        if (m_next < std::min(m_addresses.size(), kMaxAddresses))
            return connectNext();
        add({QStringLiteral("tcp"), State::Failed, {}, m_deaf.join(u' ')});
        return finish();
    }
    failNextRung(end);
    finish();
}

/// The conversation ended: the first rung that is not climbed yet, in the order of this conversation, is where.
void Probe::Private::failNextRung(const Finish &end)
{
    if (end.stage == Stage::Tls && policy() != TlsPolicy::Implicit && !has(QLatin1String("ehlo")))
        finishEhlo(); // STARTTLS was required and not in it
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

void Probe::Private::cancel()
{
    if (m_finished)
        return;
    m_lookup.reset();
    if (m_client)
        return m_client->cancel();
    m_report.cancelled = true;
    finish();
}

bool Probe::Private::has(QLatin1String id) const
{
    return std::ranges::any_of(m_report.rungs, [id](const ProbeRung &rung) { return rung.id == id; });
}

void Probe::Private::add(ProbeRung rung)
{
    if (m_finished)
        return;
    rung.elapsed = std::chrono::milliseconds(m_clock.isValid() ? m_clock.restart() : 0);
    m_report.rungs.push_back(rung);
    Q_EMIT q->rungDone(rung);
}

void Probe::Private::finish()
{
    for (const QLatin1String id : kLadder) {
        if (has(id))
            continue;
        const bool unasked =
            (id == QLatin1String("mail") && !asksForTransaction()) || (id == QLatin1String("rcpt") && !settings.to);
        add({QString(id),
             State::Skipped,
             {},
             unasked ? QStringLiteral("Not asked for.") : QStringLiteral("Not reached.")});
    }
    if (std::exchange(m_finished, true)) // a handler of rungDone cancelled
        return;
    std::ranges::sort(m_report.rungs, {},
                      [](const ProbeRung &rung) { return std::ranges::find(kLadder, rung.id) - kLadder; });
    Q_EMIT q->finished(m_report);
}

Probe::Probe(ProbeSettings settings, DnsClient *dns, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), dns, this))
{
}

Probe::~Probe() = default;

void Probe::start()
{
    d->start();
}

void Probe::cancel()
{
    d->cancel();
}

} // namespace relaywright
