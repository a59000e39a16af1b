// SPDX-License-Identifier: GPL-3.0-or-later
#include "Cli.h"

#include "tests/support/TestSecrets.h"

#include <QDateTime>
#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace relaywright::test;

/// `relaywright-cli oauth setup`, `oauth prove` and `send --graph`, at the services of `rehearse`.
class tst_Proof : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void theScriptsKnowTheApplication();
    void anAccountSignsIn();
    void graphSendsAMessage();
    void aTestGoesThroughGraph();
    void aTestThroughGraphIsKeptAndRunAgain();
    void whatGraphRefusesIsKept();
    void aLargeTestGoesAsADraft();
    void whatGraphRefusesIsSaid();
    void whatIsOfSmtpDoesNotGoWithGraph_data();
    void whatIsOfSmtpDoesNotGoWithGraph();
    void whatHasNotSpreadYetIsTold();
    void waitingEndsOnRequest();
    void aRefusalIsExplained();
    void wrongOptionsGetASentence_data();
    void wrongOptionsGetASentence();

private:
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] QStringList prove(const QStringList &more,
                                    const QString &account = QStringLiteral("scanner@contoso.com"),
                                    bool json = true) const;
    [[nodiscard]] CliRun run(const QStringList &arguments) const;
    [[nodiscard]] CliRun send(const char *more) const;
    [[nodiscard]] QString valueOf(const char *name);
    [[nodiscard]] CliRun login(const QString &name, const QStringList &more);

    QTemporaryDir m_home;
    std::unique_ptr<RunningCli> m_practice;
    QString m_smtp, m_graph;
    QStringList m_service; ///< options of `oauth login`
};

QProcessEnvironment tst_Proof::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("no_proxy"), QStringLiteral("127.0.0.1"));
    environment.insert(QStringLiteral("CLIENT_SECRET"), QString::fromLatin1(kPasswordMark));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home.path());
    return environment;
}

QString tst_Proof::valueOf(const char *name)
{
    const QByteArray start = QByteArray(name) + ": ";
    const QByteArray line = m_practice->waitForLine(start);
    return QString::fromLatin1(line.mid(line.indexOf(start) + start.size()).split(' ').value(0));
}

CliRun tst_Proof::run(const QStringList &arguments) const
{
    const CliRun done = runCli(arguments, {}, environment());
    for (const QByteArray &text : {done.out, done.err}) {
        if (text.contains(kPasswordMark) || text.contains("eyJ"))
            qFatal("a secret was shown: %s", text.constData());
    }
    return done;
}

CliRun tst_Proof::login(const QString &name, const QStringList &more)
{
    return run(words("oauth login --secret-from env:CLIENT_SECRET") + QStringList{name} + m_service + more);
}

void tst_Proof::initTestCase()
{
    m_practice = std::make_unique<RunningCli>(words("rehearse --sign-in 127.0.0.1:0 --graph 127.0.0.1:0 --web-plain "
                                                    "--application-secret-from env:CLIENT_SECRET "
                                                    "--ca-out")
                                                  + QStringList{m_home.filePath(QStringLiteral("ca.pem"))},
                                              environment());
    m_smtp = valueOf("listening");
    m_service = {QStringLiteral("--service"),     valueOf("sign-in"),    QStringLiteral("--tenant"), valueOf("tenant"),
                 QStringLiteral("--application"), valueOf("application")};
    m_graph = valueOf("graph");
    QVERIFY2(!m_graph.isEmpty(), m_practice->err().constData());
    for (const char *name : {"scanner@contoso.com", "the scanner"}) {
        const CliRun done = login(QString::fromLatin1(name), {});
        QVERIFY2(done.exitCode == 0, done.out + done.err);
    }
    const CliRun done = login(QStringLiteral("by graph"), words("--method graph"));
    QVERIFY2(done.exitCode == 0, done.out + done.err);
}

void tst_Proof::cleanupTestCase()
{
    QCOMPARE(m_practice->endPolitely(), 0);
}

QStringList tst_Proof::prove(const QStringList &more, const QString &account, bool json) const
{
    return words(json ? "--json oauth prove" : "oauth prove") + QStringList{account} + more
           + QStringList{QStringLiteral("--ca-file"), m_home.filePath(QStringLiteral("ca.pem"))};
}

