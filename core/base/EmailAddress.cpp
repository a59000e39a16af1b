// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EmailAddress.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxLocalPartOctets = 64; // RFC 5321 §4.5.3.1.1
constexpr qsizetype kMaxPathOctets = 254;     // RFC 5321 §4.5.3.1.3, less the angle brackets

bool isAtomChar(QChar c)
{
    return c.unicode() >= 0x80 || c.isLetterOrNumber() || QStringLiteral("!#$%&'*+-/=?^_`{|}~").contains(c);
}

bool isDotString(const QString &text)
{
    if (text.isEmpty() || text.startsWith(u'.') || text.endsWith(u'.') || text.contains(QLatin1String("..")))
        return false;
    return std::ranges::all_of(text, [](QChar c) { return c == u'.' || isAtomChar(c); });
}

/// The content of a quoted local part, without quotes and escapes; nothing when it is not well formed.
std::optional<QString> unquoted(const QString &text)
{
    if (text.size() < 2 || !text.startsWith(u'"') || !text.endsWith(u'"'))
        return std::nullopt;
    QString content;
    for (qsizetype i = 1; i < text.size() - 1; ++i) {
        if (text[i] == u'"')
            return std::nullopt;
        if (text[i] == u'\\' && ++i == text.size() - 1)
            return std::nullopt;
        content += text[i];
    }
    return content;
}

QString quoted(const QString &content)
{
    QString text(u'"');
    for (const QChar c : content) {
        if (c == u'"' || c == u'\\')
            text += u'\\';
        text += c;
    }
    return text + u'"';
}

tl::unexpected<Error> notAnAddress(const QString &text, const QString &why)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is not an e-mail address: %2").arg(quotable(text, 120), why));
}

} // namespace

Result<EmailAddress> EmailAddress::parse(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (hasControlCharacters(trimmed) || hasBidirectionalControls(trimmed))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The e-mail address holds a control character, such as a line break. "
                                      "Type it again without it."));
    if (!trimmed.isValidUtf16())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The e-mail address holds half a character. Type it again."));
    const qsizetype at = trimmed.lastIndexOf(u'@');
    if (at <= 0)
        return notAnAddress(trimmed, QStringLiteral("it has no name before an @. Enter one such as scanner@example.com."));
    auto domain = Domain::parse(trimmed.mid(at + 1));
    if (!domain)
        return notAnAddress(trimmed, domain.error().detail);
    QString localPart = trimmed.left(at);
    if (!isDotString(localPart)) {
        const auto content = unquoted(localPart);
        if (!content)
            return notAnAddress(trimmed, QStringLiteral("the part before the @ has a character or a dot where none may be."));
        localPart = isDotString(*content) ? *content : quoted(*content);
    }
    if (localPart.toUtf8().size() > kMaxLocalPartOctets)
        return notAnAddress(trimmed, QStringLiteral("the part before the @ is longer than 64 characters."));
    if (localPart.toUtf8().size() + 1 + domain->toAscii().size() > kMaxPathOctets)
        return notAnAddress(trimmed, QStringLiteral("it is longer than 254 characters."));
    return EmailAddress(localPart, *domain);
}

bool EmailAddress::needsUtf8() const
{
    return std::ranges::any_of(m_localPart, [](QChar c) { return c.unicode() >= 0x80; });
}

bool EmailAddress::operator==(const EmailAddress &other) const
{
    return m_domain == other.m_domain && m_localPart.compare(other.m_localPart, Qt::CaseInsensitive) == 0;
}

QString toPath(const ReversePath &path)
{
    return path ? u'<' + path->toString() + u'>' : QStringLiteral("<>");
}

} // namespace relaywright
