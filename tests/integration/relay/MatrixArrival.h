// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ForeignClient.h"
#include "MatrixMessages.h"
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"

namespace relaywright::test {

/// After one run of a client: the smart host has one message, from a@example.com to b@example.com, which is `expected` below
/// our own field, and the relay has nothing left. Fails the test otherwise (`QTest::currentTestFailed`).
inline void verifyArrival(const ForeignRun &run, const SmtpSink &sink, const RelayFixture &relay,
                          const QByteArray &expected)
{
    QVERIFY2(run.exitCode == 0, run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(sink.messages().size(), 1u, 20'000);
    const SunkMessage &sunk = sink.messages()[0];
    QCOMPARE(sunk.reversePath, QByteArray("a@example.com"));
    QCOMPARE(sunk.forwardPaths, QByteArrayList{"b@example.com"});
    const QByteArray arrived = belowOurField(sunk.data);
    QVERIFY2(arrived == expected, arrived.right(300).toPercentEncoding(" \r\n").constData());
    QTRY_COMPARE(relay.status().queued, 0u);
}

} // namespace relaywright::test
