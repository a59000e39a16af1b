// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/StageTimes.h"

#include <map>

namespace relaywright {

std::vector<StageTime> stageTimes(const Transcript &transcript)
{
    using namespace std::chrono_literals;
    std::map<Stage, std::chrono::milliseconds> spent;
    std::chrono::milliseconds last{};
    for (const TranscriptLine &line : transcript) {
        spent[line.stage] += std::max(line.sinceStart - last, 0ms);
        last = std::max(last, line.sinceStart);
    }
    std::vector<StageTime> times;
    for (const auto &[stage, time] : spent) {
        const double share = last > 0ms ? static_cast<double>(time.count()) / static_cast<double>(last.count()) : 0.0;
        times.push_back({stage, time, share});
    }
    return times;
}

} // namespace relaywright
