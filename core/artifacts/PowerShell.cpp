// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/PowerShell.h"

#include "core/base/Overloaded.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kCommentWidth = 100;

/// PowerShell's tokenizer takes all of these for a single quote, at both ends of a literal.
bool isSingleQuote(QChar c)
{
    return c == u'\'' || (c.unicode() >= 0x2018 && c.unicode() <= 0x201b);
}

bool isControl(QChar c)
{
    return c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0);
}

bool isSeparator(QChar c)
{
    return c.unicode() == 0x2028 || c.unicode() == 0x2029;
}

/// Bidirectional marks, embeddings and isolates, and the byte order mark: they change how a line
/// reads, not what it says.
bool isInvisibleMark(QChar c)
{
    const char16_t code = c.unicode();
    return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e)
           || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

bool isPlainWord(const QString &text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-';
    });
}

QString joinedLiterals(const QStringList &texts)
{
    QStringList literals;
    for (const QString &text : texts)
        literals += psLiteral(text);
    return literals.isEmpty() ? QStringLiteral("@()") : literals.join(QLatin1String(", "));
}

} // namespace

QString withoutHiddenCharacters(const QString &text)
{
    QString kept;
    kept.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            kept += c;
            kept += text[++i];
        } else if (!c.isSurrogate() && !isControl(c) && !isSeparator(c) && !isInvisibleMark(c)) {
            kept += c;
        }
    }
    return kept;
}

QString psLiteral(const QString &text)
{
    QString literal(u'\'');
    const QString kept = withoutHiddenCharacters(text);
    for (const QChar c : kept) {
        if (isSingleQuote(c))
            literal += c;
        literal += c;
    }
    return literal + u'\'';
}

PsCommand::PsCommand(const QString &cmdlet) : m_text(cmdlet)
{
    Q_ASSERT(isPlainWord(cmdlet));
}

PsCommand &PsCommand::with(const QString &parameter, const PsValue &value)
{
    Q_ASSERT(isPlainWord(parameter));
    m_text += QLatin1String(" -") + parameter;
    m_text += std::visit(
        Overloaded{
            [](const PsText &text) { return u' ' + psLiteral(text.text); },
            [](const PsBool &boolean) { return boolean.value ? QStringLiteral(" $true") : QStringLiteral(" $false"); },
            [](const PsNumber &number) { return u' ' + QString::number(number.value); },
            [](const PsVariable &variable) {
                Q_ASSERT(isPlainWord(variable.name) && !variable.name.contains(u'-'));
                return QLatin1String(" $") + variable.name;
            },
            [](const PsList &list) { return u' ' + joinedLiterals(list.texts); },
            [](const PsSwitch &given) { return given.on ? QString() : QStringLiteral(":$false"); },
        },
        value);
    return *this;
}

QString PsCommand::toString() const
{
    return m_text;
}

QString psComment(const QString &text)
{
    QString spaced = text;
    for (QChar &c : spaced) {
        if (isControl(c) || isSeparator(c))
            c = u' ';
    }
    return (QLatin1String("# ") + withoutHiddenCharacters(spaced)).trimmed();
}

PsScript &PsScript::comment(const QString &text)
{
    const QStringList words = psComment(text).mid(2).split(u' ', Qt::SkipEmptyParts);
    QString line(u'#');
    for (const QString &word : words) {
        if (line.size() > 1 && line.size() + 1 + word.size() > kCommentWidth) {
            m_lines += line;
            line = u'#';
        }
        line += u' ' + word;
    }
    m_lines += line;
    return *this;
}

PsScript &PsScript::commentedCommand(const PsCommand &command)
{
    m_lines += QLatin1String("#     ") + command.toString();
    return *this;
}

PsScript &PsScript::blank()
{
    m_lines += QString();
    return *this;
}

PsScript &PsScript::command(const PsCommand &command, int indent)
{
    m_lines += QString(indent, u' ') + command.toString();
    return *this;
}

PsScript &PsScript::line(const QString &ours)
{
    m_lines += ours;
    return *this;
}

} // namespace relaywright
