// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/SiteChange.h"

#include <algorithm>

namespace relaywright {

namespace {

using Senders = std::vector<Sender>;

Site withoutSenders(const Site &site)
{
    return {.organisation = site.organisation, .networks = site.networks, .senders = {}, .applied = site.applied};
}

/// `rest` with the senders of `site` after one side of each hunk gave way to the other.
Site exchanged(Site rest, Senders senders, const std::vector<SenderHunk> &hunks, Senders SenderHunk::*from,
               Senders SenderHunk::*to)
{
    for (const SenderHunk &hunk : hunks) {
        const auto at = senders.begin() + static_cast<std::ptrdiff_t>(hunk.at);
        const auto next = senders.erase(at, at + static_cast<std::ptrdiff_t>((hunk.*from).size()));
        senders.insert(next, (hunk.*to).begin(), (hunk.*to).end());
    }
    rest.senders = std::move(senders);
    return rest;
}

std::vector<SenderHunk> changedRuns(const Senders &before, const Senders &after)
{
    std::vector<SenderHunk> hunks;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] == after[i])
            continue;
        if (hunks.empty() || hunks.back().at + hunks.back().before.size() != i)
            hunks.push_back({.at = i});
        hunks.back().before.push_back(before[i]);
        hunks.back().after.push_back(after[i]);
    }
    return hunks;
}

} // namespace

std::vector<SenderHunk> differences(const Senders &before, const Senders &after)
{
    if (before.size() == after.size())
        return changedRuns(before, after);
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t head = 0;
    while (head < shorter && before[head] == after[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    const auto cut = [head, tail](const Senders &senders) {
        return Senders(senders.begin() + static_cast<std::ptrdiff_t>(head),
                       senders.end() - static_cast<std::ptrdiff_t>(tail));
    };
    return {{.at = head, .before = cut(before), .after = cut(after)}};
}

SiteChange::SiteChange(const Site &before, const Site &after)
    : m_before(withoutSenders(before)), m_after(withoutSenders(after)), m_hunks(differences(before.senders, after.senders))
{
}

Site SiteChange::applied(Site site) const
{
    return exchanged(m_after, std::move(site.senders), m_hunks, &SenderHunk::before, &SenderHunk::after);
}

Site SiteChange::reverted(Site site) const
{
    return exchanged(m_before, std::move(site.senders), m_hunks, &SenderHunk::after, &SenderHunk::before);
}

} // namespace relaywright
