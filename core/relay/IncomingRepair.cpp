// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/IncomingRepair.h"

#include <algorithm>

namespace relaywright {

IncomingRepair::IncomingRepair(const Repairs &repairs, MessageRepairer::Fields fields)
    : m_repairer(repairs, std::move(fields))
{
    if (repairs.bareNewlines)
        m_newlines.emplace(WireForm::Chunk);
}

QByteArray IncomingRepair::append(QByteArrayView octets)
{
    QByteArray ready;
    if (!m_newlines) {
        m_repairer.append(octets, ready);
        return ready;
    }
    m_watch.read(octets);
    QByteArray lines;
    m_newlines->append(octets, lines);
    m_repairer.append(lines, ready);
    return ready;
}

QByteArray IncomingRepair::finish()
{
    QByteArray ready;
    if (m_newlines) {
        QByteArray lines;
        m_newlines->finish(lines);
        m_repairer.append(lines, ready);
    }
    m_repairer.finish(ready);
    return ready;
}

std::vector<Repair> IncomingRepair::made() const
{
    std::vector<Repair> made = m_repairer.made();
    if (m_newlines && m_watch.sawAny())
        made.push_back(Repair::BareNewlines);
    std::ranges::sort(made);
    return made;
}

} // namespace relaywright
