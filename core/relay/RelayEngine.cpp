// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayEngine.h"

#include "core/base/Domain.h"
#include "core/relay/Accounts.h"
#include "core/relay/ControlServer.h"
#include "core/relay/DeliverySettings.h"
#include "core/relay/RelayControl.h"
#include "core/relay/RelayHandler.h"
#include "core/relay/RelayReaders.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/Resend.h"
#include "core/relay/SourceBook.h"
#include "core/relay/Spool.h"
#include "core/secrets/SecretResolver.h"
#include "core/session/SmtpServer.h"

#include <QJsonArray>
#include <QSysInfo>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kPurgeEvery{1};

QByteArray nameOf(const RelayConfig &config)
{
    const QString wanted = config.hostName.isEmpty() ? QSysInfo::machineHostName() : config.hostName;
    const auto name = parseDnsName(wanted);
    return name ? name->toLatin1() : QByteArrayLiteral("localhost");
}

} // namespace

class RelayEngine::Private {
public:
    Private(RelayEngine *owner, RelayConfig &&ownConfig, Surroundings &&ownSurroundings)
        : q(owner), config(std::move(ownConfig)), around(std::move(ownSurroundings)), hostName(nameOf(config))
    {
    }

    [[nodiscard]] Result<void> openSpool();
    [[nodiscard]] Result<void> makeDelivery();
    [[nodiscard]] Result<void> openInbound();
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] Result<void> openControl();
    [[nodiscard]] Result<void> openReaders();
    [[nodiscard]] Result<void> apply(const RelayConfig &wanted);
    void fetchSecret(const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done);
    [[nodiscard]] QJsonObject sourcesJson() const;
    [[nodiscard]] std::vector<AlertFacts::Certificate> foreignCertificates() const;
    void purge();
    void look();
    void say(RelayEvent::Severity severity, const QString &sentence) { watch->say(RelayEvent::Kind::Notice, severity, sentence); }
    [[nodiscard]] WaitFacts waitFacts(const SpoolMessage &message) const;
    void dropServers();
    [[nodiscard]] RelayStatus status() const;
    void describeCondition(RelayStatus &status) const;
    void checkStopped();

    RelayEngine *q;
    RelayConfig config;
    Surroundings around;
    QByteArray hostName;
    TimePoint startedAt{};
    std::unique_ptr<Spool> spool;          // outlives all below
    std::unique_ptr<RelayWatch> watch;     // the same
    RelayEvents::Subscription toLog;
    RelayEvents::Subscription toClients;
    std::unique_ptr<Delivery> delivery;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<SourceBook> sources;
    std::unique_ptr<RelayInbound> inbound; // outlives the listeners' handlers
    std::unique_ptr<Listeners> listeners;
    std::unique_ptr<RelayReaders> readers;
    std::unique_ptr<RelayControl> control;
    std::unique_ptr<ControlServer> controlServer;
    QTimer purgeTimer;
    QTimer lookTimer;
    std::optional<TimePoint> oldest;
    bool standardInputRead = false;
    bool stopping = false;
    bool deliveryStopped = false;
};

Result<void> RelayEngine::Private::openSpool()
{
    const QString folder = config.spoolFolder.isEmpty() ? defaultSpoolFolder(config.name) : config.spoolFolder;
    auto opened = Spool::open(folder, around.clock);
    if (!opened)
        return tl::unexpected(opened.error());
    spool = std::move(*opened);
    watch = std::make_unique<RelayWatch>(*spool, around.clock);
    toLog = watch->events().subscribe(RelayEvent::Severity::Notice, [this](const RelayEvent &event) { Q_EMIT q->logged(toText(event)); });
    for (const QString &notice : spool->notices())
        say(RelayEvent::Severity::Warning, notice);
    return {};
}

