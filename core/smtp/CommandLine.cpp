// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/CommandLine.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<QByteArrayView, Verb>, 19> kVerbs = {{
    {"MAIL", Verb::Mail}, {"RCPT", Verb::Rcpt}, {"DATA", Verb::Data}, {"EHLO", Verb::Ehlo}, {"HELO", Verb::Helo},
    {"RSET", Verb::Rset}, {"QUIT", Verb::Quit}, {"NOOP", Verb::Noop}, {"BDAT", Verb::Bdat}, {"AUTH", Verb::Auth},
    {"STARTTLS", Verb::StartTls}, {"VRFY", Verb::Vrfy}, {"EXPN", Verb::Expn}, {"HELP", Verb::Help},
    {"GET", Verb::Http}, {"POST", Verb::Http}, {"PUT", Verb::Http}, {"HEAD", Verb::Http}, {"CONNECT", Verb::Http},
}};

bool isSpace(char c)
{
    return c == ' ' || c == '\t';
}

QByteArrayView trimmed(QByteArrayView text)
{
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

bool isSameWord(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

bool isAscii(QByteArrayView text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

struct PathAndRest {
    QByteArrayView path; ///< between the angle brackets
    QByteArrayView rest; ///< the parameters
};

/// The closing bracket, one inside a quoted string not counted.
std::optional<qsizetype> closingBracket(QByteArrayView text)
{
    bool inQuotes = false;
    for (qsizetype i = 1; i < text.size(); ++i) {
        if (text[i] == '\\' && inQuotes)
            ++i;
        else if (text[i] == '"')
            inQuotes = !inQuotes;
        else if (text[i] == '>' && !inQuotes)
            return i;
    }
    return std::nullopt;
}

std::optional<PathAndRest> splitPath(QByteArrayView argument, QByteArrayView keyword)
{
    if (argument.size() < keyword.size() || !isSameWord(argument.first(keyword.size()), keyword))
        return std::nullopt;
    const QByteArrayView text = trimmed(argument.sliced(keyword.size()));
    if (text.isEmpty() || text.front() != '<')
        return std::nullopt;
    const auto close = closingBracket(text);
    if (!close)
        return std::nullopt;
    const QByteArrayView rest = text.sliced(*close + 1);
    if (!rest.isEmpty() && !isSpace(rest.front()))
        return std::nullopt;
    return PathAndRest{text.sliced(1, *close - 1), trimmed(rest)};
}

/// Takes the next `KEY[=VALUE]` off `rest`.
std::pair<QByteArrayView, std::optional<QByteArrayView>> takeParameter(QByteArrayView &rest)
{
    const auto end = std::ranges::find_if(rest, isSpace);
    const QByteArrayView word = rest.first(end - rest.begin());
    rest = trimmed(rest.sliced(word.size()));
    const qsizetype equals = word.indexOf('=');
    if (equals < 0)
        return {word, std::nullopt};
    return {word.first(equals), word.sliced(equals + 1)};
}

std::optional<std::uint64_t> parseNumber(QByteArrayView digits)
{
    if (digits.isEmpty() || digits.size() > 20)
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::variant<EmailAddress, ArgumentFault> parseAddress(QByteArrayView path)
{
    const QString text = QString::fromUtf8(path);
    // Spaces would be trimmed away by the parser, and what is not UTF-8 would become U+FFFD.
    if (text.startsWith(u' ') || text.endsWith(u' ') || text.contains(QChar::ReplacementCharacter))
        return ArgumentFault::Address;
    auto address = EmailAddress::parse(text);
    if (!address || address->localPart().startsWith(u'"'))
        return ArgumentFault::Address;
    return std::move(*address);
}

/// RET or ENVID; a fault when it makes no sense or came before.
std::optional<ArgumentFault> applyDsnParameter(QByteArrayView key, QByteArrayView value, DsnEnvelope &dsn)
{
    if (isSameWord(key, "RET")) {
        const auto returned = parseReturn(value);
        if (!returned || dsn.returned != DsnRequest::Return::Unsaid)
            return ArgumentFault::Syntax;
        dsn.returned = *returned;
        return std::nullopt;
    }
    auto id = parseEnvelopeId(value);
    if (!id || !dsn.envelopeId.isEmpty())
        return ArgumentFault::Syntax;
    dsn.envelopeId = std::move(*id);
    return std::nullopt;
}

/// One RCPT parameter: NOTIFY or ORCPT.
std::optional<ArgumentFault> applyRcptParameter(QByteArrayView key, QByteArrayView value, bool utf8, DsnRecipient &dsn)
{
    if (isSameWord(key, "NOTIFY")) {
        auto asked = parseNotify(value);
        if (!asked || dsn.notifyIsGiven())
            return ArgumentFault::Syntax;
        asked->originalRecipient = std::move(dsn.originalRecipient);
        dsn = std::move(*asked);
        return std::nullopt;
    }
    auto original = parseOriginalRecipient(value, utf8);
    if (!original || !dsn.originalRecipient.isEmpty())
        return ArgumentFault::Syntax;
    dsn.originalRecipient = std::move(*original);
    return std::nullopt;
}

/// One MAIL parameter; what it says goes to `mail`. AUTH is understood and not used.
std::optional<ArgumentFault> applyMailParameter(QByteArrayView key, const std::optional<QByteArrayView> &value,
                                                const OfferedParameters &offered, MailArgument &mail)
{
    if (isSameWord(key, "SIZE")) {
        const auto size = value ? parseNumber(*value) : std::nullopt;
        if (!size || mail.sizeOctets)
            return ArgumentFault::Syntax;
        mail.sizeOctets = size;
        return std::nullopt;
    }
    if (isSameWord(key, "BODY")) {
        const bool binary = value && offered.binaryMime && isSameWord(*value, "BINARYMIME");
        if (!value || (!binary && !isSameWord(*value, "7BIT") && !isSameWord(*value, "8BITMIME")))
            return ArgumentFault::Syntax;
        mail.eightBit = isSameWord(*value, "8BITMIME");
        mail.binary = binary;
        return std::nullopt;
    }
    if (isSameWord(key, "SMTPUTF8") && offered.smtpUtf8) {
        mail.utf8 = true;
        return value ? std::optional(ArgumentFault::Syntax) : std::nullopt;
    }
    const bool dsn = offered.dsn && (isSameWord(key, "RET") || isSameWord(key, "ENVID"));
    if (!dsn && !(offered.auth && isSameWord(key, "AUTH")))
        return ArgumentFault::UnknownParameter;
    if (!value || value->isEmpty())
        return ArgumentFault::Syntax;
    return dsn ? applyDsnParameter(key, *value, mail.dsn) : std::nullopt;
}

} // namespace

Command splitCommand(QByteArrayView line)
{
    const auto end = std::ranges::find_if(line, isSpace);
    const QByteArrayView word = line.first(end - line.begin());
    for (const auto &[name, verb] : kVerbs) {
        if (isSameWord(word, name))
            return {verb, trimmed(line.sliced(word.size()))};
    }
    return {Verb::Unknown, trimmed(line.sliced(word.size()))};
}

bool hasControlOctets(QByteArrayView line)
{
    return std::ranges::any_of(line, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return (octet < 0x20 && octet != '\t') || octet == 0x7f;
    });
}

std::variant<MailArgument, ArgumentFault> parseMailArgument(QByteArrayView argument, const OfferedParameters &offered)
{
    const auto split = splitPath(argument, "FROM:");
    if (!split)
        return ArgumentFault::Syntax;
    MailArgument mail;
    QByteArrayView rest = split->rest;
    while (!rest.isEmpty()) {
        const auto [key, value] = takeParameter(rest);
        if (const auto fault = applyMailParameter(key, value, offered, mail))
            return *fault;
    }
    if (split->path.isEmpty())
        return mail;
    if (!mail.utf8 && !isAscii(split->path))
        return ArgumentFault::NeedsSmtpUtf8;
    auto address = parseAddress(split->path);
    if (const auto *fault = std::get_if<ArgumentFault>(&address))
        return *fault;
    mail.sender = std::get<EmailAddress>(std::move(address));
    return mail;
}

std::variant<RcptArgument, ArgumentFault> parseRcptArgument(QByteArrayView argument, bool utf8,
                                                            const OfferedParameters &offered,
                                                            const std::optional<EmailAddress> &postmaster)
{
    const auto split = splitPath(argument, "TO:");
    if (!split)
        return ArgumentFault::Syntax;
    DsnRecipient dsn;
    QByteArrayView rest = split->rest;
    while (!rest.isEmpty()) {
        const auto [key, value] = takeParameter(rest);
        if (!offered.dsn || (!isSameWord(key, "NOTIFY") && !isSameWord(key, "ORCPT")))
            return ArgumentFault::UnknownParameter;
        if (!value || value->isEmpty())
            return ArgumentFault::Syntax;
        if (const auto fault = applyRcptParameter(key, *value, utf8, dsn))
            return *fault;
    }
    if (!utf8 && !isAscii(split->path))
        return ArgumentFault::NeedsSmtpUtf8;
    if (postmaster && isSameWord(split->path, "postmaster"))
        return RcptArgument{*postmaster, std::move(dsn)};
    auto address = parseAddress(split->path);
    if (const auto *fault = std::get_if<ArgumentFault>(&address))
        return *fault;
    return RcptArgument{std::get<EmailAddress>(std::move(address)), std::move(dsn)};
}

std::variant<BdatArgument, BdatFault> parseBdatArgument(QByteArrayView argument)
{
    const auto end = std::ranges::find_if(argument, isSpace);
    const QByteArrayView digits = argument.first(end - argument.begin());
    const QByteArrayView word = trimmed(argument.sliced(digits.size()));
    const bool onlyDigits = !digits.isEmpty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!onlyDigits || (!word.isEmpty() && !isSameWord(word, "LAST")))
        return BdatFault::Syntax;
    const auto octets = parseNumber(digits);
    if (!octets)
        return BdatFault::TooLarge;
    return BdatArgument{*octets, !word.isEmpty()};
}

} // namespace relaywright
