// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCache.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}};

GrantedToken granted(const char *text, TimePoint at, std::chrono::seconds life)
{
    return {.accessToken = Secret(QByteArray(text)), .obtained = at, .expires = at + life};
}

TokenTrouble passing(std::optional<std::chrono::seconds> wait = {})
{
    TokenTrouble trouble;
    trouble.kind = TokenTrouble::Kind::Wait;
    trouble.actor = TokenTrouble::Actor::Nobody;
    trouble.wait = wait;
    return trouble;
}

/// The service refused.
TokenTrouble standing()
{
    TokenTrouble trouble;
    trouble.status = 401;
    return trouble;
}

QByteArray textOf(const GrantedToken *token)
{
    return token ? token->accessToken.reveal().toByteArray() : QByteArray("none");
}

} // namespace

class tst_TokenCache : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nobodyAsksBeforeSomebodyWantsOne();
    void oneQuestionAtATime();
    void aTokenIsGoodUntilShortlyBeforeItsEnd();
    void halfOfAShortLifeIsUsed();
    void whatIsUsedIsRenewedBeforeItsEnd();
    void whatNobodyUsesIsNotRenewed();
    void theServiceMaySayWhenToRenew();
    void theTimesAreSpread();
    void troublePausesLongerEachTime();
    void whatSomebodyMustMendIsAskedRarely();
    void whatTheServiceWasNotAskedIsAskedSoon();
    void theServiceMaySayHowLongToWait();
    void anOldTokenServesWhileRenewingFails();
    void aRefusedTokenIsNeverHandedOutAgain();
    void aFreshTokenThatIsRefusedIsNotReplacedAtOnce();
    void aClockThatIsSetBackEndsTokensAndPauses();
    void anOperatorEndsAPause();
};

void tst_TokenCache::nobodyAsksBeforeSomebodyWantsOne()
{
    const TokenCache cache(2min);
    QVERIFY(!cache.isDue(kStart, false));
    QVERIFY(cache.isDue(kStart, true));
    QVERIFY(!cache.nextAsk(kStart));
    QVERIFY(!cache.token(kStart));
}

void tst_TokenCache::oneQuestionAtATime()
{
    TokenCache cache(2min);
    cache.onAsking();
    QVERIFY(!cache.isDue(kStart, true));
    cache.onGranted(granted("one", kStart, 1h), 0.5);
    QVERIFY(!cache.isAsking());
    QVERIFY(!cache.isDue(kStart, true)); // there is one
}

void tst_TokenCache::aTokenIsGoodUntilShortlyBeforeItsEnd()
{
    TokenCache cache(2min);
    cache.onGranted(granted("one", kStart, 1h), 0.5);
    QCOMPARE(textOf(cache.token(kStart)), "one");
    QCOMPARE(textOf(cache.token(kStart + 58min - 1ms)), "one");
    QCOMPARE(textOf(cache.token(kStart + 58min)), "none");
    QVERIFY(cache.isDue(kStart + 58min, true));
}

void tst_TokenCache::halfOfAShortLifeIsUsed()
{
    TokenCache cache(20min);
    cache.onGranted(granted("short", kStart, 8s), 0.5);
    QCOMPARE(textOf(cache.token(kStart + 4s - 1ms)), "short");
    QCOMPARE(textOf(cache.token(kStart + 4s)), "none");
}

void tst_TokenCache::whatIsUsedIsRenewedBeforeItsEnd()
{
    TokenCache cache(2min);
    cache.onGranted(granted("one", kStart, 62min), 0.5);
    QCOMPARE(textOf(cache.use(kStart + 10min)), "one");
    QCOMPARE(cache.nextAsk(kStart + 10min), std::optional<TimePoint>(kStart + 48min)); // eight tenths of an hour
    QVERIFY(!cache.isDue(kStart + 48min - 1ms, false));
    QVERIFY(cache.isDue(kStart + 48min, false));
    QCOMPARE(textOf(cache.token(kStart + 48min)), "one"); // meanwhile
}

void tst_TokenCache::whatNobodyUsesIsNotRenewed()
{
    TokenCache cache(2min);
    cache.onGranted(granted("one", kStart, 1h), 0.5);
    QVERIFY(!cache.nextAsk(kStart));
    QVERIFY(!cache.isDue(kStart + 50min, false));
    QVERIFY(cache.use(kStart + 50min));
    QVERIFY(cache.isDue(kStart + 50min, false));
    QVERIFY(!cache.use(kStart + 59min)); // too old: that is no use
}

void tst_TokenCache::theServiceMaySayWhenToRenew()
{
    TokenCache cache(2min);
    GrantedToken token = granted("day", kStart, 24h);
    token.refreshAt = kStart + 12h;
    cache.onGranted(token, 0.0);
    QVERIFY(cache.use(kStart));
    QCOMPARE(cache.nextAsk(kStart), std::optional<TimePoint>(kStart + 12h));
    token.refreshAt = kStart; // nonsense: it would be asked for again and again
    cache.onGranted(token, 0.0);
    QVERIFY(cache.use(kStart));
    QVERIFY(*cache.nextAsk(kStart) > kStart + 7h);
    token.refreshAt = kStart + 48h; // nonsense: after its end; so nine tenths
    cache.onGranted(token, 0.0);
    QVERIFY(cache.use(kStart));
    QCOMPARE(cache.nextAsk(kStart), std::optional<TimePoint>(kStart + 1294min + 12s));
}

