// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QStringView>

#include <cstddef>
#include <variant>
#include <vector>

namespace relaywright {

/// A typed builder of PowerShell. Text of the user becomes a single-quoted literal or stands in a comment; it does not get
/// in any other way. What runs is written out as PowerShell in our sources and takes the user's texts from variables:
///
///     script.set(u"name", PsText{name}).code(uR"ps(
///     Get-InboundConnector | Where-Object { $_.Name -eq $name }
///     )ps");
struct PsText { QString text; };          ///< single-quoted; every quote that PowerShell reads as one is doubled
struct PsBool { bool value = false; };    ///< $true / $false
struct PsNumber { qint64 value = 0; };
struct PsVariable { QString name; };      ///< ours, never user text: letters, digits
struct PsList { QStringList texts; };     ///< comma-separated literals
struct PsHash { QString key; QStringList texts; }; ///< `@{ Add = 'smtp:a@b' }`; the key is ours
struct PsSwitch { bool on = true; };      ///< a parameter without a value; off is `-ShowBanner:$false`
using PsValue = std::variant<PsText, PsBool, PsNumber, PsVariable, PsList, PsHash, PsSwitch>;

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

/// One parameter of a script: `[switch] $Force`, or `$Addresses = @('192.0.2.1')` with a default of the user's.
class PsParameter {
public:
    template <std::size_t Size>
    PsParameter(QString comment, const char16_t (&ours)[Size])
        : m_comment(std::move(comment)), m_declaration(QStringView(ours, Size - 1).toString())
    {}
    PsParameter(QString comment, const QString &variable, const PsValue &byDefault);

private:
    friend class PsScript;
    QString m_comment;
    QString m_declaration;
};

/// Builds a script line by line.
class PsScript {
public:
    /// A comment folded at words to lines of about 84 characters, so that a window of usual size shows them whole.
    PsScript &comment(const QString &text);
    /// A comment that shows a command to type, indented so that it can be told from words.
    PsScript &commentedCommand(const PsCommand &command);
    PsScript &blank();
    /// `$variable = value`; a list becomes an array, of one or no element too.
    PsScript &set(const QString &variable, const PsValue &value);
    /// `$variable = @( [pscustomobject] @{ Column = value; ... } ... )`: one line a row, each row as wide as `columns`.
    PsScript &table(const QString &variable, const QStringList &columns, const std::vector<std::vector<PsValue>> &rows);
    /// `param( ... )`, each parameter below its comment.
    PsScript &parameters(const std::vector<PsParameter> &parameters);
    /// PowerShell as it stands in our sources. Only a literal of the source gets in; it may begin and end with a line break.
    template <std::size_t Size>
    PsScript &code(const char16_t (&ours)[Size])
    {
        return append(QStringView(ours, Size - 1));
    }
    PsScript &add(const PsScript &other);
    [[nodiscard]] QString toString() const { return m_lines.join(u'\n') + u'\n'; }

private:
    PsScript &addFolded(const QString &text, int indent);
    PsScript &append(QStringView ours);
    QStringList m_lines;
};

} // namespace relaywright
