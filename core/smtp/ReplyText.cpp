// SPDX-License-Identifier: GPL-3.0-or-later
// What people paste: a reply out of a bounce, a log, a device's display or a transcript.
#include "core/smtp/Reply.h"

#include <QRegularExpression>
#include <QStringList>

namespace relaywright {

namespace {

constexpr qsizetype kMaxPastedChars = 64 * 1024;

/// A line that begins with a code, after what transcripts and logs put in front of it (`S:`, `<--`, `<<<`, `-> `).
const QRegularExpression &codeLine()
{
    static const QRegularExpression expression(
        QStringLiteral(R"(^\s*(?:[\d.]+\s+\*?)?(?:S:|<+-*|-*>+|\*)?\s*['"]?([2-5]\d\d)(?:([ -])(.*))?$)"));
    return expression;
}

Reply singleLine(int code, const QString &text)
{
    return Reply{code, {text.trimmed().toUtf8()}};
}

/// The reply made of the lines that begin with the first code found at a line start; other lines are taken for the
/// wrapped rest of the line before them.
std::optional<Reply> fromCodeLines(const QStringList &lines)
{
    Reply reply;
    bool complete = false;
    for (const QString &line : lines) {
        const auto match = codeLine().match(line);
        if (match.hasMatch() && (reply.lines.isEmpty() || match.capturedView(1).toInt() == reply.code) && !complete) {
            reply.code = match.capturedView(1).toInt();
            reply.lines += match.captured(3).trimmed().toUtf8();
            complete = match.capturedView(2) != u"-";
        } else if (match.hasMatch() && !reply.lines.isEmpty()) {
            break;
        } else if (!reply.lines.isEmpty()) {
            reply.lines.last() += ' ' + line.trimmed().toUtf8();
        }
    }
    return reply.lines.isEmpty() ? std::nullopt : std::optional(reply);
}

/// A code somewhere in a sentence: `Remote server returned '550 5.7.1 Unable to relay'`.
std::optional<Reply> fromSentence(const QString &text)
{
    static const QRegularExpression withEnhanced(
        QStringLiteral(R"((?<![\d.])([2-5]\d\d)[ :-]+#?([245]\.\d{1,3}\.\d{1,3}(?!\.?\d).*))"),
        QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression enhancedOnly(QStringLiteral(R"((?<![\d.])([245]\.\d{1,3}\.\d{1,3}(?!\.?\d).*))"),
                                                 QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression codeOnly(QStringLiteral(R"((?<![\d.,:])([245][0-5]\d)(?![\d.,:%])[ -]?(.*))"),
                                             QRegularExpression::DotMatchesEverythingOption);
    if (const auto match = withEnhanced.match(text); match.hasMatch())
        return singleLine(match.capturedView(1).toInt(), match.captured(2));
    if (const auto match = enhancedOnly.match(text); match.hasMatch()) {
        const int classDigit = match.capturedView(1).front().digitValue();
        return singleLine(classDigit == 2 ? 250 : classDigit * 100 + 50, match.captured(1));
    }
    if (const auto match = codeOnly.match(text); match.hasMatch())
        return singleLine(match.capturedView(1).toInt(), match.captured(2));
    return std::nullopt;
}

} // namespace

Result<Reply> parseReplyText(const QString &text)
{
    static const QRegularExpression lineEnd(QStringLiteral("\r\n|\r|\n"));
    const QString bounded = text.left(kMaxPastedChars);
    QStringList lines = bounded.split(lineEnd, Qt::SkipEmptyParts);
    lines.removeIf([](const QString &line) { return line.trimmed().isEmpty(); });
    if (auto reply = fromCodeLines(lines))
        return *reply;
    if (auto reply = fromSentence(lines.join(u' ').simplified()))
        return *reply;
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("There is no reply code in this text. Paste the server's answer, such as "
                                  "\"550 5.7.60 SMTP; Client does not have permissions to send as this sender\"."));
}

} // namespace relaywright
