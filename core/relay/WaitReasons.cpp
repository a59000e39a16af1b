// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/WaitReasons.h"

#include "core/relay/TimeWords.h"

#include <algorithm>

namespace relaywright {

namespace {

QString minutesText(qint64 minutes)
{
    if (minutes < 1)
        return QStringLiteral("less than a minute");
    if (minutes < 120)
        return minutes == 1 ? QStringLiteral("about 1 minute") : QStringLiteral("about %1 minutes").arg(minutes);
    return QStringLiteral("about %1 hours").arg((minutes + 30) / 60);
}

qint64 minutesFor(quint64 ahead, int perMinute)
{
    return static_cast<qint64>(ahead / static_cast<quint64>(std::max(1, perMinute)));
}

class Explainer {
public:
    explicit Explainer(const WaitFacts &facts) : m_facts(facts)
    {
        m_answer.id = facts.entry.id;
        m_answer.state = facts.entry.state;
        m_answer.ahead = facts.ahead;
    }

    WaitExplanation explain()
    {
        if (m_facts.entry.state == QLatin1String("held"))
            return held();
        if (m_facts.entry.state == QLatin1String("delivering")
            && !m_facts.waitsForQuota) { // else it only stands in front
            say(QStringLiteral("It is being delivered to %1 right now.").arg(m_facts.route.host));
            m_answer.expectedAt = m_facts.now;
            return std::move(m_answer);
        }
        if (m_facts.paused) {
            say(QStringLiteral("Delivery is paused by an operator; mail is still taken."));
            change(QStringLiteral("Resume delivery"), QStringLiteral("What is due is tried at once."));
        }
        if (m_facts.spoolFails) {
            say(QStringLiteral("The spool cannot be written, so nothing is sent: it could be sent twice."));
            change(QStringLiteral("Make room on the spool's disk, or mend its permissions"),
                   QStringLiteral("Delivery goes on by itself within seconds."));
        }
        route();
        schedule();
        quota();
        otherServer();
        expiry();
        return std::move(m_answer);
    }

private:
    void say(const QString &sentence) { m_answer.reasons += sentence; }
    void change(const QString &what, const QString &effect) { m_answer.changes.push_back({what, effect}); }
    void expect(TimePoint time)
    {
        m_answer.expectedAt = m_answer.expectedAt ? std::max(*m_answer.expectedAt, time) : time;
    }
    [[nodiscard]] bool isBlocked() const
    {
        return m_facts.paused || m_facts.spoolFails || m_facts.route.state == QLatin1String("held");
    }

    WaitExplanation held()
    {
        const QString since = m_facts.heldAt ? QStringLiteral(" since %1").arg(utcText(*m_facts.heldAt)) : QString();
        say(m_facts.heldWhy.isEmpty() ? QStringLiteral("It is held%1.").arg(since)
                                      : QStringLiteral("It is held%1: %2.").arg(since, m_facts.heldWhy));
        say(QStringLiteral("It stays until it is released or deleted, and does not expire meanwhile."));
        change(QStringLiteral("Release it"),
               m_facts.route.state == QLatin1String("open")
                   ? QStringLiteral("It is tried at once.")
                   : QStringLiteral("It is tried as soon as the route allows: %1").arg(m_facts.route.reason));
        return std::move(m_answer);
    }

