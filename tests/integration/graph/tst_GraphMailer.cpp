// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMailer.h"
#include "tests/support/Base64Lines.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestSecrets.h"

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

using Answer = ScriptedHttpServer::Answer;
using Kind = GraphTrouble::Kind;

const QByteArray kToken = QByteArray("eyJ0.") + kTokenMark + ".c2ln";
const QStringList kDrafts{QStringLiteral("Mail.Send"), QStringLiteral("Mail.ReadWrite")};

QByteArray contentOf(const QByteArray &request)
{
    return request.mid(request.indexOf("\r\n\r\n") + 4);
}

QByteArray mimeOf(const QByteArray &request)
{
    return QByteArray::fromBase64(contentOf(request));
}

QByteArray small()
{
    return "From: s@example.com\r\nTo: a@example.com\r\nSubject: x\r\n\r\nHello.\r\n";
}

QByteArray octetsOf(qsizetype size, char start)
{
    QByteArray octets(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        octets[i] = static_cast<char>(start + i % 251);
    return octets;
}

QByteArray attachment(const QByteArray &name, const QByteArray &octets)
{
    return "--b\r\nContent-Type: application/pdf; name=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n"
           + "Content-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n" + base64Lines(octets);
}

/// Seven megabytes in one attachment, one and a half in another, and a text.
struct LargeMail {
    QByteArray scan = octetsOf(7'000'001, 'a');
    QByteArray page = octetsOf(1'500'000, 'b');
    QByteArray mime = "From: s@example.com\r\nTo: a@example.com\r\nMIME-Version: 1.0\r\n"
                      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                      "--b\r\nContent-Type: text/plain\r\n\r\nTwo scans.\r\n"
                      + attachment("scan.pdf", scan) + attachment("page.pdf", page) + "--b--\r\n";
};

/// Answers as Graph does, and keeps what it was asked.
class GraphScript {
public:
    Answer operator()(const QByteArray &request)
    {
        Answer answer = answerTo(request);
        answer.closes = answer.closes && !answer.octets.contains("\r\n\r\n"); // as a service, that is asked again
        return answer;
    }
    QByteArray base;
    QByteArrayList asked;
    std::map<QByteArray, Answer> instead; ///< by method and last word of the path: `POST /send`

private:
    Answer answerTo(const QByteArray &request)
    {
        const QByteArray line = request.left(request.indexOf(" HTTP/1.1"));
        asked += line;
        if (const auto found = instead.find(line.left(line.indexOf(' ') + 1) + line.mid(line.lastIndexOf('/')));
            found != instead.end())
            return found->second;
        if (line.endsWith("/sendMail") || line.endsWith("/send"))
            return {"HTTP/1.1 202 Accepted\r\nrequest-id: r1\r\nContent-Length: 0\r\n\r\n"};
        if (line.endsWith("/messages"))
            return ScriptedHttpServer::json(R"({"id":"AAMk=/+1","subject":"x"})", 201);
        if (line.endsWith("/createUploadSession"))
            return ScriptedHttpServer::json("{\"uploadUrl\":\"" + base + "/up?authtoken=" + kTokenMark + "\"}", 201);
        if (line.startsWith("DELETE"))
            return {"HTTP/1.1 204 No Content\r\n\r\n"};
        return ScriptedHttpServer::json("{}", line.startsWith("PUT") ? 200 : 201);
    }
};

} // namespace

/// Against an HTTP server of the test's own.
class tst_GraphMailer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void sendsASmallMessageInOneRequest();
    void sendsAsWhoeverSignedIn();
    void sendsToTheEnvelope();
    void bringsLargeAttachmentsToADraft();
    void bringsAMessageThatIsOneAttachment();
    void keepsNoCopyWhereItMayNot();
    void refusesWhatNeedsAPermission();
    void refusesWhatIsTooLargeForAnyWay();
    void tellsWhatTheServiceSays_data();
    void tellsWhatTheServiceSays();
    void isUnsureBehindAMessageThatWasHandedOver_data();
    void isUnsureBehindAMessageThatWasHandedOver();
    void aDraftThatFailsIsRemoved_data();
    void aDraftThatFailsIsRemoved();
    void trustsNoStrangeAddressForUploads();
    void whoIsGoneIsNotCalled();
    void whoGoesInTheMiddleLeavesNoDraft();
    void goesDownWithMessagesUnderWay();
    void showsNoToken();

