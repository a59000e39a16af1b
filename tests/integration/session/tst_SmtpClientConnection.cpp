// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ClientHello.h"
#include "tests/integration/session/ClientRun.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

/// Reads what a client says when it begins TLS from the first octet, and closes.
class HelloReader {
public:
    HelloReader()
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *client = m_server.nextPendingConnection();
            peer = client->peerAddress();
            QObject::connect(client, &QTcpSocket::readyRead, client, [this, client] {
                m_octets += client->readAll();
                if (clientHelloState(m_octets) != ClientHelloState::Incomplete)
                    client->disconnectFromHost();
            });
        });
    }
    [[nodiscard]] bool listen(const QHostAddress &address = QHostAddress::LocalHost)
    {
        return m_server.listen(address);
    }
    [[nodiscard]] std::uint16_t port() const { return m_server.serverPort(); }
    [[nodiscard]] ClientHello hello() const { return parseClientHello(m_octets).value_or(ClientHello()); }
    QHostAddress peer;

private:
    QTcpServer m_server;
    QByteArray m_octets;
};

ClientHello helloOf(const TlsSettings &tls, const QString &host = QStringLiteral("localhost"))
{
    HelloReader reader;
    if (!reader.listen())
        return {};
    ConnectionSettings settings = settingsFor(reader.port(), TlsPolicy::Implicit);
    settings.server.host = *Host::parse(host);
    settings.family = IpFamily::V4;
    settings.tls = tls;
    ClientRun run(settings);
    return run.run() ? reader.hello() : ClientHello();
}

} // namespace

