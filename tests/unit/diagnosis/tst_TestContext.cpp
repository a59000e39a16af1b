// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/TestContext.h"

#include "core/session/PracticeGreeting.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(10, 0), Qt::UTC));

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

TestRecord refusedAt(Stage stage, Reply reply, const char *server = "smtp.office365.com:587")
{
    const auto endpoint = Endpoint::parse(QString::fromLatin1(server), 25);
    TestRecord record{
        .request = {.connection = {.server = *endpoint}, .message = {.from = address("scanner@contoso.com")}}};
    record.request.envelope = {address("scanner@contoso.com"), {address("megan@contoso.com")}};
    record.finish = {.outcome = Outcome::RefusedByServer, .stage = stage, .reply = std::move(reply)};
    return record;
}

void signIn(TestRecord &record, AuthMechanism mechanism, const char *tried = nullptr)
{
    record.request.connection.smtp.credentials =
        Credentials{.user = QStringLiteral("scanner@contoso.com"), .mechanism = mechanism};
    if (tried)
        record.transcript.push_back({.direction = TranscriptLine::Direction::Sent,
                                     .stage = Stage::Auth,
                                     .text = QStringLiteral("AUTH %1 [hidden]").arg(QString::fromLatin1(tried))});
}

Diagnosis explained(const TestRecord &record, const TestSurroundings &besides = {}, const Site &site = {})
{
    return *diagnose(record, contextOf(record, site, besides, kNow), Knowledge::builtIn());
}

TokenClaims fittingToken(bool ofApplication)
{
    TokenClaims token;
    token.audience = QStringLiteral("https://outlook.office365.com");
    token.tenantId = QStringLiteral("11111111-2222-3333-4444-555555555555");
    token.applicationId = QStringLiteral("app");
    token.isApplication = ofApplication;
    if (ofApplication) {
        token.roles = {QStringLiteral("SMTP.SendAsApp")};
    } else {
        token.user = QStringLiteral("scanner@contoso.com");
        token.scopes = {QStringLiteral("SMTP.Send")};
    }
    token.expires = kNow + 1h;
    return token;
}

const Cause *find(const Diagnosis &diagnosis, const char *piece)
{
    for (const Cause &cause : diagnosis.causes) {
        if (cause.text.contains(QString::fromUtf8(piece)))
            return &cause;
    }
    return nullptr;
}

} // namespace

class tst_TestContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theMechanismIsTheOneThatWasTried();
    void aFittingTokenPointsAtTheApplication_data();
    void aFittingTokenPointsAtTheApplication();
    void aTokenOfAnotherTenantIsSuspected();
    void theLadderOfTheSameServerCounts();
    void theMxOfTheRecipientIsComparedWithTheServer();
    void aChangeOfAMomentAgoIsWaitedFor();
    void theDisplayNameIsPartOfFrom();
    void aNameWithADomainIsRightfulOnPremises();
    void heloHidesStartTls();
    void theSiteOfTheSenderIsUsed();
    void whatGraphSaidIsExplained_data();
    void whatGraphSaidIsExplained();
    void thePracticeServersDayCounts_data();
    void thePracticeServersDayCounts();
};

void tst_TestContext::theMechanismIsTheOneThatWasTried()
{
    TestRecord record = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    QCOMPARE_EQ(mechanismOf(record), QByteArray());
    signIn(record, AuthMechanism::Auto);
    QCOMPARE_EQ(mechanismOf(record), QByteArray());
    signIn(record, AuthMechanism::CramMd5);
    QCOMPARE_EQ(mechanismOf(record), QByteArray("CRAM-MD5"));
    signIn(record, AuthMechanism::Auto, "PLAIN");
    signIn(record, AuthMechanism::Auto, "LOGIN");
    QCOMPARE_EQ(mechanismOf(record), QByteArray("LOGIN"));
    const Diagnosis diagnosis = explained(record);
    QVERIFY(find(diagnosis, "token is for another resource")->ruledOut);
    QVERIFY(find(diagnosis, "password is wrong")->why.contains(QStringLiteral("by a password")));
}

