// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/HttpCarrier.h"
#include "tests/support/ProxyServer.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QBuffer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

using Answer = ScriptedHttpServer::Answer;

const QByteArray kToken = QByteArray("eyJ0.") + kTokenMark + ".c2ln";

HttpQuestion postTo(const QUrl &base, const HttpBody &body = QByteArray("{}"))
{
    QUrl url = base;
    url.setPath(QStringLiteral("/ask"));
    return {.method = "POST", .url = url, .fields = {{"Content-Type", "application/json"}}, .body = body};
}

QByteArray contentOf(const QByteArray &request)
{
    return request.mid(request.indexOf("\r\n\r\n") + 4);
}

} // namespace

/// Against an HTTP server of the test's own.
class tst_HttpCarrier : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bringsAnAnswerWithItsFields();
    void sendsContentOfEveryKind_data();
    void sendsContentOfEveryKind();
    void sendsATokenAsBearer();
    void asksSeveralTimesOverOneConnection();
    void aRefusalIsAnAnswer();
    void followsNoRedirect();
    void stopsReadingWhatIsTooLarge();
    void neverAsksTwice_data();
    void neverAsksTwice();
    void namesWhatCameInPlaceOfAnAnswer_data();
    void namesWhatCameInPlaceOfAnAnswer();
    void whatNeverArrivedIsNotSentWhole();
    void waitsNoLongerThanItMay();
    void believesNoStrangersCertificate();
    void trustsTheAuthorityThatItIsGiven();
    void trustsAnAuthorityForOneQuestionOnly();
    void whoIsGoneIsNotCalled();
    void goesDownWithQuestionsUnderWay();
    void goesThroughTheSystemsProxy();
    void aProxyThatIsNotThereIsNamed();
    void asksNothingThatMustNotGoOnTheWire_data();
    void asksNothingThatMustNotGoOnTheWire();
    void showsNoAddress();

private:
    std::optional<HttpOutcome> ask(HttpCarrier &carrier, const HttpQuestion &question);
};

std::optional<HttpOutcome> tst_HttpCarrier::ask(HttpCarrier &carrier, const HttpQuestion &question)
{
    std::optional<HttpOutcome> outcome;
    int calls = 0;
    bool returned = false;
    carrier.ask(question, this, [&](const HttpOutcome &given) {
        if (!returned)
            qFatal("called before the call had returned");
        ++calls;
        outcome = given;
    });
    returned = true;
    if (!QTest::qWaitFor([&] { return calls > 0; }, 20'000))
        qWarning("no answer");
    QCoreApplication::processEvents();
    return calls == 1 ? outcome : std::nullopt;
}

void tst_HttpCarrier::bringsAnAnswerWithItsFields()
{
    ScriptedHttpServer server(
        [](const QByteArray &) { return ScriptedHttpServer::json("{\"a\":1}", 201, "Retry-After: 7\r\n"); });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    const auto outcome = ask(carrier, postTo(server.base()));
    QVERIFY(outcome && *outcome);
    const HttpAnswer &answer = **outcome;
    QCOMPARE_EQ(answer.status, 201);
    QCOMPARE_EQ(answer.field("retry-after"), QByteArray("7"));
    QCOMPARE_EQ(answer.field("Location"), QByteArray());
    QVERIFY(answer.body == Secret(QByteArray("{\"a\":1}")));

    QCOMPARE_EQ(server.requests().size(), 1);
    const QByteArray request = server.requests().front();
    QVERIFY(request.startsWith("POST /ask HTTP/1.1\r\n"));
    QVERIFY(request.contains("\r\nContent-Type: application/json\r\n"));
    QVERIFY(request.contains("\r\nAccept-Encoding: identity\r\n"));
    QVERIFY(!request.contains("\r\nCookie:"));
    QVERIFY(!request.contains("\r\nAuthorization:"));
}

void tst_HttpCarrier::sendsContentOfEveryKind_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray large = QByteArray(300'000, 'x') + "end";
    QTest::newRow("octets") << QByteArray("POST") << QByteArray("octets") << large;
    QTest::newRow("a secret") << QByteArray("POST") << QByteArray("secret") << QByteArray("a=b");
    QTest::newRow("a device") << QByteArray("PUT") << QByteArray("device") << large;
    QTest::newRow("none") << QByteArray("POST") << QByteArray("none") << QByteArray();
    QTest::newRow("none to delete") << QByteArray("DELETE") << QByteArray("none") << QByteArray();
    QTest::newRow("none to get") << QByteArray("GET") << QByteArray("none") << QByteArray();
}

void tst_HttpCarrier::sendsContentOfEveryKind()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, expected);
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    QByteArray held = "before" + expected;
    QBuffer device(&held);
    QVERIFY(device.open(QIODevice::ReadOnly));
    QVERIFY(device.seek(6));
    HttpBody body;
    if (kind == "octets")
        body = expected;
    else if (kind == "secret")
        body = Secret(QByteArray(expected));
    else if (kind == "device")
        body = &device;
    HttpQuestion question = postTo(server.base(), body);
    question.method = method;
    const auto outcome = ask(carrier, question);
    QVERIFY(outcome && *outcome);
    const QByteArray request = server.requests().front();
    QVERIFY(request.startsWith(method + " /ask "));
    QCOMPARE_EQ(contentOf(request).size(), expected.size());
    QVERIFY(contentOf(request) == expected);
}

