// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"
#include "core/relay/ControlServer.h"
#include "core/relay/PrivateFolder.h"

#include <QFileInfo>
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
    const auto read = parseRelayStatus(toJson(status));
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QCOMPARE(toJson(*read), toJson(status));
    QCOMPARE(read->startedAt, status.startedAt);
    QCOMPARE(read->damaged, 7u);
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

QTEST_GUILESS_MAIN(tst_Control)
#include "tst_Control.moc"
