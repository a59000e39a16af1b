// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolWriter.h"

#include "core/base/Overloaded.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::minutes kOpenAgain{1};
constexpr std::uint64_t kMaxWholeOctets = 4u << 20; ///< of young messages that are kept for their first attempt
constexpr std::size_t kManySegments = 8;

/// The message that an entry brings into the queue.
const SpoolMessage *acceptedIn(const LogEntry &entry)
{
    if (const auto *acceptance = std::get_if<Acceptance>(&entry))
        return &acceptance->message;
    const auto *settlement = std::get_if<Settlement>(&entry);
    return settlement && settlement->bounce ? &*settlement->bounce : nullptr;
}

} // namespace

SpoolWriter::SpoolWriter(SpoolLog log, SpoolIndex index, std::uint32_t instance, const SpoolFolder &folder,
                         SpoolCounts &counts, Publish publish)
    : m_log(std::move(log)), m_index(std::move(index)), m_instance(instance), m_folder(folder), m_kept(folder),
      m_counts(counts), m_publish(std::move(publish))
{
    count();
}

void SpoolWriter::count()
{
    m_counts.queued = m_index.queued();
    m_counts.held = m_index.held();
}

/// What a power cut may take for a moment. That a message reached its end costs a second delivery then; its file, though,
/// goes with it, and must not be gone before.
bool SpoolWriter::mayWait(const LogEntry &entry) const
{
    const auto *settlement = std::get_if<Settlement>(&entry);
    if (!settlement || settlement->bounce)
        return false;
    const WaitingMessage *const waiting = m_index.find(settlement->id.sequence());
    return waiting && waiting->bodyFile.isEmpty();
}

Result<void> SpoolWriter::stage(LogEntry entry)
{
    auto place = m_log.stage(entry);
    if (!place) { // a batch stands in one segment: what is staged so far goes first
        if (auto done = commit(); !done)
            return done;
        if (auto next = m_log.advance(); !next)
            return next;
        place = m_log.stage(entry);
    }
    if (!place)
        return failure(ErrorKind::Storage, QStringLiteral("The message is larger than the spool's log takes."));
    m_isUrgent = m_isUrgent || !mayWait(entry);
    std::shared_ptr<const SpoolMessage> whole;
    if (auto *acceptance = std::get_if<Acceptance>(&entry)) {
        // Its octets are in the log now; only the first attempt, which often follows at once, gets them from here.
        SpoolMessage &message = acceptance->message;
        const auto size = static_cast<std::uint64_t>(message.body.octets.size());
        if (m_wholeOctets + size <= kMaxWholeOctets) {
            whole = std::make_shared<const SpoolMessage>(message);
            m_wholeOctets += size;
        }
        message.body.octets.clear();
    } else if (auto *moved = std::get_if<Relocation>(&entry)) {
        moved->message.body.octets.clear();
    }
    m_pending.push_back({{std::make_shared<const LogEntry>(std::move(entry)), *place}, std::move(whole)});
    return {};
}

Result<void> SpoolWriter::commit()
{
    if (m_pending.empty())
        return {};
    std::vector<Pending> pending = std::exchange(m_pending, {});
    m_staged.clear();
    const bool isUrgent = std::exchange(m_isUrgent, false);
    if (auto done = isUrgent ? m_log.flush() : m_log.write(); !done) {
        for (const Pending &one : pending)
            m_wholeOctets -= one.whole ? static_cast<std::uint64_t>(one.whole->body.octets.size()) : 0;
        ++m_failures;
        return done;
    }
    ++m_commits;
    std::vector<LoggedEntry> logged;
    logged.reserve(pending.size());
    for (Pending &one : pending) {
        if (const auto *acceptance = std::get_if<Acceptance>(one.logged.entry.get()))
            insert(acceptance->message, one.logged.place, std::move(one.whole));
        else
            apply(*one.logged.entry, one.logged.place);
        logged.push_back(std::move(one.logged));
    }
    count();
    m_publish(std::move(logged), m_log.end());
    return {};
}

void SpoolWriter::insert(const SpoolMessage &message, const LogPlace &place, std::shared_ptr<const SpoolMessage> whole)
{
    m_index.insert({.sequence = message.id.sequence(),
                    .nextAttempt = message.nextAttempt,
                    .receivedAt = message.receivedAt,
                    .expiresAt = message.expiresAt,
                    .place = place,
                    .bodyFile = message.body.fileName,
                    .lastReply = {},
                    .tellsDelay = message.dsn.wantsDelay(),
                    .remaining = {},
                    .whole = std::move(whole)});
}

