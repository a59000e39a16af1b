// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/CodeHighlighter.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

using Kind = CodeSpan::Kind;

enum State { Normal = 0, BlockComment, SingleQuoted, DoubleQuoted, SingleHere, DoubleHere };

struct Rule {
    QRegularExpression form;
    Kind kind;
};

/// PowerShell takes typographic quotation marks for its own.
bool isSingleQuote(QChar c)
{
    return c == u'\'' || (c >= QChar(0x2018) && c <= QChar(0x201b));
}

bool isDoubleQuote(QChar c)
{
    return c == u'"' || (c >= QChar(0x201c) && c <= QChar(0x201e));
}

/// Reads one line of PowerShell (about_Quoting_Rules, about_Comments).
class PowerShellLine {
public:
    PowerShellLine(QStringView line, int state) : m_line(line) { m_read.state = state; }

    CodeLine read()
    {
        while (m_at < m_line.size()) {
            switch (m_read.state) {
            case BlockComment: readUntil(QStringLiteral("#>"), Kind::Comment); break;
            case SingleQuoted:
            case DoubleQuoted: readQuoted(m_at); break;
            case SingleHere:
            case DoubleHere:   readHere(); break;
            default:           readWord(); break;
            }
        }
        return std::move(m_read);
    }

private:
    void add(qsizetype at, Kind kind) { m_read.spans.push_back({at, m_at - at, kind}); }

    void readUntil(const QString &end, Kind kind)
    {
        const qsizetype from = m_at;
        const qsizetype found = m_line.indexOf(end, m_at);
        m_at = found < 0 ? m_line.size() : found + end.size();
        if (found >= 0)
            m_read.state = Normal;
        add(from, kind);
    }

    /// Goes on in a string that began before `m_at`; doubled quotation marks stay in it.
    void readQuoted(qsizetype from)
    {
        const bool isDouble = m_read.state == DoubleQuoted;
        while (m_at < m_line.size()) {
            const QChar c = m_line[m_at++];
            if (isDouble && c == u'`') {
                ++m_at;
            } else if (isDouble ? isDoubleQuote(c) : isSingleQuote(c)) {
                const bool doubled = m_at < m_line.size() && (isDouble ? isDoubleQuote(m_line[m_at]) : isSingleQuote(m_line[m_at]));
                if (!doubled) {
                    m_read.state = Normal;
                    break;
                }
                ++m_at;
            }
        }
        m_at = std::min(m_at, m_line.size());
        add(from, Kind::String);
    }

    /// A here-string ends only at the beginning of a line.
    void readHere()
    {
        const bool ends = m_line.startsWith(m_read.state == SingleHere ? QLatin1String("'@") : QLatin1String("\"@"));
        m_at = ends ? 2 : m_line.size();
        if (ends)
            m_read.state = Normal;
        add(0, Kind::String);
    }

    void readWord()
    {
        const qsizetype from = m_at;
        const QChar c = m_line[m_at];
        const QStringView rest = m_line.mid(m_at);
        if (rest.startsWith(QLatin1String("<#"))) {
            m_read.state = BlockComment;
        } else if (c == u'#') {
            m_at = m_line.size();
            add(from, Kind::Comment);
        } else if (rest == QLatin1String("@'") || rest == QLatin1String("@\"")) {
            m_read.state = rest[1] == u'\'' ? SingleHere : DoubleHere;
            m_at = m_line.size();
            add(from, Kind::String);
        } else if (isSingleQuote(c) || isDoubleQuote(c)) {
            m_read.state = isSingleQuote(c) ? SingleQuoted : DoubleQuoted;
            ++m_at;
            readQuoted(from);
        } else if (!readPattern(rest)) {
            ++m_at;
        }
    }

    bool readPattern(QStringView rest)
    {
        static const Rule rules[] = {
            {QRegularExpression(QStringLiteral(R"(\A\$(?:\{[^}]*\}|[\w:?]+))")), Kind::Variable},
            {QRegularExpression(QStringLiteral(R"(\A-[A-Za-z]\w*)")), Kind::Parameter},
            {QRegularExpression(QStringLiteral(R"(\A[A-Za-z]+-[A-Za-z]\w*)")), Kind::Command},
            {QRegularExpression(QStringLiteral(R"(\A(?:if|else|elseif|foreach|for|while|switch|function|param|return|throw|try|catch|finally|in|begin|process|end|exit|break|continue)\b)"),
                                QRegularExpression::CaseInsensitiveOption),
             Kind::Keyword},
            {QRegularExpression(QStringLiteral(R"(\A\d+(?:\.\d+)*\b)")), Kind::Number},
            {QRegularExpression(QStringLiteral(R"(\A\w+)")), Kind::Comment}, // a plain word: passed over
        };
        for (const Rule &rule : rules) {
            const auto match = rule.form.match(rest);
            if (!match.hasMatch())
                continue;
            const qsizetype from = m_at;
            m_at += match.capturedLength();
            if (&rule != &rules[std::size(rules) - 1])
                add(from, rule.kind);
            return true;
        }
        return false;
    }

