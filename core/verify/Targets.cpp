// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Targets.h"

#include "core/site/SiteDocument.h"

#include <QHash>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kWholeBits = 3; // networks of up to eight addresses are checked whole
constexpr size_t kMaxAddresses = 16;
constexpr size_t kMaxEgress = 32;
constexpr std::uint16_t kImplicitTlsPort = 465;
constexpr std::uint16_t kHttpsPort = 443;

IpAddress addressAt(const IpNetwork &network, std::uint8_t low, bool last)
{
    IpAddress::Octets octets = network.address().octets();
    const int bits = network.address().bits();
    for (int bit = network.prefixLength(); last && bit < bits; ++bit)
        octets[static_cast<size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
    octets[static_cast<size_t>(bits / 8 - 1)] |= low;
    if (bits == 128)
        return IpAddress::fromV6(octets);
    return IpAddress::fromV4(static_cast<std::uint32_t>(octets[0]) << 24 | static_cast<std::uint32_t>(octets[1]) << 16
                             | static_cast<std::uint32_t>(octets[2]) << 8 | octets[3]);
}

/// What puts mail on the way to Microsoft: the chosen method, or the upstream of a local relay.
std::optional<Upstream> outboundOf(const SenderPlan &plan)
{
    const Option *chosen = plan.chosen();
    if (!chosen)
        return std::nullopt;
    return chosen->method == Method::LocalRelay ? chosen->upstream : Upstream{chosen->method, chosen->settings};
}

/// True when receivers see the site's own address: mail to the MX host.
bool leavesFromSite(std::optional<Method> method)
{
    return method == Method::DirectSend || method == Method::ConnectorRelay;
}

bool leavesThroughExchangeOnline(std::optional<Method> method)
{
    return !method /* Graph */ || method == Method::ClientSubmission || method == Method::ConnectorRelay
           || method == Method::HighVolumeEmail;
}

QString spfInclude(const Site &site, const Knowledge &knowledge)
{
    const Fact *fact = site.organisation.cloud
                           ? knowledge.find(QStringLiteral("spf.include.") + toString(*site.organisation.cloud))
                           : nullptr;
    return fact ? fact->value.toString() : QString();
}

QString mechanismFor(const IpNetwork &network)
{
    return (network.address().family() == IpAddress::Family::V4 ? QLatin1String("ip4:") : QLatin1String("ip6:"))
           + network.toString();
}

class Builder {
public:
    Builder(const Site &site, const Plan &plan, const Knowledge &knowledge)
        : m_site(site), m_plan(plan), m_include(spfInclude(site, knowledge))
    {
        m_common.microsoftSuffixes = knowledge.texts(QStringLiteral("mx.suffixes"));
        m_common.gateways = knowledge.texts(QStringLiteral("mx.gateways"));
        m_common.dkimSelectors = knowledge.texts(QStringLiteral("dkim.selectors"));
        m_common.dkimTargets = knowledge.texts(QStringLiteral("dkim.target-suffixes"));
        for (const QString &percent : knowledge.texts(QStringLiteral("dmarc.quarantine.percentages")))
            m_common.quarantineSteps.push_back(percent.toInt());
        m_targets.blocklists = knowledge.texts(QStringLiteral("dnsbl.zones"));
        m_targets.weightyBlocklists = knowledge.texts(QStringLiteral("dnsbl.exchange-online"));
        for (const Sender &sender : site.senders)
            m_senders.insert(sender.id, &sender);
    }

    Targets build()
    {
        for (const Domain &domain : m_site.organisation.acceptedDomains)
            addDomain(domain.toAscii());
        for (const SenderPlan &senderPlan : m_plan.senders) {
            const Sender *const sender = m_senders.value(senderPlan.senderId);
            const std::optional<Upstream> outbound = outboundOf(senderPlan);
            if (sender && outbound)
                addSender(*sender, *outbound);
        }
        return std::move(m_targets);
    }

private:
    DomainExpectation *addDomain(const QString &name)
    {
        if (name.isEmpty())
            return nullptr;
        const auto known = m_domains.constFind(name);
        if (known != m_domains.constEnd())
            return &m_targets.domains[*known];
        m_domains.insert(name, m_targets.domains.size());
        DomainExpectation domain = m_common;
        domain.domain = name;
        if (m_targets.domains.empty())
            domain.mxHost = m_site.organisation.mxHost;
        m_targets.domains.push_back(domain);
        return &m_targets.domains.back();
    }

    void addSender(const Sender &sender, const Upstream &outbound)
    {
        const QString from = domainOr(sender.from);
        const QString envelope = domainOr(reversePathOf(sender));
        addDomain(from);
        DomainExpectation *const domain = addDomain(envelope);
        PathExpectation path{.senderId = sender.id,
                             .senderName = sender.name,
                             .leaves = PathExpectation::Leaves::Elsewhere,
                             .fromDomain = from,
                             .envelopeDomain = envelope,
                             .wayName = displayName(outbound)};
        const Network *const network = networkOf(m_site, sender);
        if (leavesFromSite(outbound.method))
            addFromSite(sender, *outbound.method, domain, network, path);
        if (leavesThroughExchangeOnline(outbound.method)) {
            path.leaves = PathExpectation::Leaves::ThroughExchangeOnline;
            path.spfInclude = m_include;
            if (domain && !m_include.isEmpty()) {
                domain->spfInclude = m_include;
                need(*domain, QLatin1String("include:") + m_include);
            }
        }
        m_targets.paths.push_back(std::move(path));
        addEndpoint(outbound);
    }

    void addFromSite(const Sender &sender, Method method, DomainExpectation *domain, const Network *network,
                     PathExpectation &path)
    {
        SenderExpectation expected{
            .id = sender.id, .name = sender.name, .domain = path.envelopeDomain, .method = method, .egress = {}};
        if (network)
            expected.egress = sampleOf(network->egress, expected.isSample);
        path.leaves = PathExpectation::Leaves::FromSite;
        path.egress = expected.egress;
        path.isSample = expected.isSample;
        for (const IpAddress &address : expected.egress) {
            if (!address.isPrivate() && m_targets.egress.size() < kMaxEgress
                && std::ranges::find(m_targets.egress, address) == m_targets.egress.end())
                m_targets.egress.push_back(address);
        }
        if (domain && network) {
            for (const IpNetwork &block : network->egress) {
                if (!block.address().isPrivate())
                    need(*domain, mechanismFor(block));
            }
        }
        m_targets.senders.push_back(std::move(expected));
    }

    static void need(DomainExpectation &domain, const QString &mechanism)
    {
        if (!domain.spfNeeds.contains(mechanism))
            domain.spfNeeds += mechanism;
    }

    [[nodiscard]] QString domainOr(const std::optional<EmailAddress> &address) const
    {
        if (address)
            return address->domain().toAscii();
        const auto &domains = m_site.organisation.acceptedDomains;
        return domains.empty() ? QString() : domains.front().toAscii();
    }

    void addEndpoint(const Upstream &outbound)
    {
        const MethodSettings &settings = outbound.settings;
        if (settings.port == 0)
            return;
        std::optional<Host> host;
        if (const auto parsed = Host::parse(settings.host))
            host = *parsed;
        else if (leavesFromSite(outbound.method))
            host = m_site.organisation.mxHost;
        if (!host) {
            if (leavesFromSite(outbound.method))
                m_targets.mxPort = settings.port;
            return;
        }
        const bool implicit = settings.tls == QLatin1String("implicit") || settings.port == kImplicitTlsPort
                              || settings.port == kHttpsPort;
        const ReachTarget target{{*host, settings.port}, !implicit};
        if (std::ranges::find(m_targets.endpoints, target.endpoint, &ReachTarget::endpoint)
            == m_targets.endpoints.end())
            m_targets.endpoints.push_back(target);
    }

    const Site &m_site;
    const Plan &m_plan;
    QString m_include;
    DomainExpectation m_common; ///< what holds for every domain
    QHash<QString, const Sender *> m_senders;
    QHash<QString, size_t> m_domains; ///< index among the targets'
    Targets m_targets;
};

} // namespace

std::vector<IpAddress> sampleOf(const std::vector<IpNetwork> &networks, bool &isSample)
{
    std::vector<IpAddress> addresses;
    for (const IpNetwork &network : networks) {
        const int hostBits = network.address().bits() - network.prefixLength();
        if (hostBits <= kWholeBits) {
            for (int i = 0; i < (1 << hostBits); ++i)
                addresses.push_back(addressAt(network, static_cast<std::uint8_t>(i), false));
        } else {
            addresses.push_back(network.address());
            addresses.push_back(addressAt(network, 0, true));
            isSample = true;
        }
    }
    if (addresses.size() > kMaxAddresses) {
        addresses.erase(addresses.begin() + kMaxAddresses, addresses.end());
        isSample = true;
    }
    return addresses;
}

Targets targetsOf(const Site &site, const Plan &plan, const Knowledge &knowledge)
{
    return Builder(site, plan, knowledge).build();
}

} // namespace relaywright
