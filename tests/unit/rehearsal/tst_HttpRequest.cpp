// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/HttpRequest.h"

#include <QTest>

using namespace relaywright;

class tst_HttpRequest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsRequestsHoweverTheyAreCut();
    void readsOneBehindTheOther();
    void tellsWhoWaitsToGoOn();
    void refuses_data();
    void refuses();
    void holdsNoMoreThanItMay();
    void writesAnswers();
    void noValueEndsItsField();
};

void tst_HttpRequest::readsRequestsHoweverTheyAreCut()
{
    const QByteArray wire =
        "POST /a/b?x=y HTTP/1.1\r\nHost: localhost\r\ncontent-type:  text/plain \r\nContent-Length: 5\r\n\r\nHello";
    for (qsizetype piece = 1; piece <= wire.size(); ++piece) {
        HttpRequestReader reader({});
        std::optional<HttpRequest> request;
        for (qsizetype at = 0; at < wire.size(); at += piece) {
            QVERIFY(!request);
            reader.add(QByteArrayView(wire).sliced(at, std::min(piece, wire.size() - at)));
            request = reader.take();
        }
        QVERIFY(request && !reader.refusal() && !reader.isInside());
        QCOMPARE_EQ(request->method, QByteArray("POST"));
        QCOMPARE_EQ(request->path(), QByteArray("/a/b"));
        QCOMPARE_EQ(request->query(), QByteArray("x=y"));
        QCOMPARE_EQ(request->field("Content-Type"), QByteArray("text/plain"));
        QCOMPARE_EQ(request->field("Cookie"), QByteArray());
        QCOMPARE_EQ(request->body, QByteArray("Hello"));
    }
}

void tst_HttpRequest::readsOneBehindTheOther()
{
    HttpRequestReader reader({});
    reader.add("GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\nxyGET /3 HT");
    QCOMPARE_EQ(reader.take()->target, QByteArray("/1"));
    QCOMPARE_EQ(reader.take()->body, QByteArray("xy"));
    QVERIFY(!reader.take() && reader.isInside());
    reader.add("TP/1.0\r\n\r\n");
    QCOMPARE_EQ(reader.take()->target, QByteArray("/3"));
}

void tst_HttpRequest::tellsWhoWaitsToGoOn()
{
    HttpRequestReader reader({});
    reader.add("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
    QVERIFY(!reader.take());
    QVERIFY(reader.takeExpectation());
    QVERIFY(!reader.takeExpectation());
    reader.add("xy");
    QVERIFY(reader.take() && !reader.takeExpectation());
}

void tst_HttpRequest::refuses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<int>("status");
    const auto row = [](const char *tag, const QByteArray &wire, int status) { QTest::newRow(tag) << wire << status; };
    row("no HTTP", "EHLO device.example.com\r\n\r\n", 400);
    row("another version", "GET / HTTP/2.0\r\n\r\n", 505);
    row("an absolute target", "GET http://example.com/ HTTP/1.1\r\n\r\n", 400);
    row("an octet in the target that is not visible", "GET /\x01 HTTP/1.1\r\n\r\n", 400);
    row("a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400);
    row("a folded line", "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", 400);
    row("a bare line feed", "GET / HTTP/1.1\r\nX: a\nContent-Length: 3\r\n\r\n", 400);
    row("two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400);
    row("two tokens", "POST / HTTP/1.1\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n", 400);
    row("a length that is no number", "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400);
    row("a length beyond numbers", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400);
    row("a content that is too large", "POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413);
    row("chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411);
    row("chunks and a length", "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 411);
    row("a header that is too large", "GET / HTTP/1.1\r\nX: " + QByteArray(20'000, 'x') + "\r\n\r\n", 431);
    row("a header that does not end", QByteArray(20'000, 'x'), 431);
    QByteArray many;
    for (int i = 0; i < 101; ++i)
        many += "X: y\r\n";
    row("a hundred and one fields", "GET / HTTP/1.1\r\n" + many + "\r\n", 400);
}

void tst_HttpRequest::refuses()
{
    QFETCH(QByteArray, wire);
    QFETCH(int, status);
    HttpRequestReader reader({});
    reader.add(wire);
    QVERIFY(!reader.take());
    QVERIFY(reader.refusal());
    QCOMPARE_EQ(reader.refusal()->status, status);
    reader.add("GET / HTTP/1.1\r\n\r\n"); // nothing behind it is read
    QVERIFY(!reader.take());
}

void tst_HttpRequest::holdsNoMoreThanItMay()
{
    HttpRequestReader reader({.bodyOctets = 10});
    reader.add("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789");
    QCOMPARE_EQ(reader.take()->body.size(), 10);
    QVERIFY(!reader.isInside());
}

void tst_HttpRequest::writesAnswers()
{
    QCOMPARE_EQ(toWire({.status = 401, .fields = {{"Date", "now"}}, .body = "{}"}, false),
                QByteArray("HTTP/1.1 401 Unauthorized\r\nDate: now\r\nContent-Length: 2\r\n\r\n{}"));
    QCOMPARE_EQ(toWire({.status = 204}, true), QByteArray("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
}

void tst_HttpRequest::noValueEndsItsField()
{
    const QByteArray wire = toWire({.fields = {{"Location", "http://localhost\r\nSet-Cookie: x"}}}, false);
    QVERIFY(!wire.contains("\r\nSet-Cookie"));
}

QTEST_GUILESS_MAIN(tst_HttpRequest)
#include "tst_HttpRequest.moc"
