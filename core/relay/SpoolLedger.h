// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/LedgerQueries.h"
#include "core/relay/SpoolQueries.h"
#include "core/relay/SpoolWriter.h"

#include <memory>
#include <set>
#include <vector>

namespace relaywright {

/// The spool's database: a record of every message that waits and of those that are history, the journal and the quota's
/// log. It follows the log: what it does not have yet is read from there at the next start. Used by one thread.
class SpoolLedger {
public:
    static constexpr int kMaxHistoryMessages = 500'000;

    /// Error: Storage.
    [[nodiscard]] static Result<std::unique_ptr<SpoolLedger>> open(Database database);

    [[nodiscard]] std::uint32_t instance() const { return m_instance; }
    /// After every number that is in it; the log may have higher ones.
    [[nodiscard]] std::uint64_t firstFreeSequence() const { return m_firstFree; }
    /// Where what it has of the log ends.
    [[nodiscard]] LogPosition applied() const { return m_applied; }
    [[nodiscard]] std::int64_t damaged() const { return m_damaged; }

    [[nodiscard]] Result<std::vector<WaitingMessage>> waiting();
    /// Of all messages that it has, whatever became of them.
    [[nodiscard]] Result<std::set<std::uint64_t>> sequences();
    /// Body files of records that were set aside: kept for whoever looks into them.
    [[nodiscard]] Result<std::set<QString>> keptBodies();

    /// A damaged database was replaced and what the log has was taken over: the next start is a usual one. Error: Storage.
    [[nodiscard]] Result<void> endRescue();

    /// Takes over what the log has up to `end`, in one transaction, and what was said meanwhile. Error: Storage; then
    /// nothing of it is taken over.
    [[nodiscard]] Result<void> apply(const std::vector<LoggedEntry> &entries, LogPosition end,
                                     const std::vector<ConversationNote> &notes = {});

    [[nodiscard]] Result<QueueRows> queue(const QueueQuery &query, const std::set<std::uint64_t> &claimed)
    {
        return queryQueue(m_database, m_instance, query, claimed);
    }
    [[nodiscard]] Result<TraceRows> trace(const TraceQuery &query, std::uint64_t before)
    {
        return queryTrace(m_database, m_instance, query, before);
    }
    [[nodiscard]] Result<std::optional<TimePoint>> oldest() { return queryOldest(m_database); }
    [[nodiscard]] Result<std::vector<TrafficRow>> traffic(TimePoint since) { return queryTraffic(m_database, since); }
    /// Messages that are tried before this one when they all go one after another. Error: Storage.
    [[nodiscard]] Result<std::int64_t> ahead(const QueueId &id);
    [[nodiscard]] Result<MessageStory> show(const QueueId &id, const std::set<std::uint64_t> &claimed);
    [[nodiscard]] Result<std::vector<QuotaUse>> quotaUse(TimePoint since);
    /// Forgets finished messages older than `before`, the oldest beyond kMaxHistoryMessages and beyond `maxOctets` of
    /// database, and quota uses older than a day; a bounded piece at a time.
    [[nodiscard]] Result<Purged> purge(TimePoint before, TimePoint now, std::uint64_t maxOctets);

private:
    struct Row;
    struct Batch;
    struct Statements {
        Statement insertMessage, insertJournal, settle, setPlace, upsertQuota, setMeta, one, story, insertConversation,
            conversations, purgeRows, purgeJournal, purgeConversations, purgeMessage, quota;
    };

    explicit SpoolLedger(Database database) : m_database(std::move(database)) {}
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> readMeta();
    [[nodiscard]] Result<void> done(Statement &statement);
    [[nodiscard]] Result<void> write(const Batch &batch, LogPosition end);
    [[nodiscard]] Result<void> write(std::uint64_t sequence, const Row &row);
    [[nodiscard]] Result<void> write(const std::vector<ConversationNote> &notes);
    [[nodiscard]] Result<std::int64_t> rowsBeyond(std::uint64_t maxOctets);
    [[nodiscard]] Result<void> forget(std::int64_t sequence);
    [[nodiscard]] Result<void> inTransaction(const std::function<Result<void>()> &work);

    Database m_database;
    Statements m_sql;
    std::uint32_t m_instance = 0;
    std::uint64_t m_firstFree = 1;
    std::int64_t m_damaged = 0;
    std::int64_t m_notes = 0; ///< makes the order of what was said about one message
    LogPosition m_applied;
};

} // namespace relaywright
