// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/IpAddress.h"
#include "core/smtp/Envelope.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <deque>

namespace relaywright {

/// A message that a practice service took; it goes nowhere.
struct ReceivedMessage {
    TimePoint time{};
    IpAddress peer = IpAddress::fromV4(0x7f000001);
    bool tls = false;
    QString signedInAs; ///< empty: nobody
    Envelope envelope;
    std::uint64_t octets = 0;
    QByteArray content; ///< as it came; empty when it was over the bound of what is kept
    QString messageId;  ///< of its Message-ID field, printable; empty when it has none
    QString subject;    ///< printable, as it stands in the header
    QString internalId; ///< the id in our 250
};

/// Fills in what the header says: Message-ID and Subject.
void describeByHeader(ReceivedMessage &message, QByteArrayView content);

/// The newest messages, bounded: of the oldest the contents go first.
class ReceivedMessages {
public:
    static constexpr std::size_t kMost = 200;
    static constexpr std::uint64_t kOctetsPerMessage = 8ull << 20; ///< a longer content is not kept
    static constexpr std::uint64_t kOctets = 64ull << 20;

    void add(ReceivedMessage message);
    [[nodiscard]] const std::deque<ReceivedMessage> &all() const { return m_all; }

private:
    std::deque<ReceivedMessage> m_all;
    std::uint64_t m_octets = 0;
};

} // namespace relaywright
