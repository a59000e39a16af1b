// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <memory>

namespace relaywright::test {

/// A real Dovecot submission server on free ports of 127.0.0.1, with a configuration of its own in a temporary folder.
/// It takes mail only after TLS and sign-in and hands it on to `relayPort`, where the test listens. It knows every
/// mechanism that Dovecot does: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256, EXTERNAL with a client certificate of
/// `certificates()`, XOAUTH2 and OAUTHBEARER with the tokens that it makes here.
///
///     SmtpSink sink; ...
///     DovecotServer dovecot(sink.port());
///     QVERIFY2(dovecot.start(), qPrintable(dovecot.problem()));
///
/// Needs root, or sudo that asks no password. Stopped when the object goes, and when the test dies.
class DovecotServer {
public:
    explicit DovecotServer(std::uint16_t relayPort);
    ~DovecotServer();
    DovecotServer(const DovecotServer &) = delete;
    DovecotServer &operator=(const DovecotServer &) = delete;

    /// Starts and waits for the greeting. False: `problem()` says why.
    [[nodiscard]] bool start();
    [[nodiscard]] const QString &problem() const;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t implicitTlsPort() const;
    [[nodiscard]] QString user() const; ///< scanner@example.com
    [[nodiscard]] QString password() const;
    /// An access token for `user()` (JWT, signed with a key that only this server knows), good for an hour or over for one.
    [[nodiscard]] QString token(bool expired = false) const;
    [[nodiscard]] TestCertificates &certificates();
    /// Where a Postfix asks this server about a sign-in.
    [[nodiscard]] QString authSocket() const;
    [[nodiscard]] QByteArray log() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
