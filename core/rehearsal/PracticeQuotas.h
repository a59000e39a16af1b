// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/IpAddress.h"
#include "core/rehearsal/PracticeTenant.h"

#include <QHash>
#include <QString>

#include <deque>
#include <map>
#include <vector>

namespace relaywright {

/// How much each mailbox has sent and how it is connected, over all conversations of one practice server. Asked by name of
/// the mailbox, without case. Bounded: it counts only for those who could sign in, and by the minute.
class PracticeQuotas {
public:
    explicit PracticeQuotas(PracticeLimits limits) : m_limits(limits) {}

    /// How long the answer to the next message must wait; its place is taken with this call. Zero where nothing slows.
    [[nodiscard]] std::chrono::milliseconds takeTurn(const QString &mailbox, TimePoint now);
    /// True when another message is over the number of the minute or hour that is refused, not slowed.
    [[nodiscard]] bool isOverRate(const QString &mailbox, TimePoint now) const;
    /// True when `recipients` more would be over the number of the last 24 hours.
    [[nodiscard]] bool isOverDay(const QString &mailbox, int recipients, TimePoint now) const;
    /// A message was taken.
    void count(const QString &mailbox, int recipients, TimePoint now);

    /// The mailbox signed in on this connection, or the connection ended.
    void connected(const QString &mailbox, quint64 connection);
    void disconnected(quint64 connection);
    /// True when as many connections of the mailbox as it may have were there before this one.
    [[nodiscard]] bool isOneTooMany(const QString &mailbox, quint64 connection) const;

    /// True as long as `wait` has not passed since the peer was first put off.
    [[nodiscard]] bool isPutOff(const IpAddress &peer, std::chrono::milliseconds wait, TimePoint now);

private:
    struct Minute {
        TimePoint begin;
        int messages = 0;
        int recipients = 0;
    };
    struct Use {
        std::deque<TimePoint> turns; ///< of the last minute, at most as many as it may have
        std::deque<Minute> minutes;  ///< of the last day
    };
    [[nodiscard]] const Use *useOf(const QString &mailbox) const;

    PracticeLimits m_limits;
    QHash<QString, Use> m_use;
    std::vector<std::pair<QString, quint64>> m_connections; ///< in the order of their sign-in
    std::map<IpAddress, TimePoint> m_putOff;
};

} // namespace relaywright
