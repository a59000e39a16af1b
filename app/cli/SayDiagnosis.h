// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"
#include "core/diagnosis/Diagnosis.h"

namespace relaywright::cli {

/// The moment that `--permissions-changed` names; nothing when it was not given. Error: InvalidInput.
[[nodiscard]] Result<std::optional<TimePoint>> permissionsChange(const std::string &option);

/// What happened, why, and what to do, as indented lines for people.
void sayDiagnosis(const Diagnosis &diagnosis, const Context &context);

} // namespace relaywright::cli
