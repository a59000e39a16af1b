// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"

#include "core/site/SiteDocument.h"
#include "tests/support/TestSecrets.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The commands that read a document or a text and need no network: plan, artifacts, knowledge, diagnose, relay check.
class tst_Documents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void helpAndVersionAreNoMistakes();
    void wrongUsageEndsWithTwo_data();
    void wrongUsageEndsWithTwo();
    void planNamesAMethodForEachSender();
    void planGivesOneJsonDocument();
    void badDocumentsEndWithThree_data();
    void badDocumentsEndWithThree();
    void artifactsAreSavedAsFiles();
    void artifactsCanBeNarrowedToOneKind();
    void aFolderThatCannotBeMadeEndsWithFour();
    void knowledgeShowsSourceAndDate();
    void aFolderOfOwnFactsChangesThePlan();
    void diagnoseKnowsTheFamousRefusal();
    void diagnoseSaysWhenItDoesNotKnow();
    void aTextWithoutACodeCannotBeDiagnosed();
    void importMakesASiteAndNamesBadLines();
    void importAddsToASiteWithTheColumnsThatAreNamed();
    void anInventoryThatCannotBeReadEndsWithThree_data();
    void anInventoryThatCannotBeReadEndsWithThree();
    void relayCheckAcceptsWhatArtifactsMade();
    void relayCheckRefusesAnOpenRelay();
    void relayCheckSaysWhoMayDoWhat();
    void relayCheckSaysHowTheMailGoesOn();
    void relayCheckRefusesAHashThatIsNone();
    void relayPasswordPrintsAHashAndNeverThePassword();

private:
    QString write(const QString &name, const QByteArray &content);
    QTemporaryDir m_folder;
    QString m_site;
};

void tst_Documents::initTestCase()
{
    Site site;
    site.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    site.organisation.rejectDirectSend = YesNo::No;
    Network office;
    office.id = QStringLiteral("office");
    office.egress = {*IpNetwork::parse(QStringLiteral("192.0.2.10"))};
    office.staticEgress = YesNo::Yes;
    office.sharedEgress = YesNo::No;
    office.port25Open = YesNo::Yes;
    office.port587Open = YesNo::Yes;
    office.lan = {*IpNetwork::parse(QStringLiteral("10.0.0.0/24"))};
    site.networks = {office};
    Sender scanner;
    scanner.id = QStringLiteral("scanner");
    scanner.name = QStringLiteral("Scanner");
    scanner.kind = SenderKind::Scanner;
    scanner.hosting = Hosting::OwnLan;
    scanner.from = *EmailAddress::parse(QStringLiteral("scanner@contoso.com"));
    scanner.signInAs = scanner.from;
    scanner.reach = Reach::Both;
    scanner.tls = TlsAbility::Tls10;
    scanner.startTls = YesNo::Yes;
    scanner.signIn = SignInAbility::Basic;
    site.senders = {scanner};
    Sender printer = scanner;
    printer.id = QStringLiteral("printer");
    printer.name = QStringLiteral("Old printer");
    printer.tls = TlsAbility::None;
    printer.signIn = SignInAbility::None;
    site.senders.push_back(printer);
    m_site = write(QStringLiteral("contoso.relaywright"), toJson(site));
}

QString tst_Documents::write(const QString &name, const QByteArray &content)
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write a test file");
    return file.fileName();
}

void tst_Documents::helpAndVersionAreNoMistakes()
{
    QCOMPARE_EQ(runCli({QStringLiteral("--help")}).exitCode, 0);
    const CliRun version = runCli({QStringLiteral("--version")});
    QCOMPARE_EQ(version.exitCode, 0);
    QCOMPARE_EQ(version.out.trimmed(), QByteArray(RELAYWRIGHT_VERSION));
}

void tst_Documents::wrongUsageEndsWithTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no command") << QStringList{};
    QTest::newRow("unknown command") << QStringList{QStringLiteral("dance")};
    QTest::newRow("missing argument") << QStringList{QStringLiteral("plan")};
    QTest::newRow("unknown option") << QStringList{QStringLiteral("plan"), QStringLiteral("x"),
                                                   QStringLiteral("--fast")};
    QTest::newRow("password on the command line")
        << QStringList{QStringLiteral("send"), QStringLiteral("--password"), QStringLiteral("hunter2")};
}

void tst_Documents::wrongUsageEndsWithTwo()
{
    QFETCH(QStringList, arguments);
    const CliRun run = runCli(arguments);
    QCOMPARE_EQ(run.exitCode, 2);
    QVERIFY(run.out.isEmpty());
    QVERIFY(!run.err.isEmpty());
}

