// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"
#include "core/relay/ControlServer.h"
#include "core/relay/PrivateFolder.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

namespace {

const QString kName = QStringLiteral("test");

} // namespace

class tst_Control : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void statusSurvivesTheWire();
    void queueEntrySurvivesTheWire();
    void refusesAnswersThatCannotBe();
    void asksAndAnswers();
    void passesErrorsOn();
    void saysWhenNoRelayRuns();
    void replacesASocketThatNobodyAnswers();
    void refusesASecondRelayOfTheSameName();
    void survivesRubbishAndFloods();
    void isPrivateToTheUser();
    void tellsEventsToWhoAsked();
    void cutsOffWhoDoesNotRead();
    void exportsPieceByPiece();
    void statusOfAnOlderRelayIsReadToo();
    void historySurvivesTheWire();
    void queriesAreCheckedStrictly();

private:
    std::unique_ptr<QTemporaryDir> m_runtime;
};

void tst_Control::init()
{
    m_runtime = std::make_unique<QTemporaryDir>();
    qputenv("XDG_RUNTIME_DIR", m_runtime->path().toUtf8());
}

void tst_Control::cleanup()
{
    m_runtime.reset();
}

void tst_Control::statusSurvivesTheWire()
{
    RelayStatus status{.version = QStringLiteral("1"), .name = QStringLiteral("n"), .startedAt = TimePoint(std::chrono::milliseconds(1'795'000'000'123)),
                       .condition = RelayCondition::Trouble, .reason = QStringLiteral("why"), .listeners = {QStringLiteral("127.0.0.1:25")},
                       .upstream = QStringLiteral("smtp.example.com:587"), .accepted = 5, .delivered = 4, .bounced = 3, .refused = 2, .queued = 1,
                       .held = 6, .damaged = 7, .nextAttempt = TimePoint(std::chrono::milliseconds(1'795'000'001'000))};
    status.routes = {{.name = QStringLiteral("default"),
                      .state = QStringLiteral("down"),
                      .reason = QStringLiteral("no answer"),
                      .host = QStringLiteral("a.example.com:587"),
                      .hosts = {QStringLiteral("a.example.com:587")},
                      .isOwnFault = true,
                      .busyConnections = 2,
                      .nextAttempt = TimePoint(std::chrono::milliseconds(1'795'000'002'000)),
                      .leftUntil = TimePoint(std::chrono::milliseconds(1'795'000'003'000)),
                      .leftThisMinute = 7,
                      .latency = LatencySummary{.messages = 12,
                                                .median = std::chrono::milliseconds(130),
                                                .percentile95 = std::chrono::hours(50)}}};
    status.alerts = {{QStringLiteral("disk"), {}, QStringLiteral("Make room."), status.startedAt}};
    const auto read = parseRelayStatus(toJson(status));
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QVERIFY(read->routes == status.routes);
    QCOMPARE(toJson(*read), toJson(status));
    QCOMPARE(read->startedAt, status.startedAt);
    QCOMPARE(read->damaged, 7u);
    QVERIFY(read->routes == status.routes);
    QVERIFY(read->alerts == status.alerts);
    QCOMPARE(read->protocol, kControlProtocol);
    QVERIFY(!read->emptyAt);
}

