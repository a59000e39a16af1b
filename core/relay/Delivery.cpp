// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Delivery.h"

#include "core/relay/Admission.h"
#include "core/relay/AlertMail.h"

#include <QFileInfo>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kShutDownPatience{10};
constexpr std::chrono::seconds kSettleAgain{2};
constexpr int kExpiredPiece = 50;
constexpr std::chrono::minutes kDelayLook{1};
constexpr int kSharedPiece =
    64; ///< claimed at once when there are several routes: some may be for one that has no room

/// The row of the admission table that counts for a stored message. Our own reports have none.
std::shared_ptr<const RelayDevice> deviceOf(const std::shared_ptr<const std::vector<RelayDevice>> &devices,
                                            const SpoolMessage &message)
{
    const auto address = IpAddress::parse(message.source);
    const RelayDevice *const row = address ? deviceFor(*devices, {*address, message.user}) : nullptr;
    return row ? std::shared_ptr<const RelayDevice>(devices, row) : nullptr;
}

bool canSend(const RouteRunner &route)
{
    const QString state = route.status().state;
    return state == stateWord(Route::State::Open) || state == stateWord(Route::State::Slowed);
}

} // namespace

Delivery::Delivery(DeliverySettings settings, Spool &spool, const Clock &clock, DeliveryDesk::FetchSecret fetchSecret,
                   DeliveryDesk::KeeperOf keeperOf, QObject *parent)
    : QObject(parent), m_desk{.spool = spool,
                              .clock = clock,
                              .fetchSecret = std::move(fetchSecret),
                              .keeperOf = std::move(keeperOf),
                              .settle = [this](Settlement settlement) { settle(std::move(settlement)); },
                              .log = [this](const QString &line) { Q_EMIT logged(line); },
                              .limiters = {},
                              .used = {},
                              .latencies = {}},
      m_spool(spool), m_clock(clock),
      m_devices(std::make_shared<const std::vector<RelayDevice>>(std::move(settings.devices))),
      m_common(settings.common)
{
    addRoutes(settings.routes);
    m_dueTimer.setSingleShot(true);
    connect(&m_dueTimer, &QTimer::timeout, this, &Delivery::wake);
    m_settleTimer.setSingleShot(true);
    m_settleTimer.setInterval(kSettleAgain);
    connect(&m_delayTimer, &QTimer::timeout, this, &Delivery::sweepDelayed);
    connect(&m_settleTimer, &QTimer::timeout, this, [this] {
        for (Settlement &settlement : std::exchange(m_unsettled, {}))
            settle(std::move(settlement));
    });
}

Delivery::~Delivery()
{
    std::set<RouteRunner *> all(m_routes.begin(), m_routes.end());
    all.insert(m_retired.begin(), m_retired.end());
    for (RouteRunner *route : all) {
        route->disconnect(this);
        delete route; // it uses the desk, which goes before a QObject's children do
    }
}

/// Those of now that are wanted as they are stay; answers nothing of the others, which the caller retires.
void Delivery::addRoutes(const std::vector<RouteSettings> &routes)
{
    std::vector<RouteRunner *> wanted;
    for (const RouteSettings &settings : routes) {
        const auto same = std::ranges::find_if(m_routes, [&](const RouteRunner *route) {
            return route->settings() == settings && route->common() == m_common;
        });
        if (same != m_routes.end()) {
            wanted.push_back(*same);
            continue;
        }
        wanted.push_back(new RouteRunner(settings, m_common, ++m_lastTag, m_desk, this));
        adopt(*wanted.back());
    }
    m_routes = std::move(wanted);
    std::erase_if(m_desk.latencies, [this](const auto &latency) {
        return std::ranges::find(m_routes, latency.first, &RouteRunner::name) == m_routes.end();
    });
}

void Delivery::adopt(RouteRunner &route)
{
    connect(&route, &RouteRunner::wantsMail, this, &Delivery::claimMore);
    connect(&route, &RouteRunner::stateChanged, this, [this, &route](const QString &sentence) {
        Q_EMIT routeChanged(route.name(), route.status().state, sentence);
    });
    connect(&route, &RouteRunner::troubled, this, &Delivery::sweepExpired);
    connect(&route, &RouteRunner::finished, this, [this, gone = &route] {
        std::erase(m_retired, gone);
        if (!m_stopping)
            gone->deleteLater();
        checkStopped();
    });
    route.setSuspended(!m_started || m_paused || m_spoolFails);
}

