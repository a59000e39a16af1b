// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Spool.h"

#include "core/relay/IncomingBody.h"
#include "core/relay/LedgerThread.h"
#include "core/relay/SpoolMigration.h"
#include "core/relay/SpoolSchema.h"
#include "core/relay/SpoolThread.h"
#include "core/relay/SpoolWriter.h"

#include <QThreadPool>

namespace relaywright {

namespace {

constexpr std::size_t kMaxBehind = 100'000; ///< entries that the ledger may be behind before nothing new is taken
constexpr std::uint64_t kSequencesLost = 1'000'000; ///< skipped when a damaged database may have known more of them

Result<std::unique_ptr<IncomingBody>> copyOfKept(const SpoolFolder &folder, std::uint64_t sequence)
{
    auto file = folder.openKept(sequence);
    if (!file)
        return tl::unexpected(file.error());
    auto body = std::make_unique<IncomingBody>(folder);
    while (!(*file)->atEnd()) {
        const QByteArray piece = (*file)->read(IncomingBody::kMaxInlineOctets);
        if (piece.isEmpty())
            return failure(ErrorKind::Storage,
                           QStringLiteral("%1 cannot be read: %2.").arg((*file)->fileName(), (*file)->errorString()));
        body->append(piece);
    }
    if (body->error())
        return tl::unexpected(*body->error());
    return body;
}

} // namespace

class Spool::Private {
public:
    Private(SpoolFolder &&ownFolder, const Clock &ownClock) : folder(std::move(ownFolder)), clock(ownClock)
    {
        flushers.setMaxThreadCount(4);
    }

    [[nodiscard]] Result<void> open();
    template <class T, class Run>
    void post(SpoolJob::Kind kind, Run run, Done<T> done);
    template <class Run>
    void tell(Run run);
    template <class T, class Ask>
    void ask(Ask question, Done<T> done);
    void toOwner(std::function<void()> work);
    void purge(TimePoint before, std::uint64_t maxOctets, const Purged &soFar, Done<Purged> done);

    SpoolFolder folder;
    const Clock &clock;
    SpoolCounts counts;
    SpoolStatistics statistics;
    QStringList notices;
    std::unique_ptr<SpoolWriter> writer; // the writing thread takes it
    std::unique_ptr<SpoolLedger> opened; // the ledger's thread takes it
    std::unique_ptr<LedgerThread> ledger;
    QThreadPool flushers; // fsync of large bodies, so that small messages do not wait for them
    std::uint32_t instance = 0;
    std::uint64_t nextSequence = 1;
    std::uint64_t freeOctets = 0;
    std::chrono::steady_clock::time_point freeLookedAt{};

