// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/BodyChecksum.h"

#include <xxhash.h>

namespace relaywright {

std::uint64_t bodyChecksum(QByteArrayView octets, std::uint64_t seed)
{
    return XXH3_64bits_withSeed(octets.data(), static_cast<std::size_t>(octets.size()), seed);
}

void BodyChecksum::Free::operator()(XXH3_state_s *state) const
{
    XXH3_freeState(state);
}

BodyChecksum::BodyChecksum() : m_state(XXH3_createState())
{
    Q_CHECK_PTR(m_state.get());
    XXH3_64bits_reset(m_state.get());
}

BodyChecksum::~BodyChecksum() = default;
BodyChecksum::BodyChecksum(BodyChecksum &&) noexcept = default;
BodyChecksum &BodyChecksum::operator=(BodyChecksum &&) noexcept = default;

void BodyChecksum::append(QByteArrayView octets)
{
    XXH3_64bits_update(m_state.get(), octets.data(), static_cast<std::size_t>(octets.size()));
}

std::uint64_t BodyChecksum::value() const
{
    return XXH3_64bits_digest(m_state.get());
}

} // namespace relaywright