void tst_HttpCarrier::sendsATokenAsBearer()
{
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    HttpQuestion question = postTo(server.base());
    question.bearer = Secret(QByteArray(kToken));
    QVERIFY(ask(carrier, question));
    QVERIFY(server.requests().front().contains("\r\nAuthorization: Bearer " + kToken + "\r\n"));
}

void tst_HttpCarrier::asksSeveralTimesOverOneConnection()
{
    int connections = 0;
    ScriptedHttpServer server([](const QByteArray &) {
        Answer answer = ScriptedHttpServer::json("{}");
        answer.closes = false;
        return answer;
    });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    for (int i = 0; i < 3; ++i) {
        QVERIFY(ask(carrier, postTo(server.base())));
        connections = std::max(connections, server.openConnections());
    }
    QCOMPARE_EQ(server.requests().size(), 3);
    QCOMPARE_EQ(connections, 1);
}

void tst_HttpCarrier::aRefusalIsAnAnswer()
{
    for (const int status : {400, 401, 403, 404, 413, 429, 500, 503}) {
        ScriptedHttpServer server([status](const QByteArray &) {
            return ScriptedHttpServer::json("{\"no\":1}", status, "WWW-Authenticate: Bearer\r\n");
        });
        QVERIFY(server.listen());
        HttpCarrier carrier({.systemProxy = false});
        const auto outcome = ask(carrier, postTo(server.base()));
        QVERIFY2(outcome && *outcome, qPrintable(QString::number(status)));
        QCOMPARE_EQ((*outcome)->status, status);
        QVERIFY((*outcome)->body == Secret(QByteArray("{\"no\":1}")));
        QCOMPARE_EQ(server.requests().size(), 1);
    }
}

