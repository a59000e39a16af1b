// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QImage>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

/// The gallery paints every page; a page that is blank, missing or of the wrong size is a fault.
class tst_Gallery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPageIsPainted_data();
    void everyPageIsPainted();
};

void tst_Gallery::everyPageIsPainted_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("suffix");
    QTest::addColumn<int>("scale");
    QTest::newRow("light") << QStringList() << QString() << 1;
    QTest::newRow("dark") << QStringList{QStringLiteral("--dark")} << QStringLiteral("-dark") << 1;
    QTest::newRow("200 %") << QStringList{QStringLiteral("--scale"), QStringLiteral("2")} << QStringLiteral("@2x") << 2;
}

void tst_Gallery::everyPageIsPainted()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, suffix);
    QFETCH(int, scale);
    const QTemporaryDir folder;
    QProcess gallery;
    gallery.setProcessChannelMode(QProcess::MergedChannels);
    gallery.start(QStringLiteral(RELAYWRIGHT_GALLERY), QStringList{folder.path()} + arguments);
    QVERIFY(gallery.waitForFinished(200'000));
    QVERIFY2(gallery.exitStatus() == QProcess::NormalExit && gallery.exitCode() == 0, gallery.readAll().constData());
    for (const char *page :
         {"01-start", "empty-plan", "empty-test", "empty-relay", "wizard-1-organisation", "wizard-5-result",
          "page-site", "page-senders", "page-plan", "page-apply", "page-check", "page-check-not-yet",
          "page-check-spf", "page-check-prediction", "page-check-drift", "page-check-filtered", "page-check-cancelled",
          "small-check-spf", "page-test-accepted",
          "page-plan-compare", "page-apply-ticked", "page-apply-changed", "page-import-source", "page-import-mapping",
          "page-import-bad-lines", "page-senders-many", "page-senders-bulk", "page-senders-more-answers",
          "page-test-refused", "page-test-message", "page-test-compare", "page-test-series", "page-test-ladder",
         "page-test-like-a-device", "page-test-details", "small-test-compare", "small-test-series",
          "small-test-ladder", "page-relay-waiting", "practice-running", "practice-message", "practice-device",
          "empty-accounts", "accounts", "small-accounts", "accounts-tested", "accounts-replaced", "small-accounts-code",
          "accounts-set-up", "accounts-set-up-waiting", "accounts-set-up-refused", "accounts-set-up-new",
          "accounts-add-problems", "practice-setup", "practice-mailboxes", "practice-faults", "small-practice-mailboxes",
          "small-practice-device", "small-plan", "trouble-relay", "small-test-addresses", "page-test-addresses",
          "page-test-compare-differences", "page-test-token", "page-test-series-before", "page-test-series-running",
          "page-test-series-failed", "page-test-ladder-blame", "page-test-details-times",
          "page-test-details-message"}) {
        const QImage image(QDir(folder.path()).filePath(QLatin1String(page) + suffix + QStringLiteral(".png")));
        QVERIFY2(!image.isNull(), page);
        QCOMPARE_GE(image.width(), 600 * scale);
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 3) {
            for (int x = 0; x < image.width(); x += 3)
                colours.insert(image.pixel(x, y));
        }
        QVERIFY2(colours.size() > 20, page);
    }
}

QTEST_GUILESS_MAIN(tst_Gallery)
#include "tst_Gallery.moc"
