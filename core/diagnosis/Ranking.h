// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"

namespace relaywright {

/// The causes of `entry` with what is known: proven ones first, then those that more speaks for, then in the catalogue's
/// order, and last what is ruled out. Internal to core/diagnosis.
[[nodiscard]] std::vector<Cause> rankedCauses(const ErrorEntry &entry, const DiagnosisContext &context,
                                              const Knowledge &knowledge);

} // namespace relaywright
