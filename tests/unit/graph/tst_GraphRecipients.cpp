// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphRecipients.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <set>

using namespace relaywright;

namespace {

EmailAddress address(const QString &text)
{
    return *EmailAddress::parse(text);
}

std::vector<EmailAddress> addresses(const QStringList &texts)
{
    std::vector<EmailAddress> list;
    for (const QString &text : texts)
        list.push_back(address(text));
    return list;
}

/// Everybody whom Graph would send to, in lower case and in order.
std::set<QString> named(const QByteArray &header)
{
    std::set<QString> all;
    const MessageHeader read = MessageHeader::read(header);
    for (const HeaderField &field : read.fields()) {
        const QByteArray name = field.name.toLower();
        if (name != "to" && name != "cc" && name != "bcc")
            continue;
        for (const HeaderMailbox &mailbox : readAddressList(field.value).mailboxes)
            all.insert(mailbox.address ? mailbox.address->toString().toLower() : QString::fromUtf8(mailbox.text));
    }
    return all;
}

std::set<QString> setOf(const std::vector<EmailAddress> &list)
{
    std::set<QString> all;
    for (const EmailAddress &one : list)
        all.insert(one.toString().toLower());
    return all;
}

QByteArray crlf(QByteArray text)
{
    return text.replace("\n", "\r\n");
}

} // namespace

class tst_GraphRecipients : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void leavesAHeaderThatSaysTheEnvelope_data();
    void leavesAHeaderThatSaysTheEnvelope();
    void makesTheHeaderSayTheEnvelope_data();
    void makesTheHeaderSayTheEnvelope();
    void endsTheHeaderWhereARelayDoes_data();
    void endsTheHeaderWhereARelayDoes();
    void tellsWhatItChanged();
    void refusesWhatItCannotRead();
    void whateverTheHeaderTheEnvelopeIsWhatItNames();
};

void tst_GraphRecipients::leavesAHeaderThatSaysTheEnvelope_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QStringList>("envelope");
    const QStringList ab{QStringLiteral("a@example.com"), QStringLiteral("b@example.com")};
    QTest::newRow("one field") << crlf("From: s@example.com\nTo: a@example.com, b@example.com\nSubject: x\n\n") << ab;
    QTest::newRow("two fields") << crlf("To: a@example.com\nCC: b@example.com\n\n") << ab;
    QTest::newRow("another case") << crlf("To: A@Example.COM, b@example.com\n\n") << ab;
    QTest::newRow("folded, with names and comments")
        << crlf("To: \"A, the first\" <a@example.com>,\n\tB (the second, really) <b@example.com>\n\n") << ab;
    QTest::newRow("encoded words") << crlf(
        "To: =?utf-8?Q?J=C3=BCrgen=2C_A?= <a@example.com>,\n =?utf-8?B?w5Y=?= <b@example.com>\n\n")
                                   << ab;
    QTest::newRow("a group") << crlf("To: Team: a@example.com, B <b@example.com>;\n\n") << ab;
    QTest::newRow("nobody said, all hidden")
        << crlf("To: undisclosed-recipients:;\nBcc: a@example.com, b@example.com\n\n") << ab;
    QTest::newRow("a quoted local part") << crlf("To: \"a b\"@example.com\n\n")
                                         << QStringList{QStringLiteral("\"a b\"@example.com")};
    QTest::newRow("twice the same") << crlf("To: a@example.com, b@example.com\nCc: a@example.com\n\n") << ab;
}

void tst_GraphRecipients::leavesAHeaderThatSaysTheEnvelope()
{
    QFETCH(QByteArray, header);
    QFETCH(QStringList, envelope);
    const auto made = headerForEnvelope(header + "body\r\n", addresses(envelope));
    QVERIFY(made);
    QCOMPARE_EQ(made->octets, header);
    QCOMPARE_EQ(made->size, header.size());
    QCOMPARE_EQ(made->remarks, QStringList());
}

