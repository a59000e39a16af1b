// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/oauth/BrowserSignIn.h"
#include "core/rehearsal/PracticeGrants.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(std::chrono::hours(24 * 365 * 56));
const QString kApplication = QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
const QString kOther = QStringLiteral("ffffffff-bbbb-cccc-dddd-eeeeeeeeeeee");
const QString kUser = QStringLiteral("scanner@contoso.com");
const QString kRedirect = QStringLiteral("http://localhost:50123");

/// 1, 2, 3, …: each name differs from the one before.
Randomness counting()
{
    return [count = 0](qsizetype octets) mutable {
        QByteArray made(octets, '\0');
        ++count;
        for (qsizetype i = 0; i < octets; ++i)
            made[i] = static_cast<char>(count + 7 * i);
        return made;
    };
}

PkcePair pkce()
{
    return pkceOf(Secret(QByteArray(kPkceOctets, 'v')));
}

CodeWish wish()
{
    return {kApplication, QStringLiteral("https://outlook.office.com/SMTP.Send offline_access"), kRedirect,
            pkce().challenge, QStringLiteral("state")};
}

template <class T>
int codeOf(const GrantAnswer<T> &answer)
{
    return answer ? -1 : answer.error().code;
}

} // namespace

class tst_PracticeGrants : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCodeIsBoundToWhatItWasMadeFor_data();
    void aCodeIsBoundToWhatItWasMadeFor();
    void aPageDecidesOnceAndInTime();
    void whoPollsTooFastWaitsLonger();
    void aDeviceCodeEnds();
    void aUserCodeIsReadAsItIsTyped();
    void aDeviceCodeIsDecidedOnce();
    void aRefreshTokenLivesWhileItIsUsed();
    void aRefreshTokenEndsWhenItIsReplaced();
    void whatIsRevokedIsToldSo();
    void holdsTheNewestOnly();
};

void tst_PracticeGrants::aCodeIsBoundToWhatItWasMadeFor_data()
{
    QTest::addColumn<QString>("application");
    QTest::addColumn<QString>("redirect");
    QTest::addColumn<QByteArray>("verifier");
    QTest::addColumn<int>("secondsLater");
    QTest::addColumn<int>("code");
    const QByteArray verifier = pkce().verifier.reveal().toByteArray();
    QTest::newRow("as it was made") << kApplication << kRedirect << verifier << 59 << -1;
    QTest::newRow("by another application") << kOther << kRedirect << verifier << 0 << 70000;
    QTest::newRow("with another redirect")
        << kApplication << QStringLiteral("http://localhost:50124") << verifier << 0 << 70000;
    QTest::newRow("with another verifier") << kApplication << kRedirect << QByteArray("guessed") << 0 << 70000;
    QTest::newRow("with the challenge") << kApplication << kRedirect << pkce().challenge << 0 << 70000;
    QTest::newRow("after a minute") << kApplication << kRedirect << verifier << 60 << 70008;
}

void tst_PracticeGrants::aCodeIsBoundToWhatItWasMadeFor()
{
    QFETCH(QString, application);
    QFETCH(QString, redirect);
    QFETCH(QByteArray, verifier);
    QFETCH(int, secondsLater);
    QFETCH(int, code);
    PracticeGrants grants({}, counting());
    const Secret made = grants.makeCode(wish(), kUser, kNow);
    const TimePoint later = kNow + std::chrono::seconds(secondsLater);
    const auto redeemed = grants.redeemCode(made, application, redirect, Secret(QByteArray(verifier)), later);
    QCOMPARE_EQ(codeOf(redeemed), code);
    if (redeemed)
        QCOMPARE_EQ(*redeemed, (SignedInGrant{kApplication, kUser, wish().scopes}));
    // Used up, well or badly: nobody may guess twice.
    QCOMPARE_EQ(codeOf(grants.redeemCode(made, kApplication, kRedirect, pkce().verifier, kNow)), 54005);
    QCOMPARE_EQ(codeOf(grants.redeemCode(Secret(QByteArray("x")), kApplication, kRedirect, pkce().verifier, kNow)),
                70000);
}

void tst_PracticeGrants::aPageDecidesOnceAndInTime()
{
    PracticeGrants grants({}, counting());
    const Secret ticket = grants.awaitDecision(wish(), kNow);
    QVERIFY(!grants.takeDecision(Secret(QByteArray("another")), kNow));
    QCOMPARE_EQ(grants.takeDecision(ticket, kNow + 9min)->state, QStringLiteral("state"));
    QVERIFY(!grants.takeDecision(ticket, kNow + 9min));
    const Secret late = grants.awaitDecision(wish(), kNow);
    QVERIFY(!grants.takeDecision(late, kNow + 10min));
}

