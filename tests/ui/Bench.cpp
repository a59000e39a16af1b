// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"

#include "core/knowledge/Knowledge.h"
#include "core/relay/DeviceProfiles.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QTest>

namespace relaywright::test {

namespace {

QString keyOf(const QString &name, DnsType type)
{
    return name.toLower() + u'/' + toString(type);
}

TimePoint benchTime()
{
    return fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(9, 12), Qt::UTC));
}

Vault::Probe probeOf(bool keychain)
{
    return [keychain](QObject *context, const Vault::ProbeDone &done) {
        QMetaObject::invokeMethod(
            context,
            [keychain, done] {
                if (keychain)
                    done({});
                else
                    done(failure(ErrorKind::Unsupported,
                                 QStringLiteral("No keychain service answers on this computer.")));
            },
            Qt::QueuedConnection);
    };
}

/// Each run owns its client; the table stays the bench's.
class SharedTable final : public DnsClient {
public:
    explicit SharedTable(DnsClient &table) : m_table(table) {}
    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override
    {
        m_table.ask(name, type, context, std::move(done));
    }
    std::optional<DnsAnswer> known(const QString &name, DnsType type) override { return m_table.known(name, type); }

private:
    DnsClient &m_table;
};

} // namespace

void TableDns::ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done)
{
    DnsAnswer answer;
    answer.status = DnsAnswer::Status::NoName;
    answer = m_answers.value(keyOf(name, type), answer);
    QMetaObject::invokeMethod(
        context, [done = std::move(done), answer] { done(answer); }, Qt::QueuedConnection);
}

void TableDns::setMx(const QString &name, const QString &host)
{
    DnsAnswer answer;
    answer.status = DnsAnswer::Status::Found;
    answer.exchanges = {{0, host}};
    m_answers.insert(keyOf(name, DnsType::Mx), answer);
}

void TableDns::setTxt(const QString &name, const QByteArray &text)
{
    DnsAnswer answer;
    answer.status = DnsAnswer::Status::Found;
    answer.texts = {text};
    m_answers.insert(keyOf(name, DnsType::Txt), answer);
}

void TableDns::setAddress(const QString &name, const IpAddress &address)
{
    DnsAnswer answer;
    answer.status = DnsAnswer::Status::Found;
    answer.addresses = {address};
    m_answers.insert(keyOf(name, DnsType::A), answer);
}

ShownRelay::ShownRelay()
    : m_name(
        QStringLiteral("shown-%1-%2").arg(QCoreApplication::applicationPid()).arg(reinterpret_cast<quintptr>(this))),
      m_control(m_name)
{
}

void ShownRelay::serve(Answers answers)
{
    m_server = std::make_unique<ControlServer>(
        [answers = std::move(answers)](const QJsonObject &request, const ControlServer::Reply &reply) {
            reply(answers(request));
        });
    if (const auto listening = m_server->listen(m_name); !listening)
        qFatal("%s", qPrintable(listening.error().detail));
}

void ShownRelay::start(const RelayConfig &config, const std::optional<Secret> &password)
{
    m_config = config;
    m_password = password;
    show(State::Starting);
}

void ShownRelay::reload(const RelayConfig &config, const std::optional<Secret> &password, QObject *context,
                        std::function<void(Result<void>)> done)
{
    m_control.request(QStringLiteral("reload"), {}, context,
                      [this, config, password, done = std::move(done)](const Result<QJsonObject> &answer) {
                          if (!answer)
                              return done(tl::unexpected(answer.error()));
                          m_config = config;
                          m_password = password;
                          done({});
                      });
}

void ShownRelay::showConfig(const RelayConfig &config)
{
    m_config = config;
    Q_EMIT configChanged();
}

void ShownRelay::show(State state, const QString &problem, const std::optional<RelayStatus> &status)
{
    m_state = state;
    m_problem = problem;
    m_status = status;
    Q_EMIT stateChanged();
    Q_EMIT statusChanged();
}

Bench::Bench(RelayHost *relay, bool hasKeychain)
    : clock(benchTime()), dnsAccess{.makeClient = [this] { return std::make_unique<SharedTable>(dns); }},
      checkHistory(folder.filePath(QStringLiteral("checks"))), testHistory(folder.filePath(QStringLiteral("tests"))),
      vault(keychain, probeOf(hasKeychain)),
      accounts(folder.filePath(QStringLiteral("accounts.json"))), workspace(Knowledge::builtIn(), clock, {}),
      practice(clock), services{.clock = clock,
                                .workspace = workspace,
                                .dns = dns,
                                .dnsAccess = dnsAccess,
                                .checkHistory = checkHistory,
                                .testHistory = testHistory,
                                .vault = vault,
                                .accounts = accounts,
                                .practice = practice,
                                .relay = relay ? *relay : shownRelay}
{
    dns.setMx(QStringLiteral("contoso.com"), QStringLiteral("contoso-com.mail.protection.outlook.com"));
    dns.setAddress(QStringLiteral("contoso-com.mail.protection.outlook.com"), IpAddress::fromV4(0x7f000001));
    dns.setTxt(QStringLiteral("contoso.com"), "v=spf1 include:spf.protection.outlook.com -all");
    dns.setTxt(QStringLiteral("spf.protection.outlook.com"), "v=spf1 ip4:198.51.100.0/24 -all");
    vault.check();
}

