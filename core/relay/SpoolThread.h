// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/SpoolStatistics.h"
#include "core/relay/SpoolWriter.h"

#include <QObject>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace relaywright {

/// One thing for the spool's writing thread to do.
struct SpoolJob {
    enum class Kind { Read, Write };
    Kind kind = Kind::Read;
    std::function<std::optional<Error>(SpoolWriter &)> run;
    std::function<void(const std::optional<Error> &)> done; ///< runs in the owner's thread
    std::optional<Error> error;
    std::uint64_t commits = 0; ///< of the writer, when it had run
};

/// Runs a writer in a thread of its own: everything that waits when it wakes is one batch with one flush (group commit).
/// A batch of outcomes alone is only written; the next flush covers it, or one of its own within `kSyncWithin`.
class SpoolThread {
public:
    static constexpr std::chrono::milliseconds kSyncWithin{20};

    /// `statistics` and `owner` outlive it; answers come in the owner's thread, in the order of the jobs of a batch's kind.
    SpoolThread(std::unique_ptr<SpoolWriter> writer, SpoolStatistics &statistics, QObject &owner);
    ~SpoolThread();

    /// Any thread. After `finish` it is never run.
    void enqueue(SpoolJob &&job);
    /// Does what waits, then ends.
    void finish();

private:
    using Jobs = std::vector<SpoolJob>;
    void loop();
    [[nodiscard]] bool takeBatch(Jobs &batch);
    void keepInStep();
    void runWrites(Jobs &jobs);
    void deliver(Jobs &&jobs);

    std::unique_ptr<SpoolWriter> m_writer;                         // the thread's own
    std::optional<std::chrono::steady_clock::time_point> m_syncBy; // likewise: outcomes are on the disk then
    SpoolStatistics &m_statistics;
    QObject &m_owner;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    Jobs m_waiting; // guarded by the mutex
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace relaywright
