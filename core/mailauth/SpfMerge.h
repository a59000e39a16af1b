// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfRecord.h"

#include <QStringList>

namespace relaywright {

/// A merged record and what was done, each a whole sentence.
struct SpfMergeResult {
    QString record;
    QStringList added; ///< terms that were new
    QStringList notes; ///< why it is safe; what to watch (length over 255, lookups near 10, `+all` found)
    bool changed = false;
};

/// Adds `mechanisms` (such as `ip4:192.0.2.10`, `include:spf.protection.outlook.com`) to `existing` before its `all` or
/// redirect, keeps everything that is there, adds nothing twice, stays one record. Without an existing record it makes
/// one that ends in `~all`. Error: InvalidInput when either does not parse, naming the fault and its place.
[[nodiscard]] Result<SpfMergeResult> mergeSpf(const std::optional<QString> &existing, const QStringList &mechanisms);

/// A TXT value as zone file strings of at most 255 octets each, quoted and escaped (RFC 1035 §5.1).
[[nodiscard]] QString toZoneStrings(const QString &txt);

} // namespace relaywright
