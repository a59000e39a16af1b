// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolSchema.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <vector>

namespace relaywright {

namespace {

// EXCLUSIVE keeps the wal-index out of shared memory and a second writer out of the file. fullfsync matters on macOS,
// where fsync alone does not reach the platter. A WAL that once grew large is cut back at the next checkpoint.
constexpr const char *kPragmas = R"(
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = 1;
    PRAGMA checkpoint_fullfsync = 1;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
)";

// `message` is queue and history: a finished row stays (without its body) until the history is purged. `recipients`
// and `remaining` hold one address a line; no address can hold a line break. Times are milliseconds since 1970 UTC.
constexpr const char *kSchema1 = R"(
    CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE message(
        seq INTEGER PRIMARY KEY,
        received_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        source TEXT NOT NULL,
        sender TEXT NOT NULL,
        recipients TEXT NOT NULL,
        remaining TEXT,
        size INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        has_8bit INTEGER NOT NULL,
        body_file TEXT,
        state INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        next_attempt INTEGER NOT NULL,
        last_reply TEXT NOT NULL,
        finished_at INTEGER);
    CREATE INDEX message_due ON message(next_attempt, expires_at) WHERE state = 0;
    CREATE INDEX message_held ON message(seq) WHERE state = 1;
    CREATE INDEX message_finished ON message(finished_at) WHERE finished_at IS NOT NULL;
    CREATE TABLE body(seq INTEGER PRIMARY KEY, octets BLOB NOT NULL);
    CREATE TABLE journal(
        seq INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY(seq, n)) WITHOUT ROWID;
    CREATE TABLE quota(second INTEGER PRIMARY KEY, messages INTEGER NOT NULL, recipients INTEGER NOT NULL);
    PRAGMA user_version = 1;
)";

struct Fault {
    Error error;
    bool damaged = false;
};
template <class T>
using Checked = tl::expected<T, Fault>;

tl::unexpected<Fault> fault(const Database &database)
{
    return tl::unexpected(Fault{database.lastError(), database.isDamaged()});
}

/// Each step takes the schema from one version to the next; today there is only the first.
Result<void> migrate(Database &database, std::int64_t version)
{
    if (version >= kSpoolSchemaVersion)
        return {};
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<void> made = database.execute(kSchema1);
    const std::int64_t instance = QRandomGenerator::system()->bounded(1 << 20);
    const QByteArray meta = "INSERT INTO meta VALUES('instance', " + QByteArray::number(qint64(instance)) + "), ('next_seq', 1)";
    if (made)
        made = database.execute(meta.constData());
    if (made)
        made = database.execute("COMMIT");
    if (!made && database.inTransaction())
        (void)database.execute("ROLLBACK");
    return made;
}

Checked<Database> openChecked(const QString &file)
{
    auto opened = Database::open(file);
    if (!opened)
        return tl::unexpected(Fault{opened.error(), false});
    Database &database = *opened;
    if (!database.execute(kPragmas))
        return fault(database);
    const auto version = database.integer("PRAGMA user_version", 0);
    if (!version)
        return fault(database);
    if (*version > kSpoolSchemaVersion)
        return tl::unexpected(Fault{{ErrorKind::Unsupported,
                                     QStringLiteral("The spool %1 was written by a newer Relaywright. Update Relaywright, or give "
                                                    "this relay a spool of its own.").arg(file)}});
    const auto verdict = database.text("PRAGMA quick_check(1)");
    if (!verdict)
        return fault(database);
    if (*verdict != QLatin1String("ok"))
        return tl::unexpected(Fault{{ErrorKind::Storage, *verdict}, true});
    if (!migrate(database, *version))
        return fault(database);
    return std::move(*opened);
}

constexpr const char *kCopied
    = "seq, received_at, expires_at, source, sender, recipients, remaining, size, checksum, has_8bit, body_file, state, "
      "attempts, next_attempt, last_reply, finished_at";
constexpr int kCopiedColumns = 16;

/// Copies one row and its body; false when the body cannot be read.
bool copyRow(Statement &from, Statement &bodyFrom, Statement &to, Statement &bodyTo)
{
    std::vector<QByteArray> texts(kCopiedColumns); // bound by reference until `to` has run
    for (int column = 0; column < kCopiedColumns; ++column) {
        const bool isText = (column >= 3 && column <= 6) || column == 10 || column == 14;
        if (from.isNull(column))
            to.bindNull(column + 1);
        else if (isText)
            to.bindText(column + 1, texts[static_cast<std::size_t>(column)] = from.octets(column));
        else
            to.bind(column + 1, from.integer(column));
    }
    const std::int64_t seq = from.integer(0);
    const Statement::Step found = bodyFrom.bind(1, seq).step();
    if (found == Statement::Step::Failed)
        return false;
    if (found == Statement::Step::Row) {
        const QByteArray octets = bodyFrom.octets(0);
        bodyFrom.reset();
        if (bodyTo.bind(1, seq).bindBlob(2, octets).step() == Statement::Step::Failed)
            return false;
    }
    return to.step() == Statement::Step::Done;
}

