// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prove/SetUpProof.h"

#include "core/rehearsal/PracticeGraphService.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/secrets/MemorySecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "tests/integration/rehearsal/SignInFixture.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;
using End = ProofFinding::End;

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");
const QString kPlace = QStringLiteral("secret scanner@contoso.com");
constexpr SetUpProof::Pauses kShort{1ms, 4ms};

/// The sign-in service, the SMTP server and the Graph of one practice tenant, with an account that sends there.
class PracticeTenantSite {
public:
    PracticeTenantSite()
        : signIn(false), clock(SystemClock().now()),
          graph({.tls = false}, signIn.service().judge(), signIn.clock(), Knowledge::builtIn())
    {
        PracticeSettings settings;
        settings.method = PracticeMethod::ClientSubmission;
        settings.tokenJudge = signIn.service().judge();
        PracticeAccount scanner;
        scanner.user = kScanner;
        settings.tenant.accounts = {scanner};
        smtp = std::make_unique<PracticeServer>(settings, signIn.clock());
        store.write(kPlace, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
        if (!smtp->start() || !graph.start())
            qFatal("no practice tenant");
    }

    [[nodiscard]] BookedAccount account(TokenUse use = TokenUse::ClientSubmission)
    {
        return {kScanner,
                {.tenant = *EntraTenant::parse(signIn.service().directory().tenantId),
                 .application = *ApplicationId::parse(signIn.application().id),
                 .proof = KeptClientSecret{SecretRef::keychain(kPlace)},
                 .use = use,
                 .service = signIn.service().baseUrl()}};
    }
    [[nodiscard]] ProofWish wish(TokenUse use = TokenUse::ClientSubmission)
    {
        auto wish = *proofOf(account(use), std::nullopt, Knowledge::builtIn());
        if (auto *byGraph = std::get_if<ProofByGraph>(&wish.way))
            byGraph->service = graph.baseUrl();
        else
            wish.way = ProofBySmtp{smtp->address()};
        wish.authoritiesPem = smtp->authorityPem();
        wish.changedAt = clock.now();
        return wish;
    }
    [[nodiscard]] ProofWish patient(TokenUse use = TokenUse::ClientSubmission)
    {
        ProofWish wanted = wish(use);
        wanted.patient = true;
        return wanted;
    }
    [[nodiscard]] TokenKeeping keeping()
    {
        return {
            .clock = clock,
            .knowledge = Knowledge::builtIn(),
            .carrier = signIn.carrier(),
            .store = store,
            .fetchSecret = [this](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
                resolveSecret(ref, store, context, std::move(done));
            }};
    }
    /// `onWait` is called for each try that is to be repeated.
    [[nodiscard]] ProofFinding prove(const ProofWish &wanted, const std::function<void()> &onWait = {})
    {
        SetUpProof proof(wanted, keeping(), kShort);
        std::optional<ProofFinding> last;
        tries.clear();
        QObject::connect(&proof, &SetUpProof::waits, &proof, [&](const ProofFinding &finding) {
            tries.push_back(finding);
            if (onWait)
                onWait();
        });
        QObject::connect(&proof, &SetUpProof::finished, &proof,
                         [&last](const ProofFinding &finding) { last = finding; });
        proof.start();
        if (!QTest::qWaitFor([&last] { return last.has_value(); }, 60'000))
            qFatal("the proof did not end");
        return *last;
    }
    /// Exchange Online has not opened the mailbox to the application, or does so now.
    void setOpen(bool open)
    {
        const auto mailbox = open ? kScanner : QStringLiteral("somebody.else@contoso.com");
        signIn.application().mailboxes = {*EmailAddress::parse(mailbox)};
    }

    SignInFixture signIn;
    FakeClock clock;
    MemorySecretStore store;
    PracticeGraphService graph;
    std::unique_ptr<PracticeServer> smtp;
    std::vector<ProofFinding> tries; ///< of the last `prove`, that were to be repeated
};

} // namespace

class tst_SetUpProof : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMailboxSignsIn();
    void graphSendsAMessage();
    void rightsSpread_data();
    void rightsSpread();
    void rightsThatDoNotSpreadAreTold_data();
    void rightsThatDoNotSpreadAreTold();
    void onceIsOnce();
    void whatWaitingCannotMendIsNotWaitedFor();
    void nobodyAnswers();
    void theServiceAsksForAPause();
    void itCanBeDeletedAtAnyMoment();
    void theWishFollowsTheAccount();
    void aNameThatIsNoMailboxIsAskedFor();
};

void tst_SetUpProof::aMailboxSignsIn()
{
    PracticeTenantSite site;
    const ProofFinding finding = site.prove(site.wish());
    QVERIFY2(finding.end == End::Proven, qPrintable(finding.sentence));
    QCOMPARE_EQ(finding.step, ProofStep::SignIn);
    QVERIFY2(finding.sentence.startsWith(kScanner + QStringLiteral(" signed in to ")), qPrintable(finding.sentence));
    QCOMPARE(finding.claims->applicationId, site.signIn.application().id);
    QVERIFY(site.smtp->messages().empty());
    QCOMPARE(site.signIn.service().counts().tokens, 1);
}

void tst_SetUpProof::graphSendsAMessage()
{
    PracticeTenantSite site;
    const ProofFinding finding = site.prove(site.wish(TokenUse::Graph));
    QVERIFY2(finding.end == End::Proven, qPrintable(finding.sentence));
    QCOMPARE(site.graph.messages().size(), 1u);
    const ReceivedMessage &message = site.graph.messages().front();
    QCOMPARE(message.envelope.recipients.front().toString(), kScanner);
    QVERIFY2(message.content.contains("can send through Microsoft Graph"), message.content);
}

void tst_SetUpProof::rightsSpread_data()
{
    QTest::addColumn<TokenUse>("use");
    QTest::newRow("by SMTP") << TokenUse::ClientSubmission;
    QTest::newRow("through Graph") << TokenUse::Graph;
}

void tst_SetUpProof::rightsSpread()
{
    QFETCH(TokenUse, use);
    PracticeTenantSite site;
    site.setOpen(false);
    int waited = 0;
    const ProofFinding finding = site.prove(site.patient(use), [&] {
        site.clock.advance(10min);
        if (++waited == 3)
            site.setOpen(true);
    });
    QVERIFY2(finding.end == End::Proven, qPrintable(finding.sentence));
    QCOMPARE(site.tries.size(), 3u);
    for (const ProofFinding &one : site.tries)
        QVERIFY2(one.end == End::NotYet, qPrintable(one.sentence));
    QCOMPARE(site.signIn.service().counts().tokens, 4); // an older one would not know of rights that came later
}

void tst_SetUpProof::rightsThatDoNotSpreadAreTold_data()
{
    rightsSpread_data();
}

void tst_SetUpProof::rightsThatDoNotSpreadAreTold()
{
    QFETCH(TokenUse, use);
    PracticeTenantSite site;
    site.setOpen(false);
    ProofWish wanted = site.patient(use);
    wanted.changedAt = site.clock.now() - 100min;
    const ProofFinding finding = site.prove(wanted, [&site] { site.clock.advance(7min); });
    QVERIFY2(finding.end == End::Refused, qPrintable(finding.sentence));
    QCOMPARE(site.tries.size(), 3u); // within two hours
    QVERIFY(use == TokenUse::Graph ? finding.graphTrouble.has_value() : finding.diagnosis.has_value());
    QCOMPARE(site.graph.messages().size(), 0u);
}

void tst_SetUpProof::onceIsOnce()
{
    PracticeTenantSite site;
    site.setOpen(false);
    const ProofFinding finding = site.prove(site.wish());
    QVERIFY2(finding.end == End::NotYet, qPrintable(finding.sentence));
    QVERIFY(finding.diagnosis->notBefore.has_value());
    QVERIFY(site.tries.empty());
    ProofWish wanted = site.wish();
    wanted.changedAt = site.clock.now() - 2h;
    QCOMPARE_EQ(site.prove(wanted).end, End::Refused);
}

void tst_SetUpProof::whatWaitingCannotMendIsNotWaitedFor()
{
    PracticeTenantSite site;
    site.signIn.application().secrets = {{Secret("another one")}};
    const ProofFinding finding = site.prove(site.patient());
    QVERIFY2(finding.end == End::Refused, qPrintable(finding.sentence));
    QCOMPARE_EQ(finding.step, ProofStep::Token);
    QCOMPARE(finding.tokenTrouble->entryId, QStringLiteral("token.secret-invalid"));
    QVERIFY(site.tries.empty());
    QCOMPARE(site.signIn.service().counts().requests, 1);
}

void tst_SetUpProof::nobodyAnswers()
{
    PracticeTenantSite site;
    ProofWish wanted = site.wish();
    site.smtp->stop();
    const ProofFinding finding = site.prove(wanted);
    QVERIFY2(finding.end == End::NoAnswer, qPrintable(finding.sentence));
    QCOMPARE_EQ(finding.step, ProofStep::SignIn);
    wanted.patient = true;
    wanted.changedAt = site.clock.now() - 100min;
    const ProofFinding last = site.prove(wanted, [&site] { site.clock.advance(7min); });
    QVERIFY2(last.end == End::NoAnswer, qPrintable(last.sentence));
    QCOMPARE(site.tries.size(), 3u);
}

void tst_SetUpProof::theServiceAsksForAPause()
{
    PracticeTenantSite site;
    PracticeWebFaults faults;
    faults.status = 503;
    site.signIn.service().setFaults(faults);
    const ProofFinding finding = site.prove(site.wish());
    QVERIFY2(finding.end == End::NoAnswer, qPrintable(finding.sentence));
    QCOMPARE_EQ(finding.step, ProofStep::Token);
}

void tst_SetUpProof::itCanBeDeletedAtAnyMoment()
{
    PracticeTenantSite site;
    site.setOpen(false);
    auto proof = std::make_unique<SetUpProof>(site.patient(), site.keeping(), kShort);
    int told = 0;
    QObject::connect(proof.get(), &SetUpProof::stepBegan, proof.get(), [&told] { ++told; });
    proof->start();
    QTRY_COMPARE_GE(told, 3);
    proof.reset();
    const int before = site.signIn.service().counts().requests;
    SetUpProof other(site.patient(), site.keeping(), kShort); // and one that never began
    QCOMPARE(site.signIn.service().counts().requests, before);
}

void tst_SetUpProof::theWishFollowsTheAccount()
{
    PracticeTenantSite site;
    const Knowledge &known = Knowledge::builtIn();
    const auto plain = proofOf(site.account(), std::nullopt, known);
    QVERIFY(plain);
    QCOMPARE(std::get<ProofBySmtp>(plain->way).server.toString(), QStringLiteral("smtp.office365.com:587"));
    const auto highVolume = proofOf(site.account(TokenUse::HighVolumeEmail), std::nullopt, known);
    QVERIFY(highVolume);
    QCOMPARE(std::get<ProofBySmtp>(highVolume->way).server.host.toString(), known.text(QStringLiteral("hve.host")));
    const auto shared = EmailAddress::parse(QStringLiteral("office@contoso.com"));
    const auto graph = proofOf(site.account(TokenUse::Graph), *shared, known);
    QVERIFY(graph);
    QCOMPARE(graph->mailbox, *shared);
    QCOMPARE(std::get<ProofByGraph>(graph->way).recipient, *shared);
}

void tst_SetUpProof::aNameThatIsNoMailboxIsAskedFor()
{
    PracticeTenantSite site;
    BookedAccount account = site.account();
    account.name = QStringLiteral("the scanner");
    const auto wish = proofOf(account, std::nullopt, Knowledge::builtIn());
    QVERIFY(!wish);
    QVERIFY2(wish.error().detail.endsWith(QLatin1String("Name the mailbox that sends.")),
             qPrintable(wish.error().detail));
}

QTEST_GUILESS_MAIN(tst_SetUpProof)
#include "tst_SetUpProof.moc"
