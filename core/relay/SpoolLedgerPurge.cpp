// SPDX-License-Identifier: GPL-3.0-or-later
// How the history is kept within its bounds.
#include "core/relay/SpoolLedger.h"

#include <algorithm>

namespace relaywright {

/// How many of the oldest finished messages are to go so that the rest is within the bounds.
Result<std::int64_t> SpoolLedger::rowsBeyond(std::uint64_t maxOctets)
{
    const auto finished = m_database.integer("SELECT COUNT(*) FROM message WHERE finished_at IS NOT NULL", 0);
    const auto pageOctets = m_database.integer("PRAGMA page_size", 0);
    const auto pages = m_database.integer("PRAGMA page_count", 0);
    const auto freePages = m_database.integer("PRAGMA freelist_count", 0);
    if (!finished || !pageOctets || !pages || !freePages)
        return tl::unexpected(m_database.lastError());
    std::int64_t beyond = std::max<std::int64_t>(0, *finished - kMaxHistoryMessages);
    const auto used = static_cast<std::uint64_t>((*pages - *freePages) * *pageOctets);
    if (used > maxOctets && *finished > 0) // a piece at a time, until it fits
        beyond = std::max<std::int64_t>(beyond, std::min<std::int64_t>(*finished, 100));
    return beyond;
}

Result<void> SpoolLedger::forget(std::int64_t sequence)
{
    for (Statement *statement : {&m_sql.purgeJournal, &m_sql.purgeConversations, &m_sql.purgeMessage}) {
        if (auto gone = done(statement->bind(1, sequence)); !gone)
            return gone;
    }
    return {};
}

Result<Purged> SpoolLedger::purge(TimePoint before, TimePoint now, std::uint64_t maxOctets)
{
    constexpr int kPiece = 500;
    const auto over = rowsBeyond(maxOctets);
    if (!over)
        return tl::unexpected(over.error());
    Purged purged;
    std::vector<std::int64_t> rows;
    const std::int64_t limit = *over > 0 ? std::min<std::int64_t>(*over, kPiece) : kPiece;
    m_sql.purgeRows.bind(1, before.time_since_epoch().count()).bind(2, *over).bind(3, limit);
    while (m_sql.purgeRows.step() == Statement::Step::Row) {
        rows.push_back(m_sql.purgeRows.integer(0));
        purged.youngest = TimePoint(std::chrono::milliseconds(m_sql.purgeRows.integer(1)));
        purged.early += purged.youngest >= before ? 1 : 0;
    }
    const auto done = inTransaction([&]() -> Result<void> {
        // The sequence must go on where it was, also when the newest rows go (QueueId).
        auto gone =
            m_database.execute("UPDATE meta SET value = MAX(value, (SELECT IFNULL(MAX(seq), 0) + 1 FROM message)) "
                               "WHERE key = 'next_seq'");
        for (auto seq = rows.begin(); gone && seq != rows.end(); ++seq)
            gone = forget(*seq);
        const QByteArray quota =
            "DELETE FROM quota WHERE second < "
            + QByteArray::number(static_cast<qint64>(now.time_since_epoch().count() / 1000 - 90'000));
        return gone ? m_database.execute(quota.constData()) : gone;
    });
    if (!done)
        return tl::unexpected(done.error());
    purged.messages = static_cast<int>(rows.size());
    purged.more = purged.messages == limit;
    return purged;
}

} // namespace relaywright