void tst_HttpCarrier::followsNoRedirect()
{
    ScriptedHttpServer elsewhere([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(elsewhere.listen());
    ScriptedHttpServer server([&](const QByteArray &) {
        return Answer{"HTTP/1.1 307 Go\r\nLocation: " + elsewhere.base().toEncoded()
                      + "/x\r\nContent-Length: 0\r\n\r\n"};
    });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    const auto outcome = ask(carrier, postTo(server.base()));
    QVERIFY(outcome && *outcome);
    QCOMPARE_EQ((*outcome)->status, 307);
    QVERIFY(elsewhere.requests().isEmpty());
}

void tst_HttpCarrier::stopsReadingWhatIsTooLarge()
{
    ScriptedHttpServer server([](const QByteArray &) {
        return Answer{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + QByteArray(20 << 20, ' '), false};
    });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    HttpQuestion question = postTo(server.base());
    question.maxAnswerOctets = 1000;
    const auto outcome = ask(carrier, question);
    QVERIFY(outcome && *outcome);
    QCOMPARE_EQ((*outcome)->body.reveal().size(), 1001);
    QTRY_COMPARE_EQ(server.openConnections(), 0); // the rest is not waited for
}

void tst_HttpCarrier::neverAsksTwice_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("usedBefore");
    for (const bool usedBefore : {false, true}) {
        const QByteArray how = usedBefore ? " over a connection that was good before" : "";
        QTest::newRow("a little " + how) << QByteArray("POST") << QByteArray("{}") << usedBefore;
        QTest::newRow("nothing " + how) << QByteArray("POST") << QByteArray() << usedBefore;
        QTest::newRow("much " + how) << QByteArray("POST") << QByteArray(300'000, 'x') << usedBefore;
        QTest::newRow("a slice " + how) << QByteArray("PUT") << QByteArray("{}") << usedBefore;
        QTest::newRow("a change " + how) << QByteArray("PATCH") << QByteArray("{}") << usedBefore;
    }
}

/// Qt Network by itself would send the question up to four times.
void tst_HttpCarrier::neverAsksTwice()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, content);
    QFETCH(bool, usedBefore);
    bool isGood = usedBefore;
    ScriptedHttpServer server([&isGood](const QByteArray &) {
        if (!isGood)
            return Answer{.hangsUp = true};
        Answer answer = ScriptedHttpServer::json("{}");
        answer.closes = false;
        return answer;
    });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    if (usedBefore) {
        QVERIFY(ask(carrier, postTo(server.base())));
        isGood = false;
    }
    HttpQuestion question = postTo(server.base(), content);
    question.method = method;
    const auto outcome = ask(carrier, question);
    QVERIFY(outcome && !*outcome);
    QCOMPARE_EQ(outcome->error().error.kind, ErrorKind::Unreachable);
    QVERIFY2(outcome->error().error.detail.contains(QStringLiteral("closed the connection before it had answered")),
             qPrintable(outcome->error().error.detail));
    QVERIFY(outcome->error().sentWhole);
    QCOMPARE_EQ(server.requests().size(), usedBefore ? 2 : 1);
}

void tst_HttpCarrier::namesWhatCameInPlaceOfAnAnswer_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::newRow("half a header") << QByteArray("HTTP/1.1 200 OK\r\nContent-");
    QTest::newRow("half an answer") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"token_type\":");
    QTest::newRow("a chunk cut off") << QByteArray(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"token_type\":");
    QTest::newRow("no HTTP") << QByteArray("220 mx.example.com ESMTP\r\n");
}

void tst_HttpCarrier::namesWhatCameInPlaceOfAnAnswer()
{
    QFETCH(QByteArray, octets);
    ScriptedHttpServer server([octets](const QByteArray &) { return Answer{octets}; });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    const auto outcome = ask(carrier, postTo(server.base()));
    QVERIFY(outcome && !*outcome);
    QVERIFY2(outcome->error().error.detail.endsWith(u'.'), qPrintable(outcome->error().error.detail));
    QVERIFY(outcome->error().sentWhole);
    QCOMPARE_EQ(server.requests().size(), 1);
}

void tst_HttpCarrier::whatNeverArrivedIsNotSentWhole()
{
    HttpCarrier carrier({.systemProxy = false});
    QUrl nobody(QStringLiteral("http://127.0.0.1"));
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        nobody.setPort(closed.serverPort());
    }
    for (const QByteArray &content : {QByteArray("{}"), QByteArray(), QByteArray(300'000, 'x')}) {
        const auto refused = ask(carrier, postTo(nobody, content));
        QVERIFY(refused && !*refused);
        QCOMPARE_EQ(refused->error().error.kind, ErrorKind::Unreachable);
        QVERIFY(!refused->error().sentWhole);
    }
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen());
    server.hangUpAfter(1000);
    const auto cutOff = ask(carrier, postTo(server.base(), QByteArray(64 << 20, 'x')));
    QVERIFY(cutOff && !*cutOff);
    QVERIFY(!cutOff->error().sentWhole);
    QVERIFY(server.requests().isEmpty());
}

