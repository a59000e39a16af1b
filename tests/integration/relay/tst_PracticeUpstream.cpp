// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "core/oauth/PersonSignIn.h"
#include "core/rehearsal/PracticeGraphService.h"
#include "core/rehearsal/PracticeServer.h"
#include "tests/integration/rehearsal/SignInFixture.h"
#include "tests/support/Base64Lines.h"
#include "tests/unit/oauth/MadeIdentity.h"

#include <ctime>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// The whole way of a plain message of a device: to the relay, and on with tokens of the practice sign-in service to the practice
// SMTP server, which takes these and no others, or to the practice Graph.

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");
const QStringList kJane{QStringLiteral("jane@example.com")};

QByteArray mailOf(const QByteArray &text)
{
    return "From: Scanner <scanner@contoso.com>\r\nTo: jane@example.com\r\nSubject: scan\r\nMessage-ID: "
           "<1@scanner.contoso.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n"
           + text + "\r\n";
}

class PracticeSite {
public:
    PracticeSite() : graph({}, signIn.service().judge(), signIn.clock(), Knowledge::builtIn())
    {
        PracticeSettings settings;
        settings.method = PracticeMethod::ClientSubmission;
        settings.tokenJudge = signIn.service().judge();
        PracticeAccount scanner;
        scanner.user = kScanner;
        settings.tenant.accounts = {scanner};
        smtp = std::make_unique<PracticeServer>(settings, signIn.clock());
        keep(QStringLiteral("relay secret"), Secret(QByteArray(kPasswordMark)));
    }
    void keep(const QString &name, const Secret &secret)
    {
        relay.secrets.write(name, secret, qApp, [](const Result<void> &) {});
    }
    [[nodiscard]] Secret kept(const QString &name)
    {
        std::optional<Secret> found;
        relay.secrets.read(name, qApp, [&found](const Result<Secret> &secret) { found = secret.value_or(Secret()); });
        (void)QTest::qWaitFor([&found] { return found.has_value(); }, 10'000);
        return found.value_or(Secret());
    }
    /// `proof`: secret, certificateFile and key, or refreshToken.
    [[nodiscard]] bool beginSmtp(const QJsonObject &proof)
    {
        if (!smtp->start())
            return false;
        relay.setUpstream(smtp->address().port, QStringLiteral("starttls"),
                          {{QStringLiteral("user"), kScanner},
                           {QStringLiteral("caFile"), authorityOf(QStringLiteral("smtp.pem"), smtp->authorityPem())},
                           {QStringLiteral("oauth"), oauth(proof)}});
        return relay.start();
    }
    [[nodiscard]] bool beginGraph()
    {
        if (!graph.start())
            return false;
        relay.config.insert(
            QStringLiteral("upstream"),
            QJsonObject{{QStringLiteral("graph"), QJsonObject{{QStringLiteral("service"), graph.baseUrl().toString()}}},
                        {QStringLiteral("user"), kScanner},
                        {QStringLiteral("caFile"), authorityOf(QStringLiteral("graph.pem"), graph.authorityPem())},
                        {QStringLiteral("oauth"), oauth(secret())}});
        return relay.start();
    }
    /// Each service has an authority of its own, which nobody else is asked to trust.
    [[nodiscard]] QString authorityOf(const QString &name, const QByteArray &pem) const
    {
        QFile file(relay.folder() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(pem) != pem.size())
            qFatal("%s", qPrintable(file.errorString()));
        return file.fileName();
    }
    [[nodiscard]] static QJsonObject secret()
    {
        return {{QStringLiteral("secret"), QStringLiteral("keychain:relay secret")}};
    }
    [[nodiscard]] QJsonObject oauth(QJsonObject proof)
    {
        proof.insert(QStringLiteral("tenant"), signIn.service().directory().tenantId);
        proof.insert(QStringLiteral("application"), signIn.application().id);
        proof.insert(QStringLiteral("service"), signIn.service().baseUrl().toString());
        proof.insert(QStringLiteral("caFile"),
                     authorityOf(QStringLiteral("sign-in.pem"), signIn.service().authorityPem()));
        return proof;
    }
    [[nodiscard]] bool send(const QByteArray &mail, const QStringList &recipients = kJane)
    {
        return relay.send(mail, recipients, kScanner).reply().startsWith(QStringLiteral("250"));
    }

    SignInFixture signIn;
    PracticeGraphService graph;
    std::unique_ptr<PracticeServer> smtp;
    RelayFixture relay;
};

QStringList recipientsOf(const ReceivedMessage &message)
{
    QStringList all;
    for (const EmailAddress &one : message.envelope.recipients)
        all += one.toString();
    all.sort();
    return all;
}

} // namespace

