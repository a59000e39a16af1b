// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SmartHost.h"

#include "core/relay/BodyChecksum.h"
#include "core/relay/GraphConnection.h"
#include "core/relay/Random.h"
#include "core/relay/SmtpConnection.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kLongQuotaWait{2}; // longer than that another host may take the mail

constexpr std::chrono::hours kSignInTestEvery{24};
constexpr std::chrono::hours kSignInTestFirst{1};   // a relay that is started again and again asks nobody
constexpr std::chrono::hours kSignInTestRetried{1}; // where it could not be reached

/// Leaving it helps only where another one follows.
Route::Waits waitsOf(const RelayUpstream &host, Route::Waits waits, bool hasFollower)
{
    waits.heldForLong = host.leaveAfter;
    if (hasFollower)
        waits.leftFor = host.leaveFor;
    return waits;
}

} // namespace

std::uint64_t quotaAccount(const RelayUpstream &host)
{
    const QString name = host.user.isEmpty() ? host.server.toString() : host.user + u' ' + host.server.host.toString();
    return std::max<std::uint64_t>(1, bodyChecksum(name.toCaseFolded().toUtf8()));
}

SmartHost::SmartHost(RelayUpstream upstream, QByteArray authorityPem, const DeliveryCommon &common, Followers followers,
                     DeliveryDesk &desk, QObject *parent)
    : QObject(parent), m_upstream(std::move(upstream)), m_authorityPem(std::move(authorityPem)),
      m_hostName(common.hostName), m_patience(common.patience), m_desk(desk),
      m_route(m_upstream.maxConnections, waitsOf(m_upstream, common.waits, followers.any), followers.other),
      m_account(quotaAccount(m_upstream)), m_signIn(HostSignIn::of(m_upstream, m_desk)),
      m_certificate(HostCertificate::of(m_upstream, m_desk))
{
    const RateLimiter::Limits limits{m_upstream.maxMessagesPerMinute, m_upstream.maxRecipientsPerDay};
    auto &limiter = m_desk.limiters[m_account];
    if (!limiter) {
        limiter = std::make_shared<RateLimiter>(limits);
        limiter->restore(m_desk.used[m_account]);
    }
    limiter->setLimits(limits);
    m_limiter = limiter;
    hearCertificate();
    if (!m_signIn)
        return;
    if (m_signIn->takesPassword()) // tokens have a guard of their own
        m_testAt = m_desk.clock.now() + kSignInTestFirst;
    connect(m_signIn.get(), &HostSignIn::changed, this, &SmartHost::onSignInAtHand);
    connect(m_signIn.get(), &HostSignIn::failed, this,
            [this](RouteNews news, const QString &sentence, std::chrono::milliseconds atLeast) {
                tell(news, sentence, atLeast);
                m_waitsForOwn = true;
                Q_EMIT changed();
            });
    connect(m_signIn.get(), &HostSignIn::mended, this, [this] {
        m_route.tryNow(m_desk.clock.now());
        onSignInAtHand();
    });
}

/// What cannot be shown is told at the start, not when mail comes.
void SmartHost::hearCertificate()
{
    if (!m_certificate)
        return;
    connect(m_certificate.get(), &HostCertificate::changed, this, [this] {
        if (m_route.state() == Route::State::Down || m_route.state() == Route::State::Held)
            m_route.tryNow(m_desk.clock.now()); // the one before may have been why
        quit();                                 // what is open shows that one
        onSignInAtHand();
    });
    connect(m_certificate.get(), &HostCertificate::failed, this, [this](const QString &sentence) {
        if (m_waitsForOwn)
            m_route.tryNow(m_desk.clock.now()); // the files have changed: what is wrong with them now counts
        tell(RouteNews::SignInRefused, sentence);
        m_waitsForOwn = true;
        Q_EMIT changed();
    });
    m_certificate->ask();
}

void SmartHost::look()
{
    if (m_certificate)
        m_certificate->look();
    testSignIn(m_desk.clock.now());
}

/// One try, within what the host's pauses allow; a refusal counts like that of mail.
void SmartHost::testSignIn(TimePoint now)
{
    if (!m_testAt)
        return;
    m_testAt = std::min(*m_testAt, now + kSignInTestEvery); // the clock may have been set back
    const bool isDown = m_route.state() == Route::State::Down;
    if (now < *m_testAt || isDown || !m_connections.empty() || m_route.allowedConnections(now) == 0)
        return;
    if (isMissingSomething())
        return ask();
    openConnections(now, 1);
    if (m_connections.empty())
        return;
    m_testing = m_connections.front();
    m_testAt = now + kSignInTestEvery;
}

