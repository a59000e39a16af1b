// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolLedger.h"

#include "core/base/Overloaded.h"
#include "core/relay/SpoolRow.h"

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

std::int64_t ms(TimePoint time)
{
    return time.time_since_epoch().count();
}

bool asksForDelay(const QByteArray &dsn)
{
    const auto asked = splitDsn(dsn);
    return asked && asked->wantsDelay();
}

} // namespace

/// What a batch does to one message. Of most messages all of their life stands in one batch: then it is one row to write.
struct SpoolLedger::Row {
    const SpoolMessage *message = nullptr; ///< null: the ledger has it already
    std::optional<LogPlace> place;
    std::optional<MessageState> state;
    int attempts = 0; ///< more than before
    std::optional<TimePoint> nextAttempt;
    std::optional<QString> lastReply;
    const std::vector<EmailAddress> *remaining = nullptr;
    std::optional<TimePoint> finishedAt;
};

struct SpoolLedger::Batch {
    std::map<std::uint64_t, Row> rows;
    std::vector<std::pair<std::uint64_t, JournalEvent>> events;
    std::map<std::pair<std::uint64_t, std::int64_t>, QuotaUse> quota; ///< by account and second

    void accept(const SpoolMessage &message, const LogPlace &place)
    {
        Row &row = rows[message.id.sequence()];
        row.message = &message;
        row.place = place;
        row.nextAttempt = message.nextAttempt;
    }

    void settle(const Settlement &settlement, const LogPlace &place)
    {
        Row &row = rows[settlement.id.sequence()];
        if (row.finishedAt)
            return;
        row.state = settlement.state;
        row.attempts += settlement.countsAsAttempt ? 1 : 0;
        row.nextAttempt = settlement.nextAttempt;
        row.lastReply = settlement.lastReply;
        row.remaining = &settlement.remaining;
        if (isFinished(settlement.state))
            row.finishedAt = settlement.at;
        for (const JournalEvent &event : settlement.events)
            events.emplace_back(settlement.id.sequence(), event);
        if (settlement.quota.messages > 0) {
            QuotaUse &use = quota[{settlement.quota.account, ms(settlement.quota.at) / 1000}];
            use.messages += settlement.quota.messages;
            use.recipients += settlement.quota.recipients;
        }
        if (settlement.bounce)
            accept(*settlement.bounce, place);
    }

    void change(const StateChange &change)
    {
        for (const std::uint64_t sequence : change.sequences) {
            Row &row = rows[sequence];
            if (row.finishedAt)
                continue;
            row.state = change.to;
            if (change.nextAttempt)
                row.nextAttempt = change.nextAttempt;
            if (isFinished(change.to))
                row.finishedAt = change.at;
            events.emplace_back(sequence, JournalEvent{change.at, change.kind, change.detail});
        }
    }
};

Result<std::unique_ptr<SpoolLedger>> SpoolLedger::open(Database database)
{
    std::unique_ptr<SpoolLedger> ledger(new SpoolLedger(std::move(database)));
    if (auto prepared = ledger->prepare(); !prepared)
        return tl::unexpected(prepared.error());
    if (auto read = ledger->readMeta(); !read)
        return tl::unexpected(read.error());
    return ledger;
}

