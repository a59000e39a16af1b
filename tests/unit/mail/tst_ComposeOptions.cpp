// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/mail/Header.h"

#include <QBuffer>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const QByteArray kToken("abc123");

TimePoint noon()
{
    return TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 12h;
}

MessageDraft draft()
{
    return {.from = *EmailAddress::parse(QStringLiteral("scanner@example.com")),
            .to = {*EmailAddress::parse(QStringLiteral("b@example.com"))},
            .subject = QStringLiteral("Test"),
            .text = QStringLiteral("Hello.\n")};
}

QByteArray composed(const MessageDraft &from)
{
    const auto message = compose(from, noon(), kToken);
    return message ? message->octets : QByteArray();
}

/// Gives its octets in small pieces, as a pipe does, and fails where it is told to.
class SlowDevice : public QIODevice {
public:
    SlowDevice(qint64 size, qint64 failsAt) : m_size(size), m_failsAt(failsAt) { open(ReadOnly | Unbuffered); }
    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_at >= m_size; }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        if (m_at == m_failsAt) {
            setErrorString(QStringLiteral("the cable was pulled"));
            return -1;
        }
        const qint64 count = std::min<qint64>({most, 1000, m_size - m_at, m_failsAt - m_at});
        for (qint64 i = 0; i < count; ++i)
            data[i] = static_cast<char>((m_at + i) % 251);
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_size;
    qint64 m_failsAt;
    qint64 m_at = 0;
};

/// Takes `room` octets and no more, as a full disk does.
class FullDevice : public QIODevice {
public:
    explicit FullDevice(qint64 room) : m_room(room) { open(WriteOnly | Unbuffered); }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *, qint64 count) override
    {
        if (count > m_room)
            return -1;
        m_room -= count;
        return count;
    }

private:
    qint64 m_room;
};

} // namespace

class tst_ComposeOptions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void htmlGoesBesideTheText();
    void htmlAloneIsOnePart();
    void textHtmlAndAttachmentsAreNested();
    void aStreamedAttachmentIsTheSameAsOneInMemory();
    void anAttachmentThatBreaksOffIsAnError();
    void aFullDiskIsAnError();
    void ownFieldsStandInTheHeader();
    void fieldsThatAreComposedAnywayAreRefused_data();
    void fieldsThatAreComposedAnywayAreRefused();
    void aCharsetIsKept();
    void aCharacterThatTheCharsetHasNotIsNamed();
    void eightBitTextGoesAsItIs();
    void longLinesAreEncodedEvenWithEightBit();
    void whatADeviceLeavesOutIsLeftOut();
    void aDisplayNameMayHoldTheAddress();
    void theSenderFieldIsWritten();
};

void tst_ComposeOptions::htmlGoesBesideTheText()
{
    MessageDraft with = draft();
    with.html = QStringLiteral("<p>Grüße</p>");
    const QByteArray message = composed(with);
    QVERIFY(message.contains("Content-Type: multipart/alternative;\r\n boundary=\"=_relaywright_alt_abc123\"\r\n"));
    const qsizetype plain = message.indexOf("Content-Type: text/plain; charset=utf-8");
    const qsizetype html = message.indexOf("Content-Type: text/html; charset=utf-8");
    QVERIFY(plain > 0 && html > plain); // the last is the one that a reader prefers
    QVERIFY(message.contains("<p>Gr=C3=BC=C3=9Fe</p>"));
    QVERIFY(message.endsWith("\r\n--=_relaywright_alt_abc123--\r\n"));
}

void tst_ComposeOptions::htmlAloneIsOnePart()
{
    MessageDraft with = draft();
    with.text.clear();
    with.html = QStringLiteral("<p>Hello</p>");
    const QByteArray message = composed(with);
    QCOMPARE_EQ(MessageHeader::read(message).value("Content-Type").value_or(QByteArray()),
                QByteArray("text/html; charset=utf-8"));
    QVERIFY(!message.contains("multipart"));
}

