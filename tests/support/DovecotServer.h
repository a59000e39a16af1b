// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/RealServer.h"

namespace relaywright::test {

/// A real Dovecot submission server. It takes mail only after TLS and sign-in and hands it on to `relayPort`, where the
/// test listens. It knows every mechanism that Dovecot does: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256, EXTERNAL with
/// a client certificate of `certificates()`, XOAUTH2 and OAUTHBEARER with the tokens that it makes here.
///
///     SmtpSink sink; ...
///     DovecotServer dovecot(sink.port());
///     QVERIFY2(dovecot.start(), qPrintable(dovecot.problem()));
class DovecotServer final : public RealServer {
public:
    explicit DovecotServer(std::uint16_t relayPort);

    [[nodiscard]] std::uint16_t implicitTlsPort() const { return m_implicitTlsPort; }
    /// An access token for `user()` (JWT, signed with a key that only this server knows), good for an hour or over for one.
    [[nodiscard]] QString token(bool expired = false) const;
    /// Where a Postfix asks this server about a sign-in.
    [[nodiscard]] QString authSocket() const;
    [[nodiscard]] QByteArray log() const override;

private:
    [[nodiscard]] bool isInstalled() const override;
    [[nodiscard]] bool writeConfiguration() override;
    [[nodiscard]] QByteArray completed(const char *form);

    std::uint16_t m_relayPort;
    std::uint16_t m_implicitTlsPort = 0;
    QByteArray m_key; ///< signs the tokens
};

} // namespace relaywright::test
