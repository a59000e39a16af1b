// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/mail/Header.h"
#include "core/mail/Mime.h"

#include <QRegularExpression>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const QByteArray kToken("abc123");

TimePoint noon()
{
    return TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 10h;
}

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

MessageDraft draft()
{
    return {.from = address("scanner@example.com"),
            .to = {address("b@example.com")},
            .subject = QStringLiteral("Test"),
            .text = QStringLiteral("Hello.\n")};
}

QByteArray composed(const MessageDraft &from)
{
    const auto message = compose(from, noon(), kToken);
    return message ? message->octets : QByteArray();
}

QByteArray bodyOf(const QByteArray &message)
{
    return message.mid(message.indexOf("\r\n\r\n") + 4);
}

/// A decoder of our own for encoded words, written from RFC 2047 §2 and §6.2.
QString decodedWords(const QByteArray &value)
{
    static const QRegularExpression word(QStringLiteral(R"(=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=( (?==\?))?)"));
    QString text = QString::fromLatin1(value);
    QString out;
    qsizetype at = 0;
    for (auto found = word.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        out += text.mid(at, match.capturedStart() - at);
        out += QString::fromUtf8(QByteArray::fromBase64(match.captured(1).toLatin1()));
        at = match.capturedEnd();
    }
    return out + text.mid(at);
}

/// A decoder of our own for quoted-printable (RFC 2045 §6.7).
QByteArray decodedQuoted(QByteArray text)
{
    text.replace("=\r\n", "");
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            out += text[i];
            continue;
        }
        out += static_cast<char>(text.mid(i + 1, 2).toInt(nullptr, 16));
        i += 2;
    }
    return out;
}

void verifyWireForm(const QByteArray &octets, qsizetype maxLine = 76)
{
    QVERIFY(octets.endsWith("\r\n"));
    QCOMPARE_EQ(octets.count('\n'), octets.count("\r\n"));
    QCOMPARE_EQ(octets.count('\r'), octets.count("\r\n"));
    for (const char c : octets)
        QVERIFY(static_cast<uchar>(c) < 0x80 && c != '\0');
    for (const QByteArray &line : octets.split('\n'))
        QVERIFY2(line.size() <= maxLine + 1, line.constData());
}

} // namespace

