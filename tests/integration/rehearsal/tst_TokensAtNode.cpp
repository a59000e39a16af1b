// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/rehearsal/PracticeServer.h"
#include "tests/integration/rehearsal/SignInFixture.h"
#include "tests/integration/session/ClientRun.h"
#include "tests/support/RootScript.h"
#include "tests/support/TestCertificates.h"
#include "tests/unit/oauth/MadeIdentity.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

#include <ctime>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");

}

/// Tokens of the practice sign-in service and our XOAUTH2 strings, judged by others: the npm module smtp-server reads the
/// strings, and node's crypto checks the tokens with the published keys.
class tst_TokensAtNode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void takesWhatTheServiceIssued_data();
    void takesWhatTheServiceIssued();
    void refusesWhatItMust_data();
    void refusesWhatItMust();

private:
    using Make = std::function<Secret(SignInFixture &)>;
    [[nodiscard]] ConnectionSettings settings(const Secret &token)
    {
        ConnectionSettings made = settingsFor(m_port, TlsPolicy::Required);
        made.tls.caCertificatesPem = m_certificates.authorityPem();
        made.smtp.credentials = Credentials{kScanner, token, AuthMechanism::XOAuth2};
        return made;
    }
    [[nodiscard]] static Secret issued(SignInFixture &fixture, const TokenClient &client)
    {
        return tokenIn(fixture.ask(client, ClientCredentialsGrant{})).accessToken;
    }
    [[nodiscard]] static GrantedToken signedIn(SignInFixture &fixture, const QString &user)
    {
        fixture.service().setConsent(PracticeConsent::AtOnce);
        const TokenClient client = fixture.publicClient();
        const auto signIn = BrowserSignIn::begin(client, 50123, Secret(randomOctets(BrowserSignIn::kRandomOctets)),
                                                 {.loginHint = user});
        const QUrl back = QUrl::fromEncoded(fixture.browse(signIn->url()).field("Location"));
        const auto read = signIn->read("/?" + back.query(QUrl::FullyEncoded).toLatin1(), Knowledge::builtIn());
        return tokenIn(fixture.ask(client, signIn->grantFor(std::get<RedirectCode>(read))));
    }

    TestCertificates m_certificates;
    QTemporaryDir m_folder;
    std::unique_ptr<SignInFixture> m_fixture;
    QProcess m_server;
    std::uint16_t m_port = 0;
};

