// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <variant>
#include <vector>

namespace relaywright {

/// A typed builder of PowerShell: user text becomes a single-quoted literal or it does not get in at all.
///
///     PsCommand(u"New-InboundConnector").with(u"Name", PsText{name}).with(u"SenderIPAddresses", PsList{addresses})
struct PsText { QString text; };          ///< single-quoted; every quote that PowerShell reads as one is doubled
struct PsBool { bool value = false; };    ///< $true / $false
struct PsNumber { qint64 value = 0; };
struct PsVariable { QString name; };      ///< ours, never user text: letters, digits
struct PsList { QStringList texts; };     ///< comma-separated literals
struct PsSwitch {};                       ///< a parameter without a value
using PsValue = std::variant<PsText, PsBool, PsNumber, PsVariable, PsList, PsSwitch>;

/// `text` as one PowerShell literal, inert whatever it holds: ' ’ ‘ ‚ ‛ are doubled (PowerShell takes all of them for a
/// single quote), control characters, line and paragraph separators and bidirectional marks are left out.
[[nodiscard]] QString psLiteral(const QString &text);

class PsCommand {
public:
    explicit PsCommand(QString cmdlet);
    PsCommand &with(const QString &parameter, const PsValue &value);
    [[nodiscard]] QString toString() const;

private:
    QString m_text;
};

/// A comment line; line breaks and control characters in `text` become spaces.
[[nodiscard]] QString psComment(const QString &text);

} // namespace relaywright
