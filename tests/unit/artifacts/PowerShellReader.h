// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace relaywright::test {

/// A token of a script as PowerShell's own tokenizer would cut it, as far as our scripts go: comments, single-quoted
/// literals, words and punctuation. Written from the language specification (§2.3.5.2), not from our builder.
struct PsToken {
    enum class Kind { Comment, Literal, Word, Punctuation, NewLine, Fault };
    Kind kind = Kind::Word;
    QString text; ///< a literal's content, a comment without its sign
};

inline bool endsOrBeginsLiteral(QChar c)
{
    return c == u'\'' || c == u'\u2018' || c == u'\u2019' || c == u'\u201a' || c == u'\u201b';
}

/// Double quotes of any shape would begin an expandable string: none of our scripts has one.
inline bool beginsExpandableString(QChar c)
{
    return c == u'"' || c == u'\u201c' || c == u'\u201d' || c == u'\u201e';
}

inline std::vector<PsToken> readPowerShell(const QString &script)
{
    std::vector<PsToken> tokens;
    const auto punctuation = [](QChar c) { return QStringLiteral("(){}[]|;,=@").contains(c); };
    qsizetype i = 0;
    while (i < script.size()) {
        const QChar c = script[i];
        if (c == u'\n') {
            tokens.push_back({PsToken::Kind::NewLine, {}});
            ++i;
        } else if (c.isSpace()) {
            ++i;
        } else if (c == u'#') {
            const qsizetype end = script.indexOf(u'\n', i);
            tokens.push_back({PsToken::Kind::Comment, script.mid(i + 1, (end < 0 ? script.size() : end) - i - 1)});
            i = end < 0 ? script.size() : end;
        } else if (endsOrBeginsLiteral(c)) {
            QString content;
            bool closed = false;
            for (++i; i < script.size() && !closed; ++i) {
                if (!endsOrBeginsLiteral(script[i])) {
                    content += script[i];
                } else if (i + 1 < script.size() && endsOrBeginsLiteral(script[i + 1])) {
                    content += script[i];
                    ++i;
                } else {
                    closed = true;
                }
            }
            tokens.push_back({closed ? PsToken::Kind::Literal : PsToken::Kind::Fault, content});
        } else if (beginsExpandableString(c) || c == u'`') {
            tokens.push_back({PsToken::Kind::Fault, script.mid(i, 20)});
            ++i;
        } else if (punctuation(c)) {
            tokens.push_back({PsToken::Kind::Punctuation, QString(c)});
            ++i;
        } else {
            qsizetype end = i;
            while (end < script.size() && !script[end].isSpace() && !punctuation(script[end])
                   && !endsOrBeginsLiteral(script[end]))
                ++end;
            tokens.push_back({PsToken::Kind::Word, script.mid(i, end - i)});
            i = end;
        }
    }
    return tokens;
}

} // namespace relaywright::test