/// Copies rows in one direction until the damage; answers how many.
int copyRows(Database &old, Database &fresh, const char *order)
{
    const QByteArray select = QByteArray("SELECT ") + kCopied + " FROM message NOT INDEXED ORDER BY seq " + order;
    const QByteArray insert = QByteArray("INSERT OR IGNORE INTO message(") + kCopied + ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    auto from = old.prepare(select.constData());
    auto bodyFrom = old.prepare("SELECT octets FROM body WHERE seq = ?");
    auto to = fresh.prepare(insert.constData());
    auto bodyTo = fresh.prepare("INSERT OR IGNORE INTO body VALUES(?, ?)");
    if (!from || !bodyFrom || !to || !bodyTo)
        return 0;
    int copied = 0;
    while (from->step() == Statement::Step::Row)
        copied += copyRow(*from, *bodyFrom, *to, *bodyTo) && fresh.changes() > 0 ? 1 : 0;
    return copied;
}

/// What can be read of a damaged database: from its start to the damage, and from its end back to it.
int rescue(const QString &damagedFile, Database &fresh)
{
    auto old = Database::open(damagedFile);
    if (!old)
        return 0;
    (void)old->execute("PRAGMA locking_mode = EXCLUSIVE");
    (void)fresh.execute("BEGIN IMMEDIATE");
    int copied = copyRows(*old, fresh, "ASC");
    copied += copyRows(*old, fresh, "DESC");
    // Ids given out before must not be given out again, even when their records are lost.
    (void)fresh.execute("UPDATE meta SET value = MAX(value, (SELECT IFNULL(MAX(seq), 0) + 1000000 FROM message)) WHERE key = 'next_seq'");
    if (!fresh.execute("COMMIT")) {
        (void)fresh.execute("ROLLBACK");
        return 0;
    }
    return copied;
}

Result<std::set<QString>> namedBodies(Database &database)
{
    auto statement = database.prepare("SELECT body_file FROM message WHERE body_file IS NOT NULL AND state NOT IN (2, 3, 4)");
    if (!statement)
        return tl::unexpected(statement.error());
    std::set<QString> names;
    for (;;) {
        switch (statement->step()) {
        case Statement::Step::Row: names.insert(statement->text(0)); break;
        case Statement::Step::Done: return names;
        case Statement::Step::Failed: return tl::unexpected(database.lastError());
        }
    }
}

Result<OpenedSpool> replaceDamaged(const SpoolFolder &folder, TimePoint now, const QString &why)
{
    const QString stamp = toDateTime(now).toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const auto moved = folder.setAside(folder.databaseFile(), stamp);
    if (!moved)
        return tl::unexpected(moved.error());
    auto fresh = openChecked(folder.databaseFile());
    if (!fresh)
        return tl::unexpected(fresh.error().error);
    const int copied = rescue(*moved, *fresh);
    QStringList notices{QStringLiteral("The spool's database was damaged (%1). It was set aside as %2; %3 of its messages could be "
                                       "read and were taken over.").arg(why, *moved).arg(copied)};
    return OpenedSpool{std::move(*fresh), std::move(notices)};
}

} // namespace

Result<OpenedSpool> openSpoolDatabase(const SpoolFolder &folder, TimePoint now)
{
    OpenedSpool spool;
    if (auto database = openChecked(folder.databaseFile())) {
        spool.database = std::move(*database);
    } else if (database.error().damaged) {
        auto replaced = replaceDamaged(folder, now, database.error().error.detail);
        if (!replaced)
            return tl::unexpected(replaced.error());
        spool = std::move(*replaced);
    } else {
        return tl::unexpected(database.error().error);
    }
    const auto named = namedBodies(spool.database);
    if (!named)
        return tl::unexpected(named.error());
    const bool rescued = !spool.notices.isEmpty();
    if (const int swept = folder.sweepBodies(*named, rescued); swept > 0 && rescued)
        spool.notices += QStringLiteral("%1 body files without a record were moved to %2.").arg(swept).arg(folder.damagedFolder());
    if (auto synced = syncFolder(folder.path()); !synced)
        return tl::unexpected(synced.error());
    return spool;
}

} // namespace relaywright
