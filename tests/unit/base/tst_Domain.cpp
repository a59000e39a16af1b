// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Domain.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_Domain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void takesSingleLabelsOnlyAsDnsName();
    void showsUnicodeToPeople();
    void knowsWhatIsBelow_data();
    void knowsWhatIsBelow();
    void findsNamesBelowAnyOfSeveral();
    void quotesHostileInputHarmlessly();
};

void tst_Domain::takes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ascii");
    QTest::newRow("plain") << QStringLiteral("example.com") << QStringLiteral("example.com");
    QTest::newRow("upper case") << QStringLiteral("Example.COM") << QStringLiteral("example.com");
    QTest::newRow("trailing dot") << QStringLiteral("example.com.") << QStringLiteral("example.com");
    QTest::newRow("spaces around") << QStringLiteral("  example.com\n") << QStringLiteral("example.com");
    QTest::newRow("underscore label") << QStringLiteral("_dmarc.example.com") << QStringLiteral("_dmarc.example.com");
    QTest::newRow("digits first") << QStringLiteral("3com.example") << QStringLiteral("3com.example");
    QTest::newRow("digit labels inside") << QStringLiteral("2.0.192.in-addr.arpa") << QStringLiteral("2.0.192.in-addr.arpa");
    QTest::newRow("U-label") << QStringLiteral("bücher.example") << QStringLiteral("xn--bcher-kva.example");
    QTest::newRow("capital U-label") << QStringLiteral("BÜCHER.example") << QStringLiteral("xn--bcher-kva.example");
    QTest::newRow("A-label") << QStringLiteral("xn--bcher-kva.example") << QStringLiteral("xn--bcher-kva.example");
    QTest::newRow("ideographic dot") << QStringLiteral("例え。テスト") << QStringLiteral("xn--r8jz45g.xn--zckzah");
    QTest::newRow("63 octets in a label") << QString(63, u'a') + QStringLiteral(".example")
                                          << QString(63, u'a') + QStringLiteral(".example");
}

void tst_Domain::takes()
{
    QFETCH(QString, text);
    QFETCH(QString, ascii);
    const auto domain = Domain::parse(text);
    QVERIFY2(domain, domain ? "" : qPrintable(domain.error().detail));
    QCOMPARE(domain->toAscii(), ascii);
    QVERIFY(*Domain::parse(domain->toAscii()) == *domain);
}

void tst_Domain::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("spaces") << QStringLiteral("   ");
    QTest::newRow("a dot") << QStringLiteral(".");
    QTest::newRow("one label") << QStringLiteral("example");
    QTest::newRow("IPv4 address") << QStringLiteral("192.0.2.1");
    QTest::newRow("nearly an IPv4 address") << QStringLiteral("192.0.2.256");
    QTest::newRow("IPv4 address with a leading zero") << QStringLiteral("192.0.2.010");
    QTest::newRow("all digits") << QStringLiteral("1.2.3");
    QTest::newRow("IPv6 address") << QStringLiteral("2001:db8::1");
    QTest::newRow("leading dot") << QStringLiteral(".example.com");
    QTest::newRow("two dots") << QStringLiteral("example..com");
    QTest::newRow("two trailing dots") << QStringLiteral("example.com..");
    QTest::newRow("leading hyphen") << QStringLiteral("-a.example");
    QTest::newRow("trailing hyphen") << QStringLiteral("a-.example");
    QTest::newRow("inner space") << QStringLiteral("exa mple.com");
    QTest::newRow("line break") << QStringLiteral("example.com\r\nRCPT TO:<a@b.c>");
    QTest::newRow("NUL") << QStringLiteral("exam") + QChar(0) + QStringLiteral("ple.com");
    QTest::newRow("no-break space") << QStringLiteral("exam\u00a0ple.com");
    QTest::newRow("an e-mail address") << QStringLiteral("a@example.com");
    QTest::newRow("a URL") << QStringLiteral("https://example.com");
    QTest::newRow("wildcard") << QStringLiteral("*.example.com");
    QTest::newRow("shell") << QStringLiteral("$(calc).example.com");
    QTest::newRow("64 octets in a label") << QString(64, u'a') + QStringLiteral(".example");
    QTest::newRow("254 octets") << QStringLiteral("%1.%1.%1.%2.example").arg(QString(60, u'a'), QString(63, u'b'));
    QTest::newRow("megabytes") << QString(5'000'000, u'a');
    QTest::newRow("lone surrogate") << QString(QChar(0xd800)) + QStringLiteral(".example.com");
}

void tst_Domain::refuses()
{
    QFETCH(QString, text);
    const auto domain = Domain::parse(text);
    QVERIFY2(!domain, domain ? qPrintable(domain->toAscii()) : "");
    QCOMPARE(domain.error().kind, ErrorKind::InvalidInput);
    QVERIFY(domain.error().detail.size() < 400);
    QVERIFY(domain.error().detail.endsWith(u'.'));
}

void tst_Domain::takesSingleLabelsOnlyAsDnsName()
{
    QCOMPARE(*parseDnsName(QStringLiteral("LocalHost")), QStringLiteral("localhost"));
    QVERIFY(!Domain::parse(QStringLiteral("localhost")));
    QVERIFY(!parseDnsName(QStringLiteral("192.0.2.256")));
}

void tst_Domain::showsUnicodeToPeople()
{
    QCOMPARE(Domain::parse(QStringLiteral("example.com"))->toDisplay(), QStringLiteral("example.com"));
    QVERIFY(!Domain::parse(QStringLiteral("xn--bcher-kva.de"))->toDisplay().isEmpty());
}

void tst_Domain::knowsWhatIsBelow_data()
{
    QTest::addColumn<QString>("domain");
    QTest::addColumn<bool>("below");
    QTest::newRow("itself") << QStringLiteral("example.com") << true;
    QTest::newRow("a child") << QStringLiteral("mail.example.com") << true;
    QTest::newRow("same ending, other domain") << QStringLiteral("badexample.com") << false;
    QTest::newRow("its parent's other child") << QStringLiteral("other.com") << false;
}

void tst_Domain::knowsWhatIsBelow()
{
    QFETCH(QString, domain);
    QFETCH(bool, below);
    QCOMPARE(Domain::parse(domain)->isSameOrBelow(*Domain::parse(QStringLiteral("example.com"))), below);
}

void tst_Domain::findsNamesBelowAnyOfSeveral()
{
    const QStringList suffixes{u"mail.protection.outlook.com"_s, u"mx.microsoft"_s};
    QVERIFY(isBelowAny(u"Contoso-com.Mail.Protection.Outlook.com"_s, suffixes));
    QVERIFY(isBelowAny(u"contoso-com.s-v1.mx.microsoft"_s, suffixes));
    QVERIFY(!isBelowAny(u"mx.microsoft"_s, suffixes));
    QVERIFY(!isBelowAny(u"mail.protection.outlook.com.evil.example"_s, suffixes));
    QVERIFY(!isBelowAny(u"evilmx.microsoft"_s, suffixes));
    QVERIFY(!isBelowAny(QString(), suffixes));
}

void tst_Domain::quotesHostileInputHarmlessly()
{
    const auto domain = Domain::parse(QStringLiteral("\u001b[31m\u202e.example"));
    QVERIFY(!domain);
    QVERIFY(!domain.error().detail.contains(QChar(0x1b)));
    QVERIFY(!domain.error().detail.contains(QChar(0x202e)));
}

QTEST_GUILESS_MAIN(tst_Domain)
#include "tst_Domain.moc"