void SpoolWriter::keep(const WaitingMessage &waiting, TimePoint endedAt)
{
    if (!waiting.bodyFile.isEmpty())
        return m_kept.keepFile(waiting.sequence, endedAt, waiting.bodyFile);
    if (waiting.whole)
        return m_kept.keep(waiting.sequence, endedAt, waiting.whole->body.octets);
    if (const auto message = read(waiting))
        m_kept.keep(waiting.sequence, endedAt, message->body.octets);
}

void SpoolWriter::finish(std::uint64_t sequence, MessageState state, TimePoint at)
{
    const WaitingMessage *const waiting = m_index.find(sequence);
    if (!waiting)
        return;
    if (m_kept.isOn() && state != MessageState::Deleted)
        keep(*waiting, at);
    else if (!waiting->bodyFile.isEmpty())
        QFile::remove(m_folder.bodyFile(waiting->bodyFile)); // one that cannot go now is swept at the next start
    if (waiting->whole)
        m_wholeOctets -= static_cast<std::uint64_t>(waiting->whole->body.octets.size());
    m_index.erase(sequence);
}

void SpoolWriter::apply(const LogEntry &entry, const LogPlace &place)
{
    std::visit(Overloaded{
                   [&](const Acceptance &acceptance) { insert(acceptance.message, place, nullptr); },
                   [](const SegmentStart &) {},
                   [&](const Relocation &moved) { m_index.setPlace(moved.message.id.sequence(), place); },
                   [&](const Settlement &settlement) {
                       if (isFinished(settlement.state))
                           finish(settlement.id.sequence(), settlement.state, settlement.at);
                       else
                           m_index.defer(settlement.id.sequence(), settlement);
                       if (settlement.bounce)
                           insert(*settlement.bounce, place, nullptr);
                   },
                   [&](const StateChange &change) {
                       for (const std::uint64_t sequence : change.sequences) {
                           if (change.to == MessageState::Damaged) { // the file stays for whoever looks into it
                               m_index.erase(sequence);
                               ++m_counts.damaged;
                           } else if (isFinished(change.to)) {
                               finish(sequence, change.to, change.at);
                           } else {
                               m_index.setState(sequence, change.to);
                               if (change.nextAttempt)
                                   m_index.setNextAttempt(sequence, *change.nextAttempt);
                           }
                       }
                   },
               },
               entry);
}

/// `visit` answers what is to be done for an entry: usually the entry.
Result<SpoolWriter::Recovered> SpoolWriter::replay(LogPosition from, const Take &take, const Visit &visit)
{
    constexpr std::size_t kPiece = 1000;
    Recovered recovered;
    Result<void> taken;
    std::vector<LoggedEntry> piece;
    const auto handOver = [&](LogPosition end) {
        if (taken && !piece.empty())
            taken = take(piece, end);
        piece.clear();
    };
    auto replayed = m_log.replay(from, m_instance, [&](LogEntry &&read, const LogPlace &place) {
        if (!taken)
            return;
        for (LogEntry &entry : visit(std::move(read), place)) {
            if (const SpoolMessage *fresh = acceptedIn(entry))
                recovered.firstFree = std::max(recovered.firstFree, fresh->id.sequence() + 1);
            apply(entry, place);
            piece.push_back({std::make_shared<const LogEntry>(std::move(entry)), place});
        }
        if (piece.size() >= kPiece)
            handOver({place.segment, place.offset + place.length});
    });
    if (!replayed)
        return tl::unexpected(replayed.error());
    handOver(replayed->end);
    if (!taken)
        return tl::unexpected(taken.error());
    recovered.notices = replayed->notices;
    m_log.release(replayed->end.segment + 1, neededSegments()); // the ledger has all of it
    if (auto begun = m_log.begin(replayed->end); !begun)
        return tl::unexpected(begun.error());
    count();
    return recovered;
}

Result<SpoolWriter::Recovered> SpoolWriter::recover(LogPosition applied, const Take &take)
{
    return replay(applied, take, [](LogEntry &&entry, const LogPlace &) {
        std::vector<LogEntry> entries;
        entries.push_back(std::move(entry));
        return entries;
    });
}

