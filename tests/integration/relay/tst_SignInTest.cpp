// SPDX-License-Identifier: GPL-3.0-or-later
#include "GuardClock.h"
#include "RelayFixture.h"

#include "core/rehearsal/PracticeServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// A relay without mail that tries once a day whether its password still signs in.

namespace {

const QString kMailbox = QStringLiteral("scanner@contoso.com");

class PasswordSite {
public:
    PasswordSite()
    {
        relay.lookEvery = 10ms;
        relay.clock = &clock;
        relay.waits.held = {5min, 15min, 1h};
        relay.secrets.write(kMailbox, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
    }
    [[nodiscard]] bool begin() { return sink.listen() && begin(sink.port(), certificates.authorityFile()); }
    [[nodiscard]] bool begin(std::uint16_t port, const QString &authorityFile)
    {
        relay.setUpstream(port, QStringLiteral("starttls"),
                          {{QStringLiteral("user"), kMailbox},
                           {QStringLiteral("password"), QStringLiteral("keychain:") + kMailbox},
                           {QStringLiteral("caFile"), authorityFile}});
        return relay.start();
    }
    /// Looks again and again at what is due by now.
    [[nodiscard]] bool looks()
    {
        const int read = clock.readings();
        return QTest::qWaitFor([&] { return clock.readings() > read + 200; }, 20'000);
    }
    [[nodiscard]] int said(const char *verb) const
    {
        return static_cast<int>(std::ranges::count_if(
            sink.commands(), [&](const QByteArray &command) { return command.startsWith(verb); }));
    }
    [[nodiscard]] QString state() const { return relay.status().routes.front().state; }
    [[nodiscard]] QStringList alerts() const
    {
        QStringList sentences;
        for (const AlertStatus &one : relay.status().alerts)
            sentences += one.kind + QStringLiteral(": ") + one.sentence;
        return sentences;
    }

    GuardClock clock;
    TestCertificates certificates;
    SmtpSink sink{SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .user = kMailbox.toUtf8(),
                                    .password = kPasswordMark}};
    RelayFixture relay;
};

} // namespace

class tst_SignInTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsInAndQuitsOnceADay();
    void mailStandsInForIt();
    void aRefusalHoldsTheWayAndIsToldOnce();
    void aHostThatCannotBeReachedIsNoNews();
    void thePracticeExchangeRefusesAPasswordThatWasChanged();
};

void tst_SignInTest::signsInAndQuitsOnceADay()
{
    PasswordSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    site.clock.advance(50min);
    QVERIFY(site.looks());
    QCOMPARE(site.sink.connectionCount(), 0); // it was started just now
    site.clock.advance(15min);
    QTRY_COMPARE_WITH_TIMEOUT(site.said("QUIT"), 1, 20'000);
    QCOMPARE(site.said("AUTH"), 1);
    QCOMPARE(site.said("MAIL"), 0);
    QTRY_COMPARE(site.sink.openConnections(), 0);
    site.clock.advance(23h);
    QVERIFY(site.looks());
    QCOMPARE(site.sink.connectionCount(), 1);
    site.clock.advance(2h);
    QTRY_COMPARE_WITH_TIMEOUT(site.said("QUIT"), 2, 20'000);
    QVERIFY(site.looks());
    QCOMPARE(site.sink.connectionCount(), 2);
    QCOMPARE(site.said("MAIL"), 0);
    QCOMPARE(site.state(), QStringLiteral("open"));
    QCOMPARE(site.alerts(), QStringList());
    QVERIFY(!site.relay.log.join(u'\n').contains(QLatin1String(kPasswordMark)));
}

void tst_SignInTest::mailStandsInForIt()
{
    PasswordSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    site.clock.advance(30min);
    QVERIFY(site.relay.send("Subject: s\r\n\r\nx\r\n").reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 20'000);
    QTRY_COMPARE(site.relay.status().queued, 0u);
    site.sink.dropConnections();
    QTRY_COMPARE(site.sink.openConnections(), 0);
    site.clock.advance(23h);
    QVERIFY(site.looks());
    QCOMPARE(site.sink.connectionCount(), 1);
    site.clock.advance(2h);
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.connectionCount(), 2, 20'000);
}

void tst_SignInTest::aRefusalHoldsTheWayAndIsToldOnce()
{
    PasswordSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    site.sink.answerAlways("AUTH", "535 5.7.8 no");
    site.clock.advance(61min);
    QTRY_COMPARE_WITH_TIMEOUT(site.state(), QStringLiteral("held"), 20'000);
    QTRY_COMPARE(site.alerts().size(), 1);
    QVERIFY2(site.alerts().front().startsWith(QStringLiteral("upstream: ")), qPrintable(site.alerts().front()));
    QVERIFY2(site.alerts().front().contains(QStringLiteral("535 5.7.8 no")), qPrintable(site.alerts().front()));
    QVERIFY2(site.alerts().front().contains(QStringLiteral("does not let the relay sign in")),
             qPrintable(site.alerts().front()));
    for (int hours = 0; hours < 20; hours += 5) { // a pause that is over is no reason to try again
        site.clock.advance(5h);
        QVERIFY(site.looks());
        QCOMPARE(site.sink.connectionCount(), 1);
    }
    site.sink.clearAnswers();
    QVERIFY(site.relay.ask(QStringLiteral("retry"))); // somebody mended it, and there is no mail that would show so
    QTRY_COMPARE_WITH_TIMEOUT(site.state(), QStringLiteral("open"), 20'000);
    QCOMPARE(site.sink.connectionCount(), 2);
    QCOMPARE(site.said("MAIL"), 0);
}

void tst_SignInTest::aHostThatCannotBeReachedIsNoNews()
{
    PasswordSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    site.sink.answerAlways("CONNECT", "drop");
    site.clock.advance(61min);
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.connectionCount(), 1, 20'000);
    QVERIFY(site.looks());
    QCOMPARE(site.sink.connectionCount(), 1);
    QCOMPARE(site.state(), QStringLiteral("open"));
    QCOMPARE(site.alerts(), QStringList());
    site.sink.clearAnswers();
    site.clock.advance(61min);
    QTRY_COMPARE_WITH_TIMEOUT(site.said("QUIT"), 1, 20'000);
    QCOMPARE(site.state(), QStringLiteral("open"));
}

void tst_SignInTest::thePracticeExchangeRefusesAPasswordThatWasChanged()
{
    PasswordSite site;
    PracticeSettings settings;
    settings.method = PracticeMethod::ClientSubmission;
    settings.tenant.accounts = {{.user = kMailbox, .password = Secret(QByteArray("another"))}};
    const SystemClock now;
    PracticeServer exchange(settings, now);
    QVERIFY(exchange.start());
    QFile authority(site.relay.folder() + QStringLiteral("/authority.pem"));
    QVERIFY(authority.open(QIODevice::WriteOnly) && authority.write(exchange.authorityPem()) > 0);
    authority.close();
    QVERIFY2(site.begin(exchange.address().port, authority.fileName()), qPrintable(site.relay.problem));
    site.clock.advance(61min);
    QTRY_COMPARE_WITH_TIMEOUT(site.state(), QStringLiteral("held"), 20'000);
    QTRY_COMPARE(site.alerts().size(), 1);
    QVERIFY2(site.alerts().front().contains(QStringLiteral("5.7.")), qPrintable(site.alerts().front()));
    QVERIFY(exchange.messages().empty());
}

QTEST_GUILESS_MAIN(tst_SignInTest)
#include "tst_SignInTest.moc"
