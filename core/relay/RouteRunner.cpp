// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RouteRunner.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kLongWait{2}; // messages that wait longer are left to operators

/// That of an earlier route of this name, when there was one.
std::shared_ptr<DeliveryLatency> latencyOf(DeliveryDesk &desk, const QString &route)
{
    std::shared_ptr<DeliveryLatency> &latency = desk.latencies[route];
    if (!latency)
        latency = std::make_shared<DeliveryLatency>();
    return latency;
}

/// Its sign-in was refused, and those after it are not to take the mail.
bool holdsTheOthers(const SmartHost &host, TimePoint now)
{
    return host.route().state() == Route::State::Held && !host.route().isLeft(now);
}

std::optional<LatencySummary> summaryOf(const DeliveryLatency &latency)
{
    const std::uint64_t messages = latency.total();
    if (messages == 0)
        return std::nullopt;
    return LatencySummary{.messages = messages,
                          .median = std::chrono::milliseconds(latency.quantile(0.5)),
                          .percentile95 = std::chrono::milliseconds(latency.quantile(0.95))};
}

} // namespace

RouteRunner::RouteRunner(RouteSettings settings, DeliveryCommon common, RouteTag tag, DeliveryDesk &desk,
                         QObject *parent)
    : QObject(parent), m_settings(std::move(settings)), m_common(std::move(common)), m_tag(tag), m_desk(desk),
      m_keys(m_settings.route.dkim, m_common.waits.held.front(), m_desk, nullptr), m_latency(latencyOf(m_desk, name()))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RouteRunner::pump);
    m_readers.setMaxThreadCount(2);
    connect(&m_keys, &SigningKeys::changed, this, &RouteRunner::onKeysChanged);
    for (std::size_t i = 0; i < m_settings.route.hosts.size(); ++i) {
        const RelayUpstream &upstream = m_settings.route.hosts[i];
        const auto authority = m_settings.authorities.find(upstream.caFile);
        const QByteArray pem = authority == m_settings.authorities.end() ? QByteArray() : authority->second;
        auto *host = new SmartHost(upstream, pem, m_common, followersOf(i), m_desk, this);
        m_hosts.push_back(host);
        connect(host, &SmartHost::changed, this, &RouteRunner::pump);
        connect(host, &SmartHost::stateChanged, this,
                [this, host](const QString &sentence) { onHostStateChanged(*host, sentence); });
        connect(host, &SmartHost::troubled, this, &RouteRunner::onHostTroubled);
        connect(host, &SmartHost::messageDone, this,
                [this, host](UpstreamConnection &connection, const AttemptVerdict &verdict) {
                    onMessageDone(*host, connection, verdict);
                });
        connect(host, &SmartHost::connectionGone, this, &RouteRunner::tellWhenFinished);
    }
}

RouteRunner::~RouteRunner()
{
    for (SmartHost *host : std::as_const(m_hosts))
        host->disconnect(this);
    m_readers.waitForDone();
}

/// Also whether one of the hosts after this one is signed in to otherwise, or not at all.
SmartHost::Followers RouteRunner::followersOf(std::size_t host) const
{
    const auto &hosts = m_settings.route.hosts;
    const auto begin = hosts.begin() + static_cast<std::ptrdiff_t>(host);
    const bool isThere = std::any_of(begin, hosts.end(), [&](const RelayUpstream &one) {
        return one.user.compare(begin->user, Qt::CaseInsensitive) != 0 || one.password != begin->password
               || one.oauth != begin->oauth || one.certificate != begin->certificate;
    });
    return {.any = host + 1 < hosts.size(), .other = isThere ? Route::OtherSignIn::There : Route::OtherSignIn::None};
}

void RouteRunner::tellWhenFinished()
{
    if (m_retired && std::ranges::none_of(m_hosts, &SmartHost::hasConnections) && !std::exchange(m_finished, true))
        Q_EMIT finished();
}

const SmartHost &RouteRunner::current() const
{
    const TimePoint now = m_desk.clock.now();
    const auto able =
        std::ranges::find_if(m_hosts, [now](const SmartHost *host) { return !host->route().isLeft(now); });
    return able == m_hosts.end() ? *m_hosts.front() : **able;
}

bool RouteRunner::isHeld() const
{
    return m_keys.areMissing() || current().route().state() == Route::State::Held;
}

QString RouteRunner::reason() const
{
    if (m_keys.areMissing())
        return m_keys.reason();
    const QString own = current().route().reason();
    return own.isEmpty() ? m_hosts.front()->route().reason() : own;
}

int RouteRunner::busyConnections() const
{
    int busy = 0;
    for (const SmartHost *host : m_hosts)
        busy += host->busyConnections();
    return busy;
}

int RouteRunner::messagesLeftThisMinute() const
{
    return current().messagesLeftThisMinute();
}

