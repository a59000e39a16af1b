// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayStatus.h"

#include <QStringList>

#include <optional>
#include <set>

namespace relaywright {

/// Which of the relay's alerts a person is told of, and when: each once while it lasts, several together, and after a notice
/// a quiet while in which they gather. Pure: time comes in.
class AlertNotices {
public:
    static constexpr std::chrono::minutes kQuiet{10};
    /// The sentences of one notice to show now; none when nothing is new or it is quiet.
    [[nodiscard]] QStringList due(const std::vector<AlertStatus> &alerts, TimePoint now);

private:
    std::set<QString> m_told;
    std::optional<TimePoint> m_last;
};

} // namespace relaywright
