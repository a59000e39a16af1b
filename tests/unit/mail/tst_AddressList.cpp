// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/AddressList.h"

#include <QTest>

using namespace relaywright;

class tst_AddressList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAddressFields_data();
    void readsAddressFields();
    void notesWhatIsFaulty_data();
    void notesWhatIsFaulty();
    void displayNamesLoseTheirQuotes();
    void findsAddressesInDisplayNames_data();
    void findsAddressesInDisplayNames();
};

void tst_AddressList::findsAddressesInDisplayNames_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QString>("expected");
    QTest::newRow("bare") << QByteArray("a@contoso.com") << "";
    QTest::newRow("a name") << QByteArray("Scanner 1 <a@contoso.com>") << "";
    QTest::newRow("alone") << QByteArray("\"b@example.com\" <a@contoso.com>") << "b@example.com";
    QTest::newRow("among words") << QByteArray("\"Scan (b@example.com), 2\" <a@contoso.com>") << "b@example.com";
    QTest::newRow("in an angle") << QByteArray("\"x <b@example.com>\" <a@contoso.com>") << "b@example.com";
    QTest::newRow("an at sign") << QByteArray("\"Scans @ Contoso\" <a@contoso.com>") << "";
    QTest::newRow("in two names") << QByteArray("\"b@example.com\" <a@contoso.com>, \"c@example.com\" <d@contoso.com>")
                                  << "b@example.com c@example.com";
}

void tst_AddressList::findsAddressesInDisplayNames()
{
    QFETCH(QByteArray, field);
    QFETCH(QString, expected);
    QStringList found;
    for (const EmailAddress &address : readAddressList(field).addressesInNames())
        found += address.toString();
    QCOMPARE_EQ(found.join(u' '), expected);
}

void tst_AddressList::readsAddressFields_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QStringList>("addresses");
    const auto row = [](const char *tag, const char *field, const QStringList &addresses) {
        QTest::newRow(tag) << QByteArray(field) << addresses;
    };
    row("bare", "a@example.com", {QStringLiteral("a@example.com")});
    row("with a name", "Ann <a@example.com>", {QStringLiteral("a@example.com")});
    row("a comma in quotes", "\"Smith, Ann\" <a@example.com>, b@example.com",
        {QStringLiteral("a@example.com"), QStringLiteral("b@example.com")});
    row("an address in the name", "\"b@example.com\" <a@example.com>", {QStringLiteral("a@example.com")});
    row("comments", "(the (old) one) a@example.com (Ann, b@example.com)", {QStringLiteral("a@example.com")});
    row("a group", "Team: a@example.com, b@example.com;, c@example.com",
        {QStringLiteral("a@example.com"), QStringLiteral("b@example.com"), QStringLiteral("c@example.com")});
    row("an empty group", "undisclosed-recipients:;", {});
    row("empty elements", "a@example.com,, ,b@example.com",
        {QStringLiteral("a@example.com"), QStringLiteral("b@example.com")});
    row("an escaped quotation mark", R"("Ann \"the boss\"" <a@example.com>)", {QStringLiteral("a@example.com")});
    row("a quoted local part", "\"a b\"@example.com", {QStringLiteral("\"a b\"@example.com")});
    row("an encoded name", "=?UTF-8?B?QsO8cm8=?= <a@example.com>", {QStringLiteral("a@example.com")});
    row("an old route", "<@relay.example.com:a@example.com>", {QStringLiteral("a@example.com")});
}

void tst_AddressList::readsAddressFields()
{
    QFETCH(QByteArray, field);
    QFETCH(QStringList, addresses);
    const AddressList list = readAddressList(field);
    QStringList found;
    for (const EmailAddress &address : list.addresses())
        found += address.toString();
    QCOMPARE_EQ(found, addresses);
    QVERIFY2(list.fault.isEmpty(), qPrintable(list.fault));
}

void tst_AddressList::notesWhatIsFaulty_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QString>("fault");
    QTest::newRow("no domain") << QByteArray("scanner") << QStringLiteral("is no address");
    QTest::newRow("a name alone") << QByteArray("Ann <>") << QStringLiteral("is no address");
    QTest::newRow("an angle left open") << QByteArray("Ann <a@example.com") << QStringLiteral("not closed by");
    QTest::newRow("an angle never opened") << QByteArray("a@example.com>") << QStringLiteral("without a");
    QTest::newRow("a quote left open") << QByteArray("\"Ann <a@example.com>") << QStringLiteral("quotation mark");
    QTest::newRow("a comment left open") << QByteArray("a@example.com (Ann") << QStringLiteral("parenthesis");
    QTest::newRow("semicolons between") << QByteArray("a@example.com; b@example.com") << QStringLiteral("semicolon");
    QTest::newRow("text behind") << QByteArray("<a@example.com> Ann") << QStringLiteral("behind the closing");
    QTest::newRow("a group left open") << QByteArray("Team: a@example.com") << QStringLiteral("group");
}

void tst_AddressList::notesWhatIsFaulty()
{
    QFETCH(QByteArray, field);
    QFETCH(QString, fault);
    const AddressList list = readAddressList(field);
    QVERIFY2(list.fault.contains(fault), qPrintable(list.fault));
}

void tst_AddressList::displayNamesLoseTheirQuotes()
{
    const AddressList list = readAddressList(R"("Scanner \"2\", scanner@example.com" <scanner@example.com>)");
    QCOMPARE_EQ(list.mailboxes.size(), 1u);
    QCOMPARE_EQ(list.mailboxes.front().displayName, QStringLiteral("Scanner \"2\", scanner@example.com"));
    QCOMPARE_EQ(readAddressList("a@example.com").mailboxes.front().displayName, QString());
}

QTEST_GUILESS_MAIN(tst_AddressList)
#include "tst_AddressList.moc"