void tst_TestContext::aFittingTokenPointsAtTheApplication_data()
{
    QTest::addColumn<bool>("ofApplication");
    QTest::newRow("of the application") << true;
    QTest::newRow("of a user") << false;
}

void tst_TestContext::aFittingTokenPointsAtTheApplication()
{
    QFETCH(bool, ofApplication);
    TestRecord record = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    signIn(record, AuthMechanism::XOAuth2, "XOAUTH2");
    const Diagnosis diagnosis = explained(record, {.token = fittingToken(ofApplication)});
    QVERIFY2(diagnosis.causes.front().text.startsWith(QStringLiteral("The application has no right")),
             qPrintable(diagnosis.causes.front().text));
    for (const char *piece :
         {"password is wrong", "second factor", "has expired", "another resource", "lacks the permission"})
        QVERIFY2(find(diagnosis, piece) && find(diagnosis, piece)->ruledOut, piece);
}

void tst_TestContext::aTokenOfAnotherTenantIsSuspected()
{
    TestRecord record = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    signIn(record, AuthMechanism::XOAuth2, "XOAUTH2");
    record.request.connection.smtp.credentials->user = QStringLiteral("scanner@fabrikam.com");
    TokenClaims token = fittingToken(false);
    token.user = QStringLiteral("scanner@fabrikam.com");
    Site site;
    const auto first = [&] { return explained(record, {.token = token}, site).causes.front(); };
    QVERIFY2(!first().text.contains(QStringLiteral("tenant")), qPrintable(first().text));
    site.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    QVERIFY2(first().text.contains(QStringLiteral("another organisation (tenant)")), qPrintable(first().text));
    QVERIFY2(first().why.contains(QStringLiteral("fabrikam.com")), qPrintable(first().why));
}

void tst_TestContext::theLadderOfTheSameServerCounts()
{
    TestRecord record = refusedAt(Stage::Connect, {}, "mail.example.com:25");
    record.finish = {.outcome = Outcome::TimedOut, .stage = Stage::Connect};
    const auto first = [&record](const char *server, const char *blame) {
        return explained(record,
                         {.ladder = TestSurroundings::Ladder{QString::fromLatin1(server), QString::fromLatin1(blame)}})
            .causes.front()
            .text;
    };
    QVERIFY(first("mail.example.com:25", "local-firewall").contains(QStringLiteral("firewall of the site")));
    QVERIFY(first("MAIL.example.com:25", "provider").contains(QStringLiteral("provider")));
    QVERIFY(first("mail.example.com:587", "local-firewall").contains(QStringLiteral("provider")));
}

void tst_TestContext::theMxOfTheRecipientIsComparedWithTheServer()
{
    const TestRecord record = refusedAt(Stage::Rcpt, {550, {"5.4.1 Recipient address rejected: Access denied"}},
                                        "other.mail.protection.outlook.com:25");
    TestSurroundings besides;
    besides.mxHosts = {{QStringLiteral("contoso.com"), {QStringLiteral("contoso-com.mail.protection.outlook.com")}}};
    QCOMPARE_EQ(contextOf(record, {}, besides, kNow).dnsMx, QStringLiteral("contoso-com.mail.protection.outlook.com"));
    besides.mxHosts[QStringLiteral("contoso.com")] += QStringLiteral("OTHER.mail.protection.outlook.com");
    QCOMPARE_EQ(contextOf(record, {}, besides, kNow).dnsMx, QStringLiteral("OTHER.mail.protection.outlook.com"));
    QCOMPARE_EQ(contextOf(record, {}, {}, kNow).dnsMx, QString());
}

