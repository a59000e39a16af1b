// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SpfTreeModel.h"
#include "ui/views/SpfTreeView.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace relaywright;
using Tester = QAbstractItemModelTester;

class tst_SpfTree : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hasANodeForEachTermThatAsks();
    void marksTheIncludeThatCostsMost();
    void isReadAloud();
    void underlinesAFaultAtItsPlace();
    void aPlaceOutsideTheTextIsLeftOut();
    void theTextOfTheTreeIsIndented();
    void namesAtMostThreeNetworks();
    void isAsTallAsItsContent();

private:
    static std::shared_ptr<SpfNode> tree();
};

std::shared_ptr<SpfNode> tst_SpfTree::tree()
{
    auto root = std::make_shared<SpfNode>();
    root->domain = QStringLiteral("contoso.com");
    root->record = QStringLiteral("v=spf1 include:a.example include:b.example ip4:1.2.3 ~all");
    root->lookups = 4;
    SpfNode a;
    a.term = QStringLiteral("include:a.example");
    a.domain = QStringLiteral("a.example");
    a.record = QStringLiteral("v=spf1 ip4:192.0.2.0/24 -all");
    a.lookups = 1;
    a.at = {{}, 7, 17};
    SpfNode b;
    b.term = QStringLiteral("include:b.example");
    b.domain = QStringLiteral("b.example");
    b.record = QStringLiteral("v=spf1 mx a -all");
    b.lookups = 3;
    b.voidLookups = 1;
    b.at = {{}, 25, 17};
    SpfNode mx;
    mx.term = QStringLiteral("mx");
    mx.domain = QStringLiteral("b.example");
    mx.lookups = 1;
    b.children = {mx};
    root->children = {a, b};
    root->remarks = {{SpfRemark::Weight::Wrong, QStringLiteral("syntax"), {QStringLiteral("It is not an address."), 43, 9}}};
    return root;
}

void tst_SpfTree::hasANodeForEachTermThatAsks()
{
    SpfTreeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setTree(tree());
    const QModelIndex root = model.index(0, 0);
    QCOMPARE_EQ(model.rowCount(), 1);
    QCOMPARE_EQ(root.data().toString(), QStringLiteral("contoso.com"));
    QCOMPARE_EQ(model.rowCount(root), 2);
    const QModelIndex mx = model.index(0, 0, model.index(1, 0, root));
    QCOMPARE_EQ(mx.data().toString(), QStringLiteral("mx"));
    QCOMPARE_EQ(mx.parent().parent(), root);
    model.setTree(nullptr);
    QCOMPARE_EQ(model.rowCount(), 0);
}

void tst_SpfTree::marksTheIncludeThatCostsMost()
{
    SpfTreeModel model;
    model.setTree(tree());
    const QModelIndex root = model.index(0, 0);
    QVERIFY(!model.isCostliest(*model.node(root)));
    QVERIFY(!model.isCostliest(*model.node(model.index(0, 0, root))));
    QVERIFY(model.isCostliest(*model.node(model.index(1, 0, root))));
}

void tst_SpfTree::isReadAloud()
{
    SpfTreeModel model;
    model.setTree(tree());
    const QModelIndex root = model.index(0, 0);
    const QString spoken = root.data(Qt::AccessibleTextRole).toString();
    QVERIFY(spoken.contains(QStringLiteral("contoso.com: 4 of 10 lookups")));
    QVERIFY(spoken.contains(QStringLiteral("Wrong: It is not an address.")));
    QVERIFY(model.index(1, 0, root).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("It costs most.")));
}

void tst_SpfTree::underlinesAFaultAtItsPlace()
{
    const auto root = tree();
    const auto formats = recordFormats(*root, QPalette());
    QCOMPARE_EQ(formats.size(), 3); // two terms that ask, one fault
    QCOMPARE_EQ(formats[0].start, 7);
    QVERIFY(!formats[0].format.hasProperty(QTextFormat::TextUnderlineStyle));
    const QTextLayout::FormatRange &fault = formats[2];
    QCOMPARE_EQ(root->record.mid(fault.start, fault.length), QStringLiteral("ip4:1.2.3"));
    QCOMPARE_EQ(fault.format.underlineStyle(), QTextCharFormat::WaveUnderline);
}

void tst_SpfTree::aPlaceOutsideTheTextIsLeftOut()
{
    SpfNode node;
    node.record = QStringLiteral("v=spf1 -all");
    node.remarks = {{SpfRemark::Weight::Wrong, {}, {QStringLiteral("About the whole."), 0, 0}},
                    {SpfRemark::Weight::Wrong, {}, {QStringLiteral("Too far."), 200, 5}},
                    {SpfRemark::Weight::Wrong, {}, {QStringLiteral("Too long."), 7, 500}}};
    const auto formats = recordFormats(node, QPalette());
    QCOMPARE_EQ(formats.size(), 1);
    QCOMPARE_EQ(formats[0].start, 7);
    QCOMPARE_EQ(formats[0].length, 4);
}

void tst_SpfTree::theTextOfTheTreeIsIndented()
{
    SpfTreeModel model;
    model.setTree(tree());
    const QString text = model.toText();
    QVERIFY(text.startsWith(QStringLiteral("contoso.com: 4 of 10 lookups\n  v=spf1 include:a.example")));
    QVERIFY(text.contains(QStringLiteral("\n    mx: 1 of 10 lookups\n")));
}

void tst_SpfTree::namesAtMostThreeNetworks()
{
    SpfNode node;
    QVERIFY(passText(node).isEmpty());
    for (const char *network : {"192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/26", "192.0.2.192/26", "198.51.100.0/24"})
        node.networks.push_back(*IpNetwork::parse(QString::fromLatin1(network)));
    QVERIFY(passText(node).contains(QStringLiteral("192.0.2.128/26 and 2 more.")));
    QVERIFY(!passText(node).contains(QStringLiteral("198.51.100.0")));
    node.networksWhole = false;
    QVERIFY(passText(node).contains(QStringLiteral("depend on the message")));
}

void tst_SpfTree::isAsTallAsItsContent()
{
    SpfTreeView view;
    view.resize(640, 200);
    view.setTree(tree());
    view.show();
    const int whole = view.height();
    QVERIFY(whole > 120);
    view.collapse(view.model()->index(0, 0));
    QVERIFY(view.height() < whole);
    view.expandAll();
    view.setTree(tree());
    QCOMPARE_EQ(view.height(), whole);
    view.resize(220, view.height()); // the record wraps
    QVERIFY(view.height() > whole);
}

QTEST_MAIN(tst_SpfTree)
#include "tst_SpfTree.moc"