void tst_Proof::theScriptsKnowTheApplication()
{
    const QString folder = m_home.filePath(QStringLiteral("scripts"));
    const QString object = QStringLiteral("7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001");
    const CliRun made = run(words("--json oauth setup scanner@contoso.com --object-id")
                            + QStringList{object, QStringLiteral("--out"), folder});
    QVERIFY2(made.exitCode == 0, made.out + made.err);
    QCOMPARE(QDir(folder).entryList(QDir::Files),
             (QStringList{QStringLiteral("application-access-classic.ps1"), QStringLiteral("application-access.ps1"),
                          QStringLiteral("smtp-auth.ps1")})); // the application is there already
    QStringList calls;
    for (const QJsonValue &script : made.json()[u"artifacts"].toArray())
        calls += script[u"call"].toString();
    QVERIFY2(calls.contains(
                 QStringLiteral(".\\application-access.ps1 -AppId %1 -ObjectId %2").arg(m_service.back(), object)),
             qPrintable(calls.join(u'\n')));

    // Nobody has an account yet: what is not known is held by words.
    const CliRun fresh = run(words("oauth setup erp@contoso.com --method graph --cloud gcc-high"));
    QVERIFY2(fresh.exitCode == 0, fresh.out + fresh.err);
    QVERIFY2(fresh.out.contains(".\\application-registration.ps1\n"), fresh.out);
    QVERIFY2(fresh.out.contains("application-access.ps1 -AppId APPLICATION-ID -ObjectId OBJECT-ID"), fresh.out);
    QVERIFY2(fresh.out.contains("$environment = 'USGov'") && fresh.out.contains("Application Mail.Send"), fresh.out);
    QVERIFY2(run(words("oauth setup erp@contoso.com --person")).out.contains("-IsFallbackPublicClient"), "a person");

    for (const char *wrong : {"oauth setup erp", "oauth setup erp@contoso.com --method telepathy",
                              "oauth setup erp@contoso.com --cloud nine", "oauth setup erp@contoso.com --object-id 1",
                              "oauth setup erp@contoso.com --tenant a_b"}) {
        const CliRun refused = run(words(wrong));
        QVERIFY2(refused.exitCode == 3, wrong);
        QVERIFY2(refused.err.size() > 20, refused.err.constData());
    }
}

void tst_Proof::anAccountSignsIn()
{
    const CliRun proven = run(prove({QStringLiteral("--server"), m_smtp}));
    QVERIFY2(proven.exitCode == 0, proven.out + proven.err);
    const QJsonObject document = proven.json();
    QCOMPARE_EQ(document[u"end"].toString(), QStringLiteral("proven"));
    QCOMPARE_EQ(document[u"step"].toString(), QStringLiteral("sign-in"));
    QCOMPARE_EQ(document[u"tries"].toInt(), 1);
    QVERIFY(!document[u"remarks"].toArray().isEmpty());

    // An account that is not named after its mailbox.
    const CliRun other = run(prove(words("--mailbox scanner@contoso.com --server") + QStringList{m_smtp},
                                   QStringLiteral("the scanner"), false));
    QVERIFY2(other.exitCode == 0, other.out + other.err);
    QVERIFY2(other.out.contains("scanner@contoso.com signed in to " + m_smtp.toLatin1() + " with an access token."),
             other.out);
}

void tst_Proof::graphSendsAMessage()
{
    const CliRun proven =
        run(prove(words("--mailbox scanner@contoso.com --to jane@contoso.com --graph-service") + QStringList{m_graph},
                  QStringLiteral("by graph"), false));
    QVERIFY2(proven.exitCode == 0, proven.out + proven.err);
    QVERIFY2(proven.out.contains("Microsoft Graph took a message of scanner@contoso.com to jane@contoso.com."),
             proven.out);
    QVERIFY(m_practice->waitForLine("received: ").contains("scanner@contoso.com"));
}

CliRun tst_Proof::send(const char *more) const
{
    return run(words("--json send --graph --account") + QStringList{QStringLiteral("by graph")}
               + words("--from scanner@contoso.com --to jane@contoso.com --graph-service") + QStringList{m_graph}
               + words(more));
}

void tst_Proof::aTestGoesThroughGraph()
{
    const CliRun sent = send("--user scanner@contoso.com --subject Scan --to joe@contoso.com");
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    const QJsonObject document = sent.json();
    QVERIFY(document[u"accepted"].toBool());
    QCOMPARE_EQ(document[u"recipients"].toArray(),
                (QJsonArray{QStringLiteral("jane@contoso.com"), QStringLiteral("joe@contoso.com")}));
    QCOMPARE_EQ(document[u"steps"].toArray(),
                (QJsonArray{QJsonObject{{QStringLiteral("step"), QStringLiteral("send-mail")},
                                        {QStringLiteral("status"), 202}}}));
    QVERIFY(!document[u"requestId"].toString().isEmpty() && !document[u"messageId"].toString().isEmpty());
}

