// SPDX-License-Identifier: GPL-3.0-or-later
// What a probe looks at beside its conversation: the other ports of mail, and each version of TLS.
#include "core/session/ProbePrivate.h"

#include <algorithm>

namespace relaywright {

void Probe::Private::lookAtPorts()
{
    std::vector<std::uint16_t> ports = settings.mailPorts;
    std::erase(ports, settings.server.port); // the conversation itself tells
    if (settings.webPort != 0 && settings.webPort != settings.server.port)
        ports.push_back(settings.webPort);
    if (ports.empty())
        return;
    m_ports = std::make_unique<PortLook>(m_addresses.front(), ports, settings.connectPatience,
                                         [this](const std::vector<PortSight> &sights) { onPorts(sights); });
    m_ports->start();
}

void Probe::Private::onPorts(const std::vector<PortSight> &sights)
{
    for (const PortSight &port : sights) {
        if (port.port == settings.webPort)
            m_report.webPort = port;
        else
            m_report.mailPorts.push_back(port);
    }
    m_ports.release()->deleteLater(); // we are inside it
    concludeWhenAllIsSeen();
}

/// Refused or no way: the client says that it failed, and not how.
void Probe::Private::lookAtAskedPort(Outcome outcome)
{
    if (m_asked || outcome == Outcome::TimedOut) {
        m_asked = m_asked.value_or(PortSight::How::TimedOut);
        return;
    }
    if (m_askedPort)
        return;
    m_askedPort = std::make_unique<PortLook>(m_addresses.front(), std::vector{settings.server.port},
                                             settings.connectPatience, [this](const std::vector<PortSight> &sights) {
                                                 m_asked = sights.front().how;
                                                 m_askedPort.release()->deleteLater();
                                                 concludeWhenAllIsSeen();
                                             });
    m_askedPort->start();
}

void Probe::Private::lookAtVersions()
{
    const bool stopsBelow = !settings.stopAfter.isEmpty() && lastStage() < Stage::Tls;
    const bool tlsIsThere = m_report.tls || (m_report.beforeTls && m_report.beforeTls->startTls)
                            || (policy() == TlsPolicy::Implicit && m_asked == PortSight::How::Connected);
    if (!settings.tlsVersions || stopsBelow || !tlsIsThere || policy() == TlsPolicy::None)
        return;
    const auto address = IpAddress::parse(m_report.address);
    m_versions = std::make_unique<VersionLook>(connectionTo(address ? *address : m_addresses.front()),
                                               [this](const std::vector<VersionSight> &sights) {
                                                   m_report.tlsVersions = sights;
                                                   m_versions.release()->deleteLater();
                                                   concludeWhenAllIsSeen();
                                               });
    m_versions->start();
}

void Probe::Private::concludeWhenAllIsSeen()
{
    if (m_climbed && !m_ports && !m_askedPort && !m_versions)
        conclude();
}

ProbeSight Probe::Private::sight() const
{
    ProbeSight sight{.port = settings.server.port};
    const auto failed = std::ranges::find(m_report.rungs, ProbeRung::State::Failed, &ProbeRung::state);
    if (failed != m_report.rungs.end())
        sight.rung = failed->id;
    sight.nearby = !m_addresses.empty() && m_addresses.front().isPrivate();
    sight.mailPorts = m_report.mailPorts;
    sight.webPort = m_report.webPort;
    sight.outcome = m_outcome.value_or(Outcome::Accepted);
    sight.reply = m_reply;
    sight.implicitTls = policy() == TlsPolicy::Implicit;
    return sight;
}

void Probe::Private::conclude()
{
    if (std::exchange(m_finished, true))
        return;
    m_ports.reset();
    m_askedPort.reset();
    m_versions.reset();
    if (m_asked) {
        m_report.mailPorts.push_back({.port = settings.server.port, .how = *m_asked});
        std::ranges::sort(m_report.mailPorts, {}, &PortSight::port);
    }
    if (!m_report.cancelled)
        m_report.judgement = judge(sight());
    Q_EMIT q->finished(m_report);
}

} // namespace relaywright
