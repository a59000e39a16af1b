// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRequest.h"

namespace relaywright {

/// A test as a command for a POSIX shell. Never a secret in it: swaks asks for the password itself.
struct CommandExport {
    QString command;   ///< one line, quoted
    QStringList notes; ///< whole sentences: what of the test the other program cannot do
    /// The notes as comments, then the command.
    [[nodiscard]] QString toText() const;
};

/// For swaks (2020 or newer).
[[nodiscard]] CommandExport asSwaks(const TestRequest &request);

/// For `openssl s_client`: connects, checks the certificate and says EHLO and QUIT, which shows TLS and what is offered
/// inside. Error: Unsupported for a test without TLS.
[[nodiscard]] Result<CommandExport> asOpensslSClient(const TestRequest &request);

/// `word` so that a POSIX shell gives it back unchanged.
[[nodiscard]] QString shellQuoted(const QString &word);

} // namespace relaywright
