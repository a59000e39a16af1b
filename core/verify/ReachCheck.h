// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/dns/Resolver.h"

#include <QObject>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>

namespace relaywright {

/// A host and port that must be reachable from this computer.
struct ReachTarget {
    Endpoint endpoint;
    bool greets = true; ///< the server speaks first, in the clear (SMTP without implicit TLS)
    bool operator==(const ReachTarget &) const = default;
};

struct ReachOutcome {
    enum class Kind {
        Connected,     ///< and greeted with 220 where the server speaks first
        OtherGreeting, ///< something else than 220: `text`
        Silent,        ///< connected, no greeting in time
        Refused,
        TimedOut,    ///< no connection in time
        NameUnknown, ///< the DNS has no address for it
        Failed,      ///< anything else: `text` says what
    };
    Kind kind = Kind::Failed;
    QString text;    ///< greeting or fault, printable
    QString address; ///< that was connected to
    std::chrono::milliseconds took{};
};

/// Resolves, connects, reads the greeting and says QUIT, all within `limit`. `done` runs through the event loop, once;
/// not at all when this is destroyed before.
class ReachCheck : public QObject {
    Q_OBJECT
public:
    ReachCheck(const ReachTarget &target, DnsClient &dns, std::chrono::milliseconds limit,
               std::function<void(const ReachOutcome &)> done, QObject *parent = nullptr);
    ~ReachCheck() override;
    void start();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
