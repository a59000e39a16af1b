// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"

#include <QTcpServer>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// A running relay reads its configuration again.

namespace {

const QByteArray kMessage = "From: Scanner <scanner@example.com>\r\nSubject: scan\r\n\r\nbody\r\n";

QJsonObject listener(const QString &address)
{
    return {{QStringLiteral("listen"), address},
            {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
            {QStringLiteral("startTls"), false}};
}

QString loopback(std::uint16_t port)
{
    return QStringLiteral("127.0.0.1:%1").arg(port);
}

/// A relay that runs with the first of two smart hosts and may be told of the second one.
struct TwoSmartHosts {
    [[nodiscard]] bool start()
    {
        if (!first.listen() || !second.listen())
            return false;
        relay.setUpstream(first.port());
        return relay.start();
    }

    SmtpSink first;
    SmtpSink second;
    RelayFixture relay;
};

} // namespace

class tst_Reload : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsConversationsOfListenersThatDidNotChange();
    void opensAndClosesListeners();
    void refusesAnInvalidConfigurationWhole();
    void changesNothingWhenSomethingCannotBeOpened();
    void namesWhatNeedsARestart();
    void sendsWhatWaitsByTheNewRoute();
    void neverRefusesWhatWasAccepted();
    void remembersHowLongMessagesOfARouteWaited();
};

void tst_Reload::keepsConversationsOfListenersThatDidNotChange()
{
    TwoSmartHosts hosts;
    auto &[first, second, relay] = hosts;
    QVERIFY2(hosts.start(), qPrintable(relay.problem));
    const std::uint16_t port = relay.port();
    QTcpSocket device;
    device.connectToHost(QStringLiteral("127.0.0.1"), port);
    QByteArray heard;
    for (const char *line : {"", "EHLO d\r\n", "MAIL FROM:<a@example.com>\r\n"}) {
        device.write(line);
        QTRY_VERIFY((heard += device.readAll()).endsWith("\r\n"));
    }
    relay.setUpstream(second.port());
    const auto reloaded = relay.ask(QStringLiteral("reload"));
    QVERIFY2(reloaded, reloaded ? "" : qPrintable(reloaded.error().detail));
    QCOMPARE(relay.port(), port);
    for (const char *line : {"RCPT TO:<b@example.com>\r\n", "DATA\r\n", "Subject: s\r\n\r\nx\r\n.\r\n"}) {
        heard.clear();
        device.write(line);
        QTRY_VERIFY((heard += device.readAll()).endsWith("\r\n"));
    }
    QVERIFY2(heard.startsWith("250 2.0.0"), heard.constData());
    QTRY_COMPARE(second.messages().size(), 1u);
    QVERIFY(first.messages().empty());
    QVERIFY2(relay.log.join(u'\n').contains(QStringLiteral("The configuration was read again.")),
             qPrintable(relay.log.join(u'\n')));
}

void tst_Reload::opensAndClosesListeners()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const std::uint16_t old = relay.port();
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const std::uint16_t added = free.serverPort();
    free.close();
    relay.config[QStringLiteral("listeners")] =
        QJsonArray{listener(QStringLiteral("127.0.0.1:0")), listener(loopback(added))};
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QCOMPARE(relay.engine->addresses().size(), 2u);
    QCOMPARE(relay.engine->addresses()[0].port, old);
    relay.config[QStringLiteral("listeners")] = QJsonArray{listener(loopback(added))};
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QCOMPARE(relay.engine->addresses().size(), 1u);
    QCOMPARE(relay.port(), added);
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTcpSocket late;
    late.connectToHost(QStringLiteral("127.0.0.1"), old);
    QTRY_COMPARE(late.state(), QAbstractSocket::UnconnectedState);
}