void tst_GraphRecipients::makesTheHeaderSayTheEnvelope_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QStringList>("envelope");
    QTest::addColumn<QByteArray>("expected");
    const QStringList a{QStringLiteral("a@example.com")};
    const QStringList ab{QStringLiteral("a@example.com"), QStringLiteral("b@example.com")};
    QTest::newRow("somebody is not named") << crlf("To: a@example.com\nSubject: x\n\n") << ab
                                           << crlf("To: a@example.com\nSubject: x\nBcc: b@example.com\n\n");
    QTest::newRow("nobody is named") << crlf("Subject: x\n\n") << ab
                                     << crlf("Subject: x\nBcc: a@example.com,\n b@example.com\n\n");
    QTest::newRow("more to a Bcc that is there") << crlf("Bcc: a@example.com\nSubject: x\n\n") << ab
                                                 << crlf("Bcc: a@example.com,\n b@example.com\nSubject: x\n\n");
    QTest::newRow("somebody else is in To")
        << crlf("To: \"A, x\" <a@example.com>, c@example.com\nSubject: x\n\n") << a
        << crlf("To: \"A, x\" <a@example.com>\nX-Relaywright-Original-To: \"A, x\" <a@example.com>, c@example.com\n"
                "Subject: x\n\n");
    QTest::newRow("only others are in Cc")
        << crlf("To: a@example.com\ncc: c@example.com,\n d@example.com\n\n") << a
        << crlf("To: a@example.com\nX-Relaywright-Original-Cc: c@example.com,\n d@example.com\n\n");
    QTest::newRow("whom Bcc hides stays hidden")
        << crlf("To: a@example.com\nBcc: secret@example.com\n\n") << a << crlf("To: a@example.com\n\n");
    QTest::newRow("a group loses a member")
        << crlf("To: Team: a@example.com, c@example.com;, b@example.com\n\n") << ab
        << crlf("To: Team: a@example.com;,\n b@example.com\nX-Relaywright-Original-To: Team: a@example.com, "
                "c@example.com;, b@example.com\n\n");
    QTest::newRow("a group loses all") << crlf("To: a@example.com, Team: c@example.com;\n\n") << a
                                       << crlf(
                                              "To: a@example.com,\n Team: ;\nX-Relaywright-Original-To: a@example.com, "
                                              "Team: c@example.com;\n\n");
    QTest::newRow("two fields of a kind") << crlf("To: a@example.com\nSubject: x\nTo: b@example.com\n\n") << ab
                                          << crlf("To: a@example.com,\n b@example.com\nSubject: x\n\n");
    QTest::newRow("semicolons for commas")
        << crlf("To: a@example.com; b@example.com\n\n") << ab << crlf("To: a@example.com,\n b@example.com\n\n");
    QTest::newRow("a name that is not quoted") << crlf("To: Doe, A <a@example.com>\n\n") << a
                                               << crlf("To: A <a@example.com>\nX-Relaywright-Original-To: Doe, A "
                                                       "<a@example.com>\n\n");
    QTest::newRow("text behind the address")
        << crlf("To: A <a@example.com> (x) y\n\n") << a << crlf("To: a@example.com\n\n");
    QTest::newRow("no address at all") << crlf("To: scanner\n\n") << a
                                       << crlf("X-Relaywright-Original-To: scanner\nBcc: a@example.com\n\n");
    QTest::newRow("a bracket not closed") << crlf("To: A <a@example.com\n\n") << a << crlf("To: a@example.com\n\n");
    QTest::newRow("a carriage return alone") << QByteArray("X: y\rBcc: c@example.com\r\nTo: a@example.com\r\n\r\n") << a
                                             << QByteArray("X: y Bcc: c@example.com\r\nTo: a@example.com\r\n\r\n");
    QTest::newRow("line feeds alone") << QByteArray("To: a@example.com\nSubject: x\n\n") << a
                                      << crlf("To: a@example.com\nSubject: x\n\n");
}

void tst_GraphRecipients::makesTheHeaderSayTheEnvelope()
{
    QFETCH(QByteArray, header);
    QFETCH(QStringList, envelope);
    QFETCH(QByteArray, expected);
    const auto made = headerForEnvelope(header + "body\r\n", addresses(envelope));
    QVERIFY(made);
    QCOMPARE_EQ(made->octets, expected);
    QCOMPARE_EQ(made->size, header.size());
    QVERIFY(named(made->octets) == setOf(addresses(envelope)));
}

void tst_GraphRecipients::endsTheHeaderWhereARelayDoes_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("rest");
    QTest::newRow("an empty line") << QByteArray("To: a@example.com\r\n\r\nbody\r\n") << QByteArray("body\r\n");
    QTest::newRow("no body") << QByteArray("To: a@example.com\r\n\r\n") << QByteArray();
    QTest::newRow("no line end") << QByteArray("To: a@example.com") << QByteArray();
    QTest::newRow("a line that is no field") << QByteArray("To: a@example.com\r\nhello\r\nCc: c@example.com\r\n\r\nx")
                                             << QByteArray("hello\r\nCc: c@example.com\r\n\r\nx");
}

