// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/mail/Lint.h"

#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const QByteArray kFrom("From: scanner@example.com\r\n");
const QByteArray kOthers("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nTo: b@example.com\r\nSubject: Test\r\n"
                         "Message-ID: <1@example.com>\r\n");
const QByteArray kHeader = kFrom + kOthers;
const QByteArray kMime("MIME-Version: 1.0\r\n");

std::vector<LintRemark> lint(const QByteArray &message, qsizetype piece = 4096)
{
    MessageLint checking;
    for (qsizetype at = 0; at < message.size(); at += piece)
        checking.feed(QByteArrayView(message).sliced(at, std::min(piece, message.size() - at)));
    return checking.finish();
}

QStringList ids(const std::vector<LintRemark> &remarks)
{
    QStringList found;
    for (const LintRemark &remark : remarks)
        found += remark.id;
    return found;
}

QByteArray mixed(const QByteArray &parts, const QByteArray &end = "--b--\r\n")
{
    return kHeader + kMime + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n" + parts + end;
}

QByteArray part(const QByteArray &encoding, const QByteArray &content)
{
    return "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + content
           + "\r\n";
}

} // namespace

class tst_Lint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGoodMessageGetsNoRemark_data();
    void aGoodMessageGetsNoRemark();
    void whatWeComposeGetsNoRemark();
    void faultsAreFound_data();
    void faultsAreFound();
    void remarksNameTheLine();
    void ofAKindTenAreListedAndTheOthersCounted();
    void manyPartsAreCountedAndNotKept();
    void nestingIsFollowedOnlySoFar();
    void sendersAreReadForOtherChecks();
    void aLineOfAnyLengthIsJudgedByItsBeginning();
};

void tst_Lint::aGoodMessageGetsNoRemark_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("plain") << kHeader + "\r\nHello\r\n";
    QTest::newRow("no line end at the end") << kHeader + "\r\nHello";
    QTest::newRow("no body") << kHeader + "\r\n";
    QTest::newRow("a dot alone") << kHeader + "\r\n.\r\n..\r\n";
    QTest::newRow("folded fields") << kHeader + "X-Long: a\r\n b\r\n\tc\r\n\r\nHello\r\n";
    QTest::newRow("encoded words") << kFrom
                                          + QByteArray(kOthers).replace(
                                              "Subject: Test",
                                              "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= and\r\n =?ISO-8859-1?B?/A==?=")
                                          + "\r\nHello\r\n";
    QTest::newRow("a comment in the date")
        << kFrom + QByteArray(kOthers).replace("+0000", "+0100 (CET)") + "\r\nHello\r\n";
    QTest::newRow("several From with Sender")
        << "From: a@example.com, b@example.com\r\nSender: a@example.com\r\n" + kOthers + "\r\nHello\r\n";
    QTest::newRow("two parts") << mixed("--b\r\n\r\nText\r\n" + part("base64", "QUJD\r\nRA=="));
    QTest::newRow("quoted-printable") << mixed(part("quoted-printable", "Gr=C3=BC=C3=9Fe =\r\nand a =3D"));
    QTest::newRow("text before and behind")
        << mixed("Preamble \xc3\xbc\r\n--b\r\n\r\nText\r\n", "--b--\r\nepilogue\r\n");
    QTest::newRow("a message in a message")
        << mixed("--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\nContent-Type: multipart/mixed; "
                 "boundary=\"bb\"\r\n\r\n--bb\r\n\r\nx\r\n--bb--\r\n");
    QTest::newRow("boundaries that begin alike")
        << kHeader + kMime
               + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; "
                 "boundary=bb\r\n"
                 "\r\n--bb\r\n\r\nx\r\n--bb--\r\n\r\n--b--\r\n";
}

void tst_Lint::aGoodMessageGetsNoRemark()
{
    QFETCH(QByteArray, message);
    for (const qsizetype piece : {qsizetype(1), qsizetype(7), message.size()})
        QCOMPARE_EQ(ids(lint(message, piece)), QStringList());
}

void tst_Lint::whatWeComposeGetsNoRemark()
{
    MessageDraft draft{.from = *EmailAddress::parse(QStringLiteral("scanner@example.com")),
                       .fromName = QStringLiteral("Büro, Scanner \"2\""),
                       .to = {*EmailAddress::parse(QStringLiteral("b@example.com"))},
                       .subject = QStringLiteral("Prüfung ") + QStringLiteral("ö").repeated(200),
                       .text = QStringLiteral("Grüße\nFrom here\n") + QStringLiteral("x").repeated(2000)};
    draft.html = QStringLiteral("<p>Grüße</p>");
    draft.attachments = {{.fileName = QStringLiteral("Rechnung №1.pdf"), .content = QByteArray(5000, '\xff')}};
    const auto message = compose(draft, TimePoint(1764000000s), "abc");
    QVERIFY(message);
    QCOMPARE_EQ(ids(lint(message->octets)), QStringList());
}