Result<void> RelayEngine::Private::makeDelivery()
{
    auto settings = deliverySettings(config, hostName, around.waits);
    if (!settings)
        return tl::unexpected(settings.error());
    delivery = std::make_unique<Delivery>(
        std::move(*settings), *spool, around.clock,
        [this](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
            fetchSecret(ref, context, std::move(done));
        });
    QObject::connect(delivery.get(), &Delivery::logged, q, [this](const QString &line) { say(RelayEvent::Severity::Warning, line); });
    QObject::connect(delivery.get(), &Delivery::routeChanged, q, [this](const QString &route, const QString &state, const QString &sentence) {
        watch->onRoute(route, state, sentence);
    });
    QObject::connect(delivery.get(), &Delivery::settled, q, [this](const Settlement &settlement) { watch->onSettled(settlement); });
    QObject::connect(delivery.get(), &Delivery::stopped, q, [this] {
        deliveryStopped = true;
        checkStopped();
    });
    return {};
}

Result<void> RelayEngine::Private::openInbound()
{
    accounts = std::make_unique<Accounts>(around.secrets);
    QObject::connect(accounts.get(), &Accounts::logged, q,
                     [this](const QString &line) { say(RelayEvent::Severity::Warning, line); });
    if (auto set = accounts->setAccounts(config.accounts); !set)
        return set;
    sources = std::make_unique<SourceBook>(spool->folder().path(), around.clock);
    QObject::connect(sources.get(), &SourceBook::logged, q,
                     [this](const QString &line) { say(RelayEvent::Severity::Warning, line); });
    inbound = std::make_unique<RelayInbound>(RelayInbound{
        .config = config,
        .hostName = hostName,
        .spool = *spool,
        .clock = around.clock,
        .accounts = *accounts,
        .sources = *sources,
        .onAccepted =
            [this](const AcceptedMessage &message) {
                watch->onAccepted(message);
                delivery->wake();
            },
        .onRefused = [this](const PeerInfo &peer, const Refusal &refusal) { watch->onRefused(peer, refusal); }});
    return {};
}

Result<void> RelayEngine::Private::listen()
{
    auto makeHandler = [this](const Listeners::Handled &listener, const PeerInfo &peer,
                              SmtpServerConnection &connection) -> SmtpServer::Admission {
        if (const auto refusal = refuseAtTheDoor(*inbound, *listener, peer.address)) {
            watch->onRefused(peer, *refusal);
            return refusal->reply;
        }
        return std::make_unique<RelayHandler>(*inbound, connection, watch->onConnected(connection));
    };
    listeners =
        std::make_unique<Listeners>(Listeners::Parts{.clock = around.clock,
                                                     .secrets = around.secrets,
                                                     .hostName = hostName,
                                                     .identityFolder = spool->folder().path() + QLatin1String("/tls"),
                                                     .mechanisms = [this] { return accounts->mechanisms(); },
                                                     .makeHandler = makeHandler,
                                                     .patience = around.peerPatience});
    QObject::connect(listeners.get(), &Listeners::logged, q,
                     [this](const QString &line) { say(RelayEvent::Severity::Notice, line); });
    QObject::connect(listeners.get(), &Listeners::closed, q, [this] { checkStopped(); });
    QObject::connect(listeners.get(), &Listeners::connectionRefused, q,
                     [this](const PeerInfo &peer, const QString &reason) { watch->onConnectionRefused(peer, reason); });
    return listeners->apply(config);
}

QJsonObject RelayEngine::Private::sourcesJson() const
{
    QJsonArray all;
    for (const DeviceProfiles::Entry &entry : sources->profiles().entries()) {
        const RelayDevice *const device = deviceFor(config, entry.source);
        all += toJson(entry, device ? device->name : QString());
    }
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay-sources/1")},
            {QStringLiteral("sources"), all}};
}

