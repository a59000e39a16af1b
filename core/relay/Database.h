// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace relaywright {

/// A prepared statement; columns and parameters are those of SQLite, parameters counted from 1, columns from 0.
/// Bound octets are not copied: they must live until `step` returned Done or Failed, or `reset`.
class Statement {
public:
    enum class Step { Row, Done, Failed };
    Statement() = default;
    explicit Statement(sqlite3_stmt *statement) : m_statement(statement) {}

    Statement &bind(int parameter, std::int64_t value);
    Statement &bindText(int parameter, QByteArrayView utf8);
    Statement &bindBlob(int parameter, QByteArrayView octets);
    Statement &bindNull(int parameter);
    /// After Done and Failed the statement is reset and can be bound anew.
    Step step();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] QByteArray octets(int column) const; ///< a deep copy
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] int columns() const; ///< of the result

private:
    struct Finalize {
        void operator()(sqlite3_stmt *statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

/// One connection to one SQLite file; used from one thread at a time.
class Database {
public:
    enum class Mode { ReadWrite, ReadOnly };
    Database() = default;
    /// Creates the file when there is none. Error: Storage.
    [[nodiscard]] static Result<Database> open(const QString &path, Mode mode = Mode::ReadWrite);

    /// Error: Storage with SQLite's own words.
    [[nodiscard]] Result<void> execute(const char *sql);
    [[nodiscard]] Result<Statement> prepare(const char *sql);
    /// The first column of the first row, or nothing when there is no row. Error: Storage.
    [[nodiscard]] Result<std::int64_t> integer(const char *sql, std::int64_t fallback);
    [[nodiscard]] Result<QString> text(const char *sql);
    [[nodiscard]] Error lastError() const;
    /// The last error said that the file is no database or a broken one.
    [[nodiscard]] bool isDamaged() const;
    [[nodiscard]] int changes() const; ///< rows changed by the last statement
    [[nodiscard]] bool inTransaction() const;

private:
    struct Close {
        void operator()(sqlite3 *database) const;
    };
    explicit Database(sqlite3 *database) : m_database(database) {}
    std::unique_ptr<sqlite3, Close> m_database;
};

} // namespace relaywright
