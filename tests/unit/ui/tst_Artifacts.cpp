// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteDocument.h"
#include "ui/models/ArtifactModel.h"
#include "ui/theme/Theme.h"
#include "ui/views/CodeHighlighter.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using Tester = QAbstractItemModelTester;
using Kind = CodeSpan::Kind;

namespace {

const TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + std::chrono::hours(9)};

} // namespace

/// What the Apply page shows: places, ticks, colours.
class tst_Artifacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesStandUnderThePlaceWhereTheyAreApplied();
    void headingsCannotBeSelected();
    void filtersByPlaceAndWords();
    void aTickIsOfADayAndAText();
    void theMomentOfAPermissionIsKept();
    void aFileThatChangedSinceSaysSo();
    void aTickChangesNoRows();
    void readsPowerShell_data();
    void readsPowerShell();
    void stringsAndCommentsGoOverLines();
    void readsRecordsAndConfigurations_data();
    void readsRecordsAndConfigurations();
    void everyColourCanBeRead_data();
    void everyColourCanBeRead();

private:
    static Artifact script();
    static Artifact record();
    static QString spans(Language language, const QString &line);
};

Artifact tst_Artifacts::script()
{
    return {.kind = QStringLiteral("connector-script"),
            .fileName = QStringLiteral("connector.ps1"),
            .title = QStringLiteral("Connector"),
            .mediaType = QStringLiteral("text/x-powershell"),
            .text = QStringLiteral("Get-InboundConnector")};
}

Artifact tst_Artifacts::record()
{
    return {.kind = QStringLiteral("spf-record"),
            .fileName = QStringLiteral("spf.zone"),
            .title = QStringLiteral("SPF"),
            .mediaType = QStringLiteral("text/dns"),
            .text = QStringLiteral("@ IN TXT \"v=spf1 -all\"")};
}

void tst_Artifacts::filesStandUnderThePlaceWhereTheyAreApplied()
{
    ArtifactModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    Artifact receive = script();
    receive.kind = QStringLiteral("receive-connector-script");
    receive.fileName = QStringLiteral("receive.ps1");
    model.setArtifacts({receive, script(), record()}, {});
    QCOMPARE_EQ(model.rowCount(), 6);
    QCOMPARE_EQ(model.index(0).data().toString(), placeName(Place::Dns));
    QCOMPARE_EQ(model.artifact(model.index(1))->fileName, QStringLiteral("spf.zone"));
    QCOMPARE_EQ(model.index(2).data().toString(), placeName(Place::ExchangeOnline));
    QCOMPARE_EQ(model.index(4).data().toString(), placeName(Place::ExchangeServer));
    QCOMPARE_EQ(model.firstFile().row(), 1);
    QCOMPARE_EQ(model.indexOfKind(QStringLiteral("connector-script")).row(), 3);
    QVERIFY(!model.indexOfKind(QStringLiteral("relay-config")).isValid());
}

void tst_Artifacts::headingsCannotBeSelected()
{
    ArtifactModel model;
    model.setArtifacts({script()}, {});
    QVERIFY(model.index(0).data(HeadingRole).toBool());
    QVERIFY(!model.flags(model.index(0)).testFlag(Qt::ItemIsSelectable));
    QVERIFY(model.flags(model.index(1)).testFlag(Qt::ItemIsSelectable));
    QVERIFY(!model.artifact(model.index(0)));
}

void tst_Artifacts::filtersByPlaceAndWords()
{
    ArtifactModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setArtifacts({script(), record()}, {});
    model.setWanted({.place = Place::Dns, .words = {}});
    QCOMPARE_EQ(model.rowCount(), 2);
    model.setWanted({.place = std::nullopt, .words = QStringLiteral("CONN ps1")});
    QCOMPARE_EQ(model.artifact(model.firstFile())->kind, QStringLiteral("connector-script"));
    model.setWanted({.place = Place::Dns, .words = QStringLiteral("connector")});
    QCOMPARE_EQ(model.rowCount(), 0);
    QCOMPARE_EQ(model.artifacts().size(), 2u);
    QCOMPARE_EQ(model.places(), (std::vector{Place::Dns, Place::ExchangeOnline}));
}