Result<void> RelayEngine::Private::openControl()
{
    control = std::make_unique<RelayControl>(
        RelayControl::Parts{.spool = *spool,
                            .delivery = *delivery,
                            .status = [this] { return status(); },
                            .history = [this] { return watch->history(); },
                            .waitFacts = [this](const SpoolMessage &message) { return waitFacts(message); },
                            .tell =
                                [this](const QString &sentence) {
                                    watch->say(RelayEvent::Kind::Operator, RelayEvent::Severity::Notice, sentence);
                                },
                            .reload = [this] { return q->reload(); },
                            .shutDown = [this] { q->shutDown(); },
                            .sources = [this] { return sourcesJson(); },
                            .resend = [this](const QueueId &id, Spool::Done<QueueId> done) {
                                resendMessage(*spool, around.clock, id, config.expiry, std::move(done));
                            }});
    controlServer = std::make_unique<ControlServer>(
        [this](const QJsonObject &request, const ControlServer::Reply &reply) { control->handle(request, reply); });
    controlServer->onSubscribersChanged([this] {
        toClients = controlServer->hasSubscribers()
                        ? watch->events().subscribe(RelayEvent::Severity::Debug, [this](const RelayEvent &event) { controlServer->publish(event); })
                        : RelayEvents::Subscription();
    });
    return controlServer->listen(around.controlName.isEmpty() ? config.name : around.controlName);
}

Result<void> RelayEngine::Private::openReaders()
{
    readers = std::make_unique<RelayReaders>(RelayReaders::Parts{.watch = *watch, .spool = *spool, .clock = around.clock, .hostName = hostName,
                                                                 .status = [this] { return status(); },
                                                                 .latencies = [this]() -> const RouteLatencies & { return delivery->latencies(); },
                                                                 .alertsFrom = bounceFrom(config, hostName),
                                                                 .onQueued = [this] { delivery->wake(); }});
    return readers->apply(config);
}

void RelayEngine::Private::fetchSecret(const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done)
{
    const bool standardInput = ref.kind() == SecretRef::Kind::StandardInput;
    if (!standardInput || !std::exchange(standardInputRead, true))
        return resolveSecret(ref, around.secrets, context, std::move(done));
    // There is only one such line.
    QMetaObject::invokeMethod(
        context,
        [done = std::move(done)] { done(failure(ErrorKind::NotFound, QStringLiteral("there was none on standard input."))); },
        Qt::QueuedConnection);
}

void RelayEngine::Private::purge()
{
    spool->keepContents(config.contentsKept.count() > 0 ? config.maxContentsOctets : 0);
    spool->forgetContents(around.clock.now() - config.contentsKept);
    spool->purge(around.clock.now() - config.historyKept, config.maxHistoryOctets, [this](const Result<Purged> &purged) {
        if (!purged)
            return say(RelayEvent::Severity::Warning, QStringLiteral("The history cannot be shortened: %1").arg(purged.error().detail));
        if (purged->early > 0)
            say(RelayEvent::Severity::Notice,
                QStringLiteral("The history is as large as it may be, so its oldest %1 messages, finished until %2, were forgotten before their time.")
                    .arg(purged->early).arg(toDateTime(purged->youngest).toString(Qt::ISODate)));
    });
}

/// What is looked at now and then, for status and alerts.
void RelayEngine::Private::look()
{
    if (spool->counts().queued == 0)
        oldest.reset();
    else
        spool->oldest([this](const Result<std::optional<TimePoint>> &found) { oldest = found.value_or(std::nullopt); });
    const RelayStatus now = status();
    readers->look({.routes = now.routes,
                   .oldest = now.oldest,
                   .queued = now.queued - std::min(now.queued, now.held),
                   .paused = delivery->isPaused(),
                   .spoolFails = delivery->spoolFails(),
                   .freeOctets = now.freeOctets,
                   .minFreeOctets = config.minFreeOctets,
                   .certificates = foreignCertificates()});
}

/// Those that do not renew themselves.
std::vector<AlertFacts::Certificate> RelayEngine::Private::foreignCertificates() const
{
    std::vector<AlertFacts::Certificate> foreign;
    for (const Listeners::Certificate &certificate :
         listeners ? listeners->certificates() : std::vector<Listeners::Certificate>()) {
        if (!certificate.isOwn)
            foreign.push_back({certificate.listener.toString(), certificate.endsAt});
    }
    return foreign;
}

void RelayEngine::Private::dropServers()
{
    if (listeners)
        listeners->drop();
    checkStopped();
}