void tst_Proof::aTestThroughGraphIsKeptAndRunAgain()
{
    const QString record = m_home.filePath(QStringLiteral("test.json"));
    const CliRun sent =
        send(qPrintable(QStringLiteral("--user scanner@contoso.com --subject Kept --record ") + record));
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    const CliRun text = run(words("transcript") + QStringList{record});
    QVERIFY2(text.out.contains("C: POST /v1.0/users/scanner@contoso.com/sendMail"), text.out + text.err);
    QVERIFY2(text.out.contains("S: HTTP 202"), text.out);
    QVERIFY2(text.out.contains("access token of the account by graph"), text.out);
    const CliRun swaks = run(words("transcript --as swaks") + QStringList{record});
    QVERIFY2(swaks.exitCode != 0 && swaks.err.contains("goes through Microsoft Graph"), swaks.err);

    // Whose account it was the record says; that it is to be used again, a person does.
    const CliRun unnamed = run(words("send --like") + QStringList{record});
    QVERIFY2(unnamed.exitCode == 3 && unnamed.err.contains("--account"), unnamed.err);
    const QStringList named{QStringLiteral("--account"), QStringLiteral("by graph")};
    const CliRun again = run(words("--json send --like") + QStringList{record} + named);
    QVERIFY2(again.exitCode == 0, again.out + again.err);
    QCOMPARE(again.json()[u"mailbox"].toString(), QStringLiteral("scanner@contoso.com"));
    const CliRun useless = run(words("send --ehlo printer --like") + QStringList{record});
    QVERIFY2(useless.exitCode == 2 && useless.err.contains("so --ehlo does nothing"), useless.err);
    // A server in its place: an SMTP test, and no token goes there.
    const CliRun smtp = run(words("send --insecure --stop-after ehlo --like") + QStringList{record} + words("--server")
                            + QStringList{m_smtp});
    QVERIFY2(smtp.out.contains("EHLO") && !smtp.out.contains("AUTH XOAUTH2"), smtp.out + smtp.err);
}

void tst_Proof::whatGraphRefusesIsKept()
{
    const QString record = m_home.filePath(QStringLiteral("refused.json"));
    const CliRun refused = send(qPrintable(QStringLiteral("--user nobody@example.org --record ") + record));
    QVERIFY2(refused.exitCode == 1, refused.out + refused.err);
    const CliRun text = run(words("transcript") + QStringList{record});
    QVERIFY2(text.out.contains("was refused by the server"), text.out + text.err);
    QVERIFY2(text.out.contains("S: HTTP 4"), text.out);
}

void tst_Proof::aLargeTestGoesAsADraft()
{
    const CliRun sent = send("--user scanner@contoso.com --fill 5M --no-sent-copy");
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    QStringList steps;
    for (const QJsonValue &one : sent.json()[u"steps"].toArray())
        steps += one[u"step"].toString();
    steps.removeDuplicates();
    QCOMPARE(steps,
             (QStringList{QStringLiteral("create-draft"), QStringLiteral("forget-when-sent"),
                          QStringLiteral("open-upload"), QStringLiteral("upload"), QStringLiteral("send-draft")}));
}

void tst_Proof::whatGraphRefusesIsSaid()
{
    const CliRun refused = send("--user nobody@example.org");
    QVERIFY2(refused.exitCode == 1, refused.out + refused.err);
    QVERIFY(!refused.json()[u"accepted"].toBool());
    QVERIFY(refused.json()[u"trouble"][u"status"].toInt() >= 400);
    QVERIFY2(refused.err.size() > 20, refused.err.constData());
    const CliRun nobody = send("--user scanner@contoso.com --graph-service http://127.0.0.1:1");
    QVERIFY2(nobody.exitCode == 2 || nobody.exitCode == 4, nobody.out + nobody.err);
    const CliRun unnamed = send("");
    QCOMPARE(unnamed.exitCode, 3);
    QVERIFY2(unnamed.err.contains("--user ADDRESS"), unnamed.err.constData());
}

void tst_Proof::whatIsOfSmtpDoesNotGoWithGraph_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *options, int code, const char *expected) {
        QTest::newRow(options) << code << QByteArray(expected);
    };
    row("--graph --server 127.0.0.1:25 --to jane@contoso.com", 2, "so --server does nothing with --graph");
    row("--graph --repeat 3 --to jane@contoso.com", 2, "so --repeat does nothing with --graph");
    row("--graph-service https://127.0.0.1:1 --to jane@contoso.com", 2, "give --graph as well");
    row("--graph --to jane@contoso.com --from scanner@contoso.com", 3, "Name an account with --account");
    row("--graph --to jane@contoso.com --from a@contoso.com --account scanner@contoso.com", 3,
        "is for client-submission. Add one for Microsoft Graph");
    row("--graph --to jane@contoso.com --from a@contoso.com --account nobody", 1, "There is no account nobody.");
    row("--graph --from a@contoso.com --account nobody", 3, "Name a recipient with --to");
}

