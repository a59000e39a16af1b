// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayEngine.h"
#include "core/secrets/MemorySecretStore.h"
#include "core/session/SmtpClient.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

namespace relaywright::test {

/// A relay in this process on a free loopback port, with a spool and control socket of its own and short waits, and a
/// device that sends to it.
class RelayFixture {
public:
    RelayFixture()
    {
        qputenv("XDG_RUNTIME_DIR", m_dir.path().toUtf8());
        config = {{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                  {QStringLiteral("name"), QStringLiteral("test")},
                  {QStringLiteral("spoolFolder"), m_dir.filePath(QStringLiteral("spool"))},
                  {QStringLiteral("hostName"), QStringLiteral("relay.example.com")},
                  {QStringLiteral("minFreeOctets"), 0}};
        setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                     {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                     {QStringLiteral("startTls"), false}});
        waits = {.down = {std::chrono::milliseconds(150)},
                 .held = {std::chrono::hours(1)},
                 .slowed = {std::chrono::milliseconds(300)}};
    }
    ~RelayFixture() { stop(); }

    void setListener(const QJsonObject &listener) { config.insert(QStringLiteral("listeners"), QJsonArray{listener}); }
    /// `members` besides the server: user, password, sendAs, ...
    void setUpstream(std::uint16_t port, const QString &tls = QStringLiteral("none"), QJsonObject members = {})
    {
        members.insert(QStringLiteral("server"), QStringLiteral("localhost:%1").arg(port));
        members.insert(QStringLiteral("tls"), tls);
        if (!members.contains(QStringLiteral("maxMessagesPerMinute")))
            members.insert(QStringLiteral("maxMessagesPerMinute"), 100'000);
        config.insert(QStringLiteral("upstream"), members);
    }

    [[nodiscard]] bool start()
    {
        auto parsed = parseRelayConfig(QJsonDocument(config).toJson());
        if (!parsed) {
            problem = parsed.error().detail;
            return false;
        }
        engine = std::make_unique<RelayEngine>(
            std::move(*parsed),
            RelayEngine::Surroundings{*clock,
                                      secrets,
                                      {},
                                      waits,
                                      stopPatience,
                                      lookEvery,
                                      [this] { return parseRelayConfig(QJsonDocument(config).toJson()); },
                                      peerPatience,
                                      accountBook});
        QObject::connect(engine.get(), &RelayEngine::logged, engine.get(),
                         [this](const QString &line) { log += line; });
        const auto started = engine->start();
        problem = started ? QString() : started.error().detail;
        return started.has_value();
    }
    /// In order; false when it does not come to an end.
    bool stop()
    {
        if (!engine)
            return true;
        QSignalSpy stopped(engine.get(), &RelayEngine::stopped);
        engine->shutDown();
        const bool done = QTest::qWaitFor([&] { return stopped.count() > 0; }, 15'000);
        engine.reset();
        return done;
    }
    /// As if the process had been killed, as far as one process can: nothing is finished.
    void drop() { engine.reset(); }

    [[nodiscard]] std::uint16_t port() const { return engine->addresses().front().port; }
    [[nodiscard]] RelayStatus status() const { return engine->status(); }
    [[nodiscard]] RelayCondition condition() const { return engine->status().condition; }

    struct Sent {
        TransactionResult result;
        Finish finish;
        [[nodiscard]] QString reply() const
        {
            return result.reply   ? result.reply->toString()
                   : finish.reply ? finish.reply->toString()
                                  : toString(finish.outcome);
        }
        [[nodiscard]] QString id() const { return reply().section(u' ', -1); }
    };
    /// One device sends one message; `sent.reply()` is the final answer. `adjust` says how else it does it: sign-in, TLS.
    Sent send(const QByteArray &octets, const QStringList &recipients = {QStringLiteral("b@example.com")},
              const QString &sender = QStringLiteral("scanner@example.com"), TlsPolicy tls = TlsPolicy::None,
              const std::function<void(ConnectionSettings &)> &adjust = {})
    {
        return sendTo(port(), octets, recipients, sender, tls, adjust);
    }
    /// The same to another server on this machine.
    Sent sendTo(std::uint16_t serverPort, const QByteArray &octets,
                const QStringList &recipients = {QStringLiteral("b@example.com")},
                const QString &sender = QStringLiteral("scanner@example.com"), TlsPolicy tls = TlsPolicy::None,
                const std::function<void(ConnectionSettings &)> &adjust = {})
    {
        ConnectionSettings settings{.server = *Endpoint::parse(QStringLiteral("127.0.0.1:%1").arg(serverPort))};
        settings.smtp.ehloName = "device.example.com";
        settings.smtp.tls = tls;
        settings.tls.insecure = true;
        if (adjust)
            adjust(settings);
        QBuffer content;
        content.setData(octets);
        content.open(QIODevice::ReadOnly);
        OutgoingMessage message;
        if (!sender.isEmpty())
            message.envelope.sender = *EmailAddress::parse(sender);
        for (const QString &recipient : recipients)
            message.envelope.recipients.push_back(*EmailAddress::parse(recipient));
        message.content = &content;
        message.has8Bit = true;
        SmtpClient client(settings);
        Sent sent;
        bool over = false;
        bool submitted = false;
        QObject::connect(&client, &SmtpClient::ready, &client, [&] {
            if (std::exchange(submitted, true))
                client.quit();
            else
                client.submit(message);
        });
        QObject::connect(&client, &SmtpClient::transactionDone, &client,
                         [&](const TransactionResult &result) { sent.result = result; });
        QObject::connect(&client, &SmtpClient::finished, &client, [&](const Finish &finish) {
            sent.finish = finish;
            over = true;
        });
        client.open();
        (void)QTest::qWaitFor([&] { return over; }, 20'000);
        return sent;
    }

    /// Octets as they are, to the relay; answers all that came back. After a piece of one line it waits for one reply,
    /// after others until the relay closes or is silent for 300 ms.
    QByteArray talk(const QByteArrayList &pieces)
    {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), port());
        QByteArray heard;
        const auto listen = [&](bool oneReply) {
            const qsizetype start = heard.size();
            qsizetype before = -1;
            const auto isWhole = [&] { // the last line is complete and has no hyphen after its code
                const qsizetype line = heard.lastIndexOf('\n', heard.size() - 2) + 1;
                return heard.size() > start && heard.endsWith("\r\n") && heard.size() > line + 3
                       && heard[line + 3] == ' ';
            };
            while (before != heard.size() && socket.state() != QAbstractSocket::UnconnectedState
                   && !(oneReply && isWhole())) {
                before = heard.size();
                (void)QTest::qWaitFor([&] { return socket.bytesAvailable() > 0; }, oneReply ? 5000 : 300);
                heard += socket.readAll();
            }
            heard += socket.readAll();
        };
        listen(true);
        for (const QByteArray &piece : pieces) {
            socket.write(piece);
            listen(piece.count('\n') == 1);
        }
        return heard;
    }

    /// A request to the control socket.
    Result<QJsonObject> ask(const QString &command, const QJsonObject &arguments = {})
    {
        ControlClient client(QStringLiteral("test"));
        std::optional<Result<QJsonObject>> answer;
        client.request(command, arguments, &client, [&](const Result<QJsonObject> &result) { answer = result; });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
        return answer.value_or(failure(ErrorKind::Timeout, QStringLiteral("no answer")));
    }
    /// `accepted deferred delivered`: the events of a message's story.
    QString story(const QString &id)
    {
        QStringList events;
        const auto shown = ask(QStringLiteral("show"), {{QStringLiteral("id"), id}});
        const QJsonArray all = shown ? shown->value(QStringLiteral("events")).toArray() : QJsonArray();
        for (const QJsonValue &event : all)
            events += event[u"event"].toString();
        return events.join(u' ');
    }

    [[nodiscard]] QString folder() const { return m_dir.path(); }

    QJsonObject config;
    Route::Waits waits;
    std::chrono::milliseconds stopPatience = std::chrono::seconds(15);
    std::chrono::milliseconds lookEvery = std::chrono::seconds(10);
    PeerPatience peerPatience;
    QString accountBook;
    MemorySecretStore secrets;
    SystemClock systemClock;
    const Clock *clock = &systemClock;
    std::unique_ptr<RelayEngine> engine;
    QString problem;
    QStringList log;

private:
    QTemporaryDir m_dir;
};

} // namespace relaywright::test