Site contoso()
{
    Site site;
    site.organisation.name = QStringLiteral("Contoso");
    site.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    site.organisation.existingSpf = QStringLiteral("v=spf1 include:spf.protection.outlook.com -all");
    site.organisation.securityDefaults = YesNo::No;
    site.organisation.rejectDirectSend = YesNo::No;
    Network network{.id = QStringLiteral("main")};
    network.egress = {*IpNetwork::parse(QStringLiteral("192.0.2.10"))};
    network.lan = {*IpNetwork::parse(QStringLiteral("192.168.10.0/24"))};
    network.staticEgress = YesNo::Yes;
    network.sharedEgress = YesNo::No;
    network.port25Open = YesNo::Yes;
    network.port587Open = YesNo::Yes;
    site.networks = {network};
    const auto add = [&site](const char *name, SenderKind kind, const char *from, Reach reach, TlsAbility tls,
                             YesNo startTls, SignInAbility signIn) {
        Sender sender;
        sender.name = QString::fromUtf8(name);
        sender.kind = kind;
        sender.hosting = Hosting::OwnLan;
        sender.from = *EmailAddress::parse(QString::fromLatin1(from));
        sender.reach = reach;
        sender.tls = tls;
        sender.startTls = startTls;
        sender.signIn = signIn;
        sender.id = makeSenderId(site, sender.name);
        site.senders.push_back(sender);
    };
    add("Scanner, ground floor", SenderKind::Scanner, "scanner@contoso.com", Reach::Both, TlsAbility::Tls12, YesNo::Yes,
        SignInAbility::Basic);
    site.senders.back().signInAs = *EmailAddress::parse(QStringLiteral("scanner@contoso.com"));
    site.senders.back().messagesPerMinute = 5;
    add("Old printer in the warehouse", SenderKind::Printer, "printer@contoso.com", Reach::Both, TlsAbility::None,
        YesNo::No, SignInAbility::None);
    add("ERP, invoices and reminders", SenderKind::Erp, "invoices@contoso.com", Reach::External, TlsAbility::Tls13,
        YesNo::Yes, SignInAbility::OAuth);
    add("UPS cards", SenderKind::Ups, "ups@contoso.com", Reach::Internal, TlsAbility::Unknown, YesNo::Unknown,
        SignInAbility::Unknown);
    return site;
}

QueueEntry waitingMessage(int number, const QString &state, const QString &lastReply)
{
    QueueEntry entry;
    entry.id = QStringLiteral("Q%1").arg(number, 8, 10, QLatin1Char('0'));
    entry.receivedAt = benchTime() + std::chrono::minutes(number);
    entry.sender = QStringLiteral("printer@contoso.com");
    entry.recipients = {QStringLiteral("accounting@contoso.com"), QStringLiteral("archive@example.com")};
    entry.octets = 48'000u * static_cast<quint64>(number + 1);
    entry.source = QStringLiteral("192.168.10.7");
    entry.state = state;
    entry.attempts = number;
    if (state == QLatin1String("deferred"))
        entry.nextAttempt = benchTime() + std::chrono::minutes(30 + number);
    entry.lastReply = lastReply;
    return entry;
}

TrafficHistory someTraffic()
{
    TrafficHistory history;
    history.from = benchTime() - std::chrono::hours(6);
    quint32 queued = 0;
    for (quint32 minute = 0; minute < 6 * 60; ++minute) {
        TrafficHistory::Minute one;
        one.accepted = 4 + minute * 7 % 5 + (minute > 300 && minute < 330 ? 20 : 0);
        one.delivered = std::min(queued + one.accepted, minute > 305 && minute < 320 ? 0u : 9u);
        queued = queued + one.accepted - one.delivered;
        one.queued = queued;
        history.minutes.push_back(one);
    }
    return history;
}

