// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMessage.h"

#include <QBuffer>
#include <QRandomGenerator>
#include <QTest>

using namespace relaywright;

namespace {

QByteArray crlf(QByteArray text)
{
    return text.replace("\n", "\r\n");
}

/// A message in memory, and what was found in it.
struct FoundParts {
    explicit FoundParts(const QByteArray &message) : octets(message)
    {
        buffer.setBuffer(&octets);
        if (!buffer.open(QIODevice::ReadOnly))
            qFatal("no buffer");
        header = octets.indexOf("\r\n\r\n") + 4;
        finder = std::make_unique<GraphPartFinder>(&buffer, header);
        for (;;) {
            const auto done = finder->step();
            if (!done)
                qFatal("cannot be read");
            if (*done)
                break;
        }
    }
    [[nodiscard]] QByteArray contentOf(std::size_t index, qint64 piece = 1000)
    {
        GraphPartReader reader(&buffer, finder->parts().at(index));
        QByteArray all;
        for (;;) {
            const auto read = reader.read(piece);
            if (!read)
                qFatal("cannot be read");
            if (read->isEmpty())
                return all;
            all += *read;
        }
    }
    [[nodiscard]] Result<GraphDraftPlan> plan(qint64 limit, qint64 attachmentLimit = 1'000'000)
    {
        return planDraft(&buffer, octets.first(header), header, *finder, limit, attachmentLimit);
    }
    QByteArray octets;
    QBuffer buffer;
    qsizetype header = 0;
    std::unique_ptr<GraphPartFinder> finder;
};

const QByteArray kMixed =
    crlf("To: a@example.com\nContent-Type: multipart/mixed; boundary=\"o b\"\n\nnobody reads this\n"
         "--o b\nContent-Type: text/plain\n\nHello\n"
         "--o b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: BASE64\n\n"
         "AAEC\nAwQ=\n"
         "--o b\nContent-Type: text/csv\nContent-Disposition: attachment;\n filename*=UTF-8''%C3%BC.csv\n\n"
         "a;b\n"
         "--o b--\nnor this\n");

} // namespace

class tst_GraphMessage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsAttachments();
    void findsPicturesOfATextInline();
    void leavesWhatMustStay_data();
    void leavesWhatMustStay();
    void decodesAsItWasEncoded();
    void takesTheLargestFirst();
    void leavesAMultipartOnePart();
    void refusesAnAttachmentThatIsTooLarge();
    void whateverTheMessageItIsWholeAgain();
};

void tst_GraphMessage::findsAttachments()
{
    FoundParts found(kMixed);
    QCOMPARE_EQ(found.finder->parts().size(), 2U);
    QCOMPARE_EQ(found.finder->partsIn(0), 3);
    QCOMPARE_EQ(found.finder->parts()[0].attachment, (GraphAttachment{.name = QStringLiteral("a.pdf"),
                                                                      .contentType = QStringLiteral("application/pdf"),
                                                                      .sizeBytes = 5}));
    QCOMPARE_EQ(found.contentOf(0), QByteArray::fromHex("0001020304"));
    QCOMPARE_EQ(
        found.finder->parts()[1].attachment,
        (GraphAttachment{.name = QStringLiteral("ü.csv"), .contentType = QStringLiteral("text/csv"), .sizeBytes = 3}));
    QCOMPARE_EQ(found.contentOf(1), QByteArray("a;b"));
}

void tst_GraphMessage::findsPicturesOfATextInline()
{
    FoundParts found(
        crlf("Content-Type: multipart/mixed; boundary=o\n\n--o\n"
             "Content-Type: multipart/related; boundary=i\n\n--i\nContent-Type: text/html\n\n<img src=cid:p>\n"
             "--i\nContent-Type: image/png\nContent-ID: <p@x>\n\npng\n--i--\n--o--\n"));
    QCOMPARE_EQ(found.finder->parts().size(), 1U);
    const GraphAttachment &picture = found.finder->parts()[0].attachment;
    QVERIFY(picture.isInline);
    QCOMPARE_EQ(picture.contentId, QStringLiteral("p@x"));
    QCOMPARE_EQ(picture.sizeBytes, 3);
}

void tst_GraphMessage::leavesWhatMustStay_data()
{
    QTest::addColumn<QByteArray>("message");
    const QByteArray pdf = "--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nAAEC\n--b--\n";
    QTest::newRow("signed") << crlf("Content-Type: multipart/signed; boundary=b\n\n" + pdf);
    QTest::newRow("within what is signed")
        << crlf("Content-Type: multipart/signed; boundary=s\n\n--s\nContent-Type: multipart/mixed; boundary=b\n\n" + pdf
                + "--s--\n");
    QTest::newRow("an alternative") << crlf("Content-Type: multipart/alternative; boundary=b\n\n" + pdf);
    QTest::newRow("encrypted") << crlf(
        "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nAAEC\n");
    QTest::newRow("the text") << crlf("Content-Type: text/plain\n\nHello\n");
    QTest::newRow("no type") << crlf("To: a@example.com\n\nHello\n");
    QTest::newRow("quoted-printable") << crlf(
        "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n=00\n");
    QTest::newRow("base64 that goes on behind its end")
        << crlf("Content-Type: application/x\nContent-Transfer-Encoding: base64\n\nAA==\nAAEC\n");
    QTest::newRow("base64 that ends within an octet")
        << crlf("Content-Type: application/x\nContent-Transfer-Encoding: base64\n\nAAECA\n");
    QTest::newRow("nothing in it") << crlf("Content-Type: application/x\n\n");
    QTest::newRow("no boundary") << crlf("Content-Type: multipart/mixed\n\n" + pdf);
}

