// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolMessage.h"

#include <atomic>
#include <set>
#include <vector>

namespace relaywright {

/// How many messages there are; read from any thread.
struct SpoolCounts {
    std::atomic<std::int64_t> queued{0};  ///< all that wait: due, deferred, being delivered
    std::atomic<std::int64_t> held{0};
    std::atomic<std::int64_t> damaged{0};
};

/// Messages that may be tried now; `more` are due beyond them, and `nextDue` is when the next other one is.
struct Claim {
    std::vector<SpoolMessage> messages;
    bool more = false;
    std::optional<TimePoint> nextDue;
    QStringList damaged;   ///< sentences about records that were set aside just now
    QStringList postponed; ///< sentences about messages whose file cannot be opened now: due again in a minute
};

/// Which messages an operator's wish is for.
struct QueueSelection {
    std::optional<QueueId> id; ///< nothing: all
};

/// A message with its story, for `show`.
struct MessageStory {
    SpoolMessage message; ///< without its octets
    bool claimed = false;
    std::vector<JournalEvent> events;
};

/// The spool's records: what the writer thread does between BEGIN and COMMIT. Used by one thread; knows nothing of
/// commits but `committed` and `rolledBack`, through which it keeps in memory only what is on the disk.
class SpoolStore {
public:
    static constexpr int kMaxHistoryMessages = 500'000;

    /// `counts` outlives the store. Error: Storage.
    [[nodiscard]] static Result<std::unique_ptr<SpoolStore>> open(Database database, const SpoolFolder &folder, SpoolCounts &counts);

    [[nodiscard]] std::uint32_t instance() const { return m_instance; }
    [[nodiscard]] std::uint64_t firstFreeSequence() const { return m_firstFree; }

    [[nodiscard]] Result<void> begin();
    /// Ends the transaction on stable storage and then removes body files that nothing names any more. Error: Storage,
    /// with the transaction rolled back.
    [[nodiscard]] Result<void> commit();
    void rollBack();

    // Inside a transaction. Errors: Storage; a wish that makes no sense (NotFound, Denied) changes nothing.
    [[nodiscard]] Result<void> insert(const SpoolMessage &message);
    [[nodiscard]] Result<void> settle(const Settlement &settlement);
    /// Answers how many messages it changed. NotFound when a named one does not wait, Denied while it is being delivered.
    [[nodiscard]] Result<int> retry(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> hold(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> release(const QueueSelection &selection, TimePoint now);
    [[nodiscard]] Result<int> remove(const QueueId &id, TimePoint now);
    /// Forgets finished messages older than `before`, the oldest beyond kMaxHistoryMessages and quota uses older than a
    /// day; a bounded piece at a time. Answers true when more is to do.
    [[nodiscard]] Result<bool> purge(TimePoint before, TimePoint now);

    // Outside a transaction.
    /// Up to `limit` messages that are due and not claimed; they are claimed from now on until `settle` or `unclaim`.
    [[nodiscard]] Result<Claim> claim(int limit, TimePoint now);
    /// The same for messages whose time is over.
    [[nodiscard]] Result<Claim> claimExpired(int limit, TimePoint now);
    void unclaim(const QueueId &id) { m_claimed.erase(id.sequence()); }
    /// Waiting and held messages, the oldest first, without their octets.
    [[nodiscard]] Result<std::vector<MessageStory>> list(int limit);
    [[nodiscard]] Result<MessageStory> show(const QueueId &id);
    [[nodiscard]] Result<std::vector<QuotaUse>> quotaUse(TimePoint since);

private:
    struct Delta { std::int64_t queued = 0, held = 0, damaged = 0; };
    struct Statements {
        Statement insertMessage, insertBody, insertJournal, settle, deleteBody, upsertQuota, due, nextDue, expired, one, bodyFile,
            listWaiting, story, setState, setNext, purgeRows, quota;
    };

    SpoolStore(Database database, const SpoolFolder &folder, SpoolCounts &counts)
        : m_database(std::move(database)), m_folder(folder), m_counts(counts) {}
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> readMeta();
    [[nodiscard]] Result<void> done(Statement &statement);
    [[nodiscard]] Result<void> addEvent(const QueueId &id, const JournalEvent &event);
    [[nodiscard]] Result<void> removeBody(std::uint64_t sequence);
    [[nodiscard]] Result<Claim> takeRows(Statement &statement, int limit, TimePoint now);
    [[nodiscard]] Result<void> setDamaged(const QueueId &id, const QString &why);
    [[nodiscard]] Result<void> postpone(const QueueId &id, TimePoint until);
    [[nodiscard]] Result<int> change(const QueueSelection &selection, MessageState from, MessageState to, TimePoint now, JournalKind kind);
    [[nodiscard]] Result<std::vector<std::uint64_t>> select(const QueueSelection &selection, MessageState state);
    void count(MessageState state, std::int64_t by);

    Database m_database;
    const SpoolFolder &m_folder;
    SpoolCounts &m_counts;
    Statements m_sql;
    std::uint32_t m_instance = 0;
    std::uint64_t m_firstFree = 1;
    std::set<std::uint64_t> m_claimed;
    // Take effect with the commit:
    Delta m_delta;
    std::vector<std::uint64_t> m_toUnclaim;
    QStringList m_toRemove;
};

} // namespace relaywright
