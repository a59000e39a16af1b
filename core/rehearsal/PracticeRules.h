// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccessToken.h"
#include "core/rehearsal/PracticeTenant.h"
#include "core/smtp/Envelope.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Sasl.h"
#include "core/smtp/Stage.h"

#include <optional>
#include <span>

namespace relaywright {

/// `practice.relaywright.invalid`: in the greeting and the certificate, so that nobody takes it for the real one.
[[nodiscard]] QString practiceHostName();

/// What of a message the rules look at.
struct PracticeMessage {
    std::vector<EmailAddress> from{};    ///< P2, the addresses of From
    std::vector<EmailAddress> inNames{}; ///< addresses in its display names
    bool hasSender = false;              ///< a Sender field
    std::uint64_t octets = 0;
};

/// Everything that is known when an answer is due; the later the stage, the more of it.
struct PracticeContext {
    IpAddress peer = IpAddress::fromV4(0x7f000001);
    std::uint16_t tlsVersion = 0;   ///< 0x0303 is TLS 1.2; 0: none
    bool oldTlsIsOurs = false;      ///< a fault on request keeps us at TLS 1.0: not the client's doing
    QStringList certificateNames{}; ///< of the client's certificate, if it is trusted
    QByteArray helo{};
    QString signedInAs{}; ///< empty: nobody
    QDate today{};
    TimePoint now{};
    // at sign-in
    AuthMechanism mechanism = AuthMechanism::Login;
    QString user{};
    Secret password{};                  ///< or access token
    std::optional<TokenClaims> token{}; ///< what an access token says; nothing: none, or one that cannot be read
    bool tokenIsFit = true;             ///< for this endpoint, by what it says
    bool tokenIsVouchedFor = false;     ///< the practice sign-in service issued it for this mailbox
    // from MAIL on
    ReversePath sender{}; ///< P1
    std::optional<EmailAddress> recipient{};
    int recipients = 0;         ///< taken so far
    int recipientsOfDomain = 0; ///< of those, in the domain of `recipient`
    PracticeMessage message{};
    // what PracticeQuotas says
    bool oneConnectionTooMany = false;
    bool dayIsFull = false;
    bool rateIsFull = false;
    bool putOff = false; ///< the peer is greylisted still
};

/// Whose mail it is (MC1226222): the certificate's domain, else that of P1, else that of the recipient.
enum class AttributedBy { Certificate, Sender, Recipient, Nothing };

/// What Exchange Online would answer. Pure: the tenant and the context in, a reply out.
///
/// It is one table of rules (`table`), in the order in which they are asked; the first that applies answers. Each names the
/// entry of the error catalogue that explains its answer, and has the answer as it was seen in the field. Where none was
/// seen, the entry is nothing and the words are an RFC's or say that they are ours.
///
/// Where the facts are silent the rules stay on their safe side: a wrong password is answered with the ambiguous
/// `535 5.7.139 ... did not meet the criteria`, and a foreign From address with `554 5.2.252` rather than `550 5.7.60`.
class PracticeRules {
public:
    /// `limits` as `limitsOf` gives them.
    PracticeRules(PracticeMethod method, PracticeTenant tenant, PracticeLimits limits);

    /// Stages: Ehlo (the name), Auth, Mail, Rcpt, and Data for the whole message. Nothing: go on.
    [[nodiscard]] std::optional<Reply> judge(Stage stage, const PracticeContext &context) const;
    /// How a message was attributed, as far as it is known.
    [[nodiscard]] AttributedBy attribution(const PracticeContext &context) const;
    /// An inbound connector of the tenant recognises the peer by its address, or by a certificate whose domain is accepted:
    /// it may relay to the internet.
    [[nodiscard]] bool connectorMatches(const PracticeContext &context) const;
    /// The same, or by a certificate of any domain: a partner's connector. It lifts RejectDirectSend, whatever way in is
    /// played.
    [[nodiscard]] bool isRecognised(const PracticeContext &context) const;

    [[nodiscard]] PracticeMethod method() const { return m_method; }
    [[nodiscard]] const PracticeTenant &tenant() const { return m_tenant; }
    [[nodiscard]] const PracticeLimits &limits() const { return m_limits; }

    struct Rule {
        const char *entry; ///< id in the error catalogue; nullptr: no reply is known from the field
        Stage stage;
        unsigned methods; ///< bits, 1 << PracticeMethod
        int code;
        const char *text; ///< may hold {user} {from} {domain} {recipient} {peer}
        bool (*applies)(const PracticeRules &, const PracticeContext &);
    };
    [[nodiscard]] static std::span<const Rule> table();

    // Questions that rules ask.
    [[nodiscard]] bool isAccepted(const Domain &domain) const;
    [[nodiscard]] const PracticeAccount *account(const QString &user) const;
    [[nodiscard]] bool isBasic(const PracticeContext &context) const { return !takesToken(context.mechanism); }
    [[nodiscard]] bool isRightSecret(const PracticeContext &context) const;
    [[nodiscard]] bool isBasicBlocked(const PracticeContext &context) const;
    [[nodiscard]] bool isAcceptedRecipient(const PracticeContext &context) const;
    [[nodiscard]] bool isAcceptedSender(const PracticeContext &context) const;
    [[nodiscard]] bool isCertificateAccepted(const PracticeContext &context) const;
    /// The address of an accepted domain is one of a mailbox, a sender or an account; all are where no mailbox is named.
    [[nodiscard]] bool exists(const EmailAddress &address) const;
    [[nodiscard]] bool maySendAs(const QString &user, const EmailAddress &address) const;
    /// The first address of From, or in its display names, that the account may not use.
    [[nodiscard]] std::optional<EmailAddress> deniedAuthor(const PracticeContext &context) const;

private:
    [[nodiscard]] bool hasConnectorFor(const IpAddress &peer) const;
    [[nodiscard]] bool hasConnectorFor(const QString &certificateName) const;
    PracticeMethod m_method;
    PracticeTenant m_tenant;
    PracticeLimits m_limits;
};

} // namespace relaywright
