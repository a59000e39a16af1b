// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ConnectionWords.h"

namespace relaywright {

QString seconds(std::chrono::milliseconds time)
{
    return time.count() % 1000 == 0 ? QStringLiteral("%1 s").arg(time.count() / 1000)
                                    : QStringLiteral("%1 s").arg(static_cast<double>(time.count()) / 1000, 0, 'f', 1);
}

namespace {

QString portAdvice(std::uint16_t port)
{
    if (port == 25)
        return QStringLiteral(
            "Many networks block port 25 outwards: ask the provider or the firewall's keeper to open it, or use "
            "port 587 with sign-in.");
    return QStringLiteral("A firewall may block port %1: ask its keeper to open it, and check the server's name.")
        .arg(port);
}

QString what(Stage stage)
{
    switch (stage) {
    case Stage::Connect: return QStringLiteral("the connection");
    case Stage::Greeting: return QStringLiteral("the greeting");
    case Stage::Ehlo: return QStringLiteral("EHLO");
    case Stage::Tls: return QStringLiteral("the start of TLS");
    case Stage::Auth: return QStringLiteral("the sign-in");
    case Stage::Mail: return QStringLiteral("MAIL FROM");
    case Stage::Rcpt: return QStringLiteral("RCPT TO");
    case Stage::Data: return QStringLiteral("the message");
    case Stage::Quit: return QStringLiteral("QUIT");
    }
    Q_UNREACHABLE();
}

} // namespace

QString connectFailure(const Endpoint &server, QAbstractSocket::SocketError error, const QString &reason)
{
    const QString name = server.toString();
    if (error == QAbstractSocket::HostNotFoundError)
        return QStringLiteral(
                   "The server %1 was not found: DNS does not know the name %2. Check its spelling and this computer's "
                   "name server.")
            .arg(name, server.host.toString());
    if (error == QAbstractSocket::ConnectionRefusedError)
        return QStringLiteral(
                   "%1 refused the connection: nothing listens on port %2 there, or a firewall rejects it. Check the "
                   "name and the port (25, 587 or 465).")
            .arg(name)
            .arg(server.port);
    if (error == QAbstractSocket::SocketTimeoutError)
        return QStringLiteral("%1 did not take the connection in time. %2").arg(name, portAdvice(server.port));
    if (error == QAbstractSocket::NetworkError)
        return QStringLiteral("There is no way through the network to %1 (%2). Check this computer's connection.")
            .arg(name, reason);
    return QStringLiteral("The connection to %1 failed: %2. Check the name, the port and this computer's network.")
        .arg(name, reason);
}

QString connectTimeout(const Endpoint &server, std::chrono::milliseconds waited)
{
    return QStringLiteral("%1 did not take the connection within %2. %3")
        .arg(server.toString(), seconds(waited), portAdvice(server.port));
}

QString connectionLoss(const Endpoint &server, Stage stage)
{
    if (stage == Stage::Greeting)
        return QStringLiteral(
                   "%1 closed the connection without a greeting. It may not want this computer's address, or the port "
                   "expects TLS from the start (try implicit).")
            .arg(server.toString());
    if (stage == Stage::Tls)
        return QStringLiteral(
                   "%1 closed the connection where TLS was to begin. Try again; if it stays so, the server's TLS is "
                   "broken or something in between prevents it.")
            .arg(server.toString());
    return QStringLiteral(
               "%1 closed the connection before it had answered %2. Try again; if it stays so, ask the server's keeper "
               "what its log says.")
        .arg(server.toString(), what(stage));
}

QString silence(const Endpoint &server, Stage stage, std::chrono::milliseconds waited)
{
    if (stage == Stage::Greeting)
        return QStringLiteral(
                   "%1 took the connection but sent no greeting within %2. The port may expect TLS from the start (try "
                   "implicit), or something in between holds the connection.")
            .arg(server.toString(), seconds(waited));
    return QStringLiteral("%1 did not answer %2 within %3. Try again, or with more patience.")
        .arg(server.toString(), what(stage), seconds(waited));
}

QString noAddressOfFamily(const Endpoint &server, IpFamily family)
{
    const bool six = family == IpFamily::V6;
    return QStringLiteral("%1 has no %2 address, and only such a one was to be used. Use %3, or any of the two.")
        .arg(server.host.toString(), six ? QLatin1String("IPv6") : QLatin1String("IPv4"),
             six ? QLatin1String("IPv4") : QLatin1String("IPv6"));
}

QString clientCertificateMissing(const Endpoint &server)
{
    return QStringLiteral(
               "%1 demands a client certificate and closed the connection because none was shown. Choose the "
               "certificate and key that its keeper knows.")
        .arg(server.toString());
}

} // namespace relaywright