void tst_TestContext::aChangeOfAMomentAgoIsWaitedFor()
{
    TestRecord record = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    signIn(record, AuthMechanism::XOAuth2, "XOAUTH2");
    Site site;
    site.applied = {{.artifact = QStringLiteral("smtp-auth.ps1"), .permissionsChangedAt = kNow - 30min}};
    QCOMPARE_EQ(explained(record, {}, site).notBefore, kNow + 90min);
    QCOMPARE_EQ(explained(record, {.permissionsChangedAt = kNow - 60min}, site).notBefore, kNow + 60min);
    QVERIFY(!explained(record).notBefore);
}

void tst_TestContext::theDisplayNameIsPartOfFrom()
{
    TestRecord record = refusedAt(Stage::Data, {554, {"5.2.252 SendAsDenied; not allowed to send as"}});
    QCOMPARE_EQ(headerFromOf(record.request), QStringLiteral("scanner@contoso.com"));
    record.request.message.fromName = QStringLiteral("Scanner");
    record.request.quirks.addressInDisplayName = true;
    QCOMPARE_EQ(headerFromOf(record.request), QStringLiteral("Scanner scanner@contoso.com <scanner@contoso.com>"));
    QVERIFY(find(explained(record), "display name")->why.contains(QStringLiteral("Scanner scanner@contoso.com")));
    record.request.emlFile = QStringLiteral("scan.eml");
    QCOMPARE_EQ(contextOf(record, {}, {.headerFrom = QStringLiteral("a@b.example")}, kNow).headerFrom,
                QStringLiteral("a@b.example"));
}

void tst_TestContext::aNameWithADomainIsRightfulOnPremises()
{
    TestRecord record =
        refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}}, "exchange.contoso.com:587");
    signIn(record, AuthMechanism::Login, "LOGIN");
    record.request.connection.smtp.credentials->user = QStringLiteral("CONTOSO\\scanner");
    QVERIFY(!find(explained(record), "not the mailbox's address")->proven);
    record.request.method = toString(Method::OnPremExchange);
    QVERIFY(!find(explained(record), "not the mailbox's address")->proven);
    TestRecord cloud = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    signIn(cloud, AuthMechanism::Login, "LOGIN");
    cloud.request.connection.smtp.credentials->user = QStringLiteral("CONTOSO\\scanner");
    QVERIFY(explained(cloud).causes.front().text.contains(QStringLiteral("not the mailbox's address")));
}

void tst_TestContext::heloHidesStartTls()
{
    TestRecord record = refusedAt(Stage::Ehlo, {});
    record.finish = {.outcome = Outcome::TlsNotOffered, .stage = Stage::Ehlo};
    QVERIFY(!explained(record).causes.front().text.contains(QStringLiteral("HELO")));
    record.request.connection.smtp.heloOnly = true;
    QVERIFY(explained(record).causes.front().text.contains(QStringLiteral("HELO")));
    QVERIFY(explained(record).causes.front().proven);
    record.finish = {.outcome = Outcome::AuthNotOffered, .stage = Stage::Auth};
    QVERIFY(find(explained(record), "HELO")->proven);
}

void tst_TestContext::theSiteOfTheSenderIsUsed()
{
    Site site;
    site.organisation.smtpAuthDisabled = YesNo::Yes;
    site.networks.push_back({.id = QStringLiteral("office")});
    Sender scanner;
    scanner.id = QStringLiteral("scanner");
    site.senders = {scanner};
    TestRecord record = refusedAt(Stage::Auth, {535, {"5.7.3 Authentication unsuccessful"}});
    QVERIFY(!contextOf(record, site, {}, kNow).siteSender);
    record.request.senderId = QStringLiteral("scanner");
    const DiagnosisContext known = contextOf(record, site, {}, kNow);
    QCOMPARE_EQ(known.siteSender->id, QStringLiteral("scanner"));
    QCOMPARE_EQ(known.network->id, QStringLiteral("office"));
    QCOMPARE_EQ(known.server, QStringLiteral("smtp.office365.com:587"));
    QCOMPARE_EQ(known.now, kNow);
}

