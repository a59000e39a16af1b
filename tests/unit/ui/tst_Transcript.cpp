// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TranscriptModel.h"
#include "ui/views/ColumnWrap.h"
#include "ui/views/TranscriptView.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;
using Tester = QAbstractItemModelTester;
using RowKind = TranscriptModel::RowKind;

/// The conversation: its rows, its view, and both when it is long.
class tst_Transcript : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHeadingStandsForEachStageReached();
    void pipelinedCommandsAndTheirRepliesShareAHeading();
    void anExplanationStandsRightUnderTheRefusal();
    void whatComesWhileAStageIsFoldedIsThereWhenItOpens();
    void onlyTheChosenStagesAreShown();
    void findingUnfoldsAndCountsEachLineOnce();
    void itIsBounded();
    void aLineSaysEverythingToAScreenReader();
    void textsBreakAtSpacesAndLongWordsAnywhere_data();
    void textsBreakAtSpacesAndLongWordsAnywhere();
    void aHundredThousandLinesAreLaidOutScrolledAndSearched();
    void theViewFollowsUntilSomebodyScrollsUp();
    void theMessageOpensWithAClickOrAKey();
    void aRefusalOffersToTestAgainFromThere();
    void copiedLinesAreTheContractsText();

private:
    static TranscriptLine line(Stage stage, std::chrono::milliseconds at, const QString &text, bool refusal = false)
    {
        return {TranscriptLine::Direction::Received, stage, at, false, refusal, text};
    }
    static int rowOf(const TranscriptModel &model, RowKind kind, int nth = 0)
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.kindOf(row) == kind && nth-- == 0)
                return row;
        }
        return -1;
    }
    static int count(const TranscriptModel &model, RowKind kind)
    {
        int found = 0;
        while (rowOf(model, kind, found) >= 0)
            ++found;
        return found;
    }
};

void tst_Transcript::aHeadingStandsForEachStageReached()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.add(line(Stage::Connect, 100ms, QStringLiteral("connected")));
    model.add(line(Stage::Ehlo, 150ms, QStringLiteral("250 one")));
    model.add(line(Stage::Tls, 350ms, QStringLiteral("handshake")));
    model.add(line(Stage::Ehlo, 400ms, QStringLiteral("250 two"))); // again, inside TLS
    QCOMPARE_EQ(model.rowCount(), 8);
    QCOMPARE_EQ(count(model, RowKind::Heading), 4);
    const QModelIndex tls = model.index(rowOf(model, RowKind::Heading, 2));
    QCOMPARE_EQ(tls.data(TranscriptModel::ShareRole).toDouble(), 0.5);
    QCOMPARE_EQ(tls.data(TranscriptModel::CountRole).toInt(), 1);
    QCOMPARE_EQ(model.index(tls.row() + 1).data(TranscriptModel::DeltaRole).toDouble(), 0.2);
    QCOMPARE_EQ(model.stagesSeen(), (std::vector{Stage::Connect, Stage::Ehlo, Stage::Tls}));
    model.clear();
    QCOMPARE_EQ(model.rowCount(), 0);
}

void tst_Transcript::pipelinedCommandsAndTheirRepliesShareAHeading()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    for (const Stage stage :
         {Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Quit})
        model.add(line(stage, 10ms, toString(stage)));
    QStringList shown;
    for (int row = 0; row < model.rowCount(); ++row)
        shown += model.kindOf(row) == RowKind::Heading ? QStringLiteral("#") : model.index(row).data().toString();
    QCOMPARE_EQ(shown.join(u' '), QStringLiteral("# mail mail # rcpt rcpt # data data # quit"));
}

