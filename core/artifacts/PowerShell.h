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
struct PsSwitch { bool on = true; };      ///< a parameter without a value; off is `-ShowBanner:$false`
using PsValue = std::variant<PsText, PsBool, PsNumber, PsVariable, PsList, PsSwitch>;

/// What is left of `text` in a script or on a page: control characters, line and paragraph separators, bidirectional
/// marks, byte order marks and halves of surrogate pairs are left out.
[[nodiscard]] QString withoutHiddenCharacters(const QString &text);

/// `text` as one PowerShell literal, inert whatever it holds: ' ’ ‘ ‚ ‛ are doubled, because PowerShell takes all of
/// them for a single quote; hidden characters are left out.
[[nodiscard]] QString psLiteral(const QString &text);

/// One command line. Cmdlet, parameters and variables are ours and asserted to be plain words; values are literals.
class PsCommand {
public:
    explicit PsCommand(const QString &cmdlet);
    PsCommand &with(const QString &parameter, const PsValue &value);
    [[nodiscard]] QString toString() const;

private:
    QString m_text;
};

/// A comment line; line breaks and control characters in `text` become spaces.
[[nodiscard]] QString psComment(const QString &text);

/// Builds a script line by line.
class PsScript {
public:
    /// A comment folded at words to lines of about 100 characters.
    PsScript &comment(const QString &text);
    /// A comment that shows a command to type, indented so that it can be told from words.
    PsScript &commentedCommand(const PsCommand &command);
    PsScript &blank();
    PsScript &command(const PsCommand &command, int indent = 0);
    /// Our own text only: flow, pipes, literals made by psLiteral.
    PsScript &line(const QString &ours);
    [[nodiscard]] QString toString() const { return m_lines.join(u'\n') + u'\n'; }

private:
    QStringList m_lines;
};

} // namespace relaywright
