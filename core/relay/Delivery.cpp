// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Delivery.h"

#include "core/relay/OutgoingContent.h"
#include "core/relay/Rewriting.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kShutDownPatience{10};
constexpr std::chrono::seconds kSettleAgain{2};
constexpr std::chrono::minutes kLongQuotaWait{2}; // messages that wait longer are left to operators
constexpr int kExpiredPiece = 50;

double anyFraction()
{
    return QRandomGenerator::global()->generateDouble();
}

} // namespace

Delivery::Delivery(DeliverySettings settings, Spool &spool, const Clock &clock, QObject *parent)
    : QObject(parent), m_settings(std::move(settings)), m_spool(spool), m_clock(clock),
      m_route(m_settings.upstream.maxConnections, m_settings.waits),
      m_limiter({m_settings.upstream.maxMessagesPerMinute, m_settings.upstream.maxRecipientsPerDay})
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Delivery::wake);
    m_settleTimer.setSingleShot(true);
    m_settleTimer.setInterval(kSettleAgain);
    connect(&m_settleTimer, &QTimer::timeout, this, [this] {
        for (Settlement &settlement : std::exchange(m_unsettled, {}))
            settle(std::move(settlement));
    });
}

Delivery::~Delivery()
{
    for (Connection *connection : std::as_const(m_connections))
        connection->disconnect(this);
}

void Delivery::start(const std::vector<QuotaUse> &used)
{
    m_limiter.restore(used);
    m_started = true;
    wake();
}

void Delivery::setPassword(const Secret &password, PasswordOrigin origin)
{
    if (!std::exchange(m_passwordAsked, false) && origin == PasswordOrigin::Configured)
        return; // an operator was faster
    m_password = password;
    m_passwordOrigin = origin;
    m_passwordDoubted = false;
    tryNow();
}

void Delivery::onPasswordMissing(const QString &reason)
{
    if (!std::exchange(m_passwordAsked, false))
        return;
    tellRoute(RouteNews::SignInRefused, reason);
    wake();
}

void Delivery::wake()
{
    m_mayBeDue = true;
    pump();
}

void Delivery::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused)
        return;
    if (paused)
        standBack();
    wake();
}

void Delivery::tryNow()
{
    m_route.tryNow(m_clock.now());
    m_quotaPause = {};
    wake();
}

int Delivery::busyConnections() const
{
    return static_cast<int>(
        std::ranges::count_if(m_connections, [](const Connection *one) { return one->isBusy() || !one->wasOpened(); }));
}

int Delivery::messagesLeftThisMinute()
{
    return m_limiter.messagesLeft(m_clock.now());
}

void Delivery::pump()
{
    m_pumpAgain = true;
    if (std::exchange(m_pumping, true))
        return;
    while (std::exchange(m_pumpAgain, false))
        pumpOnce();
    m_pumping = false;
}

void Delivery::pumpOnce()
{
    m_waitsForQuota = false;
    m_nextTry.reset();
    m_timer.stop();
    if (!m_started || m_stopping || m_paused || m_spoolFails)
        return;
    const TimePoint now = m_clock.now();
    const int allowed = m_route.allowedConnections(now);
    if (allowed == 0)
        return wakeAt(m_route.notBefore());
    if (!hasPassword() || m_passwordDoubted) {
        if (!std::exchange(m_passwordAsked, true))
            Q_EMIT passwordWanted();
        return;
    }
    if (now < m_quotaPause) {
        m_waitsForQuota = true;
        return wakeAt(m_quotaPause);
    }
    assign(now, allowed);
    claimMore(allowed);
    if (m_ready.empty() && m_nextDue && !m_waitsForQuota)
        wakeAt(*m_nextDue);
}

bool Delivery::quotaAllows(TimePoint now)
{
    const TimePoint earliest = m_limiter.earliest(now, static_cast<int>(m_ready.front().recipients.size()));
    if (earliest <= now)
        return true;
    m_waitsForQuota = true;
    wakeAt(earliest);
    if (earliest - now > kLongQuotaWait) {
        m_quotaPause = earliest;
        for (const SpoolMessage &message : std::exchange(m_ready, {}))
            m_spool.unclaim(message.id);
        m_mayBeDue = true;
    }
    return false;
}

void Delivery::assign(TimePoint now, int allowed)
{
    const auto idle = [this, allowed]() -> Connection * {
        const auto busy = std::ranges::count_if(m_connections, [](const Connection *one) { return one->isBusy(); });
        const auto found = std::ranges::find_if(m_connections, [](const Connection *one) { return one->isIdle(); });
        return busy >= allowed || found == m_connections.end() ? nullptr : *found;
    };
    while (!m_ready.empty() && quotaAllows(now)) {
        Connection *const connection = idle();
        if (!connection)
            return openConnections(now, allowed);
        SpoolMessage message = std::move(m_ready.front());
        m_ready.pop_front();
        send(*connection, std::move(message), now);
    }
}

