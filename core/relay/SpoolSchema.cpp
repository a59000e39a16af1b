// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolSchema.h"

#include <QDateTime>
#include <QFile>
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

// `message` is queue and history: a finished row stays until the history is purged. `recipients` and `remaining` hold one
// address a line; no address can hold a line break. Times are milliseconds since 1970 UTC. Octets were in `body` once.
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
)";

// The octets stand in the log: `segment` and the two others say where. What waits is kept in memory, so its index is one
// that finds it at the start. `applied_...` is where what the database has of the log ends.
constexpr const char *kSchema2 = R"(
    ALTER TABLE message ADD COLUMN segment INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE message ADD COLUMN place_offset INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE message ADD COLUMN place_length INTEGER NOT NULL DEFAULT 0;
    DROP INDEX message_due;
    DROP INDEX message_held;
    CREATE INDEX message_waiting ON message(seq) WHERE state < 2;
    ALTER TABLE journal RENAME TO journal1;
    CREATE TABLE journal(
        n INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        detail TEXT NOT NULL);
    INSERT INTO journal(seq, at, kind, detail) SELECT seq, at, kind, detail FROM journal1 ORDER BY seq, journal1.n;
    DROP TABLE journal1;
    CREATE INDEX journal_of ON journal(seq);
    INSERT INTO meta VALUES('applied_segment', 0), ('applied_offset', 0);
    PRAGMA user_version = 2;
)";

// What the device was and asked for; and whose quota was used (0: of before, when there was one).
constexpr const char *kSchema3 = R"(
    ALTER TABLE message ADD COLUMN helo TEXT NOT NULL DEFAULT '';
    ALTER TABLE message ADD COLUMN user TEXT NOT NULL DEFAULT '';
    ALTER TABLE message ADD COLUMN utf8 INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE message ADD COLUMN dsn TEXT;
    ALTER TABLE quota RENAME TO quota2;
    CREATE TABLE quota(
        second INTEGER NOT NULL,
        account INTEGER NOT NULL,
        messages INTEGER NOT NULL,
        recipients INTEGER NOT NULL,
        PRIMARY KEY(second, account)) WITHOUT ROWID;
    INSERT INTO quota SELECT second, 0, messages, recipients FROM quota2;
    DROP TABLE quota2;
    PRAGMA user_version = 3;
)";

// What both sides of a connection said, for the history: `packed` as in Conversation.h, in the order of `n`.
constexpr const char *kSchema4 = R"(
    CREATE TABLE conversation(
        seq INTEGER NOT NULL,
        n INTEGER NOT NULL,
        packed BLOB NOT NULL,
        PRIMARY KEY(seq, n)) WITHOUT ROWID;
    PRAGMA user_version = 4;
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

/// Each step takes the schema from one version to the next.
Result<void> migrate(Database &database, std::int64_t version)
{
    if (version >= kSpoolSchemaVersion)
        return {};
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<void> made;
    if (version < 1) {
        const std::int64_t instance = QRandomGenerator::system()->bounded(1 << 20);
        const QByteArray meta =
            "INSERT INTO meta VALUES('instance', " + QByteArray::number(qint64(instance)) + "), ('next_seq', 1)";
        made = database.execute(kSchema1);
        if (made)
            made = database.execute(meta.constData());
    }
    if (made && version < 2)
        made = database.execute(kSchema2);
    if (made && version < 1)
        made = database.execute("DROP TABLE body"); // of an older one, moveOldBodies needs it
    if (made && version < 3)
        made = database.execute(kSchema3);
    if (made && version < 4)
        made = database.execute(kSchema4);
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
        return tl::unexpected(
            Fault{{ErrorKind::Unsupported,
                   QStringLiteral("The spool %1 was written by a newer Relaywright. Update Relaywright, or give "
                                  "this relay a spool of its own.")
                       .arg(file)}});
    const auto verdict = database.text("PRAGMA quick_check(1)");
    if (!verdict)
        return fault(database);
    if (*verdict != QLatin1String("ok"))
        return tl::unexpected(Fault{{ErrorKind::Storage, *verdict}, true});
    if (!migrate(database, *version))
        return fault(database);
    return std::move(*opened);
}

