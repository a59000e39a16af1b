// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/graph/GraphMailer.h"
#include "core/rehearsal/PracticeGraphService.h"
#include "core/rehearsal/PracticeServer.h"
#include "tests/integration/rehearsal/SignInFixture.h"
#include "tests/support/Base64Lines.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");

QByteArray small()
{
    return "From: scanner@contoso.com\r\nTo: jane@example.com\r\nSubject: Scan 7\r\nMessage-ID: "
           "<7@contoso.com>\r\n\r\nA scan.\r\n";
}

QByteArray octetsOf(qsizetype size)
{
    QByteArray octets(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        octets[i] = static_cast<char>('a' + i % 23);
    return octets;
}

/// A text, and attachments of these sizes.
QByteArray largeMail(const std::vector<qsizetype> &sizes)
{
    QByteArray mime =
        "From: scanner@contoso.com\r\nTo: jane@example.com\r\nSubject: Scans\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nScans.\r\n";
    for (const qsizetype size : sizes)
        mime += "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
                "attachment; filename=\"scan-"
                + QByteArray::number(size) + ".pdf\"\r\n\r\n" + base64Lines(octetsOf(size));
    return mime + "--b--\r\n";
}

} // namespace

/// The practice Graph against our own client and against questions by hand, with tokens of the practice sign-in service.
class tst_PracticeGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void anApplicationSends();
    void aUserSends();
    void aLargeMessageIsBroughtInSlices();
    void theTokenIsJudged_data();
    void theTokenIsJudged();
    void questionsAreJudged_data();
    void questionsAreJudged();
    void slicesComeInOrder();
    void noMoreThanFourAtOnce();
    void faultsShowAsWhatTheyAre_data();
    void faultsShowAsWhatTheyAre();
    void messagesStandAmongThoseOfTheSmtpServer();

private:
    GraphOutcome send(const QByteArray &mime, const Secret &token, const GraphMailbox &mailbox,
                      const QStringList &permissions = {QStringLiteral("Mail.Send"), QStringLiteral("Mail.ReadWrite")});
    GraphOutcome send(const QByteArray &mime);
    HttpAnswer ask(HttpQuestion question, const Secret &token);
    HttpAnswer ask(const char *method, const QString &path, const QByteArray &type = {}, const QByteArray &body = {});
    Secret applicationToken()
    {
        return tokenIn(m_signIn->ask(m_signIn->confidentialClient(TokenUse::Graph), ClientCredentialsGrant{}))
            .accessToken;
    }

    std::unique_ptr<SignInFixture> m_signIn;
    std::unique_ptr<PracticeGraphService> m_graph;
    std::unique_ptr<HttpCarrier> m_carrier;
    Secret m_token;
};

void tst_PracticeGraph::init()
{
    m_signIn = std::make_unique<SignInFixture>();
    m_graph = std::make_unique<PracticeGraphService>(PracticeWebSettings{}, m_signIn->service().judge(),
                                                     m_signIn->clock(), Knowledge::builtIn());
    QVERIFY(m_graph->start());
    m_carrier = std::make_unique<HttpCarrier>(
        HttpCarrier::Settings{.authoritiesPem = m_graph->authorityPem(), .systemProxy = false});
    m_token = applicationToken();
    QVERIFY(!m_token.isEmpty());
}

void tst_PracticeGraph::cleanup()
{
    m_graph.reset();
    m_signIn.reset();
}

