// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Conditions.h"
#include "core/diagnosis/Diagnosis.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(10, 0), Qt::UTC));

Diagnosis explained(const char *text, const DiagnosisContext &context)
{
    return *diagnoseText(QString::fromUtf8(text), context, Knowledge::builtIn());
}

const char *kAuth = "535 5.7.3 Authentication unsuccessful";
const char *kCriteria = "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be "
                        "authenticated successfully. Contact your administrator.";
const char *kSendAs = "550 5.7.60 SMTP; Client does not have permissions to send as this sender";

const Cause *find(const Diagnosis &diagnosis, const char *piece)
{
    const auto cause = std::ranges::find_if(
        diagnosis.causes, [&](const Cause &candidate) { return candidate.text.contains(QString::fromUtf8(piece)); });
    return cause == diagnosis.causes.end() ? nullptr : &*cause;
}

TokenClaims goodToken()
{
    TokenClaims token;
    token.audience = QStringLiteral("https://outlook.office.com");
    token.tenantId = QStringLiteral("11111111-2222-3333-4444-555555555555");
    token.user = QStringLiteral("scanner@contoso.com");
    token.applicationId = QStringLiteral("app");
    token.scopes = {QStringLiteral("SMTP.Send")};
    token.expires = kNow + 1h;
    return token;
}

DiagnosisContext tokenContext(const TokenClaims &token)
{
    DiagnosisContext context;
    context.server = QStringLiteral("smtp.office365.com:587");
    context.user = QStringLiteral("scanner@contoso.com");
    context.mechanism = "XOAUTH2";
    context.token = token;
    context.now = kNow;
    return context;
}

} // namespace

class tst_Ranking : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void catalogueAndCodeKnowTheSameConditions();
    void nothingKnownLeavesTheCataloguesOrder();
    void theSitesSwitchesSpeakForACause();
    void whatTheSiteKnowsRulesACauseOut();
    void aWrongAudienceProvesTheCause();
    void anExpiredTokenProvesTheCause();
    void aTokenOfAnotherUserIsLikelier();
    void aFittingTokenRulesTheTokenOut();
    void passwordsAreNotBlamedForTokens();
    void theDeadlineCountsFromItsDay();
    void aChangeOfPermissionsNeedsTwoHours();
    void onlyTheSignInLogDecidesWhatIsAmbiguous();
    void theSendersAddressDecidesOverSendAs();
    void theInventoryDecidesOverOldTls();
    void theLadderDecidesOverAClosedPort();
    void dnsDecidesOverTheWrongRegion();
    void anAcceptedDomainIsNotBlamed();
    void theArtifactIsThatOfTheLikeliestCause();
    void testingAgainBeginsWhereItWasDecided();
    void everyConditionGivesAReason_data();
    void everyConditionGivesAReason();
    void whatASiteKnowsIsTakenOver();
    void factsFromOutsideStayText();
};

void tst_Ranking::catalogueAndCodeKnowTheSameConditions()
{
    QStringList catalogue = errorConditions();
    QStringList code = knownConditions();
    std::ranges::sort(catalogue);
    std::ranges::sort(code);
    QCOMPARE_EQ(code, catalogue);
    std::set<QString> used;
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        for (const ErrorCause &cause : entry.causes) {
            const QStringList all = cause.likelier + cause.ruledOut + cause.proven;
            used.insert(all.begin(), all.end());
        }
    }
    QVERIFY2(used.size() > 45, qPrintable(QString::number(used.size())));
}

void tst_Ranking::nothingKnownLeavesTheCataloguesOrder()
{
    const Diagnosis diagnosis = explained(kAuth, {});
    QVERIFY2(diagnosis.causes.front().text.contains(QStringLiteral("password is wrong")),
             qPrintable(diagnosis.causes.front().text));
    for (const Cause &cause : diagnosis.causes)
        QVERIFY(cause.why.isEmpty() && !cause.proven && !cause.ruledOut);
    QVERIFY(!diagnosis.notBefore);
}

