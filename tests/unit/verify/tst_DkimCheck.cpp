// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/DkimCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_DkimCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesTheSelectorsOfExchangeOnline_data();
    void judgesTheSelectorsOfExchangeOnline();
    void judgesOtherSelectors_data();
    void judgesOtherSelectors();
    void measuresKeys();
    void tellsWhetherTheTenantCanSign_data();
    void tellsWhetherTheTenantCanSign();
};

namespace {

using Status = DnsAnswer::Status;

// Made for this test; nobody has the private halves.
const QByteArray kKey768 = "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhALbMlK/0tU71rI5WpsiouRYw3q6IdYoYvPxRePjvan3osUM++HONM20h5D"
                           "a0pof0cRNW5LAv1KiLAgPo7DqVvEfqywgkM1JSRPns94evWGxfVuyHSG2c8H6NhFXJ0JI10wIDAQAB";
const QByteArray kKey1024 = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCr5Utyk/QYo3wXGngWi3ROjuaHnxxglTrhrujT4rKMzPCW2naX7N"
                            "N9Tzg6Z+u5gvkY7Ppx9VTgW5bX78gS41fpCkolVE8AEUmnrjICoWfEZdOX1U+tlvv/ZraoqwwiBGc7vExGH64F4Lna"
                            "RDoJd2B7owQ+dTR1F+HAxmv4fJ/KlQIDAQAB";
const QByteArray kKey2048 = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzPbVAlA0HGmkC9Z9D4AMjVg+3aTpFTxFAf9sxVOdZa01fA"
                            "yYC9tKmWSJQw502DBDIZmddRsDeZM3EDzQOXDcix2eHqDXmJSBQqrgKUIGe6g1T2+u1lH2r/ntdtGWu46PxXNs5ieF"
                            "DCpZz3NACPTwa0VOduUt7/j+rQhEfRzb62pHnvarCncEGYIqA7skMnJcGVwWSzFjd3y+QRdkuR7nGnetkfXDwZjRYk"
                            "jftT6q431rgeyYnxHYB+GomIAY3qH8KGiQeiFnD9zgR9PG3yvPnUFcd03QlfaTIg+JJVvVeTYEUJ3mnYzsfpEtGDec"
                            "rnBT7IVCWChzj2CZ0ba/54K22wIDAQAB";
const QString kOldTarget = u"selector1-contoso-com._domainkey.contoso.onmicrosoft.com"_s;
const QString kNewTarget = u"selector1-contoso-com._domainkey.contoso.n-v1.dkim.mail.microsoft"_s;

DomainExpectation contoso()
{
    DomainExpectation expected;
    expected.domain = u"contoso.com"_s;
    expected.dkimSelectors = {u"selector1"_s, u"selector2"_s};
    expected.dkimTargets = {u"onmicrosoft.com"_s, u"dkim.mail.microsoft"_s};
    return expected;
}

DnsAnswer alias(const QString &target)
{
    return target.isEmpty() ? DnsAnswer{.status = Status::NoName}
                            : DnsAnswer{.status = Status::Found, .names = {target}};
}

DnsAnswer key(const QByteArray &record)
{
    if (record == "timeout")
        return {.status = Status::TimedOut, .detail = u"No answer."_s};
    return record.isEmpty() ? DnsAnswer{.status = Status::NoName}
                            : DnsAnswer{.status = Status::Found, .texts = record.split('|')};
}

void checkWords(const Finding &finding)
{
    QVERIFY(!finding.seen.isEmpty() && !finding.why.isEmpty());
    QCOMPARE(finding.evidence.size(), 2u);
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    for (const QString &text : {finding.seen, finding.why, finding.todo})
        QVERIFY2(!text.contains(u"%1") && !text.contains(u"%2"), qPrintable(text));
}

} // namespace

