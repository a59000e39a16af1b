// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/PlanCheck.h"

#include "ui/engine/DnsAccess.h"
#include "ui/engine/Workspace.h"

namespace relaywright {

namespace {

constexpr std::chrono::milliseconds kBatchPause{80};

} // namespace

/// Goes as a whole: the verification first, then what it asks.
struct PlanCheck::Running : QObject {
    Running(const Workspace &workspace, const DnsAccess &access, const VerificationSettings &settings)
        : dns(access.makeClient()),
          verification(workspace.plannedSite(), workspace.plan(), workspace.knowledge(), *dns, settings)
    {
    }
    std::unique_ptr<DnsClient> dns;
    Verification verification;
};

PlanCheck::PlanCheck(Services &services, QObject *parent) : QObject(parent), m_services(services)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kBatchPause);
    connect(&m_pause, &QTimer::timeout, this, &PlanCheck::handOn);
}

PlanCheck::~PlanCheck() = default;

std::vector<Check> PlanCheck::checks(const VerificationSettings &settings) const
{
    const Workspace &workspace = m_services.workspace;
    return Verification(workspace.plannedSite(), workspace.plan(), workspace.knowledge(), m_services.dns, settings)
        .checks();
}

void PlanCheck::start(const VerificationSettings &settings)
{
    drop();
    m_only = settings.only;
    m_running = std::make_unique<Running>(m_services.workspace, m_services.dnsAccess, settings);
    Verification *verification = &m_running->verification;
    m_done = 0;
    m_total = static_cast<int>(verification->checks().size());
    connect(verification, &Verification::found, this, [this](const Finding &finding) {
        m_batch.push_back(finding);
        if (!m_pause.isActive())
            m_pause.start();
    });
    connect(verification, &Verification::progressed, this, [this](int done, int total) {
        m_done = done;
        m_total = total;
    });
    connect(verification, &Verification::finished, this, [this] { end(false); });
    Q_EMIT progressed(0, m_total);
    verification->start();
}

void PlanCheck::cancel()
{
    if (m_running)
        end(true);
}

void PlanCheck::handOn()
{
    m_pause.stop();
    if (const std::vector<Finding> batch = std::exchange(m_batch, {}); !batch.empty())
        Q_EMIT found(batch);
    if (m_running)
        Q_EMIT progressed(m_done, m_total);
}

void PlanCheck::end(bool cancelled)
{
    handOn();
    drop();
    Q_EMIT finished(cancelled);
}

void PlanCheck::drop()
{
    m_batch.clear();
    m_pause.stop();
    if (!m_running)
        return;
    // We may be inside its signal, and it inside an answer of its client: both go once the event loop is back.
    m_running->verification.disconnect(this);
    m_running->verification.cancel();
    m_running.release()->deleteLater();
}

} // namespace relaywright