void tst_TokensAtNode::initTestCase()
{
    m_fixture = std::make_unique<SignInFixture>();
    QFile authority(m_folder.filePath(QStringLiteral("ca.pem")));
    QVERIFY(authority.open(QIODevice::WriteOnly) && authority.write(m_fixture->service().authorityPem()) > 0);
    authority.close();
    const QString signIn =
        m_fixture->service().baseUrl().toString(QUrl::FullyEncoded) + u'/' + m_fixture->service().directory().tenantId;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NODE_PATH"), toolsFolder() + QStringLiteral("/npm/node_modules"));
    environment.insert(QStringLiteral("NODE_EXTRA_CA_CERTS"), authority.fileName());
    environment.insert(QStringLiteral("TEST_SIGN_IN"), signIn);
    m_server.setProcessEnvironment(environment);
    const TestIdentity identity = m_certificates.valid();
    m_server.start(QStringLiteral("node"), {QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/support/smtp-server.cjs"),
                                            identity.keyFile, identity.certificateFile, kScanner});
    QVERIFY2(m_server.waitForReadyRead(20'000),
             qPrintable(QStringLiteral("smtp-server does not start: run installer/bootstrap.sh --tests. ")
                        + QString::fromUtf8(m_server.readAllStandardError())));
    m_port = m_server.readLine().trimmed().toUShort();
    QVERIFY(m_port > 0);
}

void tst_TokensAtNode::cleanupTestCase()
{
    m_server.closeWriteChannel();
    QVERIFY(m_server.waitForFinished(10'000));
}

void tst_TokensAtNode::takesWhatTheServiceIssued_data()
{
    QTest::addColumn<Make>("make");
    const auto row = [](const char *tag, Make make) { QTest::newRow(tag) << make; };
    row("of an application by its secret",
        [](SignInFixture &fixture) { return issued(fixture, fixture.confidentialClient()); });
    row("of an application by its certificate", [](SignInFixture &fixture) {
        const test::MadeIdentity made = test::MadeIdentity::rsa();
        const QByteArray pem = made.certificatePem(std::time(nullptr) - 3600, std::time(nullptr) + 3600);
        fixture.application().certificatesPem = {pem};
        TokenClient client = fixture.confidentialClient();
        client.proof = ClientAssertionProof{*signAssertion(*AssertionKey::fromPem(made.keyPem(), pem),
                                                           {client.service.tokenUrl(), client.application},
                                                           fixture.clock().now(), randomOctets(kAssertionIdOctets))};
        return issued(fixture, client);
    });
    row("of a user", [](SignInFixture &fixture) { return signedIn(fixture, kScanner).accessToken; });
    row("of a user, renewed", [](SignInFixture &fixture) {
        const Secret refresh = signedIn(fixture, kScanner).refreshToken;
        return tokenIn(fixture.ask(fixture.publicClient(), RefreshTokenGrant{refresh})).accessToken;
    });
    row("signed by a new key", [](SignInFixture &fixture) {
        (void)fixture.service().rotateKey();
        return issued(fixture, fixture.confidentialClient());
    });
    row("signed by the key before", [](SignInFixture &fixture) {
        const Secret token = issued(fixture, fixture.confidentialClient());
        (void)fixture.service().rotateKey();
        return token;
    });
}

void tst_TokensAtNode::takesWhatTheServiceIssued()
{
    QFETCH(Make, make);
    const Secret token = make(*m_fixture);
    QVERIFY(!token.isEmpty());
    ClientRun run(settings(token));
    const QByteArray message = "Subject: x\r\n\r\nBy a token.\r\n";
    run.addMessage(message);
    QVERIFY2(run.run(), run.show());
    QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
    QTRY_VERIFY(m_server.canReadLine());
    const QJsonObject stored = QJsonDocument::fromJson(m_server.readLine()).object();
    QCOMPARE_EQ(stored[QStringLiteral("user")].toString(), kScanner);
    QCOMPARE_EQ(QByteArray::fromBase64(stored[QStringLiteral("data")].toString().toLatin1()), message);
    QVERIFY2(!run.text().toUtf8().contains(token.reveal()), "the transcript shows the token");
}

void tst_TokensAtNode::refusesWhatItMust_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QString>("fault");
    const auto row = [](const char *fault, const char *tag, Make make) {
        QTest::newRow(tag) << make << QString::fromLatin1(fault);
    };
    row("audience", "for Graph",
        [](SignInFixture &fixture) { return issued(fixture, fixture.confidentialClient(TokenUse::Graph)); });
    row("user", "of another user",
        [](SignInFixture &fixture) { return signedIn(fixture, QStringLiteral("joe@contoso.com")).accessToken; });
    row("no key", "of another service", [](SignInFixture &) {
        SignInFixture other;
        return issued(other, other.confidentialClient());
    });
    row("signature", "with a claim changed", [](SignInFixture &fixture) {
        QByteArrayList parts = issued(fixture, fixture.confidentialClient()).reveal().toByteArray().split('.');
        QByteArray claims = QByteArray::fromBase64(parts[1], QByteArray::Base64UrlEncoding);
        claims.replace("Practice application", "Another application ");
        parts[1] = base64Url(claims);
        return Secret(parts.join('.'));
    });
    row("time", "that has ended", [](SignInFixture &fixture) {
        fixture.service().setFaults({.tokenLife = 1s});
        const GrantedToken token = tokenIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{}));
        fixture.service().setFaults({});
        (void)QTest::qWaitFor([&] { return fixture.clock().now() > token.expires + 1s; }, 20'000);
        return token.accessToken;
    });
}

void tst_TokensAtNode::refusesWhatItMust()
{
    QFETCH(Make, make);
    QFETCH(QString, fault);
    ClientRun run(settings(make(*m_fixture)));
    QVERIFY2(run.run(), run.show());
    QCOMPARE_EQ(run.end().outcome, Outcome::RefusedByServer);
    QCOMPARE_EQ(run.end().stage, Stage::Auth);
    const QString told = QStringLiteral("\"scope\":\"%1\"").arg(fault);
    const bool isTold =
        std::ranges::any_of(run.lines, [&told](const TranscriptLine &line) { return line.decoded.contains(told); });
    QVERIFY2(isTold, run.show());
}

QTEST_GUILESS_MAIN(tst_TokensAtNode)
#include "tst_TokensAtNode.moc"
