// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/LocalRelays.h"
#include "core/artifacts/TextFile.h"

#include "core/base/Secret.h"
#include "core/site/SiteDocument.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace relaywright {

namespace {

/// A port that needs no special rights, for those who cannot have the one of the plan.
constexpr std::uint16_t kUserPort = 2525;
constexpr std::uint16_t kFirstFreePort = 1024;
/// The site does not know the registration. The relay refuses this text and says what belongs there.
constexpr auto kApplicationGap = "the application (client) ID";
/// Nor does it know where the relay's certificate is. The relay keeps the mail and says which file is not there.
constexpr auto kCertificateGap = "client-chain.pem";
constexpr auto kKeyGap = "client-key.pem";
/// Under which the keychain holds the application's secret.
constexpr auto kSecretName = "relaywright-application";

QJsonArray listenersOf(const LocalRelay &relay)
{
    QJsonArray networks;
    bool v6 = false;
    if (relay.network) {
        for (const IpNetwork &block : relay.network->lan) {
            networks.append(block.toString());
            v6 = v6 || block.address().family() == IpAddress::Family::V6;
        }
    }
    // The relay's [::] takes IPv4 as well. Without a known network only this computer may send: open it by hand, never by
    // accident.
    QString address = v6 ? QStringLiteral("[::]") : QStringLiteral("0.0.0.0");
    if (networks.isEmpty()) {
        networks.append(QStringLiteral("127.0.0.0/8"));
        address = QStringLiteral("127.0.0.1");
    }
    QJsonArray listeners;
    for (const std::uint16_t port : relay.ports)
        listeners.append(QJsonObject{{QStringLiteral("listen"), QStringLiteral("%1:%2").arg(address).arg(port)},
                                     {QStringLiteral("networks"), networks},
                                     {QStringLiteral("startTls"), true}});
    return listeners;
}

QString tlsWord(const LocalRelay &relay)
{
    if (relay.signsIn() || relay.upstream.settings.byCertificate)
        return QStringLiteral("starttls"); // no password in clear text, no certificate that nobody sees
    const QString planned = relay.upstream.settings.tls;
    return planned.isEmpty() ? QStringLiteral("opportunistic") : planned;
}

/// Where the access tokens come from. Entra knows a tenant by each of its domains.
QJsonObject tokensOf(const LocalRelay &relay, const RenderContext &context)
{
    const Organisation &organisation = context.site.organisation;
    const auto domain = organisation.tenant ? organisation.tenant : context.primaryDomain();
    QJsonObject oauth{{QStringLiteral("tenant"), domain ? domain->toAscii() : QString()},
                      {QStringLiteral("application"), QLatin1String(kApplicationGap)},
                      {QStringLiteral("secret"), SecretRef::keychain(QLatin1String(kSecretName)).toString()}};
    if (relay.upstream.method == Method::HighVolumeEmail)
        oauth.insert(QStringLiteral("use"), QStringLiteral("high-volume-email"));
    if (const Cloud cloud = organisation.cloud.value_or(Cloud::Worldwide); cloud != Cloud::Worldwide)
        oauth.insert(QStringLiteral("cloud"), toString(cloud));
    return oauth;
}

QJsonObject upstreamOf(const LocalRelay &relay, const RenderContext &context)
{
    if (!relay.upstream.method) {
        QJsonObject graph{{QStringLiteral("graph"), QJsonObject()},
                          {QStringLiteral("user"), relay.mailbox},
                          {QStringLiteral("oauth"), tokensOf(relay, context)}};
        if (relay.needsOwnAddress())
            graph.insert(QStringLiteral("sendAs"), relay.mailbox);
        return graph;
    }
    QJsonObject upstream{{QStringLiteral("server"), relay.server()}, {QStringLiteral("tls"), tlsWord(relay)}};
    if (relay.upstream.settings.byCertificate) {
        upstream.insert(QStringLiteral("certificateFile"), QLatin1String(kCertificateGap));
        upstream.insert(QStringLiteral("keyFile"), QLatin1String(kKeyGap));
    }
    if (!relay.signsIn())
        return upstream;
    upstream.insert(QStringLiteral("user"), relay.mailbox);
    if (relay.authentication == Authentication::OAuth)
        upstream.insert(QStringLiteral("oauth"), tokensOf(relay, context));
    else
        upstream.insert(QStringLiteral("password"), SecretRef::keychain(relay.mailbox).toString());
    if (relay.upstream.method == Method::ClientSubmission) {
        const auto limit = [&](const char *fact) {
            return context.knowledge.number(QStringLiteral("client-submission.") + QLatin1String(fact));
        };
        upstream.insert(QStringLiteral("maxConnections"), limit("connections"));
        upstream.insert(QStringLiteral("maxMessagesPerMinute"), limit("messages-per-minute"));
        upstream.insert(QStringLiteral("maxRecipientsPerDay"), limit("recipients-per-day"));
    }
    if (relay.needsOwnAddress())
        upstream.insert(QStringLiteral("sendAs"), relay.mailbox);
    return upstream;
}

/// Where relays of this run listen: two on one computer cannot have one port.
using TakenPorts = std::set<std::pair<const Network *, std::uint16_t>>;

bool collides(const LocalRelay &relay, const TakenPorts &taken)
{
    return std::ranges::any_of(relay.ports, [&](std::uint16_t port) { return taken.contains({relay.network, port}); });
}

QString purposeOf(const LocalRelay &relay, const TakenPorts &taken, const QString &fileName)
{
    QStringList sentences{
        QStringLiteral(
            "It runs a relay on the computer where it is started, which takes mail from %1 and hands it on to %2 "
            "(%3).")
            .arg(namesOf(relay.senders), relay.server(), displayName(relay.upstream).toLower())};
    if (!relay.upstream.method)
        sentences = {
            QStringLiteral("It runs a relay on the computer where it is started, which takes mail from %1 and hands it "
                           "on through Microsoft Graph, over HTTPS.")
                .arg(namesOf(relay.senders))};
    if (!relay.network || relay.network->lan.empty())
        sentences += QStringLiteral(
            "No local network is named in the site, so only this computer may send: add the devices' network and "
            "make this file again.");
    if (*relay.ports.begin() < kFirstFreePort)
        sentences +=
            QStringLiteral(
                "It listens on port %1, as devices expect; on Linux and macOS a program needs special rights for "
                "that: run it as a service, or write port %2 here and in the devices.")
                .arg(*relay.ports.begin())
                .arg(kUserPort);
    if (relay.authentication == Authentication::OAuth || !relay.upstream.method)
        sentences +=
            QStringLiteral(
                "It signs in as %1 with access tokens of an application: write its application (client) ID into "
                "the file, and store its client secret in the keychain with: relaywright-cli credentials set %2. "
                "The script for application access lets it send.")
                .arg(relay.mailbox, QLatin1String(kSecretName));
    else if (relay.signsIn())
        sentences += QStringLiteral(
                         "It signs in as %1 with the password that the keychain holds under this name; store it with: "
                         "relaywright-cli credentials set %1.")
                         .arg(relay.mailbox);
    if (relay.upstream.settings.byCertificate)
        sentences +=
            QStringLiteral(
                "Exchange Online knows it by the name on a certificate: write into the file where the certificate "
                "(PEM, "
                "the whole chain, of a public authority) and its private key are, in place of %1 and %2. Mail waits "
                "until both can be read.")
                .arg(QLatin1String(kCertificateGap), QLatin1String(kKeyGap));
    if ((relay.signsIn() || !relay.upstream.method) && relay.needsOwnAddress())
        sentences += QStringLiteral("Messages leave with the address of %1, and the device's own address goes to "
                                    "Reply-To; once the mailbox "
                                    "has Send As on the devices' addresses, take \"sendAs\" out.")
                         .arg(relay.mailbox);
    if (collides(relay, taken))
        sentences +=
            QStringLiteral("Another relay of this set listens on the same port, because it signs in as another "
                           "mailbox or goes another way: run this one on another computer, or write another port "
                           "here and in the devices. Giving all senders the same mailbox makes one relay of them.");
    sentences +=
        QStringLiteral(
            "Check it with: relaywright-cli relay check %1. Start it with: relaywright-cli relay run %1, or in the "
            "console. Roll back: stop the relay and delete the file.")
            .arg(fileName);
    return sentences.join(u' ');
}

Artifact configuration(const LocalRelay &relay, int number, const TakenPorts &taken, RenderContext &context)
{
    const QString fileName = context.fileName(QStringLiteral("relay"), QStringLiteral(".json"));
    const QString name = number == 1 ? QStringLiteral("default") : QStringLiteral("relay-%1").arg(number);
    const QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                           {QStringLiteral("name"), name},
                           {QStringLiteral("listeners"), listenersOf(relay)},
                           {QStringLiteral("upstream"), upstreamOf(relay, context)}};
    return {.kind = QStringLiteral("relay-config"),
            .fileName = fileName,
            .title = QStringLiteral("Relay for %1").arg(namesOf(relay.senders)),
            .purpose = purposeOf(relay, taken, fileName),
            .mediaType = QStringLiteral("application/json"),
            .text = QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Indented)),
            .senders = idsOf(relay.senders)};
}

