// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DsnParameters.h"

#include <QString>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxEnvelopeIdOctets = 100;
constexpr qsizetype kMaxOriginalRecipientOctets = 500;

bool isSameWord(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

/// Reports can carry no other characters (RFC 3461 §4.2, §4.4).
bool isPrintableAscii(QByteArrayView text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

/// An atom without the `;` that ends it (RFC 5322 §3.2.3).
bool isAddressType(QByteArrayView type)
{
    return !type.isEmpty() && std::ranges::all_of(type, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'
               || c == '.';
    });
}

std::optional<int> hexDigit(char c) // upper case only, RFC 3461 §4
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

/// Text of UTF-8 without a control or blank (RFC 6533 §3).
bool isUnitext(QByteArrayView text)
{
    const QString read = QString::fromUtf8(text);
    return !text.isEmpty() && !read.contains(QChar::ReplacementCharacter)
           && std::ranges::none_of(read, [](QChar c) { return c <= u' ' || (c >= u'\x7f' && c < u'\xa0'); });
}

} // namespace

std::optional<QByteArray> fromXtext(QByteArrayView xtext)
{
    QByteArray text;
    for (qsizetype i = 0; i < xtext.size(); ++i) {
        const char c = xtext[i];
        if (c <= ' ' || c >= 0x7f || c == '=')
            return std::nullopt;
        if (c != '+') {
            text += c;
            continue;
        }
        const auto high = i + 2 < xtext.size() ? hexDigit(xtext[i + 1]) : std::nullopt;
        const auto low = high ? hexDigit(xtext[i + 2]) : std::nullopt;
        if (!low)
            return std::nullopt;
        text += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return text;
}

std::optional<DsnRequest::Return> parseReturn(QByteArrayView value)
{
    if (isSameWord(value, "FULL"))
        return DsnRequest::Return::Full;
    if (isSameWord(value, "HDRS"))
        return DsnRequest::Return::Headers;
    return std::nullopt;
}

std::optional<QByteArray> parseEnvelopeId(QByteArrayView value)
{
    if (value.isEmpty() || value.size() > kMaxEnvelopeIdOctets)
        return std::nullopt;
    auto id = fromXtext(value);
    return id && isPrintableAscii(*id) ? id : std::nullopt;
}

std::optional<DsnRecipient> parseNotify(QByteArrayView value)
{
    if (isSameWord(value, "NEVER"))
        return DsnRecipient{.never = true};
    DsnRecipient recipient;
    for (const QByteArray &word : value.toByteArray().split(',')) {
        if (isSameWord(word, "SUCCESS"))
            recipient.success = true;
        else if (isSameWord(word, "FAILURE"))
            recipient.failure = true;
        else if (isSameWord(word, "DELAY"))
            recipient.delay = true;
        else
            return std::nullopt;
    }
    return recipient;
}

std::optional<QByteArray> parseOriginalRecipient(QByteArrayView value, bool utf8)
{
    const qsizetype end = value.indexOf(';');
    if (end < 0 || value.size() > kMaxOriginalRecipientOctets || !isAddressType(value.first(end)))
        return std::nullopt;
    const QByteArrayView address = value.sliced(end + 1);
    const auto decoded = fromXtext(address);
    const bool asText = decoded && !decoded->isEmpty() && isPrintableAscii(*decoded);
    const bool asUnitext = utf8 && isSameWord(value.first(end), "utf-8") && isUnitext(address);
    return asText || asUnitext ? std::optional(value.toByteArray()) : std::nullopt;
}

QByteArray notifyWords(const DsnRecipient &dsn)
{
    if (dsn.never)
        return "NEVER";
    QByteArrayList words;
    if (dsn.success)
        words += "SUCCESS";
    if (dsn.failure)
        words += "FAILURE";
    if (dsn.delay)
        words += "DELAY";
    return words.join(',');
}

} // namespace relaywright
