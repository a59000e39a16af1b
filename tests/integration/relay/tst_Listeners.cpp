// SPDX-License-Identifier: GPL-3.0-or-later
#include "ListenerFixture.h"

#include "core/relay/PasswordHash.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QTcpServer>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kMessage("Subject: s\r\nFrom: a@example.com\r\n\r\nx\r\n");

} // namespace

class tst_Listeners : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void offersTheWholeGrammar();
    void takesTheTlsThatItIsTold_data();
    void takesTheTlsThatItIsTold();
    void takesNoMailBeforeTlsWhereItIsRequired();
    void speaksTlsFromTheFirstOctet();
    void devicesSignIn_data();
    void devicesSignIn();
    void aPasswordIsNotTakenInTheClear();
    void aListenerForEverybodyWantsASignIn();
    void bareNewlinesAreWhatTheListenerSays_data();
    void bareNewlinesAreWhatTheListenerSays();
    void changesWhileItRuns();
    void aChangeThatCannotBeChangesNothing();
};

void tst_Listeners::offersTheWholeGrammar()
{
    RelayFixture relay;
    QVERIFY2(withListener(relay, {}).start(), qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO device.example.com\r\n", "QUIT\r\n"});
    for (const char *extension :
         {"PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "STARTTLS", "CHUNKING"})
        QVERIFY2(heard.contains(extension), extension);
    QVERIFY(!heard.contains("AUTH"));
    const QByteArray chunked =
        relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=7\r\n",
                    "RCPT TO:<b@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;c@example.com\r\n",
                    "BDAT 18\r\nSubject: s\r\n\r\nab\r\n", "BDAT 3 LAST\r\nc\r\n", "QUIT\r\n"});
    QVERIFY2(chunked.contains("250 2.0.0 Ok: queued as"), chunked.constData());
    const QByteArray helo = relay.talk(
        {"HELO old\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n", "x\r\n.\r\n"});
    QVERIFY2(helo.contains("queued as"), helo.constData());
}

void tst_Listeners::takesTheTlsThatItIsTold_data()
{
    QTest::addColumn<QString>("least");
    QTest::addColumn<TlsVersion>("newest");
    QTest::addColumn<QString>("used");
    QTest::newRow("1.2, as usual") << QStringLiteral("1.2") << TlsVersion::Tls12 << QStringLiteral("TLS 1.2");
    QTest::newRow("1.2, too old") << QStringLiteral("1.2") << TlsVersion::Tls11 << QString();
    QTest::newRow("1.3") << QStringLiteral("1.3") << TlsVersion::Tls13 << QStringLiteral("TLS 1.3");
    QTest::newRow("1.3, too old") << QStringLiteral("1.3") << TlsVersion::Tls12 << QString();
    QTest::newRow("1.0") << QStringLiteral("1.0") << TlsVersion::Tls10 << QStringLiteral("TLS 1.0");
    QTest::newRow("1.1") << QStringLiteral("1.1") << TlsVersion::Tls11 << QStringLiteral("TLS 1.1");
}

void tst_Listeners::takesTheTlsThatItIsTold()
{
    QFETCH(QString, least);
    QFETCH(TlsVersion, newest);
    QFETCH(QString, used);
    RelayFixture relay;
    QVERIFY2(withListener(relay, {{QStringLiteral("minimumTls"), least}}).start(), qPrintable(relay.problem));
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                                 TlsPolicy::Required, [&](ConnectionSettings &settings) {
                                     settings.tls.minimum = TlsVersion::Tls10;
                                     settings.tls.maximum = newest;
                                 });
    QCOMPARE(sent.reply().startsWith(QLatin1String("250")), !used.isEmpty());
    const auto isKnown = [&relay] {
        return !relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().isEmpty();
    };
    QTRY_VERIFY(isKnown());
    const QJsonObject source = relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().first().toObject();
    QCOMPARE(source[u"tlsUsed"].toString(), used);
    QCOMPARE(source[u"startTls"].toBool(), true);
    QCOMPARE(source[u"tlsFailure"].toString().isEmpty(), !used.isEmpty());
}

void tst_Listeners::takesNoMailBeforeTlsWhereItIsRequired()
{
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("requireTls"), true}}).start());
    const auto open = relay.send(kMessage);
    QVERIFY2(open.reply().startsWith(QLatin1String("530 5.7.0")), qPrintable(open.reply()));
    QTRY_COMPARE(relay.engine->refusals().count({RefusalReason::TlsRequired, QString()}), 1u);
    const auto inside =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Required);
    QVERIFY2(inside.reply().startsWith(QLatin1String("250")), qPrintable(inside.reply()));
}