class tst_PracticeUpstream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withASecret();
    void withACertificate();
    void asAPersonWhoseSignInIsRenewed();
    void throughGraph();
    void aLargeMessageThroughGraph();
    void aServiceThatFailsLosesNothing_data();
    void aServiceThatFailsLosesNothing();
};

void tst_PracticeUpstream::withASecret()
{
    PracticeSite site;
    QVERIFY2(site.beginSmtp(PracticeSite::secret()), qPrintable(site.relay.problem));
    QVERIFY(site.send(mailOf("A scan.")));
    QTRY_COMPARE_WITH_TIMEOUT(site.smtp->messages().size(), 1u, 20'000);
    const ReceivedMessage &message = site.smtp->messages().front();
    QCOMPARE(message.signedInAs, kScanner);
    QVERIFY(message.tls);
    QVERIFY2(message.content.endsWith("\r\n\r\nA scan.\r\n"), message.content);
    QTRY_COMPARE(site.relay.status().queued, 0u);
    QCOMPARE(site.signIn.service().counts().tokens, 1);
}

void tst_PracticeUpstream::withACertificate()
{
    PracticeSite site;
    const test::MadeIdentity made = test::MadeIdentity::rsa();
    const QByteArray pem = made.certificatePem(std::time(nullptr) - 3600, std::time(nullptr) + 3600);
    site.signIn.application().secrets.clear();
    site.signIn.application().certificatesPem = {pem};
    QFile certificate(site.relay.folder() + QStringLiteral("/application.pem"));
    QVERIFY(certificate.open(QIODevice::WriteOnly));
    certificate.write(pem);
    certificate.close();
    site.keep(QStringLiteral("relay key"), made.keyPem());
    QVERIFY2(site.beginSmtp({{QStringLiteral("certificateFile"), certificate.fileName()},
                             {QStringLiteral("key"), QStringLiteral("keychain:relay key")}}),
             qPrintable(site.relay.problem));
    QVERIFY(site.send(mailOf("A scan.")));
    QTRY_COMPARE_WITH_TIMEOUT(site.smtp->messages().size(), 1u, 20'000);
    QCOMPARE(site.smtp->messages().front().signedInAs, kScanner);
}

/// The service takes each refresh token once and gives the next one with each answer.
void tst_PracticeUpstream::asAPersonWhoseSignInIsRenewed()
{
    PracticeSite site;
    site.signIn.service().setConsent(PracticeConsent::AtOnce);
    PersonSignIn person(site.signIn.publicClient(), site.signIn.carrier(), site.signIn.clock(), Knowledge::builtIn());
    QSignalSpy finished(&person, &PersonSignIn::finished);
    QSignalSpy wanted(&person, &PersonSignIn::browserWanted);
    QVERIFY(person.inBrowser({.loginHint = kScanner}));
    QTRY_COMPARE(wanted.size(), 1);
    const HttpAnswer redirect = site.signIn.browse(wanted.front().front().toUrl());
    QCOMPARE(site.signIn.browse(QUrl::fromEncoded(redirect.field("Location"))).status, 200);
    QTRY_COMPARE(finished.size(), 1);
    const Secret first = tokenIn(finished.front().front().value<TokenAnswer>()).refreshToken;
    QVERIFY(!first.isEmpty());
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    site.keep(name, first);
    site.signIn.service().setFaults({.refreshOnce = true});
    QVERIFY2(site.beginSmtp({{QStringLiteral("refreshToken"), QStringLiteral("keychain:") + name}}),
             qPrintable(site.relay.problem));
    Secret before = first;
    for (std::size_t start = 1; start <= 3; ++start) { // each time from what the last one left
        QVERIFY(site.send(mailOf("A scan.")));
        QTRY_COMPARE_WITH_TIMEOUT(site.smtp->messages().size(), start, 20'000);
        QCOMPARE(site.smtp->messages().back().signedInAs, kScanner);
        QTRY_COMPARE(site.relay.status().queued, 0u);
        QVERIFY(site.relay.stop());
        const Secret now = site.kept(name);
        QVERIFY(!now.isEmpty() && !(now == before));
        before = now;
        QVERIFY2(site.relay.start(), qPrintable(site.relay.problem));
    }
}

void tst_PracticeUpstream::throughGraph()
{
    PracticeSite site;
    QVERIFY2(site.beginGraph(), qPrintable(site.relay.problem));
    const QStringList recipients{QStringLiteral("hidden@example.com"), kJane.front()};
    QVERIFY(site.send(mailOf("A scan."), recipients)); // one of them stands in no header
    QTRY_COMPARE_WITH_TIMEOUT(site.graph.messages().size(), 1u, 20'000);
    const ReceivedMessage &message = site.graph.messages().front();
    QCOMPARE(message.signedInAs, kScanner);
    QCOMPARE(recipientsOf(message), recipients);
    QVERIFY2(message.content.contains("A scan."), message.content);
    QTRY_COMPARE(site.relay.status().queued, 0u);
}

void tst_PracticeUpstream::aLargeMessageThroughGraph()
{
    PracticeSite site;
    QVERIFY2(site.beginGraph(), qPrintable(site.relay.problem));
    QVERIFY(site.send("From: Scanner <scanner@contoso.com>\r\nTo: jane@example.com\r\nSubject: scan\r\n"
                      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
                      "text/plain\r\n\r\nA large scan.\r\n--b\r\nContent-Type: application/pdf\r\n"
                      "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=scan.pdf\r\n\r\n"
                      + base64Lines(QByteArray(4'500'000, 's')) + "--b--\r\n"));
    QTRY_COMPARE_WITH_TIMEOUT(site.graph.messages().size(), 1u, 60'000);
    QCOMPARE(recipientsOf(site.graph.messages().front()), kJane);
    QVERIFY(site.graph.messages().front().octets > 4'500'000);
    QCOMPARE(site.graph.draftCount(), std::size_t(0));
    QTRY_COMPARE(site.relay.status().queued, 0u);
}

void tst_PracticeUpstream::aServiceThatFailsLosesNothing_data()
{
    QTest::addColumn<QString>("fault");
    for (const char *fault : {"status=500", "status=503", "malformed-json", "huge-json", "drop-in-answer"})
        QTest::newRow(fault) << QString::fromLatin1(fault);
}

/// The sign-in service fails; mail is taken and kept, the way says why, and once it works all of it arrives, and once.
void tst_PracticeUpstream::aServiceThatFailsLosesNothing()
{
    QFETCH(QString, fault);
    PracticeSite site;
    PracticeWebFaults faults;
    QVERIFY(addWebFault(faults, fault));
    site.signIn.service().setFaults(faults);
    QVERIFY2(site.beginSmtp(PracticeSite::secret()), qPrintable(site.relay.problem));
    for (int i = 0; i < 3; ++i)
        QVERIFY(site.send(mailOf("Scan " + QByteArray::number(i))));
    QTRY_VERIFY_WITH_TIMEOUT(site.relay.status().reason.contains(QStringLiteral("There is no access token")), 20'000);
    QCOMPARE(site.relay.status().queued, 3u);
    QCOMPARE(site.smtp->messages().size(), 0u);
    site.signIn.service().setFaults({});
    QVERIFY(site.relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().queued, 0u, 30'000);
    QCOMPARE(site.smtp->messages().size(), 3u);
}

QTEST_GUILESS_MAIN(tst_PracticeUpstream)
#include "tst_PracticeUpstream.moc"
