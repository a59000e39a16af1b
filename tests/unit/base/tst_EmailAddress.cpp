// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EmailAddress.h"

#include <QTest>

using namespace relaywright;

class tst_EmailAddress : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void comparesWithoutCase();
    void equalAddressesHashEqually();
    void knowsWhenItNeedsSmtpUtf8();
    void writesPaths();
};

void tst_EmailAddress::takes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("wire");
    const auto row = [](const char *tag, const QString &text, const QString &wire = {}) {
        QTest::newRow(tag) << text << (wire.isNull() ? text : wire);
    };
    row("plain", QStringLiteral("scanner@example.com"));
    row("spaces around", QStringLiteral(" scanner@example.com "), QStringLiteral("scanner@example.com"));
    row("case of the local part is kept", QStringLiteral("Scan.Ner@EXAMPLE.com"), QStringLiteral("Scan.Ner@example.com"));
    row("apostrophe and plus", QStringLiteral("o'brien+scan@example.com"));
    row("every atom character", QStringLiteral("!#$%&'*+-/=?^_`{|}~@example.com"));
    row("quotes that are not needed", QStringLiteral("\"a.b\"@example.com"), QStringLiteral("a.b@example.com"));
    row("quotes that are needed", QStringLiteral("\"a b\"@example.com"));
    row("an @ in quotes", QStringLiteral("\"a@b\"@example.com"));
    row("escapes that are needed", QStringLiteral("\"a\\\"b\"@example.com"));
    row("escapes that are not needed", QStringLiteral("\"a\\b\"@example.com"), QStringLiteral("ab@example.com"));
    row("empty quotes", QStringLiteral("\"\"@example.com"));
    row("UTF-8 local part", QStringLiteral("jörg@example.com"));
    row("beyond the BMP", QStringLiteral("😀@example.com"));
    row("U-label domain", QStringLiteral("a@bücher.example"), QStringLiteral("a@xn--bcher-kva.example"));
    row("64 octets", QString(64, u'a') + QStringLiteral("@example.com"));
}

void tst_EmailAddress::takes()
{
    QFETCH(QString, text);
    QFETCH(QString, wire);
    const auto address = EmailAddress::parse(text);
    QVERIFY2(address, address ? "" : qPrintable(address.error().detail));
    QCOMPARE(address->toString(), wire);
    const auto again = EmailAddress::parse(address->toString());
    QVERIFY(again && *again == *address && again->toString() == wire);
}

void tst_EmailAddress::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("no @") << QStringLiteral("scanner");
    QTest::newRow("no local part") << QStringLiteral("@example.com");
    QTest::newRow("no domain") << QStringLiteral("scanner@");
    QTest::newRow("one label") << QStringLiteral("scanner@example");
    QTest::newRow("domain literal") << QStringLiteral("scanner@[192.0.2.1]");
    QTest::newRow("address as domain") << QStringLiteral("scanner@192.0.2.1");
    QTest::newRow("two @") << QStringLiteral("a@b@example.com");
    QTest::newRow("source route") << QStringLiteral("@relay.example:a@example.com");
    QTest::newRow("angle brackets") << QStringLiteral("<a@example.com>");
    QTest::newRow("display name") << QStringLiteral("Scanner <a@example.com>");
    QTest::newRow("two addresses") << QStringLiteral("a@example.com, b@example.com");
    QTest::newRow("leading dot") << QStringLiteral(".a@example.com");
    QTest::newRow("trailing dot") << QStringLiteral("a.@example.com");
    QTest::newRow("two dots") << QStringLiteral("a..b@example.com");
    QTest::newRow("space") << QStringLiteral("a b@example.com");
    QTest::newRow("comma") << QStringLiteral("a,b@example.com");
    QTest::newRow("semicolon") << QStringLiteral(";sleep 66;@example.com");
    QTest::newRow("open quote") << QStringLiteral("\"a@example.com");
    QTest::newRow("quote inside quotes") << QStringLiteral("\"a\"b\"@example.com");
    QTest::newRow("escape at the end") << QStringLiteral("\"a\\\"@example.com");
    QTest::newRow("CR LF in quotes") << QStringLiteral("\"a\r\nDATA\"@example.com");
    QTest::newRow("LF in the domain") << QStringLiteral("a@example.com\nRCPT TO:<b@example.com>");
    QTest::newRow("escaped NUL") << QStringLiteral("\"a\\") + QChar(0) + QStringLiteral("\"@example.com");
    QTest::newRow("C1 control") << QStringLiteral("a\u0085b@example.com");
    QTest::newRow("line separator") << QStringLiteral("a\u2028b@example.com");
    QTest::newRow("lone high surrogate") << QString(QChar(0xd83d)) + QStringLiteral("@example.com");
    QTest::newRow("lone low surrogate") << QStringLiteral("a") + QChar(0xde00) + QStringLiteral("@example.com");
    QTest::newRow("bidirectional override") << QStringLiteral("a\u202eb@example.com");
    QTest::newRow("65 octets") << QString(65, u'a') + QStringLiteral("@example.com");
    QTest::newRow("64 characters, more octets") << QString(64, u'ö') + QStringLiteral("@example.com");
    QTest::newRow("255 octets") << QString(64, u'a') + u'@' + QStringLiteral("%1.%1.%1.exam").arg(QString(61, u'b'));
    QTest::newRow("megabytes") << QString(3'000'000, u'"') + QStringLiteral("@example.com");
}

void tst_EmailAddress::refuses()
{
    QFETCH(QString, text);
    const auto address = EmailAddress::parse(text);
    QVERIFY2(!address, address ? qPrintable(address->toString()) : "");
    QCOMPARE(address.error().kind, ErrorKind::InvalidInput);
    QVERIFY(address.error().detail.size() < 600);
    QVERIFY(!address.error().detail.contains(u'\n'));
}

void tst_EmailAddress::comparesWithoutCase()
{
    QVERIFY(*EmailAddress::parse(QStringLiteral("A@Example.com")) == *EmailAddress::parse(QStringLiteral("a@example.com")));
    QVERIFY(!(*EmailAddress::parse(QStringLiteral("a@example.com")) == *EmailAddress::parse(QStringLiteral("b@example.com"))));
}

void tst_EmailAddress::equalAddressesHashEqually()
{
    // Greek has two small sigmas that are one letter without case.
    const auto one = EmailAddress::parse(QStringLiteral("ΟΔΟΣ@example.com"));
    const auto other = EmailAddress::parse(QStringLiteral("οδος@example.com"));
    QVERIFY(one && other && *one == *other);
    QCOMPARE(qHash(*one), qHash(*other));
}

void tst_EmailAddress::knowsWhenItNeedsSmtpUtf8()
{
    QVERIFY(EmailAddress::parse(QStringLiteral("jörg@example.com"))->needsUtf8());
    QVERIFY(!EmailAddress::parse(QStringLiteral("joerg@bücher.example"))->needsUtf8());
}

void tst_EmailAddress::writesPaths()
{
    QCOMPARE(toPath(std::nullopt), QStringLiteral("<>"));
    QCOMPARE(toPath(*EmailAddress::parse(QStringLiteral("a@example.com"))), QStringLiteral("<a@example.com>"));
}

QTEST_GUILESS_MAIN(tst_EmailAddress)
#include "tst_EmailAddress.moc"
