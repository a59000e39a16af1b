// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Diagnosis.h"
#include "core/diagnosis/DiagnosisText.h"
#include "core/diagnosis/Match.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright;

namespace {

DiagnosisContext fullContext()
{
    DiagnosisContext context;
    context.server = QStringLiteral("smtp.office365.com:587");
    context.user = QStringLiteral("devices@contoso.com");
    context.sender = QStringLiteral("scanner@contoso.com");
    context.recipient = QStringLiteral("ann@example.com");
    return context;
}

Finish finishOf(Outcome outcome, Stage stage, const QString &detail = {})
{
    Finish finish;
    finish.outcome = outcome;
    finish.stage = stage;
    finish.detail = detail;
    return finish;
}

Reply reply(int code, const char *text)
{
    return Reply{code, {QByteArray(text)}};
}

QString allCauses(const Diagnosis &diagnosis)
{
    QStringList texts;
    for (const Cause &cause : diagnosis.causes)
        texts += cause.text;
    return texts.join(u' ');
}

} // namespace

class tst_Diagnosis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPhraseWinsOverAnEnhancedCode();
    void wordingMayDriftWhereTheCodeIsClear();
    void wordingMayNotDriftWhereTheCodeMeansManyThings();
    void theStageDecidesBetweenEqualEntries();
    void aRangeOfCodesHolds_data();
    void aRangeOfCodesHolds();
    void anUnknownReplyGetsTheMeaningOfItsClass_data();
    void anUnknownReplyGetsTheMeaningOfItsClass();
    void anAcceptanceIsNoRefusal();
    void textsNameWhatIsKnown();
    void textsReadWellWhenNothingIsKnown();
    void textFromOutsideStaysText();
    void everyEndIsExplained_data();
    void everyEndIsExplained();
    void whatWentWellNeedsNoDiagnosis();
    void aReplyDecidesWhereThereIsOne();
    void oneRefusedRecipientIsExplained();
    void aMessageInDoubtIsNotSentAgainBlindly();
    void jsonHoldsTheDiagnosis();
    void everyOutcomeWordOfTheCatalogueExists();
    void aUserAddsAndReplacesEntries();
};

