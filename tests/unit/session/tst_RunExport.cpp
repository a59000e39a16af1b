// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"
#include "core/session/RunExport.h"
#include "tests/unit/session/RecordFixture.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_RunExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesTextWithAllThatATicketNeeds()
    {
        const QString text = toText(refusedTest());
        for (const char *words :
             {"mx.example.com:587", "2026-11-2", "desk", "refused-by-server", "550 5.7.64 TenantAttribution",
              "<relaywright1@example.com>", "Where the time went", "greeting            0.250 s",
              "Not accepted for    b@example.com", "*S: 550 5.7.64 second line"})
            QVERIFY2(text.contains(QLatin1String(words)), qPrintable(QLatin1String(words) + u'\n' + text));
    }

    void escapesWhatPeersSaid()
    {
        TestRecord record = refusedTest();
        record.transcript.push_back(got(Stage::Quit, "221 <script>alert(1)</script> %1 %2"));
        record.messageId = QStringLiteral("<img src=x>");
        const QString html = toHtml(record);
        QVERIFY(!html.contains(QStringLiteral("<script>")));
        QVERIFY(!html.contains(QStringLiteral("<img")));
        QVERIFY(html.contains(QStringLiteral("&lt;script&gt;alert(1)&lt;/script&gt; %1 %2")));
        QVERIFY(html.contains(QStringLiteral("for &lt;b&gt;, not for")));
        QVERIFY(html.contains(QStringLiteral("<tr class=\"refusal\">")));
    }

    void quotesForTheShell_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("quoted");
        QTest::newRow("plain") << QStringLiteral("a@example.com") << QStringLiteral("a@example.com");
        QTest::newRow("blank") << QStringLiteral("A test") << QStringLiteral("'A test'");
        QTest::newRow("quote") << QStringLiteral("it's") << QStringLiteral("'it'\\''s'");
        QTest::newRow("substitution") << QStringLiteral("$(id)`id`") << QStringLiteral("'$(id)`id`'");
        QTest::newRow("empty") << QString() << QStringLiteral("''");
        QTest::newRow("line break") << QStringLiteral("a\n") << QStringLiteral("'a\n'");
    }
    void quotesForTheShell()
    {
        QFETCH(QString, word);
        QTEST(shellQuoted(word), "quoted");
    }

    void writesASwaksCommand()
    {
        TestRequest request = plainTest();
        request.connection.smtp.credentials = Credentials{
            QStringLiteral("a@example.com"), Secret::fromText(QStringLiteral("hunter2!")), AuthMechanism::Login};
        request.connection.tls.maximum = TlsVersion::Tls12;
        request.message.subject = QStringLiteral("it's; rm -rf $HOME");
        const CommandExport swaks = asSwaks(request);
        QVERIFY2(swaks.command.startsWith(
                     QStringLiteral("swaks --server mx.example.com --port 587 --tls --tls-protocol tlsv1_2 "
                                    "--tls-sni mx.example.com --tls-verify")),
                 qPrintable(swaks.command));
        QVERIFY(swaks.command.contains(QStringLiteral("--auth LOGIN --auth-user a@example.com")));
        QVERIFY(swaks.command.contains(QStringLiteral("--h-Subject 'it'\\''s; rm -rf $HOME'")));
        QVERIFY(!swaks.toText().contains(QStringLiteral("hunter2")));
        QVERIFY(swaks.toText().startsWith(QStringLiteral("# ")));
    }

    void saysWhatSwaksCannotDo()
    {
        TestRequest request = plainTest();
        request.connection.smtp.credentials =
            Credentials{.user = QStringLiteral("u"), .mechanism = AuthMechanism::XOAuth2};
        request.connection.smtp.chunking = true;
        request.dsn.asked = true;
        request.quirks.bareLineFeeds = true;
        const CommandExport swaks = asSwaks(request);
        QVERIFY(!swaks.command.contains(QStringLiteral("--auth")));
        const QString notes = swaks.notes.join(u'\n');
        for (const char *words : {"XOAUTH2", "chunks", "delivery reports", "on purpose"})
            QVERIFY2(notes.contains(QLatin1String(words)), words);
    }

    void writesAnOpensslCommand()
    {
        TestRequest request = plainTest();
        request.connection.tls.minimum = TlsVersion::Tls10;
        const auto openssl = asOpensslSClient(request);
        QVERIFY(openssl);
        for (const char *words : {"-connect mx.example.com:587", "-starttls smtp", "-servername mx.example.com",
                                  "-verify_hostname mx.example.com", "-min_protocol TLSv1", "DEFAULT:@SECLEVEL=0",
                                  "echo 'EHLO console.example'"})
            QVERIFY2(openssl->command.contains(QLatin1String(words)), qPrintable(openssl->command));
    }

    void hasNoOpensslCommandWithoutTls()
    {
        TestRequest request = plainTest();
        request.connection.smtp.tls = TlsPolicy::None;
        const auto openssl = asOpensslSClient(request);
        QVERIFY(!openssl);
        QCOMPARE_EQ(openssl.error().kind, ErrorKind::Unsupported);
    }
};

QTEST_GUILESS_MAIN(tst_RunExport)
#include "tst_RunExport.moc"
