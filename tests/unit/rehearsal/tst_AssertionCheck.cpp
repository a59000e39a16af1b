// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/ClientAssertion.h"
#include "core/rehearsal/AssertionCheck.h"
#include "core/rehearsal/JsonWebToken.h"
#include "tests/support/MadeToken.h"
#include "tests/unit/oauth/MadeIdentity.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(std::chrono::seconds(1'800'000'000));
const QString kEndpoint = QStringLiteral("https://127.0.0.1:50000/contoso.com/oauth2/v2.0/token");
const QString kApplication = QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");

} // namespace

class tst_AssertionCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void takesWhatProvesTheApplication_data();
    void takesWhatProvesTheApplication();
    void refuses_data();
    void refuses();
    void isGoodOnce();
    void forgetsIdsThatNobodyCanUseAgain();

private:
    [[nodiscard]] Secret signedAt(TimePoint time, AssertionAlgorithm algorithm = AssertionAlgorithm::Ps256,
                                  char id = 'i', const QString &endpoint = kEndpoint,
                                  const QString &application = kApplication) const
    {
        return *signAssertion(*m_key, {QUrl(endpoint), *ApplicationId::parse(application), algorithm}, time,
                              QByteArray(kAssertionIdOctets, id));
    }
    [[nodiscard]] QString why(const Secret &assertion, TimePoint now = kNow)
    {
        const auto refusal = m_check.refuse(assertion, m_application, {kEndpoint}, now);
        if (refusal
            && (refusal->code != 700027 || refusal->error != QLatin1String("invalid_client") || refusal->status != 401))
            return QStringLiteral("another refusal");
        return refusal ? refusal->sentence : QString();
    }

    QByteArray m_pem;
    std::optional<AssertionKey> m_key;
    PracticeApplication m_application;
    AssertionCheck m_check;
};

void tst_AssertionCheck::initTestCase()
{
    const test::MadeIdentity made = test::MadeIdentity::rsa();
    m_pem = made.certificatePem(1'700'000'000, 1'900'000'000);
    m_key = *AssertionKey::fromPem(made.keyPem(), m_pem);
    m_application = {.id = kApplication,
                     .certificatesPem = {test::MadeIdentity::elliptic().certificatePem(1, 2), m_pem}};
}

void tst_AssertionCheck::takesWhatProvesTheApplication_data()
{
    QTest::addColumn<AssertionAlgorithm>("algorithm");
    QTest::addColumn<int>("minutesOff");
    QTest::newRow("PS256") << AssertionAlgorithm::Ps256 << 0;
    QTest::newRow("RS256") << AssertionAlgorithm::Rs256 << 0;
    QTest::newRow("a clock that is ahead") << AssertionAlgorithm::Ps256 << 5;
    QTest::newRow("a clock that is behind") << AssertionAlgorithm::Ps256 << -14;
}

void tst_AssertionCheck::takesWhatProvesTheApplication()
{
    QFETCH(AssertionAlgorithm, algorithm);
    QFETCH(int, minutesOff);
    m_check = {};
    QCOMPARE_EQ(why(signedAt(kNow + std::chrono::minutes(minutesOff), algorithm)), QString());
}

void tst_AssertionCheck::refuses_data()
{
    QTest::addColumn<QByteArray>("assertion");
    QTest::addColumn<QString>("why");
    const auto row = [](const char *tag, const Secret &assertion, const char *reason) {
        QTest::newRow(tag) << assertion.reveal().toByteArray() << QString::fromLatin1(reason);
    };
    const auto good = signedAt(kNow).reveal().toByteArray();
    const QByteArrayList parts = good.split('.');
    row("no token", Secret(QByteArray("x")), "can be read");
    row("without a signature", Secret(test::madeToken({{QStringLiteral("iss"), kApplication}})), "not registered");
    QByteArray unsignedHeader = QByteArray::fromBase64(parts[0], QByteArray::Base64UrlEncoding);
    unsignedHeader.replace("PS256", "none");
    row("whose algorithm is none", Secret(QByteArray(base64Url(unsignedHeader) + '.' + parts[1] + '.')),
        "does not fit");
    QByteArray otherWay = QByteArray::fromBase64(parts[0], QByteArray::Base64UrlEncoding);
    otherWay.replace("PS256", "RS256");
    row("whose algorithm is another one", Secret(QByteArray(base64Url(otherWay) + '.' + parts[1] + '.' + parts[2])),
        "does not fit");
    QByteArray changed = QByteArray::fromBase64(parts[1], QByteArray::Base64UrlEncoding);
    changed.replace("1800000600", "1800009999");
    row("with a claim changed", Secret(QByteArray(parts[0] + '.' + base64Url(changed) + '.' + parts[2])),
        "does not fit");
    const test::MadeIdentity stranger = test::MadeIdentity::rsa();
    const QByteArray strangePem = stranger.certificatePem(1'700'000'000, 1'900'000'000);
    row("with another certificate",
        *signAssertion(*AssertionKey::fromPem(stranger.keyPem(), strangePem),
                       {QUrl(kEndpoint), *ApplicationId::parse(kApplication)}, kNow,
                       QByteArray(kAssertionIdOctets, 'x')),
        "not registered");
    row("for another endpoint",
        signedAt(kNow, AssertionAlgorithm::Ps256, 'i',
                 QStringLiteral("https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token")),
        "(aud)");
    row("of another application",
        signedAt(kNow, AssertionAlgorithm::Ps256, 'i', kEndpoint,
                 QStringLiteral("ffffffff-bbbb-cccc-dddd-eeeeeeeeeeee")),
        "(sub)");
    row("that is not good yet", signedAt(kNow + 6min), "valid time range");
    row("that has ended", signedAt(kNow - 15min), "valid time range");
}

void tst_AssertionCheck::refuses()
{
    QFETCH(QByteArray, assertion);
    QFETCH(QString, why);
    m_check = {};
    const QString told = this->why(Secret(QByteArray(assertion)));
    QVERIFY2(told.contains(why) && told.endsWith(u'.'), qPrintable(told));
    // What was refused has not used up the id of a good one.
    QCOMPARE_EQ(this->why(signedAt(kNow)), QString());
}

void tst_AssertionCheck::isGoodOnce()
{
    m_check = {};
    QCOMPARE_EQ(why(signedAt(kNow)), QString());
    QVERIFY(why(signedAt(kNow + 1min)).contains(QStringLiteral("was used before"))); // the same id
    QCOMPARE_EQ(why(signedAt(kNow, AssertionAlgorithm::Ps256, 'j')), QString());
}

void tst_AssertionCheck::forgetsIdsThatNobodyCanUseAgain()
{
    m_check = {};
    QCOMPARE_EQ(why(signedAt(kNow)), QString());
    // Its time is over; an assertion of today may have that id again.
    QCOMPARE_EQ(why(signedAt(kNow + 24h), kNow + 24h), QString());
}

QTEST_GUILESS_MAIN(tst_AssertionCheck)
#include "tst_AssertionCheck.moc"
