// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"
#include "core/relay/Rewriting.h"

#include <QTest>

using namespace relaywright;

namespace {

const EmailAddress kMailbox = *EmailAddress::parse(QStringLiteral("mailbox@contoso.com"));

/// `message` as it leaves.
QByteArray rewritten(const QByteArray &message)
{
    const RewrittenHead head = rewriteSender(message, kMailbox, true);
    return head.head + message.mid(head.replaced);
}

} // namespace

class tst_Rewriting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rewritesHeaders_data();
    void rewritesHeaders();
    void keepsTheBodyByteForByte();
    void aHeaderWithoutAnEndIsRewrittenToItsLastLine();
    void nothingInAFieldCanEndIt_data();
    void nothingInAFieldCanEndIt();
    void rewritesTheEnvelopeButNotTheNullReversePath();
    void leavesTheOriginalOutWhereNobodyAsksForIt();
    void theDeviceComesBeforeTheHost();
};

void tst_Rewriting::leavesTheOriginalOutWhereNobodyAsksForIt()
{
    const RewrittenHead head = rewriteSender("From: Scanner <scan@example.com>\r\n\r\n", kMailbox, false);
    QCOMPARE(head.head, QByteArray("From: Scanner <mailbox@contoso.com>\r\n"));
}

void tst_Rewriting::theDeviceComesBeforeTheHost()
{
    const EmailAddress own = *EmailAddress::parse(QStringLiteral("hall@contoso.com"));
    RelayUpstream host{.server = *Endpoint::parse(QStringLiteral("mx.example:25"))};
    QVERIFY(rewritingFor(nullptr, host) == SenderRewriting());
    host.sendAs = kMailbox;
    RelayDevice device{.name = QStringLiteral("hall")};
    QCOMPARE(*rewritingFor(nullptr, host).sendAs, kMailbox);
    QCOMPARE(*rewritingFor(&device, host).sendAs, kMailbox);
    device.sendAs = own;
    device.keepReplyTo = false;
    device.returnPath = kMailbox;
    QVERIFY(rewritingFor(&device, host) == (SenderRewriting{own, false, kMailbox}));
}

void tst_Rewriting::rewritesHeaders_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *tag, const QByteArray &before, const QByteArray &after) {
        QTest::newRow(tag) << before + "\r\nbody\r\n" << after + "\r\nbody\r\n";
    };
    row("bare address", "From: scan@example.com\r\nSubject: s\r\n",
        "From: mailbox@contoso.com\r\nReply-To: scan@example.com\r\nSubject: s\r\n");
    row("display name", "Subject: s\r\nFrom: \"Scanner, 2nd floor\" <scan@example.com>\r\n",
        "Subject: s\r\nFrom: \"Scanner, 2nd floor\" <mailbox@contoso.com>\r\nReply-To: \"Scanner, 2nd floor\" "
        "<scan@example.com>\r\n");
    row("Reply-To is there", "From: scan@example.com\r\nReply-To: it@example.com\r\n",
        "From: mailbox@contoso.com\r\nReply-To: it@example.com\r\n");
    row("already the mailbox", "From: Scanner <MAILBOX@contoso.com>\r\n", "From: Scanner <mailbox@contoso.com>\r\n");
    row("no From", "Subject: s\r\n", "Subject: s\r\nFrom: mailbox@contoso.com\r\n");
    row("From without an address", "From: Scanner\r\n", "From: mailbox@contoso.com\r\n");
    row("two From fields", "From: a@example.com\r\nFrom: b@example.com\r\n",
        "From: mailbox@contoso.com\r\nReply-To: a@example.com\r\n");
    row("Sender and Return-Path go",
        "Return-Path: <scan@example.com>\r\nFrom: scan@example.com\r\nSender: root@example.com\r\n",
        "From: mailbox@contoso.com\r\nReply-To: scan@example.com\r\n");
    row("folded", "From: Scanner\r\n <scan@example.com>\r\nSubject: a\r\n b\r\n",
        "From: Scanner <mailbox@contoso.com>\r\nReply-To: Scanner <scan@example.com>\r\nSubject: a\r\n b\r\n");
    row("several authors", "From: a@example.com, b@example.com\r\n", "From: mailbox@contoso.com\r\n");
    row("bare LF in the header", "Subject: s\nFrom: scan@example.com\nX: y\r\n",
        "Subject: s\r\nFrom: mailbox@contoso.com\r\nReply-To: scan@example.com\r\nX: y\r\n");
    row("bare CR hides a From", "Subject: s\rFrom: ceo@example.com\r\n",
        "Subject: s\r\nFrom: mailbox@contoso.com\r\nReply-To: ceo@example.com\r\n");
}

