// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphAnswer.h"

#include "core/base/Text.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

using Kind = GraphTrouble::Kind;
using Fields = std::vector<HttpField>;

const TimePoint kNow(1795000000s);

HttpAnswer answer(int status, const QByteArray &body, const QByteArray &type = "application/json")
{
    return {.status = status,
            .fields = {{"Content-Type", type}, {"request-id", "from-the-header"}, {"Retry-After", "7"}},
            .body = Secret(QByteArray(body))};
}

QByteArray fault(const QByteArray &code, const QByteArray &message = "Said so.")
{
    return R"({"error":{"code":")" + code + R"(","message":")" + message + R"("}})";
}

tl::expected<GraphReply, GraphTrouble> read(GraphStep step, const HttpAnswer &given)
{
    return readGraphAnswer(step, given, kNow, Knowledge::builtIn());
}

} // namespace

class tst_GraphAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatIsDone();
    void tellsKindsApart_data();
    void tellsKindsApart();
    void namesWhatIsNotGraph_data();
    void namesWhatIsNotGraph();
    void noDraftWithoutAnId_data();
    void noDraftWithoutAnId();
    void boundsAndPrintsWhatIsSaid();
    void knowsWhatNoAnswerMeans_data();
    void knowsWhatNoAnswerMeans();
    void usesEntriesOfTheCatalogue();
};

