// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Spool.h"

#include "core/relay/IncomingBody.h"
#include "core/relay/SpoolSchema.h"

#include <QThreadPool>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace relaywright {

namespace {

/// One thing for the writer thread to do. `run` is called again when the transaction it stood in had to be undone.
struct Job {
    enum class Kind { Read, Write };
    Kind kind = Kind::Read;
    std::function<std::optional<Error>(SpoolStore &)> run;
    std::function<void(const std::optional<Error> &)> done;
    std::optional<Error> error;
};
using Jobs = std::vector<Job>;

} // namespace

class Spool::Private {
public:
    Private(SpoolFolder &&ownFolder, const Clock &ownClock) : folder(std::move(ownFolder)), clock(ownClock)
    {
        flushers.setMaxThreadCount(4);
    }

    template <class T, class Run>
    void post(Job::Kind kind, Run run, Done<T> done);
    void enqueue(Job &&job);
    void loop();
    void runWrites(Jobs &jobs);
    void runAlone(Job &job);
    void deliver(Jobs &&jobs);

    SpoolFolder folder;
    const Clock &clock;
    SpoolCounts counts;
    QStringList notices;
    std::unique_ptr<SpoolStore> store; // the thread's own once it runs
    QThreadPool flushers;              // fsync of large bodies, so that small messages do not wait for them
    std::uint32_t instance = 0;
    std::uint64_t nextSequence = 1;
    std::uint64_t freeOctets = 0;
    std::chrono::steady_clock::time_point freeLookedAt{};

    QObject *owner = nullptr;
    std::mutex mutex;
    std::condition_variable wake;
    Jobs waiting; // guarded by mutex
    bool ending = false;
    std::thread thread;
};

template <class T, class Run>
void Spool::Private::post(Job::Kind kind, Run run, Done<T> done)
{
    auto result = std::make_shared<Result<T>>();
    Job job;
    job.kind = kind;
    job.run = [result, run = std::move(run)](SpoolStore &own) mutable -> std::optional<Error> {
        *result = run(own);
        return *result ? std::nullopt : std::optional(result->error());
    };
    if (done) {
        job.done = [result, done = std::move(done)](const std::optional<Error> &error) {
            done(error ? Result<T>(tl::unexpected(*error)) : std::move(*result));
        };
    }
    enqueue(std::move(job));
}

void Spool::Private::enqueue(Job &&job)
{
    {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(job));
    }
    wake.notify_one();
}

void Spool::Private::loop()
{
    for (;;) {
        Jobs batch;
        {
            std::unique_lock lock(mutex);
            wake.wait(lock, [this] { return ending || !waiting.empty(); });
            if (waiting.empty())
                return;
            batch.swap(waiting);
        }
        // Reads first: they do not wait for the flush, and what this batch writes was not yet known to who asked.
        Jobs reads;
        Jobs writes;
        for (Job &job : batch)
            (job.kind == Job::Kind::Read ? reads : writes).push_back(std::move(job));
        for (Job &job : reads)
            job.error = job.run(*store);
        deliver(std::move(reads));
        if (!writes.empty())
            runWrites(writes);
        deliver(std::move(writes));
    }
}

void Spool::Private::runWrites(Jobs &jobs)
{
    bool good = static_cast<bool>(store->begin());
    for (auto job = jobs.begin(); good && job != jobs.end(); ++job) {
        job->error = job->run(*store);
        good = !job->error || job->error->kind != ErrorKind::Storage; // other errors changed nothing
    }
    if (good && store->commit())
        return;
    // One of them spoils the transaction, or the disk is full: each on its own, so that who can be served is.
    store->rollBack();
    for (Job &job : jobs)
        runAlone(job);
}

void Spool::Private::runAlone(Job &job)
{
    if (auto begun = store->begin(); !begun) {
        job.error = begun.error();
        return;
    }
    job.error = job.run(*store);
    if (job.error) {
        store->rollBack();
    } else if (auto committed = store->commit(); !committed) {
        job.error = committed.error();
    }
}

void Spool::Private::deliver(Jobs &&jobs)
{
    if (jobs.empty())
        return;
    // One event for the whole batch. `owner` cannot be gone: its destructor waits for this thread.
    auto shared = std::make_shared<Jobs>(std::move(jobs));
    QMetaObject::invokeMethod(owner, [shared] {
        for (const Job &job : *shared) {
            if (job.done)
                job.done(job.error);
        }
    }, Qt::QueuedConnection);
}

