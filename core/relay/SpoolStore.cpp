// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolStore.h"

#include "core/relay/SpoolRow.h"

namespace relaywright {

namespace {

std::int64_t ms(TimePoint time)
{
    return time.time_since_epoch().count();
}

QByteArray senderText(const ReversePath &sender)
{
    return sender ? sender->toString().toUtf8() : QByteArray();
}

} // namespace

Result<std::unique_ptr<SpoolStore>> SpoolStore::open(Database database, const SpoolFolder &folder, SpoolCounts &counts)
{
    std::unique_ptr<SpoolStore> store(new SpoolStore(std::move(database), folder, counts));
    if (auto prepared = store->prepare(); !prepared)
        return tl::unexpected(prepared.error());
    if (auto read = store->readMeta(); !read)
        return tl::unexpected(read.error());
    return store;
}

Result<void> SpoolStore::prepare()
{
    const std::pair<Statement *, const char *> all[] = {
        {&m_sql.insertMessage,
         "INSERT INTO message(seq, received_at, expires_at, source, sender, recipients, size, checksum, has_8bit, body_file, state, "
         "attempts, next_attempt, last_reply) VALUES(?,?,?,?,?,?,?,?,?,?,0,0,?,'')"},
        {&m_sql.insertBody, "INSERT INTO body VALUES(?, ?)"},
        {&m_sql.insertJournal,
         "INSERT INTO journal SELECT ?1, (SELECT IFNULL(MAX(n), 0) + 1 FROM journal WHERE seq = ?1), ?2, ?3, ?4"},
        {&m_sql.settle,
         "UPDATE message SET state = ?2, remaining = ?3, attempts = attempts + ?4, next_attempt = ?5, last_reply = ?6, "
         "finished_at = ?7 WHERE seq = ?1 AND state = 0"},
        {&m_sql.deleteBody, "DELETE FROM body WHERE seq = ?"},
        {&m_sql.upsertQuota,
         "INSERT INTO quota VALUES(?, ?, ?) ON CONFLICT(second) DO UPDATE SET messages = messages + excluded.messages, "
         "recipients = recipients + excluded.recipients"},
        {&m_sql.due, SPOOL_ROW_WITH_BODY "WHERE state = 0 AND next_attempt <= ?1 ORDER BY next_attempt LIMIT ?2"},
        {&m_sql.nextDue, "SELECT seq, next_attempt FROM message WHERE state = 0 ORDER BY next_attempt LIMIT ?"},
        {&m_sql.expired, SPOOL_ROW_WITH_BODY "WHERE seq IN (SELECT seq FROM message INDEXED BY message_due WHERE state = 0 "
                                             "AND expires_at <= ?1 LIMIT ?2)"},
        {&m_sql.one, "SELECT state FROM message WHERE seq = ?"},
        {&m_sql.bodyFile, "SELECT body_file FROM message WHERE seq = ? AND body_file IS NOT NULL"},
        {&m_sql.listWaiting,
         SPOOL_ROW "WHERE seq IN (SELECT seq FROM message WHERE state = 0 UNION ALL SELECT seq FROM message WHERE state = 1) "
                   "ORDER BY seq LIMIT ?"},
        {&m_sql.story, "SELECT at, kind, detail FROM journal WHERE seq = ? ORDER BY n"},
        {&m_sql.setState, "UPDATE message SET state = ?2, finished_at = ?3 WHERE seq = ?1"},
        {&m_sql.setNext, "UPDATE message SET next_attempt = ?2 WHERE seq = ?1"},
        {&m_sql.purgeRows,
         "SELECT seq FROM message WHERE finished_at IS NOT NULL AND (finished_at < ?1 OR ?2 > 0) ORDER BY finished_at LIMIT ?3"},
        {&m_sql.quota, "SELECT second, messages, recipients FROM quota WHERE second >= ? ORDER BY second"},
    };
    for (const auto &[statement, sql] : all) {
        auto prepared = m_database.prepare(sql);
        if (!prepared)
            return tl::unexpected(prepared.error());
        *statement = std::move(*prepared);
    }
    return {};
}

Result<void> SpoolStore::readMeta()
{
    const auto instance = m_database.integer("SELECT value FROM meta WHERE key = 'instance'", 0);
    const auto first = m_database.integer("SELECT MAX((SELECT value FROM meta WHERE key = 'next_seq'), "
                                          "(SELECT IFNULL(MAX(seq), 0) + 1 FROM message))", 1);
    const auto queued = m_database.integer("SELECT COUNT(*) FROM message WHERE state = 0", 0);
    const auto held = m_database.integer("SELECT COUNT(*) FROM message WHERE state = 1", 0);
    const auto damaged = m_database.integer("SELECT COUNT(*) FROM message WHERE finished_at IS NOT NULL AND state = 5", 0);
    if (!instance || !first || !queued || !held || !damaged)
        return tl::unexpected(m_database.lastError());
    m_instance = static_cast<std::uint32_t>(*instance);
    m_firstFree = static_cast<std::uint64_t>(*first);
    m_counts.queued = *queued;
    m_counts.held = *held;
    m_counts.damaged = *damaged;
    return {};
}

Result<void> SpoolStore::done(Statement &statement)
{
    if (statement.step() == Statement::Step::Failed)
        return tl::unexpected(m_database.lastError());
    return {};
}

Result<void> SpoolStore::begin()
{
    return m_database.execute("BEGIN IMMEDIATE");
}

Result<void> SpoolStore::commit()
{
    if (auto committed = m_database.execute("COMMIT"); !committed) {
        rollBack();
        return committed;
    }
    m_counts.queued += m_delta.queued;
    m_counts.held += m_delta.held;
    m_counts.damaged += m_delta.damaged;
    m_delta = {};
    for (const std::uint64_t sequence : m_toUnclaim)
        m_claimed.erase(sequence);
    m_toUnclaim.clear();
    for (const QString &name : std::as_const(m_toRemove))
        QFile::remove(m_folder.bodyFile(name)); // one that cannot go now is swept at the next start
    m_toRemove.clear();
    return {};
}

void SpoolStore::rollBack()
{
    if (m_database.inTransaction())
        (void)m_database.execute("ROLLBACK");
    m_delta = {};
    m_toUnclaim.clear();
    m_toRemove.clear();
}

void SpoolStore::count(MessageState state, std::int64_t by)
{
    if (state == MessageState::Queued)
        m_delta.queued += by;
    else if (state == MessageState::Held)
        m_delta.held += by;
    else if (state == MessageState::Damaged)
        m_delta.damaged += by;
}

Result<void> SpoolStore::insert(const SpoolMessage &message)
{
    const auto seq = static_cast<std::int64_t>(message.id.sequence());
    const QByteArray source = message.source.toUtf8();
    const QByteArray sender = senderText(message.sender);
    const QByteArray recipients = joinAddresses(message.recipients);
    const QByteArray fileName = message.body.fileName.toLatin1();
    Statement &sql = m_sql.insertMessage;
    sql.bind(1, seq).bind(2, ms(message.receivedAt)).bind(3, ms(message.expiresAt)).bindText(4, source).bindText(5, sender)
        .bindText(6, recipients).bind(7, static_cast<std::int64_t>(message.body.size))
        .bind(8, static_cast<std::int64_t>(message.body.checksum)).bind(9, message.body.has8Bit ? 1 : 0).bind(11, ms(message.nextAttempt));
    if (fileName.isEmpty())
        sql.bindNull(10);
    else
        sql.bindText(10, fileName);
    if (auto inserted = done(sql); !inserted)
        return inserted;
    count(MessageState::Queued, 1);
    if (!fileName.isEmpty())
        return {};
    return done(m_sql.insertBody.bind(1, seq).bindBlob(2, message.body.octets));
}

Result<void> SpoolStore::addEvent(const QueueId &id, const JournalEvent &event)
{
    const QByteArray detail = event.detail.toUtf8();
    return done(m_sql.insertJournal.bind(1, static_cast<std::int64_t>(id.sequence())).bind(2, ms(event.at))
                    .bind(3, static_cast<int>(event.kind)).bindText(4, detail));
}

Result<void> SpoolStore::removeBody(std::uint64_t sequence)
{
    const auto seq = static_cast<std::int64_t>(sequence);
    switch (m_sql.bodyFile.bind(1, seq).step()) {
    case Statement::Step::Row:
        m_toRemove += m_sql.bodyFile.text(0);
        m_sql.bodyFile.reset();
        return {};
    case Statement::Step::Done: return done(m_sql.deleteBody.bind(1, seq));
    case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
    }
    Q_UNREACHABLE();
}

Result<void> SpoolStore::settle(const Settlement &settlement)
{
    const auto seq = static_cast<std::int64_t>(settlement.id.sequence());
    const QByteArray remaining = joinAddresses(settlement.remaining);
    const QByteArray reply = settlement.lastReply.toUtf8();
    Statement &sql = m_sql.settle;
    sql.bind(1, seq).bind(2, static_cast<int>(settlement.state)).bindText(3, remaining).bind(4, settlement.countsAsAttempt ? 1 : 0)
        .bind(5, ms(settlement.nextAttempt)).bindText(6, reply);
    if (isFinished(settlement.state))
        sql.bind(7, ms(settlement.at));
    else
        sql.bindNull(7);
    if (auto settled = done(sql); !settled)
        return settled;
    m_toUnclaim.push_back(settlement.id.sequence());
    if (m_database.changes() == 1 && isFinished(settlement.state)) {
        count(MessageState::Queued, -1);
        if (auto removed = removeBody(settlement.id.sequence()); !removed)
            return removed;
    }
    for (const JournalEvent &event : settlement.events) {
        if (auto added = addEvent(settlement.id, event); !added)
            return added;
    }
    if (settlement.quota.messages > 0) {
        const std::int64_t second = ms(settlement.quota.at) / 1000;
        if (auto logged = done(m_sql.upsertQuota.bind(1, second).bind(2, settlement.quota.messages).bind(3, settlement.quota.recipients));
            !logged)
            return logged;
    }
    return settlement.bounce ? insert(*settlement.bounce) : Result<void>();
}

Result<void> SpoolStore::setDamaged(const QueueId &id, const QString &why)
{
    const auto now = SystemClock().now();
    if (auto begun = begin(); !begun)
        return begun;
    Result<void> result = done(m_sql.setState.bind(1, static_cast<std::int64_t>(id.sequence())).bind(2, static_cast<int>(MessageState::Damaged))
                                   .bind(3, ms(now)));
    if (result)
        result = addEvent(id, {now, JournalKind::Damaged, why});
    count(MessageState::Queued, -1);
    count(MessageState::Damaged, 1);
    if (result)
        return commit();
    rollBack();
    return result;
}

Result<bool> SpoolStore::purge(TimePoint before, TimePoint now)
{
    constexpr int kPiece = 500;
    const auto finished = m_database.integer("SELECT COUNT(*) FROM message WHERE finished_at IS NOT NULL", 0);
    if (!finished)
        return tl::unexpected(finished.error());
    const std::int64_t over = *finished - kMaxHistoryMessages;
    std::vector<std::int64_t> rows;
    m_sql.purgeRows.bind(1, ms(before)).bind(2, over).bind(3, over > 0 ? std::min<std::int64_t>(over, kPiece) : kPiece);
    while (m_sql.purgeRows.step() == Statement::Step::Row)
        rows.push_back(m_sql.purgeRows.integer(0));
    // The sequence must go on where it was, also when the newest rows go (QueueId).
    if (auto kept = m_database.execute("UPDATE meta SET value = MAX(value, (SELECT IFNULL(MAX(seq), 0) + 1 FROM message)) "
                                       "WHERE key = 'next_seq'"); !kept)
        return tl::unexpected(kept.error());
    for (const std::int64_t seq : rows) {
        const QByteArray number = QByteArray::number(static_cast<qint64>(seq));
        if (auto removed = removeBody(static_cast<std::uint64_t>(seq)); !removed)
            return tl::unexpected(removed.error());
        const QByteArray sql = "DELETE FROM journal WHERE seq = " + number + "; DELETE FROM message WHERE seq = " + number;
        if (auto gone = m_database.execute(sql.constData()); !gone)
            return tl::unexpected(gone.error());
    }
    const QByteArray quota = "DELETE FROM quota WHERE second < " + QByteArray::number(static_cast<qint64>(ms(now) / 1000 - 90'000));
    if (auto gone = m_database.execute(quota.constData()); !gone)
        return tl::unexpected(gone.error());
    return static_cast<int>(rows.size()) == kPiece;
}

} // namespace relaywright