Result<void> SpoolLedger::prepare()
{
    const std::pair<Statement *, const char *> all[] = {
        {&m_sql.insertMessage,
         "INSERT OR IGNORE INTO message(seq, received_at, expires_at, source, sender, recipients, remaining, size, "
         "checksum, has_8bit, "
         "body_file, state, attempts, next_attempt, last_reply, finished_at, segment, place_offset, place_length, "
         "helo, user, utf8, dsn) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&m_sql.insertJournal, "INSERT INTO journal(seq, at, kind, detail) VALUES(?,?,?,?)"},
        {&m_sql.settle,
         "UPDATE message SET state = IFNULL(?2, state), remaining = IFNULL(?3, remaining), attempts = attempts + ?4, "
         "next_attempt = IFNULL(?5, next_attempt), last_reply = IFNULL(?6, last_reply), finished_at = ?7 WHERE seq = "
         "?1 AND state < 2"},
        {&m_sql.setPlace, "UPDATE message SET segment = ?2, place_offset = ?3, place_length = ?4 WHERE seq = ?1"},
        {&m_sql.upsertQuota, "INSERT INTO quota VALUES(?, ?, ?, ?) ON CONFLICT(second, account) DO UPDATE SET "
                             "messages = messages + excluded.messages, recipients = recipients + excluded.recipients"},
        {&m_sql.setMeta, "UPDATE meta SET value = ?2 WHERE key = ?1"},
        {&m_sql.one, "SELECT " SPOOL_ROW_COLUMNS ", finished_at FROM message WHERE seq = ?"},
        {&m_sql.story, "SELECT at, kind, detail FROM journal WHERE seq = ? ORDER BY n"},
        {&m_sql.insertConversation, "INSERT INTO conversation(seq, n, packed) VALUES(?,?,?)"},
        {&m_sql.conversations, "SELECT packed FROM conversation WHERE seq = ? ORDER BY n"},
        {&m_sql.purgeRows,
         "SELECT seq, finished_at FROM message WHERE finished_at IS NOT NULL AND (finished_at < ?1 OR "
         "?2 > 0) ORDER BY finished_at LIMIT ?3"},
        {&m_sql.purgeJournal, "DELETE FROM journal WHERE seq = ?"},
        {&m_sql.purgeConversations, "DELETE FROM conversation WHERE seq = ?"},
        {&m_sql.purgeMessage, "DELETE FROM message WHERE seq = ?"},
        {&m_sql.quota, "SELECT second, messages, recipients, account FROM quota WHERE second >= ? ORDER BY second"},
    };
    for (const auto &[statement, sql] : all) {
        auto prepared = m_database.prepare(sql);
        if (!prepared)
            return tl::unexpected(prepared.error());
        *statement = std::move(*prepared);
    }
    return {};
}

Result<void> SpoolLedger::readMeta()
{
    const auto instance = m_database.integer("SELECT value FROM meta WHERE key = 'instance'", 0);
    const auto first = m_database.integer("SELECT MAX((SELECT value FROM meta WHERE key = 'next_seq'), "
                                          "(SELECT IFNULL(MAX(seq), 0) + 1 FROM message))",
                                          1);
    const auto segment = m_database.integer("SELECT value FROM meta WHERE key = 'applied_segment'", 0);
    const auto offset = m_database.integer("SELECT value FROM meta WHERE key = 'applied_offset'", 0);
    const auto damaged =
        m_database.integer("SELECT COUNT(*) FROM message WHERE finished_at IS NOT NULL AND state = 5", 0);
    if (!instance || !first || !segment || !offset || !damaged)
        return tl::unexpected(m_database.lastError());
    m_instance = static_cast<std::uint32_t>(*instance);
    m_firstFree = static_cast<std::uint64_t>(*first);
    m_applied = {static_cast<std::uint32_t>(*segment), static_cast<std::uint32_t>(*offset)};
    m_damaged = *damaged;
    // Later than all that came before a restart, without a look at all of them.
    m_notes = QDateTime::currentMSecsSinceEpoch() << 20;
    return {};
}

Result<void> SpoolLedger::done(Statement &statement)
{
    if (statement.step() == Statement::Step::Failed)
        return tl::unexpected(m_database.lastError());
    return {};
}

Result<void> SpoolLedger::inTransaction(const std::function<Result<void>()> &work)
{
    if (auto begun = m_database.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<void> result = work();
    if (result)
        result = m_database.execute("COMMIT");
    if (!result && m_database.inTransaction())
        (void)m_database.execute("ROLLBACK");
    return result;
}

Result<void> SpoolLedger::apply(const std::vector<LoggedEntry> &entries, LogPosition end,
                                const std::vector<ConversationNote> &notes)
{
    Batch batch;
    for (const auto &[entry, where] : entries) {
        const LogPlace &place = where;
        std::visit(Overloaded{
                       [&](const Acceptance &acceptance) { batch.accept(acceptance.message, place); },
                       [&](const Relocation &moved) { batch.rows[moved.message.id.sequence()].place = place; },
                       [&](const Settlement &settlement) { batch.settle(settlement, place); },
                       [&](const StateChange &change) { batch.change(change); },
                       [](const SegmentStart &) {},
                   },
                   *entry);
    }
    auto applied = inTransaction([&] {
        auto written = write(batch, end);
        return written ? write(notes) : written;
    });
    if (applied)
        m_applied = end;
    return applied;
}

Result<void> SpoolLedger::write(const Batch &batch, LogPosition end)
{
    for (const auto &[sequence, row] : batch.rows) {
        if (auto written = write(sequence, row); !written)
            return written;
    }
    for (const auto &[sequence, event] : batch.events) {
        const QByteArray detail = event.detail.toUtf8();
        if (auto added = done(m_sql.insertJournal.bind(1, static_cast<std::int64_t>(sequence))
                                  .bind(2, ms(event.at))
                                  .bind(3, static_cast<int>(event.kind))
                                  .bindText(4, detail));
            !added)
            return added;
    }
    for (const auto &[key, use] : batch.quota) {
        if (auto logged = done(m_sql.upsertQuota.bind(1, key.second)
                                   .bind(2, static_cast<std::int64_t>(key.first))
                                   .bind(3, use.messages)
                                   .bind(4, use.recipients));
            !logged)
            return logged;
    }
    for (const auto &[key, value] :
         {std::pair("applied_segment", end.segment), std::pair("applied_offset", end.offset)}) {
        if (auto set = done(m_sql.setMeta.bindText(1, key).bind(2, static_cast<std::int64_t>(value))); !set)
            return set;
    }
    return {};
}

Result<void> SpoolLedger::write(std::uint64_t sequence, const Row &row)
{
    const auto seq = static_cast<std::int64_t>(sequence);
    const QByteArray remaining = row.remaining ? joinAddresses(*row.remaining) : QByteArray();
    const QByteArray reply = row.lastReply.value_or(QString()).toUtf8();
    if (row.message) {
        const SpoolMessage &message = *row.message;
        const QByteArray source = message.source.toUtf8();
        const QByteArray sender = message.sender ? message.sender->toString().toUtf8() : QByteArray();
        const QByteArray recipients = joinAddresses(message.recipients);
        const QByteArray fileName = message.body.fileName.toLatin1();
        const QByteArray helo = message.helo.toUtf8();
        const QByteArray user = message.user.toUtf8();
        const QByteArray dsn = message.dsn.isEmpty() ? QByteArray() : joinDsn(message.dsn);
        Statement &sql = m_sql.insertMessage;
        sql.bind(1, seq)
            .bind(2, ms(message.receivedAt))
            .bind(3, ms(message.expiresAt))
            .bindText(4, source)
            .bindText(5, sender)
            .bindText(6, recipients)
            .bind(8, static_cast<std::int64_t>(message.body.size))
            .bind(9, static_cast<std::int64_t>(message.body.checksum))
            .bind(10, message.body.has8Bit ? 1 : 0)
            .bind(12, static_cast<int>(row.state.value_or(MessageState::Queued)))
            .bind(13, row.attempts)
            .bind(14, ms(*row.nextAttempt))
            .bindText(15, reply)
            .bind(17, row.place->segment)
            .bind(18, row.place->offset)
            .bind(19, row.place->length)
            .bindText(20, helo)
            .bindText(21, user)
            .bind(22, message.utf8 ? 1 : 0);
        dsn.isEmpty() ? sql.bindNull(23) : sql.bindText(23, dsn);
        row.remaining ? sql.bindText(7, remaining) : sql.bindNull(7);
        fileName.isEmpty() ? sql.bindNull(11) : sql.bindText(11, fileName);
        row.finishedAt ? sql.bind(16, ms(*row.finishedAt)) : sql.bindNull(16);
        return done(sql);
    }
    if (row.place) {
        if (auto moved = done(m_sql.setPlace.bind(1, seq)
                                  .bind(2, row.place->segment)
                                  .bind(3, row.place->offset)
                                  .bind(4, row.place->length));
            !moved)
            return moved;
    }
    if (!row.state)
        return {};
    Statement &sql = m_sql.settle;
    sql.bind(1, seq).bind(2, static_cast<int>(*row.state)).bind(4, row.attempts);
    row.remaining ? sql.bindText(3, remaining) : sql.bindNull(3);
    row.nextAttempt ? sql.bind(5, ms(*row.nextAttempt)) : sql.bindNull(5);
    row.lastReply ? sql.bindText(6, reply) : sql.bindNull(6);
    row.finishedAt ? sql.bind(7, ms(*row.finishedAt)) : sql.bindNull(7);
    return done(sql);
}

/// Of most messages all that was said comes at once: then it is one row.
Result<void> SpoolLedger::write(const std::vector<ConversationNote> &notes)
{
    std::vector<const ConversationNote *> ordered;
    ordered.reserve(notes.size());
    for (const ConversationNote &note : notes)
        ordered.push_back(&note);
    std::ranges::stable_sort(ordered, {}, &ConversationNote::sequence);
    for (auto note = ordered.begin(); note != ordered.end();) {
        const std::uint64_t sequence = (*note)->sequence;
        QByteArray packed = (*note)->packed;
        for (++note; note != ordered.end() && (*note)->sequence == sequence; ++note)
            packed += (*note)->packed;
        if (auto added = done(m_sql.insertConversation.bind(1, static_cast<std::int64_t>(sequence))
                                  .bind(2, ++m_notes)
                                  .bindBlob(3, packed));
            !added)
            return added;
    }
    return {};
}

Result<std::vector<WaitingMessage>> SpoolLedger::waiting()
{
    auto sql = m_database.prepare(
        "SELECT seq, state, attempts, next_attempt, expires_at, segment, place_offset, place_length, body_file, "
        "last_reply, remaining, received_at, dsn, dsn IS NOT NULL AND NOT EXISTS(SELECT 1 FROM journal WHERE "
        "journal.seq = message.seq AND journal.kind = ?) FROM message WHERE state < 2");
    if (!sql)
        return tl::unexpected(sql.error());
    sql->bind(1, static_cast<std::int64_t>(JournalKind::Delayed));
    const auto small = [&](int column) { return static_cast<std::uint32_t>(sql->integer(column)); };
    const auto time = [&](int column) { return TimePoint(std::chrono::milliseconds(sql->integer(column))); };
    std::vector<WaitingMessage> messages;
    for (;;) {
        switch (sql->step()) {
        case Statement::Step::Row: {
            WaitingMessage message{.sequence = static_cast<std::uint64_t>(sql->integer(0)),
                                   .state = static_cast<MessageState>(sql->integer(1)),
                                   .attempts = static_cast<int>(sql->integer(2)),
                                   .nextAttempt = time(3),
                                   .receivedAt = time(11),
                                   .expiresAt = time(4),
                                   .place = {small(5), small(6), small(7)},
                                   .bodyFile = sql->text(8),
                                   .lastReply = sql->text(9),
                                   .tellsDelay = sql->integer(13) != 0 && asksForDelay(sql->octets(12)),
                                   .remaining = {},
                                   .whole = {}};
            if (!isBodyName(message.bodyFile))
                message.bodyFile.clear(); // the record in the log has the true one
            if (!sql->isNull(10)) {
                // Addresses that are none leave nobody: then the message is set aside when it is due.
                auto remaining = splitAddresses(sql->octets(10)).value_or(std::vector<EmailAddress>());
                message.remaining = std::make_shared<const std::vector<EmailAddress>>(std::move(remaining));
            }
            messages.push_back(std::move(message));
            break;
        }
        case Statement::Step::Done: return messages;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

Result<void> SpoolLedger::endRescue()
{
    return m_database.execute("DELETE FROM meta WHERE key = 'rescued'");
}

Result<std::set<std::uint64_t>> SpoolLedger::sequences()
{
    auto sql = m_database.prepare("SELECT seq FROM message");
    if (!sql)
        return tl::unexpected(sql.error());
    std::set<std::uint64_t> all;
    for (;;) {
        switch (sql->step()) {
        case Statement::Step::Row: all.insert(static_cast<std::uint64_t>(sql->integer(0))); break;
        case Statement::Step::Done: return all;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

Result<std::set<QString>> SpoolLedger::keptBodies()
{
    auto sql = m_database.prepare(
        "SELECT body_file FROM message WHERE body_file IS NOT NULL AND finished_at IS NOT NULL AND state = 5");
    if (!sql)
        return tl::unexpected(sql.error());
    std::set<QString> names;
    for (;;) {
        switch (sql->step()) {
        case Statement::Step::Row: names.insert(sql->text(0)); break;
        case Statement::Step::Done: return names;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

Result<MessageStory> SpoolLedger::show(const QueueId &id, const std::set<std::uint64_t> &claimed)
{
    const tl::unexpected<Error> unknown = failure(
        ErrorKind::NotFound, QStringLiteral("There is no message %1 in the queue or the history.").arg(id.toString()));
    if (id.instance() != m_instance)
        return unknown;
    const auto seq = static_cast<std::int64_t>(id.sequence());
    if (m_sql.one.bind(1, seq).step() != Statement::Step::Row)
        return unknown;
    auto story = readStory(m_sql.one, m_instance);
    m_sql.one.reset();
    if (!story)
        return story;
    story->claimed = claimed.contains(id.sequence());
    story->events.push_back(
        {story->message.receivedAt, JournalKind::Accepted, QStringLiteral("from %1").arg(story->message.source)});
    m_sql.story.bind(1, seq);
    while (m_sql.story.step() == Statement::Step::Row)
        story->events.push_back({TimePoint(std::chrono::milliseconds(m_sql.story.integer(0))),
                                 static_cast<JournalKind>(m_sql.story.integer(1)), m_sql.story.text(2)});
    m_sql.conversations.bind(1, seq);
    while (m_sql.conversations.step() == Statement::Step::Row)
        story->conversations.push_back(m_sql.conversations.octets(0));
    return story;
}

Result<std::int64_t> SpoolLedger::ahead(const QueueId &id)
{
    const QByteArray seq = QByteArray::number(static_cast<qulonglong>(id.sequence()));
    const QByteArray sql = "SELECT COUNT(*) FROM message WHERE state < 2 AND state = 0 AND (next_attempt, seq) < "
                           "(SELECT next_attempt, seq FROM message WHERE seq = "
                           + seq + ')';
    return m_database.integer(sql.constData(), 0);
}

Result<std::vector<QuotaUse>> SpoolLedger::quotaUse(TimePoint since)
{
    std::vector<QuotaUse> uses;
    m_sql.quota.bind(1, ms(since) / 1000);
    for (;;) {
        switch (m_sql.quota.step()) {
        case Statement::Step::Row:
            uses.push_back({TimePoint(std::chrono::seconds(m_sql.quota.integer(0))),
                            static_cast<int>(m_sql.quota.integer(1)), static_cast<int>(m_sql.quota.integer(2)),
                            static_cast<std::uint64_t>(m_sql.quota.integer(3))});
            break;
        case Statement::Step::Done: return uses;
        case Statement::Step::Failed: return tl::unexpected(m_database.lastError());
        }
    }
}

} // namespace relaywright
