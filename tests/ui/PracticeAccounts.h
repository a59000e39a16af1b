// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/Bench.h"

#include "core/oauth/AccountBook.h"
#include "core/rehearsal/PracticeWebFaults.h"

namespace relaywright::test {

/// Starts the practice server of the bench with its sign-in service and Graph, and its secret in the keychain as `practice`.
/// Error: as PracticeRoom::start.
[[nodiscard]] Result<void> startPracticeServices(Bench &bench, const PracticeWebFaults &faults = {});
/// An account of these: for SMTP it is named after the mailbox of the practice server, for Graph it is called `by graph`.
[[nodiscard]] BookedAccount practiceAccount(Bench &bench, TokenUse use);
/// Keeps them and no others. Error: as changeAccountBook.
[[nodiscard]] Result<void> keepAccounts(Bench &bench, const AccountBook &accounts);

} // namespace relaywright::test
