// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayEngine.h"

#include "core/base/Domain.h"
#include "core/relay/DeliverySettings.h"
#include "core/relay/RelayEnginePrivate.h"
#include "core/relay/Resend.h"
#include "core/secrets/SecretResolver.h"
#include "core/session/SmtpServer.h"

#include <QJsonArray>
#include <QSysInfo>

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

RelayEngine::Private::Private(RelayEngine *owner, RelayConfig &&ownConfig, Surroundings &&ownSurroundings)
    : q(owner), config(std::move(ownConfig)), around(std::move(ownSurroundings)), hostName(nameOf(config))
{
}

Result<void> RelayEngine::Private::openSpool()
{
    const QString folder = config.spoolFolder.isEmpty() ? defaultSpoolFolder(config.name) : config.spoolFolder;
    auto opened = Spool::open(folder, around.clock);
    if (!opened)
        return tl::unexpected(opened.error());
    spool = std::move(*opened);
    watch = std::make_unique<RelayWatch>(*spool, around.clock);
    toLog = watch->events().subscribe(RelayEvent::Severity::Notice,
                                      [this](const RelayEvent &event) { Q_EMIT q->logged(toText(event)); });
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
        },
        [this](const TokenAccount &account) { return keeperOf(account); });
    credentials = std::make_unique<CredentialGuard>(CredentialGuard::Parts{
        .clock = around.clock, .accountBook = around.accountBook, .keeperOf = [this](const TokenAccount &account) {
            return keeperOf(account);
        }});
    credentials->setHosts(config.allRoutes());
    QObject::connect(delivery.get(), &Delivery::logged, q,
                     [this](const QString &line) { say(RelayEvent::Severity::Warning, line); });
    QObject::connect(delivery.get(), &Delivery::routeChanged, q,
                     [this](const QString &route, const QString &state, const QString &sentence) {
                         watch->onRoute(route, state, sentence);
                     });
    QObject::connect(delivery.get(), &Delivery::settled, q,
                     [this](const Settlement &settlement) { watch->onSettled(settlement); });
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
                            .resend =
                                [this](const QueueId &id, Spool::Done<QueueId> done) {
                                    resendMessage(*spool, around.clock, id, config.expiry, std::move(done));
                                }});
    controlServer = std::make_unique<ControlServer>(
        [this](const QJsonObject &request, const ControlServer::Reply &reply) { control->handle(request, reply); });
    controlServer->onSubscribersChanged([this] {
        toClients = controlServer->hasSubscribers() ? watch->events().subscribe(
                        RelayEvent::Severity::Debug, [this](const RelayEvent &event) { controlServer->publish(event); })
                                                    : RelayEvents::Subscription();
    });
    return controlServer->listen(around.controlName.isEmpty() ? config.name : around.controlName);
}

Result<void> RelayEngine::Private::openReaders()
{
    readers = std::make_unique<RelayReaders>(
        RelayReaders::Parts{.watch = *watch,
                            .spool = *spool,
                            .clock = around.clock,
                            .hostName = hostName,
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
        [done = std::move(done)] {
            done(failure(ErrorKind::NotFound, QStringLiteral("there was none on standard input.")));
        },
        Qt::QueuedConnection);
}

std::shared_ptr<TokenKeeper> RelayEngine::Private::keeperOf(const TokenAccount &account)
{
    if (!tokenKeepers) {
        const Knowledge &knowledge = Knowledge::builtIn();
        tokenCarrier = std::make_unique<TokenCarrier>(TokenCarrier::Settings(), around.clock, knowledge);
        tokenKeepers = std::make_unique<TokenKeepers>(
            TokenKeeping{.clock = around.clock,
                         .knowledge = knowledge,
                         .carrier = *tokenCarrier,
                         .store = around.secrets,
                         .fetchSecret =
                             [this](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
                                 fetchSecret(ref, context, std::move(done));
                             }},
            [this](TokenKeeper &keeper) { hear(keeper); });
    }
    return tokenKeepers->of(account);
}

void RelayEngine::Private::hear(TokenKeeper &keeper)
{
    QObject::connect(&keeper, &TokenKeeper::troubled, q, [this, &keeper](const TokenTrouble &trouble) {
        // What leaves mail without a token, the way out tells that waits for it.
        if (keeper.hasToken() || keeper.state().unstored)
            say(RelayEvent::Severity::Warning, trouble.sentence());
    });
}

void RelayEngine::Private::purge()
{
    spool->keepContents(config.contentsKept.count() > 0 ? config.maxContentsOctets : 0);
    spool->forgetContents(around.clock.now() - config.contentsKept);
    spool->purge(around.clock.now() - config.historyKept, config.maxHistoryOctets,
                 [this](const Result<Purged> &purged) {
                     if (!purged)
                         return say(RelayEvent::Severity::Warning,
                                    QStringLiteral("The history cannot be shortened: %1").arg(purged.error().detail));
                     if (purged->early > 0)
                         say(RelayEvent::Severity::Notice,
                             QStringLiteral("The history is as large as it may be, so its oldest %1 messages, finished "
                                            "until %2, were forgotten before their time.")
                                 .arg(purged->early)
                                 .arg(toDateTime(purged->youngest).toString(Qt::ISODate)));
                 });
}

void RelayEngine::Private::dropServers()
{
    if (listeners)
        listeners->drop();
    checkStopped();
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
    credentials->setHosts(config.allRoutes());
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
