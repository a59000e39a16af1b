// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/IpAddress.h"
#include "core/base/Secret.h"
#include "core/smtp/Envelope.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Sasl.h"

#include <QDate>
#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

/// The three ways into Microsoft 365; each is an endpoint with rules of its own.
/// Contract words: client-submission direct-send connector-relay.
enum class PracticeMethod { ClientSubmission, DirectSend, ConnectorRelay };

[[nodiscard]] QString toString(PracticeMethod method);
[[nodiscard]] std::optional<PracticeMethod> parsePracticeMethod(const QString &word);

/// A mailbox that may sign in.
struct PracticeAccount {
    QString user{};                         ///< the mailbox address; compared without case
    Secret password{};
    Secret accessToken{};                   ///< what XOAUTH2 must bring; empty: every token is refused
    std::optional<bool> smtpAuthDisabled{}; ///< the mailbox's own switch; nothing: as the organisation's
    std::vector<EmailAddress> sendAs{};     ///< addresses besides its own
};

/// What the practice server knows of the organisation.
struct PracticeTenant {
    std::vector<Domain> acceptedDomains{}; ///< empty: contoso.com
    std::vector<PracticeAccount> accounts{};
    bool smtpAuthDisabled = false;       ///< the organisation's switch; a mailbox's own one overrides it
    bool securityDefaults = false;
    /// Basic sign-in is off from this day on (`535 5.7.139 ... basic authentication is disabled.`); the announced end
    /// of December 2026. Nothing: an administrator switched it back on.
    std::optional<QDate> basicAuthOffFrom = QDate(2026, 12, 31);
    /// Basic sign-in is gone from this day on (`550 5.7.30`); no date was announced.
    std::optional<QDate> basicAuthRemovedFrom;
    bool rejectDirectSend = false;
    std::vector<IpNetwork> connectorNetworks{}; ///< addresses that an inbound connector recognises (connector-relay only)
    std::vector<EmailAddress> knownMailboxes{}; ///< empty: every address of the accepted domains exists
};

/// Where a conversation stands, as far as the rules ask.
struct PracticeContext {
    PracticeMethod method = PracticeMethod::ClientSubmission;
    IpAddress peer = IpAddress::fromV4(0x7f000001);
    bool tls = false;
    QString signedInAs; ///< empty: nobody
    QDate today;
};

/// What Exchange Online would answer; texts from its catalogue of replies. Pure: the tenant and the context in, a
/// reply out. Nothing means: go on.
///
/// Where the fact sheet is silent the rules stay on its safe side: a wrong password is answered with the ambiguous
/// `535 5.7.139 ... did not meet the criteria`, and a foreign From address with `554 5.2.252` rather than `550 5.7.60`.
class PracticeRules {
public:
    explicit PracticeRules(PracticeTenant tenant);

    /// `501 5.5.4 Invalid domain name` for an EHLO name with an underscore or non-ASCII octets.
    [[nodiscard]] std::optional<Reply> hello(const QByteArray &name) const;
    /// The refusal of a sign-in, or nothing when it is right.
    [[nodiscard]] std::optional<Reply> signIn(const PracticeContext &context, AuthMechanism mechanism, const QString &user,
                                              const Secret &password) const;
    [[nodiscard]] Reply mail(const PracticeContext &context, const ReversePath &sender) const;
    [[nodiscard]] Reply rcpt(const PracticeContext &context, const ReversePath &sender, const EmailAddress &recipient) const;
    /// After the message; `from` are the addresses of its From field (P2), `senderField` whether it has a Sender. Nothing:
    /// take it.
    [[nodiscard]] std::optional<Reply> message(const PracticeContext &context, const Envelope &envelope,
                                               const std::vector<EmailAddress> &from, bool senderField) const;

    [[nodiscard]] const PracticeTenant &tenant() const { return m_tenant; }
    [[nodiscard]] bool isAccepted(const Domain &domain) const;

private:
    [[nodiscard]] const PracticeAccount *account(const QString &user) const;
    [[nodiscard]] bool connectorMatches(const PracticeContext &context) const;
    [[nodiscard]] Reply rcptAtMx(const PracticeContext &context, const ReversePath &sender, const EmailAddress &recipient) const;
    [[nodiscard]] std::optional<Reply> basicSignIn(const PracticeContext &context, const PracticeAccount *mailbox, const Secret &password) const;
    [[nodiscard]] std::optional<Reply> submission(const PracticeContext &context, const Envelope &envelope,
                                                  const std::vector<EmailAddress> &from) const;
    [[nodiscard]] bool maySendAs(const QString &user, const EmailAddress &address) const;
    PracticeTenant m_tenant;
};

} // namespace relaywright
