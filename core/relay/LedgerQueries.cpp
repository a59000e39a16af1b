// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/LedgerQueries.h"

#include "core/base/Text.h"
#include "core/relay/SpoolRow.h"

#include <limits>
#include <map>
#include <utility>

namespace relaywright {

namespace {

/// The conditions of a statement with what is bound to them.
class Conditions {
public:
    void add(const QByteArray &sql) { m_sql += (m_sql.isEmpty() ? "WHERE " : " AND ") + sql; }
    /// `sql` has ?N in it, which is bound to `value`.
    void add(QByteArray sql, std::int64_t value)
    {
        m_numbers.emplace_back(++m_parameters, value);
        add(sql.replace("?N", '?' + QByteArray::number(m_parameters)));
    }
    /// `text` may stand anywhere, without regard to case; % and _ in it are themselves.
    void addLike(QByteArray sql, const QString &text)
    {
        QByteArray pattern = text.toUtf8();
        pattern.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        m_texts.emplace_back(++m_parameters, '%' + pattern + '%');
        add(sql.replace("~N", "LIKE ?" + QByteArray::number(m_parameters) + " ESCAPE '\\'"));
    }
    /// The texts are bound by reference: this outlives the statement's run.
    [[nodiscard]] Result<Statement> prepare(Database &database, const QByteArray &head, const QByteArray &tail) const
    {
        auto statement = database.prepare((head + m_sql + tail).constData());
        if (!statement)
            return statement;
        for (const auto &[parameter, number] : m_numbers)
            statement->bind(parameter, number);
        for (const auto &[parameter, text] : m_texts)
            statement->bindText(parameter, text);
        return statement;
    }

private:
    QByteArray m_sql;
    int m_parameters = 0;
    std::vector<std::pair<int, std::int64_t>> m_numbers;
    std::vector<std::pair<int, QByteArray>> m_texts;
};

struct SequenceRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// The messages whose ids begin with `text`; nothing when it is no beginning of an id of this spool.
std::optional<SequenceRange> idsBeginningWith(const QString &text, std::uint32_t instance)
{
    constexpr qsizetype kUsualLength = 11;
    const QString begin = text.trimmed();
    const auto lowest = QueueId::parse(begin.leftJustified(kUsualLength, u'0'));
    const auto highest = QueueId::parse(begin.leftJustified(kUsualLength, u'Z'));
    if (begin.isEmpty() || !lowest || !highest || lowest->instance() != instance || highest->instance() != instance)
        return std::nullopt;
    return SequenceRange{lowest->sequence(), highest->sequence()};
}

QByteArray listOf(const std::set<std::uint64_t> &sequences)
{
    QByteArray list;
    for (const std::uint64_t sequence : sequences)
        list += (list.isEmpty() ? "" : ",") + QByteArray::number(static_cast<qulonglong>(sequence));
    return '(' + list + ')';
}

void addState(Conditions &conditions, const QString &state, const std::set<std::uint64_t> &claimed)
{
    if (state == QLatin1String("held"))
        return conditions.add("state = 1");
    if (state == QLatin1String("delivering"))
        return conditions.add("state = 0 AND seq IN " + listOf(claimed));
    if (state == QLatin1String("deferred"))
        return conditions.add("state = 0 AND attempts > 0 AND seq NOT IN " + listOf(claimed));
    if (state == QLatin1String("queued"))
        return conditions.add("state = 0 AND attempts = 0 AND seq NOT IN " + listOf(claimed));
    if (state == QLatin1String("delivered"))
        return conditions.add("state = 2");
    if (state == QLatin1String("bounced"))
        return conditions.add("state = 3");
    if (state == QLatin1String("deleted"))
        return conditions.add("state = 4");
    if (state == QLatin1String("damaged"))
        return conditions.add("state = 5");
}

/// All columns of a message and the time of its end behind them.
constexpr const char *kRowWithEnd = "SELECT " SPOOL_ROW_COLUMNS ", finished_at FROM message ";

Result<std::vector<MessageStory>> readAll(Database &database, Statement &statement, std::uint32_t instance,
                                          const std::set<std::uint64_t> &claimed)
{
    std::vector<MessageStory> stories;
    for (;;) {
        switch (statement.step()) {
        case Statement::Step::Row:
            if (auto story = readStory(statement, instance)) {
                story->claimed = claimed.contains(story->message.id.sequence());
                stories.push_back(std::move(*story));
            }
            break;
        case Statement::Step::Done: return stories;
        case Statement::Step::Failed: return tl::unexpected(database.lastError());
        }
    }
}

Result<std::int64_t> oneNumber(Database &database, const Conditions &conditions, const QByteArray &head,
                               const QByteArray &tail, std::int64_t fallback)
{
    auto statement = conditions.prepare(database, head, tail);
    if (!statement)
        return tl::unexpected(statement.error());
    switch (statement->step()) {
    case Statement::Step::Row: return statement->isNull(0) ? fallback : statement->integer(0);
    case Statement::Step::Done: return fallback;
    case Statement::Step::Failed: return tl::unexpected(database.lastError());
    }
    Q_UNREACHABLE();
}

} // namespace

Result<MessageStory> readStory(const Statement &row, std::uint32_t instance)
{
    auto message = readRow(row, instance);
    if (!message)
        return tl::unexpected(message.error());
    MessageStory story{std::move(*message), false, {}, {}};
    if (const int end = row.columns() - 1; !row.isNull(end))
        story.finishedAt = TimePoint(std::chrono::milliseconds(row.integer(end)));
    return story;
}

Result<QueueRows> queryQueue(Database &database, std::uint32_t instance, const QueueQuery &query,
                             const std::set<std::uint64_t> &claimed)
{
    Conditions conditions;
    conditions.add("state < 2");
    addState(conditions, query.state, claimed);
    if (!query.text.isEmpty()) {
        QByteArray sql = "(sender ~N OR IFNULL(remaining, recipients) ~N OR source ~N OR last_reply ~N";
        if (const auto range = idsBeginningWith(query.text, instance))
            sql += " OR seq BETWEEN " + QByteArray::number(static_cast<qulonglong>(range->first)) + " AND "
                   + QByteArray::number(static_cast<qulonglong>(range->last));
        conditions.addLike(sql + ')', query.text);
    }
    QueueRows rows;
    const auto matching = oneNumber(database, conditions, "SELECT COUNT(*) FROM message ", {}, 0);
    if (!matching)
        return tl::unexpected(matching.error());
    rows.matching = *matching;
    auto page = conditions.prepare(database, kRowWithEnd,
                                   " ORDER BY seq LIMIT " + QByteArray::number(query.limit) + " OFFSET "
                                       + QByteArray::number(query.offset));
    if (!page)
        return tl::unexpected(page.error());
    auto stories = readAll(database, *page, instance, claimed);
    if (!stories)
        return tl::unexpected(stories.error());
    rows.stories = std::move(*stories);
    return rows;
}

Result<TraceRows> queryTrace(Database &database, std::uint32_t instance, const TraceQuery &query, std::uint64_t before)
{
    constexpr auto kYoungest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto from = static_cast<std::int64_t>(before == 0 ? kYoungest : std::min(before, kYoungest));
    Conditions piece;
    piece.add("seq < ?N", from);
    const auto lowest = oneNumber(database, piece, "SELECT seq FROM message ",
                                  " ORDER BY seq DESC LIMIT 1 OFFSET " + QByteArray::number(kMaxTraced - 1), 0);
    if (!lowest)
        return tl::unexpected(lowest.error());
    piece.add("seq >= ?N", *lowest);
    if (!query.id.isEmpty()) {
        const auto range = idsBeginningWith(query.id, instance);
        if (!range)
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("\"%1\" is not the beginning of a queue id of this relay.").arg(quotable(query.id)));
        piece.add("seq >= ?N", static_cast<std::int64_t>(range->first));
        piece.add("seq <= ?N", static_cast<std::int64_t>(range->last));
    }
    if (!query.sender.isEmpty())
        query.sender == QLatin1String("<>") ? piece.add("sender = ''") : piece.addLike("sender ~N", query.sender);
    if (!query.recipient.isEmpty())
        piece.addLike("recipients ~N", query.recipient);
    if (!query.source.isEmpty())
        piece.addLike("source ~N", query.source);
    if (!query.remoteId.isEmpty())
        piece.addLike("last_reply ~N", query.remoteId);
    addState(piece, query.state, {});
    if (query.since)
        piece.add("received_at >= ?N", query.since->time_since_epoch().count());
    if (query.until)
        piece.add("received_at < ?N", query.until->time_since_epoch().count());
    auto statement =
        piece.prepare(database, kRowWithEnd, " ORDER BY seq DESC LIMIT " + QByteArray::number(query.limit));
    if (!statement)
        return tl::unexpected(statement.error());
    auto stories = readAll(database, *statement, instance, {});
    if (!stories)
        return tl::unexpected(stories.error());
    TraceRows rows{std::move(*stories), static_cast<std::uint64_t>(*lowest)};
    if (std::ssize(rows.stories) == query.limit)
        rows.next = rows.stories.back().message.id.sequence();
    return rows;
}