void tst_HttpCarrier::waitsNoLongerThanItMay()
{
    ScriptedHttpServer server([](const QByteArray &) { return Answer{}; });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    HttpQuestion question = postTo(server.base());
    question.patience = 200ms;
    const auto outcome = ask(carrier, question);
    QVERIFY(outcome && !*outcome);
    QCOMPARE_EQ(outcome->error().error,
                (Error{ErrorKind::Timeout, QStringLiteral("127.0.0.1 did not answer within 1 s.")}));
    QVERIFY(outcome->error().sentWhole);
    QTRY_COMPARE_EQ(server.openConnections(), 0);
}

void tst_HttpCarrier::believesNoStrangersCertificate()
{
    TestCertificates certificates;
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen(certificates.valid()));
    HttpCarrier carrier({.systemProxy = false});
    const auto outcome = ask(carrier, postTo(server.base()));
    QVERIFY(outcome && !*outcome);
    QCOMPARE_EQ(outcome->error().error.kind, ErrorKind::TlsFailed);
    QVERIFY2(outcome->error().error.detail.startsWith(QStringLiteral("TLS with 127.0.0.1 failed: ")),
             qPrintable(outcome->error().error.detail));
    QVERIFY(!outcome->error().sentWhole);
    QVERIFY(server.requests().isEmpty());
}

void tst_HttpCarrier::trustsTheAuthorityThatItIsGiven()
{
    TestCertificates certificates;
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen(certificates.valid()));
    HttpCarrier carrier({.authoritiesPem = certificates.authorityPem(), .systemProxy = false});
    const auto outcome = ask(carrier, postTo(server.base()));
    QVERIFY(outcome && *outcome);

    ScriptedHttpServer other([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(other.listen(certificates.wrongName()));
    const auto refused = ask(carrier, postTo(other.base()));
    QVERIFY(refused && !*refused);
    QVERIFY(other.requests().isEmpty());
}

/// Though the connection of the one that trusts is still open for the next.
void tst_HttpCarrier::trustsAnAuthorityForOneQuestionOnly()
{
    TestCertificates certificates;
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen(certificates.valid()));
    HttpCarrier carrier({.systemProxy = false});
    HttpQuestion trusting = postTo(server.base());
    trusting.authoritiesPem = certificates.authorityPem();
    const auto first = ask(carrier, trusting);
    QVERIFY(first && *first);
    const auto refused = ask(carrier, postTo(server.base()));
    QVERIFY(refused && !*refused);
    QCOMPARE_EQ(refused->error().error.kind, ErrorKind::TlsFailed);
    const auto again = ask(carrier, trusting);
    QVERIFY(again && *again);
    QCOMPARE(server.requests().size(), 2);
}

void tst_HttpCarrier::whoIsGoneIsNotCalled()
{
    ScriptedHttpServer server([](const QByteArray &) { return Answer{}; });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    bool called = false;
    {
        QObject context;
        QSignalSpy asked(&server, &ScriptedHttpServer::asked);
        carrier.ask(postTo(server.base()), &context, [&called](const HttpOutcome &) { called = true; });
        QVERIFY(asked.wait());
    }
    QTRY_COMPARE_EQ(server.openConnections(), 0);
    QVERIFY(!called);
}

void tst_HttpCarrier::goesDownWithQuestionsUnderWay()
{
    ScriptedHttpServer server([](const QByteArray &) { return Answer{}; });
    QVERIFY(server.listen());
    bool called = false;
    {
        HttpCarrier carrier({.systemProxy = false});
        QSignalSpy asked(&server, &ScriptedHttpServer::asked);
        carrier.ask(postTo(server.base()), this, [&called](const HttpOutcome &) { called = true; });
        carrier.ask(postTo(QUrl()), this, [&called](const HttpOutcome &) { called = true; });
        QVERIFY(asked.wait());
        QTRY_VERIFY(called); // the second is no question, and was told so
        called = false;
    }
    QTRY_COMPARE_EQ(server.openConnections(), 0);
    QVERIFY(!called);
}