void tst_Lint::faultsAreFound_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QStringList>("found");
    const auto row = [](const char *tag, const QByteArray &message, const char *found) {
        QTest::newRow(tag) << message << QString::fromLatin1(found).split(u' ');
    };
    const QByteArray text("\r\nHello\r\n");
    row("empty", "", "empty");
    row("no header", "\r\nHello\r\n", "header.none");
    row("no From", kOthers + text, "from.missing");
    row("no Date", kFrom + "To: b@example.com\r\nSubject: x\r\nMessage-ID: <1@example.com>\r\n" + text, "date.missing");
    row("no Message-ID", kFrom + "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nTo: b@example.com\r\nSubject: x\r\n" + text,
        "message-id.missing");
    row("two From", kFrom + kHeader + text, "from.several-without-sender from.repeated");
    row("two Date", kHeader + "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n" + text, "date.repeated");
    row("two Message-ID", kHeader + "Message-ID: <2@example.com>\r\n" + text, "message-id.repeated");
    row("several addresses in From", "From: a@example.com, b@example.com\r\n" + kOthers + text,
        "from.several-without-sender");
    row("a date that is none",
        kFrom + QByteArray(kOthers).replace("Sun, 22 Nov 2026 10:00:00 +0000", "22.11.2026 10:00") + text,
        "date.syntax");
    row("a Message-ID without brackets", kFrom + QByteArray(kOthers).replace("<1@example.com>", "1") + text,
        "message-id.syntax");
    row("a bare line feed", kHeader + "\r\nHello\nWorld\r\n", "line.bare-lf");
    row("a bare carriage return", kHeader + "\r\nHello\rWorld\r\n", "line.bare-cr");
    row("CR CR LF", kHeader + "\r\nHello\r\r\n", "line.bare-cr");
    row("a long line", kHeader + "\r\n" + QByteArray(999, 'x') + "\r\n", "line.too-long");
    row("NUL", kHeader + "\r\nHel" + QByteArray(1, '\0') + "lo\r\n", "nul");
    row("Latin 1 in the header", kHeader + "X-A: B\xfcro\r\n" + text, "header.8-bit");
    row("UTF-8 in the header", kHeader + "X-A: B\xc3\xbcro\r\n" + text, "header.utf-8");
    row("an escape in the header", kHeader + "X-A: \x1b[31m\r\n" + text, "header.control");
    const auto subject = [&](const char *value) {
        return kFrom + QByteArray(kOthers).replace("Subject: Test", QByteArray("Subject: ") + value) + text;
    };
    row("an encoded word without an end", subject("=?utf-8?B?QQ=="), "encoded-word");
    row("an encoded word by neither B nor Q", subject("=?utf-8?X?QQ==?="), "encoded-word");
    row("an encoded word that is no base64", subject("=?utf-8?B?Q=Q?="), "encoded-word");
    row("an encoded word with a blank", subject("=?utf-8?Q?a b?="), "encoded-word");
    row("an encoded word that is too long",
        subject("=?utf-8?Q?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?="),
        "encoded-word");
    row("an encoded word that cuts a character", subject("=?utf-8?B?ww==?="), "encoded-word");
    row("encoded words glued together", subject("x=?utf-8?B?QQ==?="), "encoded-word");
    row("an encoded word without a charset", subject("=??B?QQ==?="), "encoded-word");
    row("an address without a domain", "From: scanner\r\n" + kOthers + text, "address.syntax");
    row("an address in the display name", "From: \"scanner@example.com\" <scanner@example.com>\r\n" + kOthers + text,
        "address.in-name");
    row("Bcc", kHeader + "Bcc: c@example.com\r\n" + text, "bcc");
    row("text in the header", kHeader + "Hello there\r\nmore\r\n", "header.no-field");
    row("Content-Type alone", kHeader + "Content-Type: text/plain\r\n" + text, "mime-version.missing");
    row("8-bit text undeclared",
        kHeader
            + "\r\nGr\xc3\xbc\xc3\x9f"
              "e\r\n",
        "body.8-bit");
    row("8-bit text declared",
        kHeader + kMime
            + "Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9f"
              "e\r\n",
        "mime.needs-8bitmime");
    row("binary", kHeader + kMime + "Content-Transfer-Encoding: binary\r\n\r\nx\r\n", "mime.needs-binarymime");
    row("an unknown encoding", kHeader + kMime + "Content-Transfer-Encoding: uuencode\r\n\r\nx\r\n",
        "mime.encoding-unknown");
    row("no media type", kHeader + kMime + "Content-Type: text\r\n\r\nx\r\n", "mime.type");
    row("no boundary", kHeader + kMime + "Content-Type: multipart/mixed\r\n\r\nx\r\n", "mime.boundary");
    row("a boundary too long",
        kHeader + kMime + "Content-Type: multipart/mixed; boundary=" + QByteArray(71, 'b') + "\r\n\r\nx\r\n",
        "mime.boundary");
    row("a boundary that is not there", mixed("text\r\n", ""), "mime.boundary-unseen");
    row("a multipart that is not closed", mixed("--b\r\n\r\nText\r\n", ""), "mime.not-closed");
    row("an inner multipart that is not closed",
        mixed("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nText\r\n"), "mime.not-closed");
    row("a multipart encoded",
        kHeader + kMime
            + "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n",
        "mime.composite-encoded");
    row("a forwarded message encoded",
        mixed("--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n"),
        "mime.composite-encoded");
    row("base64 with a strange character", mixed(part("base64", "QU?D")), "base64.character");
    row("base64 cut off", mixed(part("base64", "QUJ")), "base64.cut-off");
    row("base64 going on behind its end", mixed(part("base64", "QQ==\r\nQQ==")), "base64.after-end");
    row("base64 in a long line", mixed(part("base64", QByteArray(80, 'A'))), "base64.long-line");
    row("quoted-printable with a bad escape", mixed(part("quoted-printable", "a =XY b")), "quoted.escape");
    row("quoted-printable with 8 bits", mixed(part("quoted-printable", "\xfc")), "quoted.8-bit");
    row("quoted-printable in a long line", mixed(part("quoted-printable", QByteArray(80, 'A'))), "quoted.long-line");
}