    QObject *owner = nullptr;
    std::unique_ptr<SpoolThread> thread;
};

Result<void> Spool::Private::open()
{
    auto database = openSpoolDatabase(folder, clock.now());
    if (!database)
        return tl::unexpected(database.error());
    notices = database->notices;
    SpoolLog log(folder.logFolder());
    auto moved = moveOldBodies(database->database, log);
    if (!moved)
        return tl::unexpected(moved.error());
    notices += *moved;
    auto own = SpoolLedger::open(std::move(database->database));
    if (!own)
        return tl::unexpected(own.error());
    opened = std::move(*own);
    instance = opened->instance();

    auto messages = opened->waiting();
    auto known = opened->sequences();
    if (!messages || !known)
        return tl::unexpected(messages ? known.error() : messages.error());
    SpoolIndex index;
    for (WaitingMessage &message : *messages)
        index.insert(std::move(message));
    counts.damaged = opened->damaged();
    // A new database beside a log that is not whole from its first entry on: the old one is lost.
    const auto segments = log.segments();
    const bool lost = opened->applied() == LogPosition() && !segments.empty() && segments.front() > 1;
    const bool rescued = database->rescued || lost;
    writer = std::make_unique<SpoolWriter>(
        std::move(log), std::move(index), instance, folder, counts,
        [this](std::vector<LoggedEntry> &&entries, LogPosition end) { ledger->push(std::move(entries), end); });
    const auto take = [this](const std::vector<LoggedEntry> &entries, LogPosition end) {
        return opened->apply(entries, end);
    };
    auto recovered = rescued ? writer->rescue(opened->applied(), *known, take, clock.now())
                             : writer->recover(opened->applied(), take);
    if (!recovered)
        return tl::unexpected(recovered.error());
    notices += recovered->notices;
    nextSequence = std::max(opened->firstFreeSequence(), recovered->firstFree + (rescued ? kSequencesLost : 0));
    if (auto cleared = opened->endRescue(); !cleared)
        return tl::unexpected(cleared.error());

    auto kept = opened->keptBodies();
    if (!kept)
        return tl::unexpected(kept.error());
    kept->merge(writer->bodyFiles());
    if (const int swept = folder.sweepBodies(*kept, !notices.isEmpty()); swept > 0 && !notices.isEmpty())
        notices +=
            QStringLiteral("%1 body files without a record were moved to %2.").arg(swept).arg(folder.damagedFolder());
    return {};
}

/// What needs no flush and no answer.
template <class Run>
void Spool::Private::tell(Run run)
{
    SpoolJob job;
    job.run = [run = std::move(run)](SpoolWriter &own) -> std::optional<Error> {
        run(own);
        return std::nullopt;
    };
    thread->enqueue(std::move(job));
}

template <class T, class Run>
void Spool::Private::post(SpoolJob::Kind kind, Run run, Done<T> done)
{
    auto result = std::make_shared<Result<T>>();
    SpoolJob job;
    job.kind = kind;
    job.run = [result, run = std::move(run)](SpoolWriter &own) mutable -> std::optional<Error> {
        *result = run(own);
        return *result ? std::nullopt : std::optional(result->error());
    };
    if (done) {
        job.done = [result, done = std::move(done)](const std::optional<Error> &error) {
            done(error ? Result<T>(tl::unexpected(*error)) : std::move(*result));
        };
    }
    thread->enqueue(std::move(job));
}

/// A question for the ledger. It goes through the writing thread, behind which the ledger hears everything that was written.
template <class T, class Ask>
void Spool::Private::ask(Ask question, Done<T> done)
{
    SpoolJob job;
    job.run = [this, question = std::move(question), done = std::move(done)](SpoolWriter &own) -> std::optional<Error> {
        ledger->ask([this, question, done, claimed = own.claimed()](SpoolLedger &records) {
            auto result = std::make_shared<Result<T>>(question(records, claimed));
            if (done)
                toOwner([result, done] { done(std::move(*result)); });
        });
        return std::nullopt;
    };
    thread->enqueue(std::move(job));
}

void Spool::Private::toOwner(std::function<void()> work)
{
    // `owner` cannot be gone: its destructor waits for both threads.
    QMetaObject::invokeMethod(owner, std::move(work), Qt::QueuedConnection);
}

void Spool::Private::purge(TimePoint before, std::uint64_t maxOctets, const Purged &soFar, Done<Purged> done)
{
    ask<Purged>([before, maxOctets, now = clock.now()](SpoolLedger &records,
                                                       const auto &) { return records.purge(before, now, maxOctets); },
                [=, this](const Result<Purged> &piece) {
                    if (!piece)
                        return done(piece);
                    Purged all = *piece;
                    all.messages += soFar.messages;
                    all.early += soFar.early;
                    if (all.messages == soFar.messages)
                        all.youngest = soFar.youngest;
                    all.more ? purge(before, maxOctets, all, done) : done(all);
                });
}

Result<std::unique_ptr<Spool>> Spool::open(const QString &path, const Clock &clock)
{
    auto folder = SpoolFolder::open(path);
    if (!folder)
        return tl::unexpected(folder.error());
    auto own = std::make_unique<Private>(std::move(*folder), clock);
    if (auto opened = own->open(); !opened)
        return tl::unexpected(opened.error());
    return std::unique_ptr<Spool>(new Spool(std::move(own)));
}

Spool::Spool(std::unique_ptr<Private> own) : d(std::move(own))
{
    d->owner = this;
    d->ledger = std::make_unique<LedgerThread>(std::move(d->opened), [this](LogPosition applied) {
        SpoolJob tidy;
        tidy.run = [applied](SpoolWriter &writer) -> std::optional<Error> {
            writer.tidy(applied);
            return std::nullopt;
        };
        d->thread->enqueue(std::move(tidy));
    });
    d->thread = std::make_unique<SpoolThread>(std::move(d->writer), d->statistics, *this);
}

Spool::~Spool()
{
    d->flushers.waitForDone();
    d->thread->finish();
    d->ledger.reset();
}

const QStringList &Spool::notices() const
{
    return d->notices;
}

const SpoolFolder &Spool::folder() const
{
    return d->folder;
}

QueueId Spool::nextId()
{
    return QueueId(d->instance, d->nextSequence++);
}

bool Spool::isOwn(const QueueId &id) const
{
    return id.instance() == d->instance && id.sequence() < d->nextSequence;
}

QueueId Spool::idOf(std::uint64_t sequence) const
{
    return QueueId(d->instance, sequence);
}

const SpoolCounts &Spool::counts() const
{
    return d->counts;
}

const SpoolStatistics &Spool::statistics() const
{
    return d->statistics;
}

std::uint64_t Spool::freeOctets() const
{
    const auto now = std::chrono::steady_clock::now();
    if (d->freeLookedAt.time_since_epoch().count() == 0 || now - d->freeLookedAt > std::chrono::milliseconds(500)) {
        d->freeOctets = d->folder.freeOctets();
        d->freeLookedAt = now;
    }
    return d->freeOctets;
}

void Spool::accept(SpoolMessage message, std::unique_ptr<IncomingBody> body, Done<void> done)
{
    struct Pending {
        SpoolMessage message;
        std::unique_ptr<IncomingBody> body;
        std::optional<Error> fault;
    };
    auto pending = std::make_shared<Pending>(Pending{std::move(message), std::move(body), std::nullopt});
    pending->fault = pending->body->error();
    pending->message.body = pending->body->take();
    const auto begun = std::chrono::steady_clock::now();
    auto insert = [this, pending, begun, done = std::move(done)]() mutable {
        const auto run = [this, pending](SpoolWriter &writer) -> Result<void> {
            // Kept before the commit: should nobody hear of the commit any more, the file must be there all the same.
            pending->body->keep(true);
            if (pending->fault)
                return tl::unexpected(*pending->fault);
            if (d->ledger->behind() > kMaxBehind)
                return failure(ErrorKind::Storage, QStringLiteral("The spool's database cannot be written."));
            return writer.accept(std::move(pending->message));
        };
        d->post<void>(SpoolJob::Kind::Write, run, [this, pending, begun, done = std::move(done)](Result<void> result) {
            pending->body->keep(result.has_value());
            if (result)
                d->statistics.latency.add(std::chrono::steady_clock::now() - begun);
            done(std::move(result));
        });
    };
    if (pending->fault || pending->message.body.fileName.isEmpty())
        return insert();
    d->flushers.start([pending, insert = std::move(insert)]() mutable {
        if (auto flushed = pending->body->flush(); !flushed)
            pending->fault = flushed.error();
        insert();
    });
}

void Spool::settle(Settlement settlement, Done<void> done)
{
    d->post<void>(
        SpoolJob::Kind::Write,
        [settlement = std::move(settlement)](SpoolWriter &writer) mutable {
            return writer.settle(std::move(settlement));
        },
        std::move(done));
}

void Spool::claim(int limit, TimePoint now, Done<Claim> done)
{
    d->post<Claim>(
        SpoolJob::Kind::Read, [limit, now](SpoolWriter &writer) { return writer.claim(limit, now); }, std::move(done));
}

void Spool::claimExpired(int limit, TimePoint now, Done<Claim> done)
{
    d->post<Claim>(
        SpoolJob::Kind::Read, [limit, now](SpoolWriter &writer) { return writer.claimExpired(limit, now); },
        std::move(done));
}

void Spool::claimDelayed(int limit, TimePoint received, Done<Claim> done)
{
    d->post<Claim>(
        SpoolJob::Kind::Read,
        [limit, received, now = d->clock.now()](SpoolWriter &writer) {
            return writer.claimDelayed(limit, received, now);
        },
        std::move(done));
}

void Spool::claimParked(RouteTag route, int limit, TimePoint now, Done<Claim> done)
{
    d->post<Claim>(
        SpoolJob::Kind::Read,
        [route, limit, now](SpoolWriter &writer) { return writer.claimParked(route, limit, now); }, std::move(done));
}

void Spool::unclaim(const QueueId &id)
{
    d->tell([id](SpoolWriter &writer) { writer.unclaim(id); });
}

void Spool::park(const QueueId &id, RouteTag route, Parking parking)
{
    d->tell([id, route, parking](SpoolWriter &writer) { writer.park(id, route, parking); });
}

void Spool::unpark(RouteTag route)
{
    d->tell([route](SpoolWriter &writer) { writer.unpark(route); });
}

void Spool::setExpiry(std::chrono::milliseconds expiry)
{
    d->tell([expiry](SpoolWriter &writer) { writer.setExpiry(expiry); });
}

void Spool::hurry(const std::set<RouteTag> &routes, TimePoint now)
{
    d->tell([routes, now](SpoolWriter &writer) { writer.hurry(routes, now); });
}

void Spool::retry(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(
        SpoolJob::Kind::Write,
        [selection, now = d->clock.now()](SpoolWriter &writer) { return writer.retry(selection, now); },
        std::move(done));
}

void Spool::hold(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(
        SpoolJob::Kind::Write,
        [selection, now = d->clock.now()](SpoolWriter &writer) { return writer.hold(selection, now); },
        std::move(done));
}

void Spool::release(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(
        SpoolJob::Kind::Write,
        [selection, now = d->clock.now()](SpoolWriter &writer) { return writer.release(selection, now); },
        std::move(done));
}

void Spool::remove(const QueueId &id, Done<int> done)
{
    d->post<int>(
        SpoolJob::Kind::Write, [id, now = d->clock.now()](SpoolWriter &writer) { return writer.remove(id, now); },
        std::move(done));
}

void Spool::queue(const QueueQuery &query, Done<QueueRows> done)
{
    d->ask<QueueRows>(
        [query](SpoolLedger &ledger, const std::set<std::uint64_t> &claimed) { return ledger.queue(query, claimed); },
        std::move(done));
}

void Spool::trace(const TraceQuery &query, std::uint64_t before, Done<TraceRows> done)
{
    d->ask<TraceRows>([query, before](SpoolLedger &ledger, const auto &) { return ledger.trace(query, before); },
                      std::move(done));
}

void Spool::ahead(const QueueId &id, Done<std::int64_t> done)
{
    d->ask<std::int64_t>([id](SpoolLedger &ledger, const auto &) { return ledger.ahead(id); }, std::move(done));
}

void Spool::oldest(Done<std::optional<TimePoint>> done)
{
    d->ask<std::optional<TimePoint>>([](SpoolLedger &ledger, const auto &) { return ledger.oldest(); },
                                     std::move(done));
}

void Spool::traffic(TimePoint since, Done<std::vector<TrafficRow>> done)
{
    d->ask<std::vector<TrafficRow>>([since](SpoolLedger &ledger, const auto &) { return ledger.traffic(since); },
                                    std::move(done));
}

void Spool::read(const QueueId &id, std::uint64_t offset, qsizetype limit, Done<SpoolPiece> done)
{
    d->post<SpoolPiece>(
        SpoolJob::Kind::Read, [id, offset, limit](SpoolWriter &writer) { return writer.readPiece(id, offset, limit); },
        std::move(done));
}

void Spool::keepContents(std::uint64_t octets)
{
    d->tell([octets](SpoolWriter &writer) { writer.kept().setRoom(octets); });
}

void Spool::forgetContents(TimePoint time)
{
    d->tell([time](SpoolWriter &writer) { writer.kept().forgetBefore(time); });
}

bool Spool::keepsContentsOf(const QueueId &id) const
{
    return isOwn(id) && QFile::exists(d->folder.keptFile(id.sequence()));
}

void Spool::keptBody(const QueueId &id, Done<std::unique_ptr<IncomingBody>> done)
{
    d->flushers.start([this, id, done = std::move(done)] {
        auto body = std::make_shared<Result<std::unique_ptr<IncomingBody>>>(copyOfKept(d->folder, id.sequence()));
        d->toOwner([body, done] { done(std::move(*body)); });
    });
}

void Spool::note(const QueueId &id, const QByteArray &conversation)
{
    d->ledger->note({id.sequence(), conversation});
}

void Spool::show(const QueueId &id, Done<MessageStory> done)
{
    d->ask<MessageStory>(
        [id](SpoolLedger &ledger, const std::set<std::uint64_t> &claimed) { return ledger.show(id, claimed); },
        std::move(done));
}

void Spool::quotaUse(TimePoint since, Done<std::vector<QuotaUse>> done)
{
    d->ask<std::vector<QuotaUse>>([since](SpoolLedger &ledger, const auto &) { return ledger.quotaUse(since); },
                                  std::move(done));
}

void Spool::purge(TimePoint before, std::uint64_t maxOctets, Done<Purged> done)
{
    d->purge(before, maxOctets, {}, std::move(done));
}

} // namespace relaywright