    QStringView m_line;
    qsizetype m_at = 0;
    CodeLine m_read;
};

const std::vector<Rule> &rulesOf(Language language)
{
    static const std::vector<Rule> zone{
        {QRegularExpression(QStringLiteral(R"(;.*)")), Kind::Comment},
        {QRegularExpression(QStringLiteral(R"("(?:[^"\\]|\\.)*")")), Kind::String},
        {QRegularExpression(QStringLiteral(R"(\A\$[A-Z]+|\b(?:IN|TXT|CNAME|MX|A|AAAA|SRV|NS)\b)")), Kind::Keyword},
        {QRegularExpression(QStringLiteral(R"(\A[^\s;$"]+)")), Kind::Command},
        {QRegularExpression(QStringLiteral(R"((?<=\s)\d+(?=\s))")), Kind::Number},
    };
    static const std::vector<Rule> json{
        {QRegularExpression(QStringLiteral(R"("(?:[^"\\]|\\.)*"(?=\s*:))")), Kind::Parameter},
        {QRegularExpression(QStringLiteral(R"("(?:[^"\\]|\\.)*")")), Kind::String},
        {QRegularExpression(QStringLiteral(R"(\b(?:true|false|null)\b)")), Kind::Keyword},
        {QRegularExpression(QStringLiteral(R"(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)")), Kind::Number},
    };
    static const std::vector<Rule> configuration{
        {QRegularExpression(QStringLiteral(R"((?:\A|(?<=\s))#.*)")), Kind::Comment},
        {QRegularExpression(QStringLiteral(R"("(?:[^"\\]|\\.)*"|'[^']*')")), Kind::String},
        {QRegularExpression(QStringLiteral(R"(\A\s*[\w.-]+(?=\s*=))")), Kind::Parameter},
        {QRegularExpression(QStringLiteral(R"(\$\{?\w+\}?)")), Kind::Variable},
        {QRegularExpression(QStringLiteral(R"(\A\s*[a-z][\w-]*(?=\s))")), Kind::Command},
        {QRegularExpression(QStringLiteral(R"((?<![\w.])\d+(?:[./:]\d+)*(?![\w.]))")), Kind::Number},
    };
    static const std::vector<Rule> none;
    switch (language) {
    case Language::Zone:          return zone;
    case Language::Json:          return json;
    case Language::Configuration: return configuration;
    case Language::Plain:
    case Language::PowerShell:    return none;
    }
    Q_UNREACHABLE();
}

/// At each place the first rule that begins there, or the one that begins soonest.
CodeLine readByRules(const std::vector<Rule> &rules, QStringView line)
{
    CodeLine read;
    for (qsizetype at = 0; at < line.size();) {
        const Rule *best = nullptr;
        QRegularExpressionMatch bestMatch;
        for (const Rule &rule : rules) {
            const auto match = rule.form.match(line, at);
            if (match.hasMatch() && match.capturedLength() > 0
                && (!best || match.capturedStart() < bestMatch.capturedStart())) {
                best = &rule;
                bestMatch = match;
            }
        }
        if (!best)
            break;
        read.spans.push_back({bestMatch.capturedStart(), bestMatch.capturedLength(), best->kind});
        at = bestMatch.capturedEnd();
    }
    return read;
}

Tone toneOf(Kind kind)
{
    switch (kind) {
    case Kind::Comment:   return Tone::Neutral;
    case Kind::String:    return Tone::Good;
    case Kind::Command:
    case Kind::Keyword:   return Tone::Accent;
    case Kind::Parameter: return Tone::Attention;
    case Kind::Variable:
    case Kind::Number:    return Tone::Unknown;
    }
    Q_UNREACHABLE();
}

} // namespace

CodeLine readCode(Language language, QStringView line, int state)
{
    if (language == Language::PowerShell)
        return PowerShellLine(line, std::max(0, state)).read();
    return readByRules(rulesOf(language), line);
}

QColor codeColor(CodeSpan::Kind kind, const QPalette &palette)
{
    return toneColor(toneOf(kind), palette);
}

CodeHighlighter::CodeHighlighter(QTextDocument *document, const QPalette &palette)
    : QSyntaxHighlighter(document), m_palette(palette)
{
}

void CodeHighlighter::setLanguage(Language language)
{
    m_language = language; // whoever sets the language sets the text too, which colours it anew
}

void CodeHighlighter::highlightBlock(const QString &text)
{
    const CodeLine line = readCode(m_language, text, previousBlockState());
    setCurrentBlockState(line.state);
    for (const CodeSpan &span : line.spans) {
        QTextCharFormat format;
        format.setForeground(codeColor(span.kind, m_palette));
        format.setFontItalic(span.kind == Kind::Comment);
        if (span.kind == Kind::Command || span.kind == Kind::Keyword)
            format.setFontWeight(QFont::DemiBold);
        setFormat(static_cast<int>(span.at), static_cast<int>(span.length), format);
    }
}

} // namespace relaywright
