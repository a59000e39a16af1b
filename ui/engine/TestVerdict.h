// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/TestContext.h"
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

[[nodiscard]] TestVerdict judge(const TestRecord &record, const DiagnosisContext &known, const Knowledge &knowledge);

/// The cmdlet that finds the message of `record` in Exchange Online, ready to be pasted; empty when it was not taken.
[[nodiscard]] QString messageTraceCommand(const TestRecord &record);

} // namespace relaywright
