// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/rehearsal/PracticeWeb.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace relaywright::cli {

/// The options of `rehearse` about access tokens, as they were typed.
struct RehearseWebOptions {
    std::string signIn;
    std::string graph;
    std::string secretFrom;
    std::vector<std::string> faults;
    std::string refuseSignIn;
    std::string rotateKeyAfter;
    bool isPlain = false;
};

void addRehearseWebOptions(CLI::App &rehearse, RehearseWebOptions &options);

/// The codes of `--refuse-sign-in` and what each means, for the end of the help.
[[nodiscard]] std::string refusalCodesHelp();

/// What they ask for.
struct RehearseWebWish {
    std::optional<PracticeWebChoice> services{}; ///< nothing: no tokens are practised
    std::optional<SecretRef> secretFrom{};       ///< of the practice application; nothing: one is made up and shown
};

/// Error: InvalidInput, saying which option is wrong and how it is written.
[[nodiscard]] Result<RehearseWebWish> readRehearseWebOptions(const RehearseWebOptions &options);

/// What a person needs to know of the services, once they are started.
[[nodiscard]] QStringList webLines(const PracticeWeb &web);
[[nodiscard]] QJsonObject webJson(const PracticeWeb &web);

} // namespace relaywright::cli
