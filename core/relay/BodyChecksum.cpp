// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/BodyChecksum.h"

#include <xxhash.h>

#include <cstring>

namespace relaywright {

std::uint64_t bodyChecksum(QByteArrayView octets, std::uint64_t seed)
{
    return XXH3_64bits_withSeed(octets.data(), static_cast<std::size_t>(octets.size()), seed);
}

bool hasEightBit(QByteArrayView octets)
{
    std::uint64_t seen = 0;
    const char *at = octets.data();
    const char *const end = at + octets.size();
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        seen |= word;
    }
    for (; at < end; ++at)
        seen |= static_cast<unsigned char>(*at);
    return (seen & 0x8080808080808080u) != 0;
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
