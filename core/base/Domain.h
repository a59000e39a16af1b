// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QHashFunctions>
#include <QString>
#include <QStringList>

namespace relaywright {

/// A fully qualified domain as lower-case A-labels, no trailing dot (RFC 5890 §2.3.2.1, RFC 1035 §2.3.4).
class Domain {
public:
    /// Takes U-labels too; a trailing dot is dropped. Labels hold letters, digits, hyphens, and underscores
    /// (DNS has them: `_dmarc`). Error: InvalidInput when `text` has no dot, no IDNA form, or is an address.
    [[nodiscard]] static Result<Domain> parse(const QString &text);
    [[nodiscard]] const QString &toAscii() const { return m_ascii; }
    /// For people: U-labels where the domain has them.
    [[nodiscard]] QString toDisplay() const;
    /// True for the domain itself and everything below it.
    [[nodiscard]] bool isSameOrBelow(const Domain &parent) const;
    bool operator==(const Domain &) const = default;

private:
    explicit Domain(QString ascii) : m_ascii(std::move(ascii)) {}
    QString m_ascii;
};

[[nodiscard]] inline size_t qHash(const Domain &domain, size_t seed = 0)
{
    return ::qHash(domain.toAscii(), seed);
}

/// True for a name below one of `domains`, without case: `mx1.pphosted.com` below `pphosted.com`, not the name itself.
[[nodiscard]] bool isBelowAny(const QString &name, const QStringList &domains);

/// `text` as a host or domain name of lower-case A-labels; one label is enough (`localhost`).
/// Error: InvalidInput, naming the fault.
[[nodiscard]] Result<QString> parseDnsName(const QString &text);

} // namespace relaywright
