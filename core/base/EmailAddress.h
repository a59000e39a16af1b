// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Domain.h"
#include "core/base/Result.h"

#include <QHashFunctions>
#include <QString>

#include <optional>

namespace relaywright {

/// A mailbox `local-part@domain` (RFC 5321 §4.1.2; UTF-8 local parts by RFC 6531). It never holds CR, LF, NUL or
/// another control character, so it can go on the wire as it is. Domain literals are not taken.
class EmailAddress {
public:
    /// Takes a bare address without angle brackets or display name; quoted local parts are taken and kept quoted
    /// only where they need it. Error: InvalidInput, naming the fault.
    [[nodiscard]] static Result<EmailAddress> parse(const QString &text);

    /// As on the wire: `"a b"` keeps its quotes.
    [[nodiscard]] const QString &localPart() const { return m_localPart; }
    [[nodiscard]] const Domain &domain() const { return m_domain; }
    [[nodiscard]] QString toString() const { return m_localPart + u'@' + m_domain.toAscii(); }
    /// True when sending it needs SMTPUTF8.
    [[nodiscard]] bool needsUtf8() const;
    /// Exchange Online compares addresses without case; so do we.
    bool operator==(const EmailAddress &other) const;

private:
    EmailAddress(QString localPart, Domain domain) : m_localPart(std::move(localPart)), m_domain(std::move(domain)) {}
    QString m_localPart;
    Domain m_domain;
};

[[nodiscard]] inline size_t qHash(const EmailAddress &address, size_t seed = 0)
{
    return ::qHash(address.toString().toCaseFolded(), seed);
}

/// The reverse-path; empty is `<>`, the null reverse-path of bounces (RFC 5321 §4.5.5).
using ReversePath = std::optional<EmailAddress>;

/// The address with angle brackets, `<>` when there is none.
[[nodiscard]] QString toPath(const ReversePath &path);

} // namespace relaywright