namespace {

constexpr const char *kReply = "432 4.3.2 Concurrent connections limit exceeded.";

QueueEntry messageOf(int number)
{
    return number % 5 == 3 ? waitingMessage(number, QStringLiteral("deferred"), QLatin1String(kReply))
                           : waitingMessage(number, QStringLiteral("queued"), {});
}

QueuePage pageOf(const QueueQuery &query, int count)
{
    QueuePage page{.total = static_cast<quint64>(count), .matching = static_cast<quint64>(count)};
    for (int i = query.offset; i < std::min(count, query.offset + query.limit); ++i)
        page.messages.push_back(messageOf(i));
    return page;
}

TracePage historyOf(const TraceQuery &query)
{
    TracePage page;
    const int first = query.next.toInt();
    for (int i = first; i < std::min(450, first + query.limit); ++i) {
        QueueEntry entry =
            waitingMessage(i, QStringLiteral("delivered"), QStringLiteral("250 2.0.0 OK <kq2@contoso.example>"));
        entry.finishedAt = entry.receivedAt + std::chrono::seconds(2);
        page.messages.push_back(std::move(entry));
    }
    if (first + query.limit < 450)
        page.next = QString::number(first + query.limit);
    return page;
}

MessageTimeline storyOf(const QString &id)
{
    MessageTimeline story{.message = waitingMessage(3, QStringLiteral("deferred"), QLatin1String(kReply)), .lines = {}};
    story.message.id = id;
    story.hasContents = true; // it waits
    const auto add = [&story](int ms, const char *leg, const char *event, const char *text) {
        story.lines.push_back({benchTime() + std::chrono::milliseconds(ms), QLatin1String(leg), QLatin1String(event),
                               QLatin1String(text)});
    };
    add(0, "device", "received", "EHLO printer-2");
    add(3, "device", "received", "MAIL FROM:<printer@contoso.com>");
    add(4, "device", "sent", "250 2.1.0 Ok");
    add(20, "queue", "accepted", "from 192.168.10.7");
    add(120, "upstream", "received", kReply);
    add(121, "queue", "deferred", kReply);
    return story;
}

QJsonObject someSources()
{
    QJsonArray sources;
    const auto add = [&sources](const char *address, const char *device, const char *helo, int messages, bool modern) {
        DeviceProfile profile{.address = *IpAddress::parse(QLatin1String(address)),
                              .firstSeen = benchTime() - std::chrono::hours(24 * 12),
                              .lastSeen = benchTime() - std::chrono::minutes(messages),
                              .conversations = messages,
                              .messages = messages,
                              .helo = QLatin1String(helo),
                              .saidHelo = !modern,
                              .saidEhlo = modern,
                              .startedTls = modern,
                              .tlsUsed = modern ? QStringLiteral("TLS 1.2") : QString()};
        profile.envelopeFrom = {*EmailAddress::parse(QStringLiteral("scanner@contoso.com"))};
        profile.headerFrom = profile.envelopeFrom;
        profile.mostRecipients = 3;
        profile.largestMessageOctets = 4'812'345;
        profile.bareLineFeedInMessages = !modern;
        profile.crlfInMessages = modern;
        if (!modern)
            profile.missingFields = {QStringLiteral("Date"), QStringLiteral("Message-ID")};
        sources.append(
            toJson(DeviceProfiles::Entry{.source = {.address = profile.address, .user = {}}, .profile = profile},
                   QLatin1String(device)));
    };
    add("192.168.10.7", "Scanner, ground floor", "scanner-1", 1482, true);
    add("192.168.10.9", "", "printer-2.warehouse.contoso.com", 31, false);
    add("192.168.10.20", "ERP", "erp.contoso.com", 20'511, true);
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay-sources/1")},
            {QStringLiteral("sources"), sources}};
}

} // namespace

ShownRelay::Answers relayWith(int count)
{
    return [count](const QJsonObject &request) -> Result<QJsonObject> {
        const QString word = request.value(QLatin1String("request")).toString();
        QJsonObject arguments = request;
        arguments.remove(QLatin1String("request"));
        const QString id = request.value(QLatin1String("id")).toString();
        if (word == QLatin1String("queue"))
            return parseQueueQuery(arguments).map(
                [count](const QueueQuery &query) { return toJson(pageOf(query, count)); });
        if (word == QLatin1String("trace"))
            return parseTraceQuery(arguments).map([](const TraceQuery &query) { return toJson(historyOf(query)); });
        if (word == QLatin1String("show"))
            return toJson(storyOf(id));
        if (word == QLatin1String("why"))
            return toJson(WaitExplanation{
                .id = id,
                .state = QStringLiteral("deferred"),
                .reasons = {QStringLiteral("The smart host asked to slow down; the next attempt is in 4 minutes.")},
                .changes = {{QStringLiteral("Raise the smart host's limit to 60 messages a minute"),
                             QStringLiteral("Its turn comes in about 2 minutes instead of 4.")}}});
        if (word == QLatin1String("history"))
            return toJson(someTraffic());
        if (word == QLatin1String("sources"))
            return someSources();
        return QJsonObject{{QStringLiteral("changed"), 1}};
    };
}

bool waitUntil(const std::function<bool()> &condition, int ms)
{
    return QTest::qWaitFor(condition, ms);
}

} // namespace relaywright::test