GraphOutcome tst_PracticeGraph::send(const QByteArray &mime, const Secret &token, const GraphMailbox &mailbox,
                                     const QStringList &permissions)
{
    GraphMailer mailer(*GraphService::at(m_graph->baseUrl()),
                       {.patience = 20s, .authoritiesPem = m_graph->authorityPem(), .systemProxy = false},
                       m_signIn->clock(), Knowledge::builtIn());
    QByteArray held = mime;
    QBuffer device(&held);
    if (!device.open(QIODevice::ReadOnly))
        qFatal("no buffer");
    std::optional<GraphOutcome> outcome;
    mailer.send({.mailbox = mailbox,
                 .recipients = {*EmailAddress::parse(QStringLiteral("jane@example.com"))},
                 .mime = &device,
                 .permissions = permissions,
                 .saveToSentItems = true},
                token, this, [&outcome](const GraphOutcome &given) { outcome = given; });
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 60'000))
        qFatal("no outcome");
    return *outcome;
}

GraphOutcome tst_PracticeGraph::send(const QByteArray &mime)
{
    return send(mime, m_token, *EmailAddress::parse(kScanner));
}

HttpAnswer tst_PracticeGraph::ask(HttpQuestion question, const Secret &token)
{
    question.bearer = token;
    std::optional<HttpOutcome> outcome;
    m_carrier->ask(question, this, [&outcome](const HttpOutcome &given) { outcome = given; });
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000) || !*outcome)
        qFatal("no answer");
    return **outcome;
}

HttpAnswer tst_PracticeGraph::ask(const char *method, const QString &path, const QByteArray &type,
                                  const QByteArray &body)
{
    HttpQuestion question{.method = method, .url = m_graph->baseUrl()};
    question.url.setPath(path);
    if (!type.isEmpty()) {
        question.fields = {{"Content-Type", type}};
        question.body = body;
    }
    return ask(question, m_token);
}

void tst_PracticeGraph::anApplicationSends()
{
    QSignalSpy received(m_graph.get(), &PracticeGraphService::messageReceived);
    const GraphOutcome outcome = send(small());
    QVERIFY2(std::holds_alternative<GraphSent>(outcome),
             qPrintable(std::get_if<GraphTrouble>(&outcome) ? std::get<GraphTrouble>(outcome).sentence() : QString()));
    QVERIFY(!std::get<GraphSent>(outcome).requestId.isEmpty());
    QCOMPARE_EQ(m_graph->messages().size(), std::size_t(1));
    const ReceivedMessage &message = m_graph->messages().back();
    QCOMPARE_EQ(message.signedInAs, kScanner);
    QCOMPARE_EQ(toPath(message.envelope.sender), QStringLiteral("<scanner@contoso.com>"));
    QCOMPARE_EQ(message.envelope.recipients,
                (std::vector<EmailAddress>{*EmailAddress::parse(QStringLiteral("jane@example.com"))}));
    QCOMPARE_EQ(message.content, small());
    QCOMPARE_EQ(message.subject, QStringLiteral("Scan 7"));
    QVERIFY(message.tls);
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE_EQ(m_graph->counts(), (GraphCounts{.requests = 1, .sent = 1}));
}

void tst_PracticeGraph::aUserSends()
{
    m_signIn->service().setConsent(PracticeConsent::AtOnce);
    const TokenClient client = m_signIn->publicClient(TokenUse::Graph);
    const auto signIn = BrowserSignIn::begin(client, 50123, Secret(randomOctets(BrowserSignIn::kRandomOctets)),
                                             {.loginHint = kScanner});
    const QUrl back = QUrl::fromEncoded(m_signIn->browse(signIn->url()).field("Location"));
    const auto read = signIn->read("/?" + back.query(QUrl::FullyEncoded).toLatin1(), Knowledge::builtIn());
    const GrantedToken token = tokenIn(m_signIn->ask(client, signIn->grantFor(std::get<RedirectCode>(read))));
    QVERIFY(std::holds_alternative<GraphSent>(send(small(), token.accessToken, std::nullopt)));
    QVERIFY(std::holds_alternative<GraphSent>(send(small(), token.accessToken, *EmailAddress::parse(kScanner))));
    QCOMPARE_EQ(m_graph->messages().back().signedInAs, kScanner);
    // Another's mailbox is not open to it, and an application has none of its own.
    const auto joe = send(small(), token.accessToken, *EmailAddress::parse(QStringLiteral("joe@contoso.com")));
    QCOMPARE_EQ(std::get<GraphTrouble>(joe).code, QStringLiteral("ErrorAccessDenied"));
    QCOMPARE_EQ(std::get<GraphTrouble>(send(small(), m_token, std::nullopt)).status, 400);
}