void Delivery::start(const std::vector<QuotaUse> &used)
{
    std::map<std::uint64_t, std::vector<QuotaUse>> byAccount;
    const std::uint64_t first = m_routes.front()->hosts().front()->account();
    for (const QuotaUse &use : used)
        byAccount[use.account == 0 ? first : use.account].push_back(use);
    for (auto &[account, limiter] : m_desk.limiters)
        limiter->restore(byAccount[account]);
    m_desk.used = std::move(byAccount);
    m_spool.setExpiry(m_common.expiry);
    lookForDelays();
    m_started = true;
    suspendRoutes();
    wake();
}

void Delivery::reconfigure(DeliverySettings settings)
{
    if (m_stopping)
        return;
    const bool rowsChanged = *m_devices != settings.devices;
    m_devices = std::make_shared<const std::vector<RelayDevice>>(std::move(settings.devices));
    m_common = settings.common;
    const std::vector<RouteRunner *> before = m_routes;
    addRoutes(settings.routes);
    std::set<RouteTag> changed;
    for (RouteRunner *old : before) {
        m_spool.unpark(old->tag()); // a device's row may send it another way now
        old->setParked(false);
        if (rowsChanged)
            changed.insert(old->tag());
        if (std::ranges::find(m_routes, old) != m_routes.end())
            continue;
        changed.insert(old->tag());
        m_retired.push_back(old);
        old->retire();
    }
    m_spool.setExpiry(m_common.expiry);
    lookForDelays();
    if (!changed.empty())
        m_spool.hurry(changed, m_clock.now());
    wake();
    sweepExpired();
}

bool Delivery::setPassword(const Secret &password)
{
    bool wanted = false;
    for (RouteRunner *route : m_routes)
        wanted = route->setPassword(password, false) || wanted;
    return wanted
           || std::ranges::any_of(m_routes, [&](RouteRunner *route) { return route->setPassword(password, true); });
}

void Delivery::wake()
{
    m_mayBeDue = true;
    claimMore();
}

void Delivery::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused)
        return;
    suspendRoutes();
    wake();
}

void Delivery::suspendRoutes()
{
    m_mayBeDue = true; // what they had in hand goes back
    for (RouteRunner *route : m_routes)
        route->setSuspended(!m_started || m_paused || m_spoolFails);
}

void Delivery::tryNow()
{
    for (RouteRunner *route : m_routes)
        route->tryNow();
    wake();
}

void Delivery::look()
{
    for (RouteRunner *route : m_routes)
        route->look();
}

std::vector<AlertFacts::Certificate> Delivery::certificates() const
{
    std::map<std::pair<QString, QString>, TimePoint> ends; // by server and file: two routes may show the same one
    for (const RouteRunner *route : m_routes) {
        for (const SmartHost *host : route->hosts()) {
            if (!host->certificate() || !host->certificate()->endsAt())
                continue;
            const ClientCertificateFiles &files = host->upstream().certificate;
            const QString &file = files.pkcs12File.isEmpty() ? files.certificateFile : files.pkcs12File;
            ends.emplace(std::pair(host->upstream().server.toString(), file), *host->certificate()->endsAt());
        }
    }
    std::vector<AlertFacts::Certificate> all;
    for (const auto &[shown, end] : ends) {
        const bool isSecond = !all.empty() && all.back().name.section(u' ', 0, 0) == shown.first;
        all.push_back(
            {isSecond ? QStringLiteral("%1 (%2)").arg(shown.first, QFileInfo(shown.second).fileName()) : shown.first,
             end, AlertFacts::Certificate::Of::ShownToHost});
    }
    std::map<QString, CertificateLife> shownToUs; // by server
    for (const RouteRunner *route : m_routes) {
        for (const SmartHost *host : route->hosts()) {
            if (const auto &life = host->certificateOfHost(); life)
                shownToUs[host->upstream().server.toString()] = *life;
        }
    }
    for (const auto &[server, life] : shownToUs)
        all.push_back({server, life.ends, AlertFacts::Certificate::Of::Host, life.begins});
    return all;
}

std::vector<RouteStatus> Delivery::routes() const
{
    std::vector<RouteStatus> all;
    for (const RouteRunner *route : m_routes)
        all.push_back(route->status());
    return all;
}

int Delivery::busyConnections() const
{
    int busy = 0;
    for (const RouteRunner *route : m_routes)
        busy += route->busyConnections();
    return busy;
}