bool SmartHost::wasIdleTest(const UpstreamConnection &connection, RouteNews news)
{
    if (m_testing != &connection)
        return false;
    m_testing = nullptr;
    if (connection.wasOpened() || news == RouteNews::SignInRefused)
        return false;
    m_testAt = m_desk.clock.now() + kSignInTestRetried;
    return true;
}

SmartHost::~SmartHost()
{
    for (UpstreamConnection *connection : std::as_const(m_connections))
        connection->disconnect(this);
}

SmartHost::Outlook SmartHost::outlook(TimePoint now, int recipients)
{
    const bool isLeft = m_route.isLeft(now);
    const int allowed = m_route.allowedConnections(now);
    if (allowed == 0)
        return {isLeft ? Readiness::Left : Readiness::Waits, m_route.changesAt(now)};
    if (lacksSignIn()) // of one that is left: looked up again while another one takes the mail
        return {isLeft ? Readiness::Left : Readiness::Waits, {}};
    if (const TimePoint earliest = m_limiter->earliest(now, recipients); earliest > now)
        return {earliest - now > kLongQuotaWait ? Readiness::Left : Readiness::Waits, earliest, true};
    const bool isProbe = m_route.state() == Route::State::Down || m_route.state() == Route::State::Held;
    if (isProbe && m_upstream.graph)
        return {.readiness = Readiness::Ready, .once = true}; // nothing but a message tells
    return {isProbe ? Readiness::Probe : Readiness::Ready, {}};
}

int SmartHost::busyConnections() const
{
    return static_cast<int>(std::ranges::count_if(
        m_connections, [](const UpstreamConnection *one) { return one->isBusy() || !one->wasOpened(); }));
}

UpstreamConnection *SmartHost::idleConnection(TimePoint now)
{
    const auto busy = std::ranges::count_if(m_connections, &UpstreamConnection::isBusy);
    const auto found = std::ranges::find_if(m_connections, &UpstreamConnection::isIdle);
    return busy >= m_route.allowedConnections(now) || found == m_connections.end() ? nullptr : *found;
}

void SmartHost::openConnections(TimePoint now, int wanted)
{
    if (isMissingSomething())
        return ask();
    const int allowed = m_route.allowedConnections(now);
    auto opening =
        std::ranges::count_if(m_connections, [](const UpstreamConnection *one) { return !one->wasOpened(); });
    while (static_cast<int>(m_connections.size()) < allowed && opening < wanted) {
        const std::optional<Credentials> credentials = m_signIn ? m_signIn->credentials() : std::nullopt;
        if (m_signIn && !credentials)
            return m_signIn->ask(); // a token may end between two connections
        UpstreamConnection *const connection = makeConnection(credentials);
        m_connections.push_back(connection);
        if (credentials)
            m_signedInWith[connection] = credentials->secret;
        ++opening;
        connect(connection, &UpstreamConnection::opened, this, [this, connection] {
            m_certificateOfHost = connection->certificateOfHost();
            if (m_testAt)
                m_testAt = m_desk.clock.now() + kSignInTestEvery;
            if (!m_upstream.graph) // nobody was asked anything yet
                onWorks();
        });
        connect(connection, &UpstreamConnection::idle, this, &SmartHost::changed);
        connect(connection, &UpstreamConnection::idle, this, [this, connection] {
            if (m_testing == connection && connection->isIdle()) // no mail came for it meanwhile
                connection->quit();
        });
        connect(connection, &UpstreamConnection::messageDone, this,
                [this, connection](const AttemptVerdict &verdict) { Q_EMIT messageDone(*connection, verdict); });
        connect(connection, &UpstreamConnection::finished, this,
                [this, connection](const ConnectionVerdict &verdict) { onFinished(*connection, verdict); });
        connection->open();
    }
}

/// Whether the host takes it is for a connection to say; but what was said of the way to it was only that there is none.
void SmartHost::onSignInAtHand()
{
    if (!isMissingSomething() && std::exchange(m_waitsForOwn, false))
        onWorks();
    Q_EMIT changed();
}

void SmartHost::onWorks()
{
    const bool wasOut = m_route.state() == Route::State::Down || m_route.state() == Route::State::Held;
    m_route.onReady();
    if (wasOut)
        Q_EMIT stateChanged(QStringLiteral("The smart host %1 works again.").arg(m_upstream.server.toString()));
}

void SmartHost::onFinished(UpstreamConnection &connection, const ConnectionVerdict &verdict)
{
    std::erase(m_connections, &connection);
    if (!wasIdleTest(connection, verdict.route) && !connection.wasOpened()
        && !(verdict.refusedCredentials && isRefusedOnlyThis(connection)))
        tell(verdict.route, verdict.summary);
    m_signedInWith.erase(&connection);
    Q_EMIT connectionGone();
    Q_EMIT changed();
}

