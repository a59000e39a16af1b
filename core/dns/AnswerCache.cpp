// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AnswerCache.h"

#include <tuple>

namespace relaywright {

namespace {

constexpr size_t kMaxEntries = 4000;
constexpr qsizetype kMaxOctets = 16 * 1024 * 1024;
constexpr std::chrono::seconds kMaxTime = std::chrono::hours(1);

/// What the answer takes in memory, about: a packet of 64 KiB can unfold to megabytes of names.
qsizetype octetsOf(const DnsAnswer &answer)
{
    qsizetype octets = static_cast<qsizetype>(sizeof(DnsAnswer) + answer.addresses.size() * sizeof(IpAddress));
    for (const QByteArray &text : answer.texts)
        octets += text.size();
    for (const std::vector<int> &strings : answer.textStrings)
        octets += static_cast<qsizetype>(strings.size() * sizeof(int));
    for (const DnsMx &mx : answer.exchanges)
        octets += mx.exchange.size() * 2;
    for (const QString &name : answer.names + answer.aliases)
        octets += name.size() * 2;
    for (const DnsTlsa &tlsa : answer.associations)
        octets += tlsa.data.size();
    return octets;
}

} // namespace

DnsKey DnsKey::of(const QString &name, DnsType type)
{
    DnsKey key{.name = name.toLower(), .type = type};
    if (key.name.endsWith(u'.'))
        key.name.chop(1);
    return key;
}

bool DnsKey::operator<(const DnsKey &other) const
{
    return std::tie(name, type) < std::tie(other.name, other.type);
}

std::optional<DnsAnswer> AnswerCache::find(const DnsKey &key)
{
    const auto found = m_entries.find(key);
    if (found == m_entries.end())
        return std::nullopt;
    if (found->second.expires.hasExpired()) {
        drop(found);
        return std::nullopt;
    }
    DnsAnswer answer = found->second.answer;
    answer.ttl -= std::chrono::seconds(found->second.age.elapsed() / 1000);
    return answer;
}

void AnswerCache::keep(const DnsKey &key, const DnsAnswer &answer)
{
    if (answer.ttl <= std::chrono::seconds(0))
        return;
    if (const auto before = m_entries.find(key); before != m_entries.end())
        drop(before);
    Entry entry{.answer = answer,
                .expires = QDeadlineTimer(std::min(answer.ttl, kMaxTime)),
                .age = {},
                .octets = octetsOf(answer)};
    entry.age.start();
    makeRoom(entry.octets);
    m_octets += entry.octets;
    m_entries.emplace(key, std::move(entry));
}

void AnswerCache::makeRoom(qsizetype octets)
{
    const auto isFull = [&] { return m_entries.size() >= kMaxEntries || m_octets + octets > kMaxOctets; };
    if (!isFull())
        return;
    for (auto entry = m_entries.begin(); entry != m_entries.end();) {
        const auto here = entry++;
        if (here->second.expires.hasExpired())
            drop(here);
    }
    if (isFull()) {
        m_entries.clear();
        m_octets = 0;
    }
}

void AnswerCache::drop(std::map<DnsKey, Entry>::iterator entry)
{
    m_octets -= entry->second.octets;
    m_entries.erase(entry);
}

} // namespace relaywright