void tst_Diagnosis::aPhraseWinsOverAnEnhancedCode()
{
    const Knowledge &knowledge = Knowledge::builtIn();
    const Diagnosis tenant = diagnose(
        reply(535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."), {},
        knowledge);
    QCOMPARE_EQ(tenant.entryId, QStringLiteral("smtp-auth-disabled-tenant"));
    QCOMPARE_EQ(tenant.artifactKind, QStringLiteral("smtp-auth-script"));
    const Diagnosis other = diagnose(reply(535, "5.7.139 Something nobody has seen"), {}, knowledge);
    QCOMPARE_EQ(other.entryId, QStringLiteral("auth-5-7-139"));
}

void tst_Diagnosis::wordingMayDriftWhereTheCodeIsClear()
{
    const Diagnosis diagnosis = diagnose(reply(550, "5.7.60 In words of another year"), {}, Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis.entryId, QStringLiteral("send-as-denied"));
    // The text alone will do where a gateway dropped the codes.
    const Diagnosis byText =
        diagnose(reply(554, "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"), {},
                 Knowledge::builtIn());
    QCOMPARE_EQ(byText.entryId, QStringLiteral("send-as-denied-storedrv"));
}

void tst_Diagnosis::wordingMayNotDriftWhereTheCodeMeansManyThings()
{
    const Diagnosis diagnosis = diagnose(reply(550, "5.7.1 Our rules do not allow this"), {}, Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis.entryId, QString());
    QVERIFY(allCauses(diagnosis).contains(QStringLiteral("security or policy")));
    DiagnosisContext context;
    context.stage = Stage::Tls;
    QCOMPARE_EQ(diagnose(reply(454, "4.7.0 Something about TLS"), context, Knowledge::builtIn()).entryId, QString());
}

void tst_Diagnosis::theStageDecidesBetweenEqualEntries()
{
    const QByteArray source =
        R"({"schema": "relaywright.knowledge/1", "sources": [{"key": "A", "title": "A"}], "errors": [)"
        R"({"id": "first", "codes": ["550"], "stages": ["rcpt"], "title": "One.", "causes": [{"text": "A."}], "remedies": ["B."], "source": "A", "confidence": "inferred"},)"
        R"({"id": "second", "codes": ["550"], "stages": ["data"], "title": "Two.", "causes": [{"text": "A."}], "remedies": ["B."], "source": "A", "confidence": "inferred"}]})";
    const auto knowledge = Knowledge::parse({{QStringLiteral("a.json"), source}});
    QVERIFY(knowledge);
    DiagnosisContext context;
    context.stage = Stage::Data;
    QCOMPARE_EQ(diagnose(reply(550, "No"), context, *knowledge).entryId, QStringLiteral("second"));
    context.stage = Stage::Rcpt;
    QCOMPARE_EQ(diagnose(reply(550, "No"), context, *knowledge).entryId, QStringLiteral("first"));
    context.stage = std::nullopt;
    QCOMPARE_EQ(diagnose(reply(550, "No"), context, *knowledge).entryId, QStringLiteral("first"));
}

void tst_Diagnosis::aRangeOfCodesHolds_data()
{
    QTest::addColumn<int>("detail");
    QTest::addColumn<bool>("within");
    QTest::newRow("below") << 605 << false;
    QTest::newRow("first") << 606 << true;
    QTest::newRow("last") << 649 << true;
    QTest::newRow("above") << 650 << false;
}

void tst_Diagnosis::aRangeOfCodesHolds()
{
    QFETCH(int, detail);
    QFETCH(bool, within);
    QCOMPARE_EQ(matchesEnhanced({5, 7, detail}, QStringLiteral("5.7.606-649")), within);
    QVERIFY(!matchesEnhanced({4, 7, detail}, QStringLiteral("5.7.606-649")));
}

void tst_Diagnosis::anUnknownReplyGetsTheMeaningOfItsClass_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("retry");
    QTest::addColumn<QString>("topic");
    QTest::newRow("transient mailbox") << 450 << QByteArray("4.2.9 busy") << true << QStringLiteral("mailbox");
    QTest::newRow("permanent content") << 554 << QByteArray("5.6.99 odd") << false << QStringLiteral("content");
    QTest::newRow("syntax without enhanced code") << 500 << QByteArray("what") << false << QStringLiteral("form");
    QTest::newRow("connection without enhanced code")
        << 421 << QByteArray("closing") << true << QStringLiteral("connection");
}

void tst_Diagnosis::anUnknownReplyGetsTheMeaningOfItsClass()
{
    QFETCH(int, code);
    QFETCH(QByteArray, text);
    QFETCH(bool, retry);
    QFETCH(QString, topic);
    const Diagnosis diagnosis = diagnose(Reply{code, {text}}, fullContext(), Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis.entryId, QString());
    QCOMPARE_EQ(diagnosis.retryHelps, retry);
    QVERIFY2(allCauses(diagnosis).contains(topic), qPrintable(allCauses(diagnosis)));
    QVERIFY(allCauses(diagnosis).contains(QStringLiteral("not in the catalogue")));
    QVERIFY(!diagnosis.remedies.isEmpty());
    QVERIFY(diagnosis.seen.contains(QString::fromUtf8(text)));
}

void tst_Diagnosis::anAcceptanceIsNoRefusal()
{
    const Diagnosis diagnosis = diagnose(reply(250, "2.0.0 OK"), fullContext(), Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis.title, QStringLiteral("smtp.office365.com:587 accepted the command."));
    QVERIFY(!diagnosis.retryHelps);
}