Result<std::unique_ptr<Spool>> Spool::open(const QString &path, const Clock &clock)
{
    auto folder = SpoolFolder::open(path);
    if (!folder)
        return tl::unexpected(folder.error());
    auto own = std::make_unique<Private>(std::move(*folder), clock);
    auto opened = openSpoolDatabase(own->folder, clock.now());
    if (!opened)
        return tl::unexpected(opened.error());
    auto store = SpoolStore::open(std::move(opened->database), own->folder, own->counts);
    if (!store)
        return tl::unexpected(store.error());
    own->store = std::move(*store);
    own->notices = opened->notices;
    own->instance = own->store->instance();
    own->nextSequence = own->store->firstFreeSequence();
    return std::unique_ptr<Spool>(new Spool(std::move(own)));
}

Spool::Spool(std::unique_ptr<Private> own) : d(std::move(own))
{
    d->owner = this;
    d->thread = std::thread([this] { d->loop(); });
}

Spool::~Spool()
{
    d->flushers.waitForDone();
    {
        const std::lock_guard lock(d->mutex);
        d->ending = true;
    }
    d->wake.notify_one();
    d->thread.join();
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

const SpoolCounts &Spool::counts() const
{
    return d->counts;
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
    auto insert = [this, pending, done = std::move(done)]() mutable {
        const auto run = [pending](SpoolStore &store) {
            // Kept before the commit: should nobody hear of the commit any more, the file must be there all the same.
            pending->body->keep(true);
            return pending->fault ? Result<void>(tl::unexpected(*pending->fault)) : store.insert(pending->message);
        };
        d->post<void>(Job::Kind::Write, run, [pending, done = std::move(done)](Result<void> result) {
            pending->body->keep(result.has_value());
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
    d->post<void>(Job::Kind::Write, [settlement = std::move(settlement)](SpoolStore &store) { return store.settle(settlement); },
                  std::move(done));
}

void Spool::claim(int limit, TimePoint now, Done<Claim> done)
{
    d->post<Claim>(Job::Kind::Read, [limit, now](SpoolStore &store) { return store.claim(limit, now); }, std::move(done));
}

void Spool::claimExpired(int limit, TimePoint now, Done<Claim> done)
{
    d->post<Claim>(Job::Kind::Read, [limit, now](SpoolStore &store) { return store.claimExpired(limit, now); }, std::move(done));
}

void Spool::unclaim(const QueueId &id)
{
    d->post<void>(Job::Kind::Read, [id](SpoolStore &store) { store.unclaim(id); return Result<void>(); }, {});
}

void Spool::retry(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(Job::Kind::Write, [selection, now = d->clock.now()](SpoolStore &store) { return store.retry(selection, now); }, std::move(done));
}

void Spool::hold(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(Job::Kind::Write, [selection, now = d->clock.now()](SpoolStore &store) { return store.hold(selection, now); }, std::move(done));
}

void Spool::release(const QueueSelection &selection, Done<int> done)
{
    d->post<int>(Job::Kind::Write, [selection, now = d->clock.now()](SpoolStore &store) { return store.release(selection, now); }, std::move(done));
}

void Spool::remove(const QueueId &id, Done<int> done)
{
    d->post<int>(Job::Kind::Write, [id, now = d->clock.now()](SpoolStore &store) { return store.remove(id, now); }, std::move(done));
}

void Spool::list(int limit, Done<std::vector<MessageStory>> done)
{
    d->post<std::vector<MessageStory>>(Job::Kind::Read, [limit](SpoolStore &store) { return store.list(limit); }, std::move(done));
}

void Spool::show(const QueueId &id, Done<MessageStory> done)
{
    d->post<MessageStory>(Job::Kind::Read, [id](SpoolStore &store) { return store.show(id); }, std::move(done));
}

void Spool::quotaUse(TimePoint since, Done<std::vector<QuotaUse>> done)
{
    d->post<std::vector<QuotaUse>>(Job::Kind::Read, [since](SpoolStore &store) { return store.quotaUse(since); }, std::move(done));
}

void Spool::purge(TimePoint before)
{
    d->post<bool>(Job::Kind::Write, [before, now = d->clock.now()](SpoolStore &store) { return store.purge(before, now); },
                  [this, before](Result<bool> more) {
                      if (more && *more)
                          purge(before);
                  });
}

} // namespace relaywright
