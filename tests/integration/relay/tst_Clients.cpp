// SPDX-License-Identifier: GPL-3.0-or-later
#include "ForeignClient.h"
#include "RelayFixture.h"

#include "tests/support/PostfixServer.h"

using namespace relaywright;
using namespace relaywright::test;

// Other people's clients send into the relay, and a real Postfix with STARTTLS and sign-in is the smart host.
class tst_Clients : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void swaksSends();
    void swaksSendsInsideTls();
    void curlSends();
    void pythonSends();
    void whatPostfixRefusesIsReportedToTheSender();
    void aWrongPasswordHoldsTheQueue();

private:
    void run(const QString &program, const QStringList &arguments, const QByteArray &input = {});
    [[nodiscard]] QString address() const { return QStringLiteral("127.0.0.1:%1").arg(m_relay->port()); }

    PostfixServer m_postfix;
    std::unique_ptr<RelayFixture> m_relay;
    ForeignRun m_run;
};

void tst_Clients::initTestCase()
{
    QVERIFY2(m_postfix.start(), qPrintable(m_postfix.problem()));
}

void tst_Clients::init()
{
    m_postfix.forget();
    m_relay = std::make_unique<RelayFixture>();
    m_relay->secrets.write(QStringLiteral("smart-host"), Secret::fromText(m_postfix.password()), qApp, [](const Result<void> &) {});
    m_relay->setUpstream(m_postfix.port(), QStringLiteral("starttls"),
                         {{QStringLiteral("caFile"), m_postfix.authorityFile()}, {QStringLiteral("user"), m_postfix.user()},
                          {QStringLiteral("password"), QStringLiteral("keychain:smart-host")}});
    m_relay->setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")}, {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.0/8")}}});
    QVERIFY2(m_relay->start(), qPrintable(m_relay->problem));
}

void tst_Clients::run(const QString &program, const QStringList &arguments, const QByteArray &input)
{
    m_run = runForeignClient(program, arguments, input, m_relay->folder());
}

