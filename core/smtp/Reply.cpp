// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Reply.h"

#include "core/base/Text.h"

namespace relaywright {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The code that `line` starts with (200..599 and a separator or nothing after it); 0 when it starts with none.
int leadingCode(QByteArrayView line)
{
    if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]))
        return 0;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/// Reads one to three digits at `at` and moves it; nothing when there are none or more.
std::optional<int> readNumber(QByteArrayView text, qsizetype &at)
{
    int value = 0;
    qsizetype digits = 0;
    for (; at < text.size() && isDigit(text[at]); ++at, ++digits)
        value = digits < 3 ? value * 10 + (text[at] - '0') : value;
    return digits >= 1 && digits <= 3 ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<EnhancedStatus> EnhancedStatus::parse(QByteArrayView text)
{
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
        return std::nullopt;
    EnhancedStatus status{.classDigit = text[0] - '0'};
    qsizetype at = 2;
    const auto subject = readNumber(text, at);
    if (!subject || at >= text.size() || text[at] != '.')
        return std::nullopt;
    const auto detail = readNumber(text, ++at);
    const bool goesOn = at < text.size()
                        && (text[at] == '.' || text[at] == '-' || text[at] == '_'
                            || (text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= 'a' && text[at] <= 'z'));
    // "5.7.1." ends a sentence, "5.7.1.2" is a version or an address.
    const bool endsSentence = at < text.size() && text[at] == '.' && (at + 1 == text.size() || text[at + 1] == ' ');
    if (!detail || (goesOn && !endsSentence))
        return std::nullopt;
    status.subject = *subject;
    status.detail = *detail;
    return status;
}

QString EnhancedStatus::toString() const
{
    return QStringLiteral("%1.%2.%3").arg(classDigit).arg(subject).arg(detail);
}

std::optional<EnhancedStatus> Reply::enhanced() const
{
    for (const QByteArray &line : lines) {
        if (const auto status = EnhancedStatus::parse(line))
            return status;
    }
    return std::nullopt;
}

QString Reply::text() const
{
    return printable(lines.join(' '));
}

QString Reply::toString() const
{
    const QString words = text();
    return words.isEmpty() ? QString::number(code) : QStringLiteral("%1 %2").arg(code).arg(words);
}

Result<std::vector<Reply>> ReplyParser::feed(QByteArrayView octets)
{
    std::vector<Reply> replies;
    for (const char octet : octets) {
        if (m_fault)
            break;
        auto reply = takeOctet(octet);
        if (!reply)
            m_fault = reply.error();
        else if (*reply)
            replies.push_back(std::move(**reply));
    }
    if (m_fault && replies.empty())
        return tl::unexpected<Error>(*m_fault);
    return replies;
}

void ReplyParser::clear()
{
    m_line.clear();
    m_reply = {};
    m_fault.reset();
}

tl::unexpected<Error> ReplyParser::notSmtp(const QString &why, QByteArrayView line) const
{
    const QByteArray shown = m_quote ? m_quote(line.toByteArray()) : line.toByteArray();
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("The server does not speak SMTP: %1 in \"%2\".").arg(why, printable(shown, 120)));
}

Result<std::optional<Reply>> ReplyParser::takeOctet(char octet)
{
    const bool afterCr = m_line.endsWith('\r');
    if (octet == '\n') {
        if (!afterCr)
            return notSmtp(QStringLiteral("a line that ends in LF without CR"), m_line);
        m_line.chop(1);
        return takeLine();
    }
    if (afterCr)
        return notSmtp(QStringLiteral("a CR without LF"), m_line);
    if (m_line.size() >= kMaxReplyLineOctets && octet != '\r')
        return notSmtp(QStringLiteral("a line of more than %1 octets").arg(kMaxReplyLineOctets), m_line);
    m_line += octet;
    return std::optional<Reply>();
}

Result<std::optional<Reply>> ReplyParser::takeLine()
{
    const QByteArray line = std::exchange(m_line, QByteArray());
    const int code = leadingCode(line);
    if (code == 0)
        return notSmtp(QStringLiteral("no reply code"), line);
    if (!m_reply.lines.isEmpty() && code != m_reply.code)
        return notSmtp(QStringLiteral("a code other than %1 within one reply").arg(m_reply.code), line);
    if (m_reply.lines.size() >= kMaxReplyLines)
        return notSmtp(QStringLiteral("a reply of more than %1 lines").arg(kMaxReplyLines), line);
    m_reply.code = code;
    m_reply.lines += line.mid(4);
    if (line.size() > 3 && line[3] == '-')
        return std::optional<Reply>();
    return std::optional<Reply>(std::exchange(m_reply, Reply()));
}

} // namespace relaywright
