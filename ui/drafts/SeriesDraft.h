// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/SenderTest.h"
#include "core/verify/TestSeries.h"

#include <QSet>

namespace relaywright {

/// Tests of many senders in one run, as chosen.
struct SeriesDraft {
    QString to; ///< recipient of all tests; while it is none, each sender writes to itself
    int each = 1;
    int perMinute = 30;
    TestManner manner = TestManner::LikeTheSender;
    bool toOneServer = false;  ///< all go to `server`; otherwise each to the one that the plan gives its sender
    QString server{};          ///< HOST:PORT
    QString caFile{};          ///< PEM, trusted at `server` besides the system's
    QByteArray authorityPem{}; ///< the same as octets: the practice server's
    bool operator==(const SeriesDraft &) const = default;
};

/// The server that all tests go to; nothing: those of the plan. Error: InvalidInput where none can be read.
[[nodiscard]] Result<std::optional<Endpoint>> seriesServer(const SeriesDraft &draft);

/// The test of the sender at `place` in the site. Error: what is missing, a sentence for people.
[[nodiscard]] Result<TestRequest> seriesTest(const SeriesDraft &draft, const Site &site, const Plan &plan,
                                             std::size_t place);

/// The tests of those senders in `wanted` that can be tested, round after round, so that no sender is tested twice while
/// another waits.
[[nodiscard]] std::vector<TestJob> seriesJobs(const SeriesDraft &draft, const Site &site, const Plan &plan,
                                              const QSet<QString> &wanted);

/// How many messages, where to, how fast and how long; the strictest of `servers` (one for each sender) rules, of which
/// those in `practice` are known to be practice servers. Error: InvalidInput when it is too much or too fast, or when
/// there is no server.
[[nodiscard]] Result<QString> announceSeries(const SeriesDraft &draft, const std::vector<Endpoint> &servers,
                                             const std::vector<Endpoint> &practice, const Knowledge &knowledge);

} // namespace relaywright
