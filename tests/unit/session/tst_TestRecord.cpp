// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/RunFacts.h"
#include "core/session/TestRecord.h"
#include "tests/unit/session/RecordFixture.h"

#include <QJsonDocument>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

QByteArray json(const TestRecord &record)
{
    return QJsonDocument(toJson(record)).toJson();
}

/// Every field of a request that has a word in the document, away from its usual value.
TestRequest unusualTest()
{
    TestRequest request = plainTest();
    ConnectionSettings &connection = request.connection;
    connection.smtp.tls = TlsPolicy::Opportunistic;
    connection.tls.minimum = TlsVersion::Tls10;
    connection.tls.maximum = TlsVersion::Tls11;
    connection.tls.ciphers = QStringLiteral("AES128-SHA");
    connection.tls.serverName = QStringLiteral("sni.example.com");
    connection.tls.expectedName = QStringLiteral("name.example.com");
    connection.tls.caCertificatesPem = "-----BEGIN CERTIFICATE-----\n";
    connection.tls.insecure = true;
    connection.family = IpFamily::V6;
    connection.source = *IpAddress::parse(QStringLiteral("2001:db8::5"));
    connection.proxy =
        ProxySettings{ProxySettings::Kind::HttpConnect, *Endpoint::parse(QStringLiteral("proxy.example.com:8080")),
                      QStringLiteral("walker"), Secret::fromText(QStringLiteral("proxy-secret"))};
    connection.smtp.heloOnly = true;
    connection.smtp.pipelining = false;
    connection.smtp.chunking = true;
    connection.smtp.announceSize = false;
    connection.smtp.claimedSize = 12345;
    connection.smtp.allowAuthWithoutTls = true;
    connection.smtp.stopAfter = Stage::Rcpt;
    connection.smtp.credentials =
        Credentials{QStringLiteral("DOM\\user"), Secret::fromText(QStringLiteral("hunter2!")),
                    AuthMechanism::ScramSha256, QStringLiteral("other"), QStringLiteral("DOM")};
    connection.patience = 5s;
    connection.connectPatience = 3s;
    connection.stagePatience = {{Stage::Data, 60s}, {Stage::Greeting, 1s}};
    request.certificate = {
        QStringLiteral("c.pem"), QStringLiteral("k.pem"), {}, *SecretRef::parse(QStringLiteral("env:KEY"))};
    request.caFile = QStringLiteral("ca.pem");
    request.envelope.sender.reset();
    request.dsn = {
        .asked = true, .success = true, .delay = true, .returned = DsnRequest::Return::Headers, .envelopeId = "x=1"};
    request.message.fromName = QStringLiteral("Scanner");
    request.message.replyTo = address("r@example.com");
    request.message.sender = address("s@example.com");
    request.message.html = QStringLiteral("<p>Hello</p>");
    request.message.charset = "iso-8859-1";
    request.message.headers = {{"X-Device", QStringLiteral("four")}};
    request.attachments = {QStringLiteral("/a"), QStringLiteral("/b")};
    request.fillOctets = 25 << 20;
    request.emlFile = QStringLiteral("x.eml");
    request.quirks = {true, true, true, true};
    request.smtpUtf8 = true;
    request.senderId = QStringLiteral("scanner");
    request.method = QStringLiteral("direct-send");
    return request;
}

} // namespace

