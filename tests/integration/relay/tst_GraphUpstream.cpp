// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/MadeToken.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// A relay that hands mail on through Microsoft Graph: the device speaks SMTP, and no mail port is open to the outside.

namespace {

const QByteArray kMessage = "From: Scanner <scanner@example.com>\r\nTo: b@example.com\r\nSubject: scan\r\n\r\nbody\r\n";
const QString kSecretName = QStringLiteral("relay secret");

/// A sign-in service and a Graph of the test's own.
class GraphSite {
public:
    GraphSite()
        : identity([this](const QByteArray &) { return give(); }),
          graph([this](const QByteArray &request) { return onMail(request); })
    {
        relay.secrets.write(kSecretName, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
    }

    [[nodiscard]] bool begin()
    {
        if (!identity.listen() || !graph.listen())
            return false;
        relay.config.insert(QStringLiteral("upstream"), members());
        return relay.start();
    }
    [[nodiscard]] QJsonObject members() const
    {
        return {{QStringLiteral("graph"), QJsonObject{{QStringLiteral("service"), graph.base().toString()}}},
                {QStringLiteral("user"), QStringLiteral("scanner@example.com")},
                {QStringLiteral("maxMessagesPerMinute"), 100'000},
                {QStringLiteral("oauth"),
                 QJsonObject{{QStringLiteral("tenant"), QStringLiteral("contoso.com")},
                             {QStringLiteral("application"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")},
                             {QStringLiteral("secret"), QStringLiteral("keychain:") + kSecretName},
                             {QStringLiteral("service"), identity.base().toString()}}}};
    }
    [[nodiscard]] RouteStatus route() const { return relay.status().routes.front(); }
    [[nodiscard]] bool send() { return relay.send(kMessage).reply().startsWith(QStringLiteral("250")); }

    static ScriptedHttpServer::Answer error(int status, const char *code, const QByteArray &fields = {})
    {
        return ScriptedHttpServer::json(
            QByteArray("{\"error\":{\"code\":\"") + code + "\",\"message\":\"made by the test\"}}", status, fields);
    }

private:
    ScriptedHttpServer::Answer give()
    {
        const QByteArray token = madeToken({{QStringLiteral("aud"), QStringLiteral("https://graph.microsoft.com")},
                                            {QStringLiteral("roles"), QJsonArray{QStringLiteral("Mail.Send")}},
                                            {QStringLiteral("number"), ++given},
                                            {QStringLiteral("mark"), QString::fromLatin1(kTokenMark)}});
        return ScriptedHttpServer::json("{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + token
                                        + "\"}");
    }
    ScriptedHttpServer::Answer onMail(const QByteArray &request)
    {
        if (answer) {
            if (const auto said = answer())
                return *said;
        }
        mails += QByteArray::fromBase64(request.mid(request.indexOf("\r\n\r\n") + 4));
        return ScriptedHttpServer::json({}, 202, "request-id: 4f6c\r\n");
    }

public:
    int given = 0;
    /// Nothing: the mail is taken.
    std::function<std::optional<ScriptedHttpServer::Answer>()> answer;
    QByteArrayList mails;
    ScriptedHttpServer identity;
    ScriptedHttpServer graph;
    RelayFixture relay;
};

} // namespace

class tst_GraphUpstream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsWhatADeviceSent();
    void waitsAsLongAsGraphAsks();
    void takesAFreshTokenOnce();
    void holdsTheQueueWhileSomebodyMustAct();
    void refusesOneMessageOnly();
    void neverRepeatsWhatMayHaveBeenSent();
    void goesTheOtherWayAndBack();
};

void tst_GraphUpstream::sendsWhatADeviceSent()
{
    GraphSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.relay.send(kMessage, {QStringLiteral("b@example.com"), QStringLiteral("c@example.com")})
                .reply()
                .startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 1, 20'000);
    const QByteArray request = site.graph.requests().front();
    QVERIFY2(request.startsWith("POST /v1.0/users/scanner%40example.com/sendMail ")
                 || request.startsWith("POST /v1.0/users/scanner@example.com/sendMail "),
             request.left(100));
    const QByteArray mail = site.mails.front();
    QVERIFY(mail.contains("To: b@example.com\r\n") && mail.contains("Bcc: c@example.com\r\n"));
    QVERIFY(mail.contains("Subject: scan\r\n") && mail.endsWith("\r\n\r\nbody\r\n"));
    QTRY_COMPARE(site.relay.status().queued, 0u);
    QCOMPARE(site.relay.status().delivered, 1u);
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 2, 20'000);
    QCOMPARE(site.given, 1);
    QCOMPARE(site.route().state, QStringLiteral("open"));
    QVERIFY(!site.relay.log.join(u'\n').contains(QStringLiteral("eyJ")));
}

void tst_GraphUpstream::waitsAsLongAsGraphAsks()
{
    GraphSite site;
    site.relay.waits.slowed = {10ms}; // its own would be over at once
    bool asked = false;
    site.answer = [&asked]() -> std::optional<ScriptedHttpServer::Answer> {
        if (std::exchange(asked, true))
            return std::nullopt;
        return GraphSite::error(429, "ApplicationThrottled", "Retry-After: 2\r\n");
    };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.route().state, QStringLiteral("slowed"), 20'000);
    QElapsedTimer since;
    since.start();
    QCOMPARE(site.mails.size(), 0);
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 1, 20'000);
    QVERIFY2(since.elapsed() > 1000, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(site.relay.status().bounced, 0u);
}

void tst_GraphUpstream::takesAFreshTokenOnce()
{
    GraphSite site;
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 1, 20'000);
    int refusals = 0;
    site.answer = [&site, &refusals]() -> std::optional<ScriptedHttpServer::Answer> {
        if (site.given > 1)
            return std::nullopt;
        ++refusals;
        return GraphSite::error(401, "InvalidAuthenticationToken");
    };
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.given, 2, 20'000);
    QVERIFY(site.relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 2, 20'000);
    QCOMPARE(refusals, 1);
    QCOMPARE(site.given, 2);
    QCOMPARE(site.route().state, QStringLiteral("open"));
}

void tst_GraphUpstream::holdsTheQueueWhileSomebodyMustAct()
{
    GraphSite site;
    site.answer = [] { return GraphSite::error(403, "ErrorAccessDenied"); };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.route().state, QStringLiteral("held"), 20'000);
    QVERIFY(site.send());
    QVERIFY2(site.relay.status().reason.contains(QStringLiteral("Mail.Send")), qPrintable(site.relay.status().reason));
    QCOMPARE(site.graph.requests().size(), 1);
    QCOMPARE(site.relay.status().bounced, 0u);
    site.answer = nullptr;
    QVERIFY(site.relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 2, 20'000);
    QTRY_COMPARE(site.route().state, QStringLiteral("open"));
}

void tst_GraphUpstream::refusesOneMessageOnly()
{
    GraphSite site;
    bool isFirst = true;
    site.answer = [&isFirst]() -> std::optional<ScriptedHttpServer::Answer> {
        if (std::exchange(isFirst, false))
            return GraphSite::error(400, "ErrorMimeContentInvalidBase64String");
        return std::nullopt;
    };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().bounced, 1u, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 1, 20'000); // the report to the sender
    QVERIFY(site.mails.front().contains("multipart/report"));
    QCOMPARE(site.route().state, QStringLiteral("open"));
}

void tst_GraphUpstream::neverRepeatsWhatMayHaveBeenSent()
{
    GraphSite site;
    site.answer = [] { return ScriptedHttpServer::Answer{.hangsUp = true}; };
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    const auto sent = site.relay.send(kMessage);
    QVERIFY(sent.reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(site.graph.requests().size(), 1, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.story(sent.id()), QStringLiteral("accepted in-doubt"), 20'000);
    site.answer = nullptr;
    QVERIFY(site.send()); // another one goes, and the first does not
    QTRY_COMPARE_WITH_TIMEOUT(site.mails.size(), 1, 20'000);
    QCOMPARE(site.graph.requests().size(), 2);
    QTRY_COMPARE(site.relay.status().queued, 1u);
    QCOMPARE(site.relay.status().bounced, 0u);
}

void tst_GraphUpstream::goesTheOtherWayAndBack()
{
    GraphSite site;
    SmtpSink second;
    QVERIFY(second.listen());
    site.answer = [] { return GraphSite::error(503, "ServiceNotAvailable"); };
    site.relay.config.insert(
        QStringLiteral("fallbacks"),
        QJsonArray{QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(second.port())},
                               {QStringLiteral("tls"), QStringLiteral("none")},
                               {QStringLiteral("maxMessagesPerMinute"), 100'000}}});
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(second.messages().size(), 1u, 20'000);
    QCOMPARE(site.mails.size(), 0);
    site.answer = nullptr;
    QTRY_VERIFY2_WITH_TIMEOUT(site.send() && site.mails.size() > 0, "nothing ever went by Graph again", 20'000);
    QTRY_COMPARE(site.relay.status().queued, 0u);
}

QTEST_GUILESS_MAIN(tst_GraphUpstream)
#include "tst_GraphUpstream.moc"
