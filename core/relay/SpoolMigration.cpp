// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolMigration.h"

#include "core/relay/BodyChecksum.h"
#include "core/relay/SpoolRow.h"

namespace relaywright {

namespace {

constexpr int kPiece = 200;

/// What the first schema kept of a message's octets: FNV-1a, 64 bits.
std::uint64_t oldChecksum(QByteArrayView octets)
{
    std::uint64_t sum = 0xcbf29ce484222325u;
    for (const char c : octets)
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return sum;
}

struct Moved {
    std::int64_t seq = 0;
    LogPlace place;
    std::uint64_t checksum = 0;
};

Result<Moved> move(const Statement &row, std::uint32_t instance, SpoolLog &log)
{
    auto message = readRow(row, instance);
    if (!message)
        return failure(ErrorKind::InvalidInput, message.error().detail);
    SpoolBody &body = message->body;
    if (body.fileName.isEmpty()) {
        body.octets = row.octets(18);
        if (static_cast<std::uint64_t>(body.octets.size()) != body.size || oldChecksum(body.octets) != body.checksum)
            return failure(ErrorKind::InvalidInput, QStringLiteral("its octets are not those that were accepted."));
        body.checksum = bodyChecksum(body.octets);
    }
    if (message->recipients.empty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("it has no recipients."));
    const auto seq = static_cast<std::int64_t>(message->id.sequence());
    const std::uint64_t checksum = body.checksum;
    const LogEntry entry = Relocation{std::move(*message)};
    auto place = log.stage(entry);
    if (!place) {
        if (auto flushed = log.flush(); !flushed)
            return tl::unexpected(flushed.error());
        if (auto next = log.advance(); !next)
            return tl::unexpected(next.error());
        place = log.stage(entry);
    }
    if (!place)
        return failure(ErrorKind::Storage, QStringLiteral("The message is larger than the spool's log takes."));
    return Moved{seq, *place, checksum};
}

Result<void> record(Database &database, const std::vector<Moved> &moved, const std::vector<std::int64_t> &damaged)
{
    QByteArray sql = "BEGIN IMMEDIATE;";
    for (const Moved &one : moved)
        sql +=
            QStringLiteral(
                "UPDATE message SET segment = %1, place_offset = %2, place_length = %3, checksum = %4 WHERE seq = %5;")
                .arg(one.place.segment)
                .arg(one.place.offset)
                .arg(one.place.length)
                .arg(static_cast<qint64>(one.checksum))
                .arg(static_cast<qint64>(one.seq))
                .toLatin1();
    for (const std::int64_t seq : damaged)
        sql += "UPDATE message SET state = 5, finished_at = received_at WHERE seq = "
               + QByteArray::number(static_cast<qint64>(seq)) + ';';
    sql += "COMMIT";
    auto done = database.execute(sql.constData());
    if (!done && database.inTransaction())
        (void)database.execute("ROLLBACK");
    return done;
}

} // namespace

Result<QStringList> moveOldBodies(Database &database, SpoolLog &log)
{
    QStringList notices;
    const auto old = database.integer("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'body'", 0);
    const auto instance = database.integer("SELECT value FROM meta WHERE key = 'instance'", 0);
    if (!old || !instance)
        return tl::unexpected(database.lastError());
    if (*old == 0)
        return notices;
    const auto replayed = log.replay({}, static_cast<std::uint32_t>(*instance), [](LogEntry &&, const LogPlace &) {});
    if (!replayed)
        return tl::unexpected(replayed.error());
    if (auto begun = log.begin(replayed->end); !begun)
        return tl::unexpected(begun.error());
    const auto id = static_cast<std::uint32_t>(*instance);
    auto rows = database.prepare("SELECT " SPOOL_ROW_COLUMNS
                                 ", (SELECT octets FROM body WHERE body.seq = message.seq) FROM message "
                                 "WHERE state < 2 AND segment = 0 LIMIT ?");
    if (!rows)
        return tl::unexpected(rows.error());
    for (;;) {
        std::vector<Moved> moved;
        std::vector<std::int64_t> damaged;
        rows->bind(1, kPiece);
        Statement::Step step = Statement::Step::Done;
        while ((step = rows->step()) == Statement::Step::Row) {
            auto one = move(*rows, id, log);
            if (one) {
                moved.push_back(*one);
                continue;
            }
            if (one.error().kind == ErrorKind::Storage)
                return tl::unexpected(one.error());
            damaged.push_back(rows->integer(0));
            notices += QStringLiteral("Message %1 was set aside: %2")
                           .arg(QueueId(id, static_cast<std::uint64_t>(rows->integer(0))).toString(), one.error().detail);
        }
        if (step == Statement::Step::Failed)
            return tl::unexpected(database.lastError());
        if (moved.empty() && damaged.empty())
            break;
        if (auto flushed = log.flush(); !flushed)
            return tl::unexpected(flushed.error());
        if (auto recorded = record(database, moved, damaged); !recorded)
            return tl::unexpected(recorded.error());
    }
    const auto left = database.integer("SELECT COUNT(*) FROM message WHERE state < 2 AND segment = 0", 1);
    if (!left || *left > 0)
        return failure(ErrorKind::Storage, QStringLiteral("The messages of the older spool could not be taken over."));
    const LogPosition end = log.end();
    const QByteArray sql = QStringLiteral("BEGIN IMMEDIATE; DROP TABLE body; UPDATE meta SET value = %1 WHERE key = 'applied_segment'; "
                                          "UPDATE meta SET value = %2 WHERE key = 'applied_offset'; COMMIT")
                               .arg(end.segment)
                               .arg(end.offset)
                               .toLatin1();
    if (auto dropped = database.execute(sql.constData()); !dropped) {
        if (database.inTransaction())
            (void)database.execute("ROLLBACK");
        return tl::unexpected(dropped.error());
    }
    return notices;
}

} // namespace relaywright