class tst_TestRecord : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesToJsonAndBack()
    {
        TestRecord record = refusedTest();
        record.request = unusualTest();
        const auto read = testRecordFromJson(json(record));
        QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
        QCOMPARE_EQ(json(*read), json(record));
        QCOMPARE_EQ(read->transcript, record.transcript);
        QCOMPARE_EQ(read->transaction, record.transaction);
        QCOMPARE_EQ(read->startedAt, record.startedAt);
        QCOMPARE_EQ(read->capabilities, record.capabilities);
        QCOMPARE_EQ(read->tls->chain, record.tls->chain);
        QCOMPARE_EQ(read->request.connection.stagePatience, record.request.connection.stagePatience);
        QCOMPARE_EQ(read->request.message.headers, record.request.message.headers);
        QCOMPARE_EQ(read->request.quirks, record.request.quirks);
        QCOMPARE_EQ(read->request.dsn, record.request.dsn);
        QVERIFY(!read->request.envelope.sender);
    }

    void goesThroughGraphToJsonAndBack()
    {
        TestRecord record = refusedTest();
        record.request.account = QStringLiteral("by graph");
        record.request.graph =
            TestByGraph{address("scanner@example.com"), QUrl(QStringLiteral("https://127.0.0.1:8443")), false};
        record.graph = GraphWords{403,
                                  QStringLiteral("ErrorAccessDenied"),
                                  QStringLiteral("Access is denied."),
                                  QStringLiteral("1-2"),
                                  QStringLiteral("It was refused."),
                                  QStringLiteral("A right is missing."),
                                  QStringLiteral("Give it.")};
        const auto read = testRecordFromJson(json(record));
        QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
        QCOMPARE_EQ(read->request.account, record.request.account);
        QCOMPARE_EQ(read->request.graph, record.request.graph);
        QCOMPARE_EQ(read->graph, record.graph);
        const QStringList said = peculiarities(read->request);
        QCOMPARE(said,
                 (QStringList{QStringLiteral("Goes through Microsoft Graph, from the mailbox scanner@example.com"),
                              QStringLiteral("Leaves no copy in Sent Items")}));
        for (const auto &[name, value] : factsOf(*read)) {
            if (name.startsWith(QStringLiteral("TLS")) || name == QStringLiteral("EHLO name"))
                QVERIFY2(value.isEmpty(), qPrintable(name)); // nothing of SMTP was said
        }
    }

    void holdsNoSecret()
    {
        TestRecord record = refusedTest();
        record.request = unusualTest();
        const QByteArray text = json(record);
        QVERIFY(text.contains("walker"));
        QVERIFY(!text.contains("proxy-secret"));
        QVERIFY(!text.contains("hunter2!"));
    }

    void saysLittleOfAPlainTest()
    {
        const QJsonObject request = toJson(plainTest());
        QVERIFY(!request.contains(QStringLiteral("proxy")));
        QVERIFY(!request.contains(QStringLiteral("signIn")));
        QVERIFY(!request.contains(QStringLiteral("dsn")));
        const auto read = testRequestFromJson(request);
        QVERIFY(read);
        QVERIFY(peculiarities(*read).isEmpty());
    }

    void namesThePathOfWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("path");
        QTest::newRow("schema") << QByteArray("test-record/1") << QByteArray("test-record/2")
                                << QStringLiteral("$.schema");
        QTest::newRow("stage") << QByteArray("\"stage\": \"greeting\"") << QByteArray("\"stage\": \"hello\"")
                               << QStringLiteral("$.transcript[1].stage");
        QTest::newRow("reply code") << QByteArray("\"code\": 550") << QByteArray("\"code\": 999")
                                    << QStringLiteral(".code");
        QTest::newRow("server") << QByteArray("mx.example.com:587") << QByteArray("mx example")
                                << QStringLiteral("$.request.server");
        QTest::newRow("address") << QByteArray("\"recipient\": \"b@example.com\"") << QByteArray("\"recipient\": \"b\"")
                                 << QStringLiteral("recipient");
        QTest::newRow("unknown member") << QByteArray("\"messageOctets\"") << QByteArray("\"octetsOfMessage\"")
                                        << QStringLiteral("octetsOfMessage");
        QTest::newRow("time") << QByteArray("2026-11-2") << QByteArray("2026-13-9") << QStringLiteral("$.startedAt");
    }
    void namesThePathOfWhatIsWrong()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, path);
        QByteArray text = json(refusedTest());
        QVERIFY2(text.contains(from), text);
        const auto read = testRecordFromJson(text.replace(from, to));
        QVERIFY(!read);
        QCOMPARE_EQ(read.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(read.error().detail.contains(path), qPrintable(read.error().detail));
    }

    void takesNoDocumentOfAnotherKind()
    {
        QVERIFY(!testRecordFromJson("[]"));
        QVERIFY(!testRecordFromJson("{}"));
        QVERIFY(!testRecordFromJson("{\"schema\": \"relaywright.site/1\"}"));
    }

    void tellsWhatIsPeculiar()
    {
        const QString all = peculiarities(unusualTest()).join(u'\n');
        for (const char *words :
             {"TLS 1.0 at least", "TLS 1.1 at most", "HELO", "bare LF", "IPv6 only", "2001:db8::5",
              "proxy.example.com:8080", "any certificate", "BDAT", "12345", "no Date", "no Message-ID", "display name",
              "reverse-path is empty", "delivery reports", "Stops after rcpt"})
            QVERIFY2(all.contains(QLatin1String(words)), words);
    }

    void knowsHowItEnded()
    {
        TestRecord record = refusedTest();
        QCOMPARE_EQ(record.outcome(), Outcome::RefusedByServer);
        QCOMPARE_EQ(record.stage(), Stage::Rcpt);
        QCOMPARE_EQ(record.reply()->code, 550);
        QVERIFY(!record.accepted());
        record.transaction->outcome = Outcome::Accepted;
        QVERIFY(!record.accepted()); // of its recipients none
        record.transaction->recipients.front().accepted = true;
        QVERIFY(record.accepted());
        record.transaction.reset();
        record.finish = {Outcome::TlsFailed, Stage::Tls};
        QCOMPARE_EQ(record.outcome(), Outcome::TlsFailed);
        QVERIFY(!record.reply());
    }
};

QTEST_GUILESS_MAIN(tst_TestRecord)
#include "tst_TestRecord.moc"