void tst_Rewriting::rewritesHeaders()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QCOMPARE(rewritten(before), after);
}

void tst_Rewriting::keepsTheBodyByteForByte()
{
    const QByteArray body = "\r\nFrom: not a header\r\n\n\r\x00\xff.\r\n";
    QVERIFY(rewritten("From: a@example.com\r\n" + body).endsWith(body));
    QCOMPARE(rewritten(QByteArray()), QByteArray("From: mailbox@contoso.com\r\n"));
    // A header without the empty line at its end, and one that ends in a line that is no field.
    QCOMPARE(rewritten("Subject: s\r\n"), QByteArray("Subject: s\r\nFrom: mailbox@contoso.com\r\n"));
    const QByteArray odd = rewritten("Subject: s\r\nthis is no field\r\n\r\nbody\r\n");
    QVERIFY(odd.endsWith("\r\n\r\nthis is no field\r\n\r\nbody\r\n"));
    QVERIFY(odd.contains("From: mailbox@contoso.com\r\n"));
}

/// Chunks (RFC 3030) may end a message where no line ends; data cannot.
void tst_Rewriting::aHeaderWithoutAnEndIsRewrittenToItsLastLine()
{
    QCOMPARE(rewritten("From: scan@example.com"),
             QByteArray("From: mailbox@contoso.com\r\nReply-To: scan@example.com\r\n"));
    QCOMPARE(rewritten("Subject: s\r\nSender: scan@example.com"),
             QByteArray("Subject: s\r\nFrom: mailbox@contoso.com\r\n"));
}

void tst_Rewriting::nothingInAFieldCanEndIt_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::newRow("NUL") << QByteArray("X\0Bcc: v@x.example <scan@example.com>", 38);
    QTest::newRow("bare CR") << QByteArray("X\rBcc: v@x.example <scan@example.com>");
    QTest::newRow("bare LF") << QByteArray("X\nBcc: v@x.example <scan@example.com>");
    QTest::newRow("unclosed quote") << QByteArray("\"X <scan@example.com>");
    QTest::newRow("very long") << QByteArray(5000, 'x') + " <scan@example.com>";
    QTest::newRow("escape") << QByteArray("\x1b[2J <scan@example.com>");
}

void tst_Rewriting::nothingInAFieldCanEndIt()
{
    QFETCH(QByteArray, from);
    const QByteArray message = "From: " + from + "\r\nSubject: s\r\n\r\nbody\r\n";
    const RewrittenHead head = rewriteSender(message, kMailbox, true);
    const MessageHeader header = MessageHeader::read(head.head);
    QCOMPARE(header.count("From"), 1);
    QVERIFY(header.value("From")->contains("mailbox@contoso.com"));
    QVERIFY(!header.value("From")->contains('\0'));
    const auto lines = head.head.split('\n');
    for (const QByteArray &line : lines) {
        QVERIFY(line.isEmpty() || line.endsWith('\r'));
        QVERIFY2(!line.startsWith("From") || line.size() < 998, "a line that is too long");
    }
    QCOMPARE(head.head.count('\r'), head.head.count('\n'));
}

void tst_Rewriting::rewritesTheEnvelopeButNotTheNullReversePath()
{
    const EmailAddress scanner = *EmailAddress::parse(QStringLiteral("scan@example.com"));
    const EmailAddress bounces = *EmailAddress::parse(QStringLiteral("bounces@contoso.com"));
    const SenderRewriting nothing;
    const SenderRewriting asMailbox{.sendAs = kMailbox, .returnPath = {}};
    const SenderRewriting withReturnPath{.sendAs = kMailbox, .returnPath = bounces};
    QCOMPARE(rewriteEnvelope({scanner, {scanner}}, asMailbox).sender, ReversePath(kMailbox));
    QCOMPARE(rewriteEnvelope({scanner, {scanner}}, withReturnPath).sender, ReversePath(bounces));
    QCOMPARE(rewriteEnvelope({scanner, {scanner}}, {.sendAs = {}, .returnPath = bounces}).sender, ReversePath(bounces));
    QCOMPARE(rewriteEnvelope({scanner, {scanner}}, nothing).sender, ReversePath(scanner));
    QCOMPARE(rewriteEnvelope({std::nullopt, {scanner}}, withReturnPath).sender, ReversePath());
}

QTEST_GUILESS_MAIN(tst_Rewriting)
#include "tst_Rewriting.moc"
