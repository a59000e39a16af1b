// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/OrganisationalDomain.h"

#include <QTest>

using namespace relaywright;

class tst_OrganisationalDomain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheDomainBelowThePublicSuffix_data();
    void findsTheDomainBelowThePublicSuffix();
    void knowsPublicSuffixes_data();
    void knowsPublicSuffixes();
};

void tst_OrganisationalDomain::findsTheDomainBelowThePublicSuffix_data()
{
    QTest::addColumn<QString>("domain");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *domain, const char *expected) {
        QTest::newRow(*domain == '\0' ? "nothing" : domain) << QString::fromUtf8(domain) << QString::fromUtf8(expected);
    };
    row("contoso.com", "contoso.com");
    row("mail.contoso.com", "contoso.com");
    row("a.b.c.d.mail.contoso.com", "contoso.com");
    row("mail.contoso.co.uk", "contoso.co.uk");
    row("MAIL.Contoso.Co.UK.", "contoso.co.uk");
    row("_dmarc.contoso.de", "contoso.de");
    row("www.city.kawasaki.jp", "city.kawasaki.jp"); // an exception of the list
    row("a.b.c.kawasaki.jp", "b.c.kawasaki.jp");     // a wildcard of the list
    row("someone.github.io", "someone.github.io");   // a private suffix
    row("x.someone.github.io", "someone.github.io");
    row("co.uk", "co.uk");
    row("com", "com");
    row("printer.contoso.internal", "contoso.internal"); // not in the list: one label is the suffix
    row("mail.b\xc3\xbc"
        "cher.example.de",
        "example.de");
    row("mail.b\xc3\xbc"
        "cher.de",
        "xn--bcher-kva.de");
    row("mail.xn--bcher-kva.de", "xn--bcher-kva.de");
    row("mail.example.xn--55qx5d.cn", "example.xn--55qx5d.cn");
    row("192.0.2.1", "192.0.2.1");
    row("", "");
    row("not a domain", "not a domain");
}

void tst_OrganisationalDomain::findsTheDomainBelowThePublicSuffix()
{
    QFETCH(QString, domain);
    QTEST(organisationalDomain(domain), "expected");
}

void tst_OrganisationalDomain::knowsPublicSuffixes_data()
{
    QTest::addColumn<bool>("expected");
    QTest::newRow("co.uk") << true;
    QTest::newRow("com") << true;
    QTest::newRow("COM.") << true;
    QTest::newRow("github.io") << true;
    QTest::newRow("contoso.co.uk") << false;
    QTest::newRow("contoso.com") << false;
    QTest::newRow("192.0.2.1") << false;
}

void tst_OrganisationalDomain::knowsPublicSuffixes()
{
    QTEST(isPublicSuffix(QString::fromLatin1(QTest::currentDataTag())), "expected");
}

QTEST_GUILESS_MAIN(tst_OrganisationalDomain)
#include "tst_OrganisationalDomain.moc"
