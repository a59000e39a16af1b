// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "RelayFixture.h"

#include "core/relay/Listeners.h"

namespace relaywright::test {

inline QJsonObject listener(QJsonObject members)
{
    members.insert(QStringLiteral("listen"), QStringLiteral("127.0.0.1:0"));
    if (!members.contains(QStringLiteral("networks")))
        members.insert(QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")});
    return members;
}

/// Works at relays that take the mail and hand it to nobody.
inline RelayFixture &withListener(RelayFixture &relay, const QJsonObject &members)
{
    relay.setUpstream(9);
    relay.setListener(listener(members));
    return relay;
}

/// Listeners without a relay behind them: everybody is refused at the greeting.
struct BareListeners {
    BareListeners()
    {
        auto makeHandler = [](const Listeners::Handled &listener, const PeerInfo &,
                              SmtpServerConnection &) -> SmtpServer::Admission {
            return Reply{554, {"5.7.1 " + QByteArray::number(static_cast<qlonglong>(listener->networks.size()))}};
        };
        listeners =
            std::make_unique<Listeners>(Listeners::Parts{.clock = clock,
                                                         .secrets = secrets,
                                                         .hostName = "relay.example.com",
                                                         .identityFolder = folder.filePath(QStringLiteral("tls")),
                                                         .mechanisms = [] { return std::vector<AuthMechanism>(); },
                                                         .makeHandler = makeHandler});
        QObject::connect(listeners.get(), &Listeners::logged, listeners.get(),
                         [this](const QString &line) { log += line; });
    }
    RelayConfig config(const QJsonArray &all)
    {
        return parseRelayConfig(
                   QJsonDocument(QJsonObject{{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                                             {QStringLiteral("listeners"), all},
                                             {QStringLiteral("upstream"),
                                              QJsonObject{{QStringLiteral("server"), QStringLiteral("192.0.2.1:25")},
                                                          {QStringLiteral("tls"), QStringLiteral("none")}}}})
                       .toJson())
            .value();
    }
    QByteArray greeting(std::uint16_t port)
    {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        (void)QTest::qWaitFor(
            [&] { return socket.canReadLine() || socket.state() == QAbstractSocket::UnconnectedState; }, 5000);
        return socket.readLine().trimmed();
    }
    QTemporaryDir folder;
    SystemClock clock;
    MemorySecretStore secrets;
    std::unique_ptr<Listeners> listeners;
    QStringList log;
};

inline QJsonObject plainAt(std::uint16_t port, int networks)
{
    QJsonArray all{QStringLiteral("127.0.0.1")};
    for (int i = 1; i < networks; ++i)
        all += QStringLiteral("10.0.%1.0/24").arg(i);
    return {{QStringLiteral("listen"), QStringLiteral("127.0.0.1:%1").arg(port)},
            {QStringLiteral("networks"), all},
            {QStringLiteral("startTls"), false}};
}

} // namespace relaywright::test
