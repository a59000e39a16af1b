// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/oauth/TokenJudgement.h"

namespace relaywright::cli {

/// Says how a token's claims fit the need and adds them to `document`. AnswerIsNo when one is wrong.
int sayClaims(const TokenClaims &claims, const TokenNeed &need, const Context &context, QJsonObject &document);

} // namespace relaywright::cli
