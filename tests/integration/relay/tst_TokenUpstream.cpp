// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <map>
#include <set>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// A relay that signs in to its smart host with access tokens: the device sends plain mail and knows nothing of it.

namespace {

const QByteArray kMessage = "From: Scanner <scanner@example.com>\r\nSubject: scan\r\n\r\nbody\r\n";
const QString kSecretName = QStringLiteral("relay secret");

/// Gives tokens that live for so many seconds, and a smart host that takes each as long as it lives.
class TokenSite {
public:
    explicit TokenSite(const QByteArray &mechanism = "XOAUTH2")
        : sink({.tls = SmtpSink::Tls::StartTls,
                .identity = m_certificates.valid(),
                .user = "scanner@example.com",
                .judgeToken = [this](const QByteArray &token) { return judge(token); },
                .tokenMechanism = mechanism}),
          identity([this](const QByteArray &) { return answer ? answer() : give(); })
    {
        relay.secrets.write(kSecretName, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
    }

    [[nodiscard]] bool begin()
    {
        if (!sink.listen() || !identity.listen())
            return false;
        relay.setUpstream(sink.port(), QStringLiteral("starttls"), members());
        return relay.start();
    }
    [[nodiscard]] QJsonObject members() const
    {
        return {{QStringLiteral("caFile"), m_certificates.authorityFile()},
                {QStringLiteral("user"), QStringLiteral("scanner@example.com")},
                {QStringLiteral("oauth"),
                 QJsonObject{{QStringLiteral("tenant"), QStringLiteral("contoso.com")},
                             {QStringLiteral("application"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")},
                             {QStringLiteral("secret"), QStringLiteral("keychain:") + kSecretName},
                             {QStringLiteral("service"), identity.base().toString()}}}};
    }
    ScriptedHttpServer::Answer give()
    {
        const QByteArray token = kTokenMark + QByteArray::number(++given);
        m_ends[token] = std::chrono::steady_clock::now() + life;
        return ScriptedHttpServer::json("{\"token_type\":\"Bearer\",\"expires_in\":" + QByteArray::number(life.count())
                                        + ",\"access_token\":\"" + token + "\"}");
    }
    /// From now on no token that was given so far is good.
    void revoke() { m_ends.clear(); }
    [[nodiscard]] int refusals() const { return m_refusals; }
    [[nodiscard]] int refusedAgain() const { return m_refusedAgain; }
    [[nodiscard]] std::size_t tokensSeen() const { return m_seen.size(); }

private:
    [[nodiscard]] bool judge(const QByteArray &token)
    {
        m_seen.insert(token);
        const auto end = m_ends.find(token);
        if (end != m_ends.end() && std::chrono::steady_clock::now() < end->second)
            return true;
        ++m_refusals;
        m_refusedAgain += !m_refused.insert(token).second;
        return false;
    }

    TestCertificates m_certificates;
    std::map<QByteArray, std::chrono::steady_clock::time_point> m_ends;
    std::set<QByteArray> m_seen;
    std::set<QByteArray> m_refused;
    int m_refusals = 0;
    int m_refusedAgain = 0;

public:
    std::chrono::seconds life{3600};
    int given = 0;
    std::function<ScriptedHttpServer::Answer()> answer;
    SmtpSink sink;
    ScriptedHttpServer identity;
    RelayFixture relay;
};

/// Over one connection, as fast as it goes; returns how many were taken.
int sendMany(std::uint16_t port, int count)
{
    ConnectionSettings settings{.server = *Endpoint::parse(QStringLiteral("127.0.0.1:%1").arg(port))};
    settings.smtp.tls = TlsPolicy::None;
    SmtpClient client(settings);
    QBuffer content;
    content.setData(kMessage);
    content.open(QIODevice::ReadOnly);
    OutgoingMessage message;
    message.envelope = {*EmailAddress::parse(QStringLiteral("scanner@example.com")),
                        {*EmailAddress::parse(QStringLiteral("b@example.com"))}};
    message.content = &content;
    int begun = 0;
    int taken = 0;
    QEventLoop loop;
    QObject::connect(&client, &SmtpClient::ready, &client, [&] {
        if (++begun > count)
            return client.quit();
        content.seek(0);
        client.submit(message);
    });
    QObject::connect(&client, &SmtpClient::transactionDone, &client,
                     [&taken](const TransactionResult &result) { taken += result.outcome == Outcome::Accepted; });
    QObject::connect(&client, &SmtpClient::finished, &loop, &QEventLoop::quit);
    client.open();
    loop.exec();
    return taken;
}

} // namespace

class tst_TokenUpstream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsInWithAToken_data();
    void signsInWithAToken();
    void waitsForASignInServiceThatIsDown();
    void holdsTheQueueWhileSomebodyMustAct();
    void asksForAnotherTokenWhenAGoodOneIsRefusedAndOnce();
    void holdsTheQueueWhenSigningInAloneIsAllowed();
    void goesTheOtherWayWhileThereIsNoToken();
    void losesNothingOverManyRenewals();
};

void tst_TokenUpstream::signsInWithAToken_data()
{
    QTest::addColumn<QByteArray>("mechanism");
    QTest::newRow("XOAUTH2") << QByteArray("XOAUTH2");
    QTest::newRow("OAUTHBEARER") << QByteArray("OAUTHBEARER");
}

void tst_TokenUpstream::signsInWithAToken()
{
    QFETCH(QByteArray, mechanism);
    TokenSite site(mechanism);
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    for (int i = 0; i < 3; ++i)
        QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 3u, 20'000);
    QCOMPARE(site.sink.messages()[0].user, QByteArray("scanner@example.com"));
    QVERIFY(site.sink.messages()[0].tls);
    QCOMPARE(site.given, 1);
    QTRY_COMPARE(site.relay.status().queued, 0u);
    QVERIFY(!site.relay.log.join(u'\n').contains(QLatin1String(kTokenMark)));
}

void tst_TokenUpstream::waitsForASignInServiceThatIsDown()
{
    TokenSite site;
    site.answer = [] { return ScriptedHttpServer::json("{}", 503, "Retry-After: 1\r\n"); };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().routes.front().state, QStringLiteral("down"), 20'000);
    QVERIFY2(site.relay.status().reason.startsWith(QStringLiteral("There is no access token for scanner@example.com.")),
             qPrintable(site.relay.status().reason));
    QCOMPARE(site.relay.status().queued, 1u);
    QCOMPARE(site.sink.connectionCount(), 0);
    site.answer = nullptr;
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 30'000); // by itself
    QTRY_COMPARE(site.relay.status().routes.front().state, QStringLiteral("open"));
}

void tst_TokenUpstream::holdsTheQueueWhileSomebodyMustAct()
{
    TokenSite site;
    site.answer = [] {
        return ScriptedHttpServer::json(
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided "
            "client secret keys for app are expired.\"}",
            401);
    };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().routes.front().state, QStringLiteral("held"), 20'000);
    QVERIFY2(site.relay.status().reason.contains(QStringLiteral("7000222")), qPrintable(site.relay.status().reason));
    QCOMPARE(toString(site.relay.condition()), toString(RelayCondition::Trouble));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250"))); // taken all the same
    QCOMPARE(site.identity.requests().size(), 1);
    QCOMPARE(site.relay.status().bounced, 0u);
    site.answer = nullptr; // somebody made a new secret
    QVERIFY(site.relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 2u, 20'000);
}

void tst_TokenUpstream::asksForAnotherTokenWhenAGoodOneIsRefusedAndOnce()
{
    TokenSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 20'000);
    site.revoke();
    site.sink.dropConnections();
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 2u, 20'000);
    QCOMPARE(site.given, 2);
    QCOMPARE(site.refusals(), 1);
    // A fresh one that is refused too: somebody must act, and nobody hammers.
    site.answer = [&site] {
        const auto answer = site.give();
        site.revoke();
        return answer;
    };
    site.revoke();
    site.sink.dropConnections();
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().routes.front().state, QStringLiteral("held"), 20'000);
    QVERIFY2(site.relay.status().reason.contains(QStringLiteral("535 5.7.3")), qPrintable(site.relay.status().reason));
    QCOMPARE(site.given, 3);
    QCOMPARE(site.refusals(), 3);
    QCOMPARE(site.refusedAgain(), 0);
    QCOMPARE(site.relay.status().queued, 1u);
}

/// A tenant that took its application's rights away signs it in all the same and refuses each message.
void tst_TokenUpstream::holdsTheQueueWhenSigningInAloneIsAllowed()
{
    TokenSite site;
    site.sink.answerAlways("MAIL", "530 5.7.57 Client not authenticated to send mail");
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().routes.front().state, QStringLiteral("held"), 20'000);
    QVERIFY(site.relay.send(kMessage).reply().startsWith(
        QStringLiteral("250"))); // a turn of the loop for whoever would hammer
    QCOMPARE(site.given, 1);
    QCOMPARE(site.sink.connectionCount(), 1);
    QCOMPARE(site.relay.status().bounced, 0u);
    QCOMPARE(site.relay.status().queued, 2u);
}

void tst_TokenUpstream::goesTheOtherWayWhileThereIsNoToken()
{
    TokenSite site;
    SmtpSink second;
    QVERIFY(second.listen());
    site.answer = [] { return ScriptedHttpServer::json("{}", 500); };
    site.relay.config.insert(
        QStringLiteral("fallbacks"),
        QJsonArray{QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(second.port())},
                               {QStringLiteral("tls"), QStringLiteral("none")}}});
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(second.messages().size(), 1u, 20'000);
    QCOMPARE(site.sink.connectionCount(), 0);
}

/// RELAYWRIGHT_TOKEN_RENEWALS=200 is the long campaign; fifty messages for each renewal.
void tst_TokenUpstream::losesNothingOverManyRenewals()
{
    const int wanted = qEnvironmentVariableIntValue("RELAYWRIGHT_TOKEN_RENEWALS");
    const int renewals = wanted > 0 ? wanted : 6;
    TokenSite site;
    site.life = 1s;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    std::size_t sent = 0;
    while (site.given <= renewals || sent < static_cast<std::size_t>(50 * renewals)) {
        QCOMPARE(sendMany(site.relay.port(), 10), 10);
        sent += 10;
        // So that it signs in again and again.
        QTRY_VERIFY_WITH_TIMEOUT(site.relay.status().queued == 0, 60'000);
        site.sink.dropConnections();
    }
    QTRY_VERIFY_WITH_TIMEOUT(site.relay.status().queued == 0, 60'000);
    QCOMPARE(site.sink.messages().size(), sent);
    QCOMPARE(site.refusals(), 0);
    QCOMPARE(site.relay.status().bounced, 0u);
    qInfo("%zu messages, %d tokens given, %zu of them used, %d sign-ins, none refused", sent, site.given,
          site.tokensSeen(), site.sink.connectionCount());
}

QTEST_GUILESS_MAIN(tst_TokenUpstream)
#include "tst_TokenUpstream.moc"
