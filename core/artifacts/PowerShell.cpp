// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/PowerShell.h"

#include "core/base/Overloaded.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kCommentWidth = 84;

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

QString arrayOf(const QStringList &texts)
{
    return texts.isEmpty() ? joinedLiterals(texts) : QStringLiteral("@(%1)").arg(joinedLiterals(texts));
}

bool isVariableName(const QString &name)
{
    return isPlainWord(name) && !name.contains(u'-');
}

/// As an argument of a parameter, with the space before it.
QString argumentOf(const PsValue &value)
{
    return std::visit(
        Overloaded{
            [](const PsText &text) { return u' ' + psLiteral(text.text); },
            [](const PsBool &boolean) { return boolean.value ? QStringLiteral(" $true") : QStringLiteral(" $false"); },
            [](const PsNumber &number) { return u' ' + QString::number(number.value); },
            [](const PsVariable &variable) {
                Q_ASSERT(isVariableName(variable.name));
                return QLatin1String(" $") + variable.name;
            },
            [](const PsList &list) { return u' ' + joinedLiterals(list.texts); },
            [](const PsHash &hash) {
                Q_ASSERT(isVariableName(hash.key));
                return QStringLiteral(" @{ %1 = %2 }").arg(hash.key, joinedLiterals(hash.texts));
            },
            [](const PsSwitch &given) { return given.on ? QString() : QStringLiteral(":$false"); },
        },
        value);
}

/// On the right of an assignment.
QString expressionOf(const PsValue &value)
{
    Q_ASSERT(!std::holds_alternative<PsSwitch>(value));
    const auto *list = std::get_if<PsList>(&value);
    return list ? arrayOf(list->texts) : argumentOf(value).mid(1);
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
    m_text += argumentOf(value);
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

PsParameter::PsParameter(QString comment, const QString &variable, const PsValue &byDefault)
    : m_comment(std::move(comment)), m_declaration(QStringLiteral("$%1 = ").arg(variable) + expressionOf(byDefault))
{
    Q_ASSERT(isVariableName(variable));
}

PsScript &PsScript::comment(const QString &text)
{
    return addFolded(text, 0);
}

PsScript &PsScript::addFolded(const QString &text, int indent)
{
    const QString start = QString(indent, u' ') + u'#';
    const QStringList words = psComment(text).mid(2).split(u' ', Qt::SkipEmptyParts);
    QString line = start;
    for (const QString &word : words) {
        if (line.size() > start.size() && line.size() + 1 + word.size() > kCommentWidth) {
            m_lines += line;
            line = start;
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

PsScript &PsScript::set(const QString &variable, const PsValue &value)
{
    Q_ASSERT(isVariableName(variable));
    m_lines += QStringLiteral("$%1 = ").arg(variable) + expressionOf(value);
    return *this;
}

PsScript &PsScript::table(const QString &variable, const QStringList &columns,
                          const std::vector<std::vector<PsValue>> &rows)
{
    Q_ASSERT(isVariableName(variable) && std::ranges::all_of(columns, isVariableName));
    m_lines += QStringLiteral("$%1 = @(").arg(variable);
    for (const std::vector<PsValue> &row : rows) {
        Q_ASSERT(row.size() == static_cast<std::size_t>(columns.size()));
        QStringList cells;
        for (qsizetype i = 0; i < columns.size(); ++i)
            cells += columns[i] + QLatin1String(" = ") + expressionOf(row[static_cast<std::size_t>(i)]);
        m_lines += QLatin1String("    [pscustomobject] @{ ") + cells.join(QLatin1String("; ")) + QLatin1String(" }");
    }
    m_lines += QStringLiteral(")");
    return *this;
}

PsScript &PsScript::parameters(const std::vector<PsParameter> &parameters)
{
    constexpr int kIndent = 4;
    if (parameters.empty()) {
        m_lines += QStringLiteral("param()");
        return *this;
    }
    m_lines += QStringLiteral("param(");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const QString comma = i + 1 < parameters.size() ? QStringLiteral(",") : QString();
        addFolded(parameters[i].m_comment, kIndent);
        m_lines += QString(kIndent, u' ') + parameters[i].m_declaration + comma;
    }
    m_lines += QStringLiteral(")");
    return *this;
}

PsScript &PsScript::add(const PsScript &other)
{
    m_lines += other.m_lines;
    return *this;
}

PsScript &PsScript::append(QStringView ours)
{
    if (ours.startsWith(u'\n'))
        ours = ours.sliced(1);
    if (ours.endsWith(u'\n'))
        ours.chop(1);
    m_lines += ours.toString().split(u'\n');
    return *this;
}

} // namespace relaywright
