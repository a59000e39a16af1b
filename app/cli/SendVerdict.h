// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"
#include "core/diagnosis/TestContext.h"
#include "core/mail/Lint.h"

namespace relaywright::cli {

/// What is known besides the conversation.
struct Known {
    std::optional<Site> site{};
    TestSurroundings besides{};
};

/// Why a test ended as it did; nothing when it went well.
[[nodiscard]] std::optional<Diagnosis> explain(const TestRecord &record, const Known &known, const Context &context);

/// Compares an access token with what signing in at Exchange Online needs, and says what does not fit.
void sayToken(const TokenClaims &token, const TestRequest &request, const Known &known, const Context &context);

/// How a test ended, for people: verdict, recipients, where the time went, diagnosis, how to find the message.
void sayVerdict(const TestRecord &record, const std::optional<Diagnosis> &diagnosis, const Context &context);

/// "schema": "relaywright.send/1". `remarks` are those on the message.
[[nodiscard]] QJsonObject verdictJson(const TestRecord &record, const std::optional<Diagnosis> &diagnosis,
                                      const std::vector<LintRemark> &remarks);

/// By the command line contract: 0 accepted for everybody or stopped as asked, 1 refused, 4 no answer.
[[nodiscard]] int exitCode(const TestRecord &record);

/// The cmdlet that finds the message in Exchange Online; empty when it has no id.
[[nodiscard]] QString traceCommand(const TestRecord &record);

} // namespace relaywright::cli
