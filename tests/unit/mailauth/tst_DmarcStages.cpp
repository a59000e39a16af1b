// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include "tests/unit/mailauth/RecordMarks.h"

#include <QTest>

using namespace relaywright;

class tst_DmarcStages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void proposesTheNextRecord_data();
    void proposesTheNextRecord();
    void asksForAMailboxFirst();
    void climbsToRejectStepByStep();
    void passesOverStepsThatAreNoPerCent();
};

namespace {

std::optional<DmarcAdvice> next(const QString &text, const std::vector<int> &steps = {10, 50, 100})
{
    return nextStage(*parseDmarc(text), steps);
}

} // namespace

void tst_DmarcStages::proposesTheNextRecord_data()
{
    QTest::addColumn<QString>("record");
    const auto row = [](const char *text, const char *record) { QTest::newRow(text) << QString::fromLatin1(record); };
    row("v=DMARC1; p=none; rua=mailto:a@example.com", "v=DMARC1; p=quarantine; rua=mailto:a@example.com; pct=10");
    row("v=DMARC1; p=quarantine; pct=0", "v=DMARC1; p=quarantine; pct=10");
    row("v=DMARC1; p=quarantine; pct=10; adkim=s; x=y", "v=DMARC1; p=quarantine; adkim=s; pct=50; x=y");
    row("v=DMARC1; p=quarantine; pct=50", "v=DMARC1; p=quarantine");
    row("v=DMARC1; p=quarantine; sp=none", "v=DMARC1; p=reject; sp=none");
    row("v=DMARC1; p=quarantine; t=y; pct=10", "v=DMARC1; p=quarantine; pct=10");
    row("v=DMARC1; p=reject; pct=20", "v=DMARC1; p=reject; pct=50");
    row("v=DMARC1; p=reject; sp=none", "v=DMARC1; p=reject; sp=quarantine");
    row("v=DMARC1; p=reject; sp=quarantine", "v=DMARC1; p=reject; sp=reject");
    row("v=DMARC1; p=reject", "");
    row("v=DMARC1; p=reject; sp=reject", "");
}

void tst_DmarcStages::proposesTheNextRecord()
{
    const auto advice = next(QString::fromLatin1(QTest::currentDataTag()));
    QTEST(advice ? advice->record : QString(), "record");
    QVERIFY(!advice || isSentence(advice->sentence));
}

void tst_DmarcStages::asksForAMailboxFirst()
{
    const auto advice = next(QStringLiteral("v=DMARC1; p=none"));
    QVERIFY(advice);
    QVERIFY(advice->record.isEmpty());
    QVERIFY(advice->sentence.contains(QLatin1String("rua=mailto:")));
}

void tst_DmarcStages::climbsToRejectStepByStep()
{
    QString text = QStringLiteral("v=DMARC1; p=none; sp=none; rua=mailto:a@example.com");
    QStringList stages;
    while (const auto advice = next(text)) {
        text = advice->record;
        stages += text;
        QVERIFY(stages.size() < 10);
    }
    QCOMPARE(stages.size(), qsizetype(6)); // three of quarantine, reject, and two for the sub-domains
    QCOMPARE(text, QStringLiteral("v=DMARC1; p=reject; sp=reject; rua=mailto:a@example.com"));
}

void tst_DmarcStages::passesOverStepsThatAreNoPerCent()
{
    const QString text = QStringLiteral("v=DMARC1; p=none; rua=mailto:a@example.com");
    QCOMPARE(next(text, {})->record, QStringLiteral("v=DMARC1; p=quarantine; rua=mailto:a@example.com"));
    QCOMPARE(next(text, {-5, 0, 400, 25})->record,
             QStringLiteral("v=DMARC1; p=quarantine; rua=mailto:a@example.com; pct=25"));
}

QTEST_GUILESS_MAIN(tst_DmarcStages)
#include "tst_DmarcStages.moc"
