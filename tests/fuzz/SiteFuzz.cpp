// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Inventory.h"
#include "core/site/SiteDocument.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkSite(const QByteArray &octets)
{
    const auto site = parseSite(octets);
    if (!site) {
        require(!site.error().detail.isEmpty() && !hasControlCharacters(site.error().detail), "a fault can be shown");
        return;
    }
    const auto again = parseSite(toJson(*site));
    require(again && *again == *site, "a site reads the same when written again");
}

void checkInventory(const QByteArray &octets)
{
    const auto text = decodeInventory(octets);
    if (!text)
        return requireSentence(text.error().detail);
    const auto table = parseInventory(text->text);
    if (!table)
        return requireSentence(table.error().detail);
    require(static_cast<qsizetype>(table->rows.size()) <= octets.size() + 1, "each line costs octets");
    const auto inventory = readInventory(*table, guessMapping(*table), {});
    if (!inventory)
        return requireSentence(inventory.error().detail);
    require(inventory->senders.size() <= table->rows.size(), "a line is one sender at most");
    for (const auto *remarks : {&inventory->badLines, &inventory->duplicates, &inventory->notes}) {
        for (const InventoryRemark &remark : *remarks)
            requireSentence(remark.sentence);
    }
    const Site site = withInventory({}, *inventory);
    const auto kept = parseSite(toJson(site));
    require(kept && *kept == site, "what was brought can be kept");
}

} // namespace

/// A site's document, and a spreadsheet of senders.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray octets = octetsOf(data, size).toByteArray();
    checkSite(octets);
    checkInventory(octets);
    return 0;
}