void tst_Ranking::theSitesSwitchesSpeakForACause()
{
    DiagnosisContext context;
    context.organisation = Organisation{};
    context.organisation->securityDefaults = YesNo::Yes;
    const Diagnosis diagnosis = explained(kAuth, context);
    QVERIFY(diagnosis.causes.front().text.contains(QStringLiteral("Security defaults")));
    QCOMPARE_EQ(diagnosis.causes.front().why, QStringLiteral("The site says that security defaults are on."));
    context.organisation->securityDefaults = YesNo::Unknown; // unknown never counts as yes or no
    QVERIFY(find(explained(kAuth, context), "Security defaults")->why.isEmpty());
}

void tst_Ranking::whatTheSiteKnowsRulesACauseOut()
{
    DiagnosisContext context;
    context.organisation = Organisation{};
    context.organisation->securityDefaults = YesNo::No;
    const Diagnosis diagnosis = explained(kAuth, context);
    QVERIFY(diagnosis.causes.back().ruledOut);
    QVERIFY(diagnosis.causes.back().text.contains(QStringLiteral("Security defaults")));
    for (const QString &remedy : diagnosis.allRemedies())
        QVERIFY2(!remedy.contains(QStringLiteral("another method without a password.")), qPrintable(remedy));
}

void tst_Ranking::aWrongAudienceProvesTheCause()
{
    TokenClaims token = goodToken();
    token.audience = QStringLiteral("https://graph.microsoft.com");
    const Diagnosis diagnosis = explained(kAuth, tokenContext(token));
    QVERIFY(diagnosis.causes.front().proven);
    QVERIFY(diagnosis.causes.front().text.contains(QStringLiteral("another resource")));
    QVERIFY(diagnosis.causes.front().why.contains(QStringLiteral("https://graph.microsoft.com")));
}

void tst_Ranking::anExpiredTokenProvesTheCause()
{
    TokenClaims token = goodToken();
    token.expires = kNow - 1min;
    const Diagnosis diagnosis = explained(kAuth, tokenContext(token));
    QVERIFY(diagnosis.causes.front().proven);
    QVERIFY(diagnosis.causes.front().text.contains(QStringLiteral("expired")));
    DiagnosisContext timeless = tokenContext(token);
    timeless.now.reset(); // without a clock nobody can say so
    QVERIFY(!explained(kAuth, timeless).causes.front().proven);
}

void tst_Ranking::aTokenOfAnotherUserIsLikelier()
{
    TokenClaims token = goodToken();
    token.user = QStringLiteral("admin@contoso.com");
    const Diagnosis diagnosis = explained(kAuth, tokenContext(token));
    const Cause *cause = find(diagnosis, "another user");
    QVERIFY(cause && cause->why.contains(QStringLiteral("admin@contoso.com")) && !cause->ruledOut);
    QVERIFY(diagnosis.causes.front().text.contains(QStringLiteral("another user"))
            || diagnosis.causes[1].text.contains(QStringLiteral("another user")));
}

void tst_Ranking::aFittingTokenRulesTheTokenOut()
{
    const Diagnosis diagnosis = explained(kAuth, tokenContext(goodToken()));
    QVERIFY(find(diagnosis, "another user")->ruledOut);
    QVERIFY(find(diagnosis, "lacks the permission")->ruledOut);
    QVERIFY(!find(diagnosis, "SMTP AUTH is off")->ruledOut);
}

void tst_Ranking::passwordsAreNotBlamedForTokens()
{
    QVERIFY(find(explained(kAuth, tokenContext(goodToken())), "password is wrong")->ruledOut);
    DiagnosisContext context;
    context.mechanism = "LOGIN";
    QVERIFY(find(explained(kAuth, context), "another resource")->ruledOut);
    QVERIFY(!find(explained(kAuth, context), "password is wrong")->ruledOut);
}