void tst_PracticeGrants::whoPollsTooFastWaitsLonger()
{
    PracticeGrants grants({}, counting());
    const DeviceCodes codes = grants.makeDeviceCodes(kApplication, wish().scopes, kNow);
    const auto poll = [&](std::chrono::seconds after) {
        const auto answer = grants.redeemDeviceCode(codes.deviceCode, kApplication, kNow + after);
        return answer ? QStringLiteral("granted") : answer.error().error;
    };
    QCOMPARE_EQ(poll(5s), QStringLiteral("authorization_pending"));
    QCOMPARE_EQ(poll(8s), QStringLiteral("slow_down"));  // ten seconds from now on
    QCOMPARE_EQ(poll(13s), QStringLiteral("slow_down")); // fifteen
    QCOMPARE_EQ(poll(28s), QStringLiteral("authorization_pending"));
    QVERIFY(grants.decideDevice(codes.userCode, kUser, kNow + 29s));
    QCOMPARE_EQ(poll(43s), QStringLiteral("granted"));
    QCOMPARE_EQ(poll(60s), QStringLiteral("invalid_grant")); // once
    QCOMPARE_EQ(codeOf(grants.redeemDeviceCode(codes.deviceCode, kOther, kNow)), 70018);
}

void tst_PracticeGrants::aDeviceCodeEnds()
{
    PracticeGrants grants({}, counting());
    const DeviceCodes codes = grants.makeDeviceCodes(kApplication, wish().scopes, kNow);
    QVERIFY(!grants.decideDevice(codes.userCode, kUser, kNow + 15min));
    const auto answer = grants.redeemDeviceCode(codes.deviceCode, kApplication, kNow + 15min);
    QCOMPARE_EQ(answer.error().error, QStringLiteral("expired_token"));
}

void tst_PracticeGrants::aUserCodeIsReadAsItIsTyped()
{
    PracticeGrants grants({}, counting());
    const DeviceCodes codes = grants.makeDeviceCodes(kApplication, wish().scopes, kNow);
    QCOMPARE_EQ(codes.userCode.size(), 9);
    const QString typed = QStringLiteral(" %1-%2 ").arg(codes.userCode.left(4).toLower(), codes.userCode.mid(4));
    QVERIFY(grants.decideDevice(typed, kUser, kNow));
    QCOMPARE_EQ(grants.redeemDeviceCode(codes.deviceCode, kApplication, kNow)->user, kUser);
}

void tst_PracticeGrants::aDeviceCodeIsDecidedOnce()
{
    PracticeGrants grants({}, counting());
    const DeviceCodes codes = grants.makeDeviceCodes(kApplication, wish().scopes, kNow);
    QVERIFY(grants.decideDevice(codes.userCode, std::nullopt, kNow));
    QVERIFY(!grants.decideDevice(codes.userCode, kUser, kNow));
    QCOMPARE_EQ(grants.redeemDeviceCode(codes.deviceCode, kApplication, kNow).error().error,
                QStringLiteral("authorization_declined"));
}

void tst_PracticeGrants::aRefreshTokenLivesWhileItIsUsed()
{
    PracticeGrants grants({.refreshIdleLimit = 10s}, counting());
    const SignedInGrant grant{kApplication, kUser, wish().scopes};
    const Secret token = grants.makeRefreshToken(grant, kNow);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kOther, kNow)), 70000);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kApplication, kNow + 9s)), -1);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kApplication, kNow + 18s)), -1);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kApplication, kNow + 28s)), 700082);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(Secret(QByteArray("x")), kApplication, kNow)), 70000);
}

void tst_PracticeGrants::aRefreshTokenEndsWhenItIsReplaced()
{
    PracticeGrants grants({}, counting());
    const SignedInGrant grant{kApplication, kUser, wish().scopes};
    const Secret token = grants.makeRefreshToken(grant, kNow);
    grants.replaced(token); // Entra's way: it stays
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kApplication, kNow)), -1);
    grants.setRules({.refreshTokensEndOnUse = true});
    grants.replaced(token);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(token, kApplication, kNow)), 50173);
}

void tst_PracticeGrants::whatIsRevokedIsToldSo()
{
    PracticeGrants grants({}, counting());
    const Secret one = grants.makeRefreshToken({kApplication, kUser, {}}, kNow);
    const Secret two = grants.makeRefreshToken({kApplication, QStringLiteral("joe@contoso.com"), {}}, kNow);
    grants.revoke(QStringLiteral("Scanner@Contoso.com"));
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(one, kApplication, kNow)), 50173);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(two, kApplication, kNow)), -1);
    grants.revoke();
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(two, kApplication, kNow)), 50173);
}

void tst_PracticeGrants::holdsTheNewestOnly()
{
    PracticeGrants grants({}, randomOctets);
    const Secret first = grants.makeRefreshToken({kApplication, kUser, {}}, kNow);
    Secret last;
    for (std::size_t i = 0; i < SecretShelf<int>::kMost; ++i)
        last = grants.makeRefreshToken({kApplication, kUser, {}}, kNow);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(first, kApplication, kNow)), 70000);
    QCOMPARE_EQ(codeOf(grants.useRefreshToken(last, kApplication, kNow)), -1);
}

QTEST_GUILESS_MAIN(tst_PracticeGrants)
#include "tst_PracticeGrants.moc"
