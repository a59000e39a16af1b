// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/LedgerQueries.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolQueries.h"
#include "core/relay/SpoolStatistics.h"

#include <QObject>

#include <functional>
#include <memory>
#include <set>

namespace relaywright {

class IncomingBody;

/// The durable queue of one relay. Its calls return at once; a thread of its own writes what waits into the log with one
/// flush (group commit), then the callbacks run in the thread that made the spool, in the order of the calls. After a
/// callback without an error what was asked is on stable storage. A second thread carries it into the database, where
/// `list`, `show` and the history come from.
class Spool : public QObject {
    Q_OBJECT
public:
    template <class T>
    using Done = std::function<void(Result<T>)>;

    /// Opens or makes the spool at `path`, checks it and starts the thread; blocks for the check. `clock` outlives the
    /// spool. Error: as SpoolFolder::open and openSpoolDatabase.
    [[nodiscard]] static Result<std::unique_ptr<Spool>> open(const QString &path, const Clock &clock);
    /// Finishes what was asked, without callbacks, and closes the database.
    ~Spool() override;

    /// What the start had to mend, for the log.
    [[nodiscard]] const QStringList &notices() const;
    [[nodiscard]] const SpoolFolder &folder() const;
    [[nodiscard]] QueueId nextId();
    /// True for an id that this spool gives out.
    [[nodiscard]] bool isOwn(const QueueId &id) const;
    [[nodiscard]] QueueId idOf(std::uint64_t sequence) const;
    [[nodiscard]] const SpoolCounts &counts() const;
    /// How fast messages become durable, since the start.
    [[nodiscard]] const SpoolStatistics &statistics() const;
    /// Octets free on the spool's disk, at most half a second old.
    [[nodiscard]] std::uint64_t freeOctets() const;

    /// Makes a message durable. Its body comes from `body`, whose file (if it grew one) is flushed, with its folder,
    /// before the commit that names it, and removed when that fails. Error: Storage.
    void accept(SpoolMessage message, std::unique_ptr<IncomingBody> body, Done<void> done);
    void settle(Settlement settlement, Done<void> done);
    void claim(int limit, TimePoint now, Done<Claim> done);
    void claimExpired(int limit, TimePoint now, Done<Claim> done);
    /// Those that were received before `received` and whose senders want to hear that they wait, and did not yet.
    void claimDelayed(int limit, TimePoint received, Done<Claim> done);
    /// Messages that were parked for `route`; `more`: there are others.
    void claimParked(RouteTag route, int limit, TimePoint now, Done<Claim> done);
    void unclaim(const QueueId &id);
    /// A claimed message waits for its route, out of the way of other routes' messages. An operator's wish ends it.
    void park(const QueueId &id, RouteTag route, Parking parking);
    /// `route` is no more: what was parked for it is due like others.
    void unpark(RouteTag route);
    /// What waits is given up so long after it was received, whatever was meant when it was.
    void setExpiry(std::chrono::milliseconds expiry);
    /// What was deferred by one of these routes, or before this run, is due at `now`.
    void hurry(const std::set<RouteTag> &routes, TimePoint now);
    void retry(const QueueSelection &selection, Done<int> done);
    void hold(const QueueSelection &selection, Done<int> done);
    void release(const QueueSelection &selection, Done<int> done);
    void remove(const QueueId &id, Done<int> done);
    void queue(const QueueQuery &query, Done<QueueRows> done);
    /// Goes on before the sequence `before`; 0: from the youngest message on.
    void trace(const TraceQuery &query, std::uint64_t before, Done<TraceRows> done);
    void show(const QueueId &id, Done<MessageStory> done);
    /// Queued messages that are due before this one.
    void ahead(const QueueId &id, Done<std::int64_t> done);
    /// When the oldest message came that waits and is not held.
    void oldest(Done<std::optional<TimePoint>> done);
    /// What came and went by the minute, for charts.
    void traffic(TimePoint since, Done<std::vector<TrafficRow>> done);
    /// Contents of messages that end are kept in at most so many octets, for `resend` and `read`; 0: not at all.
    void keepContents(std::uint64_t octets);
    /// Forgets kept contents of what ended before `time`.
    void forgetContents(TimePoint time);
    [[nodiscard]] bool keepsContentsOf(const QueueId &id) const;
    /// A copy of them, to be accepted anew. Error: NotFound when they are not kept, Denied, Storage.
    void keptBody(const QueueId &id, Done<std::unique_ptr<IncomingBody>> done);
    /// At most `limit` octets of a message that waits or whose contents are kept, from `offset` on. Error: NotFound for
    /// any other, InvalidInput for an offset beyond its end, Storage.
    void read(const QueueId &id, std::uint64_t offset, qsizetype limit, Done<SpoolPiece> done);
    /// What was said about a message, for its history.
    void note(const QueueId &id, const QByteArray &conversation);
    void quotaUse(TimePoint since, Done<std::vector<QuotaUse>> done);
    /// Forgets history finished before `before`, and the oldest where it takes more than `maxOctets`, piece by piece until
    /// nothing is left to forget.
    void purge(TimePoint before, std::uint64_t maxOctets, Done<Purged> done);

private:
    class Private;
    explicit Spool(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
