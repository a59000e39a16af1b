// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/rehearsal/PracticeDrafts.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(std::chrono::seconds(1'800'000'000));
const QString kMailbox = QStringLiteral("scanner@contoso.com");

DraftAttachment small()
{
    return {.name = QStringLiteral("a.txt"), .contentType = QStringLiteral("text/plain"), .octets = "x"};
}

} // namespace

class tst_PracticeDrafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsRanges_data();
    void readsRanges();
    void belongsToItsMailbox();
    void holdsSoManyAttachments();
    void takesNoRoomForUploadsWhoseTimeIsOver();
    void writesNoFieldThatATypeBrings();
};

void tst_PracticeDrafts::readsRanges_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isRange");
    QTest::newRow("a slice") << QByteArray("bytes 0-2097151/3483322") << true;
    QTest::newRow("the last octet") << QByteArray("bytes 9-9/10") << true;
    QTest::newRow("backwards") << QByteArray("bytes 5-4/10") << false;
    QTest::newRow("beyond the end") << QByteArray("bytes 0-10/10") << false;
    QTest::newRow("of an unknown size") << QByteArray("bytes 0-9/*") << false;
    QTest::newRow("a longer number than any") << QByteArray("bytes 0-9/1000000000000") << false;
    QTest::newRow("with a line behind it") << QByteArray("bytes 0-9/10\n") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void tst_PracticeDrafts::readsRanges()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isRange);
    QCOMPARE_EQ(ContentRange::parse(text).has_value(), isRange);
}

void tst_PracticeDrafts::belongsToItsMailbox()
{
    PracticeDrafts drafts(randomOctets);
    const QString id = *drafts.add(kMailbox, "Subject: x\r\n\r\n");
    QVERIFY(drafts.find(QStringLiteral("Scanner@Contoso.com"), id));
    QVERIFY(!drafts.find(QStringLiteral("joe@contoso.com"), id));
    QVERIFY(!drafts.attach(QStringLiteral("joe@contoso.com"), id, small()));
    drafts.remove(id);
    QVERIFY(!drafts.find(kMailbox, id));
}

void tst_PracticeDrafts::holdsSoManyAttachments()
{
    PracticeDrafts drafts(randomOctets);
    const QString id = *drafts.add(kMailbox, "Subject: x\r\n\r\n");
    for (std::size_t i = 0; i < PracticeDrafts::kMostAttachments; ++i)
        QVERIFY(drafts.attach(kMailbox, id, small()));
    QVERIFY(!drafts.attach(kMailbox, id, small()));
}

void tst_PracticeDrafts::takesNoRoomForUploadsWhoseTimeIsOver()
{
    PracticeDrafts drafts(randomOctets);
    const QString id = *drafts.add(kMailbox, "Subject: x\r\n\r\n");
    const auto upload = [&id](TimePoint expires) {
        return DraftUpload{.draft = id, .sizeBytes = PracticeDrafts::kMostOctets / 2 + 1, .expires = expires};
    };
    const auto first = drafts.open(upload(kNow + 1h), kNow);
    QVERIFY(first && drafts.upload(*first, kNow + 59min));
    QVERIFY(!drafts.open(upload(kNow + 2h), kNow + 59min));
    const auto second = drafts.open(upload(kNow + 2h), kNow + 1h);
    QVERIFY(second && drafts.upload(*second, kNow + 1h));
    QVERIFY(!drafts.upload(*first, kNow));
}

void tst_PracticeDrafts::writesNoFieldThatATypeBrings()
{
    DraftAttachment attachment = small();
    for (const char *type : {"text/plain\n", "text/plain\r\nX-Injected: y", "", "text"}) {
        attachment.contentType = QString::fromLatin1(type);
        const QByteArray whole = withAttachments({kMailbox, "Subject: x\r\n\r\nHello.\r\n", {attachment}}, "b");
        QVERIFY2(whole.contains("\r\nContent-Type: application/octet-stream\r\n"), type);
        QVERIFY2(!whole.contains("X-Injected"), type);
    }
    attachment.contentType = QStringLiteral("text/plain");
    QVERIFY(withAttachments({kMailbox, "Subject: x\r\n\r\nHello.\r\n", {attachment}}, "b")
                .contains("\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"));
}

QTEST_GUILESS_MAIN(tst_PracticeDrafts)
#include "tst_PracticeDrafts.moc"
