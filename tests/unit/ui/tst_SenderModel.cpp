// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"
#include "core/site/Inventory.h"
#include "ui/drafts/ImportDraft.h"
#include "ui/models/CompareModel.h"
#include "ui/models/SenderFilter.h"
#include "ui/models/SenderModel.h"
#include "ui/text/QuestionText.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using Tester = QAbstractItemModelTester;

class tst_SenderModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aColumnForEveryFactButTheId();
    void rowsComeAndGoWithoutAReset();
    void oneEditTouchesOneRow();
    void aVerdictThatIsBeingMadeSaysSo();
    void aGoodAnswerIsAWish();
    void aWrongAnswerStaysInItsCellWithTheReason();
    void aSenderKeepsAName();
    void aNetworkMustBeOneOfTheSite();
    void numbersSortAsNumbers();
    void filtersByWordsVerdictMethodAndKind();
    void anEditedRowDoesNotJumpAway();
    void methodsStandSideBySide();
    void theComparisonIsTextForASpreadsheet();
    void aQuestionSaysWhatEachAnswerChooses();
    void anImportSaysWhatItRead();
    void aColumnIsTakenForOneFactOnly();
    void headingsCanBeSwitchedOff();

private:
    static Site siteOf(const QStringList &names);
    static Plan planOf(const Site &site);
};

Site tst_SenderModel::siteOf(const QStringList &names)
{
    Site site;
    site.networks = {{.id = QStringLiteral("main")}};
    for (const QString &name : names) {
        Sender sender;
        sender.id = makeSenderId(site, name);
        sender.name = name;
        site.senders.push_back(sender);
    }
    return site;
}

/// The first sender has a method, the others have none.
Plan tst_SenderModel::planOf(const Site &site)
{
    Plan plan;
    for (const Sender &sender : site.senders) {
        Option option;
        option.method = Method::ConnectorRelay;
        option.fit = plan.senders.empty() ? Fit::Fits : Fit::DoesNotFit;
        plan.senders.push_back({.senderId = sender.id, .options = {option}});
    }
    return plan;
}

void tst_SenderModel::aColumnForEveryFactButTheId()
{
    SenderModel model;
    QSet<int> seen;
    for (int column = 0; column < SenderModel::ColumnCount; ++column) {
        if (const auto fact = SenderModel::factOf(column))
            seen.insert(static_cast<int>(*fact));
        QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    }
    QCOMPARE_EQ(seen.size(), kSenderFacts - 1);
    QVERIFY(!seen.contains(static_cast<int>(SenderFact::Id)));
}

void tst_SenderModel::rowsComeAndGoWithoutAReset()
{
    SenderModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    for (const QStringList &names : {QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")},
                                     QStringList{QStringLiteral("a"), QStringLiteral("c")},
                                     QStringList{QStringLiteral("z"), QStringLiteral("a"), QStringLiteral("y"), QStringLiteral("c")},
                                     QStringList()}) {
        const Site site = siteOf(names);
        model.setSite(site, planOf(site));
        QCOMPARE_EQ(model.rowCount(), names.size());
        for (int row = 0; row < names.size(); ++row) {
            QCOMPARE_EQ(model.index(row, 0).data().toString(), names[row]);
            QCOMPARE_EQ(model.indexOf(names[row]).row(), row);
        }
    }
    QCOMPARE_EQ(resets.count(), 0);
}

void tst_SenderModel::oneEditTouchesOneRow()
{
    QStringList names;
    for (int i = 0; i < 1000; ++i)
        names += QStringLiteral("s%1").arg(i);
    Site site = siteOf(names);
    SenderModel model;
    model.setSite(site, planOf(site));
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    site.senders[500].tls = TlsAbility::Tls12;
    model.setSite(site, planOf(site));
    QCOMPARE_EQ(changes.count(), 1);
    QCOMPARE_EQ(changes.front().front().toModelIndex().row(), 500);
    QCOMPARE_EQ(model.index(500, SenderModel::TlsColumn).data().toString(), QStringLiteral("TLS 1.2"));
}

void tst_SenderModel::aVerdictThatIsBeingMadeSaysSo()
{
    SenderModel model;
    const Site site = siteOf({QStringLiteral("a")});
    model.setSite(site, {}, true);
    QVERIFY(model.index(0, SenderModel::MethodColumn).data().toString().startsWith(QStringLiteral("Planning")));
    model.setSite(site, planOf(site), false);
    QCOMPARE_EQ(model.index(0, SenderModel::MethodColumn).data().toString(), QStringLiteral("Connector relay"));
    QCOMPARE_EQ(model.index(0, 0).data(SymbolRole).toString(), QStringLiteral("\u2713"));
}