void RelayEngine::Private::describeCondition(RelayStatus &status) const
{
    const std::vector<RouteStatus> routes = delivery->routes();
    const auto isIn = [&](Route::State state) {
        return std::ranges::find(routes, stateWord(state), &RouteStatus::state);
    };
    const auto held = isIn(Route::State::Held);
    const auto troubled = held == routes.end() ? isIn(Route::State::Down) : held;
    const auto slowed = isIn(Route::State::Slowed);
    if (delivery->isPaused()) {
        status.condition = RelayCondition::Paused;
        status.reason = QStringLiteral("Delivery is paused; mail is still taken. Resume it to send what waits.");
    } else if (delivery->spoolFails()) {
        status.condition = RelayCondition::Trouble;
        status.reason = QStringLiteral("The spool cannot be written, so nothing is sent. Is its disk full?");
    } else if (troubled != routes.end()) {
        status.condition = RelayCondition::Trouble;
        status.reason = troubled->reason;
    } else if (delivery->busyConnections() > 0) {
        status.condition = RelayCondition::Delivering;
    } else if (status.queued > 0) {
        status.condition = RelayCondition::Waiting;
        status.reason = delivery->waitsForQuota() ? QStringLiteral("The smart host's limit for messages and recipients is used up for now.")
            : slowed != routes.end()              ? QStringLiteral("The smart host asked to slow down: %1").arg(slowed->reason)
                                                  : QStringLiteral("What waits was deferred and will be tried again.");
    }
}

WaitFacts RelayEngine::Private::waitFacts(const SpoolMessage &message) const
{
    const RouteRunner &route = delivery->routeOf(message);
    return {.now = around.clock.now(),
            .route = route.status(),
            .paused = delivery->isPaused(),
            .spoolFails = delivery->spoolFails(),
            .perMinute = route.current().upstream().maxMessagesPerMinute,
            .waitsForQuota = route.waitsForQuota()};
}

RelayStatus RelayEngine::Private::status() const
{
    RelayStatus status{.version = QStringLiteral(RELAYWRIGHT_VERSION), .name = config.name, .startedAt = startedAt};
    for (const Endpoint &address : q->addresses())
        status.listeners += address.toString();
    status.upstream = config.upstream.server.toString();
    if (!delivery || !readers)
        return status;
    const RelayCounters &counters = watch->counters();
    status.accepted = counters.accepted;
    status.acceptedOctets = counters.acceptedOctets;
    status.refused = counters.refused;
    status.delivered = counters.delivered;
    status.deferred = counters.deferred;
    status.bounced = counters.bounced;
    status.connections = static_cast<quint64>(listeners ? listeners->connectionCount() : 0);
    status.freeOctets = spool->freeOctets();
    const SpoolCounts &counts = spool->counts();
    status.queued = static_cast<quint64>(counts.queued + counts.held);
    status.held = static_cast<quint64>(counts.held);
    status.damaged = static_cast<quint64>(counts.damaged);
    status.nextAttempt = delivery->nextTry();
    if (!status.nextAttempt && status.queued > status.held && !delivery->isPaused())
        status.nextAttempt = around.clock.now(); // it is being tried
    describeCondition(status);
    const bool moves = status.condition == RelayCondition::Delivering || delivery->waitsForQuota();
    if (moves && counts.queued > 0) {
        const qint64 later = std::max<qint64>(0, counts.queued - delivery->messagesLeftThisMinute());
        const qint64 perMinute = config.upstream.maxMessagesPerMinute;
        status.emptyAt = around.clock.now() + std::chrono::minutes((later + perMinute - 1) / perMinute);
    }
    status.oldest = status.queued > status.held ? oldest : std::nullopt;
    status.routes = delivery->routes();
    status.routes.front().emptyAt = status.emptyAt;
    status.alerts = readers->alerts();
    return status;
}

void RelayEngine::Private::checkStopped()
{
    const bool closed = !listeners || listeners->connectionCount() == 0;
    if (stopping && deliveryStopped && closed)
        QMetaObject::invokeMethod(q, &RelayEngine::stopped, Qt::QueuedConnection);
}

RelayEngine::RelayEngine(RelayConfig config, Surroundings surroundings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(config), std::move(surroundings)))
{
    connect(&d->purgeTimer, &QTimer::timeout, this, [this] { d->purge(); });
    connect(&d->lookTimer, &QTimer::timeout, this, [this] { d->look(); });
}

