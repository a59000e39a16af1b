// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/SecretParts.h"

#include <QTest>

using namespace relaywright;

class tst_SecretParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cutsAndJoins_data();
    void cutsAndJoins();
    void readsItsOwnHeadOnly_data();
    void readsItsOwnHeadOnly();
    void noticesWhatIsMissing();
    void namesEveryPart();
};

void tst_SecretParts::cutsAndJoins_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<bool>("inParts");
    QTest::newRow("a password") << QByteArray("simple") << false;
    QTest::newRow("as much as goes") << QByteArray(100, 'x') << false;
    QTest::newRow("one more") << QByteArray(101, 'x') << true;
    QTest::newRow("a token") << QByteArray(2345, 'T') << true;
    QTest::newRow("characters of four octets") << QByteArray("\xf0\x9f\x94\x91").repeated(99) << true;
    QTest::newRow("one that looks like a head") << QByteArray("relaywright-parts/1 2 200 a") << true;
    QTest::newRow("one that begins like a head") << QByteArray("relaywright-parts/1") << true;
}

void tst_SecretParts::cutsAndJoins()
{
    QFETCH(QByteArray, secret);
    QFETCH(bool, inParts);
    const Secret whole{QByteArray(secret)};
    QCOMPARE(needsParts(whole, 100), inParts);
    const std::vector<Secret> parts = partsOf(whole, 100);
    QByteArray all;
    for (const Secret &part : parts) {
        const QByteArray text = part.reveal().toByteArray();
        QVERIFY(!text.isEmpty() && text.size() <= 100);
        QCOMPARE(QString::fromUtf8(text).toUtf8(), text); // whole characters
        all += text;
    }
    QCOMPARE(all, secret);
    const SecretHead head{static_cast<int>(parts.size()), secret.size(), true};
    QCOMPARE(joined(parts, head)->reveal().toByteArray(), secret);
}

void tst_SecretParts::readsItsOwnHeadOnly_data()
{
    QTest::addColumn<QByteArray>("entry");
    for (const char *entry : {"", "simple", "relaywright-parts/1", "relaywright-parts/1 2 200",
                              "relaywright-parts/1 0 0 a", "relaywright-parts/1 -1 5 a", "relaywright-parts/1 x 5 a",
                              "relaywright-parts/1 2000 5 a", "relaywright-parts/1 2 200 a b"})
        QTest::newRow(*entry ? entry : "empty") << QByteArray(entry);
}

void tst_SecretParts::readsItsOwnHeadOnly()
{
    QFETCH(QByteArray, entry);
    QVERIFY(!headIn(Secret(QByteArray(entry))));
    const SecretHead head{3, 2345, true};
    QCOMPARE(headIn(toEntry(head)), std::optional(head));
}

void tst_SecretParts::noticesWhatIsMissing()
{
    const Secret whole(QByteArray(250, 'x'));
    std::vector<Secret> parts = partsOf(whole, 100);
    const SecretHead head{3, 250, false};
    QVERIFY(joined(parts, head));
    parts.pop_back();
    QVERIFY(!joined(parts, head));
    parts.push_back(Secret(QByteArray(51, 'x')));
    QVERIFY(!joined(parts, head));
    parts.back() = Secret(QByteArray(49, 'x'));
    const auto less = joined(parts, head);
    QVERIFY(!less && !less.error().detail.contains(u'x' + QStringLiteral("x")));
}

void tst_SecretParts::namesEveryPart()
{
    const QString name = QStringLiteral("scanner@contoso.com");
    QVERIFY(partName(name, false, 1) != partName(name, true, 1));
    QVERIFY(partName(name, false, 1) != partName(name, false, 11));
    QVERIFY(isPartName(partName(name, true, 0)));
    QVERIFY(!isPartName(name));
}

QTEST_APPLESS_MAIN(tst_SecretParts)
#include "tst_SecretParts.moc"
