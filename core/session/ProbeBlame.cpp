// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ProbeBlame.h"

#include <algorithm>

namespace relaywright {

namespace {

using How = PortSight::How;

constexpr std::uint16_t kServerPort = 25;

std::optional<How> asked(const ProbeSight &sight)
{
    const auto port = std::ranges::find(sight.mailPorts, sight.port, &PortSight::port);
    return port == sight.mailPorts.end() ? std::nullopt : std::optional(port->how);
}

bool isMailPort(std::uint16_t port)
{
    return port == 25 || port == 465 || port == 587 || port == 2525;
}

/// Ports other than the asked one that took a connection.
QString open(const ProbeSight &sight)
{
    for (const PortSight &port : sight.mailPorts) {
        if (port.port != sight.port && port.how == How::Connected)
            return QString::number(port.port);
    }
    return {};
}

/// Every mail port that was tried is filtered.
bool allFiltered(const ProbeSight &sight)
{
    return sight.mailPorts.size() > 1
           && std::ranges::all_of(sight.mailPorts, [](const PortSight &p) { return p.how == How::TimedOut; });
}

Judgement judgeSilentPort(const ProbeSight &sight)
{
    const bool webIsOpen = sight.webPort && sight.webPort->how == How::Connected;
    if (const QString other = open(sight); !other.isEmpty()) {
        if (sight.port == kServerPort && !sight.nearby)
            return {
                Blame::Provider,
                QStringLiteral("Port 25 is silent while port %1 of the same server answers: somebody on the way closes "
                               "port 25, most often the internet provider. Ask the provider to open it, or use a "
                               "method with port 587.")
                    .arg(other)};
        return {Blame::Server,
                QStringLiteral("The server answers on port %1 and not on port %2: it does not serve that port, or "
                               "a firewall lets only the other one through. Use port %1.")
                    .arg(other, QString::number(sight.port))};
    }
    if (allFiltered(sight) && webIsOpen)
        return {
            Blame::LocalFirewall,
            QStringLiteral("The server answers on port 443 and on no mail port: a firewall lets web traffic out and "
                           "no mail. Open port %1 for this computer, or use a local relay with Microsoft Graph.")
                .arg(sight.port)};
    if (sight.port == kServerPort && webIsOpen && !sight.nearby)
        return {Blame::Provider,
                QStringLiteral("The server is alive (port 443 answers) and port 25 is silent: most often the "
                               "internet provider closes it. Ask for it to be opened, or use port 587.")};
    if (webIsOpen)
        return {Blame::LocalFirewall, QStringLiteral("The server is alive (port 443 answers) and port %1 is silent: a "
                                                     "firewall drops it. Open the port for this computer.")
                                          .arg(sight.port)};
    return {
        Blame::Server,
        QStringLiteral("Nothing at that address answered on any port. It is switched off, the address is wrong, or a "
                       "firewall drops everything. Try the same from another network.")};
}

Judgement judgeRefusedPort(const ProbeSight &sight)
{
    if (const QString other = open(sight); !other.isEmpty())
        return {Blame::Server,
                QStringLiteral("The server answers on port %1 and refuses port %2: nothing listens there. Use "
                               "port %1, or start the service.")
                    .arg(other, QString::number(sight.port))};
    const bool webIsOpen = sight.webPort && sight.webPort->how == How::Connected;
    const bool everyMailPort =
        sight.mailPorts.size() > 1
        && std::ranges::all_of(sight.mailPorts, [](const PortSight &p) { return p.how == How::Refused; });
    if (everyMailPort && webIsOpen && !sight.nearby)
        return {Blame::LocalFirewall,
                QStringLiteral("Every mail port is refused while port 443 answers: a firewall that rejects mail, or a "
                               "server that has none. If others reach it, open port %1 for this computer.")
                    .arg(sight.port)};
    return {Blame::Server,
            QStringLiteral("The computer is there and nothing listens on port %1. Check the port, and whether "
                           "its mail service runs.")
                .arg(sight.port)};
}

Judgement judgeTcp(const ProbeSight &sight)
{
    switch (asked(sight).value_or(How::TimedOut)) {
    case How::Refused: return judgeRefusedPort(sight);
    case How::Unreachable:
        return {Blame::LocalFirewall,
                QStringLiteral("This computer has no way to that address. Check its network, its "
                               "gateway and its firewall; for an IPv6 address, whether it has IPv6.")};
    case How::Connected: // the first attempt failed and a later one went through: the port comes and goes
    case How::TimedOut: return judgeSilentPort(sight);
    }
    Q_UNREACHABLE();
}

Judgement judgeBanner(const ProbeSight &sight)
{
    if (sight.reply)
        return {Blame::Policy,
                QStringLiteral("The server turns this address away before anything is said: its reputation, "
                               "a list, or a limit on connections. The reply says which.")};
    if (sight.outcome == Outcome::ProtocolViolation) {
        if (!isMailPort(sight.port))
            return {Blame::Server,
                    QStringLiteral("What answers on port %1 is not a mail server. Mail ports are 25, 465 and 587.")
                        .arg(sight.port)};
        return {Blame::LocalFirewall,
                QStringLiteral(
                    "What answers there does not speak SMTP: something in between took the connection, such as a "
                    "captive portal, a proxy or a mail scanner. Try from another network to be sure.")};
    }
    if (sight.outcome == Outcome::TimedOut && !sight.implicitTls && sight.port == 465)
        return {Blame::Server,
                QStringLiteral("The server waits for TLS from the first octet on this port: choose --tls implicit.")};
    if (sight.outcome == Outcome::ConnectionLost)
        return {Blame::Server,
                QStringLiteral("The connection was closed before a greeting: the server does not take this "
                               "address, or a firewall closes what it does not know.")};
    return {Blame::Server,
            QStringLiteral("The port takes connections and nobody greets: the server is overloaded or greets "
                           "slowly on purpose, or a firewall answers in its place.")};
}

bool says(const Reply &reply, std::initializer_list<const char *> words)
{
    const QString text = reply.toString().toLower();
    return std::ranges::any_of(words, [&](const char *word) { return text.contains(QLatin1String(word)); });
}

Judgement judgeSignIn(const ProbeSight &sight)
{
    if (!sight.reply)
        return {Blame::Server, QStringLiteral("The server offers no sign-in that these credentials can use here.")};
    if (sight.reply->isTransient())
        return {Blame::Server, QStringLiteral("The server cannot check the sign-in now. Try again later.")};
    // Exchange Online says the same of a wrong password, Conditional Access, MFA and a switched-off SMTP AUTH.
    if (says(*sight.reply, {"did not meet the criteria"}))
        return {
            Blame::Policy,
            QStringLiteral("A policy of the organisation or a wrong password: this reply stands for both, and only the "
                           "sign-in log can tell them apart.")};
    if (says(*sight.reply, {"disabled", "polic", "security defaults", "conditional", "not permitted", "blocked",
                            "locked", "not supported", "doesn't allow"}))
        return {Blame::Policy, QStringLiteral("The organisation does not allow this sign-in, whatever the password.")};
    return {Blame::Account, QStringLiteral("The server refuses this user or password.")};
}

Judgement judgeCommand(const ProbeSight &sight)
{
    if (!sight.reply)
        return {Blame::Server, QStringLiteral("The server did not answer the command.")};
    const auto enhanced = sight.reply->enhanced();
    if (says(*sight.reply, {"starttls"}))
        return {Blame::Policy, QStringLiteral("The server takes mail over TLS only. Use --tls starttls.")};
    if (says(*sight.reply, {"attr35", "wrong office 365 region"}))
        return {Blame::Dns,
                QStringLiteral("This server is not the one of the recipient's organisation. Use the host that its MX "
                               "record names.")};
    if (sight.reply->isTransient())
        return {Blame::Server,
                QStringLiteral("The server does not take it now: too much, too fast, or not yet known to it "
                               "(greylisting). Try again later.")};
    if (sight.reply->code == 530)
        return {Blame::Account,
                QStringLiteral("The server takes mail from signed-in users only: sign in, or use another "
                               "server.")};
    if ((enhanced && enhanced->subject == 1) || says(*sight.reply, {"recipient address rejected"}))
        return {Blame::Account,
                QStringLiteral("The server does not know the address. Check its spelling, and whether the "
                               "mailbox exists.")};
    return {Blame::Policy, QStringLiteral("The rules of the receiving organisation refuse it. The reply says which.")};
}

Judgement judgeTls(const ProbeSight &sight)
{
    if (sight.outcome == Outcome::TlsNotOffered)
        return {Blame::Server,
                QStringLiteral("The server does not offer TLS here, or a firewall that inspects mail takes the "
                               "offer away. Try the same from another network.")};
    return {Blame::Server,
            QStringLiteral("No TLS came about: the versions, the ciphers or the certificate do not fit.")};
}

} // namespace

QString toString(Blame blame)
{
    switch (blame) {
    case Blame::Nobody: return QStringLiteral("nobody");
    case Blame::LocalFirewall: return QStringLiteral("local-firewall");
    case Blame::Provider: return QStringLiteral("provider");
    case Blame::Dns: return QStringLiteral("dns");
    case Blame::Server: return QStringLiteral("server");
    case Blame::Account: return QStringLiteral("account");
    case Blame::Policy: return QStringLiteral("policy");
    }
    Q_UNREACHABLE();
}

QString toString(PortSight::How how)
{
    switch (how) {
    case How::Connected: return QStringLiteral("connected");
    case How::Refused: return QStringLiteral("refused");
    case How::TimedOut: return QStringLiteral("timed-out");
    case How::Unreachable: return QStringLiteral("unreachable");
    }
    Q_UNREACHABLE();
}

Judgement judge(const ProbeSight &sight)
{
    const QString &rung = sight.rung;
    if (rung.isEmpty())
        return {};
    if (rung == QLatin1String("name") || rung == QLatin1String("address"))
        return {Blame::Dns, QStringLiteral("Without an address nothing else can be tried: the name is wrong, not "
                                           "published, or the name server does not answer.")};
    if (rung == QLatin1String("tcp"))
        return judgeTcp(sight);
    if (rung == QLatin1String("banner"))
        return judgeBanner(sight);
    if (rung == QLatin1String("ehlo"))
        return {sight.reply ? Blame::Policy : Blame::Server,
                sight.reply
                    ? QStringLiteral("The server does not take the name that was said in EHLO, or not this client.")
                    : QStringLiteral("The server went silent or away after EHLO.")};
    if (rung == QLatin1String("tls"))
        return judgeTls(sight);
    return rung == QLatin1String("sign-in") ? judgeSignIn(sight) : judgeCommand(sight);
}

} // namespace relaywright
