// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/session/SendRun.h"

#include <QDateTime>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// One test of a series.
struct TestJob {
    QString senderId{}; ///< empty: of no sender of the site
    QString name;       ///< for people
    TestRequest request;
    TestSecrets secrets{};
    /// Asked for the password just before the test, where it may end before its turn comes: an access token. `done` runs later,
    /// in the thread of the series; never when `context` is destroyed first.
    using FreshPassword = std::function<void(QObject *context, std::function<void(Result<Secret>)> done)>;
    FreshPassword freshPassword{};
    /// Not nothing: the test cannot be run, and this is why (a fact or the password is missing).
    std::optional<Error> obstacle{};
    /// It goes faster than other servers may be sent to, because PracticeLook has said so: where another server answers
    /// after all, no further test goes there.
    bool onlyPractice = false;
};

/// How fast and how much: so that a test never is what a server takes for abuse.
struct SeriesBounds {
    int perMinute = 30;
    int most = 200;       ///< messages of one series in which a sender has several
    bool isLocal = false; ///< loopback or the practice server: nobody is harmed
};
/// `practice`: the target is our practice server, wherever it listens. Elsewhere the rate is that at which Exchange Online
/// slows a mailbox down (knowledge).
[[nodiscard]] SeriesBounds boundsFor(const Endpoint &server, bool practice, const Knowledge &knowledge);
/// How much it is. One message of each sender is a test of the site, however many senders it has: the rate bounds that.
/// Several of one sender are a burst, and bounded in number too.
struct SeriesSize {
    int senders = 1;
    int each = 1; ///< messages of each sender
};
/// What a person must know before it begins: "5 messages to mx.example:25, at most 30 a minute: about 10 seconds."
/// Error: InvalidInput when the size or `perMinute` is over the bounds or not positive; the sentence tells the most.
[[nodiscard]] Result<QString> announce(const SeriesSize &size, int perMinute, const Endpoint &server,
                                       const SeriesBounds &bounds);

/// How one test of a series ended.
struct TestJobResult {
    std::optional<TestRecord> record{}; ///< nothing: it did not start
    QString problem{};                  ///< why not, a sentence
    std::vector<LintRemark> remarks{};  ///< what a receiver would dislike about its message
};

/// Runs tests one after another, never more in a minute than it may, each with a connection of its own. It lives in the
/// thread it was made in and needs an event loop there. What a slot does may pause or cancel it.
///
///     start ─▶ jobStarted, jobDone, [waiting], jobStarted, ... ─▶ finished
class TestSeries : public QObject {
    Q_OBJECT
public:
    /// `perMinute` at least 1. `clock` outlives the series.
    TestSeries(std::vector<TestJob> jobs, int perMinute, const Clock &clock, QObject *parent = nullptr);
    ~TestSeries() override;

    /// Before the start: `results` stays empty, so that ten thousand conversations are not held. Who listens to `jobDone`
    /// keeps what is needed of them.
    void forgetResults();
    void start();
    /// The test under way is finished; no further one begins until `resume`.
    void pause();
    void resume();
    /// The test under way is cancelled and reported; `finished` follows before this returns.
    void cancel();

    [[nodiscard]] int count() const;
    [[nodiscard]] const TestJob &job(int index) const;
    [[nodiscard]] bool isPaused() const;
    /// By index, as far as it has come.
    [[nodiscard]] const std::vector<TestJobResult> &results() const;

Q_SIGNALS:
    void jobStarted(int index);
    void lineAdded(int index, const relaywright::TranscriptLine &line);
    void jobDone(int index, const relaywright::TestJobResult &result);
    /// The rate is kept: the next test begins then.
    void waiting(const QDateTime &next);
    void finished(); ///< exactly once

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