void tst_Transcript::anExplanationStandsRightUnderTheRefusal()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.explainLastRefusal(QStringLiteral("nothing to explain"));
    model.add(line(Stage::Auth, 10ms, QStringLiteral("535 5.7.139 no"), true));
    model.add(line(Stage::Auth, 20ms, QStringLiteral("after it")));
    model.explainLastRefusal(QStringLiteral("The password is wrong."));
    QCOMPARE_EQ(model.rowCount(), 4);
    QCOMPARE_EQ(model.index(2).data().toString(), QStringLiteral("The password is wrong."));
    QCOMPARE_EQ(model.kindOf(2), RowKind::Explanation);
    QCOMPARE_EQ(model.lineOf(2), std::optional<std::size_t>(0));
    QCOMPARE_EQ(model.lines().size(), 2u);
}

void tst_Transcript::whatComesWhileAStageIsFoldedIsThereWhenItOpens()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.add(line(Stage::Auth, 10ms, QStringLiteral("334 a")));
    model.setFolded(0, true);
    QCOMPARE_EQ(model.rowCount(), 1);
    model.add(line(Stage::Auth, 20ms, QStringLiteral("535 no"), true));
    model.add(line(Stage::Quit, 30ms, QStringLiteral("221 bye")));
    model.explainLastRefusal(QStringLiteral("The password is wrong."));
    QCOMPARE_EQ(model.rowCount(), 3);
    model.setFolded(0, false);
    QCOMPARE_EQ(model.rowCount(), 6);
    QCOMPARE_EQ(model.index(3).data().toString(), QStringLiteral("The password is wrong."));
    QCOMPARE_EQ(model.index(5).data().toString(), QStringLiteral("221 bye"));
    model.setAllFolded(true);
    QCOMPARE_EQ(model.rowCount(), 2);
}

void tst_Transcript::onlyTheChosenStagesAreShown()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.add(line(Stage::Auth, 10ms, QStringLiteral("334 a")));
    model.add(line(Stage::Mail, 10ms, QStringLiteral("250 b")));
    model.setStages({Stage::Mail});
    QCOMPARE_EQ(model.rowCount(), 2);
    model.add(line(Stage::Mail, 20ms, QStringLiteral("250 c")));
    model.add(line(Stage::Rcpt, 30ms, QStringLiteral("250 d"))); // left out, and does not disturb
    QCOMPARE_EQ(model.rowCount(), 3);
    QCOMPARE_EQ(model.index(2).data().toString(), QStringLiteral("250 c"));
    model.setStages({});
    QCOMPARE_EQ(model.rowCount(), 7);
}

void tst_Transcript::findingUnfoldsAndCountsEachLineOnce()
{
    TranscriptModel model;
    model.add(line(Stage::Ehlo, 10ms, QStringLiteral("250-AUTH login LOGIN")));
    TranscriptLine challenge = line(Stage::Auth, 20ms, QStringLiteral("334 VXNlcm5hbWU6"));
    challenge.decoded = QStringLiteral("Username:");
    model.add(challenge);
    QCOMPARE_EQ(model.find(QStringLiteral("login")), (std::vector<std::size_t>{0}));
    QCOMPARE_EQ(model.find(QStringLiteral("username")), (std::vector<std::size_t>{1}));
    QVERIFY(model.find(QString()).empty());
    model.setStages({Stage::Ehlo});
    model.setFolded(0, true);
    const int row = model.reveal(1);
    QCOMPARE_EQ(model.index(row).data().toString(), challenge.text);
    QCOMPARE_EQ(model.reveal(2), -1);
}

void tst_Transcript::itIsBounded()
{
    TranscriptModel model;
    const TranscriptLine same = line(Stage::Data, 1ms, QStringLiteral("x"));
    for (std::size_t i = 0; i < TranscriptModel::kMaxLines + 7; ++i)
        model.add(same);
    QCOMPARE_EQ(model.lines().size(), TranscriptModel::kMaxLines);
    QCOMPARE_EQ(model.dropped(), 7u);
    // One store: a shown line shares the text that it was given.
    QVERIFY(model.lines().back().text.constData() == same.text.constData());
}