void tst_Diagnosis::textsNameWhatIsKnown()
{
    const Diagnosis diagnosis =
        diagnose(reply(550, "5.7.60 SMTP; Client does not have permissions to send as this sender"), fullContext(),
                 Knowledge::builtIn());
    QCOMPARE_EQ(
        diagnosis.title,
        QStringLiteral(
            "smtp.office365.com:587 refused the sender scanner@contoso.com: devices@contoso.com may not send as it."));
    QVERIFY(diagnosis.allRemedies().join(u' ').contains(
        QStringLiteral("Give devices@contoso.com Send As on the sender scanner@contoso.com.")));
    QCOMPARE_EQ(diagnosis.seen,
                QStringLiteral("550 5.7.60 SMTP; Client does not have permissions to send as this sender"));
}

void tst_Diagnosis::textsReadWellWhenNothingIsKnown()
{
    const Diagnosis diagnosis = diagnose(
        reply(550, "5.7.60 SMTP; Client does not have permissions to send as this sender"), {}, Knowledge::builtIn());
    QCOMPARE_EQ(diagnosis.title, QStringLiteral("The server refused the sender: the account may not send as it."));
    QCOMPARE_EQ(fill(QStringLiteral("It answered{where}."), {}), QStringLiteral("It answered."));
    DiagnosisContext context;
    context.stage = Stage::Rcpt;
    QCOMPARE_EQ(fill(QStringLiteral("It answered{where}."), context), QStringLiteral("It answered to RCPT TO."));
}

void tst_Diagnosis::textFromOutsideStaysText()
{
    DiagnosisContext context;
    context.server = QStringLiteral("{user}");
    context.user = QStringLiteral("a\r\nb\u202e{server}");
    QCOMPARE_EQ(fill(QStringLiteral("{server} and {user} and {other}."), context),
                QStringLiteral("{user} and a\\r\\nb\\u202e{server} and {other}."));
    const Diagnosis diagnosis =
        diagnose(Reply{550, {QByteArray("5.9.9 \x1b[31mred\x07")}}, context, Knowledge::builtIn());
    QVERIFY(!diagnosis.seen.contains(QChar(0x1b)));
}

