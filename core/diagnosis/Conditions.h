// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"

namespace relaywright {

/// Whether a condition of the catalogue (`errorConditions`) holds, and why. What is not known never holds: neither
/// `smtp-auth-off` nor `smtp-auth-on` does where the site does not say. Internal to core/diagnosis.
///
/// A whole sentence that names the fact ("The site says that security defaults are on."); empty when it does not hold
/// or the word is not known.
[[nodiscard]] QString reasonOf(const QString &condition, const DiagnosisContext &context, const Knowledge &knowledge);

/// The words that `reasonOf` knows.
[[nodiscard]] QStringList knownConditions();

/// `context.today`, or the day of `context.now`; invalid without both.
[[nodiscard]] QDate dayOf(const DiagnosisContext &context);

/// Until when a change of permissions may not act; nothing when none is known or it is long past.
[[nodiscard]] std::optional<TimePoint> permissionsActAt(const DiagnosisContext &context, const Knowledge &knowledge);

} // namespace relaywright
