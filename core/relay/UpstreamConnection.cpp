// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/UpstreamConnection.h"

#include <utility>

namespace relaywright {

void UpstreamConnection::reserve(Load load)
{
    Q_ASSERT(isIdle());
    onReserved();
    m_ready = false;
    m_load = std::move(load);
}

UpstreamConnection::Load UpstreamConnection::giveBack()
{
    Load load = std::move(*m_load);
    m_load.reset();
    onReady();
    return load;
}

std::optional<UpstreamConnection::Load> UpstreamConnection::takeLoad()
{
    if (m_load)
        onTaken(m_load->message.id);
    return std::exchange(m_load, std::nullopt);
}

} // namespace relaywright