void tst_GraphAnswer::readsWhatIsDone()
{
    const auto sent = read(GraphStep::SendMail, answer(202, {}));
    QVERIFY(sent);
    QCOMPARE_EQ(sent->requestId, QStringLiteral("from-the-header"));
    const auto draft =
        read(GraphStep::CreateDraft, answer(201, R"({"id":"AAMk/+=","toRecipients":[{"emailAddress":{}}]})"));
    QVERIFY(draft);
    QCOMPARE_EQ(draft->draft, QStringLiteral("AAMk/+="));
    const auto upload =
        read(GraphStep::OpenUpload, answer(201, R"({"uploadUrl":"https://outlook.office.com/x?authtoken=y"})"));
    QVERIFY(upload);
    QCOMPARE_EQ(upload->upload, QUrl(QStringLiteral("https://outlook.office.com/x?authtoken=y")));
    QVERIFY(read(GraphStep::Upload, answer(200, R"({"nextExpectedRanges":["2097152"]})")));
    QVERIFY(read(GraphStep::Upload, answer(201, {})));
    QVERIFY(read(GraphStep::DeleteDraft, answer(204, {})));
}

void tst_GraphAnswer::tellsKindsApart_data()
{
    QTest::addColumn<GraphStep>("step");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<Kind>("kind");
    using enum GraphStep;
    using enum GraphTrouble::Kind;
    QTest::newRow("401 without words") << SendMail << 401 << QByteArray() << SignInRefused;
    QTest::newRow("401") << SendDraft << 401 << fault("InvalidAuthenticationToken") << SignInRefused;
    QTest::newRow("403 of an unknown code") << SendMail << 403 << fault("ErrorNew") << SignInRefused;
    QTest::newRow("403 of another From") << SendDraft << 403 << fault("ErrorSendAsDenied") << MessageRefused;
    QTest::newRow("404 of a mailbox") << SendMail << 404 << fault("ResourceNotFound") << SignInRefused;
    QTest::newRow("404 of a draft") << SendDraft << 404 << fault("ErrorItemNotFound") << Wait;
    QTest::newRow("404 of an upload") << Upload << 404 << fault("ErrorItemNotFound") << Wait;
    QTest::newRow("400") << SendMail << 400 << fault("ErrorInvalidRecipients") << MessageRefused;
    QTest::newRow("400 of a slice") << Upload << 400 << fault("x") << Wait;
    QTest::newRow("408") << SendMail << 408 << fault("x") << Wait;
    QTest::newRow("413") << CreateDraft << 413 << fault("x") << MessageRefused;
    QTest::newRow("429 without words") << SendMail << 429 << QByteArray() << Wait;
    QTest::newRow("500") << SendMail << 500 << fault("x") << Wait;
    QTest::newRow("502 of a draft made") << CreateDraft << 502 << QByteArray("<html>") << Wait;
    QTest::newRow("502 of a message sent") << SendMail << 502 << QByteArray("<html>") << Unsure;
    QTest::newRow("504 of a draft sent") << SendDraft << 504 << QByteArray() << Unsure;
    QTest::newRow("200 for a message") << SendMail << 200 << QByteArray("{}") << Unsure;
}

void tst_GraphAnswer::tellsKindsApart()
{
    QFETCH(GraphStep, step);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(Kind, kind);
    const auto outcome = read(step, answer(status, body, body.startsWith('<') ? "text/html" : "application/json"));
    QVERIFY(!outcome);
    QCOMPARE_EQ(toString(outcome.error().kind), toString(kind));
    QCOMPARE_EQ(outcome.error().wait, std::optional(7s));
    QCOMPARE_EQ(outcome.error().status, status);
    QVERIFY(outcome.error().sentence().endsWith(u'.'));
}

void tst_GraphAnswer::namesWhatIsNotGraph_data()
{
    QTest::addColumn<GraphStep>("step");
    QTest::addColumn<HttpAnswer>("given");
    QTest::addColumn<Kind>("kind");
    using enum GraphStep;
    using enum GraphTrouble::Kind;
    const QByteArray deep = "{\"id\":" + QByteArray(100, '[') + QByteArray(100, ']') + "}";
    QTest::newRow("a page for a draft") << CreateDraft << answer(200, "<html>Sign in!", "text/html") << Wait;
    QTest::newRow("a page for a message") << SendMail << answer(202, "<html>Sign in!", "text/html") << Unsure;
    QTest::newRow("a page that forbids") << SendMail << answer(403, "<html>Blocked", "text/html") << Wait;
    QTest::newRow("a page that finds nothing") << SendMail << answer(404, " <html>", "text/plain") << Wait;
    QTest::newRow("half an answer") << CreateDraft << answer(201, R"({"id":"AAM)") << Wait;
    QTest::newRow("a list") << CreateDraft << answer(201, "[]") << Wait;
    QTest::newRow("a megabyte") << CreateDraft << answer(201, R"({"id":"x","a":")" + QByteArray(1 << 20, 'x') + "\"}")
                                << Wait;
    QTest::newRow("deep") << CreateDraft << answer(201, deep) << Wait;
    QTest::newRow("a megabyte of depth") << SendMail << answer(400, QByteArray(1 << 20, '[')) << Wait;
    QTest::newRow("elsewhere") << SendMail << answer(302, {}) << Wait;
    QTest::newRow("a proxy's sign-in") << SendMail << answer(407, {}) << Wait;
}

void tst_GraphAnswer::namesWhatIsNotGraph()
{
    QFETCH(GraphStep, step);
    QFETCH(HttpAnswer, given);
    QFETCH(Kind, kind);
    const auto outcome = read(step, given);
    QVERIFY(!outcome);
    QCOMPARE_EQ(toString(outcome.error().kind), toString(kind));
    QVERIFY2(outcome.error().title.contains(QStringLiteral("not Microsoft Graph")), qPrintable(outcome.error().title));
    QVERIFY(outcome.error().sentence().size() < 600);
}

void tst_GraphAnswer::noDraftWithoutAnId_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << QByteArray("{}");
    QTest::newRow("a number") << QByteArray(R"({"id":1})");
    QTest::newRow("with a line end") << QByteArray(R"({"id":"a\r\nb"})");
    QTest::newRow("endless") << "{\"id\":\"" + QByteArray(1001, 'x') + "\"}";
}

void tst_GraphAnswer::noDraftWithoutAnId()
{
    QFETCH(QByteArray, body);
    const auto outcome = read(GraphStep::CreateDraft, answer(201, body));
    QVERIFY(!outcome);
    QCOMPARE_EQ(toString(outcome.error().kind), toString(Kind::Wait));
}