Result<std::optional<TimePoint>> queryOldest(Database &database)
{
    const auto oldest =
        database.integer("SELECT received_at FROM message WHERE state < 2 AND state = 0 ORDER BY seq LIMIT 1", -1);
    if (!oldest)
        return tl::unexpected(oldest.error());
    return *oldest < 0 ? std::nullopt : std::optional(TimePoint(std::chrono::milliseconds(*oldest)));
}

Result<std::vector<TrafficRow>> queryTraffic(Database &database, TimePoint since)
{
    // Who was accepted since then was not finished before.
    auto sql = database.prepare("SELECT received_at / 60000, finished_at / 60000, state, COUNT(*) FROM message "
                                "WHERE received_at >= ?1 OR finished_at >= ?1 GROUP BY 1, 2, 3");
    if (!sql)
        return tl::unexpected(sql.error());
    const std::int64_t first = since.time_since_epoch().count() / 60'000;
    sql->bind(1, first * 60'000);
    std::map<std::int64_t, TrafficRow> minutes;
    for (;;) {
        switch (sql->step()) {
        case Statement::Step::Row: {
            const std::int64_t count = sql->integer(3);
            if (const std::int64_t received = sql->integer(0); received >= first)
                minutes[received].accepted += count;
            if (sql->isNull(1))
                break;
            TrafficRow &finished = minutes[sql->integer(1)];
            finished.finished += count;
            const auto state = static_cast<MessageState>(sql->integer(2));
            finished.delivered += state == MessageState::Delivered ? count : 0;
            finished.bounced += state == MessageState::Bounced ? count : 0;
            break;
        }
        case Statement::Step::Done: {
            std::vector<TrafficRow> rows;
            for (auto &[minute, row] : minutes) {
                row.minute = minute;
                rows.push_back(row);
            }
            return rows;
        }
        case Statement::Step::Failed: return tl::unexpected(database.lastError());
        }
    }
}

} // namespace relaywright
