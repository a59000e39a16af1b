// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/oauth/TokenAnswer.h"
#include "core/oauth/TokenJudgement.h"

#include <functional>
#include <string>

namespace relaywright::cli {

/// How `token` gets one from the sign-in service, and where that is.
struct TokenFetchOptions {
    std::string tenant;
    std::string application;
    std::string secretFrom;  ///< the application signs in as itself, with its client secret,
    std::string certificate; ///< or with a key that belongs to this certificate,
    std::string keyFrom;
    std::string passphraseFrom;
    bool deviceCode = false; ///< or a person does, in any browser
    std::string service;     ///< in place of Entra
    std::string caFile;

    [[nodiscard]] bool isAsked() const { return !secretFrom.empty() || !certificate.empty() || deviceCode; }
};

[[nodiscard]] QJsonObject troubleJson(const TokenTrouble &trouble);
/// AnswerIsNo when somebody must act, Environment when there was no answer or it may pass by itself.
[[nodiscard]] int exitCodeFor(const TokenTrouble &trouble);
/// Where to go and what to enter there.
void sayCode(const DeviceCodeOffer &offer, Context &context);

/// Gets a token for what `need` says, keeps nothing of it, and hands it to `done` from the event loop. When there is none it
/// says why and finishes, as exitCodeFor.
/// Error: InvalidInput for options that make no sense, before anything is asked.
[[nodiscard]] Result<void> fetchToken(const TokenFetchOptions &options, const TokenNeed &need, Context &context,
                                      std::function<void(const GrantedToken &)> done);

} // namespace relaywright::cli