std::optional<TimePoint> Delivery::nextTry() const
{
    std::optional<TimePoint> next = waitsForQuota() ? std::nullopt : m_nextDue;
    for (const RouteRunner *route : m_routes) {
        const auto own = route->nextTry();
        if (own && (!next || *own < *next))
            next = own;
    }
    return next;
}

bool Delivery::waitsForQuota() const
{
    return std::ranges::any_of(m_routes, &RouteRunner::waitsForQuota);
}

int Delivery::messagesLeftThisMinute() const
{
    return m_routes.front()->messagesLeftThisMinute();
}

OutgoingMail Delivery::mailOf(SpoolMessage message) const
{
    auto device = deviceOf(m_devices, message);
    return {std::move(message), std::move(device)};
}

RouteRunner &Delivery::routeFor(const SpoolMessage &message, const RelayDevice *device) const
{
    if (message.source == alertSource()) { // what tells of a route's trouble should not wait for that route
        const auto found = std::ranges::find_if(m_routes, [](const RouteRunner *route) { return canSend(*route); });
        return found == m_routes.end() ? *m_routes.front() : **found;
    }
    if (device && !device->route.isEmpty()) {
        const auto named = std::ranges::find(m_routes, device->route, &RouteRunner::name);
        if (named != m_routes.end())
            return **named;
    }
    return *m_routes.front();
}

const RouteRunner &Delivery::routeOf(const SpoolMessage &message) const
{
    return routeFor(message, deviceOf(m_devices, message).get());
}

void Delivery::claimMore()
{
    if (!m_started || m_claiming || m_stopping || m_paused || m_spoolFails)
        return;
    int room = 0;
    for (RouteRunner *route : m_routes) {
        if (!route->isHungry())
            continue;
        room += route->room();
        if (route->mayHaveParked())
            return claimParked(*route);
    }
    if (room == 0 || !m_mayBeDue)
        return;
    m_claiming = true;
    m_mayBeDue = false;
    const int limit = m_routes.size() == 1 ? room : std::max(room, kSharedPiece);
    m_spool.claim(limit, m_clock.now(), [this](Result<Claim> claim) { onClaimed(nullptr, std::move(claim)); });
}

void Delivery::claimParked(RouteRunner &route)
{
    m_claiming = true;
    m_spool.claimParked(route.tag(), route.room(), m_clock.now(), [this, tag = route.tag()](Result<Claim> claim) {
        const auto own = std::ranges::find(m_routes, tag, &RouteRunner::tag);
        onClaimed(own == m_routes.end() ? nullptr : *own, std::move(claim));
    });
}

/// `route`: whose parked messages these are; null: any that were due.
void Delivery::onClaimed(RouteRunner *route, Result<Claim> claim)
{
    m_claiming = false;
    if (!claim) {
        Q_EMIT logged(claim.error().detail);
        m_nextDue = m_clock.now() + kSettleAgain;
        m_dueTimer.start(kSettleAgain);
        return;
    }
    for (const QString &sentence : claim->damaged + claim->postponed)
        Q_EMIT logged(sentence);
    if (route)
        route->setParked(claim->more);
    else
        m_mayBeDue = m_mayBeDue || claim->more;
    m_nextDue = claim->nextDue;
    std::set<RouteRunner *> given;
    for (SpoolMessage &message : claim->messages) {
        if (m_stopping || m_paused || m_spoolFails) {
            m_spool.unclaim(message.id);
            m_mayBeDue = true;
            continue;
        }
        OutgoingMail mail = mailOf(std::move(message));
        RouteRunner &own = routeFor(mail.message, mail.device.get());
        if (own.room() == 0) {
            own.park(mail.message);
            continue;
        }
        own.take(std::move(mail));
        given.insert(&own);
    }
    if (m_nextDue && !m_mayBeDue) {
        const auto wait = std::clamp<std::chrono::milliseconds>(*m_nextDue - m_clock.now(),
                                                                std::chrono::milliseconds(1), std::chrono::minutes(1));
        m_dueTimer.start(wait); // never longer: a clock that is set must not leave the queue asleep
    }
    for (RouteRunner *one : given)
        one->pump();
    claimMore();
}

void Delivery::sweepExpired()
{
    if (m_stopping || std::exchange(m_sweeping, true))
        return;
    m_spool.claimExpired(kExpiredPiece, m_clock.now(),
                         [this](Result<Claim> claim) { onExpiredClaimed(std::move(claim)); });
}