void tst_GraphRecipients::endsTheHeaderWhereARelayDoes()
{
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, rest);
    const auto made = headerForEnvelope(message, addresses({QStringLiteral("a@example.com")}));
    QVERIFY(made);
    QCOMPARE_EQ(made->octets, QByteArray("To: a@example.com\r\n\r\n"));
    QCOMPARE_EQ(message.mid(made->size), rest);
}

void tst_GraphRecipients::tellsWhatItChanged()
{
    const auto made = headerForEnvelope("To: a@example.com, c@example.com\r\nBcc: d@example.com, e@example.com\r\n\r\n",
                                        addresses({QStringLiteral("a@example.com"), QStringLiteral("b@example.com")}));
    QVERIFY(made);
    QCOMPARE_EQ(
        made->remarks,
        (QStringList{QStringLiteral("One recipient of To is not in this envelope and was taken out; the field as it "
                                    "was stays as X-Relaywright-Original-To."),
                     QStringLiteral("2 recipients of Bcc are not in this envelope and were taken out."),
                     QStringLiteral("One recipient of the envelope stood in no field and was put into Bcc.")}));
}

void tst_GraphRecipients::refusesWhatItCannotRead()
{
    const auto nobody = headerForEnvelope("To: a@example.com\r\n\r\n", {});
    QVERIFY(!nobody);
    QCOMPARE_EQ(nobody.error().kind, ErrorKind::InvalidInput);
    QByteArray large;
    while (large.size() <= MessageHeader::kMaxHeaderOctets)
        large += "X-Field: " + QByteArray(900, 'x') + "\r\n";
    const auto tooLarge = headerForEnvelope(large + "\r\n", addresses({QStringLiteral("a@example.com")}));
    QVERIFY(!tooLarge);
    QVERIFY(tooLarge.error().detail.contains(QStringLiteral("256 KB")));
}

/// Headers of every sort, sound and broken, drawn by lot from the same start each time.
void tst_GraphRecipients::whateverTheHeaderTheEnvelopeIsWhatItNames()
{
    const QByteArrayList pieces{"a@example.com",
                                "B@Example.com",
                                "<c@example.com>",
                                "\"D, d\" <d@example.com>",
                                "Doe",
                                "=?utf-8?Q?E=2C?= <e@example.com>",
                                "(",
                                ")",
                                "\"",
                                "\\",
                                "<",
                                ">",
                                ",",
                                ";",
                                ":",
                                "Team:",
                                "f@example.com;",
                                " ",
                                "\r\n ",
                                "\r",
                                "\n",
                                "\r\n",
                                "\r\nTo: ",
                                "\r\nCc:",
                                "\r\nBcc : ",
                                "\r\nSubject: x",
                                "\xc3\xbc",
                                "\xff",
                                "@r.example.com:",
                                "undisclosed-recipients:;",
                                "\r\n\r\n"};
    const QStringList people{QStringLiteral("a@example.com"), QStringLiteral("b@example.com"),
                             QStringLiteral("c@example.com"), QStringLiteral("d@example.com"),
                             QStringLiteral("e@example.com"), QStringLiteral("\"g h\"@example.com")};
    QRandomGenerator random(4711);
    int rewritten = 0;
    for (int round = 0; round < 20'000; ++round) {
        QByteArray header = "To: ";
        for (int i = random.bounded(1, 16); i > 0; --i)
            header += pieces[random.bounded(static_cast<int>(pieces.size()))];
        header += "\r\n\r\n";
        std::vector<EmailAddress> envelope;
        for (const QString &one : people) {
            if (random.bounded(2) == 0)
                envelope.push_back(address(one));
        }
        if (envelope.empty())
            continue;
        const auto made = headerForEnvelope(header, envelope);
        QVERIFY(made);
        QVERIFY2(named(made->octets) == setOf(envelope),
                 (header.toPercentEncoding() + " became " + made->octets).constData());
        const QByteArray octets = made->octets;
        QVERIFY2(octets.endsWith("\r\n\r\n") && octets.count("\r\n\r\n") == 1, header.toPercentEncoding().constData());
        QVERIFY2(octets.count('\r') == octets.count("\r\n") && octets.count('\n') == octets.count("\r\n"),
                 header.toPercentEncoding().constData());
        // What it has made once, it leaves.
        const auto again = headerForEnvelope(octets, envelope);
        QVERIFY(again);
        QVERIFY2(again->octets == octets, (octets + " became " + again->octets).constData());
        rewritten += octets != header ? 1 : 0;
    }
    QVERIFY(rewritten > 1000);
}

QTEST_GUILESS_MAIN(tst_GraphRecipients)
#include "tst_GraphRecipients.moc"
