// SPDX-License-Identifier: GPL-3.0-or-later
//
// The whole self-test, its slow attacks too, against listeners of every kind: inside TLS, and with sign-in. How slow a peer
// may be is short here, so that the slow ones come to their end.
#include "ListenerFixture.h"
#include "SloppyServer.h"

#include "core/relay/PasswordHash.h"
#include "core/session/SelfTest.h"
#include "tests/integration/cli/Cli.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

QStringList idsOf(const SelfTestReport &report, AttackVerdict verdict)
{
    QStringList ids;
    for (const SelfTestCheck &check : report.checks) {
        if (check.verdict == verdict)
            ids += check.id;
    }
    return ids;
}

const SelfTestCheck &find(const SelfTestReport &report, const char *id)
{
    static const SelfTestCheck none{};
    const auto found = std::ranges::find(report.checks, QLatin1String(id), &SelfTestCheck::id);
    return found == report.checks.end() ? none : *found;
}

/// `id verdict` of each check of the command's only listener.
QStringList verdictsOf(const CliRun &run)
{
    QStringList verdicts;
    for (const QJsonValue &check : run.json()[u"listeners"].toArray().first()[u"checks"].toArray())
        verdicts += check[u"id"].toString() + u' ' + check[u"verdict"].toString();
    return verdicts;
}

CliRun selfTest(const QStringList &arguments)
{
    return runCliServed(QStringList{QStringLiteral("--json"), QStringLiteral("relay"), QStringLiteral("selftest")}
                        + arguments);
}

} // namespace

class tst_SelfTestListeners : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aListenerWithstandsAll_data();
    void aListenerWithstandsAll();
    void signInInTheClearIsToldOf();
    void theCommandTriesTheSlowOnesOnlyWhenAsked();
    void theCommandFindsItsWayIntoTls();
    void theCommandIsContentWithAListenerThatWantsASignIn();
    void findsTheMistakesOfASloppyServerInsideTlsAndWhenItIsSlow();
    void theCommandTellsOfAServerInsideTlsThatFails();

private:
    void start(const QJsonObject &members);
    [[nodiscard]] static SelfTestReport run(std::uint16_t port,
                                            std::optional<std::chrono::milliseconds> slowLimit = {});

    TestCertificates m_certificates;
    std::unique_ptr<RelayFixture> m_relay;
};

void tst_SelfTestListeners::init()
{
    m_relay = std::make_unique<RelayFixture>();
    m_relay->peerPatience = {.idleLimit = 2s, .dataRateWindow = 1s, .authFailureDelay = 50ms};
    m_relay->config.insert(QStringLiteral("accounts"),
                           QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                                                  {QStringLiteral("passwordHash"),
                                                   PasswordHash::make(Secret::fromText(newPassword()))->toString()}}});
}

void tst_SelfTestListeners::start(const QJsonObject &members)
{
    QVERIFY2(withListener(*m_relay, members).start(), qPrintable(m_relay->problem));
}