RouteStatus RouteRunner::status() const
{
    const Route::State state = m_keys.areMissing() ? Route::State::Held : current().route().state();
    RouteStatus status{.name = name(),
                       .state = stateWord(state),
                       .reason = reason(),
                       .host = current().upstream().server.toString(),
                       .hosts = {},
                       .busyConnections = busyConnections(),
                       .nextAttempt = m_nextTry,
                       .leftThisMinute = static_cast<quint64>(std::max(0, messagesLeftThisMinute())),
                       .latency = summaryOf(*m_latency)};
    const SmartHost &own = current();
    const TimePoint tried = m_hosts.front()->route().notBefore();
    if (&own != m_hosts.front() && tried > m_desk.clock.now())
        status.leftUntil = tried;
    status.isOwnFault = m_keys.areMissing() || (state == Route::State::Held && own.lacksCertificate());
    for (const SmartHost *host : m_hosts) {
        status.hosts += host->upstream().server.toString();
        if (status.refusedBy.isEmpty() && host != &own && host->route().state() == Route::State::Held) {
            status.refusedBy = host->upstream().server.toString();
            status.isOwnFault = status.isOwnFault || host->lacksCertificate();
        }
    }
    return status;
}

int RouteRunner::room()
{
    return std::max(0, batch() - static_cast<int>(m_ready.size()));
}

bool RouteRunner::isHungry()
{
    const int most = batch();
    return most > 0 && static_cast<int>(m_ready.size()) * 2 <= most;
}

/// How many messages it may have in hand now.
int RouteRunner::batch()
{
    const TimePoint now = m_desk.clock.now();
    if (m_suspended || m_retired || m_waitsForQuota || !m_keys.areReady() || now < m_quotaPause)
        return 0;
    int most = 0;
    for (SmartHost *host : m_hosts) {
        const SmartHost::Outlook outlook = host->outlook(now, 1);
        if (outlook.readiness == SmartHost::Readiness::Ready) {
            most = outlook.once ? 1 : std::max(16, host->route().allowedConnections(now) * 4);
            break;
        }
        // A probe takes one message: what is claimed is reported as tried when the probe fails.
        if (outlook.readiness == SmartHost::Readiness::Probe)
            most = 1;
        const bool asksFirst = outlook.readiness == SmartHost::Readiness::Waits && !outlook.wakeAt;
        if (asksFirst && host->waitsForSignIn())
            return 0;
        if (outlook.readiness == SmartHost::Readiness::Waits || holdsTheOthers(*host, now))
            break;
    }
    return most;
}

void RouteRunner::take(OutgoingMail mail)
{
    m_ready.push_back(std::move(mail));
}

void RouteRunner::park(const SpoolMessage &message, Parking parking)
{
    m_mayHaveParked = true;
    m_desk.spool.park(message.id, m_tag, parking);
}

void RouteRunner::pump()
{
    m_pumpAgain = true;
    if (std::exchange(m_pumping, true))
        return;
    while (std::exchange(m_pumpAgain, false))
        pumpOnce();
    m_pumping = false;
}

void RouteRunner::pumpOnce()
{
    m_waitsForQuota = false;
    m_nextTry.reset();
    m_timer.stop();
    if (m_suspended || m_retired)
        return;
    const TimePoint now = m_desk.clock.now();
    if (!m_keys.areReady()) {
        if (m_keys.areMissing())
            wakeAt(m_keys.again());
        return;
    }
    if (now < m_quotaPause) {
        m_waitsForQuota = true;
        return wakeAt(m_quotaPause);
    }
    tellOfLeftHosts(now);
    while (!m_ready.empty()) {
        SmartHost *const host = choose(now, static_cast<int>(m_ready.front().message.recipients.size()));
        if (!host)
            break;
        UpstreamConnection *const connection = host->idleConnection(now);
        if (!connection) {
            host->openConnections(now, static_cast<int>(m_ready.size()));
            break;
        }
        OutgoingMail mail = std::move(m_ready.front());
        m_ready.pop_front();
        send(*host, *connection, std::move(mail), now);
    }
    if (m_ready.empty())
        (void)choose(now, 1); // for the time at which to look again
    const bool waitsLong = m_waitsForQuota && m_nextTry && *m_nextTry - now > kLongWait;
    if (!m_ready.empty() && waitsLong) {
        m_quotaPause = *m_nextTry;
        standBack();
    }
    if (isHungry())
        Q_EMIT wantsMail();
}

/// The first host that takes a message now. Hosts before it that may be well again get a connection to prove it.
SmartHost *RouteRunner::choose(TimePoint now, int recipients)
{
    for (SmartHost *host : m_hosts) {
        const SmartHost::Outlook outlook = host->outlook(now, recipients);
        if (outlook.wakeAt)
            wakeAt(*outlook.wakeAt);
        m_waitsForQuota = m_waitsForQuota || outlook.quota;
        switch (outlook.readiness) {
        case SmartHost::Readiness::Ready:
            m_waitsForQuota = false;
            m_nextTry.reset();
            m_timer.stop();
            return host;
        case SmartHost::Readiness::Probe:
            if (!m_ready.empty())
                host->openConnections(now, 1);
            if (holdsTheOthers(*host, now))
                return nullptr;
            break;
        case SmartHost::Readiness::Waits: (void)host->waitsForSignIn(); return nullptr;
        case SmartHost::Readiness::Left: (void)host->waitsForSignIn(); break;
        }
    }
    return nullptr;
}

