// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <vector>

namespace relaywright {

/// Which delivery reports the sender asks for (RFC 3461). Without `asked` nothing is said and the servers' habit holds:
/// a report when the delivery fails.
struct DsnRequest {
    enum class Return { Unsaid, Full, Headers }; ///< RET: the whole message in the report, or its header (§4.3)
    bool asked = false;
    // NOTIFY of every recipient (§4.1). `never` stands alone; with none of them set the parameter is left out.
    bool never = false;
    bool success = false;
    bool failure = false;
    bool delay = false;
    Return returned = Return::Unsaid;
    QByteArray envelopeId{}; ///< ENVID (§4.4), as a person reads it: xtext is made of it; at most 100 octets are sent
    bool operator==(const DsnRequest &) const = default;
};

/// What MAIL says of delivery reports (RFC 3461 §4.3, §4.4).
struct DsnEnvelope {
    DsnRequest::Return returned = DsnRequest::Return::Unsaid;
    QByteArray envelopeId{}; ///< decoded, printable ASCII, at most 100 octets; empty: not given
    [[nodiscard]] bool isAsked() const { return returned != DsnRequest::Return::Unsaid || !envelopeId.isEmpty(); }
    bool operator==(const DsnEnvelope &) const = default;
};

/// What RCPT says of them (RFC 3461 §4.1, §4.2). Without NOTIFY the servers' habit holds: a report when delivery fails.
struct DsnRecipient {
    bool never = false; ///< stands alone
    bool success = false;
    bool failure = false;
    bool delay = false;
    /// ORCPT as it goes on the wire, checked: `rfc822;scan+2Broom@example.com`; empty: not given. Octets over 127 only in a
    /// transaction with SMTPUTF8 (RFC 6533 §3).
    QByteArray originalRecipient{};
    [[nodiscard]] bool notifyIsGiven() const { return never || success || failure || delay; }
    [[nodiscard]] bool isAsked() const { return notifyIsGiven() || !originalRecipient.isEmpty(); }
    [[nodiscard]] bool wantsFailure() const { return failure || !notifyIsGiven(); }
    bool operator==(const DsnRecipient &) const = default;
};

/// What a message needs besides its envelope.
struct SubmitOptions {
    std::uint64_t sizeOctets = 0; ///< on the wire, before dot-stuffing
    bool has8Bit = false;         ///< asks for BODY=8BITMIME where it is offered (RFC 6152)
    bool smtpUtf8 = false;        ///< its header fields hold UTF-8 (RFC 6531); an address that does asks by itself
    bool binary = false;          ///< content that is no lines (RFC 3030 §3): BODY=BINARYMIME where it is offered
    DsnRequest dsn{};
    /// Of each recipient, in the envelope's order, as somebody else asked for them: passed on in place of what `dsn` says
    /// for all (RFC 3461 §5.2.1). Empty: as `dsn` says.
    std::vector<DsnRecipient> recipientDsn{};
};

/// `text` as a parameter's value may hold it: what is not printable ASCII, `+` and `=` as +XX (RFC 3461 §4).
[[nodiscard]] QByteArray toXtext(const QByteArray &text);

} // namespace relaywright
