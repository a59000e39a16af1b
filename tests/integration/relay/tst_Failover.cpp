// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeliveryFixture.h"

#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// Several smart hosts of one route: which of them takes the mail, and when another one does.

class tst_Failover : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesToTheNextHostAndBackToTheFirst();
    void leavesAHostForAsLongAsWasSaid();
    void leavesAHostWithoutTlsAndOneThatThrottlesForLong();
    void doesNotGoElsewhereWithTheSameRefusedSignIn();
    void goesElsewhereAfterAWhileWhereTheSignInIsAnother();
};

void tst_Failover::goesToTheNextHostAndBackToTheFirst()
{
    const std::uint16_t port = DeliveryFixture::freePort();
    SmtpSink second;
    QVERIFY(second.listen());
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(port), fixture.host(second.port())});
    fixture.start();
    const QueueId id = fixture.accept();
    QTRY_COMPARE(second.messages().size(), 1u);
    QTRY_VERIFY(fixture.story(id).contains(QStringLiteral("by localhost:%1, because of ").arg(second.port())));
    QVERIFY2(!fixture.story(id).contains(QStringLiteral("deferred")), qPrintable(fixture.story(id)));
    const QString log = fixture.log.join(u'\n');
    QVERIFY2(log.contains(QStringLiteral("It is left for 1 second, until ")), qPrintable(log));
    QVERIFY2(log.contains(QStringLiteral(" UTC. Mail goes by localhost:%1.").arg(second.port())), qPrintable(log));

    SmtpSink first(SmtpSink::Options{.port = port});
    QVERIFY(first.listen());
    int sent = 1;
    QTRY_VERIFY2((fixture.accept(), ++sent, !first.messages().empty()), "nothing ever went to the first host again");
    QTRY_COMPARE(first.messages().size() + second.messages().size(), static_cast<std::size_t>(sent));
    const std::size_t before = second.messages().size();
    fixture.accept();
    QTRY_COMPARE(first.messages().size() + second.messages().size(), static_cast<std::size_t>(sent + 1));
    QCOMPARE(second.messages().size(), before);
    QVERIFY2(fixture.log.join(u'\n').contains(QStringLiteral("The smart host localhost:%1 works again.").arg(port)),
             qPrintable(fixture.log.join(u'\n')));
}

/// So long nobody tries, though the host is there again.
void tst_Failover::leavesAHostForAsLongAsWasSaid()
{
    const std::uint16_t port = DeliveryFixture::freePort();
    SmtpSink second;
    QVERIFY(second.listen());
    DeliveryFixture fixture;
    RelayUpstream away = fixture.host(port);
    away.leaveFor = 1h;
    RelayUpstream last = fixture.host(second.port());
    last.leaveFor = 1h; // nobody follows: it counts for nothing
    fixture.addRoute(defaultRouteName(), {away, last});
    fixture.start();
    fixture.accept();
    QTRY_COMPARE(second.messages().size(), 1u);
    QVERIFY2(fixture.log.join(u'\n').contains(QStringLiteral("It is left for 1 hour, until ")),
             qPrintable(fixture.log.join(u'\n')));
    const auto until = fixture.delivery->routes()[0].leftUntil;
    QVERIFY(until && *until > fixture.clock.now() + 59min && *until <= fixture.clock.now() + 1h);
    SmtpSink first(SmtpSink::Options{.port = port});
    QVERIFY(first.listen());
    second.close();
    fixture.accept();
    QTRY_COMPARE(fixture.delivery->routes()[0].state, QStringLiteral("down"));
    QVERIFY(second.listen());
    QTRY_COMPARE(second.messages().size(), 2u); // that one is tried as ever
    QCOMPARE(first.connectionCount(), 0);
    fixture.delivery->tryNow();
    fixture.accept();
    QTRY_VERIFY((fixture.accept(), !first.messages().empty()));
}

void tst_Failover::leavesAHostWithoutTlsAndOneThatThrottlesForLong()
{
    SmtpSink first;
    SmtpSink second;
    SmtpSink third;
    QVERIFY(first.listen() && second.listen() && third.listen());
    second.answerAlways("MAIL", "450 4.7.1 slow down");
    DeliveryFixture fixture;
    RelayUpstream withTls = fixture.host(first.port());
    withTls.tls = TlsPolicy::Required;
    fixture.addRoute(defaultRouteName(), {withTls, fixture.host(second.port()), fixture.host(third.port())});
    fixture.settings.common.waits.slowed = {1h};
    fixture.start();
    const QueueId throttled = fixture.accept(); // a 4.7.1 is about this message too: it waits its turn
    QTRY_VERIFY(fixture.story(throttled).contains(QStringLiteral("deferred: b@example.com: 450 4.7.1 slow down")));
    fixture.accept();
    QTRY_COMPARE(third.messages().size(), 1u);
    QVERIFY(first.messages().empty() && second.messages().empty());
    for (const QByteArray &command : first.commands())
        QVERIFY2(command.startsWith("EHLO") || command.startsWith("QUIT"), command.constData());
}