void tst_Documents::planNamesAMethodForEachSender()
{
    const CliRun run =
        runCli({QStringLiteral("plan"), m_site, QStringLiteral("--today"), QStringLiteral("2026-11-22")});
    QCOMPARE_EQ(run.exitCode, 0);
    QVERIFY2(run.out.contains("Scanner: "), run.out.constData());
    QVERIFY2(run.out.contains("Old printer: "), run.out.constData());
    QVERIFY(run.err.isEmpty());
}

void tst_Documents::planGivesOneJsonDocument()
{
    const CliRun run = runCli({QStringLiteral("--json"), QStringLiteral("plan"), m_site});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.plan/1"));
    QCOMPARE_EQ(run.json().value(QLatin1String("senders")).toArray().size(), 2);
    // The option stands just as well behind the command.
    QCOMPARE_EQ(runCli({QStringLiteral("plan"), m_site, QStringLiteral("--json")}).out, run.out);
}

void tst_Documents::badDocumentsEndWithThree_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no JSON") << QByteArray("hello") << QByteArray("not valid JSON");
    QTest::newRow("not an object") << QByteArray("[]") << QByteArray("object");
    QTest::newRow("newer") << QByteArray(R"({"schema":"relaywright.site/2"})") << QByteArray("newer");
    QTest::newRow("something else") << QByteArray(R"({"schema":"relaywright.relay/1"})") << QByteArray("schema");
    QTest::newRow("unknown member") << QByteArray(R"({"schema":"relaywright.site/1","organisation":{},"colour":1})")
                                    << QByteArray("colour");
}

void tst_Documents::badDocumentsEndWithThree()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    const CliRun run = runCli({QStringLiteral("plan"), write(QStringLiteral("bad.relaywright"), content)});
    QCOMPARE_EQ(run.exitCode, 3);
    QVERIFY(run.out.isEmpty());
    QVERIFY2(run.err.contains(says), run.err.constData());
    QCOMPARE_EQ(runCli({QStringLiteral("plan"), m_folder.filePath(QStringLiteral("missing"))}).exitCode, 3);
}

void tst_Documents::artifactsAreSavedAsFiles()
{
    const QString out = m_folder.filePath(QStringLiteral("out"));
    const CliRun run = runCli({QStringLiteral("artifacts"), m_site, QStringLiteral("--out"), out});
    QCOMPARE_EQ(run.exitCode, 0);
    const QStringList files = QDir(out).entryList(QDir::Files);
    QVERIFY2(files.size() >= 4, qPrintable(files.join(u' ')));
    QVERIFY(!QDir(out).entryList({QStringLiteral("*.zone")}).isEmpty());
    QVERIFY(!QDir(out).entryList({QStringLiteral("*.ps1")}).isEmpty());
    QVERIFY(!QDir(out).entryList({QStringLiteral("*.html")}).isEmpty());
}

void tst_Documents::artifactsCanBeNarrowedToOneKind()
{
    const CliRun run = runCli({QStringLiteral("artifacts"), m_site, QStringLiteral("--only"),
                               QStringLiteral("spf-record"), QStringLiteral("--json")});
    QCOMPARE_EQ(run.exitCode, 0);
    const QJsonArray artifacts = run.json().value(QLatin1String("artifacts")).toArray();
    QCOMPARE_EQ(artifacts.size(), 1);
    QVERIFY(artifacts.first().toObject().value(QLatin1String("text")).toString().contains(QLatin1String("v=spf1")));
    QCOMPARE_EQ(
        runCli({QStringLiteral("artifacts"), m_site, QStringLiteral("--only"), QStringLiteral("poem")}).exitCode, 1);
}

void tst_Documents::aFolderThatCannotBeMadeEndsWithFour()
{
    const CliRun run =
        runCli({QStringLiteral("artifacts"), m_site, QStringLiteral("--out"), m_site + QStringLiteral("/below")});
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY(run.err.contains("cannot be made"));
}

void tst_Documents::knowledgeShowsSourceAndDate()
{
    const CliRun all = runCli({QStringLiteral("knowledge"), QStringLiteral("--json")});
    QCOMPARE_EQ(all.exitCode, 0);
    const QJsonArray facts = all.json().value(QLatin1String("facts")).toArray();
    QVERIFY(facts.size() > 20);
    for (const auto &fact : facts) {
        QVERIFY(!fact[QLatin1String("asOf")].toString().isEmpty());
        QVERIFY(!fact[QLatin1String("source")][QLatin1String("title")].toString().isEmpty());
    }
    const QString id = facts.first()[QLatin1String("id")].toString();
    QVERIFY(runCli({QStringLiteral("knowledge"), id}).out.startsWith(id.toUtf8()));
    QCOMPARE_EQ(runCli({QStringLiteral("knowledge"), QStringLiteral("phase-of-the-moon")}).exitCode, 1);
}

