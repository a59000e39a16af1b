// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Route.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kClockSettles{5}; // it may be set back by so much in passing

} // namespace

QString stateWord(Route::State state)
{
    switch (state) {
    case Route::State::Open: return QStringLiteral("open");
    case Route::State::Slowed: return QStringLiteral("slowed");
    case Route::State::Down: return QStringLiteral("down");
    case Route::State::Held: return QStringLiteral("held");
    }
    Q_UNREACHABLE();
}

Route::Waits Route::usualWaits()
{
    using namespace std::chrono_literals;
    return {.down = {2s, 5s, 15s, 30s, 1min, 2min, 5min},
            .held = {5min, 15min, 30min, 60min},
            .slowed = {10s, 30s, 1min, 2min, 5min},
            .slowedForLong = 30s};
}

Route::Route(int maxConnections, Waits waits, OtherSignIn other)
    : m_maxConnections(maxConnections), m_waits(std::move(waits)), m_otherSignIn(other), m_concurrency(maxConnections)
{
}

/// A clock that was set back ends the wait: nobody knows how much of it is over.
bool Route::isWaiting(TimePoint now) const
{
    return now < m_notBefore && now + kClockSettles >= m_waitsSince;
}

int Route::allowedConnections(TimePoint now) const
{
    if (isWaiting(now))
        return 0;
    switch (m_state) {
    case State::Open: return m_maxConnections;
    case State::Slowed: return m_concurrency;
    case State::Down:
    case State::Held: return 1;
    }
    Q_UNREACHABLE();
}

bool Route::isLeft(TimePoint now) const
{
    switch (m_state) {
    case State::Open: return false;
    // A refused sign-in is for a person to mend; but mail need not wait for that where it can go another way.
    case State::Held: return m_otherSignIn == OtherSignIn::There && now >= m_heldSince + m_waits.heldForLong;
    case State::Slowed: return m_lastWait >= m_waits.slowedForLong && isWaiting(now);
    case State::Down: return true;
    }
    Q_UNREACHABLE();
}

TimePoint Route::changesAt(TimePoint now) const
{
    const bool isToBeLeft = m_state == State::Held && m_otherSignIn == OtherSignIn::There && !isLeft(now);
    return isToBeLeft ? std::min(m_notBefore, m_heldSince + m_waits.heldForLong) : m_notBefore;
}

void Route::onReady()
{
    if (m_state != State::Down && m_state != State::Held)
        return;
    m_state = State::Open;
    m_reason.clear();
    m_failures = 0;
    m_notBefore = {};
}

void Route::onSuccess()
{
    onReady();
    m_refusals = 0;
    if (m_state != State::Slowed)
        return;
    m_concurrency = std::min(m_concurrency + 1, m_maxConnections);
    if (m_concurrency < m_maxConnections || --m_failures > 0)
        return;
    m_state = State::Open;
    m_reason.clear();
    m_failures = 0;
}

void Route::wait(TimePoint now, const std::vector<std::chrono::milliseconds> &waits, double random,
                 std::chrono::milliseconds atLeast)
{
    const auto step = std::min(static_cast<std::size_t>(m_failures), waits.size() - 1);
    const double factor = 0.9 + 0.2 * std::clamp(random, 0.0, 1.0);
    m_lastWait = std::max(waits[step], atLeast);
    m_waitsSince = now;
    const auto spread = static_cast<std::int64_t>(static_cast<double>(m_lastWait.count()) * factor);
    m_notBefore = now + std::max(std::chrono::milliseconds(spread), atLeast);
    ++m_failures;
}

void Route::onUnreachable(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast)
{
    if (m_state == State::Held)
        return wait(now, m_waits.held, random, atLeast); // still held, for the reason that a person must mend
    if (m_state == State::Down && isWaiting(now))
        return; // a second connection tells the same news
    m_failures = m_state == State::Down ? m_failures : 0;
    m_state = State::Down;
    m_reason = reason;
    wait(now, m_waits.down, random, atLeast);
    m_notBefore = std::max(m_notBefore, now + m_waits.leftFor);
}

void Route::onThrottled(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast)
{
    if (m_state == State::Held || (m_state == State::Slowed && isWaiting(now)))
        return;
    m_failures = m_state == State::Slowed ? m_failures : 0;
    m_state = State::Slowed;
    m_reason = reason;
    m_concurrency = 1;
    wait(now, m_waits.slowed, random, atLeast);
}

void Route::onSignInRefused(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast)
{
    if (m_state == State::Held && isWaiting(now))
        return;
    if (m_state != State::Held)
        m_heldSince = now;
    m_failures = m_refusals++; // a host may sign us in and refuse the message then, again and again
    m_state = State::Held;
    m_reason = reason;
    wait(now, m_waits.held, random, atLeast);
    m_notBefore = std::max(m_notBefore, now + m_waits.leftFor);
}

void Route::tryNow(TimePoint now)
{
    m_notBefore = std::min(m_notBefore, now);
}

} // namespace relaywright
