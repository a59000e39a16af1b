// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfSurvey.h"

namespace relaywright {

// The sentences of the survey. `term` is the node of the term that is spoken of; the remark belongs to the node whose
// record holds it.

[[nodiscard]] SpfRemark noRecord(const SpfNode &term);
[[nodiscard]] SpfRemark severalRecords(const SpfNode &term, qsizetype count);
[[nodiscard]] SpfRemark loop(const SpfNode &term);
[[nodiscard]] SpfRemark tooDeep(const SpfNode &term);
[[nodiscard]] SpfRemark includedTwice(const SpfNode &term);
[[nodiscard]] SpfRemark voidLookup(const SpfNode &term);
[[nodiscard]] SpfRemark manyExchanges(const SpfNode &term, qsizetype count);
[[nodiscard]] SpfRemark dependsOnSender(const SpfNode &term);

/// What can be said about one record from its own text. `decides`: it is the domain's own or redirected to, so that
/// its end decides about strangers.
void remarkOnRecord(SpfNode &node, const SpfRecord &record, bool decides);
/// Says where the whole is over a limit.
void remarkOnLimits(SpfNode &root);

} // namespace relaywright
