// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// What becomes of the queue when the smart host does not take the relay's password, or may not be given it.

namespace {

const QByteArray kMessage = "From: Scanner <scanner@example.com>\r\nSubject: scan\r\n\r\nbody\r\n";

} // namespace

class tst_DeliverySignIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holdsTheRouteWhenSignInIsRefusedAndGoesOnWithANewPassword();
    void keepsTheQueueWhenThePasswordCannotBeRead();
    void sendsNothingWithoutTheTlsThatIsRequired();
    void looksForAMendedPasswordBeforeTheNextTry();
    void keepsTheOperatorsPasswordWhenItIsRefused();
};

void tst_DeliverySignIn::holdsTheRouteWhenSignInIsRefusedAndGoesOnWithANewPassword()
{
    TestCertificates certificates;
    SmtpSink sink(SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .user = "scanner@example.com",
                                    .password = kPasswordMark});
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.secrets.write(QStringLiteral("scanner"), Secret(QByteArray("wrong-password")), qApp,
                        [](const Result<void> &) {});
    relay.setUpstream(sink.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), certificates.authorityFile()},
                       {QStringLiteral("user"), QStringLiteral("scanner@example.com")},
                       {QStringLiteral("password"), QStringLiteral("keychain:scanner")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const auto sent = relay.send(kMessage);
    QVERIFY(sent.reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Trouble));
    QVERIFY2(relay.status().reason.contains(QStringLiteral("535")), qPrintable(relay.status().reason));
    QCOMPARE(relay.status().queued, 1u);
    QCOMPARE(relay.status().bounced, 0u);
    QVERIFY(!relay.log.join(u'\n').contains(QStringLiteral("wrong-password")));
    // No password is tried again and again: not for an hour, as the relay was told.
    QTRY_VERIFY(relay.status().nextAttempt > SystemClock().now() + 30min);
    QCOMPARE(relay.status().routes.front().state, QStringLiteral("held"));
    QCOMPARE(sink.connectionCount(), 1);
    QVERIFY(relay.ask(QStringLiteral("secret"), {{QStringLiteral("password"), QString::fromLatin1(kPasswordMark)}}));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].tls);
    QCOMPARE(sink.messages()[0].user, QByteArray("scanner@example.com"));
    QTRY_COMPARE(relay.status().queued, 0u);
}

void tst_DeliverySignIn::keepsTheQueueWhenThePasswordCannotBeRead()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("user"), QStringLiteral("u")},
                       {QStringLiteral("password"), QStringLiteral("keychain:never-written")}});
    QVERIFY(relay.start());
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Trouble));
    QVERIFY2(relay.status().reason.contains(QStringLiteral("password of u")), qPrintable(relay.status().reason));
    QCOMPARE(relay.status().queued, 1u);
    QCOMPARE(sink.connectionCount(), 0);
}

void tst_DeliverySignIn::sendsNothingWithoutTheTlsThatIsRequired()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("starttls"));
    QVERIFY(relay.start());
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Trouble));
    QVERIFY2(relay.status().reason.contains(QStringLiteral("does not offer TLS")), qPrintable(relay.status().reason));
    QCOMPARE(relay.status().queued, 1u);
    for (const QByteArray &command : sink.commands())
        QVERIFY2(command.startsWith("EHLO") || command.startsWith("QUIT"), command.constData());
}

void tst_DeliverySignIn::looksForAMendedPasswordBeforeTheNextTry()
{
    TestCertificates certificates;
    SmtpSink sink(SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .user = "u@example.com",
                                    .password = kPasswordMark});
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.waits.held = {300ms};
    relay.secrets.write(QStringLiteral("scanner"), Secret(QByteArray("wrong-password")), qApp,
                        [](const Result<void> &) {});
    relay.setUpstream(sink.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), certificates.authorityFile()},
                       {QStringLiteral("user"), QStringLiteral("u@example.com")},
                       {QStringLiteral("password"), QStringLiteral("keychain:scanner")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Trouble));
    relay.secrets.write(QStringLiteral("scanner"), Secret(QByteArray(kPasswordMark)), qApp,
                        [](const Result<void> &) {});
    QTRY_COMPARE(sink.messages().size(), 1u);
}

void tst_DeliverySignIn::keepsTheOperatorsPasswordWhenItIsRefused()
{
    TestCertificates certificates;
    SmtpSink sink(SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .user = "u@example.com",
                                    .password = kPasswordMark});
    QVERIFY(sink.listen());
    sink.answer("AUTH", "535 5.7.3 not now");
    RelayFixture relay;
    relay.waits.held = {300ms};
    relay.secrets.write(QStringLiteral("scanner"), Secret(QByteArray("wrong-password")), qApp,
                        [](const Result<void> &) {});
    relay.setUpstream(sink.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), certificates.authorityFile()},
                       {QStringLiteral("user"), QStringLiteral("u@example.com")},
                       {QStringLiteral("password"), QStringLiteral("keychain:scanner")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.ask(QStringLiteral("secret"), {{QStringLiteral("password"), QString::fromLatin1(kPasswordMark)}}));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_VERIFY(relay.log.join(u' ').contains(QStringLiteral("not now")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(sink.connectionCount(), 2); // the keychain's was never tried
}

QTEST_GUILESS_MAIN(tst_DeliverySignIn)
#include "tst_DeliverySignIn.moc"
