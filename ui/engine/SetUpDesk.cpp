// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/SetUpDesk.h"

#include "ui/engine/AccountShelf.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Workspace.h"

namespace relaywright {

SetUpDesk::SetUpDesk(Services &services, QObject *parent)
    : QObject(parent), m_services(services), m_carrier({}, services.clock, services.workspace.knowledge())
{
}

SetUpDesk::~SetUpDesk() = default;

void SetUpDesk::prove(const QString &name, const ProofWish &wish, SetUpProof::Pauses pauses)
{
    end();
    m_proof = std::make_unique<SetUpProof>(wish, keepingOf(m_services, m_carrier), pauses);
    m_standing = {.account = name, .isRunning = true, .until = m_proof->until()};
    connect(m_proof.get(), &SetUpProof::stepBegan, this, [this](ProofStep step) {
        m_standing.tries += step == ProofStep::Token ? 1 : 0;
        m_standing.step = step;
        m_standing.next.reset();
        Q_EMIT changed();
    });
    connect(m_proof.get(), &SetUpProof::waits, this, &SetUpDesk::onWait);
    connect(m_proof.get(), &SetUpProof::finished, this, &SetUpDesk::onFinished);
    m_proof->start();
}

void SetUpDesk::stop()
{
    if (!m_standing.isRunning)
        return;
    end();
    m_standing.isRunning = false;
    m_standing.next.reset();
    Q_EMIT changed();
}

void SetUpDesk::onWait(const ProofFinding &finding, TimePoint next)
{
    m_standing.finding = finding;
    m_standing.next = next;
    Q_EMIT changed();
}

void SetUpDesk::onFinished(const ProofFinding &finding)
{
    m_standing.finding = finding;
    m_standing.isRunning = false;
    end();
    if (finding.end == ProofFinding::End::Proven)
        note();
    Q_EMIT changed();
}

void SetUpDesk::note()
{
    const auto success = [name = m_standing.account, now = m_services.clock.now()](AccountBook &all) {
        for (BookedAccount &one : all) {
            if (one.name == name)
                one.lastSuccess = now;
        }
    };
    m_services.accounts.change(success, this, [](const Result<void> &) {}); // the book says itself what is in its way
}

/// We may be in one of its signals. A question that is under way may bring a sign-in's successor, and that must still be kept.
void SetUpDesk::end()
{
    SetUpProof *over = m_proof.release();
    if (!over)
        return;
    over->disconnect(this);
    over->setParent(this);
    const bool asks = m_standing.isRunning && !m_standing.next && m_standing.step == ProofStep::Token;
    if (!asks)
        return over->deleteLater();
    connect(over, &SetUpProof::waits, over, &QObject::deleteLater);
    connect(over, &SetUpProof::stepBegan, over, &QObject::deleteLater);
    connect(over, &SetUpProof::finished, over, &QObject::deleteLater);
}

} // namespace relaywright
