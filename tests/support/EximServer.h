// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/RealServer.h"

#include <QByteArrayList>

namespace relaywright::test {

/// A real Exim with a spool and a mailbox of its own. It offers STARTTLS, CHUNKING, DSN and SMTPUTF8, and AUTH PLAIN LOGIN
/// inside TLS, CRAM-MD5 everywhere. Everything that it takes goes to one mailbox, or on to a smart host. Debian cannot have
/// Exim beside Postfix, so installer/bootstrap.sh unpacks it into a folder.
class EximServer final : public RealServer {
public:
    EximServer() : EximServer(0) {}
    /// All that it takes goes to this port of 127.0.0.1, with BDAT where that is offered, without TLS. 0: to the mailbox.
    explicit EximServer(std::uint16_t smartHostPort);

    /// The files of the mailbox, with LF at line ends and what Exim put in front.
    [[nodiscard]] QByteArrayList messages() const;
    [[nodiscard]] QByteArray log() const override;

private:
    [[nodiscard]] bool isInstalled() const override { return !m_program.isEmpty(); }
    [[nodiscard]] bool writeConfiguration() override;
    [[nodiscard]] QByteArray completed(const char *form) const;

    QString m_program;
    std::uint16_t m_smartHostPort;
};

} // namespace relaywright::test