void tst_DkimCheck::judgesTheSelectorsOfExchangeOnline_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const QString &target, const QByteArray &record, const char *verdict,
                        const char *says) {
        QTest::newRow(tag) << target << record << QString::fromLatin1(verdict) << QString::fromLatin1(says);
    };
    const QByteArray good = "v=DKIM1; k=rsa; p=" + kKey2048;
    row("old target", kOldTarget, good, "good", "");
    row("new target", kNewTarget, good, "good", "");
    row("1024 bits", kOldTarget, "v=DKIM1; p=" + kKey1024, "attention", "2048");
    row("768 bits", kOldTarget, "v=DKIM1; p=" + kKey768, "wrong", "too short");
    row("test flag", kOldTarget, "v=DKIM1; t=y; p=" + kKey2048, "attention", "t=y");
    row("not for mail", kOldTarget, "v=DKIM1; s=tlsrpt; p=" + kKey2048, "wrong", "not for mail");
    row("SHA-1 only", kOldTarget, "v=DKIM1; h=sha1; p=" + kKey2048, "wrong", "SHA-1");
    row("a short test key", kOldTarget, "v=DKIM1; t=y; p=" + kKey1024, "attention", "t=y");
    row("revoked", kOldTarget, "v=DKIM1; p=", "wrong", "revoked");
    row("no key", kOldTarget, "v=DKIM1; p=AAAA", "wrong", "cannot be read");
    row("a fault", kOldTarget, "v=DKIM1; p=%%%", "wrong", "at character");
    row("two keys", kOldTarget, good + "|" + good, "wrong", "2 TXT records");
    row("not enabled", kOldTarget, {}, "attention", "Set-DkimSigningConfig");
    row("not published", {}, {}, "attention", "Get-DkimSigningConfig");
    row("a key of its own", {}, good, "wrong", "as a CNAME");
    row("elsewhere", u"key.provider.example"_s, good, "wrong", "no name of Microsoft 365");
    row("a look-alike", u"xdkim.mail.microsoft"_s, good, "wrong", "no name of Microsoft 365");
    row("no answer about the key", kOldTarget, "timeout", "could-not-tell", "network connection");
}

void tst_DkimCheck::judgesTheSelectorsOfExchangeOnline()
{
    QFETCH(QString, target);
    QFETCH(QByteArray, record);
    QFETCH(QString, says);
    const Finding finding = judgeExchangeSelector(contoso(), {u"selector1"_s, alias(target), key(record)});
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    checkWords(finding);
}

void tst_DkimCheck::judgesOtherSelectors_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("a key") << QString() << QByteArray("v=DKIM1; p=" + kKey2048) << u"good"_s;
    QTest::newRow("an alias") << u"key.provider.example"_s << QByteArray("p=" + kKey2048) << u"good"_s;
    QTest::newRow("ed25519") << QString()
                             << QByteArray("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
                             << u"good"_s;
    QTest::newRow("nothing") << QString() << QByteArray() << u"wrong"_s;
    QTest::newRow("an alias to nothing") << u"key.provider.example"_s << QByteArray() << u"wrong"_s;
    QTest::newRow("no answer") << QString() << QByteArray("timeout") << u"could-not-tell"_s;
}

void tst_DkimCheck::judgesOtherSelectors()
{
    QFETCH(QString, target);
    QFETCH(QByteArray, record);
    const Finding finding = judgeOtherSelector(u"contoso.com"_s, {u"mail"_s, alias(target), key(record)});
    QTEST(toString(finding.verdict), "verdict");
    checkWords(finding);
}

void tst_DkimCheck::measuresKeys()
{
    const auto bits = [](const QByteArray &text) { return keyBits(*parseDkimKey(QString::fromLatin1("p=" + text))); };
    QCOMPARE(bits(kKey768), 768);
    QCOMPARE(bits(kKey1024), 1024);
    QCOMPARE(bits(kKey2048), 2048);
    QCOMPARE(bits("AAAA"), 0);
    QCOMPARE(keyBits({.keyType = u"ed25519"_s, .key = QByteArray(31, 'x')}), 0);
    QCOMPARE(keyBits({.keyType = u"dsa"_s, .key = QByteArray(64, 'x')}), 0);
}

void tst_DkimCheck::tellsWhetherTheTenantCanSign_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("can"); // empty: could not be told
    const QByteArray good = "v=DKIM1; p=" + kKey2048;
    QTest::newRow("yes") << kNewTarget << good << u"yes"_s;
    QTest::newRow("revoked") << kNewTarget << QByteArray("p=") << u"no"_s;
    QTest::newRow("another's") << u"key.provider.example"_s << good << u"no"_s;
    QTest::newRow("no key") << kNewTarget << QByteArray() << u"no"_s;
    QTest::newRow("no answer") << kNewTarget << QByteArray("timeout") << QString();
}

void tst_DkimCheck::tellsWhetherTheTenantCanSign()
{
    QFETCH(QString, target);
    QFETCH(QByteArray, record);
    const auto can =
        canSign(contoso(), {{u"selector1"_s, alias({}), key({})}, {u"selector2"_s, alias(target), key(record)}});
    QTEST(!can ? QString() : *can ? u"yes"_s : u"no"_s, "can");
}

QTEST_GUILESS_MAIN(tst_DkimCheck)
#include "tst_DkimCheck.moc"
