// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfRecord.h"

#include <QByteArray>
#include <QHash>
#include <QStringList>

#include <memory>

namespace relaywright {

/// A record as the parser took it; `terms` is the canonical text of each mechanism.
struct SpfParsedRecord {
    tl::expected<SpfRecord, RecordFault> record;
    QStringList terms;
};

/// Parses each record once, for many evaluations. Bounded: past 1,000 records it begins anew.
class SpfRecordCache {
public:
    [[nodiscard]] std::shared_ptr<const SpfParsedRecord> parse(const QByteArray &text);

private:
    QHash<QByteArray, std::shared_ptr<const SpfParsedRecord>> m_records;
};

} // namespace relaywright
