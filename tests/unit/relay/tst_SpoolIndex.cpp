// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolIndex.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

using Sequences = std::vector<std::uint64_t>;
const TimePoint kNow = TimePoint(std::chrono::milliseconds(1'795'000'000'000));

/// Messages 1 to 4, received one second after another, due at once, given up after an hour.
SpoolIndex index()
{
    SpoolIndex index;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        const TimePoint at = kNow + std::chrono::seconds(i);
        index.insert({.sequence = i,
                      .nextAttempt = at,
                      .receivedAt = at,
                      .expiresAt = at + 1h,
                      .place = {1, static_cast<std::uint32_t>(i), 10},
                      .bodyFile = {},
                      .lastReply = {},
                      .remaining = {},
                      .whole = {}});
    }
    return index;
}

} // namespace

class tst_SpoolIndex : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parkedMessagesAreOutOfTheWay();
    void anOperatorsWishEndsTheParking();
    void aParkedMessageMayExpireOrBeKept();
    void expiryCountsFromWhenItWasReceived();
    void hurriesWhatOneRouteDeferred();
    void knowsWhoIsToBeToldOfADelay();
};

void tst_SpoolIndex::knowsWhoIsToBeToldOfADelay()
{
    SpoolIndex own = index();
    for (std::uint64_t i = 5; i <= 7; ++i)
        own.insert({.sequence = i,
                    .nextAttempt = kNow + 1h,
                    .receivedAt = kNow + std::chrono::seconds(i),
                    .expiresAt = kNow + 2h,
                    .place = {1, static_cast<std::uint32_t>(i), 10},
                    .bodyFile = {},
                    .lastReply = {},
                    .tellsDelay = true,
                    .remaining = {},
                    .whole = {}});
    QCOMPARE(own.delayed(10, kNow + 4s), Sequences()); // the others did not ask
    QCOMPARE(own.delayed(10, kNow + 6s), (Sequences{5, 6}));
    QCOMPARE(own.delayed(1, kNow + 1h), (Sequences{5}));
    own.setClaimed(5, true);
    own.setState(6, MessageState::Held); // an operator knows why
    QCOMPARE(own.delayed(10, kNow + 1h), (Sequences{7}));
    own.setClaimed(7, true);
    own.park(7, 3, Parking::Keeps); // whatever it waits for
    QCOMPARE(own.delayed(10, kNow + 1h), (Sequences{7}));

    Settlement told{.id = QueueId(0, 7), .remaining = {*EmailAddress::parse(QStringLiteral("b@example.com"))}};
    own.defer(7, told); // an attempt tells nobody
    QCOMPARE(own.delayed(10, kNow + 1h), (Sequences{7}));
    told.events.push_back({kNow, JournalKind::Delayed, {}});
    own.defer(7, told);
    own.defer(5, told);
    QCOMPARE(own.delayed(10, kNow + 1h), Sequences());
    own.setState(6, MessageState::Queued);
    QCOMPARE(own.delayed(10, kNow + 1h), (Sequences{6}));
}

void tst_SpoolIndex::parkedMessagesAreOutOfTheWay()
{
    SpoolIndex own = index();
    own.setClaimed(1, true);
    own.setClaimed(2, true);
    own.park(2, 7, Parking::Expires);
    own.park(1, 7, Parking::Expires);
    QCOMPARE(own.due(10, kNow + 1min), (Sequences{3, 4}));
    QCOMPARE(own.nextDue(), std::optional(kNow + 3s));
    QCOMPARE(own.parked(7, 10), (Sequences{1, 2}));
    QCOMPARE(own.parked(7, 1), (Sequences{1}));
    QCOMPARE(own.parked(8, 10), Sequences());
    QCOMPARE(own.queued(), 4);
    QVERIFY(own.claimed().empty());
    own.setClaimed(1, true);
    QCOMPARE(own.parked(7, 10), (Sequences{2}));
    own.unpark(7);
    QCOMPARE(own.due(10, kNow + 1min), (Sequences{2, 3, 4}));
    QCOMPARE(own.parked(7, 10), Sequences());
}

void tst_SpoolIndex::anOperatorsWishEndsTheParking()
{
    SpoolIndex own = index();
    for (const std::uint64_t sequence : {1U, 2U, 3U})
        own.park(sequence, 7, Parking::Keeps);
    own.setNextAttempt(1, kNow);
    QCOMPARE(own.due(10, kNow), (Sequences{1}));
    own.setState(2, MessageState::Held);
    own.setState(2, MessageState::Queued);
    own.erase(3);
    QCOMPARE(own.due(10, kNow + 1min), (Sequences{1, 2, 4}));
    QCOMPARE(own.parked(7, 10), Sequences());
    QCOMPARE(own.expired(10, kNow + 2h), (Sequences{1, 2, 4}));
}

void tst_SpoolIndex::aParkedMessageMayExpireOrBeKept()
{
    SpoolIndex own = index();
    own.park(1, 7, Parking::Expires);
    own.park(2, 7, Parking::Keeps);
    QCOMPARE(own.expired(10, kNow + 2h), (Sequences{1, 3, 4}));
    own.unpark(7);
    QCOMPARE(own.expired(10, kNow + 2h), (Sequences{1, 2, 3, 4}));
}

void tst_SpoolIndex::expiryCountsFromWhenItWasReceived()
{
    SpoolIndex own = index();
    own.setExpiry(10min);
    QCOMPARE(own.expired(10, kNow + 10min + 2s), (Sequences{1, 2}));
    own.setExpiry(3h);
    QCOMPARE(own.expired(10, kNow + 2h), Sequences());
    QCOMPARE(own.find(4)->expiresAt, kNow + 4s + 3h);
}

void tst_SpoolIndex::hurriesWhatOneRouteDeferred()
{
    SpoolIndex own = index();
    const auto defer = [&](std::uint64_t sequence, RouteTag route) {
        Settlement settlement{.id = QueueId(1, sequence),
                              .remaining = {*EmailAddress::parse(QStringLiteral("b@example.com"))}};
        settlement.nextAttempt = kNow + 1h;
        settlement.route = route;
        own.defer(sequence, settlement);
    };
    defer(1, 7);
    defer(2, 8);
    own.setNextAttempt(3, kNow + 1h); // of before this run: nobody knows by whom
    own.hurry({7}, kNow + 1min);
    QCOMPARE(own.due(10, kNow + 1min), (Sequences{4, 1, 3}));
    own.hurry({8}, kNow + 2min);
    QCOMPARE(own.due(10, kNow + 2min), (Sequences{4, 1, 3, 2}));
}

QTEST_GUILESS_MAIN(tst_SpoolIndex)
#include "tst_SpoolIndex.moc"
