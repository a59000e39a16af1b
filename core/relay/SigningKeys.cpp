// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SigningKeys.h"

#include <utility>

namespace relaywright {

SigningKeys::SigningKeys(std::vector<DkimSigning> signings, std::chrono::milliseconds again, DeliveryDesk &desk,
                         QObject *parent)
    : QObject(parent), m_signings(std::move(signings)), m_wait(again), m_desk(desk)
{
    if (m_signings.empty())
        m_state = State::Ready;
}

bool SigningKeys::areReady()
{
    const bool again = m_state == State::Missing && m_desk.clock.now() >= m_again;
    if (m_state == State::Unknown || again) {
        m_state = State::Asked;
        m_signers.clear();
        fetch(0);
    }
    return m_state == State::Ready;
}

void SigningKeys::fetch(std::size_t index)
{
    m_desk.fetchSecret(m_signings[index].key, this,
                       [this, index](const Result<Secret> &pem) { onFetched(index, pem); });
}

void SigningKeys::onFetched(std::size_t index, const Result<Secret> &pem)
{
    const DkimSigning &signing = m_signings[index];
    auto key = pem ? DkimKeyPair::fromPem(*pem) : Result<DkimKeyPair>(tl::unexpected(pem.error()));
    if (!key) {
        m_state = State::Missing;
        m_again = m_desk.clock.now() + m_wait;
        m_reason = QStringLiteral("The DKIM key %1 of %2 cannot be used: %3")
                       .arg(signing.key.toString(), signing.domain.toAscii(), key.error().detail);
        Q_EMIT changed();
        return;
    }
    m_signers.push_back({signing.domain, signing.selector, std::move(*key)});
    if (index + 1 < m_signings.size())
        return fetch(index + 1);
    m_state = State::Ready;
    Q_EMIT changed();
}

} // namespace relaywright