void tst_Documents::aFolderOfOwnFactsChangesThePlan()
{
    const QString folder = m_folder.filePath(QStringLiteral("facts"));
    QVERIFY(QDir().mkpath(folder));
    write(QStringLiteral("facts/ours.json"), R"({"schema": "relaywright.knowledge/1",
        "sources": [{"key": "MC", "title": "Message Center of our tenant"}],
        "facts": [{"id": "smtp-auth.basic.off-by-default", "statement": "Moved once more.", "value": "2027-03-31",
                   "unit": "date", "source": "MC", "asOf": "2026-12-15", "confidence": "documented"}]})");
    const QStringList fact{QStringLiteral("knowledge"), QStringLiteral("smtp-auth.basic.off-by-default")};
    const CliRun own = runCli(QStringList{QStringLiteral("--knowledge"), folder} + fact);
    QCOMPARE_EQ(own.exitCode, 0);
    QVERIFY2(own.out.contains("2027-03-31") && own.out.contains("ours.json"), own.out);
    QVERIFY(runCli(fact).out.contains("2026-12-31"));
    write(QStringLiteral("facts/ours.json"), "{");
    const CliRun torn = runCli(QStringList{QStringLiteral("--knowledge"), folder} + fact);
    QCOMPARE_EQ(torn.exitCode, 3);
    QVERIFY2(torn.err.contains("ours.json"), torn.err);
    QCOMPARE_EQ(runCli(QStringList{QStringLiteral("--knowledge"), folder + QStringLiteral("/none")} + fact).exitCode, 3);
}

void tst_Documents::diagnoseKnowsTheFamousRefusal()
{
    const CliRun run =
        runCli({QStringLiteral("diagnose"), QStringLiteral("--stage"), QStringLiteral("data"), QStringLiteral("--json"),
                QStringLiteral("550 5.7.60 SMTP; Client does not have permissions to send as this sender")});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.diagnosis/1"));
    QVERIFY(!run.json().value(QLatin1String("remedies")).toArray().isEmpty());
}

void tst_Documents::diagnoseSaysWhenItDoesNotKnow()
{
    const CliRun run = runCli({QStringLiteral("diagnose"), QStringLiteral("451 4.9.99 the hamster is tired")});
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY(run.out.contains("hamster"));
}

void tst_Documents::aTextWithoutACodeCannotBeDiagnosed()
{
    QCOMPARE_EQ(runCli({QStringLiteral("diagnose"), QStringLiteral("it is broken")}).exitCode, 3);
    QCOMPARE_EQ(runCli({QStringLiteral("diagnose"), QStringLiteral("--stage"), QStringLiteral("moon"),
                        QStringLiteral("550 no")})
                    .exitCode,
                3);
}

void tst_Documents::importMakesASiteAndNamesBadLines()
{
    const QString csv = write(QStringLiteral("inventar.csv"), "Ger\xE4t;Absender;TLS\r\nScanner;scan@contoso.com;1.2\r\n"
                                                              "Drucker;drucker;1.0\r\n");
    const QString out = m_folder.filePath(QStringLiteral("imported.relaywright"));
    const CliRun run = runCli({QStringLiteral("--json"), QStringLiteral("import"), csv, QStringLiteral("--out"), out});
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY2(run.err.startsWith("line 3: left out: Sends as: "), run.err.constData());
    QCOMPARE_EQ(run.json().value(u"schema").toString(), QStringLiteral("relaywright.import/1"));
    QCOMPARE_EQ(run.json().value(u"imported").toArray(), (QJsonArray{QStringLiteral("scanner")}));
    QCOMPARE_EQ(run.json().value(u"badLines").toArray().first().toObject().value(u"line").toInt(), 3);
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto site = parseSite(file.readAll());
    QVERIFY(site);
    QCOMPARE_EQ(site->senders.size(), 1u);
    QCOMPARE_EQ(site->senders.front().tls, TlsAbility::Tls12);
    QCOMPARE_EQ(site->networks.size(), 1u);
}