void tst_Ranking::theDeadlineCountsFromItsDay()
{
    const auto cause = [](QDate today) {
        DiagnosisContext context;
        context.today = today;
        return *find(explained(kCriteria, context), "Sign-in with a password is off");
    };
    // A general date speaks for it; before it an organisation may have switched it off by itself.
    QVERIFY(!cause(QDate(2026, 12, 30)).ruledOut);
    QVERIFY(cause(QDate(2026, 12, 30)).why.isEmpty());
    for (const QDate day : {QDate(2026, 12, 31), QDate(2027, 1, 1)}) {
        QVERIFY(!cause(day).ruledOut);
        QVERIFY(cause(day).why.contains(QStringLiteral("2026-12-31")));
    }
    DiagnosisContext moved;
    moved.now = kNow;
    QCOMPARE_EQ(dayOf(moved), QDate(2026, 11, 22));
    QVERIFY(cause(QDate()).why.isEmpty());
}

void tst_Ranking::aChangeOfPermissionsNeedsTwoHours()
{
    DiagnosisContext context;
    context.now = kNow;
    context.permissionsChangedAt = kNow - 30min;
    const Diagnosis fresh = explained(kSendAs, context);
    QVERIFY(fresh.notBefore == kNow + 90min);
    QVERIFY(find(fresh, "does not act yet")->why.contains(QStringLiteral("11:30")));
    context.permissionsChangedAt = kNow - 2h;
    QVERIFY(!explained(kSendAs, context).notBefore);
    context.permissionsChangedAt = kNow - 30min;
    QVERIFY(!explained("550 5.1.1 User unknown", context).notBefore); // no permission decides there
}

void tst_Ranking::onlyTheSignInLogDecidesWhatIsAmbiguous()
{
    QVERIFY(explained(kCriteria, {}).onlySignInLogDecides);
    QVERIFY(!explained(kSendAs, {}).onlySignInLogDecides);
}

void tst_Ranking::theSendersAddressDecidesOverSendAs()
{
    DiagnosisContext context;
    context.user = QStringLiteral("devices@contoso.com");
    context.sender = QStringLiteral("Devices@Contoso.com");
    context.headerFrom = QStringLiteral("Scanner <scanner@contoso.com>");
    const Diagnosis diagnosis = explained(kSendAs, context);
    QVERIFY(diagnosis.causes.front().text.contains(QStringLiteral("From of the message")));
    QVERIFY(find(diagnosis, "sender address in the device")->ruledOut);
    DiagnosisContext name;
    name.headerFrom = QStringLiteral("\"scanner@contoso.com\" <devices@contoso.com>");
    const Diagnosis byName = explained("554 5.2.252 SendAsDenied; x not allowed to send as y", name);
    QVERIFY(byName.causes.front().text.contains(QStringLiteral("display name")));
}

void tst_Ranking::theInventoryDecidesOverOldTls()
{
    const char *oldTls = "421 4.7.66 TLS 1.0 and 1.1 are not supported.";
    DiagnosisContext context;
    context.siteSender = Sender{};
    context.siteSender->name = QStringLiteral("Scanner 2");
    context.siteSender->tls = TlsAbility::Tls12;
    const Diagnosis able = explained(oldTls, context);
    QVERIFY(able.causes.front().text.contains(QStringLiteral("switched off")));
    QVERIFY(able.causes.back().ruledOut);
    QCOMPARE_EQ(able.artifactKind, QStringLiteral("device-sheet"));
    context.siteSender->tls = TlsAbility::Tls10;
    const Diagnosis unable = explained(oldTls, context);
    QVERIFY(unable.causes.front().why.contains(QStringLiteral("Scanner 2")));
    QCOMPARE_EQ(unable.artifactKind, QStringLiteral("relay-config"));
}

