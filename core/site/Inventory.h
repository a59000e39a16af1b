// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/InventoryFacts.h"
#include "core/site/InventoryText.h"

#include <optional>
#include <vector>

namespace relaywright {

/// What each column of an inventory says; nothing: it is left out.
using InventoryMapping = std::vector<std::optional<SenderFact>>;

/// By the headings (`recogniseColumn`), our own words before others; where there are none, by what stands in the cells. No
/// fact is given to two columns.
[[nodiscard]] InventoryMapping guessMapping(const InventoryTable &table);

/// A line of the file and one sentence about it.
struct InventoryRemark {
    int line = 0;
    QString sentence;
    bool operator==(const InventoryRemark &) const = default;
};

enum class Duplicates { Keep, LeaveOut };

/// What an inventory brings to a site.
struct Inventory {
    std::vector<Sender> senders;            ///< with ids that the site does not have yet
    std::vector<Network> networks;          ///< named by them and new to the site; nothing else is known of them
    std::vector<InventoryRemark> badLines;  ///< left out, each with its reason
    std::vector<InventoryRemark> duplicates; ///< same name and address as another line or a sender of the site
    std::vector<InventoryRemark> notes;     ///< taken, but not all that stands there has a word here
    bool operator==(const Inventory &) const = default;
};

/// Pure, and all or nothing for each line: one cell that is not understood leaves its whole line out. A heading may hold
/// the unit of its sizes ("Size (KB)"). Error: InvalidInput when no column, or more than one, is the name, or another fact
/// is given to two columns.
[[nodiscard]] Result<Inventory> readInventory(const InventoryTable &table, const InventoryMapping &mapping, const Site &site,
                                              Duplicates duplicates = Duplicates::Keep);

/// The site with it. One without networks gets `main`.
[[nodiscard]] Site withInventory(Site site, const Inventory &inventory);

/// Senders as an inventory that `readInventory` reads back unchanged: all facts, headings first. A cell that a spreadsheet
/// would take for a formula gets an apostrophe in front.
[[nodiscard]] QString writeInventory(const std::vector<Sender> &senders, QChar delimiter = u',');

} // namespace relaywright