void tst_Listeners::speaksTlsFromTheFirstOctet()
{
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("implicitTls"), true}}).start());
    const auto sent =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Implicit);
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
    const auto sources = [&relay] { return relay.ask(QStringLiteral("sources"))->value(u"sources").toArray(); };
    QTRY_COMPARE(sources().size(), 1);
    QCOMPARE(sources()[0][u"tlsOffered"][u"versions"][0].toString(), QStringLiteral("TLS 1.3"));
    // Whoever speaks in the clear there, or says nothing at all, gets no answer and is closed.
    const QByteArray clear = relay.talk({"EHLO c\r\n"});
    QVERIFY2(!clear.contains("220") && !clear.contains("250"), clear.constData());
}

void tst_Listeners::devicesSignIn_data()
{
    QTest::addColumn<AuthMechanism>("mechanism");
    QTest::addColumn<QString>("user");
    QTest::addColumn<bool>("right");
    QTest::addColumn<QString>("reply");
    using enum AuthMechanism;
    QTest::newRow("PLAIN") << Plain << QStringLiteral("printer") << true << QStringLiteral("250 ");
    QTest::newRow("LOGIN") << Login << QStringLiteral("printer") << true << QStringLiteral("250 ");
    QTest::newRow("CRAM-MD5") << CramMd5 << QStringLiteral("old") << true << QStringLiteral("250 ");
    QTest::newRow("wrong password") << Plain << QStringLiteral("printer") << false << QStringLiteral("535 5.7.8");
    QTest::newRow("wrong proof") << CramMd5 << QStringLiteral("old") << false << QStringLiteral("535 5.7.8");
    QTest::newRow("unknown user") << Login << QStringLiteral("nobody") << true << QStringLiteral("535 5.7.8");
}

void tst_Listeners::devicesSignIn()
{
    QFETCH(AuthMechanism, mechanism);
    QFETCH(QString, user);
    QFETCH(bool, right);
    QFETCH(QString, reply);
    RelayFixture relay;
    const Secret password = Secret::fromText(newPassword());
    bool kept = false;
    relay.secrets.write(QStringLiteral("old device"), password, this, [&](const Result<void> &) { kept = true; });
    QTRY_VERIFY(kept);
    relay.config.insert(
        QStringLiteral("accounts"),
        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                               {QStringLiteral("passwordHash"), PasswordHash::make(password)->toString()}},
                   QJsonObject{{QStringLiteral("user"), QStringLiteral("old")},
                               {QStringLiteral("password"), QStringLiteral("keychain:old device")}}});
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("required")}}).start(),
             qPrintable(relay.problem));
    const auto unsigned_ = relay.send(kMessage);
    QVERIFY2(unsigned_.reply().startsWith(QLatin1String("530 5.7.0")), qPrintable(unsigned_.reply()));
    const Secret said = right ? password : Secret::fromText(newPassword() + u'x');
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                                 TlsPolicy::Required, [&](ConnectionSettings &settings) {
                                     settings.smtp.credentials =
                                         Credentials{.user = user, .secret = said, .mechanism = mechanism};
                                 });
    QVERIFY2(sent.reply().startsWith(reply), qPrintable(sent.reply()));
    QCOMPARE(relay.engine->refusals().count({RefusalReason::SignInFailed, QString()}),
             reply.startsWith(u'5') ? 1u : 0u);
    if (!reply.startsWith(u'2'))
        return;
    const auto shown = relay.ask(QStringLiteral("sources"));
    QTRY_VERIFY(relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().first()[u"user"].toString() == user);
}

void tst_Listeners::aPasswordIsNotTakenInTheClear()
{
    RelayFixture relay;
    const Secret password = Secret::fromText(newPassword());
    relay.config.insert(
        QStringLiteral("accounts"),
        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                               {QStringLiteral("passwordHash"), PasswordHash::make(password)->toString()}}});
    const auto open = [&](ConnectionSettings &settings) {
        settings.smtp.credentials =
            Credentials{.user = QStringLiteral("printer"), .secret = password, .mechanism = AuthMechanism::Plain};
        settings.smtp.allowAuthWithoutTls = true;
    };
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("optional")}}).start(),
             qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c\r\n", "AUTH PLAIN AGEAYg==\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("538 5.7.11") && !heard.contains("AUTH PLAIN"), heard.constData());
    QVERIFY(relay.stop());
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("optional")},
                                  {QStringLiteral("signInWithoutTls"), true}})
                 .start(),
             qPrintable(relay.problem));
    const auto sent =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::None, open);
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
}