const Secret *SmartHost::signedInWith(const UpstreamConnection &connection) const
{
    const auto found = m_signedInWith.find(&connection);
    return found == m_signedInWith.end() ? nullptr : &found->second;
}

bool SmartHost::isRefusedOnlyThis(const UpstreamConnection &connection)
{
    const Secret *const secret = signedInWith(connection);
    return secret && m_signIn->onRefused(*secret);
}

void SmartHost::tell(const AttemptVerdict &verdict, UpstreamConnection &connection)
{
    if (verdict.route == RouteNews::SignInRefused && isRefusedOnlyThis(connection))
        return connection.quit(); // it stays refused; another token may do better at once
    if (verdict.route == RouteNews::Success) {
        if (const Secret *const secret = signedInWith(connection))
            m_signIn->onAccepted(*secret);
        if (m_upstream.graph)
            onWorks();
    }
    tell(verdict.route, verdict.summary, verdict.wait.value_or(std::chrono::milliseconds(0)));
}

void SmartHost::tell(RouteNews news, const QString &reason, std::chrono::milliseconds atLeast)
{
    const Route::State before = m_route.state();
    const TimePoint now = m_desk.clock.now();
    switch (news) {
    case RouteNews::None: return;
    case RouteNews::Success: return m_route.onSuccess();
    case RouteNews::Throttled: m_route.onThrottled(now, reason, anyFraction(), atLeast); break;
    case RouteNews::Unreachable: m_route.onUnreachable(now, reason, anyFraction(), atLeast); break;
    case RouteNews::SignInRefused: m_route.onSignInRefused(now, reason, anyFraction(), atLeast); break;
    }
    if (m_route.state() != before)
        Q_EMIT stateChanged(QStringLiteral("%1: %2").arg(m_upstream.server.toString(), reason));
    Q_EMIT troubled();
}

/// A connection that is signed in needs nothing more.
bool SmartHost::lacksSignIn() const
{
    return isMissingSomething() && !std::ranges::any_of(m_connections, &UpstreamConnection::isIdle);
}

bool SmartHost::waitsForSignIn()
{
    if (!lacksSignIn() || m_route.allowedConnections(m_desk.clock.now()) == 0)
        return lacksSignIn();
    ask();
    return true;
}

void SmartHost::ask()
{
    if (m_certificate)
        m_certificate->ask();
    if (m_signIn)
        m_signIn->ask();
}

void SmartHost::setPassword(const Secret &password)
{
    tryNow();
    if (m_signIn)
        m_signIn->setPassword(password);
}

void SmartHost::tryNow()
{
    m_route.tryNow(m_desk.clock.now());
    if (m_testAt && m_route.state() == Route::State::Held)
        m_testAt = m_desk.clock.now(); // there may be no mail that would show it
    if (m_signIn)
        m_signIn->tryNow();
}

void SmartHost::quit()
{
    const auto connections = m_connections; // quitting may end one at once
    for (UpstreamConnection *connection : connections)
        connection->quit();
}

void SmartHost::cancel()
{
    const auto connections = m_connections;
    for (UpstreamConnection *connection : connections)
        connection->cancel();
}

UpstreamConnection *SmartHost::makeConnection(const std::optional<Credentials> &credentials)
{
    Conversation conversation(Conversation::Leg::Upstream, m_desk.clock,
                              [this](const QueueId &id, const QByteArray &packed) { m_desk.spool.note(id, packed); });
    if (m_upstream.graph) {
        if (!m_graph)
            m_graph = makeMailer();
        return new GraphConnection(*m_graph,
                                   {.mailbox = *EmailAddress::parse(m_upstream.user),
                                    .token = credentials->secret,
                                    .saveToSentItems = m_upstream.graph->saveToSentItems},
                                   std::move(conversation), this);
    }
    ConnectionSettings settings{.server = m_upstream.server};
    settings.smtp.ehloName = m_hostName;
    settings.smtp.tls = m_upstream.tls;
    settings.smtp.credentials = credentials;
    settings.tls.caCertificatesPem = m_authorityPem;
    if (m_certificate)
        settings.tls.identity = m_certificate->identity();
    settings.patience = m_patience;
    return new SmtpConnection(std::move(settings), std::move(conversation), this);
}

std::unique_ptr<GraphMailer> SmartHost::makeMailer() const
{
    const Knowledge &knowledge = Knowledge::builtIn();
    const GraphService microsoft = GraphService::microsoft(m_upstream.oauth->cloud, knowledge);
    const GraphService service =
        m_upstream.graph->service ? GraphService::at(*m_upstream.graph->service).value_or(microsoft) : microsoft;
    GraphMailer::Settings settings{.authoritiesPem = m_authorityPem};
    settings.patience = std::min(settings.patience, m_patience);
    return std::make_unique<GraphMailer>(service, settings, m_desk.clock, knowledge);
}

} // namespace relaywright