Result<SpoolWriter::Recovered> SpoolWriter::rescue(LogPosition applied, const std::set<std::uint64_t> &known,
                                                   const Take &take, TimePoint now)
{
    std::set<std::uint64_t> found;
    const auto hold = [&](std::vector<LogEntry> &entries, SpoolMessage &&message) {
        const std::uint64_t sequence = message.id.sequence();
        if (known.contains(sequence) || !found.insert(sequence).second)
            return;
        const QString why =
            QStringLiteral("found in the log after the database was damaged; it may have been delivered");
        entries.push_back(Acceptance{std::move(message)});
        entries.push_back(StateChange{{sequence}, MessageState::Held, now, {}, JournalKind::Held, why});
    };
    const auto choose = [&](LogEntry &&entry, bool isNews) {
        std::vector<LogEntry> entries;
        if (auto *acceptance = std::get_if<Acceptance>(&entry)) {
            hold(entries, std::move(acceptance->message));
        } else if (auto *moved = std::get_if<Relocation>(&entry)) {
            const std::uint64_t sequence = moved->message.id.sequence();
            if (known.contains(sequence) || found.contains(sequence))
                entries.push_back(std::move(entry));
            else
                hold(entries, std::move(moved->message));
        } else if (auto *settlement = std::get_if<Settlement>(&entry)) {
            auto bounce = std::exchange(settlement->bounce, std::nullopt);
            const bool isFound = found.contains(settlement->id.sequence());
            if (isFound && !isFinished(settlement->state))
                settlement->state = MessageState::Held; // as long as nobody has looked at it
            if (isNews || isFound || isFinished(settlement->state))
                entries.push_back(std::move(entry));
            if (bounce)
                hold(entries, std::move(*bounce));
        } else if (auto *change = std::get_if<StateChange>(&entry)) {
            if (!isNews && !isFinished(change->to))
                std::erase_if(change->sequences, [&](std::uint64_t one) { return !found.contains(one); });
            if (change->to == MessageState::Queued)
                std::erase_if(change->sequences, [&](std::uint64_t one) { return found.contains(one); });
            entries.push_back(std::move(entry));
        }
        return entries;
    };
    auto recovered = replay({}, take, [&](LogEntry &&entry, const LogPlace &place) {
        return choose(std::move(entry), !(LogPosition{place.segment, place.offset} < applied));
    });
    if (!recovered)
        return recovered;
    std::erase_if(found, [this](std::uint64_t sequence) { return !m_index.find(sequence); });
    if (!found.empty())
        recovered->notices += QStringLiteral("%1 messages that the damaged database had lost were found in the log and "
                                             "are held: look whether they were delivered, then release or delete them.")
                                  .arg(found.size());
    return recovered;
}

Result<void> SpoolWriter::accept(SpoolMessage message)
{
    const std::uint64_t sequence = message.id.sequence();
    if (m_index.find(sequence) || !m_staged.insert(sequence).second)
        return failure(ErrorKind::Storage,
                       QStringLiteral("The queue has a message %1 already.").arg(message.id.toString()));
    auto staged = stage(Acceptance{std::move(message)});
    if (!staged)
        m_staged.erase(sequence);
    return staged;
}

Result<void> SpoolWriter::settle(Settlement settlement)
{
    return stage(std::move(settlement));
}

Result<SpoolMessage> SpoolWriter::read(const WaitingMessage &waiting)
{
    const auto octets = m_log.read(waiting.place);
    if (!octets)
        return tl::unexpected(octets.error());
    auto entry = parseRecord(*octets, m_instance);
    if (!entry)
        return tl::unexpected(entry.error());
    SpoolMessage *message = nullptr;
    if (auto *acceptance = std::get_if<Acceptance>(&*entry))
        message = &acceptance->message;
    else if (auto *moved = std::get_if<Relocation>(&*entry))
        message = &moved->message;
    else if (auto *settlement = std::get_if<Settlement>(&*entry); settlement && settlement->bounce)
        message = &*settlement->bounce;
    if (!message || message->id.sequence() != waiting.sequence)
        return failure(ErrorKind::Storage, QStringLiteral("another message stands where its octets should be."));
    return std::move(*message);
}

Result<SpoolMessage> SpoolWriter::message(const WaitingMessage &waiting)
{
    auto message = waiting.whole ? Result<SpoolMessage>(*waiting.whole) : read(waiting);
    if (!message)
        return message;
    if (!message->body.fileName.isEmpty()) {
        if (auto file = m_folder.openBody(message->body.fileName, message->body.size); !file)
            return tl::unexpected(file.error());
    }
    message->state = waiting.state;
    message->expiresAt = waiting.expiresAt;
    message->attempts = waiting.attempts;
    message->nextAttempt = waiting.nextAttempt;
    message->lastReply = waiting.lastReply;
    if (waiting.remaining)
        message->recipients = *waiting.remaining;
    if (message->recipients.empty())
        return failure(ErrorKind::Storage, QStringLiteral("it has no recipients."));
    return message;
}

