// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBasicTimer>
#include <QObject>

#include <chrono>

namespace relaywright {

/// Lets the application's event loop look for news a moment longer before it goes to sleep. What a device says next, and
/// when the log is flushed, is often known within microseconds; to fall asleep and to be woken up takes longer, for this
/// thread and for the one that wakes it. Costs at most `kMoment` of processor time behind each burst of events, and nothing
/// while nothing happens.
///
/// Lives in the application's thread, no longer than the application. Does nothing where there is one processor: it would
/// be taken away from those whose news it waits for.
class EagerLoop : public QObject {
public:
    static constexpr std::chrono::microseconds kMoment{50};

    explicit EagerLoop(int processors, QObject *parent = nullptr);

    [[nodiscard]] bool isLooking() const { return m_looking.isActive(); }
    bool eventFilter(QObject *receiver, QEvent *event) override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    using Steady = std::chrono::steady_clock;
    void onAboutToBlock();

    QBasicTimer m_looking; ///< of no length: while it is active the loop does not sleep
    bool m_hasNews = false;
    Steady::time_point m_until{};
};

} // namespace relaywright
