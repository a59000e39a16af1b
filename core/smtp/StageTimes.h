// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Transcript.h"

#include <chrono>
#include <vector>

namespace relaywright {

/// Where the seconds of a conversation went.
struct StageTime {
    Stage stage = Stage::Connect;
    std::chrono::milliseconds spent{};
    double share = 0; ///< of the whole, 0 to 1; the shares add up to 1 unless nothing took any time
    bool operator==(const StageTime &) const = default;
};

/// The stages that occur, in their order, each once. The time up to a line belongs to the stage of that line: it is what
/// was waited for.
[[nodiscard]] std::vector<StageTime> stageTimes(const Transcript &transcript);

} // namespace relaywright