/// What stands where a message should be, for whoever looks into it: the log forgets it.
void SpoolWriter::keepDamaged(const WaitingMessage &waiting)
{
    const auto octets = m_log.readRaw(waiting.place);
    if (!octets)
        return;
    const QString id = QueueId(m_instance, waiting.sequence).toString();
    QFile kept(m_folder.damagedFolder() + u'/' + id + QLatin1String(".record"));
    if (kept.open(QIODevice::WriteOnly | QIODevice::Truncate, QFile::ReadOwner | QFile::WriteOwner))
        kept.write(*octets);
}

Result<void> SpoolWriter::take(const std::vector<std::uint64_t> &sequences, TimePoint now, Claim &claim)
{
    for (const std::uint64_t sequence : sequences) {
        const WaitingMessage &waiting = *m_index.find(sequence);
        auto found = message(waiting);
        if (waiting.whole)
            m_wholeOctets -= static_cast<std::uint64_t>(waiting.whole->body.octets.size());
        m_index.forgetWhole(sequence);
        const QString id = QueueId(m_instance, sequence).toString();
        if (found) {
            claim.messages.push_back(std::move(*found));
            m_index.setClaimed(sequence, true);
        } else if (found.error().kind == ErrorKind::Denied) {
            m_index.setNextAttempt(sequence, now + kOpenAgain);
            claim.postponed +=
                QStringLiteral("Message %1 is tried again in a minute: %2").arg(id, found.error().detail);
        } else {
            keepDamaged(waiting);
            claim.damaged += QStringLiteral("Message %1 was set aside: %2").arg(id, found.error().detail);
            if (auto staged = stage(StateChange{
                    {sequence}, MessageState::Damaged, now, {}, JournalKind::Damaged, found.error().detail});
                !staged)
                return staged;
        }
    }
    return commit();
}

tl::unexpected<Error> SpoolWriter::giveBack(const Claim &claim, const Error &error)
{
    for (const SpoolMessage &message : claim.messages)
        unclaim(message.id);
    return tl::unexpected(error);
}

Result<Claim> SpoolWriter::claim(int limit, TimePoint now)
{
    Claim claim;
    for (;;) {
        const auto due = m_index.due(limit - static_cast<int>(claim.messages.size()), now);
        if (due.empty())
            break;
        if (auto taken = take(due, now, claim); !taken)
            return giveBack(claim, taken.error());
    }
    claim.nextDue = m_index.nextDue();
    claim.more = claim.nextDue && *claim.nextDue <= now;
    return claim;
}

Result<Claim> SpoolWriter::claimParked(RouteTag route, int limit, TimePoint now)
{
    Claim claim;
    if (auto taken = take(m_index.parked(route, limit), now, claim); !taken)
        return giveBack(claim, taken.error());
    claim.nextDue = m_index.nextDue();
    claim.more = !m_index.parked(route, 1).empty();
    return claim;
}

Result<Claim> SpoolWriter::claimExpired(int limit, TimePoint now)
{
    Claim claim;
    const auto expired = m_index.expired(limit, now);
    if (auto taken = take(expired, now, claim); !taken)
        return giveBack(claim, taken.error());
    claim.more = std::ssize(expired) == limit && std::ssize(claim.postponed) < limit;
    return claim;
}

Result<Claim> SpoolWriter::claimDelayed(int limit, TimePoint received, TimePoint now)
{
    Claim claim;
    const auto delayed = m_index.delayed(limit, received);
    if (auto taken = take(delayed, now, claim); !taken)
        return giveBack(claim, taken.error());
    claim.more = std::ssize(delayed) == limit && std::ssize(claim.postponed) < limit;
    return claim;
}

void SpoolWriter::relocate(std::uint32_t segment)
{
    for (const std::uint64_t sequence : m_index.inSegment(segment)) {
        auto moved = read(*m_index.find(sequence));
        if (!moved)
            continue; // it is set aside when it is due
        if (!stage(Relocation{std::move(*moved)}))
            return;
    }
    (void)commit(); // what could not be written stays where it is
}

std::set<std::uint32_t> SpoolWriter::neededSegments() const
{
    std::set<std::uint32_t> needed;
    for (const auto &[segment, octets] : m_index.segments())
        needed.insert(segment);
    return needed;
}

void SpoolWriter::tidy(LogPosition applied)
{
    sync(); // a segment must not be used again while the end of what stands in it may be lost
    const std::set<std::uint32_t> needed = neededSegments();
    m_log.release(applied.segment, needed);
    if (needed.size() < kManySegments)
        return;
    for (const auto &[segment, octets] : m_index.segments()) {
        if (segment == m_log.current() || octets >= m_log.segmentOctets() / 4 || m_stuck.contains(segment))
            continue;
        const std::uint32_t sparse = segment;
        relocate(sparse);
        if (m_index.segments().contains(sparse))
            m_stuck.insert(sparse);
        return;
    }
}

} // namespace relaywright
