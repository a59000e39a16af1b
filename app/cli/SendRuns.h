// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"
#include "app/cli/SendOptions.h"
#include "app/cli/SendVerdict.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/verify/TestSeries.h"

namespace relaywright::cli {

/// A test with the place of its secrets.
struct SendJob {
    QString name;
    TestRequest request;
    std::optional<Error> obstacle{};
};

/// One test, its conversation live, then the verdict. Ends the program through the context, which owns it.
void runOne(SendJob job, Known known, const SendOptions &options, Context &context);

/// What a receiver would dislike about each message; nothing is sent, no secret fetched. Exit code 1 when something is wrong.
void runCheckOnly(std::vector<SendJob> jobs, const SendOptions &options, Context &context);

/// Several tests, a line each, then the sum. Ends the program through the context, which owns it; at once when they are
/// too many or too fast for the server.
void runSeveral(std::vector<SendJob> jobs, Known known, const SendOptions &options, Context &context);

/// One test through Microsoft Graph: what is of SMTP in `request` counts for nothing. Ends the program through the context.
[[nodiscard]] std::optional<int> runGraph(TestRequest request, const SendOptions &options, Context &context);

/// A folder that what was asked to be kept goes to: made where it is missing. Error: Storage; it is found before anything is
/// sent, not after.
[[nodiscard]] Result<void> prepareFolder(const QString &folder);
/// The same for where `--transcript` and `--record` go.
[[nodiscard]] Result<void> preparePlaces(const SendOptions &options);
/// Keeps the test as these ask; false when it cannot, which it says.
[[nodiscard]] bool saveTest(const TestRecord &record, const SendOptions &options, const Context &context);

} // namespace relaywright::cli