void tst_SenderModel::aGoodAnswerIsAWish()
{
    SenderModel model;
    model.setSite(siteOf({QStringLiteral("a")}), {});
    QSignalSpy given(&model, &SenderModel::answerGiven);
    QVERIFY(model.setData(model.index(0, SenderModel::From), QStringLiteral("a@contoso.com"), Qt::EditRole));
    QCOMPARE_EQ(given.count(), 1);
    QCOMPARE_EQ(given.front().front().value<Sender>().from->toString(), QStringLiteral("a@contoso.com"));
    QCOMPARE_EQ(model.index(0, SenderModel::From).data().toString(), QStringLiteral("?")); // the owner decides
    QVERIFY(!model.flags(model.index(0, SenderModel::MethodColumn)).testFlag(Qt::ItemIsEditable));
}

void tst_SenderModel::aWrongAnswerStaysInItsCellWithTheReason()
{
    SenderModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    const Site site = siteOf({QStringLiteral("a"), QStringLiteral("b")});
    model.setSite(site, {});
    QSignalSpy refused(&model, &SenderModel::answerRefused);
    const QModelIndex cell = model.index(0, SenderModel::From);
    QVERIFY(!model.setData(cell, QStringLiteral("not an address"), Qt::EditRole));
    QCOMPARE_EQ(refused.count(), 1);
    QCOMPARE_EQ(cell.data().toString(), QStringLiteral("not an address"));
    QCOMPARE_EQ(cell.data(Qt::EditRole).toString(), QStringLiteral("not an address"));
    QVERIFY(cell.data(Qt::ToolTipRole).toString().endsWith(u'.'));
    model.setSite(site, {}); // another change of the site leaves it
    QVERIFY(!cell.data(SenderModel::WrongRole).toString().isEmpty());
    QVERIFY(model.setData(cell, QString(), Qt::EditRole));
    QVERIFY(cell.data(SenderModel::WrongRole).toString().isEmpty());
}

void tst_SenderModel::aSenderKeepsAName()
{
    SenderModel model;
    model.setSite(siteOf({QStringLiteral("a")}), {});
    QVERIFY(!model.setData(model.index(0, SenderModel::Name), QStringLiteral("  "), Qt::EditRole));
}

void tst_SenderModel::aNetworkMustBeOneOfTheSite()
{
    SenderModel model;
    model.setSite(siteOf({QStringLiteral("a")}), {});
    QSignalSpy refused(&model, &SenderModel::answerRefused);
    QVERIFY(!model.setData(model.index(0, SenderModel::NetworkColumn), QStringLiteral("berlin"), Qt::EditRole));
    QVERIFY(refused.front().front().toString().contains(QStringLiteral("main")));
    QVERIFY(model.setData(model.index(0, SenderModel::NetworkColumn), QStringLiteral("main"), Qt::EditRole));
}

void tst_SenderModel::numbersSortAsNumbers()
{
    SenderModel model;
    SenderFilter filter;
    filter.setSourceModel(&model);
    Site site = siteOf({QStringLiteral("ten"), QStringLiteral("nine"), QStringLiteral("unknown")});
    site.senders[0].messagesPerMinute = 10;
    site.senders[1].messagesPerMinute = 9;
    model.setSite(site, {});
    filter.sort(SenderModel::PerMinute);
    QStringList order;
    for (int row = 0; row < filter.rowCount(); ++row)
        order += filter.index(row, 0).data().toString();
    QCOMPARE_EQ(order, (QStringList{QStringLiteral("unknown"), QStringLiteral("nine"), QStringLiteral("ten")}));
}

void tst_SenderModel::filtersByWordsVerdictMethodAndKind()
{
    SenderModel model;
    SenderFilter filter;
    filter.setSourceModel(&model);
    const Tester tester(&filter, Tester::FailureReportingMode::QtTest);
    Site site = siteOf({QStringLiteral("Scanner left"), QStringLiteral("Scanner right"), QStringLiteral("Fax")});
    site.senders[0].kind = SenderKind::Scanner;
    site.senders[2].kind = SenderKind::Fax;
    model.setSite(site, planOf(site));
    const auto shown = [&filter](const SenderFilter::Wanted &wanted) {
        filter.setWanted(wanted);
        return filter.rowCount();
    };
    QCOMPARE_EQ(shown({.words = QStringLiteral("SCANNER")}), 2);
    QCOMPARE_EQ(shown({.words = QStringLiteral("right scanner")}), 1);
    QCOMPARE_EQ(shown({.words = QStringLiteral("connector")}), 1);
    QCOMPARE_EQ(shown({.fit = Fit::Fits}), 1);
    QCOMPARE_EQ(shown({.fit = Fit::DoesNotFit}), 2);
    QCOMPARE_EQ(shown({.method = Method::ConnectorRelay}), 1);
    QCOMPARE_EQ(shown({.method = Method::DirectSend}), 0);
    QCOMPARE_EQ(shown({.kind = SenderKind::Fax}), 1);
    QCOMPARE_EQ(shown({.words = QStringLiteral("left"), .kind = SenderKind::Fax}), 0);
    QCOMPARE_EQ(shown({}), 3);
}