void tst_Control::queueEntrySurvivesTheWire()
{
    const QueueEntry entry{.id = QStringLiteral("K3F90000001"), .receivedAt = TimePoint(std::chrono::milliseconds(1'795'000'000'123)),
                           .sender = QStringLiteral("<>"), .recipients = {QStringLiteral("a@example.com")}, .octets = 10'000'000'000,
                           .source = QStringLiteral("192.0.2.1"), .state = QStringLiteral("deferred"), .attempts = 3,
                           .lastReply = QStringLiteral("451 später")};
    const auto read = parseQueueEntry(toJson(entry));
    QVERIFY(read);
    QCOMPARE(toJson(*read), toJson(entry));
    QCOMPARE(read->octets, 10'000'000'000u);
}

void tst_Control::refusesAnswersThatCannotBe()
{
    QVERIFY(!parseRelayStatus({}));
    QVERIFY(!parseQueueEntry({}));
    QJsonObject wrong = toJson(RelayStatus{});
    wrong.insert(QStringLiteral("condition"), QStringLiteral("happy"));
    QVERIFY(!parseRelayStatus(wrong));
}

void tst_Control::asksAndAnswers()
{
    ControlServer server([](const QJsonObject &request, const ControlServer::Reply &reply) { reply(request); });
    QVERIFY(server.listen(kName));
    ControlClient client(kName);
    QJsonObject first;
    QJsonObject second;
    client.request(QStringLiteral("show"), {{QStringLiteral("id"), QStringLiteral("X")}}, this, [&](const auto &r) { first = r.value_or(QJsonObject()); });
    client.request(QStringLiteral("pause"), {}, this, [&](const auto &r) { second = r.value_or(QJsonObject()); });
    QTRY_COMPARE(first.value(QStringLiteral("id")).toString(), QStringLiteral("X"));
    QTRY_COMPARE(second.value(QStringLiteral("request")).toString(), QStringLiteral("pause"));
}

void tst_Control::passesErrorsOn()
{
    ControlServer server([](const QJsonObject &, const ControlServer::Reply &reply) {
        reply(failure(ErrorKind::Denied, QStringLiteral("Not now.")));
    });
    QVERIFY(server.listen(kName));
    ControlClient client(kName);
    std::optional<Error> error;
    client.status(this, [&](const auto &r) { error = r.error(); });
    QTRY_VERIFY(error);
    QCOMPARE(*error, (Error{ErrorKind::Denied, QStringLiteral("Not now.")}));
    for (const ErrorKind kind : {ErrorKind::InvalidInput, ErrorKind::NotFound, ErrorKind::Storage, ErrorKind::Unsupported, ErrorKind::Cancelled})
        QCOMPARE(parseControlWord(controlWord(kind)), kind);
}

void tst_Control::saysWhenNoRelayRuns()
{
    ControlClient client(kName);
    std::optional<Error> error;
    client.queue(this, [&](const auto &r) { error = r.error(); });
    QVERIFY(!error); // never inside the call
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, ErrorKind::Unreachable);
    QVERIFY(error->detail.contains(kName));
}

void tst_Control::replacesASocketThatNobodyAnswers()
{
#ifdef Q_OS_UNIX
    QVERIFY(ensurePrivateFolder(controlSocketFolder()));
    QFile stale(controlSocketName(kName));
    QVERIFY(stale.open(QIODevice::WriteOnly));
    stale.close();
    ControlServer server([](const QJsonObject &, const ControlServer::Reply &reply) { reply(QJsonObject()); });
    QVERIFY(server.listen(kName));
#endif
}

void tst_Control::refusesASecondRelayOfTheSameName()
{
    const auto handler = [](const QJsonObject &, const ControlServer::Reply &reply) { reply(QJsonObject()); };
    ControlServer first(handler);
    QVERIFY(first.listen(kName));
    ControlServer second(handler);
    const auto listening = second.listen(kName);
    QVERIFY(!listening);
    QCOMPARE(listening.error().kind, ErrorKind::Denied);
}

void tst_Control::survivesRubbishAndFloods()
{
    int asked = 0;
    ControlServer server([&](const QJsonObject &, const ControlServer::Reply &reply) { ++asked; reply(QJsonObject()); });
    QVERIFY(server.listen(kName));
    QLocalSocket rubbish;
    rubbish.connectToServer(controlSocketName(kName));
    QVERIFY(rubbish.waitForConnected());
    rubbish.write("not json\n[]\n{\"request\":\"x\"}\n");
    QTRY_COMPARE(rubbish.bytesAvailable() > 0 && asked == 1, true);
    QTRY_COMPARE(rubbish.peek(4096).count('\n'), 3);
    QVERIFY(rubbish.readLine().contains("invalid-input"));
    QLocalSocket endless;
    endless.connectToServer(controlSocketName(kName));
    QVERIFY(endless.waitForConnected());
    endless.write(QByteArray(200'000, 'x'));
    QTRY_COMPARE(endless.state(), QLocalSocket::UnconnectedState);
    std::vector<std::unique_ptr<QLocalSocket>> many;
    for (int i = 0; i < 30; ++i) {
        many.push_back(std::make_unique<QLocalSocket>());
        many.back()->connectToServer(controlSocketName(kName));
    }
    QTRY_VERIFY(std::ranges::count_if(many, [](const auto &socket) { return socket->state() == QLocalSocket::UnconnectedState; }) >= 14);
}

void tst_Control::isPrivateToTheUser()
{
#ifdef Q_OS_UNIX
    ControlServer server([](const QJsonObject &, const ControlServer::Reply &reply) { reply(QJsonObject()); });
    QVERIFY(server.listen(kName));
    constexpr QFile::Permissions kOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFileInfo(controlSocketName(kName)).permissions() & kOthers));
    QVERIFY(!(QFileInfo(controlSocketFolder()).permissions() & kOthers));
    // A folder that is open to others is not trusted with a question that may carry a password.
    QVERIFY(QFile::setPermissions(controlSocketFolder(), QFile::Permissions(0x7777)));
    ControlClient client(kName);
    std::optional<Error> error;
    client.request(QStringLiteral("secret"), {{QStringLiteral("password"), QStringLiteral("x")}}, this, [&](const auto &r) {
        error = r ? Error{ErrorKind::Cancelled, {}} : r.error();
    });
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, ErrorKind::Denied);
#endif
}

