// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"
#include "core/mail/Lint.h"

#include <QJsonArray>

#include <vector>

namespace relaywright::cli {

/// What a receiver would dislike about a message, each remark once with the lines where it holds and what to do.
void sayRemarks(const std::vector<LintRemark> &remarks, const Context &context);

[[nodiscard]] QJsonArray toJson(const std::vector<LintRemark> &remarks);
[[nodiscard]] bool anyWrong(const std::vector<LintRemark> &remarks);

} // namespace relaywright::cli
