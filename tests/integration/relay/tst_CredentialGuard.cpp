// SPDX-License-Identifier: GPL-3.0-or-later
#include "GuardClock.h"
#include "RelayFixture.h"

#include "core/oauth/AccountBook.h"

#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// A relay without any mail that looks after what it signs in with.

namespace {

const QString kMailbox = QStringLiteral("scanner@contoso.com");
const QString kSecretName = QStringLiteral("relay secret");

const QJsonObject kSecret{{QStringLiteral("secret"), QStringLiteral("keychain:relay secret")}};

class GuardedSite {
public:
    GuardedSite() : identity([this](const QByteArray &) { return answer(); })
    {
        relay.secrets.write(kSecretName, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
        relay.lookEvery = 10ms;
        relay.clock = &clock;
    }
    [[nodiscard]] bool begin(const QJsonObject &proof, const QString &secretEnds = {})
    {
        if (!identity.listen())
            return false;
        QJsonObject oauth = proof;
        oauth.insert(QStringLiteral("tenant"), QStringLiteral("contoso.com"));
        oauth.insert(QStringLiteral("application"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
        oauth.insert(QStringLiteral("service"), identity.base().toString());
        // Nobody connects: there is no mail.
        QJsonObject members{{QStringLiteral("user"), kMailbox}, {QStringLiteral("oauth"), oauth}};
        if (!secretEnds.isEmpty())
            members.insert(QStringLiteral("secretEnds"), secretEnds);
        relay.setUpstream(9, QStringLiteral("starttls"), members);
        return relay.start();
    }
    /// A first try that fails and a second one that does not: only so it shows from outside that a token is there. Two
    /// requests; no alert lasts then.
    [[nodiscard]] bool beginAndSignIn()
    {
        answer = secretEnded;
        if (!begin(kSecret))
            return false;
        const auto isRoute = [this](const char *state) {
            return QTest::qWaitFor([&] { return relay.status().routes.front().state == QLatin1String(state); }, 20'000);
        };
        if (!isRoute("held"))
            return false;
        answer = token;
        clock.advance(20min); // the pause is over
        return isRoute("open") && isQuiet();
    }
    [[nodiscard]] bool isQuiet()
    {
        return QTest::qWaitFor(
            [this] {
                clock.advance(1min); // so long it must have been well
                return alerts().isEmpty();
            },
            20'000);
    }
    static ScriptedHttpServer::Answer token()
    {
        return ScriptedHttpServer::json("{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\""
                                        + QByteArray(kTokenMark) + "\"}");
    }
    static ScriptedHttpServer::Answer secretEnded()
    {
        return ScriptedHttpServer::json("{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The "
                                        "provided client secret keys for app are expired.\"}",
                                        401);
    }
    [[nodiscard]] QStringList alerts() const
    {
        QStringList kinds;
        for (const AlertStatus &one : relay.status().alerts)
            kinds += QStringLiteral("%1(%2)").arg(one.kind, one.subject);
        return kinds;
    }

    GuardClock clock;
    std::function<ScriptedHttpServer::Answer()> answer = token;
    ScriptedHttpServer identity;
    RelayFixture relay;
};

} // namespace

class tst_CredentialGuard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void triesToSignInOnceADay();
    void tellsOfAnAccountThatDoesNotSignIn();
    void knowsFromTheAccountsWhenASecretEnds();
    void knowsFromTheConfigurationWhenASecretEnds();
    void readsWhenACertificateEnds();
};

void tst_CredentialGuard::triesToSignInOnceADay()
{
    GuardedSite site;
    QVERIFY2(site.beginAndSignIn(), qPrintable(site.relay.problem));
    site.clock.advance(23h);
    const int read = site.clock.readings();
    QTRY_VERIFY_WITH_TIMEOUT(site.clock.readings() > read + 50, 20'000); // so it was looked at again and again
    QCOMPARE(site.identity.requests().size(), 2);
    site.clock.advance(2h);
    QTRY_COMPARE_WITH_TIMEOUT(site.identity.requests().size(), 3, 20'000);
    QCOMPARE(site.alerts(), QStringList());
}

void tst_CredentialGuard::tellsOfAnAccountThatDoesNotSignIn()
{
    GuardedSite site;
    QVERIFY2(site.beginAndSignIn(), qPrintable(site.relay.problem));
    site.answer = &GuardedSite::secretEnded;
    site.clock.advance(25h);
    QTRY_COMPARE_WITH_TIMEOUT(site.alerts(), QStringList(QStringLiteral("upstream(default)")), 20'000);
    const QString sentence = site.relay.status().alerts.front().sentence;
    QVERIFY2(sentence.contains(QStringLiteral("7000222")), qPrintable(sentence));
    QCOMPARE(site.relay.status().routes.front().state, QStringLiteral("held"));
    QCOMPARE(site.identity.requests().size(), 3);
    // Somebody made a new secret: it is over by itself, when the pause is.
    site.answer = &GuardedSite::token;
    site.clock.advance(20min);
    QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().routes.front().state, QStringLiteral("open"), 20'000);
    QVERIFY(site.isQuiet());
}

void tst_CredentialGuard::knowsFromTheAccountsWhenASecretEnds()
{
    const QTemporaryDir folder;
    GuardedSite site;
    site.relay.accountBook = folder.filePath(QStringLiteral("accounts.json"));
    BookedAccount booked{kMailbox,
                         {.tenant = *EntraTenant::parse(QStringLiteral("contoso.com")),
                          .application = *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
                          .proof = KeptClientSecret{SecretRef::keychain(kSecretName)}}};
    booked.proofEnds = toDateTime(site.clock.now()).toUTC().date().addDays(20);
    const auto write = [&] {
        return changeAccountBook(site.relay.accountBook, [&](AccountBook &book) { book = {booked}; }).has_value();
    };
    QVERIFY(write());
    QVERIFY2(site.begin(kSecret), qPrintable(site.relay.problem));
    QTRY_COMPARE_WITH_TIMEOUT(site.alerts(), QStringList(QStringLiteral("credential(%1)").arg(kMailbox)), 20'000);
    // It was replaced, and nobody told the relay.
    booked.proofEnds = booked.proofEnds->addDays(700);
    QVERIFY(write());
    site.clock.advance(61min);
    QTRY_COMPARE_WITH_TIMEOUT(site.alerts(), QStringList(), 20'000);
}

void tst_CredentialGuard::knowsFromTheConfigurationWhenASecretEnds()
{
    const QTemporaryDir folder;
    GuardedSite site;
    site.relay.accountBook = folder.filePath(QStringLiteral("accounts.json")); // a service has none
    const QDate end = toDateTime(site.clock.now()).toUTC().date().addDays(10);
    QVERIFY2(site.begin(kSecret, end.toString(Qt::ISODate)), qPrintable(site.relay.problem));
    QTRY_COMPARE_WITH_TIMEOUT(site.alerts(), QStringList(QStringLiteral("credential(%1)").arg(kMailbox)), 20'000);
    const QString sentence = site.relay.status().alerts.front().sentence;
    QVERIFY2(sentence.contains(QStringLiteral("The client secret that %1 signs in with ends in ").arg(kMailbox)),
             qPrintable(sentence));
}

void tst_CredentialGuard::readsWhenACertificateEnds()
{
    TestCertificates certificates;
    const TestIdentity identity = certificates.valid();
    GuardedSite site;
    site.clock.advance(std::chrono::days(3650)); // it has ended by then
    QVERIFY2(site.begin({{QStringLiteral("certificateFile"), identity.certificateFile},
                         {QStringLiteral("key"), QStringLiteral("file:") + identity.keyFile}}),
             qPrintable(site.relay.problem));
    QTRY_VERIFY_WITH_TIMEOUT(site.alerts().contains(QStringLiteral("credential(%1)").arg(kMailbox)), 20'000);
}

QTEST_GUILESS_MAIN(tst_CredentialGuard)
#include "tst_CredentialGuard.moc"
