// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QJsonObject>
#include <QString>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace relaywright {

/// Something that happened in a relay. What reads about it (log file, system log, metrics, alerts, live clients) reads
/// this and nothing else.
struct RelayEvent {
    /// Words: started stopping connection-refused sign-in-failed refused accepted deferred delivered bounced expired
    /// in-doubt damaged route alert alert-cleared operator notice.
    enum class Kind {
        Started,
        Stopping,
        ConnectionRefused, ///< before the greeting: not from an allowed network, too many connections
        SignInFailed,      ///< of a device
        Refused,           ///< a command or message of a device, by admission or a limit
        Accepted,          ///< durable, and answered with 250
        Deferred,          ///< an attempt ended and somebody still waits
        Delivered,         ///< the smart host took it for its last recipients
        Bounced, ///< given up: refused by the smart host, or expired; the sender is told where that is allowed
        InDoubt, ///< the line broke after the final dot: it may arrive twice
        Route,   ///< the way to the smart host changed
        Alert,
        AlertCleared,
        Operator, ///< somebody changed something over the control socket
        Notice,   ///< a sentence and nothing more
    };
    /// As in syslog (RFC 5424 §6.2.1), of which the others are not used: 7 4 ... Words: debug info notice warning error.
    enum class Severity { Debug = 7, Info = 6, Notice = 5, Warning = 4, Error = 3 };

    TimePoint at{};
    Kind kind = Kind::Notice;
    Severity severity = Severity::Notice;
    QString source{};                    ///< a device's address, a route's name; may be empty
    QString id{};                        ///< the queue id, where it is about one message
    QString detail{};                    ///< a sentence, printable, one line
    std::map<QString, qint64> numbers{}; ///< octets, recipients, attempts, milliseconds ...
    bool operator==(const RelayEvent &) const = default;
};
[[nodiscard]] QString toString(RelayEvent::Kind kind);
[[nodiscard]] QString toString(RelayEvent::Severity severity);
/// Error: InvalidInput.
[[nodiscard]] Result<RelayEvent::Severity> parseSeverity(const QString &word);
[[nodiscard]] constexpr bool isAtLeast(RelayEvent::Severity severity, RelayEvent::Severity least)
{
    return static_cast<int>(severity) <= static_cast<int>(least);
}

/// `{"at", "event", "severity", "source", "id", "detail", "numbers": {...}}`, members that are empty left out. "schema":
/// "relaywright.relay-event/1" is that of a line in the log file.
[[nodiscard]] QJsonObject toJson(const RelayEvent &event);
[[nodiscard]] Result<RelayEvent> parseRelayEvent(const QJsonObject &json);
/// `192.0.2.7 was refused: 550 5.7.1 ...`: for people, without the time.
[[nodiscard]] QString toText(const RelayEvent &event);

/// Where events come together and go out from; lives in one thread. Nothing is made of an event that nobody reads.
class RelayEvents {
public:
    using Reader = std::function<void(const RelayEvent &)>;
    static constexpr qsizetype kMaxDetail = 1000; ///< characters; what is longer is cut

    /// Ends the reading when it goes.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(Subscription &&) = default;
        Subscription &operator=(Subscription &&other) noexcept;
        ~Subscription();

    private:
        friend class RelayEvents;
        Subscription(RelayEvents *events, int number) : m_events(events), m_number(number) {}
        struct Release {
            void operator()(RelayEvents *) const {}
        };
        std::unique_ptr<RelayEvents, Release> m_events;
        int m_number = 0;
    };

    /// `reader` hears what is at least as severe as `least`, in the order of subscription. It outlives none of this.
    [[nodiscard]] Subscription subscribe(RelayEvent::Severity least, Reader reader);
    /// Whether it is worth making an event of this severity.
    [[nodiscard]] bool isRead(RelayEvent::Severity severity) const { return isAtLeast(severity, m_least); }
    /// Texts are made printable, cut, and on one line, whoever made them.
    void publish(RelayEvent event);

private:
    struct Entry {
        int number;
        RelayEvent::Severity least;
        Reader reader;
    };
    void unsubscribe(int number);

    std::vector<Entry> m_readers;
    RelayEvent::Severity m_least = RelayEvent::Severity::Error;
    int m_lastNumber = 0;
};

} // namespace relaywright
