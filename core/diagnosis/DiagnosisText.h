// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"

namespace relaywright {

/// Puts what is known into a text of the catalogue: {server}, {user}, {sender}, {recipient}. What is not known becomes
/// words ("the server"); what is known is made printable, and is never itself searched for placeholders. "answered{where}"
/// becomes "answered to RCPT TO" by the stage, or "answered" where that is not known.
[[nodiscard]] QString fill(const QString &text, const DiagnosisContext &context);

/// What a reply means by its digits alone (RFC 5321 §4.2.1, RFC 3463 §3).
[[nodiscard]] Diagnosis meaningOfClass(const Reply &reply, const DiagnosisContext &context);

/// What an answer over HTTP means by its status alone (RFC 9110 §15).
[[nodiscard]] Diagnosis meaningOfStatus(const ServiceAnswer &answer);

} // namespace relaywright
