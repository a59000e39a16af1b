// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/mail/Compose.h"
#include "core/plan/Plan.h"
#include "core/session/SmtpClient.h"
#include "ui/drafts/Problems.h"

namespace relaywright {

/// A test message and the way it is to go, as typed. The password is not part of it.
struct TestDraft {
    QString server;
    QString port = QStringLiteral("587");
    TlsPolicy tls = TlsPolicy::Required;
    QString user;              ///< empty: no sign-in
    QString from;
    QString to;                ///< separated by commas, spaces or line ends
    QString subject;
    QString text;
    QStringList attachments;   ///< file paths
    QByteArray authorityPem;   ///< trusted besides the system's: the practice server's
    std::optional<Method> method; ///< where the settings came from, for the diagnosis
    bool operator==(const TestDraft &) const = default;
};

/// Fields: server, port, from, to.
[[nodiscard]] Problems check(const TestDraft &draft);

/// Error: InvalidInput when `check` has something to say.
[[nodiscard]] Result<ConnectionSettings> toConnection(const TestDraft &draft, const Secret &password,
                                                      const QString &ehloName);
/// Without the attachments: they are read when the message is made.
[[nodiscard]] Result<MessageDraft> toMessage(const TestDraft &draft);

/// What the plan says for a sender: server, port, TLS, user and From, with `to` and texts kept. Of a local relay it is
/// what the device will use.
[[nodiscard]] TestDraft fillIn(TestDraft draft, const Site &site, const Sender &sender, const Option &option);

} // namespace relaywright
