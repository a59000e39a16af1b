// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"
#include "core/mail/Lint.h"
#include "core/session/TestRecord.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>

namespace relaywright {

/// What is known of a test besides its own record and the site. Everything is optional.
struct TestSurroundings {
    std::optional<TokenClaims> token{};    ///< of the access token that signed in
    QString headerFrom{};                  ///< From of a message that came from a file; else the request tells
    QHash<QString, QStringList> mxHosts{}; ///< by domain (A-labels): hosts that DNS named, the preferred first
    /// The last climb of a ladder: `host:port` and who is to blame, a word of the ladder. It counts for that server only.
    struct Ladder {
        QString server;
        QString blame;
    };
    std::optional<Ladder> ladder{};
    std::optional<TimePoint> permissionsChangedAt{}; ///< goes before what the site says
};

/// All that is known of a test, for the ranking of its causes: by its record, the site (which may be empty), and what else
/// there is. Where the practice server greeted, its clock goes before `now`: it decided by it.
[[nodiscard]] DiagnosisContext contextOf(const TestRecord &record, const Site &site, const TestSurroundings &besides,
                                         TimePoint now);

/// Explains how a test ended that did not go well: at an SMTP server by what that said, through Microsoft Graph by its
/// answer. Nothing when it went well.
[[nodiscard]] std::optional<Diagnosis> diagnose(const TestRecord &record, const DiagnosisContext &known,
                                                const Knowledge &knowledge);

/// What the access token says that `request` signs in with; nothing for a password, and for what is no readable token.
[[nodiscard]] std::optional<TokenClaims> tokenOf(const TestRequest &request, const Secret &password);

/// The mechanism that signed in or tried to, as on the wire (`XOAUTH2`); empty when none was tried and none asked for.
[[nodiscard]] QByteArray mechanismOf(const TestRecord &record);

/// The same of a message that was read.
[[nodiscard]] QString headerFromOf(const LintedSenders &senders);
/// From as the message of `request` has it, with its display name: `Scanner <scanner@contoso.com>`; empty when it comes
/// from a file.
[[nodiscard]] QString headerFromOf(const TestRequest &request);

} // namespace relaywright