void tst_HttpCarrier::goesThroughTheSystemsProxy()
{
    TestCertificates certificates;
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json("{}"); });
    QVERIFY(server.listen(certificates.valid({QStringLiteral("graph.practice.test")})));
    ProxyServer proxy({.kind = ProxyServer::Kind::Http});
    QVERIFY(proxy.listen());
    const QByteArray before = qgetenv("https_proxy");
    qputenv("https_proxy", "http://127.0.0.1:" + QByteArray::number(proxy.port()));
    HttpCarrier carrier({.authoritiesPem = certificates.authorityPem()});
    QUrl base = server.base();
    base.setHost(QStringLiteral("graph.practice.test")); // no DNS knows it: the proxy has it looked up
    const auto outcome = ask(carrier, postTo(base));
    before.isEmpty() ? qunsetenv("https_proxy") : qputenv("https_proxy", before);
    QVERIFY(outcome && *outcome);
    QCOMPARE_EQ(proxy.targets(), QStringList{QStringLiteral("graph.practice.test:%1").arg(base.port())});
}

void tst_HttpCarrier::aProxyThatIsNotThereIsNamed()
{
    quint16 port = 0;
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        port = closed.serverPort();
    }
    const QByteArray before = qgetenv("https_proxy");
    qputenv("https_proxy", "http://127.0.0.1:" + QByteArray::number(port));
    HttpCarrier carrier({});
    const auto outcome = ask(carrier, postTo(QUrl(QStringLiteral("https://graph.practice.test"))));
    before.isEmpty() ? qunsetenv("https_proxy") : qputenv("https_proxy", before);
    QVERIFY(outcome && !*outcome);
    QVERIFY2(outcome->error().error.detail.contains(QStringLiteral("proxy"), Qt::CaseInsensitive),
             qPrintable(outcome->error().error.detail));
    QVERIFY(!outcome->error().sentWhole);
}

void tst_HttpCarrier::asksNothingThatMustNotGoOnTheWire_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("bearer");
    const QString local = QStringLiteral("http://127.0.0.1:9/");
    QTest::newRow("another method") << QByteArray("G ET") << local << QByteArray("a") << QByteArray();
    QTest::newRow("a file") << QByteArray("GET") << QStringLiteral("file:///etc/passwd") << QByteArray("a")
                            << QByteArray();
    QTest::newRow("a user in the address")
        << QByteArray("GET") << QStringLiteral("http://a:b@127.0.0.1:9/") << QByteArray("a") << QByteArray();
    QTest::newRow("two fields in one") << QByteArray("GET") << local << QByteArray("a\r\nX-Other: b") << QByteArray();
    QTest::newRow("two lines of a token") << QByteArray("GET") << local << QByteArray("a") << QByteArray("t\r\nX: y");
    QTest::newRow("a token in clear text")
        << QByteArray("GET") << QStringLiteral("http://192.0.2.1/") << QByteArray("a") << QByteArray("t");
}

void tst_HttpCarrier::asksNothingThatMustNotGoOnTheWire()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, url);
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, bearer);
    HttpCarrier carrier({.systemProxy = false});
    const auto outcome =
        ask(carrier,
            {.method = method, .url = QUrl(url), .fields = {{"X-Field", field}}, .bearer = Secret(QByteArray(bearer))});
    QVERIFY(outcome && !*outcome);
    QCOMPARE_EQ(outcome->error().error.kind, ErrorKind::InvalidInput);
    QVERIFY(outcome->error().error.detail.endsWith(u'.'));
    QVERIFY(!outcome->error().sentWhole);
}

void tst_HttpCarrier::showsNoAddress()
{
    ScriptedHttpServer server(
        [](const QByteArray &) { return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}; });
    QVERIFY(server.listen());
    HttpCarrier carrier({.systemProxy = false});
    HttpQuestion question = postTo(server.base());
    question.url.setQuery(QStringLiteral("authtoken=") + QString::fromLatin1(kToken));
    const auto outcome = ask(carrier, question);
    QVERIFY(outcome && !*outcome);
    QVERIFY2(!outcome->error().error.detail.contains(QStringLiteral("authtoken")),
             qPrintable(outcome->error().error.detail));
}

QTEST_GUILESS_MAIN(tst_HttpCarrier)
#include "tst_HttpCarrier.moc"
