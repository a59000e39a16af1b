// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/AddressPattern.h"

namespace relaywright {

Result<AddressPattern> AddressPattern::parse(const QString &text)
{
    const bool below = text.startsWith(u'.');
    if (below || text.startsWith(u'@') || !text.contains(u'@')) {
        const bool marked = below || text.startsWith(u'@');
        auto domain = Domain::parse(marked ? text.mid(1) : text);
        if (!domain)
            return tl::unexpected(domain.error());
        return AddressPattern(std::nullopt, *domain, below);
    }
    auto mailbox = EmailAddress::parse(text);
    if (!mailbox)
        return tl::unexpected(mailbox.error());
    return AddressPattern(*mailbox, std::nullopt, false);
}

bool AddressPattern::matches(const EmailAddress &address) const
{
    if (m_mailbox)
        return *m_mailbox == address;
    return m_below ? address.domain().isSameOrBelow(*m_domain) : address.domain() == *m_domain;
}

QString AddressPattern::toString() const
{
    if (m_mailbox)
        return m_mailbox->toString();
    return m_below ? u'.' + m_domain->toAscii() : m_domain->toAscii();
}

} // namespace relaywright
