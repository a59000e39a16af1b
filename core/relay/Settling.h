// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolMessage.h"
#include "core/relay/Verdict.h"

#include <functional>

namespace relaywright {

/// What a settlement needs besides the attempt. Pure: time, randomness and names come in.
struct SettlingContext {
    TimePoint now{};
    double random = 0.5; ///< 0 to 1, for the schedule
    std::optional<EmailAddress> postmaster;
    EmailAddress bounceFrom; ///< header From of our own reports
    QByteArray reportingHost;
    QByteArray upstream;
    std::chrono::hours expiry{48};            ///< of the report itself
    QByteArray token;                         ///< random letters and digits
    QString remark;                           ///< about the way it took, for the journal
    bool dsnWasPassedOn = false;              ///< the smart host sees to the reports that were asked for (RFC 3461)
    std::function<QueueId()> nextId;          ///< for the report
    std::function<QByteArray()> originalHead; ///< asked only when there is something to report
};

/// What one attempt does to a message: delivered and refused recipients leave it, deferred ones stay until it expires; who
/// was refused or expired is reported to the sender in the same commit. A refused sign-in neither counts as an attempt
/// nor lets anything expire: nobody can have been at fault but the route.
[[nodiscard]] Settlement settlementOf(const SpoolMessage &message, const AttemptVerdict &verdict,
                                      const SettlingContext &context);

/// Gives the message up: all its recipients have waited too long. `reason` is the last thing that was in the way.
[[nodiscard]] Settlement settlementOfExpired(const SpoolMessage &message, const QString &reason,
                                             const SettlingContext &context);

/// Tells the sender that the message waits (RFC 3461 DELAY), and leaves it as it is: no attempt. Only recipients of whom that
/// was asked are named; those that the smart host took are no recipients any more, and theirs is its duty. `reason` is the
/// last thing that was in the way. The sender is never <>: to it nothing can be told, and the journal says so.
[[nodiscard]] Settlement settlementOfDelayed(const SpoolMessage &message, const QString &reason,
                                             const SettlingContext &context);

} // namespace relaywright
