// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <cstdint>

namespace relaywright {

/// The name of a message in one relay's spool: four characters for the spool, then at least seven for the number of
/// the message in it, in Crockford's base 32 (no I, L, O, U), such as `K3F9000001A`. It appears in the 250 reply, in
/// the Received field, in journal and queue. Never made from anything that a peer said.
class QueueId {
public:
    static constexpr std::uint32_t kInstanceBits = 20;

    QueueId() = default;
    /// Only the low 20 bits of `instance` count.
    QueueId(std::uint32_t instance, std::uint64_t sequence) : m_instance(instance & ((1u << kInstanceBits) - 1)), m_sequence(sequence) {}
    /// Any case. Error: InvalidInput.
    [[nodiscard]] static Result<QueueId> parse(const QString &text);

    [[nodiscard]] std::uint32_t instance() const { return m_instance; }
    [[nodiscard]] std::uint64_t sequence() const { return m_sequence; }
    [[nodiscard]] QByteArray toAscii() const;
    [[nodiscard]] QString toString() const { return QString::fromLatin1(toAscii()); }
    bool operator==(const QueueId &) const = default;

private:
    std::uint32_t m_instance = 0;
    std::uint64_t m_sequence = 0;
};

} // namespace relaywright