void tst_Control::tellsEventsToWhoAsked()
{
    ControlServer server([](const QJsonObject &, const ControlServer::Reply &reply) { reply(QJsonObject()); });
    int changes = 0;
    server.onSubscribersChanged([&] { ++changes; });
    QVERIFY(server.listen(kName));
    std::vector<RelayEvent> all;
    std::vector<RelayEvent> severe;
    auto first = std::make_unique<ControlSubscription>(kName, RelayEvent::Severity::Debug);
    ControlSubscription second(kName, RelayEvent::Severity::Warning);
    int started = 0;
    for (ControlSubscription *one : {first.get(), &second})
        connect(one, &ControlSubscription::started, this, [&] { ++started; });
    connect(first.get(), &ControlSubscription::happened, this, [&](const RelayEvent &event) { all.push_back(event); });
    connect(&second, &ControlSubscription::happened, this, [&](const RelayEvent &event) { severe.push_back(event); });
    first->start();
    second.start();
    QTRY_COMPARE(started, 2);
    QVERIFY(server.hasSubscribers());
    const RelayEvent plain{.at = TimePoint(std::chrono::milliseconds(1'795'000'000'123)), .kind = RelayEvent::Kind::Accepted,
                           .severity = RelayEvent::Severity::Info, .source = QStringLiteral("192.0.2.7"), .id = QStringLiteral("K3F90000001"),
                           .detail = QStringLiteral("accepted"), .numbers = {{QStringLiteral("octets"), 5'000'000'000}}};
    RelayEvent warning = plain;
    warning.severity = RelayEvent::Severity::Warning;
    server.publish(plain);
    server.publish(warning);
    QTRY_COMPARE(all.size(), 2u);
    QTRY_COMPARE(severe.size(), 1u);
    QVERIFY(all[0] == plain);
    QVERIFY(severe[0] == warning);
    first.reset();
    std::optional<Error> error;
    connect(&second, &ControlSubscription::ended, this, [&](const Error &why) { error = why; });
    QTRY_COMPARE(changes, 1); // the second one still listens
    ControlSubscription nobody(QStringLiteral("other"), RelayEvent::Severity::Info);
    connect(&nobody, &ControlSubscription::ended, this, [&](const Error &why) { error = why; });
    nobody.start();
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, ErrorKind::Unreachable);
}

void tst_Control::cutsOffWhoDoesNotRead()
{
    ControlServer server([](const QJsonObject &, const ControlServer::Reply &reply) { reply(QJsonObject()); });
    QVERIFY(server.listen(kName));
    QLocalSocket lazy;
    lazy.setReadBufferSize(1024); // what is not read stays in the system, and then in the server
    lazy.connectToServer(controlSocketName(kName));
    QVERIFY(lazy.waitForConnected());
    lazy.write("{\"request\":\"events\"}\n");
    QTRY_VERIFY(server.hasSubscribers());
    RelayEvent event{.detail = QString(900, u'x')};
    int told = 0;
    for (; server.hasSubscribers() && told < 10'000; ++told)
        server.publish(event);
    QVERIFY2(told < 10'000, "the server keeps everything for a client that does not read");
    lazy.setReadBufferSize(0);
    QByteArray heard;
    QTRY_VERIFY((heard += lazy.readAll(), lazy.state() == QLocalSocket::UnconnectedState));
    heard += lazy.readAll();
    const QByteArray last = heard.trimmed().split('\n').last();
    QVERIFY2(last.contains("\"ok\":false") && last.contains("cancelled"), last.constData());
}

void tst_Control::exportsPieceByPiece()
{
    const QByteArray message = QByteArray(500'000, 'a') + "end";
    bool shrinks = false;
    ControlServer server([&](const QJsonObject &request, const ControlServer::Reply &reply) {
        const qint64 offset = request.value(QStringLiteral("offset")).toInteger();
        if (shrinks && offset > 0)
            return reply(failure(ErrorKind::NotFound, QStringLiteral("Delivered meanwhile.")));
        reply(QJsonObject{{QStringLiteral("size"), message.size()},
                          {QStringLiteral("octets"), QString::fromLatin1(message.mid(offset, 190'000).toBase64())}});
    });
    QVERIFY(server.listen(kName));
    ControlClient client(kName);
    QByteArray got;
    std::optional<Result<quint64>> done;
    const auto fetch = [&](bool wanted) {
        got.clear();
        done.reset();
        client.exportMessage(QStringLiteral("X"), this, [&, wanted](const QByteArray &octets) { got += octets; return wanted; },
                             [&](const Result<quint64> &size) { done = size; });
    };
    fetch(true);
    QTRY_VERIFY(done);
    QVERIFY(*done);
    QCOMPARE(**done, static_cast<quint64>(message.size()));
    QVERIFY(got == message);
    fetch(false);
    QTRY_VERIFY(done);
    QCOMPARE(done->error().kind, ErrorKind::Cancelled);
    shrinks = true;
    fetch(true);
    QTRY_VERIFY(done);
    QCOMPARE(done->error().kind, ErrorKind::NotFound);
}

void tst_Control::statusOfAnOlderRelayIsReadToo()
{
    QJsonObject json = toJson(RelayStatus{.version = QStringLiteral("0"), .name = QStringLiteral("n"), .upstream = QStringLiteral("h:1")});
    for (const char *member : {"protocol", "acceptedOctets", "deferred", "connections", "freeOctets", "oldest", "routes", "alerts"})
        json.remove(QLatin1String(member));
    const auto read = parseRelayStatus(json);
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QCOMPARE(read->protocol, 0);
    QVERIFY(read->routes.empty());
}

void tst_Control::historySurvivesTheWire()
{
    const TrafficHistory history{TimePoint(std::chrono::minutes(29'000'000)), {{1, 2, 3, 4, 5}, {}, {10, 0, 0, 0, 4'000'000'000u}}};
    const auto read = parseTrafficHistory(toJson(history));
    QVERIFY(read);
    QVERIFY(*read == history);
    QJsonObject wrong = toJson(history);
    wrong.insert(QStringLiteral("queued"), QJsonArray{-1});
    QVERIFY(!parseTrafficHistory(wrong));
}

void tst_Control::queriesAreCheckedStrictly()
{
    const QueueQuery page{.offset = 90'000, .limit = 200, .text = QStringLiteral("a%_"), .state = QStringLiteral("held")};
    QVERIFY(parseQueueQuery(toJson(page)) == page);
    QVERIFY(!parseQueueQuery({{QStringLiteral("limit"), 10'001}}));
    QVERIFY(!parseQueueQuery({{QStringLiteral("offset"), -1}}));
    QVERIFY(!parseQueueQuery({{QStringLiteral("state"), QStringLiteral("lost")}}));
    QVERIFY(!parseQueueQuery({{QStringLiteral("text"), QString(321, u'x')}}));
    const TraceQuery trace{.sender = QStringLiteral("a"), .since = TimePoint(std::chrono::seconds(5)), .limit = 3, .next = QStringLiteral("X")};
    QVERIFY(parseTraceQuery(toJson(trace)) == trace);
    QVERIFY(!parseTraceQuery({{QStringLiteral("since"), QStringLiteral("yesterday")}}));
    QVERIFY(!parseTraceQuery({{QStringLiteral("limit"), 0}}));
}

QTEST_GUILESS_MAIN(tst_Control)
#include "tst_Control.moc"
