// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator asks of messages that wait.
#include "core/relay/SpoolWriter.h"

#include <utility>

namespace relaywright {

namespace {

tl::unexpected<Error> notWaiting(const QueueId &id)
{
    return failure(ErrorKind::NotFound,
                   QStringLiteral("No message %1 waits in the queue. It may have been delivered; look at its journal.")
                       .arg(id.toString()));
}

tl::unexpected<Error> beingDelivered(const QueueId &id)
{
    return failure(
        ErrorKind::Denied,
        QStringLiteral("Message %1 is being delivered right now. Try again in a moment.").arg(id.toString()));
}

} // namespace

Result<std::vector<std::uint64_t>> SpoolWriter::select(const QueueSelection &selection, MessageState state) const
{
    if (!selection.id)
        return m_index.allIn(state);
    const QueueId &id = *selection.id;
    const WaitingMessage *const waiting = id.instance() == m_instance ? m_index.find(id.sequence()) : nullptr;
    if (!waiting || waiting->state != state)
        return notWaiting(id);
    if (waiting->claimed)
        return beingDelivered(id);
    return std::vector{id.sequence()};
}

Result<int> SpoolWriter::change(const QueueSelection &selection, MessageState from, MessageState to, TimePoint now,
                                JournalKind kind)
{
    auto sequences = select(selection, from);
    if (!sequences)
        return tl::unexpected(sequences.error());
    const int count = static_cast<int>(sequences->size());
    if (count > 0) {
        if (auto staged =
                stage(StateChange{std::move(*sequences), to, now, now, kind, QStringLiteral("by an operator")});
            !staged)
            return tl::unexpected(staged.error());
    }
    return count;
}

Result<int> SpoolWriter::retry(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Queued, MessageState::Queued, now, JournalKind::Retried);
}

Result<int> SpoolWriter::hold(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Queued, MessageState::Held, now, JournalKind::Held);
}

Result<int> SpoolWriter::release(const QueueSelection &selection, TimePoint now)
{
    return change(selection, MessageState::Held, MessageState::Queued, now, JournalKind::Released);
}

Result<int> SpoolWriter::remove(const QueueId &id, TimePoint now)
{
    const QueueSelection selection{id};
    auto removed = change(selection, MessageState::Held, MessageState::Deleted, now, JournalKind::Deleted);
    if (!removed && removed.error().kind == ErrorKind::NotFound)
        removed = change(selection, MessageState::Queued, MessageState::Deleted, now, JournalKind::Deleted);
    return removed;
}

} // namespace relaywright
