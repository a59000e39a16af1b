// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DkimKey.h"

#include "tests/unit/mailauth/RecordMarks.h"

#include <QTest>

using namespace relaywright;

class tst_DkimKey : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheKeyOfRfc6376();
    void readsTheKeysOfRfc8463();
    void readsEveryTag();
    void takesWhatTheGrammarTakes_data();
    void takesWhatTheGrammarTakes();
    void knowsRevokedAndTestKeys();
    void pointsAtTheFault_data();
    void pointsAtTheFault();
    void makesTheName();
    void standsHostileInput();
};

namespace {

// RFC 6376 appendix C.
const char *const kRfc6376 = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"
                             "KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
                             "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v"
                             "/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi"
                             "tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

DkimKey parsed(const char *text)
{
    const auto key = parseDkimKey(QString::fromLatin1(text));
    return key ? *key : DkimKey{.keyType = key.error().sentence};
}

} // namespace

void tst_DkimKey::readsTheKeyOfRfc6376()
{
    const DkimKey key = parsed(kRfc6376);
    QCOMPARE(key.keyType, QStringLiteral("rsa"));
    QCOMPARE(key.key.size(), qsizetype(162)); // SubjectPublicKeyInfo of 1024 bits
    QVERIFY(key.key.startsWith(QByteArray::fromHex("30819f300d06092a864886f70d010101")));
    QVERIFY(!key.revoked() && !key.testing());
    QVERIFY(key.hashes.isEmpty() && key.services.isEmpty() && key.unknownTags.isEmpty());
}

void tst_DkimKey::readsTheKeysOfRfc8463()
{
    // RFC 8463 appendix A.2.
    const DkimKey ed25519 = parsed("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    QCOMPARE(ed25519.keyType, QStringLiteral("ed25519"));
    QCOMPARE(ed25519.key.toHex(), QByteArray("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    const DkimKey rsa = parsed("v=DKIM1; k=rsa; "
                               "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
                               "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/b"
                               "yYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKr"
                               "M3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K"
                               "4w3QIDAQAB");
    QCOMPARE(rsa.key.size(), qsizetype(162));
}

void tst_DkimKey::readsEveryTag()
{
    const DkimKey key = parsed("v=DKIM1; h=sha1 : SHA256; k=RSA; n=some notes; s=email:*; t=y:s; x=1; p=QUJD");
    QCOMPARE(key, (DkimKey{.keyType = QStringLiteral("rsa"),
                           .key = "ABC",
                           .hashes = {QStringLiteral("sha1"), QStringLiteral("sha256")},
                           .services = {QStringLiteral("email"), QStringLiteral("*")},
                           .flags = {QStringLiteral("y"), QStringLiteral("s")},
                           .unknownTags = {QStringLiteral("x=1")}}));
}

void tst_DkimKey::takesWhatTheGrammarTakes_data()
{
    QTest::addColumn<QByteArray>("key");
    const auto row = [](const char *text, const char *key) { QTest::newRow(text) << QByteArray(key); };
    row("p=QUJD", "ABC");
    row("p=QUJD;", "ABC");
    row(" v=DKIM1 ;p = QUJD ", "ABC");
    row("p=QU JD", "ABC");
    row("p=QU\r\n\tJD", "ABC");
    row("p=QUI=", "AB");
    row("p=QUI", "AB");
    row("p=QQ= =", "A");
    row("k=rsa;p=+/+/", "\xfb\xff\xbf");
}

void tst_DkimKey::takesWhatTheGrammarTakes()
{
    const DkimKey key = parsed(QTest::currentDataTag());
    QVERIFY2(key.keyType == QLatin1String("rsa"), qPrintable(key.keyType));
    QTEST(key.key, "key");
}

void tst_DkimKey::knowsRevokedAndTestKeys()
{
    QVERIFY(parsed("v=DKIM1; p=").revoked());
    QVERIFY(parsed("v=DKIM1; k=ed25519; p=;").revoked());
    QVERIFY(!parsed("p=QUJD").revoked());
    QVERIFY(parsed("v=DKIM1; t=s:y; p=QUJD").testing());
    QVERIFY(!parsed("v=DKIM1; t=s; p=QUJD").testing());
}

void tst_DkimKey::pointsAtTheFault_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *text, const char *marked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    row("nothing", "", "");
    row("no key", "v=DKIM1; k=rsa", "");
    row("key in upper case", "v=DKIM1; P=QUJD", "");
    row("version not first", "k=rsa; v=DKIM1; p=QUJD", "v=DKIM1");
    row("another version", "v=DKIM2; p=QUJD", "v=DKIM2");
    row("version in lower case", "v=dkim1; p=QUJD", "v=dkim1");
    row("an SPF record", "v=spf1 include:spf.example.com -all", "v=spf1 include:spf.example.com -all");
    row("a tag twice", "p=QUJD; k=rsa; p=REVG", "p=REVG");
    row("no tag", "v=DKIM1; p=QUJD; rubbish", "rubbish");
    row("quotes left in", "v=DKIM1; p=QUJD\" \"QUJD", "\"");
    row("no base64", "v=DKIM1; p=QU*D", "*");
    row("PEM", "v=DKIM1; p=-----BEGIN PUBLIC KEY-----", "-");
    row("padding within", "p=QQ==QQ==", "Q");
    row("too much padding", "p=QQ===", "=");
    row("wrong padding", "p=QUJD=", "QUJD=");
    row("cut off", "p=QUJDR", "QUJDR");
    row("ed25519 of another length", "k=ed25519; p=QUJD", "QUJD");
    row("a bracket of Unicode", "v=DKIM1; p=QU\xa0JD", "\xa0");
}

void tst_DkimKey::pointsAtTheFault()
{
    QFETCH(QString, text);
    const auto key = parseDkimKey(text);
    QVERIFY(!key);
    QVERIFY2(isSentence(key.error().sentence), qPrintable(key.error().sentence));
    QTEST(markedBy(key.error(), text), "marked");
}

void tst_DkimKey::makesTheName()
{
    QCOMPARE(dkimName(QStringLiteral("selector1"), QStringLiteral("contoso.com")),
             QStringLiteral("selector1._domainkey.contoso.com"));
}

void tst_DkimKey::standsHostileInput()
{
    QVERIFY(parseDkimKey(QStringLiteral("p=") + QString(65'000, u'A')));
    QVERIFY(!parseDkimKey(QStringLiteral("p=") + QString(100'000, u'A')));
    QVERIFY(!parseDkimKey(QStringLiteral("p=") + QString(60'000, u'=')));
    QVERIFY(!parseDkimKey(QStringLiteral("x=1;").repeated(16'000) + QStringLiteral("p=QUJD")));
    const auto flags = parseDkimKey(QStringLiteral("p=QUJD; t=") + QStringLiteral("y:").repeated(30'000));
    QVERIFY(flags && flags->testing());
}

QTEST_GUILESS_MAIN(tst_DkimKey)
#include "tst_DkimKey.moc"