void tst_Reload::refusesAnInvalidConfigurationWhole()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const QJsonObject good = relay.config;
    relay.setUpstream(9);
    relay.config[QStringLiteral("expiryHours")] = -1;
    const auto refused = relay.ask(QStringLiteral("reload"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(refused.error().detail.contains(QStringLiteral("expiryHours")), qPrintable(refused.error().detail));
    QVERIFY(relay.log.join(u'\n').contains(QStringLiteral("The configuration was not taken, so the old one stays: ")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 1u);
}

void tst_Reload::changesNothingWhenSomethingCannotBeOpened()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const std::uint16_t port = relay.port();
    relay.setUpstream(9);
    const QJsonArray before = relay.config[QStringLiteral("listeners")].toArray();
    relay.config[QStringLiteral("listeners")] = QJsonArray{before[0], listener(loopback(taken.serverPort()))};
    QVERIFY(!relay.ask(QStringLiteral("reload")));
    relay.config[QStringLiteral("listeners")] = before;
    relay.config[QStringLiteral("metrics")] = loopback(taken.serverPort());
    QVERIFY(!relay.ask(QStringLiteral("reload")));
    relay.config.remove(QStringLiteral("metrics"));
    QJsonObject upstream = relay.config[QStringLiteral("upstream")].toObject();
    upstream[QStringLiteral("caFile")] = QStringLiteral("/nowhere/ca.pem");
    relay.config[QStringLiteral("upstream")] = upstream;
    QVERIFY(!relay.ask(QStringLiteral("reload")));
    QCOMPARE(relay.engine->addresses().size(), 1u);
    QCOMPARE(relay.port(), port);
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 1u);
}

void tst_Reload::namesWhatNeedsARestart()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    relay.config[QStringLiteral("spoolFolder")] = relay.folder() + QStringLiteral("/elsewhere");
    const auto refused = relay.ask(QStringLiteral("reload"));
    QVERIFY(!refused);
    QVERIFY2(refused.error().detail.contains(QStringLiteral("Restart it")), qPrintable(refused.error().detail));
}

void tst_Reload::sendsWhatWaitsByTheNewRoute()
{
    TwoSmartHosts hosts;
    auto &[refusing, good, relay] = hosts;
    refusing.answerAlways("MAIL", "451 4.3.0 not now");
    QVERIFY2(hosts.start(), qPrintable(relay.problem));
    const auto sent = relay.send(kMessage);
    QTRY_VERIFY(relay.story(sent.id()).contains(QStringLiteral("deferred")));
    relay.config[QStringLiteral("routes")] = QJsonArray{
        QJsonObject{{QStringLiteral("name"), QStringLiteral("floor")},
                    {QStringLiteral("hosts"),
                     QJsonArray{QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(good.port())},
                                            {QStringLiteral("tls"), QStringLiteral("none")}}}}}};
    relay.config[QStringLiteral("devices")] =
        QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("scanner")},
                               {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                               {QStringLiteral("route"), QStringLiteral("floor")},
                               {QStringLiteral("sendAs"), QStringLiteral("hall@contoso.com")}}};
    // Nothing of the old route changes, but the device's row names another one now.
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QTRY_COMPARE(good.messages().size(), 1u);
    QCOMPARE(good.messages()[0].reversePath, QByteArray("hall@contoso.com"));
}

void tst_Reload::neverRefusesWhatWasAccepted()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    relay.config[QStringLiteral("devices")] =
        QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("scanner")},
                               {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                               {QStringLiteral("senders"), QJsonArray{QStringLiteral("other.example.com")}}}};
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QVERIFY(!relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(sink.messages().size(), 1u);
}

void tst_Reload::remembersHowLongMessagesOfARouteWaited()
{
    TwoSmartHosts hosts;
    auto &[first, second, relay] = hosts;
    QVERIFY2(hosts.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().delivered, 1u);
    relay.setUpstream(second.port());
    QVERIFY(relay.ask(QStringLiteral("reload")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(second.messages().size(), 1u);
    QTRY_COMPARE(relay.status().delivered, 2u);
    QVERIFY(relay.status().routes.front().latency);
    QCOMPARE(relay.status().routes.front().latency->messages, 2u);
}

QTEST_GUILESS_MAIN(tst_Reload)
#include "tst_Reload.moc"