void tst_PracticeGraph::aLargeMessageIsBroughtInSlices()
{
    const GraphOutcome outcome = send(largeMail({4'500'001, 2'000'000}));
    QVERIFY2(std::holds_alternative<GraphSent>(outcome),
             qPrintable(std::get_if<GraphTrouble>(&outcome) ? std::get<GraphTrouble>(outcome).sentence() : QString()));
    QCOMPARE_EQ(m_graph->counts().sent, 1);
    QCOMPARE_EQ(m_graph->draftCount(), std::size_t(0));
    QByteArray content = m_graph->messages().back().content;
    QVERIFY(m_graph->messages().back().octets > 8'000'000);
    // It is larger than what is kept of a message; one that is not, is whole.
    QVERIFY(content.isEmpty());
    QVERIFY(std::holds_alternative<GraphSent>(send(largeMail({3'600'001}))));
    content = m_graph->messages().back().content;
    QVERIFY(content.contains("Scans."));
    QVERIFY(content.contains("filename=\"scan-3600001.pdf\""));
    QVERIFY(content.replace("\r\n", "").contains(octetsOf(3'600'001).toBase64()));
}

void tst_PracticeGraph::theTokenIsJudged_data()
{
    QTest::addColumn<std::function<Secret(tst_PracticeGraph &)>>("make");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<GraphTrouble::Kind>("kind");
    const auto row = [](const char *tag, int status, const char *code,
                        std::function<Secret(tst_PracticeGraph &)> make) {
        QTest::newRow(tag) << make << status << QString::fromLatin1(code) << GraphTrouble::Kind::SignInRefused;
    };
    row("for Exchange Online", 401, "InvalidAuthenticationToken", [](tst_PracticeGraph &test) {
        return tokenIn(test.m_signIn->ask(test.m_signIn->confidentialClient(), ClientCredentialsGrant{})).accessToken;
    });
    row("no token", 401, "InvalidAuthenticationToken",
        [](tst_PracticeGraph &) { return Secret(QByteArray("opaque")); });
    row("without the permission", 403, "ErrorAccessDenied", [](tst_PracticeGraph &test) {
        test.m_signIn->application().graphRoles = {QStringLiteral("User.Read.All")};
        return test.applicationToken();
    });
    row("for a mailbox that is not open", 403, "ErrorAccessDenied", [](tst_PracticeGraph &test) {
        test.m_signIn->application().mailboxes = {*EmailAddress::parse(QStringLiteral("joe@contoso.com"))};
        return test.applicationToken();
    });
    row("of another service", 401, "InvalidAuthenticationToken", [](tst_PracticeGraph &) {
        SignInFixture other;
        return tokenIn(other.ask(other.confidentialClient(TokenUse::Graph), ClientCredentialsGrant{})).accessToken;
    });
}

void tst_PracticeGraph::theTokenIsJudged()
{
    using Make = std::function<Secret(tst_PracticeGraph &)>;
    QFETCH(Make, make);
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(GraphTrouble::Kind, kind);
    const GraphOutcome outcome = send(small(), make(*this), *EmailAddress::parse(kScanner));
    QVERIFY(std::holds_alternative<GraphTrouble>(outcome));
    const GraphTrouble trouble = std::get<GraphTrouble>(outcome);
    QCOMPARE_EQ(trouble.status, status);
    QCOMPARE_EQ(trouble.code, code);
    QCOMPARE_EQ(trouble.kind, kind);
    QVERIFY(!trouble.requestId.isEmpty());
    QVERIFY(m_graph->messages().empty());
}

