// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeIdentity.h"

#include "core/rehearsal/PracticeRules.h"

namespace relaywright {

namespace {

constexpr int kDays = 397;
constexpr int kExpiredSince = kDays + 2; // days from the day its certificate was made to today

} // namespace

QByteArray PracticeIdentity::authorityPem() const
{
    return m_authority ? m_authority->pem() : QByteArray();
}

Result<TlsIdentity> PracticeIdentity::certificate(const Host &host, std::optional<CertificateFault> fault)
{
    const QString key = QStringLiteral("%1 %2").arg(fault ? static_cast<int>(*fault) : -1).arg(host.toString());
    if (const auto known = m_made.find(key); known != m_made.end())
        return known->second;
    QStringList names{practiceHostName(), QStringLiteral("localhost"), QStringLiteral("127.0.0.1"),
                      QStringLiteral("::1")};
    if (!names.contains(host.toString()))
        names += host.toString();
    if (fault == CertificateFault::WrongName)
        names = {QStringLiteral("another-name.relaywright.invalid")};
    auto made = make(names, fault);
    if (made)
        m_made.emplace(key, *made);
    return made;
}

Result<TlsIdentity> PracticeIdentity::make(const QStringList &names, std::optional<CertificateFault> fault)
{
    // The real time: the practice clock may stand in next year, and the certificate must hold for clients of today.
    const TimePoint now = SystemClock().now();
    const TimePoint longAgo = now - std::chrono::hours(24) * kExpiredSince;
    if (!m_authority) {
        // It was there before an expired certificate and outlives it, so that nothing else is wrong with that one.
        auto authority = Authority::make(longAgo, 3 * kDays);
        if (!authority)
            return tl::unexpected(authority.error());
        m_authority = std::move(*authority);
    }
    if (fault == CertificateFault::SelfSigned)
        return makeSelfSigned(names, now, kDays);
    return m_authority->sign(names, fault == CertificateFault::Expired ? longAgo : now, kDays);
}

} // namespace relaywright
