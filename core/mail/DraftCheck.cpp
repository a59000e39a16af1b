// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DraftCheck.h"

#include "core/base/Text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

/// Written by us in every message, or where the draft says so in a place of its own.
constexpr std::array kComposedFields = {"date",    "from",       "to",           "reply-to",
                                        "subject", "message-id", "mime-version", "sender"};

tl::unexpected<Error> controlCharacter(const QString &field)
{
    return failure(ErrorKind::InvalidInput, QStringLiteral("The %1 holds a line break or another control character. "
                                                           "Type it again on one line.")
                                                .arg(field));
}

Result<void> checkAttachment(const Attachment &attachment)
{
    static const QRegularExpression mediaType(
        QStringLiteral(R"(^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}$)"));
    if (hasControlCharacters(attachment.fileName))
        return controlCharacter(QStringLiteral("name of an attachment"));
    if (attachment.fileName.isEmpty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("An attachment has no file name. Give it one."));
    const QString type = QString::fromLatin1(attachment.mediaType);
    if (!mediaType.match(type).hasMatch() || type.contains(u'\n'))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The media type \"%1\" of the attachment %2 is none. Use one such as application/pdf.")
                .arg(printable(attachment.mediaType, 80), attachment.fileName));
    return {};
}

Result<void> checkField(const QByteArray &name, const QString &value)
{
    const bool good = !name.isEmpty() && name.size() <= 76
                      && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != ':'; });
    const QString shown = printable(name, 80);
    if (!good)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is no name of a header field. Use letters, digits and hyphens.").arg(shown));
    const QByteArray lower = name.toLower();
    const bool composed = lower.startsWith("content-")
                          || std::ranges::any_of(kComposedFields, [&](const char *field) { return lower == field; });
    if (composed)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The header field %1 is written with every message. Leave it out here; what it says "
                           "is set by the message's own settings.")
                .arg(shown));
    if (hasControlCharacters(value))
        return controlCharacter(QStringLiteral("header field ") + shown);
    return {};
}

Result<void> checkToken(const QByteArray &uniqueToken)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9]{1,64}$"));
    const QString token = QString::fromLatin1(uniqueToken);
    if (!form.match(token).hasMatch() || token.contains(u'\n'))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The token for the Message-ID must be 1 to 64 letters and digits."));
    return {};
}

/// The highest character of a charset; nothing for one that we do not write.
std::optional<char32_t> lastCharacterOf(const QByteArray &charset)
{
    const QByteArray name = charset.toLower();
    if (name == "utf-8")
        return 0x10ffff;
    if (name == "iso-8859-1")
        return 0xff;
    if (name == "us-ascii")
        return 0x7f;
    return std::nullopt;
}

} // namespace

Result<void> checkDraft(const MessageDraft &draft, const QByteArray &uniqueToken)
{
    if (hasControlCharacters(draft.fromName))
        return controlCharacter(QStringLiteral("sender's display name"));
    if (hasControlCharacters(draft.subject))
        return controlCharacter(QStringLiteral("subject"));
    if (draft.to.empty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The message has no recipient. Enter at least one address."));
    for (const Attachment &attachment : draft.attachments) {
        if (auto fine = checkAttachment(attachment); !fine)
            return fine;
    }
    for (const auto &[name, value] : draft.headers) {
        if (auto fine = checkField(name, value); !fine)
            return fine;
    }
    return checkToken(uniqueToken);
}

Result<QByteArray> inCharset(const QString &text, const QByteArray &charset)
{
    const auto last = lastCharacterOf(charset);
    if (!last)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The charset \"%1\" is not one of utf-8, iso-8859-1 and us-ascii.")
                           .arg(printable(charset, 40)));
    QString lines = text;
    lines.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    lines.replace(u'\r', u'\n');
    if (!lines.endsWith(u'\n'))
        lines += u'\n';
    lines.replace(u'\n', QLatin1String("\r\n"));
    if (*last == 0x10ffff)
        return lines.toUtf8();
    const auto foreign = std::ranges::find_if(lines, [&](QChar c) { return c.unicode() > *last; });
    if (foreign != lines.end())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The text holds the character \"%1\" (U+%2), which %3 has not. Use utf-8.")
                           .arg(*foreign)
                           .arg(foreign->unicode(), 4, 16, QLatin1Char('0'))
                           .arg(QString::fromLatin1(charset)));
    return lines.toLatin1();
}

} // namespace relaywright
