// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"

#include <optional>

namespace relaywright {

/// Which addresses a rule is for: one mailbox, a domain, or a domain with all below it. Compared without case, as Exchange
/// Online does.
class AddressPattern {
public:
    /// `scanner@contoso.com`, `contoso.com` or `@contoso.com`, `.contoso.com` (the domain and all below it).
    /// Error: InvalidInput, naming the fault.
    [[nodiscard]] static Result<AddressPattern> parse(const QString &text);

    [[nodiscard]] bool matches(const EmailAddress &address) const;
    /// As `parse` takes it.
    [[nodiscard]] QString toString() const;
    bool operator==(const AddressPattern &) const = default;

private:
    AddressPattern(std::optional<EmailAddress> mailbox, std::optional<Domain> domain, bool below)
        : m_mailbox(std::move(mailbox)), m_domain(std::move(domain)), m_below(below)
    {
    }
    std::optional<EmailAddress> m_mailbox;
    std::optional<Domain> m_domain; ///< without a mailbox
    bool m_below = false;
};

} // namespace relaywright
