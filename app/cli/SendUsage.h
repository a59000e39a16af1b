// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/SendOptions.h"

#include "core/session/TestRequest.h"

namespace relaywright::cli {

/// Options that would do nothing: a person who gives one expects something of it. A sentence that names the option and
/// says what to do; empty where there is none.
[[nodiscard]] QString uselessOption(const SendOptions &options);

/// The same for what depends on the test that came out of `options` (with `--like`, or with one sender of a site).
[[nodiscard]] QString uselessOption(const SendOptions &options, const TestRequest &request);

} // namespace relaywright::cli
