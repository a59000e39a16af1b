// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CompareRuns.h"
#include "core/session/StableText.h"
#include "tests/unit/session/RecordFixture.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

using Kind = CompareRow::Kind;

TestRecord recordOf(Transcript transcript)
{
    TestRecord record{.request = plainTest()};
    record.transcript = std::move(transcript);
    return record;
}

const CompareRow *rowAt(const RunComparison &comparison, Stage stage, Kind kind)
{
    const auto row =
        std::ranges::find_if(comparison.rows, [&](const CompareRow &r) { return r.stage == stage && r.kind == kind; });
    return row == comparison.rows.end() ? nullptr : &*row;
}

} // namespace

class tst_CompareRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsNothingBetweenARunAndItself()
    {
        const RunComparison comparison = compareRuns(refusedTest(), refusedTest());
        QVERIFY(comparison.isSame());
        QVERIFY(comparison.facts.empty());
        QVERIFY(comparison.verdict.endsWith(QStringLiteral("Both conversations are the same.")));
    }

    void putsAnswersBesideTheirCommandsUnderPipelining()
    {
        const RunComparison comparison = compareRuns(refusedTest(), refusedTest());
        const auto mail =
            std::ranges::find(comparison.rows, QStringLiteral("MAIL FROM:<a@example.com>"), &CompareRow::leftSaid);
        QVERIFY(mail != comparison.rows.end());
        QCOMPARE_EQ(mail->leftGot, QStringLiteral("250 2.1.0 ok"));
        const auto rcpt = std::next(mail);
        QCOMPARE_EQ(rcpt->leftSaid, QStringLiteral("RCPT TO:<b@example.com>"));
        QCOMPARE_EQ(rcpt->leftGot.count(u'\n'), 1);
    }

    void doesNotCountWhatDiffersEveryTime()
    {
        const auto run = [](const char *greeting, const char *taken) {
            return recordOf({got(Stage::Greeting, greeting), said(Stage::Data, "DATA"), got(Stage::Data, taken)});
        };
        const RunComparison comparison = compareRuns(
            run("220 AM6PR0402CA0012.outlook.office365.com Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 "
                "12:05:00 "
                "+0000 [08DE1A2B3C4D5E6F]",
                "250 2.0.0 OK <relaywright20261122T120500Z0000000000abc@example.com> [Hostname=AM6PR0402MB3333]"),
            run("220 DB9PR05CA0010.outlook.office365.com Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 "
                "09:00:01 "
                "+0000 [08DE1A2B3C4D5E70]",
                "250 2.0.0 OK <relaywright20261123T090001Z0000000000xyz@example.com> [Hostname=DB9PR0502MB1111]"));
        QVERIFY2(comparison.isSame(), qPrintable(comparison.verdict));
    }

    void marksTheStepThatWasRefused()
    {
        TestRecord left = refusedTest(), right = refusedTest();
        left.transcript.resize(8);
        left.transcript.push_back(got(Stage::Rcpt, "250 2.1.5 ok", true));
        left.transaction->outcome = Outcome::Accepted;
        left.transaction->recipients.front().accepted = true;
        left.host = QStringLiteral("laptop");
        const RunComparison comparison = compareRuns(left, right);
        const CompareRow *row = rowAt(comparison, Stage::Rcpt, Kind::Differs);
        QVERIFY(row);
        QCOMPARE_EQ(row->why, QStringLiteral("Accepted on the left, refused on the right."));
        QVERIFY(comparison.verdict.contains(QStringLiteral("The left run was accepted")));
        QVERIFY(comparison.verdict.contains(QStringLiteral("first difference is at rcpt")));
        QCOMPARE_EQ(comparison.facts, (std::vector<CompareFact>{{QStringLiteral("Ran on"), QStringLiteral("laptop"),
                                                                 QStringLiteral("desk")}}));
    }

    void namesTheExtensionsThatOnlyOneWasOffered()
    {
        const auto run = [](std::initializer_list<const char *> lines) {
            Transcript transcript{said(Stage::Ehlo, "EHLO console.example")};
            for (const char *line : lines)
                transcript.push_back(got(Stage::Ehlo, line));
            return recordOf(std::move(transcript));
        };
        const RunComparison comparison = compareRuns(run({"250-mx", "250-STARTTLS", "250 SIZE 10"}),
                                                     run({"250-mx", "250-SIZE 10", "250 AUTH LOGIN"}));
        QCOMPARE_EQ(
            comparison.rows.front().why,
            QStringLiteral("Only the left one was offered STARTTLS. Only the right one was offered AUTH LOGIN."));
    }

    void findsStepsThatOnlyOneHas()
    {
        const TestRecord shortRun =
            recordOf({said(Stage::Mail, "MAIL FROM:<a@example.com>"), got(Stage::Mail, "250 ok"),
                      said(Stage::Quit, "QUIT"), got(Stage::Quit, "221 bye")});
        const TestRecord longRun = recordOf({said(Stage::Auth, "AUTH LOGIN"), got(Stage::Auth, "334 VXNlcm5hbWU6"),
                                             said(Stage::Mail, "MAIL FROM:<a@example.com>"), got(Stage::Mail, "250 ok"),
                                             said(Stage::Quit, "QUIT"), got(Stage::Quit, "221 bye")});
        const RunComparison comparison = compareRuns(shortRun, longRun);
        QCOMPARE_EQ(comparison.rows.size(), 3U);
        QCOMPARE_EQ(comparison.rows[0].kind, Kind::OnlyRight);
        QCOMPARE_EQ(comparison.rows[1].kind, Kind::Same);
        QCOMPARE_EQ(comparison.rows[2].kind, Kind::Same);
        QCOMPARE_EQ(compareRuns(longRun, shortRun).rows[0].kind, Kind::OnlyLeft);
    }

    void seesThatOnlyOneWasEncrypted()
    {
        const RunComparison comparison = compareRuns(
            recordOf({said(Stage::Mail, "MAIL FROM:<a@example.com>", true), got(Stage::Mail, "250 ok", true)}),
            recordOf({said(Stage::Mail, "MAIL FROM:<a@example.com>"), got(Stage::Mail, "250 ok")}));
        QCOMPARE_EQ(comparison.rows.front().why, QStringLiteral("Only the left one was encrypted here."));
    }

    void staysQuickWithVeryLongRuns()
    {
        Transcript many;
        for (int i = 0; i < 20000; ++i)
            many.push_back(noted(Stage::Data, "note"));
        Transcript more = many;
        more.push_back(noted(Stage::Quit, "end"));
        const RunComparison comparison = compareRuns(recordOf(many), recordOf(more));
        QCOMPARE_EQ(comparison.rows.size(), 20001U);
        QCOMPARE_EQ(comparison.rows.back().kind, Kind::OnlyRight);
    }

    void writesJson()
    {
        TestRecord other = refusedTest();
        other.transcript.pop_back();
        const QJsonObject json = toJson(compareRuns(refusedTest(), other));
        QCOMPARE_EQ(json.value(QStringLiteral("schema")).toString(), QStringLiteral("relaywright.comparison/1"));
        QVERIFY(!json.value(QStringLiteral("same")).toBool());
        QVERIFY(!json.value(QStringLiteral("rows")).toArray().isEmpty());
    }

    void keepsWhatSaysSomething_data()
    {
        QTest::addColumn<QString>("line");
        for (const char *line :
             {"550 5.7.64 TenantAttribution; Relay Access Denied", "250-SIZE 157286400", "250 AUTH LOGIN XOAUTH2",
              "MAIL FROM:<scanner@contoso.com> SIZE=1234", "TLSv1.3, TLS_AES_256_GCM_SHA384; certificate"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }
    void keepsWhatSaysSomething()
    {
        QFETCH(QString, line);
        QCOMPARE_EQ(stableText(line), line);
    }
};

QTEST_GUILESS_MAIN(tst_CompareRuns)
#include "tst_CompareRuns.moc"
