// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace relaywright {

/// What is wrong at a place of a record's text, so that a screen can underline it. Offset and length count characters
/// of the text as the parser got it; length 0: nothing to underline, it is about the record as a whole.
struct RecordFault {
    QString sentence; ///< a whole sentence that says what stands there and what should
    qsizetype offset = 0;
    qsizetype length = 0;
    bool operator==(const RecordFault &) const = default;
};

} // namespace relaywright