class tst_SmtpClientConnection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void offersTheVersionsOfTls_data()
    {
        QTest::addColumn<int>("minimum"); // -1: not said
        QTest::addColumn<int>("maximum");
        QTest::addColumn<int>("newest");
        QTest::addColumn<int>("oldest");
        const auto number = [](TlsVersion version) { return static_cast<int>(version); };
        using enum TlsVersion;
        QTest::newRow("not said") << -1 << -1 << 0x304 << 0x303;
        QTest::newRow("1.3 only") << number(Tls13) << -1 << 0x304 << 0x304;
        QTest::newRow("1.2 only") << number(Tls12) << number(Tls12) << 0x303 << 0x303;
        QTest::newRow("from 1.0") << number(Tls10) << -1 << 0x304 << 0x301;
        QTest::newRow("at most 1.0") << -1 << number(Tls10) << 0x301 << 0x301;
        QTest::newRow("at most 1.1") << -1 << number(Tls11) << 0x302 << 0x302;
    }
    void offersTheVersionsOfTls()
    {
        QFETCH(int, minimum);
        QFETCH(int, maximum);
        QFETCH(int, newest);
        QFETCH(int, oldest);
        TlsSettings tls;
        if (minimum >= 0)
            tls.minimum = static_cast<TlsVersion>(minimum);
        if (maximum >= 0)
            tls.maximum = static_cast<TlsVersion>(maximum);
        const ClientHello hello = helloOf(tls);
        QVERIFY(!hello.versions.empty());
        QCOMPARE_EQ(static_cast<int>(hello.versions.front()), newest);
        QCOMPARE_EQ(static_cast<int>(hello.versions.back()), oldest);
    }

    void offersTheCiphersThatAreListed()
    {
        TlsSettings tls;
        tls.maximum = TlsVersion::Tls12;
        tls.ciphers = QStringLiteral("ECDHE-RSA-AES128-SHA:AES256-SHA");
        std::vector<std::uint16_t> ciphers = helloOf(tls).ciphers;
        std::erase(ciphers, std::uint16_t(0x00ff)); // TLS_EMPTY_RENEGOTIATION_INFO_SCSV is no cipher (RFC 5746)
        QCOMPARE_EQ(ciphers, (std::vector<std::uint16_t>{0xc013, 0x0035}));
        tls.maximum.reset();
        tls.minimum = TlsVersion::Tls13;
        tls.ciphers = QStringLiteral("TLS_CHACHA20_POLY1305_SHA256");
        ciphers = helloOf(tls).ciphers;
        std::erase(ciphers, std::uint16_t(0x00ff));
        QCOMPARE_EQ(ciphers, (std::vector<std::uint16_t>{0x1303}));
    }

    void saysTheServerNameThatIsAskedFor()
    {
        QCOMPARE_EQ(helloOf({}).serverName, QStringLiteral("localhost"));
        QCOMPARE_EQ(helloOf({.serverName = QStringLiteral("other.example.com")}).serverName,
                    QStringLiteral("other.example.com"));
        QCOMPARE_EQ(helloOf({.expectedName = QStringLiteral("other.example.com")}).serverName,
                    QStringLiteral("localhost"));
        QCOMPARE_EQ(helloOf({}, QStringLiteral("127.0.0.1")).serverName, QString());
    }

    void refusesSettingsThatCannotWork_data()
    {
        QTest::addColumn<TlsSettings>("tls");
        QTest::addColumn<QString>("says");
        QTest::newRow("versions the wrong way round")
            << TlsSettings{.minimum = TlsVersion::Tls13, .maximum = TlsVersion::Tls12} << QStringLiteral("Swap them");
        QTest::newRow("no such cipher") << TlsSettings{.ciphers = QStringLiteral("NONSENSE")}
                                        << QStringLiteral("NONSENSE");
        QTest::newRow("no such suite") << TlsSettings{.ciphers = QStringLiteral("TLS_NONSENSE")}
                                       << QStringLiteral("TLS_NONSENSE");
        QTest::newRow("no key") << TlsSettings{.identity = ClientIdentity{"x", Secret::fromText(QStringLiteral("y"))}}
                                << QStringLiteral("private key");
    }
    void refusesSettingsThatCannotWork()
    {
        QFETCH(TlsSettings, tls);
        QFETCH(QString, says);
        ConnectionSettings settings = settingsFor(1, TlsPolicy::Required);
        settings.tls = tls;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QVERIFY2(run.end().detail.contains(says), qPrintable(run.end().detail));
    }

    void connectsFromTheAddressThatIsAskedFor()
    {
        HelloReader reader;
        QVERIFY(reader.listen());
        ConnectionSettings settings = settingsFor(reader.port(), TlsPolicy::Implicit);
        settings.source = *IpAddress::parse(QStringLiteral("127.0.0.7")); // all of 127.0.0.0/8 is this machine
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(reader.peer.toString(), QStringLiteral("127.0.0.7"));
    }

    void saysThatTheAddressIsNotOfThisComputer()
    {
        ConnectionSettings settings = settingsFor(1);
        settings.source = *IpAddress::parse(QStringLiteral("192.0.2.1"));
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QVERIFY2(run.end().detail.contains(QStringLiteral("from 192.0.2.1")), qPrintable(run.end().detail));
    }

    void usesTheFamilyThatIsAskedFor()
    {
        HelloReader reader;
        QVERIFY(reader.listen()); // on IPv4 alone
        ConnectionSettings settings = settingsFor(reader.port());
        settings.server.host = *Host::parse(QStringLiteral("127.0.0.1"));
        settings.family = IpFamily::V6;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QVERIFY(reader.peer.isNull());
        QVERIFY2(run.end().detail.contains(QStringLiteral("IPv6")), qPrintable(run.end().detail));
    }

    void waitsForAStageNoLongerThanAsked_data()
    {
        QTest::addColumn<QString>("played");
        QTest::addColumn<Stage>("stage");
        const auto row = [](const char *name, const char *played, Stage stage) {
            QTest::newRow(name) << QString::fromUtf8(played) << stage;
        };
        row("greeting", "SILENCE", Stage::Greeting);
        row("EHLO", "S: 220 mx\nC: EHLO console.example\nSILENCE", Stage::Ehlo);
        row("MAIL", "S: 220 mx\nC: EHLO console.example\nS: 250 mx\nC* \nSILENCE", Stage::Mail);
    }
    void waitsForAStageNoLongerThanAsked()
    {
        QFETCH(QString, played);
        QFETCH(Stage, stage);
        ScriptedSmtpServer server(played);
        ConnectionSettings settings = settingsFor(server.port());
        settings.patience = 60s;
        settings.stagePatience = {{stage, 200ms}};
        ClientRun run(settings);
        run.addMessage("x\r\n");
        QVERIFY2(run.run(10s), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TimedOut);
        QCOMPARE_EQ(run.end().stage, stage);
        QVERIFY2(run.end().detail.contains(QStringLiteral("within 0.2 s")), qPrintable(run.end().detail));
    }
};

QTEST_GUILESS_MAIN(tst_SmtpClientConnection)
#include "tst_SmtpClientConnection.moc"