void Delivery::openConnections(TimePoint, int allowed)
{
    auto opening = std::ranges::count_if(m_connections, [](const Connection *one) { return !one->wasOpened(); });
    while (static_cast<int>(m_connections.size()) < allowed && opening < static_cast<std::ptrdiff_t>(m_ready.size())) {
        auto *connection = new Connection(
            connectionSettings(),
            Conversation(Conversation::Leg::Upstream, m_clock,
                         [this](const QueueId &id, const QByteArray &packed) { m_spool.note(id, packed); }),
            this);
        m_connections.push_back(connection);
        ++opening;
        connect(connection, &Connection::opened, this, [this] {
            const bool wasOut = m_route.state() == Route::State::Down || m_route.state() == Route::State::Held;
            m_route.onReady();
            if (wasOut)
                Q_EMIT routeChanged(
                    QStringLiteral("The smart host %1 works again.").arg(m_settings.upstream.server.toString()));
        });
        connect(connection, &Connection::idle, this, &Delivery::pump);
        connect(connection, &Connection::transactionDone, this,
                [this, connection](const TransactionResult &result) { onTransactionDone(*connection, result); });
        connect(connection, &Connection::finished, this,
                [this, connection](const Finish &finish) { onFinished(*connection, finish); });
        connection->open();
    }
}

void Delivery::claimMore(int allowed)
{
    // A probe takes one message: what is claimed is reported as tried when the probe fails.
    const bool probe = m_route.state() == Route::State::Down || m_route.state() == Route::State::Held;
    const int batch = probe ? 1 : std::max(16, allowed * 4);
    if (m_claiming || !m_mayBeDue || static_cast<int>(m_ready.size()) * 2 > batch || m_waitsForQuota)
        return;
    m_claiming = true;
    m_mayBeDue = false;
    m_spool.claim(batch - static_cast<int>(m_ready.size()), m_clock.now(),
                  [this](Result<Claim> claim) { onClaimed(std::move(claim)); });
}

void Delivery::onClaimed(Result<Claim> claim)
{
    m_claiming = false;
    if (!claim) {
        Q_EMIT logged(claim.error().detail);
        m_nextDue = m_clock.now() + kSettleAgain;
        return pump();
    }
    for (const QString &sentence : claim->damaged + claim->postponed)
        Q_EMIT logged(sentence);
    for (SpoolMessage &message : claim->messages)
        m_ready.push_back(std::move(message));
    m_mayBeDue = m_mayBeDue || claim->more;
    m_nextDue = claim->more ? std::nullopt : claim->nextDue;
    if (m_stopping || m_paused || m_route.allowedConnections(m_clock.now()) == 0)
        standBack();
    pump();
}

void Delivery::send(Connection &connection, SpoolMessage message, TimePoint now)
{
    Connection::Load load;
    const auto &sendAs = m_settings.upstream.sendAs;
    auto content = openContent(message, m_spool.folder(), sendAs);
    if (!content) // it was whole when it was claimed: the next claim sets it aside if it is damaged
        return postpone(message, content.error().detail);
    load.envelope = rewriteEnvelope({message.sender, message.recipients}, sendAs);
    load.content = std::move(*content);
    load.quota = m_limiter.record(now, static_cast<int>(message.recipients.size()));
    load.message = std::move(message);
    connection.send(std::move(load));
}

void Delivery::onTransactionDone(Connection &connection, const TransactionResult &result)
{
    const auto load = connection.takeLoad();
    if (!load)
        return;
    if (result.outcome == Outcome::Cancelled && !result.inDoubt)
        return postpone(load->message, QStringLiteral("The message could not be read to its end, so it was not sent."),
                        load->quota);
    const Verdict verdict = judge(load->envelope, result);
    Settlement settlement = settlementOf(load->message, verdict, context(load->message));
    settlement.quota = load->quota;
    settle(std::move(settlement));
    tellRoute(verdict.route, verdict.summary);
}

void Delivery::onFinished(Connection &connection, const Finish &finish)
{
    std::erase(m_connections, &connection);
    if (connection.isBusy())
        onTransactionDone(connection, {.outcome = finish.outcome, .stage = finish.stage, .reply = finish.reply});
    else if (!connection.wasOpened()) {
        const ConnectionVerdict verdict = judge(finish);
        tellRoute(verdict.route, verdict.summary);
    }
    checkStopped();
    pump();
}

void Delivery::tellRoute(RouteNews news, const QString &reason)
{
    const Route::State before = m_route.state();
    switch (news) {
    case RouteNews::None: return;
    case RouteNews::Success: return m_route.onSuccess();
    case RouteNews::Throttled: m_route.onThrottled(m_clock.now(), reason, anyFraction()); break;
    case RouteNews::Unreachable: m_route.onUnreachable(m_clock.now(), reason, anyFraction()); break;
    case RouteNews::SignInRefused: m_route.onSignInRefused(m_clock.now(), reason, anyFraction()); break;
    }
    if (m_route.state() != before)
        Q_EMIT routeChanged(QStringLiteral("%1: %2").arg(m_settings.upstream.server.toString(), reason));
    if (news == RouteNews::SignInRefused && m_password && m_passwordOrigin == PasswordOrigin::Configured)
        m_passwordDoubted = true;
    standBack();
    if (m_route.state() != Route::State::Held)
        sweepExpired();
}