private:
    std::optional<GraphOutcome> send(const GraphMail &mail, std::chrono::milliseconds patience = 20s);
    std::optional<GraphOutcome> send(const QByteArray &mime, const QStringList &permissions = {}, bool copies = true);
    [[nodiscard]] GraphMailer::Settings settings(std::chrono::milliseconds patience = 20s) const
    {
        return {.patience = patience, .systemProxy = false};
    }
    [[nodiscard]] GraphMail mailOf(QIODevice *mime) const
    {
        return {.mailbox = *EmailAddress::parse(QStringLiteral("scan+1@example.com")),
                .recipients = {*EmailAddress::parse(QStringLiteral("a@example.com"))},
                .mime = mime,
                .permissions = {QStringLiteral("Mail.Send")}};
    }

    GraphScript m_script;
    std::unique_ptr<ScriptedHttpServer> m_server;
    SystemClock m_clock;
};

void tst_GraphMailer::init()
{
    m_script = {};
    m_server = std::make_unique<ScriptedHttpServer>([this](const QByteArray &request) { return m_script(request); });
    QVERIFY(m_server->listen());
    m_script.base = m_server->base().toEncoded();
}

std::optional<GraphOutcome> tst_GraphMailer::send(const GraphMail &mail, std::chrono::milliseconds patience)
{
    GraphMailer mailer(*GraphService::at(m_server->base()), settings(patience), m_clock, Knowledge::builtIn());
    std::optional<GraphOutcome> outcome;
    int calls = 0;
    mailer.send(mail, Secret(QByteArray(kToken)), this, [&](const GraphOutcome &given) {
        ++calls;
        outcome = given;
    });
    if (calls > 0)
        qFatal("called before the call had returned");
    QEventLoop loop; // without the pauses of QTest, which a large message would feel
    QTimer poll;
    connect(&poll, &QTimer::timeout, &loop, [&] {
        if (calls > 0)
            loop.quit();
    });
    poll.start(5);
    QTimer::singleShot(30'000, &loop, &QEventLoop::quit);
    loop.exec();
    // What is said behind the outcome, such as the end of a draft.
    const qsizetype asked = m_server->requests().size();
    (void)QTest::qWaitFor([&] { return m_server->requests().size() > asked; }, 100);
    return calls == 1 ? outcome : std::nullopt;
}

std::optional<GraphOutcome> tst_GraphMailer::send(const QByteArray &mime, const QStringList &permissions, bool copies)
{
    QByteArray held = mime;
    QBuffer device(&held);
    if (!device.open(QIODevice::ReadOnly))
        qFatal("no buffer");
    GraphMail mail = mailOf(&device);
    mail.saveToSentItems = copies;
    if (!permissions.isEmpty())
        mail.permissions = permissions;
    return send(mail);
}

void tst_GraphMailer::sendsASmallMessageInOneRequest()
{
    const auto outcome = send(small());
    QVERIFY(outcome && std::holds_alternative<GraphSent>(*outcome));
    QCOMPARE_EQ(std::get<GraphSent>(*outcome), (GraphSent{.requestId = QStringLiteral("r1")}));
    QCOMPARE_EQ(m_server->requests().size(), 1);
    const QByteArray request = m_server->requests().front();
    QVERIFY2(request.startsWith("POST /v1.0/users/scan%2B1%40example.com/sendMail HTTP/1.1\r\n"), request.left(90));
    QVERIFY(request.contains("\r\nContent-Type: text/plain\r\n"));
    QVERIFY(request.contains("\r\nAuthorization: Bearer " + kToken + "\r\n"));
    QCOMPARE_EQ(mimeOf(request), small());
}

void tst_GraphMailer::sendsAsWhoeverSignedIn()
{
    QByteArray mime = small();
    QBuffer device(&mime);
    QVERIFY(device.open(QIODevice::ReadOnly));
    GraphMail mail = mailOf(&device);
    mail.mailbox = std::nullopt;
    QVERIFY(send(mail));
    QCOMPARE_EQ(m_script.asked, QByteArrayList{"POST /v1.0/me/sendMail"});
}

void tst_GraphMailer::sendsToTheEnvelope()
{
    QByteArray mime = small();
    QBuffer device(&mime);
    QVERIFY(device.open(QIODevice::ReadOnly));
    GraphMail mail = mailOf(&device);
    mail.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
    const auto outcome = send(mail);
    QVERIFY(outcome && std::holds_alternative<GraphSent>(*outcome));
    QCOMPARE_EQ(std::get<GraphSent>(*outcome).remarks.size(), 2);
    QCOMPARE_EQ(mimeOf(m_server->requests().front()),
                QByteArray("From: s@example.com\r\nX-Relaywright-Original-To: a@example.com\r\nSubject: x\r\n"
                           "Bcc: b@example.com\r\n\r\nHello.\r\n"));
}

void tst_GraphMailer::bringsLargeAttachmentsToADraft()
{
    const LargeMail large;
    const auto outcome = send(large.mime, kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphSent>(*outcome));
    const QByteArray draft = "/v1.0/users/scan%2B1%40example.com/messages";
    const QByteArray made = draft + "/AAMk%3D%2F%2B1";
    QCOMPARE_EQ(
        m_script.asked,
        (QByteArrayList{"POST " + draft, "POST " + made + "/attachments/createUploadSession",
                        QByteArray("PUT /up?authtoken=") + kTokenMark, QByteArray("PUT /up?authtoken=") + kTokenMark,
                        QByteArray("PUT /up?authtoken=") + kTokenMark, "POST " + made + "/send"}));

    // The smaller attachment fits beside the text.
    const QByteArrayList requests = m_server->requests();
    QByteArray rest = large.mime;
    rest.remove(rest.indexOf("--b\r\nContent-Type: application/pdf; name=\"scan.pdf\""),
                attachment("scan.pdf", large.scan).size());
    QVERIFY(mimeOf(requests[0]) == rest);
    const QJsonObject item =
        QJsonDocument::fromJson(contentOf(requests[1])).object().value(u"AttachmentItem").toObject();
    QCOMPARE_EQ(item.value(u"name").toString(), QStringLiteral("scan.pdf"));
    QCOMPARE_EQ(item.value(u"contentType").toString(), QStringLiteral("application/pdf"));
    QCOMPARE_EQ(item.value(u"size").toInteger(), large.scan.size());
    QByteArray uploaded;
    for (qsizetype i = 2; i < 5; ++i) {
        QVERIFY(!requests[i].contains("Authorization"));
        const QByteArray slice = contentOf(requests[i]);
        QVERIFY(slice.size() < 4'000'000);
        QVERIFY(requests[i].contains("\r\nContent-Range: bytes " + QByteArray::number(uploaded.size()) + '-'
                                     + QByteArray::number(uploaded.size() + slice.size() - 1) + "/7000001\r\n"));
        uploaded += slice;
    }
    QVERIFY(uploaded == large.scan);
    QCOMPARE_EQ(contentOf(requests[5]), QByteArray());
}

void tst_GraphMailer::bringsAMessageThatIsOneAttachment()
{
    const QByteArray scan = octetsOf(2'600'000, 'c');
    const auto outcome =
        send("From: s@example.com\r\nTo: a@example.com\r\nContent-Type: application/pdf; name=s.pdf\r\n"
             "Content-Transfer-Encoding: base64\r\n\r\n"
                 + base64Lines(scan),
             kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphSent>(*outcome));
    QCOMPARE_EQ(m_script.asked.size(), 3);
    QCOMPARE_EQ(
        mimeOf(m_server->requests()[0]),
        QByteArray("From: s@example.com\r\nTo: a@example.com\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"));
    QVERIFY(m_script.asked[1].endsWith("/attachments"));
    const QJsonObject file = QJsonDocument::fromJson(contentOf(m_server->requests()[1])).object();
    QCOMPARE_EQ(file.value(u"@odata.type").toString(), QStringLiteral("#microsoft.graph.fileAttachment"));
    QCOMPARE_EQ(file.value(u"name").toString(), QStringLiteral("s.pdf"));
    QVERIFY(QByteArray::fromBase64(file.value(u"contentBytes").toString().toLatin1()) == scan);
}

void tst_GraphMailer::keepsNoCopyWhereItMayNot()
{
    const auto outcome = send(small(), kDrafts, false);
    QVERIFY(outcome && std::holds_alternative<GraphSent>(*outcome));
    QCOMPARE_EQ(m_script.asked.size(), 3);
    QVERIFY(m_script.asked[0].endsWith("/messages"));
    QVERIFY(m_script.asked[1].startsWith("PATCH /v1.0/users/scan%2B1%40example.com/messages/AAMk%3D%2F%2B1"));
    const QJsonObject property = QJsonDocument::fromJson(contentOf(m_server->requests()[1]))
                                     .object()
                                     .value(u"singleValueExtendedProperties")
                                     .toArray()
                                     .first()
                                     .toObject();
    QCOMPARE_EQ(property.value(u"id").toString(),
                Knowledge::builtIn().text(QStringLiteral("graph.sent-items.delete-after-submit")));
    QVERIFY(m_script.asked[2].endsWith("/send"));
}

void tst_GraphMailer::refusesWhatNeedsAPermission()
{
    const auto large = send(LargeMail().mime);
    QVERIFY(large && std::holds_alternative<GraphTrouble>(*large));
    QCOMPARE_EQ(std::get<GraphTrouble>(*large).kind, Kind::MessageRefused);
    QVERIFY(std::get<GraphTrouble>(*large).sentence().contains(QStringLiteral("Grant Mail.ReadWrite")));
    // Not the message's fault, so no message is refused for it.
    const auto copy = send(small(), {}, false);
    QVERIFY(copy && std::holds_alternative<GraphTrouble>(*copy));
    QCOMPARE_EQ(std::get<GraphTrouble>(*copy).kind, Kind::SignInRefused);
    QVERIFY(std::get<GraphTrouble>(*copy).sentence().contains(QStringLiteral("Grant Mail.ReadWrite")));
    QVERIFY(m_script.asked.isEmpty());
}

void tst_GraphMailer::refusesWhatIsTooLargeForAnyWay()
{
    const QByteArray text = base64Lines(QByteArray(3'000'000, 'x'));
    const auto outcome = send("To: a@example.com\r\n\r\n" + text, kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    QCOMPARE_EQ(std::get<GraphTrouble>(*outcome).kind, Kind::MessageRefused);
    const auto isSigned = send("To: a@example.com\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n"
                                   + attachment("scan.pdf", octetsOf(4'000'000, 'd')) + "--b--\r\n",
                               kDrafts);
    QVERIFY(isSigned && std::holds_alternative<GraphTrouble>(*isSigned));
    QCOMPARE_EQ(std::get<GraphTrouble>(*isSigned).kind, Kind::MessageRefused);
    QVERIFY(m_script.asked.isEmpty());
}

void tst_GraphMailer::tellsWhatTheServiceSays_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("entry");
    using enum GraphTrouble::Kind;
    QTest::newRow("no good token") << 401 << QByteArray("InvalidAuthenticationToken") << SignInRefused
                                   << QStringLiteral("http.token-invalid");
    QTest::newRow("no permission") << 403 << QByteArray("ErrorAccessDenied") << SignInRefused
                                   << QStringLiteral("http.access-denied");
    QTest::newRow("another From") << 403 << QByteArray("ErrorSendAsDenied") << MessageRefused
                                  << QStringLiteral("http.send-as-denied");
    QTest::newRow("no mailbox") << 404 << QByteArray("ErrorInvalidUser") << SignInRefused
                                << QStringLiteral("http.mailbox-unknown");
    QTest::newRow("no MIME") << 400 << QByteArray("ErrorMimeContentInvalid") << MessageRefused << QString();
    QTest::newRow("too large") << 413 << QByteArray("x") << MessageRefused << QStringLiteral("http.too-large");
    QTest::newRow("too often") << 429 << QByteArray("ApplicationThrottled") << Wait << QStringLiteral("http.throttled");
    QTest::newRow("a fault") << 500 << QByteArray("ErrorInternalServerError") << Wait << QString();
    QTest::newRow("not now") << 503 << QByteArray("ServiceUnavailable") << Wait << QString();
}

void tst_GraphMailer::tellsWhatTheServiceSays()
{
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    QFETCH(Kind, kind);
    QFETCH(QString, entry);
    m_script.instead["POST /sendMail"] = ScriptedHttpServer::json(
        R"({"error":{"code":")" + code + R"(","message":"Said so","innerError":{"request-id":"r7"}}})", status,
        "Retry-After: 30\r\n");
    const auto outcome = send(small());
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    const auto &trouble = std::get<GraphTrouble>(*outcome);
    QCOMPARE_EQ(toString(trouble.kind), toString(kind));
    QCOMPARE_EQ(trouble.entryId, entry);
    QCOMPARE_EQ(trouble.status, status);
    QCOMPARE_EQ(trouble.code, QString::fromLatin1(code));
    QCOMPARE_EQ(trouble.requestId, QStringLiteral("r7"));
    QCOMPARE_EQ(trouble.wait, std::optional(30s));
    QVERIFY2(trouble.sentence().endsWith(u'.'), qPrintable(trouble.sentence()));
    QCOMPARE_EQ(m_script.asked.size(), 1);
}

void tst_GraphMailer::isUnsureBehindAMessageThatWasHandedOver_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<bool>("drafts");
    const QByteArray half = "HTTP/1.1 202 Accepted\r\nContent-Le";
    const QByteArray gateway = "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n";
    const QByteArray page = "HTTP/1.1 202 Fine\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    for (const bool drafts : {false, true}) {
        const QByteArray where = drafts ? "POST /send" : "POST /sendMail";
        const QByteArray what = drafts ? "of a draft: " : "in one request: ";
        QTest::newRow(what + "hangs up") << where << QByteArray() << drafts;
        QTest::newRow(what + "half an answer") << where << half << drafts;
        QTest::newRow(what + "a gateway gives up") << where << gateway << drafts;
        QTest::newRow(what + "a page") << where << page << drafts;
    }
}