/// In place of a configuration that cannot be made: why, and what to do. Silence would look like a mistake.
Artifact note(const LocalRelay &relay, const QStringList &reasons, RenderContext &context)
{
    const QString title = QStringLiteral("Why there is no relay configuration for %1").arg(namesOf(relay.senders));
    const QString purpose =
        QStringLiteral("It changes nothing. It says what is needed before the relay for %1 can be set up.")
            .arg(namesOf(relay.senders));
    TextFile file{QString()};
    file.comment(title).line();
    file.comment(QLatin1String("What it changes, and for whom: ") + purpose);
    file.comment(
        QStringLiteral("The plan of %1 sends the mail of these senders through a local relay, and on from there "
                       "by %2.")
            .arg(context.plan.asOf.toString(Qt::ISODate), displayName(relay.upstream)));
    for (const QString &reason : reasons)
        file.line().comment(reason);
    file.line().comment(QStringLiteral("Apply: do what is said above, then make the plan and these files again."));
    file.comment(QStringLiteral("Verify: the set then holds a relay configuration in place of this file."));
    file.comment(QStringLiteral("Roll back: there is nothing to roll back."));
    return {.kind = QStringLiteral("relay-note"),
            .fileName = context.fileName(QStringLiteral("relay-note"), QStringLiteral(".txt")),
            .title = title,
            .purpose = purpose,
            .mediaType = QStringLiteral("text/plain"),
            .text = file.toString(),
            .senders = idsOf(relay.senders)};
}

} // namespace

std::vector<Artifact> renderRelayConfigs(RenderContext &context)
{
    std::vector<Artifact> artifacts;
    TakenPorts taken;
    int number = 0;
    for (const LocalRelay &relay : localRelays(context)) {
        const QStringList reasons = relay.missing(context);
        if (!reasons.isEmpty()) {
            artifacts.push_back(note(relay, reasons, context));
            continue;
        }
        artifacts.push_back(configuration(relay, ++number, taken, context));
        for (const std::uint16_t port : relay.ports)
            taken.insert({relay.network, port});
    }
    return artifacts;
}

} // namespace relaywright
