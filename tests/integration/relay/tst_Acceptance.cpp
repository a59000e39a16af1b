// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"

#include <QDir>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kPreamble = "EHLO c.example\r\nMAIL FROM:<a@src.example>\r\nRCPT TO:<b@dst.example>\r\nDATA\r\n";
const QByteArray kSmuggled = "MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n";

/// No LF without CR before it, no CR without LF behind it, every line that begins with a dot doubled.
bool isCleanWire(const QByteArray &wire)
{
    QByteArray rest = wire;
    rest.replace("\r\n", "");
    return !rest.contains('\r') && !rest.contains('\n') && !wire.startsWith(".\r\n") && !wire.contains("\r\n.\r\n");
}

} // namespace

class tst_Acceptance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFalseEndOfDataIsContent_data();
    void aFalseEndOfDataIsContent();
    void isNoOpenRelay_data();
    void isNoOpenRelay();
    void strangersAreTurnedAwayAtTheGreeting();
    void aLoopIsRefused();
    void ourOwnMailComingBackIsRefused();
    void aFullDiskIsATemporaryRefusal();
    void aMessageOverTheLimitIsRefusedAndLeavesNothing();
    void aDeviceMayUseTls();
    void theNullReversePathIsTaken();
    void postmasterNeedsNoDomainWhereThereIsOne();
    void postmasterIsNobodyWhereNoneIsConfigured();
    void aMessageCutOffInItsDataIsNotTaken();
    void refusesToStartWhereItCannot();
};

void tst_Acceptance::aFalseEndOfDataIsContent_data()
{
    QTest::addColumn<QByteArray>("variant");
    QTest::newRow("LF.LF") << QByteArray("\n.\n");
    QTest::newRow("LF.CRLF") << QByteArray("\n.\r\n");
    QTest::newRow("CRLF.LF") << QByteArray("\r\n.\n");
    QTest::newRow("CRLF.CRCRLF") << QByteArray("\r\n.\r\r\n");
    QTest::newRow("LF.CR") << QByteArray("\n.\r");
    QTest::newRow("CR.CR") << QByteArray("\r.\r");
    QTest::newRow("CR.CRLF") << QByteArray("\r.\r\n");
    QTest::newRow("CRLF.CR") << QByteArray("\r\n.\r");
    QTest::newRow("CRLF NUL . CRLF") << QByteArray("\r\n\0.\r\n", 6);
}

void tst_Acceptance::aFalseEndOfDataIsContent()
{
    QFETCH(QByteArray, variant);
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const QByteArray heard = relay.talk({kPreamble, "h: 1\r\n\r\nbody" + variant + kSmuggled, "QUIT\r\n"});
    QCOMPARE(heard.count("queued as"), 1);
    QTRY_COMPARE(sink.messages().size(), 1u);
    const SunkMessage &message = sink.messages()[0];
    QCOMPARE(message.reversePath, QByteArray("a@src.example"));
    QVERIFY(message.data.contains("Subject: smuggled")); // as text
    QVERIFY2(isCleanWire(message.wire), message.wire.toHex(' ').constData());
    QTRY_COMPARE(relay.status().delivered, 1u);
    QCOMPARE(relay.status().accepted, 1u); // no second one can come
    QCOMPARE(relay.status().queued, 0u);
}

void tst_Acceptance::isNoOpenRelay_data()
{
    QTest::addColumn<QByteArray>("recipient");
    QTest::newRow("percent") << QByteArray("<v%other.example@dst.example>");
    QTest::newRow("source route") << QByteArray("<@dst.example:v@other.example>");
    QTest::newRow("quoted") << QByteArray("<\"v@other.example\"@dst.example>");
    QTest::newRow("bang") << QByteArray("<other.example!v>");
    QTest::newRow("bang with host") << QByteArray("<other.example!v@dst.example>");
    QTest::newRow("no domain") << QByteArray("<v>");
    QTest::newRow("folder") << QByteArray("<../../x@>");
}