bool RouteRunner::anyHostHelps(TimePoint now)
{
    for (SmartHost *host : m_hosts) {
        const SmartHost::Readiness readiness = host->outlook(now, 1).readiness;
        if (readiness == SmartHost::Readiness::Ready)
            return true;
        if (readiness == SmartHost::Readiness::Waits || holdsTheOthers(*host, now))
            return false;
    }
    return false;
}

void RouteRunner::onKeysChanged()
{
    // Unsigned mail would be refused or be taken for forged: it waits for the key, as it would for a password.
    if (m_keys.areMissing()) {
        Q_EMIT stateChanged(m_keys.reason());
        standBack();
    }
    pump();
}

void RouteRunner::send(SmartHost &host, UpstreamConnection &connection, OutgoingMail mail, TimePoint now)
{
    const OutgoingForm form{rewritingFor(mail.device.get(), host.upstream()), m_keys.signers()};
    const SpoolFolder &folder = m_desk.spool.folder();
    const bool slow = isSlow(mail.message, form);
    std::optional<Result<OutgoingContent>> atOnce;
    if (!slow)
        atOnce = openContent(mail.message, folder, form, now);
    Load load;
    load.envelope = rewriteEnvelope({mail.message.sender, mail.message.recipients}, form.rewriting);
    load.quota = host.limiter().record(now, static_cast<int>(mail.message.recipients.size()));
    load.quota.account = host.account();
    load.message = std::move(mail.message);
    connection.reserve(std::move(load));
    if (atOnce)
        return onContent(host, connection, std::move(*atOnce));
    const QPointer<UpstreamConnection> guarded(&connection);
    const SpoolMessage message = connection.load().message;
    m_readers.start([this, &host, guarded, message, form, now, &folder] {
        auto content = std::make_shared<Result<OutgoingContent>>(openContent(message, folder, form, now));
        QMetaObject::invokeMethod(
            this,
            [this, &host, guarded, id = message.id, content] {
                // The connection may have ended meanwhile, and the message with it.
                if (guarded && guarded->isBusy() && guarded->load().message.id == id)
                    onContent(host, *guarded, std::move(*content));
            },
            Qt::QueuedConnection);
    });
}

void RouteRunner::onContent(SmartHost &host, UpstreamConnection &connection, Result<OutgoingContent> content)
{
    if (!content) { // it was whole when it was claimed: the next claim sets it aside if it is damaged
        const Load load = connection.giveBack();
        return postpone(host, load.message, content.error().detail, load.quota);
    }
    connection.load().headHas8Bit = content->headHas8Bit;
    connection.load().remark = content->remark;
    connection.submit(std::move(content->octets));
}

void RouteRunner::onHostTroubled()
{
    if (!anyHostHelps(m_desk.clock.now()))
        standBack();
    Q_EMIT troubled();
}

void RouteRunner::setSuspended(bool suspended)
{
    if (std::exchange(m_suspended, suspended) == suspended)
        return;
    if (suspended) {
        for (const OutgoingMail &mail : std::exchange(m_ready, {}))
            m_desk.spool.unclaim(mail.message.id);
    }
    pump();
}

void RouteRunner::tryNow()
{
    for (SmartHost *host : m_hosts)
        host->tryNow();
    m_keys.tryNow();
    m_quotaPause = {};
    pump();
}

void RouteRunner::look()
{
    if (m_suspended || m_retired)
        return;
    for (SmartHost *host : m_hosts)
        host->look();
}

bool RouteRunner::setPassword(const Secret &password, bool anyway)
{
    bool wanted = false;
    for (SmartHost *host : m_hosts) {
        const bool takes = host->takesPassword() && (anyway || !host->isSignInFine());
        if (!takes || (anyway && wanted))
            continue;
        host->setPassword(password);
        wanted = true;
    }
    return wanted;
}

void RouteRunner::retire()
{
    if (std::exchange(m_retired, true))
        return;
    m_timer.stop();
    standBack();
    for (SmartHost *host : m_hosts)
        host->quit();
    tellWhenFinished();
}

void RouteRunner::cancel()
{
    for (SmartHost *host : m_hosts)
        host->cancel();
}

void RouteRunner::wakeAt(TimePoint time)
{
    m_nextTry = m_nextTry ? std::min(*m_nextTry, time) : time;
    // Never longer than a minute: a clock that is set must not leave the queue asleep.
    m_timer.start(std::clamp<std::chrono::milliseconds>(*m_nextTry - m_desk.clock.now(), std::chrono::milliseconds(1),
                                                        std::chrono::minutes(1)));
}

} // namespace relaywright