void tst_Clients::swaksSends()
{
    run(QStringLiteral("swaks"), {QStringLiteral("--server"), address(), QStringLiteral("--from"), QStringLiteral("scanner@example.com"),
                                  QStringLiteral("--to"), QStringLiteral("b@elsewhere.example,c@example.com"),
                                  QStringLiteral("--header"), QStringLiteral("Subject: from swaks"), QStringLiteral("--body"), QStringLiteral("line one\n.\n..two")});
    QVERIFY2(m_run.exitCode == 0, m_run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.messages().size(), 2u, 20'000);
    const DeliveredMessage message = m_postfix.messages()[0];
    QCOMPARE(message.reversePath, QByteArray("scanner@example.com"));
    QCOMPARE(message.header("Subject"), QByteArray("from swaks"));
    QVERIFY2(message.received.contains("ESMTPSA"), message.received.constData());
    QVERIFY2(message.body().startsWith("line one\r\n.\r\n..two\r\n"), message.body().constData());
    QTRY_COMPARE(m_relay->status().queued, 0u);
}

void tst_Clients::swaksSendsInsideTls()
{
    run(QStringLiteral("swaks"), {QStringLiteral("--server"), address(), QStringLiteral("--tls"), QStringLiteral("--from"), QStringLiteral("scanner@example.com"),
                                  QStringLiteral("--to"), QStringLiteral("b@example.com")});
    QVERIFY2(m_run.exitCode == 0, m_run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.messages().size(), 1u, 20'000);
    QVERIFY2(m_postfix.messages()[0].header("Received").contains("with ESMTPS id"), m_postfix.messages()[0].data.constData());
}

void tst_Clients::curlSends()
{
    const QByteArray message = "From: UPS <ups@example.com>\r\nTo: b@example.com\r\nSubject: from curl\r\n\r\n"
        + QByteArray("0123456789012345678901234567890123456789\r\n").repeated(30'000);
    run(QStringLiteral("curl"), {QStringLiteral("--silent"), QStringLiteral("--show-error"), QStringLiteral("smtp://%1/ups.example.com").arg(address()),
                                 QStringLiteral("--mail-from"), QStringLiteral("ups@example.com"), QStringLiteral("--mail-rcpt"), QStringLiteral("b@example.com"),
                                 QStringLiteral("--upload-file"), QStringLiteral("-")}, message);
    QVERIFY2(m_run.exitCode == 0, m_run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.messages().size(), 1u, 20'000);
    QVERIFY(m_postfix.messages()[0].data.endsWith(message));
}

void tst_Clients::pythonSends()
{
    const QByteArray script = R"(
import smtplib, sys
host, port = sys.argv[1].split(":")
with smtplib.SMTP(host, int(port), local_hostname="app.example.com") as smtp:
    for n in range(5):
        refused = smtp.sendmail("app@example.com", ["b@example.com", "v%other.example@example.com"],
                                "Subject: from python %d\r\n\r\nGr\u00fc\u00dfe\r\n.\r\n" .encode("utf-8") .replace(b"%d", str(n).encode()),
                                mail_options=["BODY=8BITMIME"])
        assert list(refused) == ["v%other.example@example.com"] and refused["v%other.example@example.com"][0] == 550, refused
)";
    run(QStringLiteral("python3"), {QStringLiteral("-"), address()}, script);
    QVERIFY2(m_run.exitCode == 0, m_run.output.constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.messages().size(), 5u, 20'000);
    for (int n = 0; n < 5; ++n)
        QCOMPARE(m_postfix.countContaining("Subject: from python " + QByteArray::number(n)), 1);
    QVERIFY(m_postfix.messages()[0].body().startsWith("Gr\xc3\xbc\xc3\x9f" "e\r\n.\r\n"));
}

void tst_Clients::whatPostfixRefusesIsReportedToTheSender()
{
    PostfixServer small({.messageSizeLimit = 20'000});
    QVERIFY2(small.start(), qPrintable(small.problem()));
    RelayFixture relay;
    relay.secrets.write(QStringLiteral("smart-host"), Secret::fromText(small.password()), qApp, [](const Result<void> &) {});
    relay.setUpstream(small.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), small.authorityFile()}, {QStringLiteral("user"), small.user()},
                       {QStringLiteral("password"), QStringLiteral("keychain:smart-host")}});
    QVERIFY(relay.start());
    QVERIFY(relay.send("Subject: too large\r\n\r\n" + QByteArray("0123456789\r\n").repeated(5000)).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(small.messages().size(), 1u, 20'000);
    const DeliveredMessage report = small.messages()[0];
    QCOMPARE(report.recipient, QByteArray("scanner@example.com"));
    QCOMPARE(report.reversePath, QByteArray());
    QVERIFY2(report.data.contains("Status: 5.3.4"), report.data.constData());
    QVERIFY(report.data.contains("Subject: too large"));
}

void tst_Clients::aWrongPasswordHoldsTheQueue()
{
    RelayFixture relay;
    relay.secrets.write(QStringLiteral("smart-host"), Secret(QByteArray("not-the-password")), qApp, [](const Result<void> &) {});
    relay.setUpstream(m_postfix.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), m_postfix.authorityFile()}, {QStringLiteral("user"), m_postfix.user()},
                       {QStringLiteral("password"), QStringLiteral("keychain:smart-host")}});
    QVERIFY(relay.start());
    QVERIFY(relay.send("Subject: held\r\n\r\n").reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(toString(relay.condition()), toString(RelayCondition::Trouble), 20'000);
    QVERIFY2(relay.status().reason.contains(QStringLiteral("535")), qPrintable(relay.status().reason));
    QCOMPARE(relay.status().queued, 1u);
    QCOMPARE(relay.status().bounced, 0u);
    QCOMPARE(m_postfix.messages().size(), 0u);
    QVERIFY(relay.ask(QStringLiteral("secret"), {{QStringLiteral("password"), m_postfix.password()}}));
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.messages().size(), 1u, 20'000);
}

QTEST_GUILESS_MAIN(tst_Clients)
#include "tst_Clients.moc"
