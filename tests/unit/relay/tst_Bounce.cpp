// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"
#include "core/relay/Bounce.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

BounceInput input(const QString &reply, const QByteArray &head = "Subject: s\r\nFrom: scan@example.com\r\n\r\nbody of the original\r\n")
{
    SpoolMessage message;
    message.id = QueueId(7, 1);
    message.sender = address("scan@example.com");
    message.recipients = {address("b@example.com")};
    return {.message = message, .failed = {{address("b@example.com"), Fate::Refused, reply}}, .originalHead = head,
            .to = address("scan@example.com"), .from = address("relay@example.com"), .reportingHost = "relay.example.com",
            .upstream = "smtp.example.net", .now = TimePoint(1'795'000'000'000ms), .token = "abc123"};
}

} // namespace

class tst_Bounce : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isAReportThatMachinesCanRead();
    void hostileWordsStayWords_data();
    void hostileWordsStayWords();
    void quotesOnlyTheHeaderAndNotAllOfAHugeOne();
    void marksAnExpiredMessage();
};

void tst_Bounce::isAReportThatMachinesCanRead()
{
    const QByteArray report = makeBounce(input(QStringLiteral("550 5.1.1 no such user")));
    const MessageHeader header = MessageHeader::read(report);
    QVERIFY(header.value("Content-Type")->startsWith("multipart/report; report-type=delivery-status"));
    QCOMPARE(*header.value("To"), QByteArray("scan@example.com"));
    QCOMPARE(*header.value("Auto-Submitted"), QByteArray("auto-replied"));
    QCOMPARE(header.count("Message-ID"), 1);
    QCOMPARE(header.count("Date"), 1);
    const QByteArrayList parts = report.split('\n');
    QCOMPARE(parts.count("--=_abc123\r"), 3);
    QVERIFY(report.endsWith("--=_abc123--\r\n"));
    QVERIFY(report.contains("\r\nReporting-MTA: dns; relay.example.com\r\n"));
    QVERIFY(report.contains("\r\nFinal-Recipient: rfc822; b@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"));
    QVERIFY(report.contains("\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"));
    QCOMPARE(report.count('\n'), report.count("\r\n"));
}

void tst_Bounce::hostileWordsStayWords_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("line break") << QByteArray("5.1.1 no\r\nBcc: v@x.example");
    QTest::newRow("NUL") << QByteArray("5.1.1 no\0x", 10);
    QTest::newRow("boundary") << QByteArray("5.1.1 --=_abc123--");
    QTest::newRow("8 KiB") << QByteArray(8192, 'x');
}

void tst_Bounce::hostileWordsStayWords()
{
    QFETCH(QByteArray, text);
    const QByteArray report = makeBounce(input(Reply{550, {text}}.toString()));
    QVERIFY(!report.contains("\r\nBcc:"));
    QVERIFY(!report.contains('\0'));
    const auto lines = report.split('\n');
    for (const QByteArray &line : lines)
        QVERIFY2(line.size() <= 999, "a line that is too long");
    int boundaries = 0;
    for (const QByteArray &line : lines)
        boundaries += line.startsWith("--=_abc123") ? 1 : 0;
    QCOMPARE(boundaries, 4);
}

void tst_Bounce::quotesOnlyTheHeaderAndNotAllOfAHugeOne()
{
    QVERIFY(!makeBounce(input(QStringLiteral("550 no"))).contains("body of the original"));
    const QByteArray huge = "Subject: s\r\n" + QByteArray("X-Pad: 0123456789\r\n").repeated(10'000) + "\r\n";
    const QByteArray report = makeBounce(input(QStringLiteral("550 no"), huge));
    QVERIFY(report.size() < 40'000);
    QVERIFY(report.contains("Subject: s\r\n"));
}

void tst_Bounce::marksAnExpiredMessage()
{
    BounceInput late = input(QStringLiteral("The smart host cannot be reached."));
    late.expired = true;
    const QByteArray report = makeBounce(late);
    QVERIFY(report.contains("Status: 4.4.7"));
    QVERIFY(report.contains("given up"));
}

QTEST_GUILESS_MAIN(tst_Bounce)
#include "tst_Bounce.moc"