void tst_ComposeOptions::textHtmlAndAttachmentsAreNested()
{
    MessageDraft with = draft();
    with.html = QStringLiteral("<p>Hello</p>");
    with.attachments = {{.fileName = QStringLiteral("scan.pdf"), .mediaType = "application/pdf", .content = "%PDF"}};
    const QByteArray message = composed(with);
    QVERIFY(MessageHeader::read(message).value("Content-Type")->startsWith("multipart/mixed"));
    const qsizetype inner = message.indexOf("multipart/alternative");
    const qsizetype innerEnd = message.indexOf("--=_relaywright_alt_abc123--");
    const qsizetype attachment = message.indexOf("application/pdf");
    QVERIFY(inner > 0 && innerEnd > inner && attachment > innerEnd);
    QVERIFY(message.endsWith("\r\n--=_relaywright_abc123--\r\n"));
}

void tst_ComposeOptions::aStreamedAttachmentIsTheSameAsOneInMemory()
{
    constexpr qint64 kSize = 57 * 1024 * 2 + 13; // two pieces and a rest
    SlowDevice reading(kSize, kSize);
    MessageDraft inMemory = draft();
    inMemory.attachments = {{.fileName = QStringLiteral("scan.bin"), .content = reading.readAll()}};
    QCOMPARE_EQ(inMemory.attachments.front().content.size(), kSize);
    SlowDevice streaming(kSize, kSize + 1);
    MessageDraft streamed = draft();
    streamed.attachments = {{.fileName = QStringLiteral("scan.bin"), .source = &streaming}};
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const auto head = composeTo(streamed, noon(), kToken, out);
    QVERIFY(head);
    QCOMPARE_EQ(out.data(), composed(inMemory));
    QCOMPARE_EQ(head->octets, static_cast<std::uint64_t>(out.data().size()));
    QCOMPARE_EQ(head->messageId, QByteArray("<abc123@example.com>"));
    QVERIFY(!head->has8Bit);
}

void tst_ComposeOptions::anAttachmentThatBreaksOffIsAnError()
{
    SlowDevice breaking(100000, 70000);
    MessageDraft with = draft();
    with.attachments = {{.fileName = QStringLiteral("scan.bin"), .source = &breaking}};
    const auto message = compose(with, noon(), kToken);
    QVERIFY(!message);
    QCOMPARE_EQ(message.error().kind, ErrorKind::Storage);
    QVERIFY2(message.error().detail.contains(QStringLiteral("scan.bin"))
                 && message.error().detail.contains(QStringLiteral("the cable was pulled")),
             qPrintable(message.error().detail));
}

void tst_ComposeOptions::aFullDiskIsAnError()
{
    MessageDraft with = draft();
    with.attachments = {{.fileName = QStringLiteral("scan.bin"), .content = QByteArray(100000, 'x')}};
    FullDevice full(5000);
    const auto head = composeTo(with, noon(), kToken, full);
    QVERIFY(!head);
    QCOMPARE_EQ(head.error().kind, ErrorKind::Storage);
}

void tst_ComposeOptions::ownFieldsStandInTheHeader()
{
    MessageDraft with = draft();
    with.headers = {{"X-Site", QStringLiteral("Büro")}, {"Importance", QStringLiteral("high")}};
    const MessageHeader header = MessageHeader::read(composed(with));
    QCOMPARE_EQ(header.value("Importance").value_or(QByteArray()), QByteArray("high"));
    QCOMPARE_EQ(header.value("X-Site").value_or(QByteArray()), QByteArray("=?UTF-8?B?QsO8cm8=?="));
}

void tst_ComposeOptions::fieldsThatAreComposedAnywayAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("From") << QByteArray("from") << QStringLiteral("x@example.com");
    QTest::newRow("Content-Type") << QByteArray("Content-Type") << QStringLiteral("text/html");
    QTest::newRow("no name") << QByteArray() << QStringLiteral("x");
    QTest::newRow("a colon") << QByteArray("X:") << QStringLiteral("x");
    QTest::newRow("a line break in the name") << QByteArray("X\r\nBcc") << QStringLiteral("x");
    QTest::newRow("a line break in the value") << QByteArray("X-A") << QStringLiteral("a\r\nBcc: x@example.com");
}

