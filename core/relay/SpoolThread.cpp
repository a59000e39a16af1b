// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolThread.h"

#include <algorithm>
#include <utility>

namespace relaywright {

SpoolThread::SpoolThread(std::unique_ptr<SpoolWriter> writer, SpoolStatistics &statistics, QObject &owner)
    : m_writer(std::move(writer)), m_statistics(statistics), m_owner(owner)
{
    m_thread = std::thread([this] { loop(); });
}

SpoolThread::~SpoolThread()
{
    finish();
}

void SpoolThread::finish()
{
    if (!m_thread.joinable())
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void SpoolThread::enqueue(SpoolJob &&job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(job));
        if (m_waiting.size() > 1)
            return; // it is awake, or about to be
    }
    m_wake.notify_one();
}

/// Waits for jobs; none of them when outcomes must go to the disk first. False: it is over.
bool SpoolThread::takeBatch(Jobs &batch)
{
    const auto isWanted = [this] { return m_ending || !m_waiting.empty(); };
    std::unique_lock lock(m_mutex);
    if (m_syncBy)
        m_wake.wait_until(lock, *m_syncBy, isWanted);
    else
        m_wake.wait(lock, isWanted);
    batch.swap(m_waiting);
    return !m_ending || !batch.empty();
}

void SpoolThread::keepInStep()
{
    using Steady = std::chrono::steady_clock;
    if (m_syncBy && Steady::now() >= *m_syncBy)
        m_writer->sync();
    if (!m_writer->isAheadOfDisk())
        m_syncBy.reset();
    else if (!m_syncBy)
        m_syncBy = Steady::now() + kSyncWithin;
    m_statistics.flushes = m_writer->flushes();
}

void SpoolThread::loop()
{
    for (Jobs batch; takeBatch(batch); batch.clear()) {
        // Reads first: they do not wait for the flush, and what this batch writes was not yet known to who asked.
        Jobs reads;
        Jobs writes;
        for (SpoolJob &job : batch)
            (job.kind == SpoolJob::Kind::Read ? reads : writes).push_back(std::move(job));
        for (SpoolJob &job : reads)
            job.error = job.run(*m_writer);
        deliver(std::move(reads));
        if (!writes.empty())
            runWrites(writes);
        deliver(std::move(writes));
        keepInStep();
    }
    m_writer->sync();
}

void SpoolThread::runWrites(Jobs &jobs)
{
    // A batch that outgrows a segment is committed in pieces, from within a job: when that fails, those before it hear of it.
    const auto spoil = [this](auto begin, auto end, const Error &error) {
        for (; begin != end; ++begin) {
            if (!begin->error && begin->commits == m_writer->commits())
                begin->error = error;
        }
    };
    for (auto job = jobs.begin(); job != jobs.end(); ++job) {
        const std::uint64_t failures = m_writer->failures();
        job->error = job->run(*m_writer);
        job->commits = m_writer->commits();
        if (m_writer->failures() != failures && job->error)
            spoil(jobs.begin(), job, *job->error);
    }
    const std::uint64_t flushes = m_writer->flushes();
    if (const auto committed = m_writer->commit(); !committed)
        spoil(jobs.begin(), jobs.end(), committed.error());
    else if (m_writer->flushes() != flushes)
        m_statistics.batches.add(static_cast<std::uint64_t>(jobs.size()));
}

void SpoolThread::deliver(Jobs &&jobs)
{
    if (std::ranges::none_of(jobs, [](const SpoolJob &job) { return static_cast<bool>(job.done); }))
        return;
    // One event for the whole batch. The owner cannot be gone: its destructor waits for this thread.
    QMetaObject::invokeMethod(
        &m_owner,
        [shared = std::make_shared<Jobs>(std::move(jobs))] {
            for (const SpoolJob &job : *shared) {
                if (job.done)
                    job.done(job.error);
            }
        },
        Qt::QueuedConnection);
}

} // namespace relaywright
