// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mailauth/SpfEvaluation.h"

#include <QObject>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace relaywright {

/// Many SPF checks, 64 of them at the same time; verdicts come in the order of the requests. However many there are, it
/// holds no more than those 64. Runs through the event loop, and no more once it is destroyed.
class SpfBatch : public QObject {
    Q_OBJECT
public:
    /// `next` gives one request after the other, and nothing at the end. `dns` outlives the batch.
    SpfBatch(std::function<std::optional<SpfRequest>()> next, DnsClient &dns, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    void checked(const relaywright::SpfVerdict &verdict); ///< of the oldest request that had none yet
    void finished();

private:
    using Slot = std::shared_ptr<std::optional<SpfVerdict>>;
    void fill();
    void drain();

    std::function<std::optional<SpfRequest>()> m_next;
    DnsClient &m_dns;
    std::shared_ptr<SpfRecordCache> m_records;
    std::deque<Slot> m_open;
    bool m_ended = false;
};

} // namespace relaywright