void tst_PracticeGraph::questionsAreJudged_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("expected");
    const QString own = QStringLiteral("/v1.0/users/scanner@contoso.com");
    const auto row = [](const char *tag, const char *method, const QString &path, const char *type,
                        const QByteArray &body, const char *expected) {
        QTest::newRow(tag) << QByteArray(method) << path << QByteArray(type) << body << QString::fromLatin1(expected);
    };
    row("no base64", "POST", own + QStringLiteral("/sendMail"), "text/plain", "%%%",
        "400 ErrorMimeContentInvalidBase64String");
    row("cut off base64", "POST", own + QStringLiteral("/sendMail"), "text/plain", small().toBase64().chopped(5),
        "400 ErrorMimeContentInvalidBase64String");
    row("no recipient", "POST", own + QStringLiteral("/sendMail"), "text/plain",
        QByteArray("From: scanner@contoso.com\r\nSubject: x\r\n\r\nx").toBase64(), "400 ErrorInvalidRecipients");
    row("another author", "POST", own + QStringLiteral("/sendMail"), "text/plain",
        QByteArray("From: boss@contoso.com\r\nTo: a@example.com\r\n\r\nx").toBase64(), "403 ErrorSendAsDenied");
    row("an unknown mailbox", "POST", QStringLiteral("/v1.0/users/nobody@contoso.com/sendMail"), "text/plain",
        small().toBase64(), "404 ErrorInvalidUser");
    row("too large", "POST", own + QStringLiteral("/sendMail"), "text/plain", QByteArray(4'000'001, 'A'), "413 ");
    row("in JSON", "POST", own + QStringLiteral("/sendMail"), "application/json", "{}", "400 BadRequest");
    row("an unknown draft", "POST", own + QStringLiteral("/messages/AAMk/send"), "application/json", "{}",
        "404 ErrorItemNotFound");
    row("another version", "POST", QStringLiteral("/beta/me/sendMail"), "text/plain", "x", "404 ResourceNotFound");
    row("nothing behind the mailbox", "GET", own, "", "", "404 ResourceNotFound");
    row("an unknown upload", "PUT", QStringLiteral("/upload/x"), "application/octet-stream", "x",
        "404 ErrorItemNotFound");
}

void tst_PracticeGraph::questionsAreJudged()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QString, expected);
    const HttpAnswer answer = ask(method.constData(), path, type, body);
    const QJsonObject error =
        QJsonDocument::fromJson(answer.body.reveal().toByteArray()).object().value(u"error").toObject();
    QCOMPARE_EQ(QStringLiteral("%1 %2").arg(answer.status).arg(error.value(u"code").toString()), expected);
    QVERIFY(!answer.field("request-id").isEmpty() && !answer.field("Date").isEmpty());
    QCOMPARE_EQ(m_graph->counts(), (GraphCounts{.requests = 1, .refused = 1}));
}