void tst_GraphMailer::isUnsureBehindAMessageThatWasHandedOver()
{
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, octets);
    QFETCH(bool, drafts);
    m_script.instead[where] = Answer{.octets = octets, .hangsUp = octets.isEmpty()};
    const auto outcome = send(small(), kDrafts, !drafts);
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    const auto &trouble = std::get<GraphTrouble>(*outcome);
    QCOMPARE_EQ(toString(trouble.kind), toString(Kind::Unsure));
    QVERIFY2(trouble.sentence().contains(QStringLiteral("Sent Items")), qPrintable(trouble.sentence()));
    QCOMPARE_EQ(m_script.asked.size(), drafts ? 3 : 1); // once, and a draft that may be on its way stays
}

void tst_GraphMailer::aDraftThatFailsIsRemoved_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<int>("status");
    QTest::addColumn<Kind>("kind");
    using enum GraphTrouble::Kind;
    QTest::newRow("no upload") << QByteArray("POST /createUploadSession") << 500 << Wait;
    QTest::newRow("a slice is refused") << QByteArray("PUT /up?authtoken=") + kTokenMark << 416 << Wait;
    QTest::newRow("a slice brings no answer") << QByteArray("PUT /up?authtoken=") + kTokenMark << 0 << Wait;
    QTest::newRow("the draft is refused") << QByteArray("POST /send") << 400 << MessageRefused;
    QTest::newRow("the draft must wait") << QByteArray("POST /send") << 429 << Wait;
    QTest::newRow("the token has ended") << QByteArray("POST /send") << 401 << SignInRefused;
}

