// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SpfBatch.h"

#include "core/mailauth/SpfRecordCache.h"
#include "core/verify/Verification.h"

#include <QMetaObject>

namespace relaywright {

namespace {

constexpr size_t kInFlight = 64;

} // namespace

SpfBatch::SpfBatch(std::function<std::optional<SpfRequest>()> next, DnsClient &dns, QObject *parent)
    : QObject(parent), m_next(std::move(next)), m_dns(dns), m_records(std::make_shared<SpfRecordCache>())
{
}

void SpfBatch::start()
{
    QMetaObject::invokeMethod(
        this, [this] { fill(); }, Qt::QueuedConnection);
}

void SpfBatch::fill()
{
    while (!m_ended && m_open.size() < kInFlight) {
        const auto request = m_next();
        if (!request) {
            m_ended = true;
            break;
        }
        const auto slot = std::make_shared<std::optional<SpfVerdict>>();
        m_open.push_back(slot);
        const auto take = [this, slot](const SpfVerdict &verdict) {
            *slot = verdict;
            if (slot == m_open.front())
                drain();
        };
        checkSpf(*request, {}, m_dns, this, take, m_records);
    }
    if (m_ended && m_open.empty())
        Q_EMIT finished();
}

void SpfBatch::drain()
{
    while (!m_open.empty() && *m_open.front()) {
        const Slot slot = m_open.front();
        m_open.pop_front();
        Q_EMIT checked(**slot);
    }
    fill();
}

} // namespace relaywright