    void route()
    {
        const RouteStatus &way = m_facts.route;
        const QString next =
            way.nextAttempt ? QStringLiteral(" The next try is at %1.").arg(utcText(*way.nextAttempt)) : QString();
        if (way.isOwnFault && way.state == QLatin1String("held")) {
            say(QStringLiteral("Nothing is sent to %1: %2%3").arg(way.host, way.reason, next));
            say(QStringLiteral("What waits for it is kept and neither counts attempts nor expires."));
            change(QStringLiteral("Mend what the relay lacks for %1").arg(way.host),
                   QStringLiteral("The whole queue is tried at once."));
        } else if (way.state == QLatin1String("held")) {
            say(QStringLiteral("%1 does not let the relay sign in: %2%3").arg(way.host, way.reason, next));
            say(QStringLiteral("What waits for it is kept and neither counts attempts nor expires."));
            change(QStringLiteral("Mend the sign-in of %1 (password, or the account's right to send)").arg(way.host),
                   QStringLiteral("The whole queue is tried at once."));
        } else if (way.state == QLatin1String("down")) {
            say(QStringLiteral("%1 cannot be used: %2%3").arg(way.host, way.reason, next));
            change(QStringLiteral("Retry now"),
                   QStringLiteral("%1 is tried at once, with one message first.").arg(way.host));
        } else if (way.state == QLatin1String("slowed")) {
            say(QStringLiteral("%1 asked to slow down: %2%3").arg(way.host, way.reason, next));
        }
        if (way.state != QLatin1String("open") && way.nextAttempt)
            expect(*way.nextAttempt);
        if (way.state != QLatin1String("open") && way.state != QLatin1String("slowed") && way.hosts.size() < 2)
            change(QStringLiteral("Give the route a second smart host"),
                   QStringLiteral("It would be tried at once over that one."));
    }

    void schedule()
    {
        const QueueEntry &entry = m_facts.entry;
        if (entry.attempts > 0 && !entry.lastReply.isEmpty())
            say(QStringLiteral("Attempt %1 ended with: %2").arg(entry.attempts).arg(entry.lastReply));
        if (!entry.nextAttempt || *entry.nextAttempt <= m_facts.now)
            return;
        say(QStringLiteral("Attempt %1 is due at %2.").arg(entry.attempts + 1).arg(utcText(*entry.nextAttempt)));
        expect(*entry.nextAttempt);
        if (!isBlocked())
            change(QStringLiteral("Retry this message now"),
                   QStringLiteral("It is tried at once instead of at %1.").arg(utcText(*entry.nextAttempt)));
    }

    void quota()
    {
        const qint64 minutes = minutesFor(m_facts.ahead, m_facts.perMinute);
        const bool limited = m_facts.waitsForQuota || minutes > 0;
        if (limited) {
            say(QStringLiteral(
                    "The smart host takes %1 messages a minute, and %2 go before this one: its turn comes in %3.")
                    .arg(m_facts.perMinute)
                    .arg(m_facts.ahead)
                    .arg(minutesText(minutes)));
            if (!isBlocked())
                expect(m_facts.now + std::chrono::minutes(minutes));
        } else if (m_facts.ahead > 0 && m_answer.reasons.isEmpty()) {
            say(QStringLiteral("%1 messages go before it.").arg(m_facts.ahead));
        } else if (m_answer.reasons.isEmpty()) {
            say(QStringLiteral("Nothing is in its way: it is tried at once."));
            m_answer.expectedAt = m_facts.now;
        }
        if (!m_facts.otherPerMinute)
            return;
        const qint64 then = minutesFor(m_facts.ahead, *m_facts.otherPerMinute);
        change(
            QStringLiteral("Set the limit to %1 messages a minute").arg(*m_facts.otherPerMinute),
            !limited || then == minutes
                ? QStringLiteral("Nothing changes for this message: the limit is not what it waits for.")
                : QStringLiteral("Its turn comes in %1 instead of %2.").arg(minutesText(then), minutesText(minutes)));
    }

    void otherServer()
    {
        if (m_facts.otherServer.isEmpty())
            return;
        const QString what = QStringLiteral("Use %1 as smart host").arg(m_facts.otherServer);
        if (m_facts.paused || m_facts.spoolFails)
            change(what, QStringLiteral("It would still wait: the route is not what is in its way."));
        else
            change(what, QStringLiteral(
                             "It would be tried at once there, whatever its schedule says; %1 messages go before it.")
                             .arg(m_facts.ahead));
    }

    void expiry()
    {
        if (m_facts.route.state == QLatin1String("held"))
            return;
        say(QStringLiteral("If nothing gets better it is given up at %1, and its sender is told.")
                .arg(utcText(m_facts.expiresAt)));
    }

    const WaitFacts &m_facts;
    WaitExplanation m_answer;
};

} // namespace

WaitExplanation explainWait(const WaitFacts &facts)
{
    return Explainer(facts).explain();
}

} // namespace relaywright