RelayEngine::~RelayEngine()
{
    d->controlServer.reset();
    d->listeners.reset();
}

Result<void> RelayEngine::start()
{
    d->startedAt = d->around.clock.now();
    for (auto step : {&Private::openSpool, &Private::makeDelivery, &Private::openReaders, &Private::openInbound,
                      &Private::openControl, &Private::listen}) {
        if (auto done = (d.get()->*step)(); !done)
            return done;
    }
    d->spool->quotaUse(d->startedAt - std::chrono::hours(25), [this](const Result<std::vector<QuotaUse>> &used) {
        d->delivery->start(used.value_or(std::vector<QuotaUse>()));
    });
    d->watch->restoreTraffic();
    d->purge();
    d->purgeTimer.start(kPurgeEvery);
    d->lookTimer.start(d->around.lookEvery);
    return {};
}

std::vector<Endpoint> RelayEngine::addresses() const
{
    return d->listeners ? d->listeners->addresses() : std::vector<Endpoint>();
}

const RefusalCounts &RelayEngine::refusals() const
{
    static const RefusalCounts none;
    return d->watch ? d->watch->counters().refusals : none;
}

std::vector<Listeners::Certificate> RelayEngine::certificates() const
{
    return d->listeners ? d->listeners->certificates() : std::vector<Listeners::Certificate>();
}

RelayStatus RelayEngine::status() const
{
    return d->status();
}

std::optional<Endpoint> RelayEngine::metricsAddress() const
{
    return d->readers ? d->readers->metricsAddress() : std::nullopt;
}

void RelayEngine::reopenLog()
{
    if (d->readers)
        d->readers->reopenLog();
}

/// All or nothing: what can be refused is tried first, and taken back when a later part refuses.
Result<void> RelayEngine::Private::apply(const RelayConfig &wanted)
{
    if (wanted.name != config.name || wanted.spoolFolder != config.spoolFolder || nameOf(wanted) != hostName)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"name\", \"hostName\" and \"spoolFolder\" cannot change while the relay runs. "
                                      "Restart it, or leave them as they were."));
    auto settings = deliverySettings(wanted, hostName, around.waits);
    if (!settings)
        return tl::unexpected(settings.error());
    if (auto set = accounts->setAccounts(wanted.accounts); !set)
        return set;
    Result<void> applied = listeners->apply(wanted);
    if (applied) {
        applied = readers->apply(wanted);
        if (!applied)
            (void)listeners->apply(config);
    }
    if (!applied) {
        (void)accounts->setAccounts(config.accounts);
        return applied;
    }
    config = wanted;
    delivery->reconfigure(std::move(*settings));
    purge();
    return {};
}

Result<void> RelayEngine::reconfigure(RelayConfig config)
{
    if (!d->listeners || d->stopping)
        return failure(ErrorKind::Denied, QStringLiteral("The relay is not running, or about to end."));
    return d->apply(config);
}

Result<void> RelayEngine::reload()
{
    Result<RelayConfig> config = tl::unexpected(
        Error{ErrorKind::Unsupported, QStringLiteral("This relay was not started with a configuration file.")});
    if (d->around.readConfig)
        config = d->around.readConfig();
    const Result<void> done = config ? reconfigure(std::move(*config)) : Result<void>(tl::unexpected(config.error()));
    if (done)
        d->say(RelayEvent::Severity::Notice, QStringLiteral("The configuration was read again."));
    else if (d->watch)
        d->say(RelayEvent::Severity::Warning,
               QStringLiteral("The configuration was not taken, so the old one stays: %1").arg(done.error().detail));
    return done;
}

void RelayEngine::shutDown()
{
    if (std::exchange(d->stopping, true))
        return;
    if (d->watch)
        d->watch->say(RelayEvent::Kind::Stopping, RelayEvent::Severity::Notice, QStringLiteral("Stopping."));
    if (!d->delivery) { // `start` failed or never was
        d->deliveryStopped = true;
        return d->checkStopped();
    }
    if (d->listeners)
        d->listeners->shutDown();
    QTimer::singleShot(d->around.stopPatience, this, [this] { d->dropServers(); });
    d->delivery->shutDown();
}

} // namespace relaywright