void tst_Diagnosis::everyEndIsExplained_data()
{
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<Stage>("stage");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("entry");
    const QString exo = QStringLiteral("smtp.office365.com:587");
    const auto row = [](const char *tag, Outcome outcome, Stage stage, const char *detail, const QString &server,
                        const char *entry) {
        QTest::newRow(tag) << outcome << stage << QString::fromUtf8(detail) << server << QString::fromUtf8(entry);
    };
    row("TLS not offered", Outcome::TlsNotOffered, Stage::Ehlo, "", exo, "outcome.tls-not-offered");
    row("TLS handshake failed", Outcome::TlsFailed, Stage::Tls,
        "The TLS handshake with smtp.office365.com:587 failed: no protocols available. The server must speak TLS 1.2 "
        "or newer.",
        exo, "outcome.tls-failed");
    row("implicit TLS on a STARTTLS port", Outcome::TlsFailed, Stage::Tls,
        "The TLS handshake with smtp.office365.com:587 failed: wrong version number. If the port does not speak TLS "
        "from the start, use STARTTLS.",
        exo, "outcome.implicit-tls-on-starttls-port");
    row("certificate of another name", Outcome::TlsFailed, Stage::Tls,
        "The certificate is for mail.example.com, not for 192.0.2.25.", exo, "outcome.tls-name-mismatch");
    row("self-signed certificate", Outcome::TlsFailed, Stage::Tls,
        "The certificate is signed by nobody but itself, so anybody could have made it.", exo, "outcome.tls-untrusted");
    row("unknown authority", Outcome::TlsFailed, Stage::Tls,
        "The certificate was issued by Contoso CA, which this computer does not trust.", exo, "outcome.tls-untrusted");
    row("expired certificate", Outcome::TlsFailed, Stage::Tls,
        "The certificate of mail.example.com expired on 2026-01-01.", exo, "outcome.tls-expired");
    row("no sign-in offered", Outcome::AuthNotOffered, Stage::Auth, "", exo, "outcome.auth-not-offered");
    row("password without TLS", Outcome::AuthNeedsTls, Stage::Auth, "", exo, "outcome.auth-needs-tls");
    row("message too large", Outcome::MessageTooLarge, Stage::Mail, "", exo, "outcome.message-too-large");
    row("SMTPUTF8", Outcome::NeedsSmtpUtf8, Stage::Mail, "", exo, "outcome.needs-smtputf8");
    row("refused connection", Outcome::ConnectionFailed, Stage::Connect,
        "192.0.2.25:25 refused the connection: nothing listens on port 25 there, or a firewall rejects it.",
        QStringLiteral("192.0.2.25:25"), "outcome.connection-refused");
    row("unknown name", Outcome::ConnectionFailed, Stage::Connect,
        "The server smtp-emea.outlook.com:587 was not found: DNS does not know the name smtp-emea.outlook.com.",
        QStringLiteral("smtp-emea.outlook.com:587"), "outcome.name-unknown");
    row("no route", Outcome::ConnectionFailed, Stage::Connect,
        "There is no way through the network to x (unreachable).", QStringLiteral("x:25"), "outcome.connection-failed");
    row("port 25 blocked", Outcome::TimedOut, Stage::Connect,
        "contoso-com.mail.protection.outlook.com:25 did not take the connection within 30 s.",
        QStringLiteral("contoso-com.mail.protection.outlook.com:25"), "outcome.port25-blocked");
    row("port 25 blocked, by the system's clock", Outcome::ConnectionFailed, Stage::Connect,
        "x did not take the connection in time.", QStringLiteral("x:25"), "outcome.port25-blocked");
    row("port 587 blocked", Outcome::TimedOut, Stage::Connect, "", exo, "outcome.port587-blocked");
    row("another port silent", Outcome::TimedOut, Stage::Connect, "", QStringLiteral("x:2525"),
        "outcome.timed-out-connect");
    row("port 465 says nothing", Outcome::TimedOut, Stage::Greeting, "", QStringLiteral("smtp.office365.com:465"),
        "outcome.implicit-tls-trap");
    row("no greeting", Outcome::TimedOut, Stage::Greeting, "", exo, "outcome.timed-out-greeting");
    row("silent in the middle", Outcome::TimedOut, Stage::Rcpt, "", exo, "outcome.timed-out");
    row("silent after the message", Outcome::TimedOut, Stage::Data, "", exo, "outcome.timed-out-data");
    row("connection lost", Outcome::ConnectionLost, Stage::Mail, "", exo, "outcome.connection-lost");
    row("not SMTP", Outcome::ProtocolViolation, Stage::Greeting, "The server does not speak SMTP.", exo,
        "outcome.protocol-violation");
}

void tst_Diagnosis::everyEndIsExplained()
{
    QFETCH(Outcome, outcome);
    QFETCH(Stage, stage);
    QFETCH(QString, detail);
    QFETCH(QString, server);
    QFETCH(QString, entry);
    DiagnosisContext context = fullContext();
    context.server = server;
    const auto diagnosis = diagnose(finishOf(outcome, stage, detail), std::nullopt, context, Knowledge::builtIn());
    QVERIFY(diagnosis);
    QCOMPARE_EQ(diagnosis->entryId, entry);
    QVERIFY(!diagnosis->causes.empty() && !diagnosis->allRemedies().isEmpty() && !diagnosis->seen.isEmpty());
    QVERIFY2(!diagnosis->title.contains(u'{'), qPrintable(diagnosis->title));
    if (!detail.isEmpty())
        QCOMPARE_EQ(diagnosis->seen, detail);
}