void tst_Acceptance::isNoOpenRelay()
{
    QFETCH(QByteArray, recipient);
    RelayFixture relay;
    relay.setUpstream(9);
    QVERIFY(relay.start());
    const QByteArray heard = relay.talk({"EHLO c.example\r\n", "MAIL FROM:<a@src.example>\r\n", "RCPT TO:" + recipient + "\r\n",
                                         "RCPT TO:<good@dst.example>\r\n", "QUIT\r\n"});
    const QByteArrayList lines = heard.trimmed().split('\n');
    QVERIFY2(lines.size() > 3, heard.constData());
    const QByteArray refusal = lines[lines.size() - 3];
    QVERIFY2(refusal.startsWith("550 5.7.1") || refusal.startsWith("501") || refusal.startsWith("553"), refusal.constData());
    QVERIFY2(lines[lines.size() - 2].startsWith("250 2.1.5"), heard.constData()); // the session goes on
    QCOMPARE(relay.status().accepted, 0u);
}

void tst_Acceptance::strangersAreTurnedAwayAtTheGreeting()
{
    RelayFixture relay;
    relay.setUpstream(9);
    relay.setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")}, {QStringLiteral("networks"), QJsonArray{QStringLiteral("192.0.2.0/24")}},
                       {QStringLiteral("startTls"), false}});
    QVERIFY(relay.start());
    const QByteArray heard = relay.talk({kPreamble});
    QVERIFY2(heard.startsWith("554 5.7.1 127.0.0.1"), heard.constData());
    QVERIFY(!heard.contains("250"));
    QCOMPARE(relay.status().refused, 1u);
}

void tst_Acceptance::aLoopIsRefused()
{
    RelayFixture relay;
    relay.setUpstream(9);
    QVERIFY(relay.start());
    const auto sent = relay.send(QByteArray("Received: from a by b with SMTP; now\r\n").repeated(60) + "Subject: s\r\n\r\n");
    QVERIFY2(sent.reply().startsWith(QStringLiteral("554 5.4.6")), qPrintable(sent.reply()));
    QCOMPARE(relay.status().queued, 0u);
}

void tst_Acceptance::ourOwnMailComingBackIsRefused()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.send("Subject: s\r\n\r\n").reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    const auto again = relay.send(sink.messages()[0].data);
    QVERIFY2(again.reply().startsWith(QStringLiteral("554 5.4.6")), qPrintable(again.reply()));
}

void tst_Acceptance::aFullDiskIsATemporaryRefusal()
{
    RelayFixture relay;
    relay.setUpstream(9);
    relay.config.insert(QStringLiteral("minFreeOctets"), static_cast<qint64>(1) << 49);
    QVERIFY(relay.start());
    const auto sent = relay.send("Subject: s\r\n\r\n");
    QVERIFY2(sent.reply().startsWith(QStringLiteral("452 4.3.1")), qPrintable(sent.reply()));
    QCOMPARE(relay.status().accepted, 0u);
}

void tst_Acceptance::aMessageOverTheLimitIsRefusedAndLeavesNothing()
{
    RelayFixture relay;
    relay.setUpstream(9);
    relay.config.insert(QStringLiteral("maxMessageOctets"), 100'000);
    QVERIFY(relay.start());
    const QByteArray heard = relay.talk({"EHLO c.example\r\nMAIL FROM:<a@src.example> SIZE=10\r\nRCPT TO:<b@dst.example>\r\nDATA\r\n",
                                         QByteArray("0123456789\r\n").repeated(20'000) + ".\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("\n552 5.3.4"), heard.constData());
    QTRY_VERIFY(QDir(relay.folder() + QStringLiteral("/spool/bodies")).isEmpty());
    QVERIFY(relay.talk({"EHLO c.example\r\n", "MAIL FROM:<a@src.example> SIZE=100001\r\n"}).contains("\n552 5.3.4"));
}

void tst_Acceptance::aDeviceMayUseTls()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    relay.setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")}, {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const auto sent = relay.send("Subject: s\r\n\r\n", {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Required);
    QVERIFY2(sent.reply().startsWith(QStringLiteral("250")), qPrintable(sent.reply()));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].data.contains("with ESMTPS id"));
}

void tst_Acceptance::theNullReversePathIsTaken()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerAlways("RCPT", "550 5.1.1 no");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto sent = relay.send("Subject: s\r\n\r\n", {QStringLiteral("b@example.com")}, QString());
    QTRY_COMPARE(relay.story(sent.id()), QStringLiteral("accepted refused no-bounce"));
    QCOMPARE(relay.status().queued, 0u);
}