void tst_Ranking::theLadderDecidesOverAClosedPort()
{
    Finish finish;
    finish.outcome = Outcome::TimedOut;
    finish.stage = Stage::Connect;
    DiagnosisContext context;
    context.server = QStringLiteral("contoso-com.mail.protection.outlook.com:25");
    context.probeBlame = QStringLiteral("local-firewall");
    const auto diagnosis = diagnose(finish, std::nullopt, context, Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis->entryId, QStringLiteral("outcome.port25-blocked"));
    QVERIFY(diagnosis->causes.front().text.contains(QStringLiteral("firewall of the site")));
    QVERIFY(find(*diagnosis, "internet provider")->ruledOut);
    context.probeBlame = QStringLiteral("provider");
    QVERIFY(diagnose(finish, std::nullopt, context, Knowledge::builtIn())
                ->causes.front()
                .text.contains(QStringLiteral("internet provider")));
}

void tst_Ranking::dnsDecidesOverTheWrongRegion()
{
    const char *region = "451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35";
    DiagnosisContext context;
    context.server = QStringLiteral("contoso-com.mail.protection.outlook.com:25");
    context.dnsMx = QStringLiteral("Contoso-com.mail.protection.outlook.com");
    QVERIFY(find(explained(region, context), "not the MX host")->ruledOut);
    context.dnsMx = QStringLiteral("contoso-com.s-v1.mx.microsoft");
    const Diagnosis elsewhere = explained(region, context);
    QVERIFY(elsewhere.causes.front().why.contains(QStringLiteral("contoso-com.s-v1.mx.microsoft")));
    context.server = QStringLiteral("52.101.1.1:25");
    QVERIFY(explained(region, context).causes.front().proven);
}

void tst_Ranking::anAcceptedDomainIsNotBlamed()
{
    DiagnosisContext context;
    context.organisation = Organisation{};
    context.organisation->acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    context.sender = QStringLiteral("scanner@contoso.com");
    const char *denied = "550 5.7.64 TenantAttribution; Relay Access Denied";
    QVERIFY(find(explained(denied, context), "domain is not an accepted one")->ruledOut);
    context.sender = QStringLiteral("scanner@example.org");
    QVERIFY(explained(denied, context).causes.front().text.contains(QStringLiteral("not an accepted one")));
}

void tst_Ranking::theArtifactIsThatOfTheLikeliestCause()
{
    DiagnosisContext context;
    context.user = QStringLiteral("devices@contoso.com");
    context.sender = QStringLiteral("scanner@contoso.com");
    const Diagnosis diagnosis = explained(kSendAs, context);
    const auto first =
        std::ranges::find_if(diagnosis.causes, [](const Cause &cause) { return !cause.artifactKind.isEmpty(); });
    QCOMPARE_EQ(diagnosis.artifactKind, first->artifactKind);
}

void tst_Ranking::testingAgainBeginsWhereItWasDecided()
{
    DiagnosisContext context;
    context.stage = Stage::Data;
    QVERIFY(explained("554 5.6.0 Invalid message content", context).testAgainFrom == Stage::Data);
    QVERIFY(explained("554 5.2.252 SendAsDenied", context).testAgainFrom == Stage::Mail);
    QVERIFY(explained("550 9.9.9 odd", context).testAgainFrom == Stage::Data);
    QVERIFY(!explained("AADSTS700016: x", context).testAgainFrom);
}