void tst_Diagnosis::whatWentWellNeedsNoDiagnosis()
{
    for (const Outcome outcome : {Outcome::Accepted, Outcome::StoppedAsAsked, Outcome::Cancelled})
        QVERIFY(!diagnose(finishOf(outcome, Stage::Quit), std::nullopt, fullContext(), Knowledge::builtIn()));
    TransactionResult taken;
    taken.reply = reply(250, "2.6.0 Queued mail for delivery");
    // The connection may break after the message was taken.
    QVERIFY(!diagnose(finishOf(Outcome::ConnectionLost, Stage::Quit), taken, fullContext(), Knowledge::builtIn()));
}

void tst_Diagnosis::aReplyDecidesWhereThereIsOne()
{
    Finish finish = finishOf(Outcome::RefusedByServer, Stage::Auth);
    finish.reply = reply(535, "5.7.3 Authentication unsuccessful");
    const auto signIn = diagnose(finish, std::nullopt, fullContext(), Knowledge::builtIn());
    QVERIFY(signIn);
    QCOMPARE_EQ(signIn->entryId, QStringLiteral("auth-unsuccessful"));
    TransactionResult refused;
    refused.outcome = Outcome::RefusedByServer;
    refused.stage = Stage::Data;
    refused.reply = reply(554, "5.2.252 SendAsDenied; a@contoso.com not allowed to send as b@contoso.com");
    const auto data = diagnose(finishOf(Outcome::Accepted, Stage::Quit), refused, fullContext(), Knowledge::builtIn());
    QVERIFY(data);
    QCOMPARE_EQ(data->entryId, QStringLiteral("send-as-denied-storedrv"));
}

void tst_Diagnosis::oneRefusedRecipientIsExplained()
{
    TransactionResult result;
    result.reply = reply(250, "2.6.0 Queued");
    RecipientResult good{*EmailAddress::parse(QStringLiteral("ann@example.com")), reply(250, "2.1.5 OK"), true};
    RecipientResult bad{*EmailAddress::parse(QStringLiteral("bob@example.com")),
                        reply(550, "5.4.1 [bob@example.com]: Recipient address rejected: Access denied"), false};
    result.recipients = {good, bad};
    const auto diagnosis =
        diagnose(finishOf(Outcome::Accepted, Stage::Quit), result, fullContext(), Knowledge::builtIn());
    QVERIFY(diagnosis);
    QCOMPARE_EQ(diagnosis->entryId, QStringLiteral("recipient-rejected"));
    QVERIFY2(diagnosis->title.contains(QStringLiteral("bob@example.com")), qPrintable(diagnosis->title));
    result.recipients = {good};
    QVERIFY(!diagnose(finishOf(Outcome::Accepted, Stage::Quit), result, fullContext(), Knowledge::builtIn()));
}

void tst_Diagnosis::aMessageInDoubtIsNotSentAgainBlindly()
{
    TransactionResult result;
    result.outcome = Outcome::ConnectionLost;
    result.stage = Stage::Data;
    result.inDoubt = true;
    const auto diagnosis =
        diagnose(finishOf(Outcome::ConnectionLost, Stage::Data), result, fullContext(), Knowledge::builtIn());
    QVERIFY(diagnosis);
    QCOMPARE_EQ(diagnosis->entryId, QStringLiteral("outcome.timed-out-data"));
    QVERIFY(!diagnosis->retryHelps);
}

