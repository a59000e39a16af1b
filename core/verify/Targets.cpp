// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Targets.h"

#include "core/site/SiteDocument.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kWholeBits = 3; // networks of up to eight addresses are checked whole
constexpr size_t kMaxAddresses = 16;
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

QStringList microsoftSuffixes(const Knowledge &knowledge)
{
    QStringList suffixes;
    if (const Fact *fact = knowledge.find(QStringLiteral("mx.suffixes"))) {
        const QJsonArray values = fact->value.toArray();
        for (const auto &value : values)
            suffixes += value.toString();
    }
    return suffixes;
}

QString spfInclude(const Site &site, const Knowledge &knowledge)
{
    const Fact *fact = site.organisation.cloud
                           ? knowledge.find(QStringLiteral("spf.include.") + toString(*site.organisation.cloud))
                           : nullptr;
    return fact ? fact->value.toString() : QString();
}

class Builder {
public:
    Builder(const Site &site, const Plan &plan, const Knowledge &knowledge)
        : m_site(site), m_plan(plan), m_knowledge(knowledge)
    {
    }

    Targets build()
    {
        for (const Domain &domain : m_site.organisation.acceptedDomains)
            addDomain(domain.toAscii());
        for (const SenderPlan &senderPlan : m_plan.senders) {
            const auto sender = std::ranges::find(m_site.senders, senderPlan.senderId, &Sender::id);
            const std::optional<Upstream> outbound = outboundOf(senderPlan);
            if (sender != m_site.senders.end() && outbound)
                addSender(*sender, *outbound);
        }
        return m_targets;
    }

private:
    void addDomain(const QString &name)
    {
        if (std::ranges::find(m_targets.domains, name, &DomainExpectation::domain) != m_targets.domains.end())
            return;
        DomainExpectation domain;
        domain.domain = name;
        domain.microsoftSuffixes = microsoftSuffixes(m_knowledge);
        if (m_targets.domains.empty())
            domain.mxHost = m_site.organisation.mxHost;
        m_targets.domains.push_back(domain);
    }

    void addSender(const Sender &sender, const Upstream &outbound)
    {
        const QString domain = domainOf(sender);
        if (!domain.isEmpty())
            addDomain(domain);
        if (leavesThroughExchangeOnline(outbound.method)) {
            for (DomainExpectation &each : m_targets.domains) {
                if (each.domain == domain)
                    each.spfInclude = spfInclude(m_site, m_knowledge);
            }
        }
        if (leavesFromSite(outbound.method)) {
            SenderExpectation expected{
                .id = sender.id, .name = sender.name, .domain = domain, .method = *outbound.method, .egress = {}};
            if (const Network *network = networkOf(m_site, sender))
                expected.egress = sampleOf(network->egress, expected.isSample);
            m_targets.senders.push_back(expected);
        }
        addEndpoint(outbound);
    }

    [[nodiscard]] QString domainOf(const Sender &sender) const
    {
        if (sender.from)
            return sender.from->domain().toAscii();
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
    const Knowledge &m_knowledge;
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
