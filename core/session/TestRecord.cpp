// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/TestRecord.h"

#include <algorithm>

namespace relaywright {

bool TestRecord::accepted() const
{
    return transaction && transaction->outcome == Outcome::Accepted
           && std::ranges::all_of(transaction->recipients, &RecipientResult::accepted);
}

Outcome TestRecord::outcome() const
{
    return transaction ? transaction->outcome : finish.outcome;
}

Stage TestRecord::stage() const
{
    return transaction ? transaction->stage : finish.stage;
}

std::optional<Reply> TestRecord::reply() const
{
    return transaction ? transaction->reply : finish.reply;
}

} // namespace relaywright
