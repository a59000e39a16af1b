// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/AlertNotices.h"

#include <utility>

namespace relaywright {

QStringList AlertNotices::due(const std::vector<AlertStatus> &alerts, TimePoint now)
{
    std::set<QString> known; // those that ended are forgotten: they are news when they come again
    QStringList sentences;
    const bool quiet = m_last && now - *m_last < kQuiet && now >= *m_last;
    for (const AlertStatus &alert : alerts) {
        const QString key = alert.kind + u'\n' + alert.subject;
        if (m_told.contains(key)) {
            known.insert(key);
        } else if (!quiet) {
            known.insert(key);
            sentences += alert.sentence;
        }
    }
    m_told = std::move(known);
    if (!sentences.isEmpty())
        m_last = now;
    return sentences;
}

} // namespace relaywright
