// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Rules.h"

namespace relaywright {

/// The ways by which a local relay can hand mail on, each with its sign-in. Internal to core/plan. An own Exchange
/// server is none of them: where there is one, senders hand their mail to it themselves.
enum class UpstreamWay {
    SubmissionByOAuth,
    SubmissionByPassword,
    Connector,
    Graph,
    HighVolumeEmail,
    AzureCommunicationServices,
};

inline constexpr UpstreamWay kAllUpstreams[] = {
    UpstreamWay::SubmissionByOAuth, UpstreamWay::SubmissionByPassword, UpstreamWay::Connector,
    UpstreamWay::Graph,             UpstreamWay::HighVolumeEmail,      UpstreamWay::AzureCommunicationServices,
};

/// The rules of a way, beside those of the local network.
[[nodiscard]] const RuleTables &rulesOf(UpstreamWay way);

/// What the plan says of a way: its method, and the relay's own settings.
[[nodiscard]] Upstream describe(UpstreamWay way, const Subject &subject);
/// The settings of `method`, its upstream (of a local relay) and the day it ends, for a sender that it may suit.
[[nodiscard]] Option describe(Method method, std::optional<UpstreamWay> upstream, const Subject &subject);

} // namespace relaywright
