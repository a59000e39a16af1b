// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/RecordWatch.h"

#include "ui/engine/DnsAccess.h"
#include "ui/engine/Workspace.h"

namespace relaywright {

/// Goes as a whole: the watch first, then the client that it asks.
struct RecordWatch::Running : QObject {
    Running(const QString &name, DnsType type, const Propagation::Settings &settings, std::unique_ptr<DnsClient> client)
        : dns(std::move(client)), propagation(name, type, settings, *dns)
    {
    }
    std::unique_ptr<DnsClient> dns;
    Propagation propagation;
};

std::vector<Propagation::NamedServer> publicResolvers(const Knowledge &knowledge)
{
    std::vector<Propagation::NamedServer> resolvers;
    for (const QString &text : knowledge.fact(QStringLiteral("dns.public-resolvers")).value.toVariant().toStringList()) {
        if (const auto server = Endpoint::parse(text.section(u' ', -1), 53))
            resolvers.push_back({text.section(u' ', 0, -2), *server}); // "Quad9 9.9.9.9"
    }
    return resolvers;
}

RecordWatch::RecordWatch(Services &services, QObject *parent) : QObject(parent), m_services(services) {}

RecordWatch::~RecordWatch() = default;

const Propagation *RecordWatch::propagation() const
{
    return m_running ? &m_running->propagation : nullptr;
}

void RecordWatch::start(const QString &name, DnsType type, const QByteArray &expected)
{
    clear();
    const DnsAccess &access = m_services.dnsAccess;
    Propagation::Settings settings;
    settings.resolvers = access.resolvers ? *access.resolvers : publicResolvers(m_services.workspace.knowledge());
    settings.port = access.zonePort;
    settings.interval = access.watchInterval;
    settings.expected = expected;
    m_running = std::make_unique<Running>(name, type, settings, access.makeClient());
    m_isRunning = true;
    Propagation *propagation = &m_running->propagation;
    connect(propagation, &Propagation::changed, this, &RecordWatch::changed);
    connect(propagation, &Propagation::finished, this, [this] {
        m_isRunning = false;
        Q_EMIT changed();
    });
    Q_EMIT changed();
    propagation->start();
}

void RecordWatch::stop()
{
    if (m_isRunning)
        m_running->propagation.cancel(); // says `finished`
}

void RecordWatch::clear()
{
    if (!m_running)
        return;
    m_running->propagation.disconnect(this);
    m_running->propagation.cancel();
    m_running.release()->deleteLater(); // we may be inside its signal
    m_isRunning = false;
    Q_EMIT changed();
}

} // namespace relaywright