void tst_GraphMessage::leavesWhatMustStay()
{
    QFETCH(QByteArray, message);
    FoundParts found(message);
    QVERIFY(found.finder->parts().empty());
}

void tst_GraphMessage::decodesAsItWasEncoded()
{
    QRandomGenerator random(4711);
    for (int round = 0; round < 300; ++round) {
        QByteArray octets(random.bounded(1, 3000), Qt::Uninitialized);
        for (char &octet : octets)
            octet = static_cast<char>(random.bounded(256));
        const QByteArray encoded = octets.toBase64();
        const int width = random.bounded(1, 200);
        QByteArray message = "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        for (qsizetype at = 0; at < encoded.size(); at += width)
            message += encoded.mid(at, width) + "\r\n";
        FoundParts found(message);
        QCOMPARE_EQ(found.finder->parts().size(), 1U);
        QCOMPARE_EQ(found.finder->parts()[0].attachment.sizeBytes, octets.size());
        QVERIFY(found.contentOf(0, random.bounded(1, 700)) == octets);
    }
}

void tst_GraphMessage::takesTheLargestFirst()
{
    FoundParts found(kMixed);
    const auto all = found.plan(kMixed.size());
    QVERIFY(all);
    QCOMPARE_EQ(all->mime, kMixed);
    QVERIFY(all->brought.empty());
    const auto one = found.plan(kMixed.size() - 1);
    QVERIFY(one);
    QCOMPARE_EQ(one->brought.size(), 1U);
    QVERIFY(!one->mime.contains(one->brought.front().attachment.name == QStringLiteral("a.pdf") ? "a.pdf" : "csv"));
    QVERIFY(one->mime.endsWith("--o b--\r\nnor this\r\n"));
    QVERIFY(!found.plan(10));
}

void tst_GraphMessage::leavesAMultipartOnePart()
{
    FoundParts found(
        crlf("To: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/tiff\n\n"
             + QByteArray(900, 'x') + "\n--b--\n"));
    const auto plan = found.plan(500);
    QVERIFY(plan);
    QCOMPARE_EQ(plan->mime, crlf("To: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                                 "Content-Type: text/plain; charset=us-ascii\n\n\n--b--\n"));
}

void tst_GraphMessage::refusesAnAttachmentThatIsTooLarge()
{
    FoundParts found(kMixed);
    const auto plan = found.plan(kMixed.size() - 1, 2);
    QVERIFY(!plan);
    QVERIFY2(plan.error().detail.contains(QStringLiteral("larger than Microsoft Graph takes")),
             qPrintable(plan.error().detail));
}

/// Sound and broken messages: what is taken out and what is left are all there was, and nothing is read outside.
void tst_GraphMessage::whateverTheMessageItIsWholeAgain()
{
    const QByteArrayList pieces{"--o",
                                "--o--",
                                "--i",
                                "--i--",
                                "\r\n",
                                "\r\n\r\n",
                                "\n",
                                "\r",
                                "text",
                                "AAECAwQF",
                                "AA==",
                                "Content-Type: application/pdf\r\n",
                                "Content-Transfer-Encoding: base64\r\n",
                                "Content-Type: multipart/mixed; boundary=i\r\n",
                                QByteArray(2000, 'x'),
                                "-",
                                ""};
    QRandomGenerator random(4711);
    int taken = 0;
    for (int round = 0; round < 3000; ++round) {
        QByteArray message = "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n";
        for (int i = random.bounded(1, 25); i > 0; --i)
            message += pieces[random.bounded(static_cast<int>(pieces.size()))] + (random.bounded(2) == 0 ? "\r\n" : "");
        FoundParts found(message);
        const qint64 limit = random.bounded(40, static_cast<int>(message.size()) + 60);
        const auto plan = found.plan(limit);
        qint64 end = found.header;
        for (const GraphPart &part : found.finder->parts()) {
            QVERIFY(part.start >= end && part.start <= part.contentStart && part.contentStart <= part.contentEnd
                    && part.contentEnd <= part.end && part.end <= message.size());
            end = part.end;
        }
        for (std::size_t i = 0; i < found.finder->parts().size(); ++i)
            QCOMPARE_EQ(found.contentOf(i).size(), found.finder->parts()[i].attachment.sizeBytes);
        if (!plan)
            continue;
        qint64 left = plan->mime.size();
        for (const GraphPart &part : plan->brought) {
            left += part.end - part.start;
            ++taken;
        }
        QVERIFY(left >= message.size());
        QVERIFY(left <= message.size() + 70 * 25); // empty texts where a multipart lost all
    }
    QVERIFY(taken > 100);
}

QTEST_GUILESS_MAIN(tst_GraphMessage)
#include "tst_GraphMessage.moc"
