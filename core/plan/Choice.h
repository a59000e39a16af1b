// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Upstreams.h"

#include <optional>
#include <set>
#include <string_view>

namespace relaywright {

/// What tables of rules say of a subject, without the words. Internal to core/plan.
struct Weight {
    Fit fit = Fit::Fits;
    int points = 0;
};

[[nodiscard]] Weight weigh(const RuleTables &tables, const Subject &subject);

/// Usable methods before uncertain ones before those that do not work; then the one with more points; then the one that
/// fits as it is. A change is made once, a poor method is lived with.
[[nodiscard]] bool isBetter(const Weight &left, const Weight &right);

/// The best way by which a local relay could hand on the subject's mail.
[[nodiscard]] UpstreamWay upstreamFor(const Subject &subject);
/// The tables that decide `method`; those of its upstream with a local relay's.
[[nodiscard]] const RuleTables &tablesOf(Method method, std::optional<UpstreamWay> upstream);

/// What would be chosen: the method and, of a local relay, the upstream; nothing where no method is usable.
struct Choice {
    Method method = Method::ClientSubmission;
    std::optional<UpstreamWay> upstream;
    bool operator==(const Choice &) const = default;
};
[[nodiscard]] std::optional<Choice> choose(const Subject &subject);

/// The fields (`organisation.X`, `network.X`, `sender.X`) whose missing answers stand in the way of a method or an
/// upstream that is not ruled out anyhow.
[[nodiscard]] std::set<std::string_view> openFields(const Subject &subject);

} // namespace relaywright