void tst_Proof::whatIsOfSmtpDoesNotGoWithGraph()
{
    QFETCH(int, code);
    QFETCH(QByteArray, expected);
    const CliRun wrong = run(QStringList{QStringLiteral("send")} + words(QTest::currentDataTag()));
    QVERIFY2(wrong.exitCode == code, wrong.out + wrong.err);
    QVERIFY2(wrong.err.contains(expected), wrong.err.constData());
}

void tst_Proof::whatHasNotSpreadYetIsTold()
{
    const QStringList wish = words("--mailbox somebody@contoso.com --server") + QStringList{m_smtp};
    const CliRun fresh = run(prove(wish));
    QCOMPARE(fresh.exitCode, 1);
    QCOMPARE_EQ(fresh.json()[u"end"].toString(), QStringLiteral("not-yet"));
    QVERIFY(fresh.json()[u"diagnosis"].toObject().contains(u"notBefore"));
    const CliRun said = run(prove(wish, QStringLiteral("scanner@contoso.com"), false));
    QVERIFY2(said.out.contains("may not have spread yet") && said.out.contains("--wait"), said.out);
    const QString before = QDateTime::currentDateTimeUtc().addSecs(-3 * 3600).toString(Qt::ISODate);
    const CliRun old = run(prove(wish + QStringList{QStringLiteral("--permissions-changed"), before}));
    QCOMPARE(old.exitCode, 1);
    QCOMPARE_EQ(old.json()[u"end"].toString(), QStringLiteral("refused"));
}

void tst_Proof::waitingEndsOnRequest()
{
    RunningCli waiting(prove(words("--wait --mailbox somebody@contoso.com --server") + QStringList{m_smtp},
                             QStringLiteral("scanner@contoso.com"), false),
                       environment());
    QVERIFY2(waiting.waitForLine("Trying again at ").contains("Ctrl+C"), waiting.err());
    QCOMPARE(waiting.endPolitely(), 1);
    QVERIFY2(waiting.out().contains("did not let somebody@contoso.com sign in.\n  Seen:  535 5.7.3"), waiting.out());
}

void tst_Proof::aRefusalIsExplained()
{
    QProcessEnvironment other = environment();
    other.insert(QStringLiteral("CLIENT_SECRET"), QStringLiteral("another secret"));
    const CliRun refused = runCli(prove(words("--wait --server") + QStringList{m_smtp}), {}, other);
    QCOMPARE(refused.exitCode, 1); // at once: waiting mends no secret
    QCOMPARE_EQ(refused.json()[u"end"].toString(), QStringLiteral("refused"));
    QCOMPARE_EQ(refused.json()[u"trouble"].toObject()[u"code"].toString(), QStringLiteral("7000215"));
    const CliRun unknown = run(prove({}, QStringLiteral("nobody@contoso.com"), false));
    QCOMPARE(unknown.exitCode, 1);
    QVERIFY2(unknown.err.contains("There is no account nobody@contoso.com."), unknown.err.constData());
    const CliRun nobody = run(prove(words("--server 127.0.0.1:1")));
    QCOMPARE(nobody.exitCode, 4);
    QCOMPARE_EQ(nobody.json()[u"end"].toString(), QStringLiteral("no-answer"));
}

void tst_Proof::wrongOptionsGetASentence_data()
{
    QTest::addColumn<QString>("account");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *account, const char *options, const char *expected) {
        QTest::newRow(options) << QString::fromLatin1(account) << QByteArray(expected);
    };
    row("the scanner", "--server 127.0.0.1:25", "Name the mailbox that sends.");
    row("scanner@contoso.com", "--mailbox scanner", "--mailbox: ");
    row("scanner@contoso.com", "--to jane@contoso.com", "--to and --graph-service are for accounts that send through");
    row("scanner@contoso.com", "--server 127.0.0.1:99999", "--server: ");
    row("scanner@contoso.com", "--permissions-changed yesterday", "--permissions-changed must be a moment");
    row("by graph", "--mailbox scanner@contoso.com --server 127.0.0.1:25", "so --server does not apply");
    row("by graph", "--mailbox scanner@contoso.com --graph-service http://192.0.2.1", "https");
}

void tst_Proof::wrongOptionsGetASentence()
{
    QFETCH(QString, account);
    QFETCH(QByteArray, expected);
    const CliRun wrong = run(prove(words(QTest::currentDataTag()), account, false));
    QVERIFY2(wrong.exitCode == 3, wrong.out + wrong.err);
    QVERIFY2(wrong.err.contains(expected), wrong.err.constData());
}

QTEST_GUILESS_MAIN(tst_Proof)
#include "tst_Proof.moc"