void tst_Listeners::aListenerForEverybodyWantsASignIn()
{
    RelayFixture relay;
    relay.config.insert(QStringLiteral("accounts"),
                        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                                               {QStringLiteral("passwordHash"),
                                                PasswordHash::make(Secret::fromText(newPassword()))->toString()}}});
    QVERIFY2(withListener(relay, {{QStringLiteral("networks"), QJsonArray()},
                                  {QStringLiteral("signIn"), QStringLiteral("required")}})
                 .start(),
             qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("530 5.7.0"), heard.constData());
}

void tst_Listeners::bareNewlinesAreWhatTheListenerSays_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("content") << QStringLiteral("content") << QByteArray("queued as");
    QTest::newRow("refuse") << QStringLiteral("refuse") << QByteArray("550 5.5.2");
    QTest::newRow("ends data") << QStringLiteral("ends-data") << QByteArray("queued as");
}

void tst_Listeners::bareNewlinesAreWhatTheListenerSays()
{
    QFETCH(QString, mode);
    QFETCH(QByteArray, answer);
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("bareNewlines"), mode}}).start());
    const QByteArray smuggled("MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nx\r\n.\r\n");
    const QByteArray heard = relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n",
                                         "DATA\r\n", "h: 1\r\n\r\nbody\n.\n" + smuggled, "QUIT\r\n"});
    QVERIFY2(heard.contains(answer), heard.constData());
    QCOMPARE(heard.count("queued as"), mode == QLatin1String("refuse") ? 0 : 1);
    QCOMPARE(relay.status().accepted, mode == QLatin1String("refuse") ? 0u : 1u);
    QCOMPARE(heard.contains("221 2.0.0"), mode == QLatin1String("content")); // the others cut the peer off
    QCOMPARE(relay.engine->refusals().count({RefusalReason::BareNewlines, QString()}),
             mode == QLatin1String("refuse") ? 1u : 0u);
}

void tst_Listeners::changesWhileItRuns()
{
    BareListeners bare;
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    const std::uint16_t port = bare.listeners->addresses().front().port;
    QCOMPARE(bare.greeting(port), QByteArray("554 5.7.1 1"));
    // The same: the socket stays.
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    QCOMPARE(bare.listeners->addresses().front().port, port);
    // A second one, then the first changed on its own port, then only that.
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1), plainAt(0, 2)})));
    QCOMPARE(bare.listeners->addresses().size(), 2u);
    QCOMPARE(bare.listeners->addresses().front().port, port);
    const std::uint16_t second = bare.listeners->addresses().back().port;
    QCOMPARE(bare.greeting(second), QByteArray("554 5.7.1 2"));
    QVERIFY(bare.listeners->apply(bare.config({plainAt(second, 3)})));
    QCOMPARE(bare.listeners->addresses().size(), 1u);
    QVERIFY2(bare.greeting(port).isEmpty(), "the one that was left out still answers");
    QTRY_COMPARE(bare.listeners->connectionCount(), 0);
    QVERIFY(bare.listeners->apply(bare.config({plainAt(second, 4)})));
    QCOMPARE(bare.greeting(second), QByteArray("554 5.7.1 4"));
    QVERIFY2(bare.log.isEmpty(), qPrintable(bare.log.join(u'\n')));
    QSignalSpy closed(bare.listeners.get(), &Listeners::closed);
    bare.listeners->shutDown();
    QTRY_VERIFY(closed.count() > 0);
}

void tst_Listeners::aChangeThatCannotBeChangesNothing()
{
    BareListeners bare;
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    const std::uint16_t port = bare.listeners->addresses().front().port;
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const auto inUse = bare.listeners->apply(bare.config({plainAt(taken.serverPort(), 2)}));
    QVERIFY(!inUse);
    QVERIFY(inUse.error().detail.contains(QString::number(taken.serverPort())));
    QJsonObject tls = plainAt(0, 2);
    tls.insert(QStringLiteral("startTls"), true);
    tls.insert(QStringLiteral("certificateFile"), QStringLiteral("/nowhere/a.pem"));
    tls.insert(QStringLiteral("keyFile"), QStringLiteral("/nowhere/a.key"));
    QVERIFY(!bare.listeners->apply(bare.config({tls})));
    QCOMPARE(bare.listeners->addresses().size(), 1u);
    QCOMPARE(bare.greeting(port), QByteArray("554 5.7.1 1"));
}

QTEST_GUILESS_MAIN(tst_Listeners)
#include "tst_Listeners.moc"
