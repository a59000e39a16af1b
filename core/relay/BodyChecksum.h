// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <cstdint>
#include <memory>

struct XXH3_state_s;

namespace relaywright {

/// XXH3, 64 bits: finds damage, not malice. The numbers are in the spool; never change how they are made.
[[nodiscard]] std::uint64_t bodyChecksum(QByteArrayView octets, std::uint64_t seed = 0);

/// The same for octets that come in pieces.
class BodyChecksum {
public:
    BodyChecksum();
    ~BodyChecksum();
    BodyChecksum(BodyChecksum &&) noexcept;
    BodyChecksum &operator=(BodyChecksum &&) noexcept;
    void append(QByteArrayView octets);
    [[nodiscard]] std::uint64_t value() const;

private:
    struct Free {
        void operator()(XXH3_state_s *state) const;
    };
    std::unique_ptr<XXH3_state_s, Free> m_state;
};

} // namespace relaywright