void Delivery::standBack()
{
    for (SpoolMessage &message : std::exchange(m_ready, {})) {
        // Its story should say what is in the way, once for each reason.
        if (m_route.state() == Route::State::Open || m_route.reason() == message.lastReply || m_stopping) {
            m_spool.unclaim(message.id);
            continue;
        }
        Settlement settlement{.id = message.id,
                              .at = m_clock.now(),
                              .remaining = message.recipients,
                              .countsAsAttempt = false,
                              .nextAttempt = message.nextAttempt,
                              .lastReply = m_route.reason()};
        settlement.events.push_back({settlement.at, JournalKind::Deferred, m_route.reason()});
        settle(std::move(settlement));
    }
    m_mayBeDue = true;
}

void Delivery::postpone(const SpoolMessage &message, const QString &reason, const QuotaUse &quota)
{
    if (m_stopping)
        return m_spool.unclaim(message.id);
    Q_EMIT logged(QStringLiteral("Message %1: %2").arg(message.id.toString(), reason));
    Verdict verdict{.recipients = {}, .summary = reason};
    for (const EmailAddress &recipient : message.recipients)
        verdict.recipients.push_back({recipient, Fate::Deferred, reason});
    Settlement settlement = settlementOf(message, verdict, context(message));
    settlement.quota = quota;
    settle(std::move(settlement));
}

void Delivery::sweepExpired()
{
    if (std::exchange(m_sweeping, true))
        return;
    m_spool.claimExpired(kExpiredPiece, m_clock.now(),
                         [this](Result<Claim> claim) { onExpiredClaimed(std::move(claim)); });
}

void Delivery::onExpiredClaimed(Result<Claim> claim)
{
    m_sweeping = false;
    if (!claim)
        return;
    for (const SpoolMessage &message : claim->messages)
        settle(settlementOfExpired(message, m_route.reason(), context(message)));
    if (claim->more)
        sweepExpired();
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
        if (std::exchange(m_spoolFails, false) || !settlement->remaining.empty() || settlement->bounce)
            wake();
    } else { // it stays claimed, so it is not sent a second time meanwhile
        if (!std::exchange(m_spoolFails, true))
            Q_EMIT logged(
                QStringLiteral("Nothing is sent until the spool can be written: %1").arg(result.error().detail));
        m_unsettled.push_back(std::move(*settlement));
        if (!m_settleTimer.isActive())
            m_settleTimer.start();
    }
    checkStopped();
}

void Delivery::wakeAt(TimePoint time)
{
    const TimePoint now = m_clock.now();
    m_nextTry = m_nextTry ? std::min(*m_nextTry, time) : time;
    // Never longer than a minute: a clock that is set must not leave the queue asleep.
    m_timer.start(
        std::clamp<std::chrono::milliseconds>(*m_nextTry - now, std::chrono::milliseconds(1), std::chrono::minutes(1)));
}

void Delivery::shutDown()
{
    if (std::exchange(m_stopping, true))
        return;
    m_timer.stop();
    standBack();
    const auto connections = m_connections; // quitting may end one at once
    for (Connection *connection : connections)
        connection->quit();
    QTimer::singleShot(kShutDownPatience, this, [this] {
        m_outOfPatience = true;
        const auto late = m_connections;
        for (Connection *connection : late)
            connection->cancel();
        checkStopped();
    });
    checkStopped();
}

void Delivery::checkStopped()
{
    const bool written = m_settling == 0 && (m_unsettled.empty() || m_outOfPatience);
    if (m_stopping && m_connections.empty() && written)
        QMetaObject::invokeMethod(this, &Delivery::stopped, Qt::QueuedConnection);
}

SettlingContext Delivery::context(const SpoolMessage &message) const
{
    SettlingContext context{.now = m_clock.now(),
                            .random = anyFraction(),
                            .postmaster = m_settings.postmaster,
                            .bounceFrom = m_settings.bounceFrom,
                            .reportingHost = m_settings.hostName,
                            .upstream = m_settings.upstream.server.host.toString().toUtf8(),
                            .expiry = m_settings.expiry,
                            .token = {},
                            .nextId = [this] { return m_spool.nextId(); },
                            .originalHead = [this, &message] { return readHead(message, m_spool.folder()); }};
    quint32 words[4];
    QRandomGenerator::global()->fillRange(words);
    context.token = QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex();
    return context;
}

ConnectionSettings Delivery::connectionSettings() const
{
    ConnectionSettings settings{.server = m_settings.upstream.server};
    settings.smtp.ehloName = m_settings.hostName;
    settings.smtp.tls = m_settings.upstream.tls;
    if (!m_settings.upstream.user.isEmpty() && m_password)
        settings.smtp.credentials = Credentials{m_settings.upstream.user, *m_password, AuthMechanism::Auto};
    settings.tls.caCertificatesPem = m_settings.caCertificatesPem;
    settings.patience = m_settings.patience;
    return settings;
}

} // namespace relaywright
