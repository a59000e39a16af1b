// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

int rankOf(Fit fit)
{
    switch (fit) {
    case Fit::Fits:
    case Fit::FitsAfterChanges: return 0;
    case Fit::CannotTell: return 1;
    case Fit::DoesNotFit: return 2;
    }
    Q_UNREACHABLE();
}

/// Hard effects only, the worst one wins; preferences never change it.
Fit worse(Fit fit, Effect effect)
{
    switch (effect) {
    case Effect::Blocks: return Fit::DoesNotFit;
    case Effect::UnknownDecides: return fit == Fit::DoesNotFit ? fit : Fit::CannotTell;
    case Effect::Change:
    case Effect::UnknownToCheck: return fit == Fit::Fits ? Fit::FitsAfterChanges : fit;
    case Effect::For:
    case Effect::Against:
    case Effect::Warning: return fit;
    }
    Q_UNREACHABLE();
}

void addOpenFields(std::set<std::string_view> &fields, const RuleTables &tables, const Subject &subject)
{
    if (weigh(tables, subject).fit == Fit::DoesNotFit)
        return;
    for (const std::span<const Rule> &table : tables) {
        for (const Rule &rule : table) {
            if (*rule.question != '\0' && rule.applies(subject))
                fields.insert(rule.question);
        }
    }
}

} // namespace

Weight weigh(const RuleTables &tables, const Subject &subject)
{
    Weight weight;
    for (const std::span<const Rule> &table : tables) {
        for (const Rule &rule : table) {
            if (!rule.applies(subject))
                continue;
            weight.fit = worse(weight.fit, rule.effect);
            weight.points += rule.points;
        }
    }
    return weight;
}

bool isBetter(const Weight &left, const Weight &right)
{
    if (rankOf(left.fit) != rankOf(right.fit))
        return rankOf(left.fit) < rankOf(right.fit);
    if (left.points != right.points)
        return left.points > right.points;
    return left.fit == Fit::Fits && right.fit != Fit::Fits;
}

UpstreamWay upstreamFor(const Subject &subject)
{
    UpstreamWay best = kAllUpstreams[0];
    Weight bestWeight = weigh(rulesOf(best), subject);
    for (const UpstreamWay way : kAllUpstreams) {
        const Weight weight = weigh(rulesOf(way), subject);
        // Where none works the first stands for all: a mailbox is what people ask about.
        if (weight.fit != Fit::DoesNotFit && isBetter(weight, bestWeight)) {
            best = way;
            bestWeight = weight;
        }
    }
    return best;
}

const RuleTables &tablesOf(Method method, std::optional<UpstreamWay> upstream)
{
    static const std::map<std::pair<Method, std::optional<UpstreamWay>>, RuleTables> all = [] {
        std::map<std::pair<Method, std::optional<UpstreamWay>>, RuleTables> tables;
        for (const Method each : kAllMethods)
            tables[{each, std::nullopt}] = {rulesOf(each)};
        for (const UpstreamWay way : kAllUpstreams) {
            RuleTables &both = tables[{Method::LocalRelay, way}] = {rulesOf(Method::LocalRelay)};
            std::ranges::copy(rulesOf(way), std::back_inserter(both));
        }
        return tables;
    }();
    return all.at({method, upstream});
}

std::optional<Choice> choose(const Subject &subject)
{
    std::optional<Choice> best;
    Weight bestWeight{Fit::CannotTell, 0};
    for (const Method method : kAllMethods) {
        const auto upstream =
            method == Method::LocalRelay ? std::optional(upstreamFor(subject)) : std::optional<UpstreamWay>();
        const Weight weight = weigh(tablesOf(method, upstream), subject);
        if (rankOf(weight.fit) > 0 || (best && !isBetter(weight, bestWeight)))
            continue;
        best = Choice{method, upstream};
        bestWeight = weight;
    }
    return best;
}

std::set<std::string_view> openFields(const Subject &subject)
{
    std::set<std::string_view> fields;
    for (const Method method : kAllMethods) {
        if (method != Method::LocalRelay) {
            addOpenFields(fields, tablesOf(method, std::nullopt), subject);
            continue;
        }
        for (const UpstreamWay way : kAllUpstreams)
            addOpenFields(fields, tablesOf(method, way), subject);
    }
    return fields;
}

} // namespace relaywright