constexpr const char *kCopied =
    "seq, received_at, expires_at, source, sender, recipients, remaining, size, checksum, has_8bit, body_file, state, "
    "attempts, next_attempt, last_reply, finished_at";
constexpr int kCopiedColumns = 23;

bool copyRow(Statement &from, Statement &to)
{
    std::vector<QByteArray> texts(kCopiedColumns); // bound by reference until `to` has run
    for (int column = 0; column < kCopiedColumns; ++column) {
        const bool isText = (column >= 3 && column <= 6) || column == 10 || column == 14 || column == 19 || column == 20
                            || column == 22;
        if (from.isNull(column))
            to.bindNull(column + 1);
        else if (isText)
            to.bindText(column + 1, texts[static_cast<std::size_t>(column)] = from.octets(column));
        else
            to.bind(column + 1, from.integer(column));
    }
    return to.step() == Statement::Step::Done;
}

/// Copies rows in one direction until the damage; answers how many. `version` is the old one's: the first schema knew no
/// places in a log, the second not what a device asked for.
int copyRows(Database &old, std::int64_t version, Database &fresh, const char *order)
{
    const QByteArray places = version < 2 ? ", 0, 0, 0" : ", segment, place_offset, place_length";
    const QByteArray asked = version < 3 ? ", '', '', 0, NULL" : ", helo, user, utf8, dsn";
    const QByteArray select =
        QByteArray("SELECT ") + kCopied + places + asked + " FROM message NOT INDEXED ORDER BY seq " + order;
    const QByteArray insert = QByteArray("INSERT OR IGNORE INTO message(") + kCopied
                              + ", segment, place_offset, place_length, helo, user, utf8, dsn) "
                                "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    auto from = old.prepare(select.constData());
    auto to = fresh.prepare(insert.constData());
    if (!from || !to)
        return 0;
    int copied = 0;
    while (from->step() == Statement::Step::Row)
        copied += copyRow(*from, *to) && fresh.changes() > 0 ? 1 : 0;
    return copied;
}

/// The octets that the first schema kept; moveOldBodies takes them from there.
void copyOldBodies(Database &old, Database &fresh)
{
    auto wanted = fresh.prepare("SELECT seq FROM message WHERE state < 2 AND body_file IS NULL");
    auto from = old.prepare("SELECT octets FROM body WHERE seq = ?");
    if (!wanted || !from || !fresh.execute("CREATE TABLE body(seq INTEGER PRIMARY KEY, octets BLOB NOT NULL)"))
        return;
    auto to = fresh.prepare("INSERT INTO body VALUES(?, ?)");
    while (to && wanted->step() == Statement::Step::Row) {
        const std::int64_t seq = wanted->integer(0);
        if (from->bind(1, seq).step() != Statement::Step::Row)
            continue;
        const QByteArray octets = from->octets(0);
        from->reset();
        (void)to->bind(1, seq).bindBlob(2, octets).step();
    }
}

/// Numbers that are worth having from the damaged database, where they can be read: ids go on, and what the log has before
/// `applied` is no news.
void copyMeta(Database &old, Database &fresh)
{
    for (const char *key : {"instance", "applied_segment", "applied_offset"}) {
        const QByteArray name(key);
        const auto value = old.integer(("SELECT value FROM meta WHERE key = '" + name + '\'').constData(), -1);
        if (value && *value >= 0)
            (void)fresh.execute(
                ("UPDATE meta SET value = " + QByteArray::number(qint64(*value)) + " WHERE key = '" + name + '\'')
                    .constData());
    }
    // Ids given out before must not be given out again, even when their records are lost.
    (void)fresh.execute("UPDATE meta SET value = MAX(value, (SELECT IFNULL(MAX(seq), 0) + 1000000 FROM message)) WHERE "
                        "key = 'next_seq'");
    (void)fresh.execute("INSERT OR REPLACE INTO meta VALUES('rescued', 1)");
}

