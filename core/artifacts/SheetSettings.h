// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Renderers.h"

// Internal to core/artifacts: the rows of a device sheet, in the maker's words.
namespace relaywright {

/// One line of the table that a person types off at the device.
struct SheetRow {
    QString label; ///< as the maker's menu calls it
    QString value; ///< what to type or choose
    QString hint;  ///< a whole sentence, or empty
    bool operator==(const SheetRow &) const = default;
};

/// Server, port, encryption, sign-in and addresses of `planned`, in the order in which most menus ask for them.
[[nodiscard]] std::vector<SheetRow> sheetRows(const PlannedSender &planned, const VendorWords &words,
                                              const RenderContext &context);
/// What to do at the device or beside it after the settings are entered, in order.
[[nodiscard]] QStringList sheetSteps(const PlannedSender &planned, const VendorWords &words);
/// What goes wrong with this method on such a device: contradictions between the plan's settings and what the device can.
[[nodiscard]] QStringList sheetTraps(const PlannedSender &planned, const VendorWords &words);

} // namespace relaywright
