// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/ReceivedMessage.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"

#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kShownChars = 300;

}

void describeByHeader(ReceivedMessage &message, QByteArrayView content)
{
    const MessageHeader header = MessageHeader::read(content);
    const auto shown = [&header](QByteArrayView name) {
        return printable(header.value(name).value_or(QByteArray()).trimmed(), kShownChars);
    };
    message.messageId = shown("Message-ID");
    message.subject = shown("Subject");
}

void ReceivedMessages::add(ReceivedMessage message)
{
    if (static_cast<std::uint64_t>(message.content.size()) > kOctetsPerMessage)
        message.content.clear();
    m_octets += static_cast<std::uint64_t>(message.content.size());
    m_all.push_back(std::move(message));
    if (m_all.size() > kMost) {
        m_octets -= static_cast<std::uint64_t>(m_all.front().content.size());
        m_all.pop_front();
    }
    for (ReceivedMessage &oldest : m_all) {
        if (m_octets <= kOctets)
            break;
        m_octets -= static_cast<std::uint64_t>(oldest.content.size());
        oldest.content.clear();
    }
}

} // namespace relaywright