void tst_GraphAnswer::boundsAndPrintsWhatIsSaid()
{
    const auto outcome =
        read(GraphStep::SendMail,
             answer(400, fault("Error\\u0007\\u202e" + QByteArray(500, 'c'), "A\\r\\nB" + QByteArray(5000, 'm'))));
    QVERIFY(!outcome);
    const GraphTrouble &trouble = outcome.error();
    for (const QString &text : {trouble.code, trouble.message, trouble.sentence(), trouble.requestId}) {
        QVERIFY(!hasControlCharacters(text));
        QVERIFY(!hasBidirectionalControls(text));
        QVERIFY(text.size() < 1500);
    }
    QVERIFY(trouble.sentence().contains(QStringLiteral("It says: A\\r\\nB")));
}

void tst_GraphAnswer::knowsWhatNoAnswerMeans_data()
{
    QTest::addColumn<GraphStep>("step");
    QTest::addColumn<ErrorKind>("error");
    QTest::addColumn<bool>("sentWhole");
    QTest::addColumn<Kind>("kind");
    using enum GraphStep;
    QTest::newRow("a message that had gone") << SendMail << ErrorKind::Unreachable << true << Kind::Unsure;
    QTest::newRow("a draft sent, and too slow") << SendDraft << ErrorKind::Timeout << true << Kind::Unsure;
    QTest::newRow("a message that had not gone") << SendMail << ErrorKind::Unreachable << false << Kind::Wait;
    QTest::newRow("a draft that had gone") << CreateDraft << ErrorKind::Timeout << true << Kind::Wait;
    QTest::newRow("a slice that had gone") << Upload << ErrorKind::Unreachable << true << Kind::Wait;
    QTest::newRow("TLS") << SendMail << ErrorKind::TlsFailed << false << Kind::Wait;
    QTest::newRow("a token that is none") << SendMail << ErrorKind::InvalidInput << false << Kind::SignInRefused;
}

void tst_GraphAnswer::knowsWhatNoAnswerMeans()
{
    QFETCH(GraphStep, step);
    QFETCH(ErrorKind, error);
    QFETCH(bool, sentWhole);
    QFETCH(Kind, kind);
    const GraphTrouble trouble = troubleWithoutAnswer(step, {{error, QStringLiteral("It broke.")}, sentWhole});
    QCOMPARE_EQ(toString(trouble.kind), toString(kind));
    QCOMPARE_EQ(trouble.status, 0);
    QVERIFY(trouble.sentence().contains(QStringLiteral("It broke.")));
}

/// The phrases and statuses of the catalogue are reached by what Graph says.
void tst_GraphAnswer::usesEntriesOfTheCatalogue()
{
    const auto entryFor = [](int status, const QByteArray &code) {
        const auto outcome = read(GraphStep::SendMail, answer(status, fault(code)));
        return outcome ? QString() : outcome.error().entryId;
    };
    QCOMPARE_EQ(entryFor(400, "ErrorMimeContentInvalidBase64String"), QStringLiteral("http.mime-base64"));
    QCOMPARE_EQ(entryFor(401, "InvalidAuthenticationToken"), QStringLiteral("http.token-invalid"));
    QCOMPARE_EQ(entryFor(403, "ErrorAccessDenied"), QStringLiteral("http.access-denied"));
    QCOMPARE_EQ(entryFor(403, "ErrorSendAsDenied"), QStringLiteral("http.send-as-denied"));
    QCOMPARE_EQ(entryFor(404, "MailboxNotEnabledForRESTAPI"), QStringLiteral("http.mailbox-unknown"));
    QCOMPARE_EQ(entryFor(413, "x"), QStringLiteral("http.too-large"));
    QCOMPARE_EQ(entryFor(429, "x"), QStringLiteral("http.throttled"));
    QCOMPARE_EQ(entryFor(503, "MailboxConcurrency"), QStringLiteral("http.throttled-mailbox"));
}

QTEST_GUILESS_MAIN(tst_GraphAnswer)
#include "tst_GraphAnswer.moc"
