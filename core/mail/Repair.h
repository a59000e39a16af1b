// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace relaywright {

/// What may be changed in a message of a device that cannot do better. All off: it goes on as it came.
struct Repairs {
    bool date = false;         ///< add a Date: field where it is missing
    bool messageId = false;    ///< add a Message-ID: field where it is missing
    bool bareNewlines = false; ///< make CRLF of a bare CR or LF, never an end of data
    bool longLines = false;    ///< fold header lines and wrap body lines over 998 octets
    bool displayName = false;  ///< mend `From: scan@x.test <scan@x.test>` and the like
    bool operator==(const Repairs &) const = default;
    [[nodiscard]] bool any() const { return date || messageId || bareNewlines || longLines || displayName; }
};

/// One of them. Words, as in the configuration: date messageId bareNewlines longLines displayName.
enum class Repair { Date, MessageId, BareNewlines, LongLines, DisplayName };
[[nodiscard]] const std::vector<Repair> &allRepairs();
[[nodiscard]] QString toString(Repair repair);
[[nodiscard]] bool isAllowed(const Repairs &repairs, Repair repair);

/// What it does and what may come of it, one English sentence each: for whoever must allow it for one device.
[[nodiscard]] QString effectOf(Repair repair);
[[nodiscard]] QString riskOf(Repair repair);
/// What was done to a message, for the journal: `added Date, wrapped long lines`.
[[nodiscard]] QString describe(const std::vector<Repair> &made);

} // namespace relaywright