void Delivery::onExpiredClaimed(Result<Claim> claim)
{
    m_sweeping = false;
    if (!claim)
        return;
    for (SpoolMessage &message : claim->messages) {
        const OutgoingMail mail = mailOf(std::move(message));
        RouteRunner &route = routeFor(mail.message, mail.device.get());
        // Where only the route can have been at fault it is not given up; where it works there is one more attempt.
        if (route.isHeld() || route.reason().isEmpty())
            route.park(mail.message, Parking::Keeps);
        else
            settle(settlementOfExpired(mail.message, route.reason(),
                                       route.context(mail.message, route.current().upstream())));
    }
    if (claim->more)
        sweepExpired();
    else
        claimMore();
}

void Delivery::lookForDelays()
{
    if (m_common.delayReport.count() > 0)
        m_delayTimer.start(std::min<std::chrono::milliseconds>(m_common.delayReport, kDelayLook));
    else
        m_delayTimer.stop();
}

/// Reports of delays go the default way. While that does not work they would only wait with what they tell of and arrive
/// together with it, so none is made; when it works again, most of what waited is gone before anybody need be told.
void Delivery::sweepDelayed()
{
    const bool wanted = m_common.delayReport.count() > 0 && !m_stopping && !m_paused && !m_spoolFails;
    if (!wanted || !canSend(*m_routes.front()) || std::exchange(m_sweepingDelayed, true))
        return;
    m_spool.claimDelayed(kExpiredPiece, m_clock.now() - m_common.delayReport,
                         [this](Result<Claim> claim) { onDelayedClaimed(std::move(claim)); });
}

void Delivery::onDelayedClaimed(Result<Claim> claim)
{
    m_sweepingDelayed = false;
    if (!claim)
        return;
    for (SpoolMessage &message : claim->messages) {
        const OutgoingMail mail = mailOf(std::move(message));
        const RouteRunner &route = routeFor(mail.message, mail.device.get());
        QString reason = mail.message.lastReply.isEmpty() ? route.reason() : mail.message.lastReply;
        if (reason.isEmpty())
            reason = QStringLiteral("The smart host takes only so many messages at a time, and others came before.");
        Settlement settlement =
            settlementOfDelayed(mail.message, reason, route.context(mail.message, route.current().upstream()));
        settlement.route = route.tag();
        settle(std::move(settlement));
    }
    if (claim->more)
        sweepDelayed();
}

void Delivery::settle(Settlement settlement)
{
    ++m_settling;
    auto shared = std::make_shared<Settlement>(std::move(settlement));
    m_spool.settle(*shared, [this, shared](const Result<void> &result) { onSettled(shared, result); });
}

void Delivery::onSettled(const std::shared_ptr<Settlement> &settlement, const Result<void> &result)
{
    --m_settling;
    if (result) {
        m_delivered += settlement->state == MessageState::Delivered ? 1 : 0;
        m_bounced += settlement->state == MessageState::Bounced ? 1 : 0;
        Q_EMIT settled(*settlement);
        if (std::exchange(m_spoolFails, false))
            suspendRoutes();
        if (!settlement->remaining.empty() || settlement->bounce)
            wake();
    } else { // it stays claimed, so it is not sent a second time meanwhile
        if (!std::exchange(m_spoolFails, true)) {
            Q_EMIT logged(
                QStringLiteral("Nothing is sent until the spool can be written: %1").arg(result.error().detail));
            suspendRoutes();
        }
        m_unsettled.push_back(std::move(*settlement));
        if (!m_settleTimer.isActive())
            m_settleTimer.start();
    }
    checkStopped();
}

void Delivery::shutDown()
{
    if (std::exchange(m_stopping, true))
        return;
    m_dueTimer.stop();
    for (RouteRunner *route : m_routes)
        m_retired.push_back(route);
    const auto all = m_retired;
    for (RouteRunner *route : all)
        route->retire();
    QTimer::singleShot(kShutDownPatience, this, [this] {
        m_outOfPatience = true;
        const auto late = m_retired;
        for (RouteRunner *route : late)
            route->cancel();
        checkStopped();
    });
    checkStopped();
}

void Delivery::checkStopped()
{
    const bool written = m_settling == 0 && (m_unsettled.empty() || m_outOfPatience);
    if (m_stopping && m_retired.empty() && written)
        QMetaObject::invokeMethod(this, &Delivery::stopped, Qt::QueuedConnection);
}

} // namespace relaywright
