// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/rehearsal/PracticeFaults.h"
#include "core/session/Authority.h"

#include <map>
#include <optional>

namespace relaywright {

/// Who a practice server is: an authority of its own and the certificates that it signed. Whoever starts servers one after
/// the other gives them one identity, so that what a device or a test was told to trust holds as long as it lives.
class PracticeIdentity {
public:
    /// The certificate of a server at `host`, the same each time, or one with this fault. Error: TlsFailed; InvalidInput
    /// when no certificate can be for `host`.
    [[nodiscard]] Result<TlsIdentity> certificate(const Host &host, std::optional<CertificateFault> fault);
    /// Give this to clients; empty before a certificate was asked for. With a self-signed certificate it is an authority
    /// that has signed nothing.
    [[nodiscard]] QByteArray authorityPem() const;

private:
    [[nodiscard]] Result<TlsIdentity> make(const QStringList &names, std::optional<CertificateFault> fault);
    std::optional<Authority> m_authority;
    std::map<QString, TlsIdentity> m_made; ///< by host and fault
};

} // namespace relaywright
