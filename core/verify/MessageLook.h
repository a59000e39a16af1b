// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/dns/Resolver.h"
#include "core/mail/Lint.h"
#include "core/session/TestRequest.h"

#include <QHash>
#include <QObject>

#include <chrono>

namespace relaywright {

class MessageCheck;

/// What a look at a message found, without sending it.
struct MessageSeen {
    QString problem{}; ///< why it cannot be made, a sentence; empty: it could
    std::uint64_t octets = 0;
    std::vector<LintRemark> remarks{};
    LintedSenders senders{};
    QHash<QString, QStringList> mxHosts{}; ///< as MessageCheck has them
};

/// The message of a test as it would be sent, looked at and not sent: made on a worker thread, linted, compared with its
/// envelope, and where `dns` is given its domains looked up. Single use; needs an event loop; it may be destroyed at any
/// time, and then says nothing.
class MessageLook : public QObject {
    Q_OBJECT
public:
    /// The DNS is waited for no longer than this.
    static constexpr std::chrono::milliseconds kMostForDns{3000};
    /// `dns` null: nobody is asked. `clock` and `dns` outlive this.
    MessageLook(TestRequest request, const Clock &clock, DnsClient *dns, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    /// Exactly once.
    void finished(const relaywright::MessageSeen &seen);

private:
    void onMade(MessageSeen seen);
    TestRequest m_request;
    const Clock &m_clock;
    DnsClient *m_dns;
    MessageSeen m_seen;
};

} // namespace relaywright