class tst_Compose : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesASimpleMessage()
    {
        const auto message = compose(draft(), noon(), kToken);
        QVERIFY(message);
        QCOMPARE_EQ(message->messageId, QByteArray("<abc123@example.com>"));
        QCOMPARE_EQ(message->octets, QByteArray("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
                                                "From: scanner@example.com\r\n"
                                                "To: b@example.com\r\n"
                                                "Subject: Test\r\n"
                                                "Message-ID: <abc123@example.com>\r\n"
                                                "MIME-Version: 1.0\r\n"
                                                "Content-Type: text/plain; charset=utf-8\r\n"
                                                "Content-Transfer-Encoding: 7bit\r\n"
                                                "\r\n"
                                                "Hello.\r\n"));
    }

    void writesTheDateInEnglishWhateverTheLocale()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE_EQ(rfc5322Date(noon() + std::chrono::days(105)), QByteArray("Sun, 07 Mar 2027 10:00:00 +0000"));
        QLocale::setDefault(before);
    }

    void subjectsSurvive_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::newRow("plain") << QStringLiteral("Scan from the second floor");
        QTest::newRow("empty") << QString();
        QTest::newRow("umlauts") << QStringLiteral("Prüfung der Übertragung");
        QTest::newRow("long ASCII") << QStringLiteral("word ").repeated(60).trimmed();
        QTest::newRow("long word") << QString(500, u'x');
        QTest::newRow("long Japanese") << QStringLiteral("複合機からの送信テスト").repeated(20);
        QTest::newRow("emoji") << QStringLiteral("😀").repeated(60);
        QTest::newRow("looks encoded") << QStringLiteral("=?UTF-8?B?aGFoYQ==?=");
        QTest::newRow("two spaces") << QStringLiteral("a  b");
        QTest::newRow("spaces around") << QStringLiteral(" a ");
    }
    void subjectsSurvive()
    {
        QFETCH(QString, subject);
        MessageDraft with = draft();
        with.subject = subject;
        const QByteArray message = composed(with);
        verifyWireForm(message);
        const auto value = MessageHeader::read(message).value("Subject");
        QVERIFY(value);
        QCOMPARE_EQ(decodedWords(*value), subject);
        static const QRegularExpression word(QStringLiteral(R"(=\?\S+\?=)"));
        for (auto found = word.globalMatch(QString::fromLatin1(*value)); found.hasNext();)
            QVERIFY(found.next().capturedLength() <= 75);
    }

    void displayNamesSurvive_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("written"); // empty: encoded words
        QTest::newRow("atom") << QStringLiteral("Scanner") << QByteArray("Scanner <scanner@example.com>");
        QTest::newRow("two words") << QStringLiteral("Second floor")
                                   << QByteArray("\"Second floor\" <scanner@example.com>");
        QTest::newRow("comma") << QStringLiteral("Doe, Jane") << QByteArray("\"Doe, Jane\" <scanner@example.com>");
        QTest::newRow("quote and backslash")
            << QStringLiteral("a\"b\\c") << QByteArray("\"a\\\"b\\\\c\" <scanner@example.com>");
        QTest::newRow("another address") << QStringLiteral("x <evil@example.com>,")
                                         << QByteArray("\"x <evil@example.com>,\" <scanner@example.com>");
        QTest::newRow("umlaut") << QStringLiteral("Büro") << QByteArray();
        QTest::newRow("looks encoded") << QStringLiteral("=?UTF-8?B?aGFoYQ==?=") << QByteArray();
        QTest::newRow("long") << QStringLiteral("name ").repeated(40).trimmed() << QByteArray();
    }
    void displayNamesSurvive()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, written);
        MessageDraft with = draft();
        with.fromName = name;
        const QByteArray message = composed(with);
        verifyWireForm(message);
        const auto value = MessageHeader::read(message).value("From");
        QVERIFY(value);
        if (!written.isEmpty())
            QCOMPARE_EQ(*value, written);
        else
            QCOMPARE_EQ(decodedWords(*value), name + QStringLiteral(" <scanner@example.com>"));
    }

    void textsSurvive_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("encoding");
        QTest::newRow("ASCII") << QStringLiteral("one\ntwo\n") << QByteArray("7bit");
        QTest::newRow("not ended") << QStringLiteral("one") << QByteArray("7bit");
        QTest::newRow("any line ends") << QStringLiteral("a\r\nb\rc\nd") << QByteArray("7bit");
        QTest::newRow("empty") << QString() << QByteArray("7bit");
        QTest::newRow("dots") << QStringLiteral(".\n..\n") << QByteArray("7bit");
        QTest::newRow("umlauts") << QStringLiteral("Prüfung = größer\n") << QByteArray("quoted-printable");
        QTest::newRow("long line") << QStringLiteral("word ").repeated(300) + u'\n' << QByteArray("quoted-printable");
        QTest::newRow("blank at a line end") << QStringLiteral("a \nb\t\nc") << QByteArray("quoted-printable");
        QTest::newRow("From at a line start")
            << QStringLiteral("From here\nFrom there") << QByteArray("quoted-printable");
        QTest::newRow("Japanese") << QStringLiteral("複合機からの送信テスト\n").repeated(9) << QByteArray("base64");
        QTest::newRow("control characters")
            << QStringLiteral("a\x01z%1b").arg(QChar(0)) << QByteArray("quoted-printable");
    }
    void textsSurvive()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, encoding);
        MessageDraft with = draft();
        with.text = text;
        const QByteArray message = composed(with);
        verifyWireForm(message);
        QCOMPARE_EQ(MessageHeader::read(message).value("Content-Transfer-Encoding"), encoding);
        QByteArray body = bodyOf(message);
        if (encoding == "base64")
            body = QByteArray::fromBase64(body);
        else if (encoding == "quoted-printable")
            body = decodedQuoted(body);
        QString expected = text;
        expected.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\r', u'\n');
        if (!expected.endsWith(u'\n'))
            expected += u'\n';
        QCOMPARE_EQ(QString::fromUtf8(body).replace(QStringLiteral("\r\n"), QStringLiteral("\n")), expected);
        for (const QByteArray &line : bodyOf(message).split('\n'))
            QVERIFY(!(encoding == "quoted-printable" && line.startsWith("From ")));
    }

    void attachesFiles()
    {
        MessageDraft with = draft();
        QByteArray octets;
        for (int i = 0; i < 1000; ++i)
            octets += static_cast<char>(i);
        with.attachments = {{.fileName = QStringLiteral("scan.pdf"), .mediaType = "application/pdf", .content = octets},
                            {.fileName = QStringLiteral("empty.bin"), .content = {}}};
        const QByteArray message = composed(with);
        verifyWireForm(message);
        const QByteArray type = *MessageHeader::read(message).value("Content-Type");
        QCOMPARE_EQ(type, QByteArray("multipart/mixed; boundary=\"=_relaywright_abc123\""));
        QCOMPARE_EQ(bodyOf(message).count("--=_relaywright_abc123"), 4); // text, two files, the end
        const qsizetype start = message.indexOf("filename=\"scan.pdf\"\r\n\r\n") + 23;
        QCOMPARE_EQ(QByteArray::fromBase64(message.mid(start, message.indexOf("\r\n--", start) - start)), octets);
        QVERIFY(message.endsWith("\r\n--=_relaywright_abc123--\r\n"));
    }

    void textThatLooksLikeABoundaryCannotEndAPart()
    {
        MessageDraft with = draft();
        with.text = QStringLiteral("--=_relaywright_abc123--\n");
        with.attachments = {{.fileName = QStringLiteral("a"), .content = "x"}};
        QCOMPARE_EQ(composed(with).count("\r\n--=_relaywright_abc123--"), 1);
    }

    void attachedMessagesAreNotCalledMessages()
    {
        MessageDraft with = draft();
        with.attachments = {
            {.fileName = QStringLiteral("a.eml"), .mediaType = "message/rfc822", .content = "Subject: x\r\n\r\n"}};
        QVERIFY(!composed(with).contains("message/rfc822"));
        QVERIFY(composed(with).contains("Content-Type: application/octet-stream"));
    }

    void fileNamesSurvive_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("umlaut") << QStringLiteral("Rechnung für Büro.pdf");
        QTest::newRow("long") << QStringLiteral("a very long name of a file ").repeated(8) + QStringLiteral(".pdf");
        QTest::newRow("quote") << QStringLiteral("a\"b\\c.pdf");
        QTest::newRow("Japanese") << QStringLiteral("請求書").repeated(10);
        QTest::newRow("characters RFC 2231 leaves out") << QStringLiteral("a*b'c%d(e)é");
    }
    void fileNamesSurvive()
    {
        QFETCH(QString, name);
        const QByteArray written = fileNameParameter(name);
        QByteArray encoded;
        int number = 0;
        for (QByteArray line : written.split('\n')) {
            QVERIFY(line.size() <= 77);
            line = line.trimmed();
            if (line.endsWith(';'))
                line.chop(1);
            if (line.isEmpty())
                continue;
            const QByteArray key = line.left(line.indexOf('='));
            QVERIFY(key == "filename*" || key == "filename*" + QByteArray::number(number) + '*');
            ++number;
            encoded += line.mid(line.indexOf('=') + 1);
        }
        QVERIFY(encoded.startsWith("UTF-8''"));
        QCOMPARE_EQ(QString::fromUtf8(QByteArray::fromPercentEncoding(encoded.mid(7))), name);
        for (const char c : encoded.mid(7))
            QVERIFY(!QByteArray("*'() \"").contains(c));
    }

    void refusesWhatWouldBeAnotherHeader_data()
    {
        QTest::addColumn<int>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("named");
        const QStringList bad{QStringLiteral("x\r\nBcc: v@example.com"), QStringLiteral("x\ny"), QStringLiteral("x\ry"),
                              QStringLiteral("x%1y").arg(QChar(0)), QStringLiteral("x\u2028y")};
        for (int i = 0; i < bad.size(); ++i) {
            QTest::addRow("name %d", i) << 0 << bad[i] << QStringLiteral("display name");
            QTest::addRow("subject %d", i) << 1 << bad[i] << QStringLiteral("subject");
            QTest::addRow("file %d", i) << 2 << bad[i] << QStringLiteral("attachment");
            QTest::addRow("type %d", i) << 3 << bad[i] << QStringLiteral("media type");
        }
        QTest::newRow("type without a slash") << 3 << QStringLiteral("pdf") << QStringLiteral("media type");
        QTest::newRow("type with a line end") << 3 << QStringLiteral("a/b\n") << QStringLiteral("media type");
        QTest::newRow("type with a parameter") << 3 << QStringLiteral("a/b; c=d") << QStringLiteral("media type");
        QTest::newRow("file without a name") << 2 << QString() << QStringLiteral("attachment");
    }
    void refusesWhatWouldBeAnotherHeader()
    {
        QFETCH(int, field);
        QFETCH(QString, text);
        QFETCH(QString, named);
        MessageDraft with = draft();
        with.attachments = {{.fileName = QStringLiteral("a"), .content = "x"}};
        if (field == 0)
            with.fromName = text;
        else if (field == 1)
            with.subject = text;
        else if (field == 2)
            with.attachments.front().fileName = text;
        else
            with.attachments.front().mediaType = text.toUtf8();
        const auto message = compose(with, noon(), kToken);
        QVERIFY(!message);
        QCOMPARE_EQ(message.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(message.error().detail.contains(named), qPrintable(message.error().detail));
    }

    void refusesAMessageForNobodyAndABadToken()
    {
        MessageDraft with = draft();
        with.to.clear();
        QVERIFY(!compose(with, noon(), kToken));
        for (const char *token : {"", "a b", "a\n", "a>", "a@b"})
            QVERIFY(!compose(draft(), noon(), token));
    }

    void listsEveryRecipient()
    {
        MessageDraft with = draft();
        with.to = {address("a@example.com"), address("\"b b\"@example.com"), address("c@example.com")};
        with.replyTo = address("help@example.com");
        const MessageHeader header = MessageHeader::read(composed(with));
        QCOMPARE_EQ(*header.value("To"), QByteArray("a@example.com, \"b b\"@example.com, c@example.com"));
        QCOMPARE_EQ(*header.value("Reply-To"), QByteArray("help@example.com"));
    }
};

QTEST_GUILESS_MAIN(tst_Compose)
#include "tst_Compose.moc"
