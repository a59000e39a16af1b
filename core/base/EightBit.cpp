// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EightBit.h"

#include <cstdint>
#include <cstring>

namespace relaywright {

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

} // namespace relaywright