void tst_SenderModel::anEditedRowDoesNotJumpAway()
{
    SenderModel model;
    SenderFilter filter;
    filter.setSourceModel(&model);
    Site site = siteOf({QStringLiteral("alpha"), QStringLiteral("beta")});
    model.setSite(site, {});
    filter.sort(SenderModel::Name);
    filter.setWanted({.words = QStringLiteral("alpha")});
    QCOMPARE_EQ(filter.rowCount(), 1);
    site.senders[0].name = QStringLiteral("z");
    model.setSite(site, {});
    QCOMPARE_EQ(filter.rowCount(), 1);
    QCOMPARE_EQ(filter.index(0, 0).data().toString(), QStringLiteral("z"));
}

void tst_SenderModel::methodsStandSideBySide()
{
    Site site = siteOf({QStringLiteral("a")});
    site.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    site.senders.front().from = *EmailAddress::parse(QStringLiteral("a@contoso.com"));
    const Plan plan = advise(site, Knowledge::builtIn(), QDate(2026, 11, 22));
    CompareModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setPlan(site, plan.senders.front(), Knowledge::builtIn());
    QCOMPARE_EQ(model.columnCount(), static_cast<int>(plan.senders.front().options.size()));
    bool limits = false;
    for (int column = 0; column < model.columnCount(); ++column) {
        QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
        QVERIFY(!model.index(CompareModel::VerdictRow, column).data(SymbolRole).toString().isEmpty());
        limits = limits || model.index(CompareModel::LimitsRow, column).data().toString().contains(QStringLiteral("30"));
    }
    QVERIFY(limits);
}

void tst_SenderModel::theComparisonIsTextForASpreadsheet()
{
    const Site site = siteOf({QStringLiteral("a")});
    const Plan plan = advise(site, Knowledge::builtIn(), QDate(2026, 11, 22));
    CompareModel model;
    model.setPlan(site, plan.senders.front(), Knowledge::builtIn());
    const auto table = parseInventory(model.toText(), Headings::Present); // cells with line ends come back whole
    QVERIFY(table);
    QCOMPARE_EQ(table->delimiter, QChar(u'\t'));
    QCOMPARE_EQ(table->headings.size(), model.columnCount() + 1);
    QCOMPARE_EQ(table->rows.size(), static_cast<std::size_t>(CompareModel::RowCount));
}

void tst_SenderModel::aQuestionSaysWhatEachAnswerChooses()
{
    OpenQuestion question;
    QHash<QString, QString> names;
    for (int i = 0; i < 5; ++i) {
        const QString id = QString::number(i);
        names.insert(id, QStringLiteral("Scanner %1").arg(i));
        question.effects.push_back({QStringLiteral("tls1.2"), id, QStringLiteral("client-submission"), QStringLiteral("client submission")});
    }
    question.effects.push_back({QStringLiteral("no"), QStringLiteral("0"), {}, QStringLiteral("no method")});
    const QStringList lines = effectLines(question, names);
    QCOMPARE_EQ(lines.size(), 2);
    QVERIFY2(lines[0].startsWith(QStringLiteral("TLS 1.2: client submission for Scanner 0, Scanner 1, Scanner 2 and 2 more")), qPrintable(lines[0]));
    QCOMPARE_EQ(lines[1], QStringLiteral("No: no method for Scanner 0"));
    QVERIFY(effectLines({}, names).isEmpty());
}

void tst_SenderModel::anImportSaysWhatItRead()
{
    const auto draft = importDraftOf(QByteArray("Name;Absender\nB\xFCro;a@contoso.com\n"), QStringLiteral("list.csv"));
    QVERIFY(draft);
    const QString words = describe(*draft);
    for (const char *part : {"list.csv", "1 line", "semicolons", "Windows-1252"})
        QVERIFY2(words.contains(QLatin1String(part)), qPrintable(words));
    QVERIFY(!importDraftOf(QStringLiteral("  \n")));
    const auto inventory = readInventory(draft->table, draft->mapping, {});
    QCOMPARE_EQ(remarksText(*inventory, Duplicates::Keep), QString());
}

void tst_SenderModel::aColumnIsTakenForOneFactOnly()
{
    const auto draft = importDraftOf(QStringLiteral("Name,Label\nA,B\n"));
    QVERIFY(draft);
    const ImportDraft changed = withColumn(*draft, 1, SenderFact::Name);
    QVERIFY(!changed.mapping[0] && changed.mapping[1] == SenderFact::Name);
    QVERIFY(!withColumn(changed, 1, std::nullopt).mapping[1]);
}

void tst_SenderModel::headingsCanBeSwitchedOff()
{
    const auto draft = importDraftOf(QStringLiteral("Name,From\nA,a@contoso.com\n"));
    QCOMPARE_EQ(draft->table.rows.size(), 1u);
    QCOMPARE_EQ(withHeadings(*draft, false).table.rows.size(), 2u);
    QVERIFY(withHeadings(withHeadings(*draft, false), true) == *draft);
}

QTEST_MAIN(tst_SenderModel)
#include "tst_SenderModel.moc"
