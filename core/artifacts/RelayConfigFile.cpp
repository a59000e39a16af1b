// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include "core/base/Secret.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace relaywright {

namespace {

/// The default of a relay that a user starts: ports below 1024 need rights that a user does not have.
constexpr std::uint16_t kUserPort = 2525;
constexpr std::uint16_t kFirstFreePort = 1024;

/// One relay process: senders of one network that go on by one route and, where it signs in, one mailbox.
struct Relay {
    const Network *network = nullptr;
    Method upstream = Method::ClientSubmission;
    QString mailbox;
    PlannedSenders senders;
};

bool signsIn(Method method)
{
    return method == Method::ClientSubmission || method == Method::HighVolumeEmail;
}

std::vector<Relay> relaysOf(const RenderContext &context)
{
    std::vector<Relay> relays;
    for (const PlannedSender &planned : context.senders) {
        if (planned.option->method != Method::LocalRelay || !planned.route())
            continue;
        const Method upstream = *planned.route();
        const QString mailbox = signsIn(upstream) ? planned.mailbox() : QString();
        auto relay = std::ranges::find_if(relays, [&](const Relay &known) {
            return known.network == planned.network && known.upstream == upstream
                   && known.mailbox.compare(mailbox, Qt::CaseInsensitive) == 0;
        });
        if (relay == relays.end())
            relay = relays.insert(relays.end(), Relay{planned.network, upstream, mailbox, {}});
        relay->senders.push_back(planned);
    }
    return relays;
}

/// A gateway in front of the tenant takes mail from the internet; it is no way to hand the site's own mail in.
bool isExchangeOnline(const Host &mxHost, const Knowledge &knowledge)
{
    const QJsonArray suffixes = knowledge.fact(QStringLiteral("mx.suffixes")).value.toArray();
    return std::ranges::any_of(
        suffixes, [&](const QJsonValue &suffix) { return mxHost.toString().endsWith(u'.' + suffix.toString()); });
}

/// host:port of the smart host; empty when it is not known yet.
QString serverOf(const Relay &relay, const RenderContext &context)
{
    const Organisation &organisation = context.site.organisation;
    switch (relay.upstream) {
    case Method::ClientSubmission: {
        const bool only25 =
            relay.network && relay.network->port587Open == YesNo::No && relay.network->port25Open == YesNo::Yes;
        const QString portFact =
            only25 ? QStringLiteral("client-submission.port.alternative") : QStringLiteral("client-submission.port");
        return QStringLiteral("%1:%2")
            .arg(context.cloudText(QStringLiteral("client-submission.host")))
            .arg(context.knowledge.number(portFact));
    }
    case Method::DirectSend:
    case Method::ConnectorRelay:
        if (!organisation.mxHost || !isExchangeOnline(*organisation.mxHost, context.knowledge))
            return {};
        return QStringLiteral("%1:%2")
            .arg(organisation.mxHost->toString())
            .arg(context.knowledge.number(QStringLiteral("mx.port")));
    case Method::HighVolumeEmail:
        return QStringLiteral("%1:%2")
            .arg(context.knowledge.text(QStringLiteral("hve.host")))
            .arg(context.knowledge.number(QStringLiteral("hve.port")));
    case Method::LocalRelay:
    case Method::AzureCommunicationServices:
    case Method::OnPremExchange: return {};
    }
    Q_UNREACHABLE();
}

std::uint16_t portOf(const Relay &relay)
{
    const std::uint16_t planned = relay.senders.front().option->settings.port;
    return planned == 0 ? kUserPort : planned;
}

QJsonObject listenerOf(const Relay &relay)
{
    QJsonArray networks;
    if (relay.network) {
        for (const IpNetwork &block : relay.network->lan)
            networks.append(block.toString());
    }
    // Without a known network only this computer may send: open it by hand, never by accident.
    const bool local = networks.isEmpty();
    if (local)
        networks.append(QStringLiteral("127.0.0.0/8"));
    return {{QStringLiteral("listen"), QStringLiteral("%1:%2")
                                           .arg(local ? QStringLiteral("127.0.0.1") : QStringLiteral("0.0.0.0"))
                                           .arg(portOf(relay))},
            {QStringLiteral("networks"), networks},
            {QStringLiteral("startTls"), true}};
}

/// True when the mailbox may not send as every address that its devices use.
bool needsOwnAddress(const Relay &relay)
{
    return std::ranges::any_of(relay.senders, [&](const PlannedSender &planned) {
        return !planned.sender->from
               || planned.sender->from->toString().compare(relay.mailbox, Qt::CaseInsensitive) != 0;
    });
}

QJsonObject upstreamOf(const Relay &relay, const QString &server, const RenderContext &context)
{
    QJsonObject upstream{{QStringLiteral("server"), server}};
    if (!signsIn(relay.upstream)) {
        upstream.insert(QStringLiteral("tls"), QStringLiteral("opportunistic"));
        return upstream;
    }
    const auto limit = [&](const char *fact) {
        return context.knowledge.number(QStringLiteral("client-submission.") + QLatin1String(fact));
    };
    upstream.insert(QStringLiteral("tls"), QStringLiteral("starttls"));
    upstream.insert(QStringLiteral("user"), relay.mailbox);
    upstream.insert(QStringLiteral("password"), SecretRef::keychain(relay.mailbox).toString());
    upstream.insert(QStringLiteral("maxConnections"), limit("connections"));
    upstream.insert(QStringLiteral("maxMessagesPerMinute"), limit("messages-per-minute"));
    upstream.insert(QStringLiteral("maxRecipientsPerDay"), limit("recipients-per-day"));
    if (needsOwnAddress(relay))
        upstream.insert(QStringLiteral("sendAs"), relay.mailbox);
    return upstream;
}

QString purposeOf(const Relay &relay, const QString &server, const QString &fileName)
{
    QStringList sentences{
        QStringLiteral("It runs a relay on this computer that takes mail from %1 and hands it on to %2 (%3).")
            .arg(namesOf(relay.senders), server, displayName(relay.upstream).toLower())};
    if (!relay.network || relay.network->lan.empty())
        sentences += QStringLiteral(
            "No local network is named in the site, so only this computer may send: add the devices' network and "
            "make this file again.");
    if (portOf(relay) < kFirstFreePort)
        sentences +=
            QStringLiteral(
                "It listens on port %1, as devices expect; on Linux and macOS a program needs special rights for "
                "that: run it as a service, or write port %2 here and in the devices.")
                .arg(portOf(relay))
                .arg(kUserPort);
    if (signsIn(relay.upstream))
        sentences += QStringLiteral(
                         "It signs in as %1 with the password that the keychain holds under this name; store it with: "
                         "relaywright-cli credentials set %1.")
                         .arg(relay.mailbox);
    if (signsIn(relay.upstream) && needsOwnAddress(relay))
        sentences += QStringLiteral("Messages leave with the address of %1, and the device's own address goes to "
                                    "Reply-To; once the mailbox "
                                    "has Send As on the devices' addresses, take \"sendAs\" out.")
                         .arg(relay.mailbox);
    sentences +=
        QStringLiteral(
            "Check it with: relaywright-cli relay check %1. Start it with: relaywright-cli relay run %1, or in the "
            "console. Roll back: stop the relay and delete the file.")
            .arg(fileName);
    return sentences.join(u' ');
}

} // namespace

std::vector<Artifact> renderRelayConfigs(RenderContext &context)
{
    std::vector<Artifact> artifacts;
    for (const Relay &relay : relaysOf(context)) {
        const QString server = serverOf(relay, context);
        if (server.isEmpty() || (signsIn(relay.upstream) && relay.mailbox.isEmpty()))
            continue; // the device sheet says what must be known first
        const QString fileName = context.fileName(QStringLiteral("relay"), QStringLiteral(".json"));
        const QString name =
            artifacts.empty() ? QStringLiteral("default") : QStringLiteral("relay-%1").arg(artifacts.size() + 1);
        const QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                               {QStringLiteral("name"), name},
                               {QStringLiteral("listeners"), QJsonArray{listenerOf(relay)}},
                               {QStringLiteral("upstream"), upstreamOf(relay, server, context)}};
        artifacts.push_back({.kind = QStringLiteral("relay-config"),
                             .fileName = fileName,
                             .title = QStringLiteral("Relay for %1").arg(namesOf(relay.senders)),
                             .purpose = purposeOf(relay, server, fileName),
                             .mediaType = QStringLiteral("application/json"),
                             .text = QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Indented)),
                             .senders = idsOf(relay.senders)});
    }
    return artifacts;
}

} // namespace relaywright
