// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"
#include "core/session/CommandWords.h"
#include "core/session/RunExport.h"
#include "tests/unit/session/RecordFixture.h"

#include <QJsonArray>
#include <QTest>

#include <functional>

using namespace relaywright;
using namespace relaywright::test;

Q_DECLARE_METATYPE(std::function<void(TestRequest &)>)

class tst_RunExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesTextWithAllThatATicketNeeds()
    {
        const QString text = toText(refusedTest());
        for (const char *words :
             {"mx.example.com:587", "2026-11-2", "desk", "was refused by the server at rcpt",
              "550 5.7.64 TenantAttribution", "<relaywright1@example.com>", "Where the time went",
              "greeting            0.250 s", "Not accepted for    b@example.com", "*S: 550 5.7.64 second line"})
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
        const CommandExport swaks = *asSwaks(request);
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
        const CommandExport swaks = *asSwaks(request);
        QVERIFY(!swaks.command.contains(QStringLiteral("--auth")));
        const QString notes = swaks.notes.join(u'\n');
        for (const char *words : {"XOAUTH2", "chunks", "delivery reports", "on purpose"})
            QVERIFY2(notes.contains(QLatin1String(words)), words);
    }

    void notesEverythingThatSwaksHasNoOptionFor_data()
    {
        QTest::addColumn<std::function<void(TestRequest &)>>("change");
        QTest::addColumn<QString>("note");
        const auto row = [](const char *note, std::function<void(TestRequest &)> change) {
            QTest::newRow(note) << std::move(change) << QString::fromLatin1(note);
        };
        const auto signIn = [](TestRequest &request, AuthMechanism mechanism) -> Credentials & {
            return request.connection.smtp.credentials.emplace(
                Credentials{.user = QStringLiteral("u"), .mechanism = mechanism});
        };
        row("proxy", [](TestRequest &r) {
            r.connection.proxy = ProxySettings{.proxy = {*Host::parse(QStringLiteral("proxy.example.com")), 1080}};
        });
        row("suites of TLS 1.3",
            [](TestRequest &r) { r.connection.tls.ciphers = QStringLiteral("TLS_AES_128_GCM_SHA256"); });
        row("PKCS#12", [](TestRequest &r) { r.certificate.pkcs12File = QStringLiteral("a.pfx"); });
        row("passphrase", [](TestRequest &r) {
            r.certificate = {.certificateFile = QStringLiteral("a.pem"),
                             .password = *SecretRef::parse(QStringLiteral("env:X"))};
        });
        row("in no file", [](TestRequest &r) { r.connection.tls.caCertificatesPem = "-----BEGIN CERTIFICATE-----"; });
        row("act as boss",
            [signIn](TestRequest &r) { signIn(r, AuthMechanism::Plain).authorizationId = QStringLiteral("boss"); });
        row("Attention", [signIn](TestRequest &r) {
            signIn(r, AuthMechanism::Plain);
            r.connection.smtp.tls = TlsPolicy::None;
        });
        row("SCRAM-SHA-256", [signIn](TestRequest &r) { signIn(r, AuthMechanism::ScramSha256); });
        row("each stage", [](TestRequest &r) { r.connection.stagePatience[Stage::Data] = std::chrono::seconds(60); });
        row("(SIZE)", [](TestRequest &r) { r.connection.smtp.claimedSize = 5; });
        row("SMTPUTF8", [](TestRequest &r) { r.smtpUtf8 = true; });
        row("26214400 octets", [](TestRequest &r) { r.fillOctets = 25 << 20; });
        row("iso-8859-1", [](TestRequest &r) { r.message.charset = "iso-8859-1"; });
        row("not ASCII", [](TestRequest &r) { r.message.subject = QStringLiteral("Grüße"); });
        row("no Date", [](TestRequest &r) { r.quirks.noDate = true; });
        row("no Message-ID", [](TestRequest &r) { r.quirks.noMessageId = true; });
        row("LF alone", [](TestRequest &r) { r.quirks.bareLineFeeds = true; });
        row("such as %DATE%", [](TestRequest &r) { r.emlFile = QStringLiteral("a.eml"); });
    }
    void notesEverythingThatSwaksHasNoOptionFor()
    {
        QFETCH(std::function<void(TestRequest &)>, change);
        QFETCH(QString, note);
        TestRequest request = plainTest();
        request.connection.tls.insecure = true;
        QCOMPARE_EQ(asSwaks(request)->notes, QStringList()); // of a plain test there is nothing to say
        change(request);
        const QString notes = asSwaks(request)->notes.join(u'\n');
        QVERIFY2(notes.contains(note), qPrintable(notes));
    }

    void writesTheWholeMessageForSwaks()
    {
        TestRequest request = plainTest();
        request.message.html = QStringLiteral("<p>Hello.</p>");
        request.message.headers = {{"X-Device", QStringLiteral("scanner 4")}};
        request.message.sender = address("c@example.com");
        request.quirks.addressInDisplayName = true;
        request.attachments = {QStringLiteral("/tmp/scan 1.pdf")};
        request.certificate.certificateFile = QStringLiteral("a.pem");
        const QString command = asSwaks(request)->command;
        for (const char *words :
             {"--attach-type text/plain --attach-body 'Hello.\\n'",
              "--attach-type text/html --attach-body '<p>Hello.</p>", "--add-header 'X-Device: scanner 4'",
              "--add-header 'Sender: c@example.com'", "--h-From '\"a@example.com\" <a@example.com>'",
              "--attach-type application/pdf --attach '@/tmp/scan 1.pdf'", "--tls-cert a.pem --tls-key a.pem"})
            QVERIFY2(command.contains(QLatin1String(words)), qPrintable(QLatin1String(words) + u'\n' + command));
    }

    void tellsACommandToPrograms()
    {
        const CommandExport command{QStringLiteral("swaks --server a"), {QStringLiteral("A note.")}};
        const QJsonObject json = toJson(command, QStringLiteral("swaks"));
        QCOMPARE_EQ(json.value(QStringLiteral("schema")).toString(), QStringLiteral("relaywright.command/1"));
        QCOMPARE_EQ(json.value(QStringLiteral("command")).toString(), command.command);
        QCOMPARE_EQ(json.value(QStringLiteral("notes")).toArray().size(), 1);
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

    void goesThroughAnHttpProxyWithOpenssl()
    {
        TestRequest request = plainTest();
        request.connection.tls.ciphers = QStringLiteral("HIGH:TLS_AES_128_GCM_SHA256");
        request.connection.proxy = ProxySettings{ProxySettings::Kind::HttpConnect,
                                                 {*Host::parse(QStringLiteral("proxy.example.com")), 8080},
                                                 QStringLiteral("u"),
                                                 Secret::fromText(QStringLiteral("hunter2!"))};
        const auto openssl = asOpensslSClient(request);
        QVERIFY(openssl);
        for (const char *words : {"-proxy proxy.example.com:8080 -proxy_user u -proxy_pass env:PROXY_PASSWORD",
                                  "-cipher HIGH -ciphersuites TLS_AES_128_GCM_SHA256"})
            QVERIFY2(openssl->command.contains(QLatin1String(words)), qPrintable(openssl->command));
        QVERIFY(openssl->notes.join(u'\n').contains(QStringLiteral("PROXY_PASSWORD")));
        QVERIFY(!openssl->toText().contains(QStringLiteral("hunter2")));
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
