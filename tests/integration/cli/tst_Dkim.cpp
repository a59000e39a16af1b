// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"

#include "core/mailauth/DkimKey.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;

/// `relaywright-cli dkim`: a key for the relay, and what it signs.
class tst_Dkim : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesAKeyAndTellsItsRecord_data();
    void makesAKeyAndTellsItsRecord();
    void keepsAKeyInTheKeychain();
    void neverOverwritesAKeyUnasked();
    void signsAMessage();
    void refusesBadInput_data();
    void refusesBadInput();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    CliRun keygen(const QString &keyTo, const QStringList &more = {})
    {
        return runCli(QStringList{u"--json"_s, u"dkim"_s, u"keygen"_s, u"--domain"_s, u"contoso.com"_s, u"--selector"_s,
                                  u"relay1"_s, u"--key-to"_s, keyTo}
                      + more);
    }
    QTemporaryDir m_folder;
};

void tst_Dkim::makesAKeyAndTellsItsRecord_data()
{
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<QString>("keyType");
    QTest::newRow("RSA") << u"rsa"_s << u"rsa"_s;
    QTest::newRow("Ed25519") << u"ed25519"_s << u"ed25519"_s;
}

void tst_Dkim::makesAKeyAndTellsItsRecord()
{
    QFETCH(QString, algorithm);
    QFETCH(QString, keyType);
    const QString file = path(algorithm + u".pem"_s);
    const CliRun run = keygen(u"file:"_s + file, {u"--algorithm"_s, algorithm});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonObject json = run.json();
    QCOMPARE(json.value("schema"_L1).toString(), u"relaywright.dkim-key/1"_s);
    QCOMPARE(json.value("name"_L1).toString(), u"relay1._domainkey.contoso.com"_s);
    const auto record = parseDkimKey(json.value("value"_L1).toString());
    QVERIFY(record);
    QCOMPARE(record->keyType, keyType);
    QCOMPARE(record->key.size(), keyType == u"rsa"_s ? 294 : 32); // SubjectPublicKeyInfo of 2048 bits
    const QString zone = json.value("zoneLine"_L1).toString();
    QVERIFY2(zone.startsWith(u"relay1._domainkey.contoso.com. 3600 IN TXT ( \"v=DKIM1;"_s), qPrintable(zone));
    QFile key(file);
    QVERIFY(key.open(QIODevice::ReadOnly));
    QVERIFY(key.readAll().startsWith("-----BEGIN PRIVATE KEY-----\n"));
    QVERIFY(!(QFileInfo(file).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    QVERIFY2(!run.out.contains("PRIVATE"), run.out.constData());
}

void tst_Dkim::keepsAKeyInTheKeychain()
{
    const CliRun made = keygen(u"keychain:tst-dkim"_s, {u"--algorithm"_s, u"ed25519"_s, u"--replace"_s});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    const CliRun again = keygen(u"keychain:tst-dkim"_s);
    QCOMPARE(again.exitCode, 3);
    QVERIFY2(again.err.contains("There is something in keychain:tst-dkim already"), again.err.constData());
    QFile message(path(u"m.eml"_s));
    QVERIFY(message.open(QIODevice::WriteOnly));
    message.write("From: a@contoso.com\r\n\r\nx\r\n");
    message.close();
    const CliRun run = runCli({u"dkim"_s, u"sign"_s, u"--domain"_s, u"contoso.com"_s, u"--selector"_s, u"relay1"_s,
                               u"--key"_s, u"keychain:tst-dkim"_s, message.fileName()});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.out.contains("a=ed25519-sha256"), run.out.constData());
    QCOMPARE(runCli({u"credentials"_s, u"delete"_s, u"tst-dkim"_s}).exitCode, 0);
}

void tst_Dkim::neverOverwritesAKeyUnasked()
{
    const QString ref = u"file:"_s + path(u"kept.pem"_s);
    const CliRun first = keygen(ref);
    QCOMPARE(first.exitCode, 0);
    const CliRun second = keygen(ref);
    QCOMPARE(second.exitCode, 3);
    const CliRun third = keygen(ref, {u"--replace"_s});
    QCOMPARE(third.exitCode, 0);
    QVERIFY(third.json().value("value"_L1) != first.json().value("value"_L1));
}

void tst_Dkim::signsAMessage()
{
    const QString ref = u"file:"_s + path(u"sign.pem"_s);
    QCOMPARE(keygen(ref).exitCode, 0);
    QFile message(path(u"signed.eml"_s));
    QVERIFY(message.open(QIODevice::WriteOnly));
    message.write("From: a@contoso.com\nSubject: s\n\nbody\n");
    message.close();
    const QStringList command{u"--json"_s, u"dkim"_s, u"sign"_s,          u"--selector"_s, u"relay1"_s,
                              u"--key"_s,  ref,       message.fileName(), u"--domain"_s};
    const CliRun run = runCli(command + QStringList{u"contoso.com"_s});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QString field = run.json().value("field"_L1).toString();
    QVERIFY2(field.startsWith(u"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;"_s), qPrintable(field));
    const CliRun other = runCli(command + QStringList{u"example.com"_s});
    QCOMPARE(other.exitCode, 1);
    QVERIFY2(other.err.contains("its From: address is not of example.com"), other.err.constData());
}

void tst_Dkim::refusesBadInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    const auto row = [](const char *tag, const char *domain, const char *selector, const QString &key, int exitCode) {
        QTest::newRow(tag) << QStringList{u"dkim"_s,       u"keygen"_s,
                                          u"--domain"_s,   QString::fromLatin1(domain),
                                          u"--selector"_s, QString::fromLatin1(selector),
                                          u"--key-to"_s,   key}
                           << exitCode;
    };
    row("no domain", "contoso", "relay1", u"file:/dev/null/x"_s, 3);
    row("selector with a line break", "contoso.com", "a\nb", u"file:/dev/null/x"_s, 3);
    row("a place where nothing can be kept", "contoso.com", "relay1", u"stdin"_s, 3);
    row("no place", "contoso.com", "relay1", u"somewhere"_s, 3);
    row("a folder that cannot be", "contoso.com", "relay1", u"file:/dev/null/x"_s, 4);
}

void tst_Dkim::refusesBadInput()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    const CliRun run = runCli(arguments);
    QCOMPARE(run.exitCode, exitCode);
    QVERIFY(!run.err.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Dkim)
#include "tst_Dkim.moc"
