// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/LocalRelays.h"

#include <QHash>

#include <algorithm>

namespace relaywright {

namespace {

/// The default of a relay that a user starts: ports below 1024 need rights that a user does not have.
constexpr std::uint16_t kUserPort = 2525;

bool submits(const Upstream &upstream)
{
    return upstream.method == Method::ClientSubmission || upstream.method == Method::HighVolumeEmail
           || upstream.method == Method::AzureCommunicationServices;
}

bool goesToMxHost(const Upstream &upstream)
{
    return upstream.method == Method::DirectSend || upstream.method == Method::ConnectorRelay;
}

/// A gateway in front of the tenant takes mail from the internet; it is no way to hand the site's own mail in.
bool isExchangeOnline(const Host &mxHost, const Knowledge &knowledge)
{
    return isBelowAny(mxHost.toString(), knowledge.texts(QStringLiteral("mx.suffixes")));
}

std::uint16_t portFact(const RenderContext &context, const char *fact)
{
    return static_cast<std::uint16_t>(context.knowledge.number(QLatin1String(fact)));
}

/// Where the plan left host and port open.
void fillIn(MethodSettings &settings, Method method, const Network *network, const RenderContext &context)
{
    const Organisation &organisation = context.site.organisation;
    const auto set = [&settings](const QString &host, std::uint16_t port) {
        settings.host = host;
        settings.port = port;
    };
    switch (method) {
    case Method::ClientSubmission: {
        const bool only25 = network && network->port587Open == YesNo::No && network->port25Open == YesNo::Yes;
        return set(context.cloudText(QStringLiteral("client-submission.host")),
                   portFact(context, only25 ? "client-submission.port.alternative" : "client-submission.port"));
    }
    case Method::DirectSend:
    case Method::ConnectorRelay:
        if (organisation.mxHost && isExchangeOnline(*organisation.mxHost, context.knowledge))
            set(organisation.mxHost->toString(), portFact(context, "mx.port"));
        return;
    case Method::HighVolumeEmail:
        return set(context.knowledge.text(QStringLiteral("hve.host")), portFact(context, "hve.port"));
    case Method::AzureCommunicationServices:
        return set(context.knowledge.text(QStringLiteral("acs.host")), portFact(context, "acs.port"));
    case Method::OnPremExchange:
        if (organisation.exchangeServer)
            set(organisation.exchangeServer->toString(), portFact(context, "mx.port"));
        return;
    case Method::LocalRelay: return; // a relay behind a relay is planned by nobody
    }
    Q_UNREACHABLE();
}

LocalRelay relayOf(const PlannedSender &planned, const RenderContext &context)
{
    LocalRelay relay;
    relay.network = planned.network;
    relay.upstream = *planned.option->upstream;
    MethodSettings &settings = relay.upstream.settings;
    if (relay.upstream.method && settings.host.isEmpty())
        fillIn(settings, *relay.upstream.method, planned.network, context);
    relay.authentication = settings.authentication;
    if (submits(relay.upstream) && relay.authentication == Authentication::None)
        relay.authentication = Authentication::Basic;
    if (relay.signsIn() || !relay.upstream.method)
        relay.mailbox = settings.user.isEmpty() ? planned.mailbox() : settings.user;
    return relay;
}

/// The same for senders that one relay serves.
QString keyOf(const LocalRelay &relay)
{
    const MethodSettings &settings = relay.upstream.settings;
    return QStringList{QString::number(reinterpret_cast<quintptr>(relay.network)),
                       toString(relay.upstream),
                       settings.host,
                       QString::number(settings.port),
                       toString(relay.authentication),
                       settings.byCertificate ? QStringLiteral("certificate") : QString(),
                       relay.mailbox.toCaseFolded()}
        .join(u'\n');
}

} // namespace

QString LocalRelay::server() const
{
    const MethodSettings &settings = upstream.settings;
    if (settings.host.isEmpty() || settings.port == 0)
        return {};
    const QString host = settings.host.contains(u':') ? u'[' + settings.host + u']' : settings.host; // IPv6
    return QStringLiteral("%1:%2").arg(host).arg(settings.port);
}

QStringList LocalRelay::missing(const RenderContext &context) const
{
    QStringList sentences;
    const Organisation &organisation = context.site.organisation;
    if (goesToMxHost(upstream) && server().isEmpty())
        sentences +=
            organisation.mxHost
                ? QStringLiteral("The MX host %1 is no host of Exchange Online but a gateway in front of it. Ask for "
                                 "the organisation's own host name (Microsoft 365 admin center, Settings, Domains, "
                                 "DNS records) and enter it as the MX host of the site.")
                      .arg(organisation.mxHost->toString())
                : QStringLiteral("The MX host of the organisation is not known. Look it up (relaywright-cli dns "
                                 "DOMAIN) and enter it as the MX host of the site; it cannot be guessed.");
    if (upstream.method == Method::OnPremExchange && server().isEmpty())
        sentences += QStringLiteral("The name of the Exchange server is not known. Enter it in the site.");
    if (upstream.method == Method::AzureCommunicationServices)
        sentences +=
            QStringLiteral("The SMTP user name of Azure Communication Services is made with the resource. Follow "
                           "acs-setup.txt, then write the name by hand.");
    else if ((signsIn() || !upstream.method) && mailbox.isEmpty())
        sentences +=
            QStringLiteral("The mailbox that signs in is not known. Enter it as \"signs in as\" of the senders.");
    return sentences;
}

bool LocalRelay::needsOwnAddress() const
{
    return std::ranges::any_of(senders, [this](const PlannedSender &planned) {
        const std::vector<EmailAddress> addresses = addressesOf(*planned.sender);
        return addresses.empty() || std::ranges::any_of(addresses, [this](const EmailAddress &address) {
                   return address.toString().compare(mailbox, Qt::CaseInsensitive) != 0;
               });
    });
}

std::vector<LocalRelay> localRelays(const RenderContext &context)
{
    std::vector<LocalRelay> relays;
    QHash<QString, size_t> indexes;
    for (const PlannedSender &planned : context.senders) {
        if (planned.option->method != Method::LocalRelay || !planned.option->upstream)
            continue;
        LocalRelay relay = relayOf(planned, context);
        const QString key = keyOf(relay);
        if (!indexes.contains(key)) {
            indexes.insert(key, relays.size());
            relays.push_back(std::move(relay));
        }
        LocalRelay &known = relays[indexes.value(key)];
        known.senders.push_back(planned);
        const std::uint16_t port = planned.option->settings.port;
        known.ports.insert(port == 0 ? kUserPort : port);
    }
    return relays;
}

} // namespace relaywright