void tst_Documents::importAddsToASiteWithTheColumnsThatAreNamed()
{
    const QString csv = write(QStringLiteral("odd.csv"), "What,Who\nFax,fax@contoso.com\nScanner,scanner2@contoso.com\n");
    const QString out = m_folder.filePath(QStringLiteral("more.relaywright"));
    const QStringList import{QStringLiteral("import"), csv, QStringLiteral("--into"), m_site, QStringLiteral("--out"), out};
    const CliRun unmapped = runCli(import);
    QCOMPARE_EQ(unmapped.exitCode, 3);
    QVERIFY(unmapped.err.contains("name"));
    QVERIFY(!QFile::exists(out));
    const CliRun run = runCli(import + QStringList{QStringLiteral("--map"), QStringLiteral("What=name"),
                                                   QStringLiteral("--map"), QStringLiteral("2=from")});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.out.startsWith("2 of 2 lines imported, 0 left out"), run.out.constData());
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto site = parseSite(file.readAll());
    QVERIFY(site);
    QCOMPARE_EQ(site->senders.back().id, QStringLiteral("scanner-2"));
    QCOMPARE_EQ(site->organisation.acceptedDomains.size(), 1u);
}

void tst_Documents::anInventoryThatCannotBeReadEndsWithThree_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("map");
    QTest::newRow("nothing in it") << QByteArray("\r\n") << QStringLiteral("Name=name");
    QTest::newRow("an Excel workbook") << QByteArray("PK\x03\x04") << QStringLiteral("Name=name");
    QTest::newRow("a fact that there is not") << QByteArray("Name\nA\n") << QStringLiteral("Name=nickname");
    QTest::newRow("a column that there is not") << QByteArray("Name\nA\n") << QStringLiteral("Label=name");
    QTest::newRow("no line is good") << QByteArray("Name,From\n,a@contoso.com\n") << QStringLiteral("Name=name");
}

void tst_Documents::anInventoryThatCannotBeReadEndsWithThree()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, map);
    const QString csv = write(QStringLiteral("bad.csv"), content);
    const QString out = m_folder.filePath(QStringLiteral("never.relaywright"));
    const CliRun run = runCli({QStringLiteral("import"), csv, QStringLiteral("--map"), map, QStringLiteral("--out"), out});
    QCOMPARE_EQ(run.exitCode, 3);
    QVERIFY(!run.err.isEmpty());
    QVERIFY(!QFile::exists(out));
}

void tst_Documents::relayCheckAcceptsWhatArtifactsMade()
{
    const CliRun made = runCli({QStringLiteral("artifacts"), m_site, QStringLiteral("--only"),
                                QStringLiteral("relay-config"), QStringLiteral("--json")});
    const QJsonArray artifacts = made.json().value(QLatin1String("artifacts")).toArray();
    QCOMPARE_EQ(artifacts.size(), 1);
    const QString config =
        write(QStringLiteral("relay.json"), artifacts.first()[QLatin1String("text")].toString().toUtf8());
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("check"), config});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY(run.out.contains("10.0.0.0/24"));
}

void tst_Documents::relayCheckRefusesAnOpenRelay()
{
    const QString config = write(QStringLiteral("open.json"), R"({"schema":"relaywright.relay/1",
        "listeners":[{"listen":"0.0.0.0:25","networks":["0.0.0.0/0"]}],"upstream":{"server":"192.0.2.1:25","tls":"none"}})");
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("check"), config});
    QCOMPARE_EQ(run.exitCode, 3);
    QVERIFY2(run.err.contains("$.listeners[0]"), run.err.constData());
}

void tst_Documents::relayCheckSaysHowTheMailGoesOn()
{
    const QByteArray tokens = R"("user":"a@contoso.com","oauth":{"tenant":"contoso.com",
        "application":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","secret":"env:SECRET"})";
    const std::pair<QByteArray, const char *> ways[] = {
        {R"("graph":{},)" + tokens,
         "Hands it to Microsoft Graph at graph.microsoft.com:443, as a@contoso.com with access tokens.\n"},
        {R"("server":"smtp.office365.com:587",)" + tokens,
         "Hands it to smtp.office365.com:587, TLS starttls, signed in as a@contoso.com with access tokens.\n"},
        {R"("server":"192.0.2.1:25","tls":"none")", "Hands it to 192.0.2.1:25, TLS none, without sign-in.\n"}};
    for (const auto &[upstream, sentence] : ways) {
        const QString config = write(QStringLiteral("way.json"), R"({"schema":"relaywright.relay/1",
            "listeners":[{"networks":["127.0.0.1"]}],"upstream":{)" + upstream
                                                                     + "}}");
        const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("check"), config});
        QVERIFY2(run.out.contains(sentence), (run.out + run.err).constData());
    }
}