void tst_Transcript::aLineSaysEverythingToAScreenReader()
{
    TranscriptModel model;
    TranscriptLine secret{TranscriptLine::Direction::Sent,
                          Stage::Auth,
                          1234ms,
                          true,
                          false,
                          QStringLiteral("AUTH PLAIN ") + hiddenSecret()};
    secret.octets = 24;
    model.add(secret);
    const QString spoken = model.index(1).data(Qt::AccessibleTextRole).toString();
    for (const QString &part :
         {QStringLiteral("sent"), QStringLiteral("1.234"), QStringLiteral("encrypted"), hiddenSecret()})
        QVERIFY2(spoken.contains(part), qPrintable(spoken));
    QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("1 line")));
    const QString tip = model.index(1).data(Qt::ToolTipRole).toString();
    for (const QString &part : {QStringLiteral("Sign-in"), QStringLiteral("1.234 s"), QStringLiteral("encrypted"),
                                QStringLiteral("24 octet")})
        QVERIFY2(tip.contains(part), qPrintable(tip));
}

void tst_Transcript::textsBreakAtSpacesAndLongWordsAnywhere_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("pieces");
    QTest::newRow("fits") << QStringLiteral("0123456789") << QStringList{QStringLiteral("0123456789")};
    QTest::newRow("empty") << QString() << QStringList{QString()};
    QTest::newRow("at a space") << QStringLiteral(
        "250 accepted now") << QStringList{QStringLiteral("250 "), QStringLiteral("accepted "), QStringLiteral("now")};
    QTest::newRow("space at the edge") << QStringLiteral("0123456789 x")
                                       << QStringList{QStringLiteral("0123456789 "), QStringLiteral("x")};
    QTest::newRow("long word") << QStringLiteral("0123456789abc")
                               << QStringList{QStringLiteral("0123456789"), QStringLiteral("abc")};
    QTest::newRow("wide characters") << QString::fromUtf8("日本語日本語")
                                     << QStringList{QString::fromUtf8("日本語日本"), QString::fromUtf8("語")};
    QTest::newRow("pairs stay whole") << QString::fromUtf8("012345678😀9")
                                      << QStringList{QStringLiteral("012345678"), QString::fromUtf8("😀9")};
}

void tst_Transcript::textsBreakAtSpacesAndLongWordsAnywhere()
{
    QFETCH(QString, text);
    QFETCH(QStringList, pieces);
    QStringList found;
    for (const TextPiece &piece : wrapColumns(text, 10))
        found += text.mid(piece.start, piece.length);
    QCOMPARE_EQ(found, pieces);
    QCOMPARE_EQ(wrappedRows(text, 10), static_cast<int>(pieces.size()));
}

void tst_Transcript::aHundredThousandLinesAreLaidOutScrolledAndSearched()
{
    TranscriptModel model;
    TranscriptView view(model);
    view.resize(800, 600);
    view.show();
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 100'000; ++i) {
        model.add({i % 2 ? TranscriptLine::Direction::Received : TranscriptLine::Direction::Sent, Stage::Rcpt,
                   std::chrono::milliseconds(i), true, false,
                   QStringLiteral(
                       "RCPT TO:<somebody.with.a.longer.name.number-%1@a.rather.long.name.of.a.domain.example.com>")
                       .arg(i)});
        if (i % 1000 == 0)
            QCoreApplication::processEvents(); // as it comes, live
    }
    QCoreApplication::processEvents();
    const qint64 adding = clock.restart();
    QCOMPARE_EQ(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
    view.resize(500, 600); // every line wraps anew
    QCoreApplication::processEvents();
    const qint64 resizing = clock.restart();
    constexpr int kSteps = 200;
    for (int step = 0; step < kSteps; ++step) {
        view.verticalScrollBar()->setValue(step * (view.verticalScrollBar()->maximum() / kSteps));
        view.viewport()->repaint();
    }
    const qint64 scrolling = clock.restart();
    const auto found = model.find(QStringLiteral("NUMBER-99999"));
    const qint64 finding = clock.elapsed();
    QCOMPARE_EQ(found.size(), 1u);
    qInfo("100,000 lines: added in %lld ms, laid out anew in %lld ms, %d screens in %lld ms, searched in %lld ms",
          adding, resizing, kSteps, scrolling, finding);
}

