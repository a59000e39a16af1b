// SPDX-License-Identifier: GPL-3.0-or-later
// The half of SpoolStore that reads, and what an operator may ask of it.
#include "core/relay/SpoolRow.h"
#include "core/relay/SpoolStore.h"

namespace relaywright {

namespace {

constexpr std::chrono::minutes kOpenAgain{1};

std::int64_t ms(TimePoint time)
{
    return time.time_since_epoch().count();
}

tl::unexpected<Error> notWaiting(const QueueId &id)
{
    return failure(ErrorKind::NotFound,
                   QStringLiteral("No message %1 waits in the queue. It may have been delivered; look at its journal.").arg(id.toString()));
}

tl::unexpected<Error> beingDelivered(const QueueId &id)
{
    return failure(ErrorKind::Denied,
                   QStringLiteral("Message %1 is being delivered right now. Try again in a moment.").arg(id.toString()));
}

} // namespace

Result<void> SpoolStore::postpone(const QueueId &id, TimePoint until)
{
    if (auto begun = begin(); !begun)
        return begun;
    if (auto set = done(m_sql.setNext.bind(1, static_cast<std::int64_t>(id.sequence())).bind(2, ms(until))); !set) {
        rollBack();
        return set;
    }
    return commit();
}

Result<Claim> SpoolStore::takeRows(Statement &statement, int limit, TimePoint now)
{
    Claim claim;
    std::vector<std::pair<QueueId, Error>> faulty;
    const auto room = [&] { return static_cast<int>(claim.messages.size()) < limit; };
    Statement::Step step = Statement::Step::Done;
    while (room() && (step = statement.step()) == Statement::Step::Row) {
        const QueueId id(m_instance, static_cast<std::uint64_t>(statement.integer(0)));
        if (m_claimed.contains(id.sequence()))
            continue;
        auto message = readRowWithBody(statement, m_instance);
        if (message && !message->body.fileName.isEmpty()) {
            if (auto file = m_folder.openBody(message->body.fileName, message->body.size); !file)
                message = tl::unexpected(file.error());
        }
        if (message)
            claim.messages.push_back(std::move(*message));
        else
            faulty.emplace_back(id, message.error());
    }
    statement.reset();
    if (step == Statement::Step::Failed)
        return tl::unexpected(m_database.lastError());
    for (const auto &[id, error] : faulty) {
        const bool later = error.kind == ErrorKind::Denied;
        if (auto set = later ? postpone(id, now + kOpenAgain) : setDamaged(id, error.detail); !set)
            return tl::unexpected(set.error());
        if (later)
            claim.postponed += QStringLiteral("Message %1 is tried again in a minute: %2").arg(id.toString(), error.detail);
        else
            claim.damaged += QStringLiteral("Message %1 was set aside: %2").arg(id.toString(), error.detail);
    }
    for (const SpoolMessage &message : claim.messages)
        m_claimed.insert(message.id.sequence());
    return claim;
}

Result<Claim> SpoolStore::claim(int limit, TimePoint now)
{
    const auto rows = static_cast<std::int64_t>(m_claimed.size()) + limit;
    auto claim = takeRows(m_sql.due.bind(1, ms(now)).bind(2, rows), limit, now);
    if (!claim)
        return claim;
    m_sql.nextDue.bind(1, static_cast<std::int64_t>(m_claimed.size()) + 1);
    while (m_sql.nextDue.step() == Statement::Step::Row) {
        if (m_claimed.contains(static_cast<std::uint64_t>(m_sql.nextDue.integer(0))))
            continue;
        claim->nextDue = TimePoint(std::chrono::milliseconds(m_sql.nextDue.integer(1)));
        claim->more = *claim->nextDue <= now;
        m_sql.nextDue.reset();
        break;
    }
    return claim;
}

Result<Claim> SpoolStore::claimExpired(int limit, TimePoint now)
{
    const auto rows = static_cast<std::int64_t>(m_claimed.size()) + limit;
    auto claim = takeRows(m_sql.expired.bind(1, ms(now)).bind(2, rows), limit, now);
    if (claim)
        claim->more = static_cast<int>(claim->messages.size()) == limit;
    return claim;
}

Result<std::vector<MessageStory>> SpoolStore::list(int limit)
{
    std::vector<MessageStory> stories;
    m_sql.listWaiting.bind(1, limit);
    for (;;) {
        switch (m_sql.listWaiting.step()) {
        case Statement::Step::Row:
            if (auto message = readRow(m_sql.listWaiting, m_instance)) {
                const bool claimed = m_claimed.contains(message->id.sequence());
                stories.push_back({std::move(*message), claimed, {}});
            }
            break;
        case Statement::Step::Done: return stories;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

Result<MessageStory> SpoolStore::show(const QueueId &id)
{
    const tl::unexpected<Error> unknown = failure(
        ErrorKind::NotFound, QStringLiteral("There is no message %1 in the queue or the history.").arg(id.toString()));
    if (id.instance() != m_instance)
        return unknown;
    auto row = m_database.prepare(SPOOL_ROW "WHERE seq = ?");
    if (!row)
        return tl::unexpected(row.error());
    const auto seq = static_cast<std::int64_t>(id.sequence());
    if (row->bind(1, seq).step() != Statement::Step::Row)
        return unknown;
    auto message = readRow(*row, m_instance);
    if (!message)
        return tl::unexpected(message.error());
    MessageStory story{std::move(*message), m_claimed.contains(id.sequence()), {}};
    story.events.push_back({story.message.receivedAt, JournalKind::Accepted, QStringLiteral("from %1").arg(story.message.source)});
    m_sql.story.bind(1, seq);
    while (m_sql.story.step() == Statement::Step::Row)
        story.events.push_back({TimePoint(std::chrono::milliseconds(m_sql.story.integer(0))),
                                static_cast<JournalKind>(m_sql.story.integer(1)), m_sql.story.text(2)});
    return story;
}

Result<std::vector<QuotaUse>> SpoolStore::quotaUse(TimePoint since)
{
    std::vector<QuotaUse> uses;
    m_sql.quota.bind(1, ms(since) / 1000);
    for (;;) {
        switch (m_sql.quota.step()) {
        case Statement::Step::Row:
            uses.push_back({TimePoint(std::chrono::seconds(m_sql.quota.integer(0))), static_cast<int>(m_sql.quota.integer(1)),
                            static_cast<int>(m_sql.quota.integer(2))});
            break;
        case Statement::Step::Done: return uses;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

Result<std::vector<std::uint64_t>> SpoolStore::select(const QueueSelection &selection, MessageState state)
{
    std::vector<std::uint64_t> sequences;
    if (selection.id) {
        const QueueId &id = *selection.id;
        const auto step = m_sql.one.bind(1, static_cast<std::int64_t>(id.sequence())).step();
        const bool found = step == Statement::Step::Row && id.instance() == m_instance
            && m_sql.one.integer(0) == static_cast<int>(state);
        m_sql.one.reset();
        if (!found)
            return notWaiting(id);
        if (m_claimed.contains(id.sequence()))
            return beingDelivered(id);
        sequences.push_back(id.sequence());
        return sequences;
    }
    auto all = m_database.prepare(state == MessageState::Held ? "SELECT seq FROM message WHERE state = 1"
                                                              : "SELECT seq FROM message WHERE state = 0");
    if (!all)
        return tl::unexpected(all.error());
    while (all->step() == Statement::Step::Row) {
        if (const auto sequence = static_cast<std::uint64_t>(all->integer(0)); !m_claimed.contains(sequence))
            sequences.push_back(sequence);
    }
    return sequences;
}

Result<int> SpoolStore::change(const QueueSelection &selection, MessageState from, MessageState to, TimePoint now, JournalKind kind)
{
    const auto sequences = select(selection, from);
    if (!sequences)
        return tl::unexpected(sequences.error());
    for (const std::uint64_t sequence : *sequences) {
        const auto seq = static_cast<std::int64_t>(sequence);
        m_sql.setState.bind(1, seq).bind(2, static_cast<int>(to));
        if (isFinished(to))
            m_sql.setState.bind(3, ms(now));
        else
            m_sql.setState.bindNull(3);
        if (auto set = done(m_sql.setState); !set)
            return tl::unexpected(set.error());
        count(from, -1);
        count(to, 1);
        if (auto set = done(m_sql.setNext.bind(1, seq).bind(2, ms(now))); !set)
            return tl::unexpected(set.error());
        if (auto added = addEvent(QueueId(m_instance, sequence), {now, kind, QStringLiteral("by an operator")}); !added)
            return tl::unexpected(added.error());
    }
    return static_cast<int>(sequences->size());
}

Result<int> SpoolStore::retry(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Queued, MessageState::Queued, now, JournalKind::Retried);
}

Result<int> SpoolStore::hold(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Queued, MessageState::Held, now, JournalKind::Held);
}

Result<int> SpoolStore::release(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Held, MessageState::Queued, now, JournalKind::Released);
}

Result<int> SpoolStore::remove(const QueueId &id, TimePoint now)
{
    const QueueSelection selection{id};
    auto removed = change(selection, MessageState::Held, MessageState::Deleted, now, JournalKind::Deleted);
    if (!removed && removed.error().kind == ErrorKind::NotFound)
        removed = change(selection, MessageState::Queued, MessageState::Deleted, now, JournalKind::Deleted);
    if (!removed)
        return removed;
    if (auto gone = removeBody(id.sequence()); !gone)
        return tl::unexpected(gone.error());
    return removed;
}

} // namespace relaywright