void tst_Documents::relayCheckSaysWhoMayDoWhat()
{
    const QString config = write(QStringLiteral("table.json"), R"({"schema":"relaywright.relay/1",
        "listeners":[{"listen":"192.0.2.2:25","networks":["192.0.2.0/24"],"minimumTls":"1.3","requireTls":true,"bareNewlines":"refuse"}],
        "internalDomains":["contoso.com"],"refuseStrangers":true,
        "devices":[{"name":"hall","networks":["192.0.2.7"],"senders":["scan@contoso.com"],"internalOnly":true,"maxMessagesPerMinute":1,
                    "maxMessagesPerDay":50,"repairs":["date"],"sendAs":"relay@contoso.com"}],
        "upstream":{"server":"192.0.2.1:25","tls":"none"}})");
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("check"), config});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    for (const char *sentence :
         {"Takes mail on 192.0.2.2:25 from 192.0.2.0/24.\n",
          "    Mail is taken after STARTTLS only, TLS 1.3 or newer, with a certificate of the relay's own.\n",
          "    Nobody signs in.\n", "    A message with a bare CR or LF is refused.\n",
          "\"hall\" is for devices in 192.0.2.7.\n", "    It may send as scan@contoso.com.\n",
          "    Only to recipients in contoso.com.\n",
          "    Of each device at most 1 message a minute, 50 messages a day.\n",
          "    A message without a date gets the time at which the relay took it. The date is that of the relay:",
          "    Its mail goes out as relay@contoso.com; replies go to the original sender.\n",
          "\nAll others are refused.\n", "The configuration is valid.\n"})
        QVERIFY2(run.out.contains(sentence), run.out.constData());
    const CliRun asJson = runCli({QStringLiteral("--json"), QStringLiteral("relay"), QStringLiteral("check"), config});
    const QJsonObject json = asJson.json();
    QCOMPARE_EQ(json[u"schema"].toString(), QStringLiteral("relaywright.relay-check/1"));
    QCOMPARE_EQ(json[u"listeners"].toArray().size(), 1);
    QCOMPARE_EQ(json[u"devices"].toArray().size(), 2);
    QCOMPARE_EQ(json[u"devices"][0][u"device"].toString(), QStringLiteral("hall"));
    QVERIFY(json[u"devices"][0][u"sentences"].toArray().size() > 4);
}

void tst_Documents::relayCheckRefusesAHashThatIsNone()
{
    const QString config = write(QStringLiteral("hash.json"), R"({"schema":"relaywright.relay/1",
        "listeners":[{"listen":"127.0.0.1:2525","networks":["127.0.0.1"],"signIn":"optional"}],
        "accounts":[{"user":"erp","passwordHash":"scrypt$not$a$hash"}],"upstream":{"server":"192.0.2.1:25","tls":"none"}})");
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("check"), config});
    QCOMPARE_EQ(run.exitCode, 3);
    QVERIFY2(run.err.contains("erp") && run.err.contains("relay password"), run.err.constData());
    QVERIFY(!run.err.contains("scrypt$not"));
}

void tst_Documents::relayPasswordPrintsAHashAndNeverThePassword()
{
    const QString password = newPassword();
    const QString file = write(QStringLiteral("given-by-the-test-password"), password.toUtf8() + '\n');
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("password"), QStringLiteral("--password-from"),
                               QStringLiteral("file:") + file});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY(run.out.startsWith("scrypt$") && run.out.count('\n') == 1);
    QVERIFY(!(run.out + run.err).contains(password.toUtf8()));
    const CliRun asJson = runCli({QStringLiteral("--json"), QStringLiteral("relay"), QStringLiteral("password"),
                                  QStringLiteral("--password-from"), QStringLiteral("file:") + file});
    QCOMPARE_EQ(asJson.json()[u"schema"].toString(), QStringLiteral("relaywright.relay-password/1"));
    QVERIFY(asJson.json()[u"passwordHash"].toString() != QString::fromUtf8(run.out).trimmed()); // another salt
    const CliRun missing = runCli({QStringLiteral("relay"), QStringLiteral("password"),
                                   QStringLiteral("--password-from"), QStringLiteral("env:RW_NO_SUCH_PASSWORD")});
    QCOMPARE_EQ(missing.exitCode, 1);
    QVERIFY(missing.out.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Documents)
#include "tst_Documents.moc"