void tst_TestContext::whatGraphSaidIsExplained_data()
{
    QTest::addColumn<GraphWords>("words");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("seen");
    const QString own = QStringLiteral("What happened.");
    const auto words = [&](int status, const char *code, const char *cause = "Why.") {
        return GraphWords{status, QString::fromLatin1(code),  QStringLiteral("In its words"), {},
                          own,    QString::fromLatin1(cause), QStringLiteral("What to do.")};
    };
    QTest::newRow("taken") << GraphWords{} << QString() << QString() << QString();
    QTest::newRow("of the catalogue") << words(429, "TooManyRequests") << QStringLiteral("http.throttled") << QString()
                                      << QStringLiteral("HTTP 429 TooManyRequests: In its words");
    QTest::newRow("of its own") << words(418, "Teapot") << QString() << own
                                << QStringLiteral("HTTP 418 Teapot: In its words");
    QTest::newRow("not asked") << words(0, "") << QString() << own << QStringLiteral("In its words");
    QTest::newRow("without a cause") << words(418, "Teapot", "") << QString() << QString() << QString();
}

void tst_TestContext::whatGraphSaidIsExplained()
{
    QFETCH(GraphWords, words);
    QFETCH(QString, entry);
    QFETCH(QString, title);
    QFETCH(QString, seen);
    TestRecord record = refusedAt(Stage::Data, {});
    record.request.graph = TestByGraph{address("scanner@contoso.com")};
    record.graph = words;
    const auto diagnosis = diagnose(record, contextOf(record, {}, {}, kNow), Knowledge::builtIn());
    QCOMPARE(diagnosis.has_value(), !seen.isEmpty());
    if (!diagnosis)
        return;
    QCOMPARE(diagnosis->entryId, entry);
    QCOMPARE(diagnosis->seen, seen);
    QVERIFY(!diagnosis->causes.empty() && !diagnosis->source.title.isEmpty());
    if (!title.isEmpty()) {
        QCOMPARE(diagnosis->title, title);
        QCOMPARE(diagnosis->causes.front().remedy, QStringLiteral("What to do."));
    }
}

void tst_TestContext::thePracticeServersDayCounts_data()
{
    QTest::addColumn<QByteArray>("greeting");
    QTest::addColumn<bool>("deadlineFirst");
    const TimePoint after = fromDateTime(QDateTime(QDate(2027, 1, 5), QTime(10, 0), Qt::UTC));
    QTest::newRow("of next month") << practiceGreeting(after) << true;
    QTest::newRow("of today") << practiceGreeting(kNow) << false;
    QTest::newRow("without a time") << practiceGreeting() << false;
    QTest::newRow("with a time that is none")
        << practiceGreeting() + " Microsoft ESMTP MAIL Service ready at the 5th of January 2027" << false;
    QTest::newRow("of another server") << "mail.example.com" + practiceGreeting(after).mid(practiceGreeting().size())
                                       << false;
    QTest::newRow("no greeting") << QByteArray() << false;
}

void tst_TestContext::thePracticeServersDayCounts()
{
    QFETCH(QByteArray, greeting);
    QFETCH(bool, deadlineFirst);
    TestRecord record =
        refusedAt(Stage::Auth, {535, {"5.7.139 Authentication unsuccessful, basic authentication is disabled."}});
    record.request.method = toString(Method::ClientSubmission);
    if (!greeting.isEmpty())
        record.transcript.push_back({.direction = TranscriptLine::Direction::Received,
                                     .stage = Stage::Greeting,
                                     .text = QStringLiteral("220 ") + QString::fromLatin1(greeting)});
    signIn(record, AuthMechanism::Login, "LOGIN");
    const Diagnosis diagnosis = explained(record);
    QCOMPARE_EQ(diagnosis.entryId, QStringLiteral("basic-auth-disabled"));
    const QString &first = diagnosis.causes.front().text;
    QVERIFY2(first.startsWith(deadlineFirst ? QStringLiteral("Sign-in with a password is off")
                                            : QStringLiteral("An authentication policy blocks")),
             qPrintable(first));
}

QTEST_GUILESS_MAIN(tst_TestContext)
#include "tst_TestContext.moc"
