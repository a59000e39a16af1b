// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/KeptContents.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolIndex.h"
#include "core/relay/SpoolLog.h"
#include "core/relay/SpoolQueries.h"

#include <functional>
#include <memory>

namespace relaywright {

/// An entry of the log on its way to the ledger.
struct LoggedEntry {
    std::shared_ptr<const LogEntry> entry;
    LogPlace place;
};

/// What the spool's writing thread does: puts entries into the log and keeps the index of what waits true to what is on
/// the disk. What is asked counts once `commit` has answered well; then it goes to `publish` for the ledger. Used by one
/// thread.
class SpoolWriter {
public:
    using Publish = std::function<void(std::vector<LoggedEntry> &&entries, LogPosition end)>;

    /// `folder` and `counts` outlive it. `recover` comes next.
    SpoolWriter(SpoolLog log, SpoolIndex index, std::uint32_t instance, const SpoolFolder &folder, SpoolCounts &counts,
                Publish publish);

    struct Recovered {
        std::uint64_t firstFree = 1; ///< after every number in what was read
        QStringList notices;
    };
    using Take = std::function<Result<void>(const std::vector<LoggedEntry> &, LogPosition)>;
    /// Reads what the log has from `applied` on, hands it to `take` in pieces, and lets writing begin. Error: Storage, or
    /// `take`'s.
    [[nodiscard]] Result<Recovered> recover(LogPosition applied, const Take &take);
    /// The same after the ledger was damaged: the whole log is read, and what it has of messages that the ledger does
    /// not know any more is held, for they may have been delivered. Of those that it knows only what comes after
    /// `applied` counts, and any end.
    [[nodiscard]] Result<Recovered> rescue(LogPosition applied, const std::set<std::uint64_t> &known, const Take &take,
                                           TimePoint now);
    /// Body files of messages that wait.
    [[nodiscard]] std::set<QString> bodyFiles() const { return m_index.bodyFiles(); }

    // In a batch. Errors: Storage; a wish that makes no sense (NotFound, Denied) changes nothing.
    [[nodiscard]] Result<void> accept(SpoolMessage message);
    [[nodiscard]] Result<void> settle(Settlement settlement);
    /// Answers how many messages it changes. NotFound when a named one does not wait, Denied while it is being delivered.
    [[nodiscard]] Result<int> retry(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> hold(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> release(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> remove(const QueueId &id, TimePoint now);

    /// Ends the batch on stable storage with one flush. Error: Storage; then nothing counts of what was asked since the
    /// last commit. Outcomes alone are only written: they outlive this process, and `sync` brings them to stable storage.
    [[nodiscard]] Result<void> commit();
    /// True while a power cut may take outcomes: their messages would be sent a second time.
    [[nodiscard]] bool isAheadOfDisk() const { return m_log.isAheadOfDisk(); }
    /// Brings them to stable storage. When that fails writing goes on in another segment of the log.
    void sync() { (void)m_log.sync(); }
    /// How many commits there were: a batch that outgrows a segment of the log is committed in pieces.
    [[nodiscard]] std::uint64_t commits() const { return m_commits; }
    /// How many commits failed.
    [[nodiscard]] std::uint64_t failures() const { return m_failures; }
    /// How many times the disk was waited for.
    [[nodiscard]] std::uint64_t flushes() const { return m_log.flushes(); }

    // Outside a batch.
    /// Up to `limit` messages that are due and not claimed; they are claimed from now on until `settle` or `unclaim`.
    [[nodiscard]] Result<Claim> claim(int limit, TimePoint now);
    /// The same for messages whose time is over.
    [[nodiscard]] Result<Claim> claimExpired(int limit, TimePoint now);
    /// The same for messages that were received before `received` and whose senders want to hear that they wait.
    [[nodiscard]] Result<Claim> claimDelayed(int limit, TimePoint received, TimePoint now);
    /// At most `limit` octets of a waiting message. Error: NotFound, InvalidInput for an offset beyond its end, Storage.
    [[nodiscard]] Result<SpoolPiece> readPiece(const QueueId &id, std::uint64_t offset, qsizetype limit);
    /// The same for messages that are parked for `route`.
    [[nodiscard]] Result<Claim> claimParked(RouteTag route, int limit, TimePoint now);
    void unclaim(const QueueId &id) { m_index.setClaimed(id.sequence(), false); }
    /// As SpoolIndex has them; in memory only.
    void park(const QueueId &id, RouteTag route, Parking parking) { m_index.park(id.sequence(), route, parking); }
    void unpark(RouteTag route) { m_index.unpark(route); }
    void setExpiry(std::chrono::milliseconds expiry) { m_index.setExpiry(expiry); }
    void hurry(const std::set<RouteTag> &routes, TimePoint now) { m_index.hurry(routes, now); }
    [[nodiscard]] std::set<std::uint64_t> claimed() const { return m_index.claimed(); }
    /// What becomes of the contents of messages that end from now on; off at first.
    [[nodiscard]] KeptContents &kept() { return m_kept; }
    /// The ledger has everything before `applied`: frees segments of the log, and moves the few messages of one that is
    /// nearly empty.
    void tidy(LogPosition applied);

private:
    [[nodiscard]] Result<void> stage(LogEntry entry);
    [[nodiscard]] bool mayWait(const LogEntry &entry) const;
    void apply(const LogEntry &entry, const LogPlace &place);
    void insert(const SpoolMessage &message, const LogPlace &place, std::shared_ptr<const SpoolMessage> whole);
    void finish(std::uint64_t sequence, MessageState state, TimePoint at);
    void keep(const WaitingMessage &waiting, TimePoint endedAt);
    using Visit = std::function<std::vector<LogEntry>(LogEntry &&entry, const LogPlace &place)>;
    [[nodiscard]] Result<Recovered> replay(LogPosition from, const Take &take, const Visit &visit);
    void keepDamaged(const WaitingMessage &waiting);
    [[nodiscard]] tl::unexpected<Error> giveBack(const Claim &claim, const Error &error);
    [[nodiscard]] Result<SpoolMessage> read(const WaitingMessage &waiting);
    [[nodiscard]] Result<SpoolMessage> message(const WaitingMessage &waiting);
    /// Claims what can be read of `sequences`; sets aside what cannot.
    [[nodiscard]] Result<void> take(const std::vector<std::uint64_t> &sequences, TimePoint now, Claim &claim);
    [[nodiscard]] Result<std::vector<std::uint64_t>> select(const QueueSelection &selection, MessageState state) const;
    [[nodiscard]] Result<int> change(const QueueSelection &selection, MessageState from, MessageState to, TimePoint now,
                                     JournalKind kind);
    void relocate(std::uint32_t segment);
    [[nodiscard]] std::set<std::uint32_t> neededSegments() const;
    void count();

    SpoolLog m_log;
    SpoolIndex m_index;
    std::uint32_t m_instance;
    const SpoolFolder &m_folder;
    KeptContents m_kept;
    SpoolCounts &m_counts;
    Publish m_publish;
    struct Pending {
        LoggedEntry logged;
        std::shared_ptr<const SpoolMessage> whole; ///< of an acceptance: its entry has no octets any more
    };
    std::vector<Pending> m_pending;   // staged, not flushed
    std::set<std::uint64_t> m_staged; // sequences of acceptances in it
    bool m_isUrgent = false;          // something in it must be on the disk before anybody hears of it
    std::set<std::uint32_t> m_stuck;  // nearly empty segments whose messages cannot be moved
    std::uint64_t m_commits = 0;
    std::uint64_t m_failures = 0;
    std::uint64_t m_wholeOctets = 0;
};

} // namespace relaywright