SelfTestReport tst_SelfTestListeners::run(std::uint16_t port, std::optional<std::chrono::milliseconds> slowLimit)
{
    SelfTest test({.address = *IpAddress::parse(QStringLiteral("127.0.0.1")),
                   .port = port,
                   .slow = true,
                   .patience = slowLimit ? 1500ms : 4s,
                   .pace = 0ms,
                   .slowLimit = slowLimit});
    std::optional<Result<SelfTestReport>> report;
    connect(&test, &SelfTest::finished, &test, [&](const Result<SelfTestReport> &result) { report = result; });
    test.start();
    (void)QTest::qWaitFor([&] { return report.has_value(); }, 150'000);
    return report && *report ? **report : SelfTestReport{};
}

void tst_SelfTestListeners::aListenerWithstandsAll_data()
{
    QTest::addColumn<QJsonObject>("members");
    QTest::addColumn<bool>("mayTry"); // what comes behind MAIL
    const auto with = [](std::initializer_list<std::pair<QString, QJsonValue>> members) {
        return QJsonObject(members);
    };
    const auto startTls = QStringLiteral("startTls"), implicitTls = QStringLiteral("implicitTls"),
               requireTls = QStringLiteral("requireTls"), signIn = QStringLiteral("signIn");
    const auto optional = QStringLiteral("optional"), required = QStringLiteral("required");
    QTest::newRow("STARTTLS demanded") << with({{requireTls, true}}) << true;
    QTest::newRow("implicit TLS") << with({{startTls, false}, {implicitTls, true}}) << true;
    QTest::newRow("sign-in offered inside STARTTLS") << with({{signIn, optional}}) << true;
    QTest::newRow("sign-in demanded inside STARTTLS") << with({{signIn, required}}) << false;
    QTest::newRow("sign-in demanded, implicit TLS")
        << with({{startTls, false}, {implicitTls, true}, {signIn, required}}) << false;
}

void tst_SelfTestListeners::aListenerWithstandsAll()
{
    QFETCH(QJsonObject, members);
    QFETCH(bool, mayTry);
    start(members);
    const SelfTestReport report = run(m_relay->port());
    QCOMPARE(report.look.implicitTls, members.value(QLatin1String("implicitTls")).toBool());
    QCOMPARE(report.look.barred.isEmpty(), mayTry);
    QCOMPARE(idsOf(report, AttackVerdict::NotWithstood), QStringList());
    QVERIFY(find(report, "still-there").verdict == AttackVerdict::Withstood);
    QVERIFY2(find(report, "slow.command").verdict == AttackVerdict::Withstood,
             qPrintable(find(report, "slow.command").reason));
    QVERIFY(find(report, "slow.command").took < 5s);
    QVERIFY(find(report, "auth.guessing").verdict == AttackVerdict::Withstood);
    QVERIFY(find(report, "auth.line-ends").verdict == AttackVerdict::Withstood);
    QStringList unclear = idsOf(report, AttackVerdict::CouldNotTell);
    unclear.removeAll(QStringLiteral("pregreeting")); // greeted before our octets were there
    if (mayTry)
        QCOMPARE(unclear, QStringList{QStringLiteral("open-relay.strangers")});
    const SelfTestCheck &strangers = find(report, "open-relay.strangers");
    QVERIFY2(strangers.verdict == (mayTry ? AttackVerdict::CouldNotTell : AttackVerdict::Withstood),
             qPrintable(strangers.reason));
    QCOMPARE(report.messagesLeft, 0);
    QCOMPARE(m_relay->status().accepted, 0u);
}

void tst_SelfTestListeners::signInInTheClearIsToldOf()
{
    start({{QStringLiteral("startTls"), false},
           {QStringLiteral("signIn"), QStringLiteral("required")},
           {QStringLiteral("signInWithoutTls"), true}});
    const SelfTestReport report = run(m_relay->port());
    QCOMPARE(idsOf(report, AttackVerdict::NotWithstood),
             (QStringList{QStringLiteral("cleartext.offered"), QStringLiteral("cleartext.taken")}));
    QVERIFY(!find(report, "cleartext.taken").remedy.isEmpty());
    QVERIFY(find(report, "open-relay.strangers").verdict == AttackVerdict::Withstood);
}

void tst_SelfTestListeners::theCommandTriesTheSlowOnesOnlyWhenAsked()
{
    start({{QStringLiteral("startTls"), false}});
    const QStringList only{QStringLiteral("--control"), QStringLiteral("test"), QStringLiteral("--only"),
                           QStringLiteral("slow")};
    const CliRun quick = selfTest(only);
    QCOMPARE(quick.exitCode, 0);
    QVERIFY2(verdictsOf(quick).filter(QStringLiteral("slow.")).isEmpty(), quick.out.constData());
    const CliRun slow = selfTest(only + QStringList{QStringLiteral("--slow")});
    QVERIFY2(slow.exitCode == 0, slow.err.constData());
    QCOMPARE(
        verdictsOf(slow),
        (QStringList{QStringLiteral("open-relay.strangers could-not-tell"), QStringLiteral("slow.command withstood"),
                     QStringLiteral("slow.data withstood"), QStringLiteral("still-there withstood")}));
}

void tst_SelfTestListeners::theCommandFindsItsWayIntoTls()
{
    start({{QStringLiteral("startTls"), false}, {QStringLiteral("implicitTls"), true}});
    const CliRun run = selfTest(
        {QStringLiteral("127.0.0.1:%1").arg(m_relay->port()), QStringLiteral("--only"), QStringLiteral("smuggling")});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonObject listener = run.json()[u"listeners"].toArray().first().toObject();
    QCOMPARE(listener[u"implicitTls"].toBool(), true);
    QCOMPARE(listener[u"withstood"].toInt(), 10); // nine variants, and that it is still there
    QCOMPARE(listener[u"notWithstood"].toInt(), 0);
}

void tst_SelfTestListeners::theCommandIsContentWithAListenerThatWantsASignIn()
{
    start({{QStringLiteral("signIn"), QStringLiteral("required")}});
    const CliRun run = selfTest(
        {QStringLiteral("--control"), QStringLiteral("test"), QStringLiteral("--only"), QStringLiteral("cleartext")});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QCOMPARE(
        verdictsOf(run),
        (QStringList{QStringLiteral("open-relay.strangers withstood"), QStringLiteral("cleartext.offered withstood"),
                     QStringLiteral("cleartext.taken withstood"), QStringLiteral("still-there withstood")}));
    QVERIFY(run.json()[u"listeners"].toArray().first()[u"mailRefused"].toString().startsWith(QLatin1String("530")));
}

void tst_SelfTestListeners::findsTheMistakesOfASloppyServerInsideTlsAndWhenItIsSlow()
{
    SloppyServer server(m_certificates.valid());
    server.implicitTls = true;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const SelfTestReport report = run(server.serverPort(), 600ms);
    QVERIFY(report.look.implicitTls);
    for (const char *id : {"slow.command", "slow.data", "smuggling.nul", "bdat.command", "auth.guessing"})
        QVERIFY2(find(report, id).verdict == AttackVerdict::NotWithstood, id);
    QVERIFY2(find(report, "slow.command").reason.contains(QLatin1String("the connection was still open")),
             qPrintable(find(report, "slow.command").reason));
    QCOMPARE(report.messagesLeft, 10);
}

void tst_SelfTestListeners::theCommandTellsOfAServerInsideTlsThatFails()
{
    SloppyServer server(m_certificates.valid());
    server.implicitTls = true;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const CliRun run = selfTest(
        {QStringLiteral("127.0.0.1:%1").arg(server.serverPort()), QStringLiteral("--only"), QStringLiteral("bdat")});
    QCOMPARE(run.exitCode, 1);
    QCOMPARE(run.json()[u"withstood"].toBool(true), false);
    QVERIFY2(verdictsOf(run).contains(QStringLiteral("bdat.command not-withstood")), run.out.constData());
}

QTEST_GUILESS_MAIN(tst_SelfTestListeners)
#include "tst_SelfTestListeners.moc"
