// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/mailauth/SpfMerge.h"
#include "core/mailauth/SpfProposal.h"

#include <vector>

namespace relaywright::cli {

/// One address that one sender's mail comes from, judged by the record that is there and by the new one.
struct SpfWhatIf {
    QString id, name, domain;         ///< domain of its MAIL FROM
    QString way;                      ///< "direct send"
    std::optional<IpAddress> address; ///< nothing: where its mail comes from is not known here
    std::optional<SpfVerdict> before, after;
};

/// All that `spf merge` found out.
struct SpfMergeOutcome {
    QString domain; ///< empty: a record without a domain, which cannot be counted
    std::optional<QString> existing;
    SpfMergeResult merged;
    std::optional<SpfNode> before, after; ///< the records as trees
    std::vector<SpfProposal> proposals;
    std::vector<SpfWhatIf> senders;
};

void sayMerge(const SpfMergeOutcome &outcome, const Context &context);
[[nodiscard]] QJsonObject toJson(const SpfMergeOutcome &outcome);
/// AnswerIsNo when receivers would give a permanent error or a sender of the plan would not pass.
[[nodiscard]] int exitCodeOf(const SpfMergeOutcome &outcome);

} // namespace relaywright::cli