void tst_Artifacts::aTickIsOfADayAndAText()
{
    const QDate day(2026, 3, 12);
    const Site site = withTick(withTick({}, script(), day.addDays(-1), kNow), script(), day, kNow);
    QCOMPARE_EQ(site.applied.size(), 1u);
    QCOMPARE_EQ(appliedState(site, script()), (Applied{.state = Applied::State::Yes, .on = day}));
    QCOMPARE_EQ(appliedState(site, record()), Applied());
    // SHA-256 as anybody can compute it, of the text itself.
    Artifact abc = script();
    abc.text = QStringLiteral("abc");
    QCOMPARE_EQ(digestOf(abc), QStringLiteral("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QVERIFY(withoutTick(site, script()).applied.empty());
}

void tst_Artifacts::theMomentOfAPermissionIsKept()
{
    const QDate day(2026, 3, 12);
    QVERIFY(!lastPermissionChange(withTick({}, record(), day, kNow)));
    const Site once = withTick(withTick({}, record(), day, kNow), script(), day, kNow);
    QCOMPARE_EQ(lastPermissionChange(once), kNow);
    Artifact other = script();
    other.kind = QStringLiteral("send-as-script");
    other.fileName = QStringLiteral("send-as.ps1");
    const Site twice = withTick(once, other, day, kNow + std::chrono::hours(1));
    QCOMPARE_EQ(lastPermissionChange(twice), kNow + std::chrono::hours(1));
    const auto read = parseSite(toJson(twice));
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QCOMPARE_EQ(read->applied.back().permissionsChangedAt, kNow + std::chrono::hours(1));
    QVERIFY(!read->applied.front().permissionsChangedAt);
    QVERIFY(!parseSite(toJson(twice).replace("2026-03-12T09:00", "soon")));
}

void tst_Artifacts::aFileThatChangedSinceSaysSo()
{
    const Site site = withTick({}, script(), QDate(2026, 3, 12), kNow);
    Artifact changed = script();
    changed.text += QLatin1String(" -Identity x");
    QCOMPARE_EQ(appliedState(site, changed).state, Applied::State::ChangedSince);
    ArtifactModel model;
    model.setArtifacts({changed}, site);
    QCOMPARE_EQ(model.firstFile().data(SymbolRole).toString(), QStringLiteral("!"));
    QVERIFY(model.firstFile().data(SubtitleRole).toString().contains(QStringLiteral("changed since")));
    QCOMPARE_EQ(model.appliedCount(), 0);
}

void tst_Artifacts::aTickChangesNoRows()
{
    ArtifactModel model;
    model.setArtifacts({script(), record()}, {});
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setArtifacts({script(), record()}, withTick({}, script(), QDate(2026, 3, 12), kNow));
    QCOMPARE_EQ(resets.count(), 0);
    QCOMPARE_EQ(model.appliedCount(), 1);
    QCOMPARE_EQ(model.indexOfKind(QStringLiteral("connector-script")).data(SymbolRole).toString(),
                QStringLiteral("\u2713"));
}

QString tst_Artifacts::spans(Language language, const QString &line)
{
    static const std::map<Kind, QString> names{
        {Kind::Comment, QStringLiteral("comment")},     {Kind::String, QStringLiteral("string")},
        {Kind::Command, QStringLiteral("command")},     {Kind::Keyword, QStringLiteral("keyword")},
        {Kind::Parameter, QStringLiteral("parameter")}, {Kind::Variable, QStringLiteral("variable")},
        {Kind::Number, QStringLiteral("number")}};
    QStringList found;
    for (const CodeSpan &span : readCode(language, line, 0).spans)
        found += names.at(span.kind) + u':' + line.mid(span.at, span.length);
    return found.join(u'|');
}

void tst_Artifacts::readsPowerShell_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *line, const char *expected) {
        QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(expected);
    };
    row("Get-Mailbox -Identity 'a''b' # see", "command:Get-Mailbox|parameter:-Identity|string:'a''b'|comment:# see");
    row("if ($x.Count -gt 10) { throw \"no $x `\" #\" }",
        "keyword:if|variable:$x|parameter:-gt|number:10|keyword:throw|string:\"no $x `\" #\"");
    row("$env:PATH = ${a b}", "variable:$env:PATH|variable:${a b}");
    row("foreach ($d in $all)", "keyword:foreach|variable:$d|keyword:in|variable:$all");
    row("‘typographic’ x", "string:‘typographic’");
    row("informational in-between", "command:in-between");
}

