// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"
#include "core/session/TestRecord.h"
#include "core/verify/Verification.h"

#include <optional>

namespace relaywright {

/// How a test ended, in the words of a verdict.
struct TestVerdict {
    Verdict verdict = Verdict::CouldNotTell;
    QString sentence;                   ///< what happened, to what
    std::optional<Diagnosis> diagnosis; ///< causes and remedies of a refusal
    bool signInRefused = false;         ///< the password is not worth keeping
};

/// What is known of the test, its sender and the site, for the ranking of causes. `site` may be empty.
[[nodiscard]] DiagnosisContext contextOf(const TestRecord &record, const Site &site, TimePoint now);

[[nodiscard]] TestVerdict judge(const TestRecord &record, const DiagnosisContext &known, const Knowledge &knowledge);

/// The cmdlet that finds the message of `record` in Exchange Online, ready to be pasted; empty when it was not taken.
[[nodiscard]] QString messageTraceCommand(const TestRecord &record);

} // namespace relaywright
