// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/RelayDraft.h"

#include "core/base/Text.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace relaywright {

namespace {

struct RelayText {
    Q_DECLARE_TR_FUNCTIONS(RelayDraft)
};

void add(Problems &problems, const char *field, const QString &sentence)
{
    problems.push_back({QLatin1String(field), sentence});
}

std::optional<std::uint16_t> parsePort(const QString &text)
{
    bool ok = false;
    const int port = text.trimmed().toInt(&ok);
    return ok && port > 0 && port <= 65535 ? std::optional(static_cast<std::uint16_t>(port)) : std::nullopt;
}

void checkListenAddress(Problems &problems, const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed == QLatin1String("localhost"))
        return;
    if (const auto address = IpAddress::parse(trimmed); !address)
        add(problems, "listenAddress", address.error().detail);
}

void checkNetworks(Problems &problems, const QString &text, SignIn signIn)
{
    const QStringList items = splitList(text);
    const bool mustSignIn = signIn == SignIn::Required;
    if (items.isEmpty() && !mustSignIn) {
        add(problems, "networks",
            RelayText::tr(
                "List the addresses or networks of your devices, such as 192.0.2.0/24. Without it nobody may send."));
    }
    for (const QString &item : items) {
        const auto network = IpNetwork::parse(item);
        if (!network)
            return add(problems, "networks", network.error().detail);
        if (network->prefixLength() == 0 && !mustSignIn) {
            return add(problems, "networks",
                       RelayText::tr("%1 would let everybody on the internet send through this relay. "
                                     "List only your own networks.")
                           .arg(network->toString()));
        }
    }
}

} // namespace

Problems check(const RelayDraft &draft)
{
    Problems problems;
    checkListenAddress(problems, draft.listenAddress);
    if (!parsePort(draft.listenPort))
        add(problems, "listenPort", RelayText::tr("Type a port from 1 to 65535; devices expect 25."));
    checkNetworks(problems, draft.networks, draft.signIn);
    if (draft.server.trimmed().isEmpty())
        add(problems, "server", RelayText::tr("Type the server that takes the mail on, such as smtp.office365.com."));
    else if (const auto host = Host::parse(draft.server.trimmed()); !host)
        add(problems, "server", host.error().detail);
    if (!parsePort(draft.port))
        add(problems, "port", RelayText::tr("Type a port from 1 to 65535; submission uses 587."));
    if (!draft.sendAs.trimmed().isEmpty()) {
        if (const auto address = EmailAddress::parse(draft.sendAs.trimmed()); !address)
            add(problems, "sendAs", address.error().detail);
    }
    return problems;
}

Problems problemsOf(const Error &error)
{
    // `$.listeners[0].networks[2]: what is wrong`
    static const QRegularExpression path(
        QStringLiteral("\\A\\$\\.(?:listeners\\[0\\]|upstream)\\.([A-Za-z0-9]+)(?:\\[\\d+\\])?:? (.*)\\z"),
        QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = path.match(error.detail);
    if (!match.hasMatch())
        return {};
    const QString sentence = match.captured(2);
    return {{match.captured(1), sentence.left(1).toUpper() + sentence.mid(1)}};
}

Result<RelayConfig> toConfig(const RelayDraft &draft, const std::optional<RelayConfig> &base)
{
    const Problems problems = check(draft);
    if (!problems.empty())
        return failure(ErrorKind::InvalidInput, problems.front().sentence);
    const Endpoint server{*Host::parse(draft.server.trimmed()), *parsePort(draft.port)};
    RelayConfig config = base ? *base : RelayConfig{.upstream = RelayUpstream{.server = server}};
    const Endpoint listen{*Host::parse(draft.listenAddress.trimmed()), *parsePort(draft.listenPort)};
    if (config.listeners.empty())
        config.listeners.push_back({.listen = listen, .networks = {}});
    RelayListener &listener = config.listeners.front(); // what the page does not ask stays, also of other listeners
    listener.listen = listen;
    listener.startTls = draft.deviceTls == DeviceTls::Offered || draft.deviceTls == DeviceTls::Required;
    listener.implicitTls = draft.deviceTls == DeviceTls::Implicit;
    listener.requireTls = draft.deviceTls == DeviceTls::Required;
    listener.minimumTls = draft.minimumTls;
    listener.signIn = draft.signIn;
    listener.signInWithoutTls = draft.signInWithoutTls;
    listener.bareNewlines = draft.bareNewlines;
    listener.certificateFile = draft.certificateFile;
    listener.keyFile = draft.keyFile;
    listener.networks.clear();
    for (const QString &item : splitList(draft.networks))
        listener.networks.push_back(*IpNetwork::parse(item));
    config.accounts = draft.accounts;
    config.upstream.server = server;
    config.upstream.tls = draft.tls;
    config.upstream.caFile = draft.caFile;
    config.upstream.user = draft.user.trimmed();
    config.upstream.password.reset();
    if (!config.upstream.user.isEmpty())
        config.upstream.password = SecretRef::keychain(config.upstream.user);
    config.upstream.sendAs.reset();
    if (!draft.sendAs.trimmed().isEmpty())
        config.upstream.sendAs = *EmailAddress::parse(draft.sendAs.trimmed());
    return parseRelayConfig(toJson(config));
}

RelayDraft draftOf(const RelayConfig &config)
{
    RelayDraft draft;
    if (!config.listeners.empty()) {
        const RelayListener &listener = config.listeners.front();
        draft.listenAddress = listener.listen.host.toString();
        draft.listenPort = QString::number(listener.listen.port);
        QStringList networks;
        for (const IpNetwork &network : listener.networks)
            networks += network.toString();
        draft.networks = networks.join(QLatin1String(", "));
        draft.deviceTls = listener.implicitTls  ? DeviceTls::Implicit
                          : !listener.startTls  ? DeviceTls::None
                          : listener.requireTls ? DeviceTls::Required
                                                : DeviceTls::Offered;
        draft.minimumTls = listener.minimumTls;
        draft.signIn = listener.signIn;
        draft.signInWithoutTls = listener.signInWithoutTls;
        draft.bareNewlines = listener.bareNewlines;
        draft.certificateFile = listener.certificateFile;
        draft.keyFile = listener.keyFile;
    }
    draft.accounts = config.accounts;
    draft.server = config.upstream.server.host.toString();
    draft.port = QString::number(config.upstream.server.port);
    draft.tls = config.upstream.tls;
    draft.user = config.upstream.user;
    draft.caFile = config.upstream.caFile;
    draft.sendAs = config.upstream.sendAs ? config.upstream.sendAs->toString() : QString();
    return draft;
}

} // namespace relaywright