void tst_ComposeOptions::fieldsThatAreComposedAnywayAreRefused()
{
    QFETCH(QByteArray, name);
    QFETCH(QString, value);
    MessageDraft with = draft();
    with.headers = {{name, value}};
    const auto message = compose(with, noon(), kToken);
    QVERIFY(!message);
    QCOMPARE_EQ(message.error().kind, ErrorKind::InvalidInput);
}

void tst_ComposeOptions::aCharsetIsKept()
{
    MessageDraft with = draft();
    with.text = QStringLiteral("Grüße\n");
    with.charset = "ISO-8859-1";
    const QByteArray message = composed(with);
    QVERIFY(message.contains("Content-Type: text/plain; charset=iso-8859-1\r\n"));
    QVERIFY(message.contains("Gr=FC=DFe"));
}

void tst_ComposeOptions::aCharacterThatTheCharsetHasNotIsNamed()
{
    MessageDraft with = draft();
    with.text = QStringLiteral("10 €");
    with.charset = "iso-8859-1";
    const auto message = compose(with, noon(), kToken);
    QVERIFY(!message);
    QVERIFY2(message.error().detail.contains(QStringLiteral("U+20ac")), qPrintable(message.error().detail));
    with.charset = "utf-7";
    QVERIFY(!compose(with, noon(), kToken));
}

void tst_ComposeOptions::eightBitTextGoesAsItIs()
{
    MessageDraft with = draft();
    with.text = QStringLiteral("Grüße\n");
    with.encoding = TextEncoding::EightBit;
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const auto head = composeTo(with, noon(), kToken, out);
    QVERIFY(head && head->has8Bit);
    QVERIFY(out.data().contains("Content-Transfer-Encoding: 8bit\r\n"));
    QVERIFY(out.data().endsWith("\r\n\r\nGr\xc3\xbc\xc3\x9f"
                                "e\r\n"));
    with.text = QStringLiteral("Hello\n");
    QBuffer plain;
    plain.open(QIODevice::WriteOnly);
    QVERIFY(!composeTo(with, noon(), kToken, plain)->has8Bit);
}

void tst_ComposeOptions::longLinesAreEncodedEvenWithEightBit()
{
    MessageDraft with = draft();
    with.encoding = TextEncoding::EightBit;
    with.text = QStringLiteral("ü").repeated(500); // 1000 octets
    const QByteArray message = composed(with);
    QVERIFY(!message.contains("8bit"));
    for (const QByteArray &line : message.split('\n'))
        QVERIFY(line.size() <= 77);
}

void tst_ComposeOptions::whatADeviceLeavesOutIsLeftOut()
{
    MessageDraft with = draft();
    with.withDate = false;
    with.withMessageId = false;
    const auto message = compose(with, noon(), kToken);
    QVERIFY(message);
    const MessageHeader header = MessageHeader::read(message->octets);
    QCOMPARE_EQ(header.count("Date"), 0);
    QCOMPARE_EQ(header.count("Message-ID"), 0);
    QCOMPARE_EQ(header.count("From"), 1);
    QCOMPARE_EQ(message->messageId, QByteArray("<abc123@example.com>"));
}

void tst_ComposeOptions::aDisplayNameMayHoldTheAddress()
{
    MessageDraft with = draft();
    with.addressInDisplayName = true;
    QCOMPARE_EQ(MessageHeader::read(composed(with)).value("From").value_or(QByteArray()),
                QByteArray("\"scanner@example.com\" <scanner@example.com>"));
    with.fromName = QStringLiteral("Scanner");
    QCOMPARE_EQ(MessageHeader::read(composed(with)).value("From").value_or(QByteArray()),
                QByteArray("\"Scanner scanner@example.com\" <scanner@example.com>"));
}

void tst_ComposeOptions::theSenderFieldIsWritten()
{
    MessageDraft with = draft();
    with.sender = *EmailAddress::parse(QStringLiteral("relay@example.com"));
    QCOMPARE_EQ(MessageHeader::read(composed(with)).value("Sender").value_or(QByteArray()),
                QByteArray("relay@example.com"));
}

QTEST_GUILESS_MAIN(tst_ComposeOptions)
#include "tst_ComposeOptions.moc"
