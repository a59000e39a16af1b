// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/dns/Resolver.h"
#include "core/mailauth/SpfEvaluation.h"

#include <string>
#include <vector>

namespace relaywright::cli {

/// What stands on the command line behind `spf check`, `spf count` and `spf merge`.
struct SpfOptions {
    std::string ip;
    std::string helo;
    std::string mailFrom;
    std::string batch;
    std::string domain;
    std::string record;
    std::vector<std::string> add;
    std::string end = "keep";
    std::string site;
};

[[nodiscard]] std::optional<int> runSpfCheck(const SpfOptions &options, Context &context);
/// `--batch FILE`: one request a line, one result a line.
[[nodiscard]] std::optional<int> runSpfBatch(const SpfOptions &options, Context &context);
[[nodiscard]] std::optional<int> runSpfCount(const SpfOptions &options, Context &context);
[[nodiscard]] std::optional<int> runSpfMerge(SpfOptions options, Context &context);

/// A resolver that lives until the program ends. Error: InvalidInput for a name server that is no address.
[[nodiscard]] Result<std::shared_ptr<Resolver>> openResolver(const Context &context);

} // namespace relaywright::cli
