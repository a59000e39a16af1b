// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRequest.h"

#include <QJsonObject>

namespace relaywright {

/// A test as a command for a POSIX shell. Never a secret in it: the programs ask for the password themselves.
struct CommandExport {
    QString command;   ///< quoted; one line, but where HTML with line ends of its own is in it
    QStringList notes; ///< whole sentences: what of the test the other program cannot do
    /// The notes as comments, then the command.
    [[nodiscard]] QString toText() const;
};

/// For swaks (2020 or newer). What it has no option for is a note. Error: Unsupported for a test through Microsoft Graph.
[[nodiscard]] Result<CommandExport> asSwaks(const TestRequest &request);

/// For `openssl s_client` (3.0 or newer): connects, checks the certificate and says EHLO and QUIT, which shows TLS and what
/// is offered inside. Error: Unsupported for a test without TLS, or through Microsoft Graph.
[[nodiscard]] Result<CommandExport> asOpensslSClient(const TestRequest &request);

/// "schema": "relaywright.command/1", with `program`, `command` and `notes`.
[[nodiscard]] QJsonObject toJson(const CommandExport &command, const QString &program);

} // namespace relaywright