/// Copies what can be read of a damaged database, from its start to the damage and from its end back to it, in one
/// transaction; answers how many messages. Error: Storage.
Result<int> rescue(const QString &damagedFile, Database &fresh)
{
    if (auto begun = fresh.execute("BEGIN IMMEDIATE"); !begun)
        return tl::unexpected(begun.error());
    int copied = 0;
    if (auto old = Database::open(damagedFile)) {
        (void)old->execute("PRAGMA locking_mode = EXCLUSIVE");
        const std::int64_t version =
            old->integer("PRAGMA user_version", kSpoolSchemaVersion).value_or(kSpoolSchemaVersion);
        copied = copyRows(*old, version, fresh, "ASC");
        copied += copyRows(*old, version, fresh, "DESC");
        if (version < 2)
            copyOldBodies(*old, fresh);
        copyMeta(*old, fresh);
    } else {
        (void)fresh.execute("INSERT OR REPLACE INTO meta VALUES('rescued', 1)");
    }
    if (auto committed = fresh.execute("COMMIT"); !committed)
        return tl::unexpected(committed.error());
    return copied;
}

QString unfinishedFile(const SpoolFolder &folder)
{
    return folder.databaseFile() + QLatin1String(".new");
}

void removeUnfinished(const SpoolFolder &folder)
{
    for (const char *part : {"", "-wal", "-shm"})
        QFile::remove(unfinishedFile(folder) + QLatin1String(part));
}

/// The new database is made beside the damaged one and takes its place when it is whole: whoever is killed in between
/// begins anew.
Result<OpenedSpool> replaceDamaged(const SpoolFolder &folder, TimePoint now, const QString &why)
{
    removeUnfinished(folder);
    int copied = 0;
    {
        auto fresh = openChecked(unfinishedFile(folder));
        if (!fresh)
            return tl::unexpected(fresh.error().error);
        auto rescued = rescue(folder.databaseFile(), *fresh);
        if (!rescued)
            return tl::unexpected(rescued.error());
        copied = *rescued;
    }
    const QString stamp = toDateTime(now).toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const auto moved = folder.setAside(folder.databaseFile(), stamp);
    if (!moved)
        return tl::unexpected(moved.error());
    if (!QFile::rename(unfinishedFile(folder), folder.databaseFile()))
        return failure(ErrorKind::Storage, QStringLiteral("%1 cannot be renamed.").arg(unfinishedFile(folder)));
    auto fresh = openChecked(folder.databaseFile());
    if (!fresh)
        return tl::unexpected(fresh.error().error);
    QStringList notices{
        QStringLiteral("The spool's database was damaged (%1). It was set aside as %2; %3 of its messages could be "
                       "read and were taken over.")
            .arg(why, *moved)
            .arg(copied)};
    return OpenedSpool{std::move(*fresh), std::move(notices)};
}

} // namespace

Result<OpenedSpool> openSpoolDatabase(const SpoolFolder &folder, TimePoint now)
{
    OpenedSpool spool;
    // Killed between the two renames of a rescue.
    if (!QFile::exists(folder.databaseFile()) && QFile::exists(unfinishedFile(folder)))
        (void)QFile::rename(unfinishedFile(folder), folder.databaseFile());
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
    const auto rescued = spool.database.integer("SELECT value FROM meta WHERE key = 'rescued'", 0);
    if (!rescued)
        return tl::unexpected(rescued.error());
    spool.rescued = *rescued != 0;
    if (auto synced = syncFolder(folder.path()); !synced)
        return tl::unexpected(synced.error());
    return spool;
}

} // namespace relaywright