void tst_PracticeGraph::slicesComeInOrder()
{
    const auto json = [](const HttpAnswer &answer) {
        return QJsonDocument::fromJson(answer.body.reveal().toByteArray()).object();
    };
    const QString own = QStringLiteral("/v1.0/users/scanner@contoso.com/messages");
    const HttpAnswer made = ask("POST", own, "text/plain", small().toBase64());
    QCOMPARE_EQ(made.status, 201);
    const QString draft = own + u'/' + json(made).value(u"id").toString();
    const HttpAnswer opened =
        ask("POST", draft + QStringLiteral("/attachments/createUploadSession"), "application/json",
            R"({"AttachmentItem":{"attachmentType":"file","name":"scan.pdf","size":3000010}})");
    QCOMPARE_EQ(opened.status, 201);
    const QUrl upload(json(opened).value(u"uploadUrl").toString());
    QVERIFY(GraphService::at(m_graph->baseUrl())->trustsUploadAt(upload));
    const auto put = [&](qint64 offset, const QByteArray &slice, const Secret &token = {}) {
        return ask(GraphService::upload(upload, slice, offset, 3'000'010), token);
    };
    QCOMPARE_EQ(put(10, "late").status, 416);
    QCOMPARE_EQ(put(0, "token", m_token).status, 400);
    const HttpAnswer first = put(0, octetsOf(3'000'000));
    QCOMPARE_EQ(first.status, 200);
    QCOMPARE_EQ(json(first).value(u"NextExpectedRanges").toArray().first().toString(), QStringLiteral("3000000"));
    QCOMPARE_EQ(put(0, "again").status, 416);
    const HttpAnswer last = put(3'000'000, "0123456789");
    QCOMPARE_EQ(last.status, 201);
    QVERIFY(!last.field("Location").isEmpty());
    QCOMPARE_EQ(put(0, "x").status, 404); // it is over

    QCOMPARE_EQ(ask("DELETE", draft).status, 204);
    QCOMPARE_EQ(ask("DELETE", draft).status, 404);
    QCOMPARE_EQ(m_graph->draftCount(), std::size_t(0));
}

void tst_PracticeGraph::noMoreThanFourAtOnce()
{
    m_graph->setFaults({.late = 500ms});
    std::map<int, int> statuses;
    int answers = 0;
    for (int i = 0; i < 6; ++i) {
        HttpQuestion question = GraphService::at(m_graph->baseUrl())->sendMail(*EmailAddress::parse(kScanner), small());
        question.bearer = m_token;
        m_carrier->ask(question, this, [&](const HttpOutcome &outcome) {
            ++answers;
            ++statuses[outcome ? outcome->status : 0];
            if (outcome && outcome->status == 429)
                ++statuses[outcome->field("Retry-After") == "1" ? 1429 : 0];
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(answers, 6, 20'000);
    QCOMPARE_EQ(statuses, (std::map<int, int>{{202, 4}, {429, 2}, {1429, 2}}));
    QVERIFY(std::holds_alternative<GraphSent>(send(small()))); // the lane is free again
}

void tst_PracticeGraph::faultsShowAsWhatTheyAre_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *words, const char *expected) {
        QTest::newRow(words) << QString::fromLatin1(words).split(u' ') << QString::fromLatin1(expected);
    };
    row("status=503 retry-after=17s", "wait 503 17");
    row("status=429 retry-after=5s", "wait 429 5");
    row("status=500", "wait 500 -1");
    row("drop-in-answer", "unsure 0 -1");
}

void tst_PracticeGraph::faultsShowAsWhatTheyAre()
{
    QFETCH(QStringList, words);
    QFETCH(QString, expected);
    PracticeWebFaults faults;
    for (const QString &word : words)
        QVERIFY(addWebFault(faults, word));
    m_graph->setFaults(faults);
    const GraphOutcome outcome = send(small());
    QVERIFY(std::holds_alternative<GraphTrouble>(outcome));
    const GraphTrouble trouble = std::get<GraphTrouble>(outcome);
    QCOMPARE_EQ(QStringLiteral("%1 %2 %3")
                    .arg(toString(trouble.kind))
                    .arg(trouble.status)
                    .arg(trouble.wait ? trouble.wait->count() : -1),
                expected);
}

void tst_PracticeGraph::messagesStandAmongThoseOfTheSmtpServer()
{
    PracticeServer server({}, m_signIn->clock());
    QSignalSpy received(&server, &PracticeServer::messageReceived);
    connect(m_graph.get(), &PracticeGraphService::messageReceived, &server, &PracticeServer::take);
    QVERIFY(std::holds_alternative<GraphSent>(send(small())));
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE_EQ(server.messages().back().messageId, QStringLiteral("<7@contoso.com>"));
}

QTEST_GUILESS_MAIN(tst_PracticeGraph)
#include "tst_PracticeGraph.moc"