void tst_Transcript::theViewFollowsUntilSomebodyScrollsUp()
{
    TranscriptModel model;
    TranscriptView view(model);
    view.resize(400, 200);
    view.show();
    const auto fill = [&model](int lines) {
        for (int i = 0; i < lines; ++i)
            model.add(line(Stage::Ehlo, 1ms, QStringLiteral("250-SIZE")));
        QCoreApplication::processEvents();
    };
    QScrollBar &bar = *view.verticalScrollBar();
    fill(100);
    QCOMPARE_EQ(bar.value(), bar.maximum());
    bar.triggerAction(QAbstractSlider::SliderPageStepSub);
    const int left = bar.value();
    QVERIFY(!view.isFollowing());
    fill(100);
    QCOMPARE_EQ(bar.value(), left);
    bar.triggerAction(QAbstractSlider::SliderToMaximum);
    fill(10);
    QCOMPARE_EQ(bar.value(), bar.maximum());
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE_EQ(bar.value(), 0);
    QVERIFY(!view.isFollowing());
}

void tst_Transcript::theMessageOpensWithAClickOrAKey()
{
    TranscriptModel model;
    TranscriptLine message{TranscriptLine::Direction::Sent, Stage::Data, 5ms, true, false, QStringLiteral("(message)")};
    message.message = true;
    message.octets = 12'345;
    model.add(message);
    TranscriptView view(model);
    view.resize(700, 200);
    view.show();
    const QSignalSpy opened(&view, &TranscriptView::messageRequested);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(model.index(1)).center());
    QCOMPARE_EQ(opened.count(), 1);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE_EQ(opened.count(), 2);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(model.index(0)).center());
    QCOMPARE_EQ(model.rowCount(), 1); // the heading folds
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE_EQ(model.rowCount(), 2);
    QCOMPARE_EQ(opened.count(), 2);
}

void tst_Transcript::aRefusalOffersToTestAgainFromThere()
{
    TranscriptModel model;
    model.add(line(Stage::Auth, 10ms, QStringLiteral("535 5.7.139 no"), true));
    TranscriptView view(model);
    view.setTestAgainOffered(true);
    view.resize(500, 300);
    view.show();
    model.explainLastRefusal(QStringLiteral("The password is wrong."));
    QCoreApplication::processEvents();
    const QSignalSpy again(&view, &TranscriptView::testAgainRequested);
    view.setCurrentIndex(model.index(2));
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE_EQ(again.count(), 1);
    QCOMPARE_EQ(again.front().front().value<Stage>(), Stage::Auth);
    const QRect row = view.visualRect(model.index(2));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {},
                      row.topRight() - QPoint(20, -4)); // beside the button: read on
    QCOMPARE_EQ(again.count(), 1);
}

void tst_Transcript::copiedLinesAreTheContractsText()
{
    TranscriptModel model;
    model.add(line(Stage::Ehlo, 10ms, QStringLiteral("250-SIZE")));
    model.add(line(Stage::Ehlo, 20ms, QStringLiteral("250 DSN")));
    TranscriptView view(model);
    view.copySelected();
    QCOMPARE_EQ(QApplication::clipboard()->text(), toText(model.lines()));
    view.setCurrentIndex(model.index(2));
    view.copySelected();
    QCOMPARE_EQ(QApplication::clipboard()->text(), toText(model.lines()[1]) + u'\n');
}

QTEST_MAIN(tst_Transcript)
#include "tst_Transcript.moc"
