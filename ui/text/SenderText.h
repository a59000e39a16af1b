// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/InventoryFacts.h"

#include <QString>

#include <map>
#include <utility>
#include <vector>

namespace relaywright {

/// The facts of a sender in words for people, translated, for tables and lists. Make one and keep it: looking the words up
/// for every cell of a large table would take its time.
class SenderText {
public:
    SenderText();

    /// The column's heading: "Sends as".
    [[nodiscard]] QString title(SenderFact fact) const;
    /// The answer as it is shown; empty when it is unknown.
    [[nodiscard]] QString answer(const Sender &sender, SenderFact fact) const;
    /// Of a fact that is one of a few words (`isChoice`): the contract's word and what people read.
    using Choice = std::pair<QString, QString>;
    [[nodiscard]] const std::vector<Choice> &choices(SenderFact fact) const;

private:
    std::map<SenderFact, std::vector<Choice>> m_choices;
};

} // namespace relaywright
