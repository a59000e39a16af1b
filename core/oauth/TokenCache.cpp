// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCache.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

using Pauses = std::vector<std::chrono::seconds>; // the last one repeats

const Pauses kPassing{10s, 1min, 5min, 15min};
// What somebody must mend is not mended in seconds, and wrong proofs may lock an application out.
const Pauses kStanding{15min, 60min};
constexpr std::chrono::seconds kClockSettles{5};

/// From 9 to 11 tenths.
std::chrono::milliseconds spread(std::chrono::milliseconds wait, double random)
{
    return wait + std::chrono::milliseconds(std::llround(static_cast<double>(wait.count()) * 0.1 * (2 * random - 1)));
}

} // namespace

/// A token that is handed out until then is good long enough.
TimePoint TokenCache::lastMoment() const
{
    const std::chrono::milliseconds life = m_token->expires - m_token->obtained;
    return m_token->expires - std::min<std::chrono::milliseconds>(m_margin, life / 2);
}

const GrantedToken *TokenCache::token(TimePoint now) const
{
    const bool isGood = m_token && now + kClockSettles >= m_token->obtained && now < lastMoment();
    return isGood ? &*m_token : nullptr;
}

const GrantedToken *TokenCache::use(TimePoint now)
{
    const GrantedToken *const found = token(now);
    m_used = m_used || found;
    return found;
}

/// A clock that was set back since ends it: nobody knows how much of it is over.
bool TokenCache::isPaused(TimePoint now) const
{
    return m_pausedUntil && now < *m_pausedUntil && now + kClockSettles >= m_pausedSince;
}

bool TokenCache::isDue(TimePoint now, bool wanted) const
{
    if (m_asking || isPaused(now))
        return false;
    if (!token(now))
        return wanted;
    return m_used && now >= m_renewAt;
}

std::optional<TimePoint> TokenCache::nextAsk(TimePoint now) const
{
    if (m_asking || !m_used || !token(now))
        return std::nullopt;
    return isPaused(now) ? std::max(m_renewAt, *m_pausedUntil) : m_renewAt;
}

void TokenCache::onGranted(GrantedToken token, double random)
{
    m_asking = false;
    m_trouble.reset();
    m_pausedUntil.reset();
    m_failures = 0;
    m_used = false;
    m_worked = false;
    m_token = std::move(token);
    // Before the last moment, with time for a slow answer.
    const auto part = [usable = lastMoment() - m_token->obtained, from = m_token->obtained](double share) {
        return from + std::chrono::milliseconds(std::llround(static_cast<double>(usable.count()) * share));
    };
    m_renewAt = m_token->refreshAt ? std::clamp(*m_token->refreshAt, part(0.3), part(0.9)) : part(0.7 + 0.2 * random);
}

void TokenCache::onTrouble(TokenTrouble trouble, TimePoint now, double random)
{
    m_asking = false;
    // What the service was not even asked costs nobody anything: a keychain that is unlocked now, a file that is there again.
    const bool passes = trouble.kind == TokenTrouble::Kind::Wait || trouble.status == 0;
    const Pauses &pauses = passes ? kPassing : kStanding;
    if (std::exchange(m_pauses, &pauses) != &pauses)
        m_failures = 0;
    const std::chrono::milliseconds own = pauses[std::min(m_failures, pauses.size() - 1)];
    m_pausedSince = now;
    m_pausedUntil = now + std::max<std::chrono::milliseconds>(spread(own, random), trouble.wait.value_or(0s));
    m_trouble = std::move(trouble);
    ++m_failures;
}

void TokenCache::onAccepted(const Secret &token)
{
    m_worked = m_worked || (m_token && m_token->accessToken == token);
}

bool TokenCache::onRefused(const Secret &token)
{
    if (!m_token || !(m_token->accessToken == token))
        return true;
    m_token.reset();
    return std::exchange(m_worked, false);
}

void TokenCache::tryNow()
{
    m_pausedUntil.reset();
    m_failures = 0;
}

} // namespace relaywright