void tst_Ranking::everyConditionGivesAReason_data()
{
    QTest::addColumn<DiagnosisContext>("context");
    QTest::addColumn<QString>("condition");
    const auto row = [](const char *condition, const DiagnosisContext &context) {
        QTest::newRow(condition) << context << QString::fromLatin1(condition);
    };
    const auto server = [](const char *name) {
        DiagnosisContext context;
        context.server = QString::fromLatin1(name);
        return context;
    };
    row("server-is-submission", server("smtp.office365.com:587"));
    row("server-is-mx", server("contoso-com.mail.protection.outlook.com:25"));
    row("server-is-hve", server("smtp.hve.mx.microsoft:587"));
    row("server-is-acs", server("smtp.azurecomm.net:587"));
    row("server-is-other", server("mail.example.com:25"));
    row("server-is-address", server("[2001:db8::1]:25"));
    row("server-name-retired", server("smtp-emea.outlook.com:587"));
    row("port-465", server("mail.example.com:465"));
    DiagnosisContext said;
    said.organisation = Organisation{};
    said.organisation->smtpAuthDisabled = YesNo::Yes;
    said.organisation->rejectDirectSend = YesNo::Yes;
    said.organisation->hybrid = YesNo::Yes;
    said.organisation->hveBilling = YesNo::No;
    said.network = Network{};
    said.network->port25Open = YesNo::No;
    said.network->staticEgress = YesNo::No;
    said.network->sharedEgress = YesNo::Yes;
    for (const char *condition : {"smtp-auth-off", "direct-send-rejected", "hybrid", "hve-billing-missing",
                                  "port-25-closed", "egress-changes", "egress-shared"})
        row(condition, said);
    DiagnosisContext device;
    device.siteSender = Sender{};
    device.siteSender->name = QStringLiteral("Scanner");
    device.siteSender->startTls = YesNo::No;
    device.siteSender->signIn = SignInAbility::None;
    device.siteSender->messagesPerMinute = 100;
    device.siteSender->largestMessageOctets = 100000000;
    for (const char *condition :
         {"device-no-starttls", "device-no-sign-in", "device-no-oauth", "device-bursts", "device-large-messages"})
        row(condition, device);
    DiagnosisContext met;
    met.user = QStringLiteral("scanner");
    met.sender = QStringLiteral("scanner@contoso.onmicrosoft.com");
    met.tlsActive = false;
    met.tlsProtocol = QStringLiteral("TLSv1.1");
    met.mechanism = "CRAM-MD5";
    met.offeredMechanisms = {"XOAUTH2"};
    met.method = Method::HighVolumeEmail;
    DiagnosisContext helo;
    helo.saysHelo = true;
    row("says-helo", helo);
    for (const char *condition :
         {"user-no-address", "user-plain-name", "sender-onmicrosoft", "tls-missing", "tls-old-used",
          "mechanism-not-offered", "password-not-offered", "sign-in-by-password", "method-high-volume-email"})
        row(condition, met);
}

void tst_Ranking::everyConditionGivesAReason()
{
    QFETCH(DiagnosisContext, context);
    QFETCH(QString, condition);
    const QString reason = reasonOf(condition, context, Knowledge::builtIn());
    QVERIFY2(reason.endsWith(u'.') && !reason.contains(u'%'), qPrintable(reason));
    QCOMPARE_EQ(reasonOf(condition, {}, Knowledge::builtIn()), QString());
}

void tst_Ranking::whatASiteKnowsIsTakenOver()
{
    Site site;
    site.organisation.smtpAuthDisabled = YesNo::Yes;
    Network office;
    office.id = QStringLiteral("office");
    office.port25Open = YesNo::No;
    site.networks = {office};
    Sender scanner;
    scanner.from = *EmailAddress::parse(QStringLiteral("scanner@contoso.com"));
    scanner.signInAs = *EmailAddress::parse(QStringLiteral("devices@contoso.com"));
    site.senders = {scanner};
    const DiagnosisContext context = contextOf(site, site.senders.front());
    QCOMPARE_EQ(context.sender, QStringLiteral("scanner@contoso.com"));
    QCOMPARE_EQ(context.user, QStringLiteral("devices@contoso.com"));
    QCOMPARE_EQ(context.network->id, QStringLiteral("office"));
    QVERIFY(context.organisation->smtpAuthDisabled == YesNo::Yes);
}

void tst_Ranking::factsFromOutsideStayText()
{
    DiagnosisContext context;
    context.user = QStringLiteral("devices@contoso.com");
    context.sender = QStringLiteral("a\r\n{user}\x1b@contoso.com");
    const Diagnosis diagnosis = explained(kSendAs, context);
    for (const Cause &cause : diagnosis.causes)
        QVERIFY(!cause.why.contains(QChar(0x1b)) && !cause.why.contains(u'\n'));
}

QTEST_GUILESS_MAIN(tst_Ranking)
#include "tst_Ranking.moc"