void tst_Diagnosis::jsonHoldsTheDiagnosis()
{
    const Diagnosis diagnosis =
        diagnose(reply(535, "5.7.3 Authentication unsuccessful"), fullContext(), Knowledge::builtIn());
    const QJsonObject json = toJson(diagnosis);
    QCOMPARE_EQ(json.value(u"schema").toString(), QStringLiteral("relaywright.diagnosis/1"));
    QCOMPARE_EQ(json.value(u"entry").toString(), diagnosis.entryId);
    QCOMPARE_EQ(json.value(u"causes").toArray().size(), qsizetype(diagnosis.causes.size()));
    QCOMPARE_EQ(json.value(u"artifact").toString(), QStringLiteral("smtp-auth-script"));
    QCOMPARE_EQ(json.value(u"retryHelps").toBool(true), false);
    QCOMPARE_EQ(json.value(u"confidence").toString(), QStringLiteral("documented"));
    QVERIFY(json.value(u"source").toObject().value(u"url").toString().startsWith(QStringLiteral("https://")));
}

void tst_Diagnosis::everyOutcomeWordOfTheCatalogueExists()
{
    QStringList known;
    for (int outcome = 0; outcome <= static_cast<int>(Outcome::Cancelled); ++outcome)
        known += toString(static_cast<Outcome>(outcome));
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        for (const QString &word : entry.outcomes)
            QVERIFY2(known.contains(word), qPrintable(entry.id));
        for (const QString &word : entry.stages)
            QVERIFY2(parseStage(word) || entry.isOfWebService(), qPrintable(entry.id));
        for (const QString &word : entry.methods)
            QVERIFY2(parseMethod(word) || word == QLatin1String("graph"), qPrintable(entry.id));
    }
}

void tst_Diagnosis::aUserAddsAndReplacesEntries()
{
    const QByteArray ours = R"({"schema": "relaywright.knowledge/1",
        "sources": [{"key": "HELP", "title": "Our help desk"}],
        "errors": [
          {"id": "our-gateway", "codes": ["550"], "phrase": "gateway of building 7", "title": "Our gateway refused it.",
           "causes": [{"text": "The device is not in the list.", "likelier": ["device-no-sign-in"],
                       "remedy": "Ask the help desk to add {sender}.", "check": "Look at the list.",
                       "artifact": "device-sheet"}],
           "testAgainFrom": "mail", "permissions": true, "source": "HELP", "confidence": "inferred"},
          {"id": "send-as-denied", "enhanced": ["5.7.60"], "title": "Our own words.",
           "causes": [{"text": "As we know it."}], "remedies": ["Do as we do."], "source": "HELP",
           "confidence": "inferred"}]})";
    const auto knowledge = Knowledge::overridden({{QStringLiteral("ours.json"), ours}});
    QVERIFY2(knowledge, knowledge ? "" : qPrintable(knowledge.error().detail));
    QCOMPARE_EQ(knowledge->errors().size(), Knowledge::builtIn().errors().size() + 1);
    const Diagnosis added = diagnose(reply(550, "5.1.1 gateway of Building 7 says no"), fullContext(), *knowledge);
    QCOMPARE_EQ(added.entryId, QStringLiteral("our-gateway"));
    QCOMPARE_EQ(added.causes.front().remedy,
                QStringLiteral("Ask the help desk to add the sender scanner@contoso.com."));
    QVERIFY(added.testAgainFrom == Stage::Mail);
    QCOMPARE_EQ(added.source.title, QStringLiteral("Our help desk"));
    const Diagnosis replaced = diagnose(reply(550, "5.7.60 No"), fullContext(), *knowledge);
    QCOMPARE_EQ(replaced.title, QStringLiteral("Our own words."));
    QCOMPARE_EQ(replaced.allRemedies(), QStringList{QStringLiteral("Do as we do.")});
    const auto bad =
        Knowledge::overridden({{QStringLiteral("ours.json"), QByteArray(ours).replace("device-no-sign-in", "moon")}});
    QVERIFY(!bad);
    QVERIFY2(bad.error().detail.contains(QStringLiteral("ours.json"))
                 && bad.error().detail.contains(QStringLiteral("$.errors[0].causes[0].likelier")),
             qPrintable(bad.error().detail));
}

QTEST_GUILESS_MAIN(tst_Diagnosis)
#include "tst_Diagnosis.moc"
