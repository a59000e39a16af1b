// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"
#include "core/diagnosis/Diagnosis.h"
#include "core/session/TestRecord.h"
#include "core/site/Site.h"

namespace relaywright::cli {

/// Why a test ended as it did; nothing when it went well. `site` may be null.
[[nodiscard]] std::optional<Diagnosis> explain(const TestRecord &record, const Site *site, const Context &context);

/// How a test ended, for people: verdict, recipients, where the time went, diagnosis, how to find the message.
void sayVerdict(const TestRecord &record, const std::optional<Diagnosis> &diagnosis, const Context &context);

/// "schema": "relaywright.send/1".
[[nodiscard]] QJsonObject verdictJson(const TestRecord &record, const std::optional<Diagnosis> &diagnosis);

/// By the command line contract: 0 accepted for everybody or stopped as asked, 1 refused, 4 no answer.
[[nodiscard]] int exitCode(const TestRecord &record);

/// The cmdlet that finds the message in Exchange Online; empty when it has no id.
[[nodiscard]] QString traceCommand(const TestRecord &record);

} // namespace relaywright::cli