void tst_TokenCache::theTimesAreSpread()
{
    for (const double random : {0.0, 1.0}) {
        TokenCache cache(2min);
        cache.onGranted(granted("one", kStart, 62min), random);
        QVERIFY(cache.use(kStart));
        QCOMPARE(cache.nextAsk(kStart), std::optional<TimePoint>(kStart + (random < 0.5 ? 42min : 54min)));
        cache.onTrouble(passing(), kStart, random);
        QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + (random < 0.5 ? 9s : 11s)));
    }
}

void tst_TokenCache::troublePausesLongerEachTime()
{
    TokenCache cache(2min);
    TimePoint now = kStart;
    for (const std::chrono::seconds wait : {10s, 60s, 300s, 900s, 900s}) {
        QVERIFY(cache.isDue(now, true));
        cache.onAsking();
        cache.onTrouble(passing(), now, 0.5);
        QCOMPARE(cache.trouble(), std::optional<TokenTrouble>(passing()));
        QVERIFY(!cache.isDue(now + wait - 1ms, true));
        QVERIFY(cache.isDue(now + wait, true));
        now += wait;
    }
    cache.onAsking();
    cache.onGranted(granted("one", now, 1h), 0.5);
    QVERIFY(!cache.trouble());
    cache.onTrouble(passing(), now, 0.5); // from the beginning
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(now + 10s));
}

void tst_TokenCache::whatSomebodyMustMendIsAskedRarely()
{
    TokenCache cache(2min);
    cache.onTrouble(passing(), kStart, 0.5); // says nothing about what follows
    cache.onTrouble(standing(), kStart, 0.5);
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 15min));
    cache.onTrouble(standing(), kStart, 0.5);
    cache.onTrouble(standing(), kStart, 0.5);
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 60min));
}

void tst_TokenCache::whatTheServiceWasNotAskedIsAskedSoon()
{
    TokenCache cache(2min);
    cache.onTrouble(TokenTrouble(), kStart, 0.5); // such as a keychain that is locked
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 10s));
}

void tst_TokenCache::theServiceMaySayHowLongToWait()
{
    TokenCache cache(2min);
    cache.onTrouble(passing(600s), kStart, 0.5);
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 600s));
    cache.onTrouble(passing(1s), kStart, 0.5); // less than our own
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 60s));
}

void tst_TokenCache::anOldTokenServesWhileRenewingFails()
{
    TokenCache cache(2min);
    cache.onGranted(granted("one", kStart, 1h), 0.5);
    QVERIFY(cache.use(kStart));
    cache.onAsking();
    cache.onTrouble(passing(), kStart + 48min, 0.5);
    QCOMPARE(cache.nextAsk(kStart + 48min), std::optional<TimePoint>(kStart + 48min + 10s));
    QCOMPARE(textOf(cache.use(kStart + 49min)), "one");
    QVERIFY(!cache.isDue(kStart + 48min + 9s, false));
    QVERIFY(cache.isDue(kStart + 48min + 10s, false));
    QVERIFY(!cache.isDue(kStart + 59min, false)); // over: now somebody must want one
    QVERIFY(!cache.nextAsk(kStart + 59min));
}

void tst_TokenCache::aRefusedTokenIsNeverHandedOutAgain()
{
    TokenCache cache(2min);
    const GrantedToken one = granted("one", kStart, 1h);
    cache.onGranted(one, 0.5);
    QVERIFY(cache.use(kStart));
    cache.onAccepted(one.accessToken);
    QVERIFY(cache.onRefused(one.accessToken)); // it was good before: another one may be
    QVERIFY(!cache.token(kStart));
    QVERIFY(!cache.nextAsk(kStart));
    QVERIFY(cache.isDue(kStart, true));
    QVERIFY(cache.onRefused(one.accessToken)); // another connection's news of the same
    cache.onGranted(granted("two", kStart, 1h), 0.5);
    QVERIFY(cache.onRefused(one.accessToken)); // late news of the old one
    QCOMPARE(textOf(cache.token(kStart)), "two");
}

void tst_TokenCache::aFreshTokenThatIsRefusedIsNotReplacedAtOnce()
{
    TokenCache cache(2min);
    const GrantedToken one = granted("one", kStart, 1h);
    cache.onGranted(one, 0.5);
    cache.onAccepted(Secret(QByteArray("another")));
    QVERIFY(!cache.onRefused(one.accessToken));
    QVERIFY(!cache.token(kStart));
}

void tst_TokenCache::aClockThatIsSetBackEndsTokensAndPauses()
{
    TokenCache cache(2min);
    cache.onGranted(granted("one", kStart, 1h), 0.5);
    QCOMPARE(textOf(cache.token(kStart - 4s)), "one"); // a clock that is kept right by the network
    QCOMPARE(textOf(cache.token(kStart - 1h)), "none");
    QVERIFY(cache.isDue(kStart - 1h, true));
    cache.onTrouble(standing(), kStart, 0.5);
    QVERIFY(!cache.isDue(kStart - 4s, true));
    QVERIFY(cache.isDue(kStart - 1h, true));
}

void tst_TokenCache::anOperatorEndsAPause()
{
    TokenCache cache(2min);
    cache.onTrouble(standing(), kStart, 0.5);
    cache.onTrouble(standing(), kStart, 0.5);
    QVERIFY(!cache.isDue(kStart, true));
    cache.tryNow();
    QVERIFY(cache.isDue(kStart, true));
    cache.onTrouble(standing(), kStart, 0.5);
    QCOMPARE(cache.pausedUntil(), std::optional<TimePoint>(kStart + 15min)); // and counts anew
}

QTEST_GUILESS_MAIN(tst_TokenCache)
#include "tst_TokenCache.moc"
