// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfRecord.h"

#include <QStringList>

#include <optional>

namespace relaywright {

/// What a merged record says about servers that it does not list.
enum class SpfEnd {
    Keep,     ///< as the record ends now; a new one in `~all`
    SoftFail, ///< `~all`: for the watch period, while reports show who is missing
    Fail,     ///< `-all`: after it
};

/// A merged record and what was done, each a whole sentence.
struct SpfMergeResult {
    QString record;
    QStringList added; ///< terms that were new
    QStringList
        notes; ///< why it is safe; what to watch (lookups near 10, and what the survey says of the record itself)
    bool changed = false;
};

/// Adds `mechanisms` (such as `ip4:192.0.2.10`, `include:spf.protection.outlook.com`) to `existing` before its `all` or
/// redirect, keeps everything that is there, adds nothing twice, stays one record. Without an existing record it makes
/// one that ends in `~all`. A record that ends in a redirect keeps it, whatever `end` says. Error: InvalidInput when
/// either does not parse, naming the fault and its place.
[[nodiscard]] Result<SpfMergeResult> mergeSpf(const std::optional<QString> &existing, const QStringList &mechanisms,
                                              SpfEnd end = SpfEnd::Keep);

/// A TXT value as zone file strings of at most 255 octets each, quoted and escaped (RFC 1035 §5.1).
[[nodiscard]] QString toZoneStrings(const QString &txt);

} // namespace relaywright
