// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"
#include "ui/views/ExplanationView.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;

namespace {

Diagnosis twoCauses()
{
    Diagnosis diagnosis;
    diagnosis.title = QStringLiteral("The server refused the sender.");
    diagnosis.seen = QStringLiteral("550 5.7.60 <b>No</b>");
    diagnosis.causes = {Cause{.text = QStringLiteral("The mailbox has no Send As."),
                              .why = QStringLiteral("The sender is another address."),
                              .check = QStringLiteral("Get-RecipientPermission SENDER"),
                              .remedy = QStringLiteral("Give it Send As."),
                              .artifactKind = QStringLiteral("send-as-script")},
                        Cause{.text = QStringLiteral("The device signs in as somebody else."),
                              .why = QStringLiteral("The sender is the account."),
                              .remedy = QStringLiteral("Never shown."),
                              .artifactKind = QStringLiteral("device-sheet"),
                              .ruledOut = true}};
    diagnosis.remedies = {QStringLiteral("Or use a connector.")};
    diagnosis.testAgainFrom = Stage::Mail;
    diagnosis.source = {QStringLiteral("Fix issues with printers"), QStringLiteral("https://learn.example.com/fix")};
    return diagnosis;
}

QStringList textsOf(const QWidget &view)
{
    QStringList texts;
    for (const QLabel *label : view.findChildren<QLabel *>()) {
        if (!label->isHidden())
            texts += label->text();
    }
    return texts;
}

QList<QPushButton *> buttons(const QWidget &view, const QString &text)
{
    QList<QPushButton *> found;
    for (QPushButton *button : view.findChildren<QPushButton *>()) {
        if (button->text() == text && !button->isHidden())
            found += button;
    }
    return found;
}

} // namespace

class tst_Explanation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsCausesWithWhatSpeaksForThem();
    void aRuledOutCauseIsStruckThroughAndOffersNothing();
    void aClickLeadsToWhatMendsIt();
    void aClickTestsAgainFromTheStage();
    void saysWhatOnlyTheSignInLogDecides();
    void saysWhenTryingAgainProvesNothing();
    void anotherDiagnosisTakesItsPlace();
    void nothingToExplainHidesIt();
    void theWholeIsCopied();
    void textFromOutsideIsNoMarkup();
};

void tst_Explanation::showsCausesWithWhatSpeaksForThem()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    const QString all = textsOf(view).join(u'\n');
    for (const char *text : {"The server refused the sender.", "1. The mailbox has no Send As.",
                             "The sender is another address.", "Get-RecipientPermission SENDER", "Give it Send As.",
                             "2. The device signs in", "Or use a connector.", "Fix issues with printers"})
        QVERIFY2(all.contains(QString::fromUtf8(text)), text);
}

void tst_Explanation::aRuledOutCauseIsStruckThroughAndOffersNothing()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    int struck = 0;
    for (const QLabel *label : view.findChildren<QLabel *>()) {
        struck += label->font().strikeOut() ? 1 : 0;
        QVERIFY(!label->text().contains(QStringLiteral("Never shown.")));
    }
    QCOMPARE_EQ(struck, 1);
    QCOMPARE_EQ(buttons(view, ExplanationView::tr("Open what mends it")).size(), 1);
}

void tst_Explanation::aClickLeadsToWhatMendsIt()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    QSignalSpy wished(&view, &ExplanationView::mendRequested);
    QTest::mouseClick(buttons(view, ExplanationView::tr("Open what mends it")).front(), Qt::LeftButton);
    QCOMPARE_EQ(wished.size(), 1);
    QCOMPARE_EQ(wished.front().front().toString(), QStringLiteral("send-as-script"));
}

void tst_Explanation::aClickTestsAgainFromTheStage()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    QList<Stage> stages;
    connect(&view, &ExplanationView::testAgainRequested, this, [&](Stage stage) { stages += stage; });
    const auto again = buttons(view, ExplanationView::tr("Test again from here"));
    QCOMPARE_EQ(again.size(), 1);
    QTest::mouseClick(again.front(), Qt::LeftButton);
    QCOMPARE_EQ(stages, QList<Stage>{Stage::Mail});
    view.setBusy(true);
    QTest::mouseClick(again.front(), Qt::LeftButton);
    QCOMPARE_EQ(stages.size(), 1);
    Diagnosis nowhere = twoCauses();
    nowhere.testAgainFrom.reset();
    view.setDiagnosis(nowhere);
    QVERIFY(buttons(view, ExplanationView::tr("Test again from here")).isEmpty());
}

void tst_Explanation::saysWhatOnlyTheSignInLogDecides()
{
    ExplanationView view;
    Diagnosis diagnosis = twoCauses();
    QVERIFY(!textsOf(view).join(u' ').contains(QStringLiteral("sign-in log")));
    diagnosis.onlySignInLogDecides = true;
    view.setDiagnosis(diagnosis);
    QVERIFY(textsOf(view).join(u' ').contains(QStringLiteral("sign-in log")));
}

void tst_Explanation::saysWhenTryingAgainProvesNothing()
{
    ExplanationView view;
    Diagnosis diagnosis = twoCauses();
    diagnosis.notBefore = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(14, 30)));
    view.setDiagnosis(diagnosis);
    const QString shown = QLocale().toString(QDateTime(QDate(2026, 11, 22), QTime(14, 30)), QLocale::ShortFormat);
    QVERIFY2(textsOf(view).join(u' ').contains(shown), qPrintable(shown));
}

void tst_Explanation::anotherDiagnosisTakesItsPlace()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    Diagnosis other;
    other.title = QStringLiteral("Another.");
    other.causes = {Cause{QStringLiteral("Only this.")}};
    view.setDiagnosis(other);
    const QString all = textsOf(view).join(u'\n');
    QVERIFY(!all.contains(QStringLiteral("Send As")));
    QVERIFY(all.contains(QStringLiteral("Only this.")) && !all.contains(QStringLiteral("1. Only")));
}

void tst_Explanation::nothingToExplainHidesIt()
{
    ExplanationView view;
    QVERIFY(view.isHidden());
    view.setDiagnosis(twoCauses());
    QVERIFY(!view.isHidden());
    view.clear();
    QVERIFY(view.isHidden());
    QCOMPARE_EQ(view.toText(), QString());
}

void tst_Explanation::theWholeIsCopied()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    QSignalSpy said(&view, &ExplanationView::copied);
    QTest::mouseClick(buttons(view, ExplanationView::tr("Copy the explanation")).front(), Qt::LeftButton);
    QCOMPARE_EQ(said.size(), 1);
    const QString text = QApplication::clipboard()->text();
    for (const char *part : {"550 5.7.60", "Give it Send As.", "Or use a connector.", "https://learn.example.com/fix"})
        QVERIFY2(text.contains(QString::fromUtf8(part)), part);
}

void tst_Explanation::textFromOutsideIsNoMarkup()
{
    ExplanationView view;
    view.setDiagnosis(twoCauses());
    for (const QLabel *label : view.findChildren<QLabel *>()) {
        if (label->text().contains(QStringLiteral("<b>")))
            QCOMPARE_EQ(label->textFormat(), Qt::PlainText);
    }
}

QTEST_MAIN(tst_Explanation)
#include "tst_Explanation.moc"