void tst_Lint::faultsAreFound()
{
    QFETCH(QByteArray, message);
    QFETCH(QStringList, found);
    for (const qsizetype piece : {qsizetype(1), qsizetype(1000)}) {
        const auto remarks = lint(message, piece);
        QCOMPARE_EQ(ids(remarks), found);
        for (const LintRemark &remark : remarks)
            QVERIFY2(remark.sentence.endsWith(u'.'), qPrintable(remark.sentence));
    }
}

void tst_Lint::remarksNameTheLine()
{
    const auto remarks = lint(kHeader + "\r\none\r\ntwo\nthree\r\n");
    QCOMPARE_EQ(remarks.size(), 1u);
    QCOMPARE_EQ(remarks.front().line, 8); // five fields, the empty line, one
    QCOMPARE_EQ(remarks.front().level, LintRemark::Level::Wrong);
    const auto cut =
        lint(mixed("--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJ\r\n"));
    QCOMPARE_EQ(cut.front().line, 10); // where the part names its type
}

void tst_Lint::ofAKindTenAreListedAndTheOthersCounted()
{
    const auto remarks = lint(kHeader + "\r\n" + QByteArray("x\n").repeated(100000));
    QCOMPARE_EQ(remarks.size(), 10u);
    QCOMPARE_EQ(remarks.back().further, 100000 - 10);
    QCOMPARE_EQ(remarks.front().further, 0);
}

void tst_Lint::manyPartsAreCountedAndNotKept()
{
    const auto remarks = lint(mixed(QByteArray("--b\r\n\r\nx\r\n").repeated(1001)));
    QCOMPARE_EQ(ids(remarks), QStringList{QStringLiteral("mime.too-many-parts")});
    QCOMPARE_EQ(ids(lint(mixed(QByteArray("--b\r\n\r\nx\r\n").repeated(1000)))), QStringList());
}

void tst_Lint::nestingIsFollowedOnlySoFar()
{
    QByteArray message = kHeader + kMime;
    for (int i = 0; i < 100; ++i)
        message += "Content-Type: multipart/mixed; boundary=b" + QByteArray::number(i) + "\r\n\r\n--b"
                   + QByteArray::number(i) + "\r\n";
    const QStringList found = ids(lint(message + "\r\nx\r\n"));
    QVERIFY(found.contains(QStringLiteral("mime.too-deep")));
    QVERIFY(found.contains(QStringLiteral("mime.not-closed")));
}

void tst_Lint::sendersAreReadForOtherChecks()
{
    MessageLint checking;
    checking.feed(
        "From: Scanner <scanner@example.com>\r\nTo: b@example.com\r\nCc: c@example.com\r\n\r\nFrom: x@example.org\r\n");
    (void)checking.finish();
    QCOMPARE_EQ(checking.senders().from.size(), 1u);
    QCOMPARE_EQ(checking.senders().from.front().text, QByteArray("scanner@example.com"));
    QCOMPARE_EQ(checking.senders().recipients.size(), 2u);
}

void tst_Lint::aLineOfAnyLengthIsJudgedByItsBeginning()
{
    MessageLint checking;
    checking.feed(kHeader + "\r\n");
    const QByteArray piece(1 << 20, 'x');
    for (int i = 0; i < 20; ++i)
        checking.feed(piece);
    const auto remarks = checking.finish();
    QCOMPARE_EQ(ids(remarks), QStringList{QStringLiteral("line.too-long")});
    QVERIFY2(remarks.front().sentence.contains(QStringLiteral("20971520")), qPrintable(remarks.front().sentence));
}

QTEST_GUILESS_MAIN(tst_Lint)
#include "tst_Lint.moc"
