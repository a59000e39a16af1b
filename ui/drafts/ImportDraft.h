// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Inventory.h"

namespace relaywright {

/// An inventory on its way into the site: what was read, and what the person says each column is.
struct ImportDraft {
    QString source;             ///< a file's name; empty: pasted
    QString text;
    QString encoding;           ///< for people; empty: pasted
    InventoryTable table;
    InventoryMapping mapping;
    Duplicates duplicates = Duplicates::LeaveOut;
    bool operator==(const ImportDraft &) const = default;
};

/// Error: InvalidInput, as decodeInventory and parseInventory.
[[nodiscard]] Result<ImportDraft> importDraftOf(const QByteArray &octets, const QString &source);
[[nodiscard]] Result<ImportDraft> importDraftOf(const QString &pasted);

/// The same text read again with or without headings; the columns are guessed anew.
[[nodiscard]] ImportDraft withHeadings(const ImportDraft &draft, bool present);

/// One column is `fact` from now on; another one that was gives way.
[[nodiscard]] ImportDraft withColumn(ImportDraft draft, std::size_t column, std::optional<SenderFact> fact);

/// "inventory.csv: 38 lines, semicolons between the cells, Windows-1252."
[[nodiscard]] QString describe(const ImportDraft &draft);
/// All remarks as text for a mail: a line each, with its number.
[[nodiscard]] QString remarksText(const Inventory &inventory, Duplicates duplicates);

} // namespace relaywright
