// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SourceLimits.h"

#include <QJsonObject>

#include <algorithm>
#include <limits>

namespace relaywright {

void SlidingCount::forget(TimePoint now)
{
    const std::int64_t current = now.time_since_epoch() / piece();
    // A clock that was set back: what lies ahead would block for longer than the window.
    while (!m_pieces.empty() && m_pieces.back().index > current) {
        m_pieces.back().index = current;
        if (m_pieces.size() > 1 && m_pieces[m_pieces.size() - 2].index >= current) {
            m_pieces[m_pieces.size() - 2].count += m_pieces.back().count;
            m_pieces.pop_back();
        }
    }
    while (!m_pieces.empty() && m_pieces.front().index < current - 60) {
        m_sum -= m_pieces.front().count;
        m_pieces.pop_front();
    }
}

void SlidingCount::add(TimePoint now, int count)
{
    forget(now);
    const std::int64_t current = now.time_since_epoch() / piece();
    if (m_pieces.empty() || m_pieces.back().index != current)
        m_pieces.push_back({current, 0});
    m_pieces.back().count += count;
    m_sum += count;
}

void SlidingCount::takeBack()
{
    if (m_pieces.empty())
        return;
    --m_sum;
    if (--m_pieces.back().count == 0)
        m_pieces.pop_back();
}

int SlidingCount::count(TimePoint now)
{
    forget(now);
    return m_sum;
}

QJsonArray SlidingCount::toJson() const
{
    QJsonArray pieces;
    for (const Piece &one : m_pieces)
        pieces += QJsonArray{static_cast<qint64>(one.index * piece() / std::chrono::minutes(1)), one.count};
    return pieces;
}

void SlidingCount::restore(const QJsonArray &json, TimePoint now)
{
    const qint64 thisMinute = now.time_since_epoch() / std::chrono::minutes(1);
    for (const QJsonValue &one : json) {
        const qint64 minute = one[0].toInteger();
        if (minute < 0 || minute > thisMinute) // not a time that there was; a larger one could not be counted with
            continue;
        const auto at = TimePoint(std::chrono::minutes(minute));
        const int count = one[1].toInt();
        const bool inOrder = m_pieces.empty() || m_pieces.back().index <= at.time_since_epoch() / piece();
        if (count > 0 && count < std::numeric_limits<int>::max() - m_sum && at <= now && at > now - 2 * m_length
            && inOrder)
            add(at, count);
    }
    forget(now);
}

SourceLimits::Use &SourceLimits::useOf(const MailSource &source, TimePoint now)
{
    const auto known = m_used.find(source);
    if (known != m_used.end())
        return known->second;
    if (m_used.size() >= kMaxSources)
        m_used.erase(std::ranges::min_element(m_used, {}, [](const auto &entry) { return entry.second.last; }));
    Use &use = m_used[source];
    use.last = now;
    return use;
}

SourceLimits::Spent SourceLimits::spent(const MailSource &source, const Limits &limits, TimePoint now)
{
    const auto known = m_used.find(source);
    if (known == m_used.end())
        return Spent::Nothing;
    if (limits.perDay && known->second.day.count(now) >= *limits.perDay)
        return Spent::Day;
    return limits.perMinute && known->second.minute.count(now) >= *limits.perMinute ? Spent::Minute : Spent::Nothing;
}

void SourceLimits::count(const MailSource &source, TimePoint now)
{
    Use &use = useOf(source, now);
    use.minute.add(now);
    use.day.add(now);
    use.last = now;
}

void SourceLimits::takeBack(const MailSource &source)
{
    if (const auto known = m_used.find(source); known != m_used.end()) {
        known->second.minute.takeBack();
        known->second.day.takeBack();
    }
}

void SourceLimits::connected(const IpAddress &address)
{
    ++m_connections[address];
}

void SourceLimits::disconnected(const IpAddress &address)
{
    const auto known = m_connections.find(address);
    if (known != m_connections.end() && --known->second <= 0)
        m_connections.erase(known);
}

int SourceLimits::connections(const IpAddress &address) const
{
    const auto known = m_connections.find(address);
    return known == m_connections.end() ? 0 : known->second;
}

QJsonArray SourceLimits::toJson() const
{
    QJsonArray sources;
    for (const auto &[source, use] : m_used) {
        if (const QJsonArray day = use.day.toJson(); !day.isEmpty())
            sources += QJsonObject{{QStringLiteral("address"), source.address.toString()},
                                   {QStringLiteral("user"), source.user},
                                   {QStringLiteral("day"), day}};
    }
    return sources;
}

void SourceLimits::restore(const QJsonArray &json, TimePoint now)
{
    for (const QJsonValue &one : json) {
        const auto address = IpAddress::parse(one[u"address"].toString());
        if (!address || m_used.size() >= kMaxSources)
            continue;
        useOf({*address, one[u"user"].toString()}, now).day.restore(one[u"day"].toArray(), now);
    }
}

} // namespace relaywright
