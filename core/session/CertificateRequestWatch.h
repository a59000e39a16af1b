// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace relaywright {

/// Notices that a server asks for a client certificate, which Qt does not tell. OpenSSL is asked to report the messages of
/// the handshake; where Qt brings an OpenSSL of its own, nothing is noticed.
class CertificateRequestWatch {
public:
    CertificateRequestWatch();
    ~CertificateRequestWatch();
    CertificateRequestWatch(const CertificateRequestWatch &) = delete;
    CertificateRequestWatch &operator=(const CertificateRequestWatch &) = delete;

    /// Calls `begin`, which starts a handshake in this thread; the connection made in it is watched. The watch must
    /// outlive that connection.
    void during(const std::function<void()> &begin);
    [[nodiscard]] bool wasAsked() const { return m_state->asked; }

    struct State {
        bool asked = false;
    };

private:
    std::unique_ptr<State> m_state; ///< in one place: OpenSSL keeps a pointer to it
};

} // namespace relaywright