void tst_GraphMailer::aDraftThatFailsIsRemoved()
{
    QFETCH(QByteArray, where);
    QFETCH(int, status);
    QFETCH(Kind, kind);
    m_script.instead[where] = status == 0 ? Answer{.hangsUp = true}
                                          : ScriptedHttpServer::json(R"({"error":{"code":"x","message":"y"}})", status);
    const auto outcome = send(LargeMail().mime, kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    QCOMPARE_EQ(toString(std::get<GraphTrouble>(*outcome).kind), toString(kind));
    QCOMPARE_EQ(m_script.asked.back(), QByteArray("DELETE /v1.0/users/scan%2B1%40example.com/messages/AAMk%3D%2F%2B1"));
}

void tst_GraphMailer::trustsNoStrangeAddressForUploads()
{
    m_script.instead["POST /createUploadSession"] =
        ScriptedHttpServer::json(R"({"uploadUrl":"http://192.0.2.1/up?authtoken=x"})", 201);
    const auto outcome = send(LargeMail().mime, kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    QCOMPARE_EQ(std::get<GraphTrouble>(*outcome).kind, Kind::Wait);
    QVERIFY(m_script.asked.back().startsWith("DELETE "));
}

void tst_GraphMailer::whoIsGoneIsNotCalled()
{
    m_script.instead["POST /sendMail"] = Answer{};
    GraphMailer mailer(*GraphService::at(m_server->base()), settings(), m_clock, Knowledge::builtIn());
    bool called = false;
    {
        QByteArray mime = small();
        QBuffer device(&mime);
        QVERIFY(device.open(QIODevice::ReadOnly));
        QObject context;
        QSignalSpy asked(m_server.get(), &ScriptedHttpServer::asked);
        mailer.send(mailOf(&device), Secret(QByteArray(kToken)), &context,
                    [&](const GraphOutcome &) { called = true; });
        QVERIFY(asked.wait());
    }
    QTRY_COMPARE_EQ(m_server->openConnections(), 0);
    QVERIFY(!called);
    QCOMPARE_EQ(m_script.asked.size(), 1);
}

void tst_GraphMailer::whoGoesInTheMiddleLeavesNoDraft()
{
    m_script.instead["POST /createUploadSession"] = Answer{};
    GraphMailer mailer(*GraphService::at(m_server->base()), settings(), m_clock, Knowledge::builtIn());
    bool called = false;
    {
        QByteArray mime = LargeMail().mime;
        QBuffer device(&mime);
        QVERIFY(device.open(QIODevice::ReadOnly));
        GraphMail mail = mailOf(&device);
        mail.permissions = kDrafts;
        QObject context;
        mailer.send(mail, Secret(QByteArray(kToken)), &context, [&](const GraphOutcome &) { called = true; });
        QTRY_COMPARE_WITH_TIMEOUT(m_script.asked.size(), 2, 20'000);
    }
    QTRY_COMPARE_EQ(m_script.asked.size(), 3);
    QVERIFY(m_script.asked.back().startsWith("DELETE "));
    QVERIFY(!called);
}

void tst_GraphMailer::goesDownWithMessagesUnderWay()
{
    m_script.instead["POST /sendMail"] = Answer{};
    bool called = false;
    QByteArray mime = small();
    QBuffer device(&mime);
    QVERIFY(device.open(QIODevice::ReadOnly));
    {
        GraphMailer mailer(*GraphService::at(m_server->base()), settings(), m_clock, Knowledge::builtIn());
        QSignalSpy asked(m_server.get(), &ScriptedHttpServer::asked);
        mailer.send(mailOf(&device), Secret(QByteArray(kToken)), this, [&](const GraphOutcome &) { called = true; });
        QVERIFY(asked.wait());
    }
    QTRY_COMPARE_EQ(m_server->openConnections(), 0);
    QVERIFY(!called);
}

void tst_GraphMailer::showsNoToken()
{
    for (const int status : {200, 302, 400, 401, 403, 407, 500}) {
        m_script.instead["POST /sendMail"] = ScriptedHttpServer::json("{\"error\":{}}", status);
        const auto outcome = send(small());
        QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
        QVERIFY(!std::get<GraphTrouble>(*outcome).sentence().contains(QString::fromLatin1(kTokenMark)));
    }
    m_script.instead["PUT /up?authtoken=" + QByteArray(kTokenMark)] = Answer{.octets = "HTTP/1.1 200 OK\r\nContent-"};
    const auto outcome = send(LargeMail().mime, kDrafts);
    QVERIFY(outcome && std::holds_alternative<GraphTrouble>(*outcome));
    QVERIFY(!std::get<GraphTrouble>(*outcome).sentence().contains(QString::fromLatin1(kTokenMark)));
}

QTEST_GUILESS_MAIN(tst_GraphMailer)
#include "tst_GraphMailer.moc"
