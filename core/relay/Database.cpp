// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Database.h"

#include <sqlite3.h>

namespace relaywright {

void Statement::Finalize::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

Statement &Statement::bind(int parameter, std::int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), parameter, value);
    return *this;
}

Statement &Statement::bindText(int parameter, QByteArrayView utf8)
{
    // A null pointer would be NULL; the empty text is a text.
    sqlite3_bind_text64(m_statement.get(), parameter, utf8.isEmpty() ? "" : utf8.data(),
                        static_cast<sqlite3_uint64>(utf8.size()), nullptr, SQLITE_UTF8);
    return *this;
}

Statement &Statement::bindBlob(int parameter, QByteArrayView octets)
{
    sqlite3_bind_blob64(m_statement.get(), parameter, octets.isEmpty() ? "" : octets.data(),
                        static_cast<sqlite3_uint64>(octets.size()), nullptr);
    return *this;
}

Statement &Statement::bindNull(int parameter)
{
    sqlite3_bind_null(m_statement.get(), parameter);
    return *this;
}

Statement::Step Statement::step()
{
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return Step::Row;
    sqlite3_reset(m_statement.get());
    return code == SQLITE_DONE ? Step::Done : Step::Failed;
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

QByteArray Statement::octets(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement.get(), column));
    return QByteArray(data, sqlite3_column_bytes(m_statement.get(), column));
}

QString Statement::text(int column) const
{
    return QString::fromUtf8(octets(column));
}

int Statement::columns() const
{
    return sqlite3_column_count(m_statement.get());
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3 *database) const
{
    sqlite3_close_v2(database); // statements still alive keep it until they go
}

Result<Database> Database::open(const QString &path, Mode mode)
{
    sqlite3 *raw = nullptr;
    const int flags = (mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
                      | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &raw, flags, nullptr);
    Database database(raw);
    if (code != SQLITE_OK)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The database %1 cannot be opened: %2.").arg(path, QString::fromUtf8(sqlite3_errstr(code))));
    return database;
}

Result<void> Database::execute(const char *sql)
{
    if (sqlite3_exec(m_database.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(lastError());
    return {};
}

Result<Statement> Database::prepare(const char *sql)
{
    sqlite3_stmt *raw = nullptr;
    if (sqlite3_prepare_v3(m_database.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK)
        return tl::unexpected(lastError());
    return Statement(raw);
}

Result<std::int64_t> Database::integer(const char *sql, std::int64_t fallback)
{
    auto statement = prepare(sql);
    if (!statement)
        return tl::unexpected(statement.error());
    switch (statement->step()) {
    case Statement::Step::Row: return statement->isNull(0) ? fallback : statement->integer(0);
    case Statement::Step::Done: return fallback;
    case Statement::Step::Failed: return tl::unexpected(lastError());
    }
    Q_UNREACHABLE();
}

Result<QString> Database::text(const char *sql)
{
    auto statement = prepare(sql);
    if (!statement)
        return tl::unexpected(statement.error());
    switch (statement->step()) {
    case Statement::Step::Row: return statement->text(0);
    case Statement::Step::Done: return QString();
    case Statement::Step::Failed: return tl::unexpected(lastError());
    }
    Q_UNREACHABLE();
}

Error Database::lastError() const
{
    const int code = sqlite3_extended_errcode(m_database.get()) & 0xff;
    if (code == SQLITE_FULL)
        return {ErrorKind::Storage, QStringLiteral("The disk that holds the spool is full. Free some space on it.")};
    return {
        ErrorKind::Storage,
        QStringLiteral("The spool's database reports: %1.").arg(QString::fromUtf8(sqlite3_errmsg(m_database.get())))};
}

bool Database::isDamaged() const
{
    const int code = sqlite3_extended_errcode(m_database.get()) & 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

int Database::changes() const
{
    return sqlite3_changes(m_database.get());
}

bool Database::inTransaction() const
{
    return sqlite3_get_autocommit(m_database.get()) == 0;
}

} // namespace relaywright