/// RFC 5321 §4.5.1: a report about this relay, as another server sends it.
void tst_Acceptance::postmasterNeedsNoDomainWhereThereIsOne()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    relay.config.insert(QStringLiteral("postmaster"), QStringLiteral("admin@example.com"));
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<PostMaster>\r\n", "RCPT TO:<root>\r\n",
                                         "DATA\r\n", "Subject: report\r\n\r\nx\r\n.\r\n", "QUIT\r\n"});
    QCOMPARE(heard.count("250 2.1.5"), 1);
    QVERIFY2(heard.contains("501 5.1.3") && heard.contains("queued as"), heard.constData());
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(sink.messages()[0].reversePath, QByteArray());
    QCOMPARE(sink.messages()[0].forwardPaths, QByteArrayList{"admin@example.com"});
    // Another one from now on; the same to a listener that stays.
    relay.config.insert(QStringLiteral("postmaster"), QStringLiteral("it@example.com"));
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QVERIFY(relay.talk({"EHLO c.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<postmaster>\r\n", "DATA\r\n", "Subject: 2\r\n\r\n.\r\n"})
                .contains("queued as"));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QCOMPARE(sink.messages()[1].forwardPaths, QByteArrayList{"it@example.com"});
}

void tst_Acceptance::postmasterIsNobodyWhereNoneIsConfigured()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<postmaster>\r\n",
                                         "RCPT TO:<postmaster@example.com>\r\n", "DATA\r\n", "Subject: report\r\n\r\nx\r\n.\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("501 5.1.3") && heard.contains("queued as"), heard.constData());
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(sink.messages()[0].reversePath, QByteArray());
    QCOMPARE(sink.messages()[0].forwardPaths, QByteArrayList{"postmaster@example.com"});
}

void tst_Acceptance::aMessageCutOffInItsDataIsNotTaken()
{
    RelayFixture relay;
    relay.setUpstream(9);
    QVERIFY(relay.start());
    (void)relay.talk({kPreamble, "Subject: cut\r\n\r\n" + QByteArray("0123456789\r\n").repeated(20'000)});
    QCOMPARE(relay.status().accepted, 0u);
    QTRY_VERIFY(QDir(relay.folder() + QStringLiteral("/spool/bodies")).isEmpty());
    QCOMPARE(relay.status().queued, 0u);
}

void tst_Acceptance::refusesToStartWhereItCannot()
{
    RelayFixture first;
    first.setUpstream(9);
    QVERIFY(first.start());
    const auto listener = [](const QString &address) {
        return QJsonObject{{QStringLiteral("listen"), address}, {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}, {QStringLiteral("startTls"), false}};
    };
    RelayFixture taken;
    taken.setUpstream(9);
    taken.setListener(listener(QStringLiteral("127.0.0.1:%1").arg(first.port())));
    QVERIFY(!taken.start());
    QVERIFY2(taken.problem.contains(QString::number(first.port())), qPrintable(taken.problem));
    taken.drop();
    taken.setUpstream(9, QStringLiteral("starttls"), {{QStringLiteral("caFile"), QStringLiteral("/nowhere/ca.pem")}});
    QVERIFY(!taken.start());
    QVERIFY2(taken.problem.contains(QStringLiteral("/nowhere/ca.pem")), qPrintable(taken.problem));
}

QTEST_GUILESS_MAIN(tst_Acceptance)
#include "tst_Acceptance.moc"
