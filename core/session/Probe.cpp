// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Probe.h"

#include "core/dns/Resolver.h"
#include "core/session/PortLook.h"
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
    void finishTls();
    void finishStopped();
    void add(ProbeRung rung);
    void finish();

    // What is looked at beside the conversation.
    void lookAtPorts();
    void lookAtAskedPort(Outcome outcome);
    void lookAtVersions();
    void onPorts(const std::vector<PortSight> &sights);
    void concludeWhenAllIsSeen();
    void conclude();
    [[nodiscard]] ProbeSight sight() const;

    [[nodiscard]] bool has(QLatin1String id) const;
    [[nodiscard]] TlsPolicy policy() const;
    [[nodiscard]] bool asksForTransaction() const { return settings.from || settings.to; }
    /// True when the climb ends below or at `id`.
    [[nodiscard]] bool stopsAt(QLatin1String id) const { return settings.stopAfter == id; }
    [[nodiscard]] Stage lastStage() const;
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
    QBuffer m_message;                     ///< never sent: the conversation stops before DATA
    std::optional<PortSight::How> m_asked; ///< what became of the asked port
    std::optional<Outcome> m_outcome;      ///< that ended the climb
    std::optional<Reply> m_reply;
    std::unique_ptr<PortLook> m_ports, m_askedPort;
    std::unique_ptr<VersionLook> m_versions;
    bool m_started = false;
    bool m_climbed = false; ///< every rung is told; what is looked at beside may still be under way
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
    if (m_climbed || stopsAt(kLadder[0]))
        return finish();
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
    if (m_climbed || stopsAt(kLadder[1]))
        return finish();
    lookAtPorts();
    connectNext();
}

// --- the conversation -----------------------------------------------------------------------------------------------

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

// --- the end --------------------------------------------------------------------------------------------------------

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

void Probe::Private::cancel()
{
    if (m_finished)
        return;
    m_lookup.reset();
    if (m_climbed) {
        m_report.cancelled = true;
        return conclude();
    }
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
    if (m_climbed)
        return;
    rung.elapsed = std::chrono::milliseconds(m_clock.isValid() ? m_clock.restart() : 0);
    m_report.rungs.push_back(rung);
    Q_EMIT q->rungDone(rung);
}

/// No further rung is climbed.
void Probe::Private::finish()
{
    if (m_climbed)
        return;
    for (const QLatin1String id : kLadder) {
        if (has(id))
            continue;
        const bool unasked = (id == QLatin1String("mail") && !asksForTransaction())
                             || (id == QLatin1String("rcpt") && !settings.to) || !settings.stopAfter.isEmpty();
        add({QString(id),
             State::Skipped,
             {},
             unasked ? QStringLiteral("Not asked for.") : QStringLiteral("Not reached.")});
    }
    if (std::exchange(m_climbed, true)) // a handler of rungDone cancelled
        return;
    std::ranges::sort(m_report.rungs, {},
                      [](const ProbeRung &rung) { return std::ranges::find(kLadder, rung.id) - kLadder; });
    if (m_report.cancelled)
        return conclude();
    lookAtVersions();
    concludeWhenAllIsSeen();
}

// --- beside the conversation ----------------------------------------------------------------------------------------

void Probe::Private::lookAtPorts()
{
    std::vector<std::uint16_t> ports = settings.mailPorts;
    std::erase(ports, settings.server.port); // the conversation itself tells
    if (settings.webPort != 0 && settings.webPort != settings.server.port)
        ports.push_back(settings.webPort);
    if (ports.empty())
        return;
    m_ports = std::make_unique<PortLook>(m_addresses.front(), ports, settings.connectPatience,
                                         [this](const std::vector<PortSight> &sights) { onPorts(sights); });
    m_ports->start();
}

void Probe::Private::onPorts(const std::vector<PortSight> &sights)
{
    for (const PortSight &port : sights) {
        if (port.port == settings.webPort)
            m_report.webPort = port;
        else
            m_report.mailPorts.push_back(port);
    }
    m_ports.release()->deleteLater(); // we are inside it
    concludeWhenAllIsSeen();
}

/// Refused or no way: the client says that it failed, and not how.
void Probe::Private::lookAtAskedPort(Outcome outcome)
{
    if (m_asked || outcome == Outcome::TimedOut) {
        m_asked = m_asked.value_or(PortSight::How::TimedOut);
        return;
    }
    if (m_askedPort)
        return;
    m_askedPort = std::make_unique<PortLook>(m_addresses.front(), std::vector{settings.server.port},
                                             settings.connectPatience, [this](const std::vector<PortSight> &sights) {
                                                 m_asked = sights.front().how;
                                                 m_askedPort.release()->deleteLater();
                                                 concludeWhenAllIsSeen();
                                             });
    m_askedPort->start();
}

void Probe::Private::lookAtVersions()
{
    const bool stopsBelow = !settings.stopAfter.isEmpty() && lastStage() < Stage::Tls;
    const bool tlsIsThere = m_report.tls || (m_report.beforeTls && m_report.beforeTls->startTls)
                            || (policy() == TlsPolicy::Implicit && m_asked == PortSight::How::Connected);
    if (!settings.tlsVersions || stopsBelow || !tlsIsThere || policy() == TlsPolicy::None)
        return;
    const auto address = IpAddress::parse(m_report.address);
    m_versions = std::make_unique<VersionLook>(connectionTo(address ? *address : m_addresses.front()),
                                               [this](const std::vector<VersionSight> &sights) {
                                                   m_report.tlsVersions = sights;
                                                   m_versions.release()->deleteLater();
                                                   concludeWhenAllIsSeen();
                                               });
    m_versions->start();
}

void Probe::Private::concludeWhenAllIsSeen()
{
    if (m_climbed && !m_ports && !m_askedPort && !m_versions)
        conclude();
}

ProbeSight Probe::Private::sight() const
{
    ProbeSight sight{.port = settings.server.port};
    const auto failed = std::ranges::find(m_report.rungs, State::Failed, &ProbeRung::state);
    if (failed != m_report.rungs.end())
        sight.rung = failed->id;
    sight.nearby = !m_addresses.empty() && m_addresses.front().isPrivate();
    sight.mailPorts = m_report.mailPorts;
    sight.webPort = m_report.webPort;
    sight.outcome = m_outcome.value_or(Outcome::Accepted);
    sight.reply = m_reply;
    sight.implicitTls = policy() == TlsPolicy::Implicit;
    return sight;
}

void Probe::Private::conclude()
{
    if (std::exchange(m_finished, true))
        return;
    m_ports.reset();
    m_askedPort.reset();
    m_versions.reset();
    if (m_asked) {
        m_report.mailPorts.push_back({.port = settings.server.port, .how = *m_asked});
        std::ranges::sort(m_report.mailPorts, {}, &PortSight::port);
    }
    if (!m_report.cancelled)
        m_report.judgement = judge(sight());
    Q_EMIT q->finished(m_report);
}

QStringList probeRungIds()
{
    QStringList ids;
    for (const QLatin1String id : kLadder)
        ids += id;
    return ids;
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