namespace {

/// A route whose first host wants a sign-in that is wrong, for some time.
class RefusedSignIn : public DeliveryFixture {
public:
    RefusedSignIn()
        : first({.tls = SmtpSink::Tls::StartTls,
                 .identity = m_certificates.valid(),
                 .user = "u@example.com",
                 .password = kPasswordMark})
    {
        secrets.write(QStringLiteral("u"), Secret(QByteArray("wrong-password")), qApp, [](const Result<void> &) {});
    }
    [[nodiscard]] bool begin(const RelayUpstream &fallback, std::chrono::milliseconds patience)
    {
        if (!first.listen())
            return false;
        RelayUpstream refusing = signedIn(host(first.port()));
        refusing.leaveAfter = patience;
        addRoute(defaultRouteName(), {refusing, fallback});
        QFile authority(m_certificates.authorityFile());
        if (!authority.open(QIODevice::ReadOnly))
            return false;
        settings.routes[0].authorities[m_certificates.authorityFile()] = authority.readAll();
        start();
        return true;
    }
    RelayUpstream signedIn(RelayUpstream host) const
    {
        host.tls = TlsPolicy::Required;
        host.caFile = m_certificates.authorityFile();
        host.user = QStringLiteral("u@example.com");
        host.password = SecretRef::keychain(QStringLiteral("u"));
        return host;
    }

private:
    TestCertificates m_certificates;

public:
    SmtpSink first;
};

} // namespace

void tst_Failover::doesNotGoElsewhereWithTheSameRefusedSignIn()
{
    SmtpSink second;
    QVERIFY(second.listen());
    RefusedSignIn fixture;
    QVERIFY(fixture.begin(fixture.signedIn(fixture.host(second.port())), 1ms));
    SmtpSink elsewhere;
    QVERIFY(elsewhere.listen());
    fixture.addRoute(QStringLiteral("elsewhere"), {fixture.host(elsewhere.port())});
    fixture.addDevice({.name = QStringLiteral("copier"),
                       .networks = {*IpNetwork::parse(QStringLiteral("192.0.2.9"))},
                       .route = QStringLiteral("elsewhere")});
    fixture.delivery->reconfigure(fixture.settings);
    fixture.accept();
    QTRY_VERIFY_WITH_TIMEOUT(fixture.delivery->routes()[0].state == QStringLiteral("held"), 20'000);
    QVERIFY2(fixture.delivery->routes()[0].reason.contains(QStringLiteral("535")),
             qPrintable(fixture.delivery->routes()[0].reason));
    QVERIFY(fixture.delivery->routes()[0].refusedBy.isEmpty());
    fixture.accept();
    // What comes behind it goes another way: that takes longer than the millisecond of patience.
    fixture.accept(QStringLiteral("192.0.2.9"));
    QTRY_COMPARE(elsewhere.messages().size(), 1u);
    QCOMPARE(second.connectionCount(), 0);
    QVERIFY(fixture.delivery->setPassword(Secret(QByteArray(kPasswordMark))));
    QTRY_COMPARE(fixture.first.messages().size(), 2u);
    QVERIFY(!fixture.log.join(u' ').contains(QStringLiteral("wrong-password")));
}

void tst_Failover::goesElsewhereAfterAWhileWhereTheSignInIsAnother()
{
    SmtpSink second;
    QVERIFY(second.listen());
    RefusedSignIn fixture;
    QVERIFY(fixture.begin(fixture.host(second.port()), 700ms));
    QElapsedTimer since;
    since.start();
    const QueueId id = fixture.accept();
    QTRY_VERIFY(fixture.delivery->routes()[0].state == QStringLiteral("held"));
    QVERIFY(second.messages().empty());
    // By itself, and what tells of the refusal stays.
    QTRY_COMPARE(second.messages().size(), 1u);
    QVERIFY2(since.elapsed() >= 700, qPrintable(QString::number(since.elapsed())));
    const RouteStatus left = fixture.delivery->routes()[0];
    QCOMPARE(left.state, QStringLiteral("open"));
    QCOMPARE(left.host, QStringLiteral("localhost:%1").arg(second.port()));
    QCOMPARE(left.refusedBy, QStringLiteral("localhost:%1").arg(fixture.first.port()));
    QVERIFY2(left.reason.contains(QStringLiteral("535")), qPrintable(left.reason));
    QVERIFY(left.leftUntil && *left.leftUntil > fixture.clock.now() + 30min);
    QVERIFY2(fixture.log.join(u'\n').contains(QStringLiteral(" is not used, because of ")),
             qPrintable(fixture.log.join(u'\n')));
    QTRY_VERIFY2(fixture.story(id).contains(QStringLiteral("(by localhost:%1, because of").arg(second.port())),
                 qPrintable(fixture.story(id)));
    const QString log = fixture.log.join(u'\n');
    QVERIFY2(log.contains(QStringLiteral("If it goes on refusing for 1 second, mail goes another way meanwhile.")),
             qPrintable(log));

    QVERIFY(fixture.delivery->setPassword(Secret(QByteArray(kPasswordMark))));
    int sent = 1;
    QTRY_VERIFY2((fixture.accept(), ++sent, !fixture.first.messages().empty()), "nothing went to the first host again");
    QTRY_COMPARE(fixture.first.messages().size() + second.messages().size(), static_cast<std::size_t>(sent));
    QVERIFY(fixture.delivery->routes()[0].refusedBy.isEmpty());
    QVERIFY(!fixture.log.join(u' ').contains(QStringLiteral("wrong-password")));
}

QTEST_GUILESS_MAIN(tst_Failover)
#include "tst_Failover.moc"
