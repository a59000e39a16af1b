// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/relay/Alerts.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace relaywright {

/// Collects what alerts have to say by mail and says when a mail is due: soon after a change, not more often than every
/// five minutes, and not in the quiet period, after which one mail tells all of it. What was raised and is over again before
/// the mail went is told as one line. Pure: time comes in; bounded (500 changes).
class AlertMail {
public:
    void add(const std::vector<Alerts::Change> &changes);
    /// The changes to tell now, once; empty: nothing is due. `local` is the local time of `now`.
    [[nodiscard]] std::vector<Alerts::Change> due(const RelayAlerts &settings, TimePoint now, const QTime &local);

private:
    static constexpr std::size_t kMaxChanges = 500;
    std::vector<Alerts::Change> m_changes;
    std::optional<TimePoint> m_last;
};

struct AlertMailInput {
    std::vector<Alerts::Change> changes; ///< at least one
    std::vector<AlertStatus> current;    ///< all that last
    EmailAddress from;
    EmailAddress to;
    QString relay; ///< its name
    QByteArray hostName;
    TimePoint now{};
    QByteArray token; ///< random letters and digits
};

/// A message for people (RFC 5322, CRLF line ends), marked as made by a machine (`Auto-Submitted: auto-generated`, RFC 3834),
/// so that nobody answers it with another one. Error: InvalidInput.
[[nodiscard]] Result<QByteArray> makeAlertMail(const AlertMailInput &input);

/// Messages of ours about alerts have this as their source.
[[nodiscard]] QString alertSource();

} // namespace relaywright