void tst_Artifacts::readsPowerShell()
{
    QFETCH(QString, line);
    QFETCH(QString, expected);
    QCOMPARE_EQ(spans(Language::PowerShell, line), expected);
}

void tst_Artifacts::stringsAndCommentsGoOverLines()
{
    int state = 0;
    const QList<std::pair<QString, int>> lines{
        {QStringLiteral("<# what"), 7},   {QStringLiteral("it does #> Get-Mailbox"), 10},
        {QStringLiteral("$a = 'one"), 2}, {QStringLiteral("two' -f"), 4},
        {QStringLiteral("$b = @'"), 2},   {QStringLiteral("it's # here"), 11},
        {QStringLiteral("'@"), 2}};
    const QList<Kind> first{Kind::Comment,  Kind::Comment, Kind::Variable, Kind::String,
                            Kind::Variable, Kind::String,  Kind::String};
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const CodeLine read = readCode(Language::PowerShell, lines[i].first, state);
        QVERIFY2(!read.spans.empty(), qPrintable(lines[i].first));
        QCOMPARE_EQ(read.spans.front().kind, first[i]);
        QCOMPARE_EQ(read.spans.front().length, lines[i].second);
        state = read.state;
    }
    QCOMPARE_EQ(state, 0);
}

void tst_Artifacts::readsRecordsAndConfigurations_data()
{
    QTest::addColumn<Language>("language");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a record") << Language::Zone << QStringLiteral("@ 3600 IN TXT \"a; b\" ; why")
                              << QStringLiteral(
                                     "command:@|number:3600|keyword:IN|keyword:TXT|string:\"a; b\"|comment:; why");
    QTest::newRow("JSON")
        << Language::Json << QStringLiteral("\"port\": 25, \"tls\": \"none\", \"on\": true")
        << QStringLiteral(
               "parameter:\"port\"|number:25|parameter:\"tls\"|string:\"none\"|parameter:\"on\"|keyword:true");
    QTest::newRow("main.cf") << Language::Configuration << QStringLiteral("relayhost = [a.example]:587 # next")
                             << QStringLiteral("parameter:relayhost|number:587|comment:# next");
    QTest::newRow("plain text") << Language::Plain << QStringLiteral("# not a comment") << QString();
}

void tst_Artifacts::readsRecordsAndConfigurations()
{
    QFETCH(Language, language);
    QFETCH(QString, line);
    QFETCH(QString, expected);
    QCOMPARE_EQ(spans(language, line), expected);
}

void tst_Artifacts::everyColourCanBeRead_data()
{
    QTest::addColumn<Scheme>("scheme");
    QTest::newRow("light") << Scheme::Light;
    QTest::newRow("dark") << Scheme::Dark;
}

void tst_Artifacts::everyColourCanBeRead()
{
    QFETCH(Scheme, scheme);
    applyTheme(*qApp, scheme);
    const QPalette palette = qApp->palette();
    for (const Kind kind :
         {Kind::Comment, Kind::String, Kind::Command, Kind::Keyword, Kind::Parameter, Kind::Variable, Kind::Number})
        QVERIFY(contrast(codeColor(kind, palette), palette.color(QPalette::Base)) >= 4.5);
}

QTEST_MAIN(tst_Artifacts)
#include "tst_Artifacts.moc"
