// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/smtp/DsnParameters.h"

#include <QByteArrayView>

#include <cstdint>
#include <optional>
#include <variant>

namespace relaywright {

/// The verbs a server knows. `Http` stands for those that a web client sent to the wrong port (GET, POST, ...).
enum class Verb { Helo, Ehlo, Mail, Rcpt, Data, Bdat, Rset, Noop, Quit, Vrfy, Expn, Help, StartTls, Auth, Http, Unknown };

/// One command line split at its first space. Views into the line.
struct Command {
    Verb verb = Verb::Unknown;
    QByteArrayView argument; ///< without the spaces around it
};

/// `line` comes without its CRLF; verbs are compared without case (RFC 5321 §2.4).
[[nodiscard]] Command splitCommand(QByteArrayView line);

/// True when `line` holds a CR, LF, NUL or another control character (RFC 5321 §4.1.2 allows none).
[[nodiscard]] bool hasControlOctets(QByteArrayView line);

/// Why an argument of MAIL or RCPT was not taken.
enum class ArgumentFault {
    Syntax,          ///< 501 5.5.4: no `FROM:<...>`, a parameter without a value, one given twice
    Address,         ///< 501 5.1.7 or 5.1.3: not an address we take
    NeedsSmtpUtf8,   ///< 553 5.6.7: octets over 127 without SMTPUTF8
    UnknownParameter ///< 555 5.5.4
};

/// Which parameters may stand behind the path: those that EHLO offered.
struct OfferedParameters {
    bool smtpUtf8 = true;
    bool dsn = false;
    bool auth = false;
    bool binaryMime = false;
};

struct MailArgument {
    ReversePath sender;
    std::optional<std::uint64_t> sizeOctets; ///< SIZE= (RFC 1870)
    bool eightBit = false;                   ///< BODY=8BITMIME (RFC 6152)
    bool utf8 = false;                       ///< SMTPUTF8 (RFC 6531)
    bool binary = false;                     ///< BODY=BINARYMIME (RFC 3030 §3): BDAT must follow, not DATA
    DsnEnvelope dsn{};                       ///< RET and ENVID (RFC 3461)
};

/// `FROM:<path> [parameters]`. Spaces after the colon are tolerated (old devices), missing angle brackets are not.
/// A local part that needs quotes and a source route are refused: no mailbox has one, every old hole had.
[[nodiscard]] std::variant<MailArgument, ArgumentFault> parseMailArgument(QByteArrayView argument, const OfferedParameters &offered);

struct RcptArgument {
    EmailAddress recipient;
    DsnRecipient dsn{}; ///< NOTIFY and ORCPT (RFC 3461)
};
/// `TO:<path> [parameters]`; `utf8` as MAIL asked for it. `<postmaster>`, the one path that needs no domain
/// (RFC 5321 §4.1.1.3), means `postmaster`, and is refused where there is none.
[[nodiscard]] std::variant<RcptArgument, ArgumentFault>
parseRcptArgument(QByteArrayView argument, bool utf8, const OfferedParameters &offered,
                  const std::optional<EmailAddress> &postmaster = std::nullopt);

struct BdatArgument {
    std::uint64_t octets = 0;
    bool last = false;
};
enum class BdatFault { Syntax, TooLarge };
/// `<octets> [LAST]` (RFC 3030 §2). A number beyond 64 bits is TooLarge.
[[nodiscard]] std::variant<BdatArgument, BdatFault> parseBdatArgument(QByteArrayView argument);

} // namespace relaywright
