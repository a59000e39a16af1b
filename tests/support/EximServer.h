// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <cstdint>
#include <memory>

namespace relaywright::test {

/// A real Exim on a free port of 127.0.0.1, with a configuration, spool and mailbox of its own in a temporary folder. It
/// offers STARTTLS, CHUNKING, DSN and SMTPUTF8, and AUTH PLAIN LOGIN inside TLS, CRAM-MD5 everywhere. Everything that it
/// takes goes to one mailbox. Debian cannot have Exim beside Postfix, so installer/bootstrap.sh unpacks it into a folder.
///
/// Needs root, or sudo that asks no password. Stopped when the object goes, and when the test dies.
class EximServer {
public:
    EximServer();
    ~EximServer();
    EximServer(const EximServer &) = delete;
    EximServer &operator=(const EximServer &) = delete;

    /// Starts and waits for the greeting. False: `problem()` says why.
    [[nodiscard]] bool start();
    [[nodiscard]] const QString &problem() const;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] QString user() const; ///< scanner@example.com
    [[nodiscard]] QString password() const;
    [[nodiscard]] TestCertificates &certificates();
    /// The files of the mailbox, with LF at line ends and what Exim put in front.
    [[nodiscard]] QByteArrayList messages() const;
    [[nodiscard]] QByteArray log() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
