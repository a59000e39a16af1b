// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeRules.h"

#include <algorithm>
#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<PracticeMethod, const char *>, 3> kMethodWords = {{
    {PracticeMethod::ClientSubmission, "client-submission"},
    {PracticeMethod::DirectSend, "direct-send"},
    {PracticeMethod::ConnectorRelay, "connector-relay"},
}};

Reply authenticationUnsuccessful(const char *why)
{
    return {535, {QByteArray("5.7.139 Authentication unsuccessful, ") + why}};
}

Reply relayAccessDenied()
{
    return {550, {"5.7.64 TenantAttribution; Relay Access Denied"}};
}

bool isSameUser(const QString &user, const EmailAddress &address)
{
    return user.compare(address.toString(), Qt::CaseInsensitive) == 0;
}

template <class T>
bool contains(const std::vector<T> &values, const T &value)
{
    return std::ranges::find(values, value) != values.end();
}

} // namespace

QString toString(PracticeMethod method)
{
    for (const auto &[value, word] : kMethodWords) {
        if (value == method)
            return QLatin1String(word);
    }
    return {};
}

std::optional<PracticeMethod> parsePracticeMethod(const QString &word)
{
    for (const auto &[value, name] : kMethodWords) {
        if (word == QLatin1String(name))
            return value;
    }
    return std::nullopt;
}

PracticeRules::PracticeRules(PracticeTenant tenant) : m_tenant(std::move(tenant))
{
    if (m_tenant.acceptedDomains.empty())
        m_tenant.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
}

bool PracticeRules::isAccepted(const Domain &domain) const
{
    return contains(m_tenant.acceptedDomains, domain);
}

const PracticeAccount *PracticeRules::account(const QString &user) const
{
    const auto found = std::ranges::find_if(m_tenant.accounts, [&user](const PracticeAccount &candidate) {
        return candidate.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    return found == m_tenant.accounts.end() ? nullptr : &*found;
}

bool PracticeRules::connectorMatches(const PracticeContext &context) const
{
    return context.method == PracticeMethod::ConnectorRelay
        && std::ranges::any_of(m_tenant.connectorNetworks, [&context](const IpNetwork &network) { return network.contains(context.peer); });
}

bool PracticeRules::maySendAs(const QString &user, const EmailAddress &address) const
{
    if (isSameUser(user, address))
        return true;
    const PracticeAccount *mailbox = account(user);
    return mailbox && contains(mailbox->sendAs, address);
}

std::optional<Reply> PracticeRules::hello(const QByteArray &name) const
{
    if (!name.contains('_'))
        return std::nullopt;
    return Reply{501, {"5.5.4 Invalid domain name"}};
}

std::optional<Reply> PracticeRules::signIn(const PracticeContext &context, AuthMechanism mechanism, const QString &user,
                                           const Secret &password) const
{
    const PracticeAccount *mailbox = account(user);
    const bool basic = mechanism != AuthMechanism::XOAuth2;
    if (basic && m_tenant.basicAuthRemovedFrom && context.today >= *m_tenant.basicAuthRemovedFrom)
        return Reply{550, {"5.7.30 Basic authentication is not supported for Client Submission."}};
    // The mailbox's switch overrides the organisation's; both also stop XOAUTH2.
    if (mailbox && mailbox->smtpAuthDisabled == true)
        return authenticationUnsuccessful("SmtpClientAuthentication is disabled for the Mailbox. "
                                          "Visit https://aka.ms/smtp_auth_disabled for more information.");
    if (m_tenant.smtpAuthDisabled && (!mailbox || mailbox->smtpAuthDisabled != false))
        return authenticationUnsuccessful("SmtpClientAuthentication is disabled for the Tenant. "
                                          "Visit https://aka.ms/smtp_auth_disabled for more information.");
    if (basic)
        return basicSignIn(context, mailbox, password);
    if (mailbox && !mailbox->accessToken.isEmpty() && mailbox->accessToken == password)
        return std::nullopt;
    return Reply{535, {"5.7.3 Authentication unsuccessful"}};
}

std::optional<Reply> PracticeRules::basicSignIn(const PracticeContext &context, const PracticeAccount *mailbox, const Secret &password) const
{
    if (m_tenant.basicAuthOffFrom && context.today >= *m_tenant.basicAuthOffFrom)
        return authenticationUnsuccessful("basic authentication is disabled.");
    if (m_tenant.securityDefaults)
        return authenticationUnsuccessful("user is locked by your organization's security defaults policy. Contact your administrator.");
    if (mailbox && !mailbox->password.isEmpty() && mailbox->password == password)
        return std::nullopt;
    return authenticationUnsuccessful("the request did not meet the criteria to be authenticated successfully. "
                                      "Contact your administrator.");
}

Reply PracticeRules::mail(const PracticeContext &context, const ReversePath &) const
{
    if (context.method == PracticeMethod::ClientSubmission) {
        if (!context.tls)
            return {451, {"5.7.3 STARTTLS is required to send mail"}};
        if (context.signedInAs.isEmpty())
            return {530, {"5.7.57 Client not authenticated to send mail."}};
    }
    return {250, {"2.1.0 Sender OK"}};
}

Reply PracticeRules::rcpt(const PracticeContext &context, const ReversePath &sender, const EmailAddress &recipient) const
{
    if (context.method == PracticeMethod::ClientSubmission)
        return {250, {"2.1.5 Recipient OK"}}; // submission judges at the end of data only
    return rcptAtMx(context, sender, recipient);
}

Reply PracticeRules::rcptAtMx(const PracticeContext &context, const ReversePath &sender, const EmailAddress &recipient) const
{
    const bool ownSender = sender && isAccepted(sender->domain());
    const bool connector = connectorMatches(context);
    if (m_tenant.rejectDirectSend && ownSender && !connector)
        return {550, {"5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources"}};
    if (!isAccepted(recipient.domain())) {
        // An IP connector relays outwards for senders of accepted domains only, so not for the null reverse-path.
        if (connector)
            return ownSender ? Reply{250, {"2.1.5 Recipient OK"}} : Reply{550, {"5.7.64 Relay Access Denied ATTR36"}};
        return relayAccessDenied();
    }
    if (!m_tenant.knownMailboxes.empty() && !contains(m_tenant.knownMailboxes, recipient))
        return {550, {"5.4.1 [" + recipient.toString().toUtf8() + "]: Recipient address rejected: Access denied"}};
    return {250, {"2.1.5 Recipient OK"}};
}

std::optional<Reply> PracticeRules::message(const PracticeContext &context, const Envelope &envelope,
                                            const std::vector<EmailAddress> &from, bool senderField) const
{
    if (from.size() > 1 && !senderField)
        return Reply{550, {"5.1.20 Multiple From addresses are not allowed without Sender address"}};
    if (context.method == PracticeMethod::ClientSubmission)
        return submission(context, envelope, from);
    if (from.empty())
        return Reply{550, {"5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant"}};
    return std::nullopt;
}

std::optional<Reply> PracticeRules::submission(const PracticeContext &context, const Envelope &envelope,
                                               const std::vector<EmailAddress> &from) const
{
    for (const EmailAddress &address : from) {
        if (!maySendAs(context.signedInAs, address))
            return Reply{554, {"5.2.252 SendAsDenied; " + context.signedInAs.toUtf8() + " not allowed to send as "
                               + address.toString().toUtf8()
                               + "; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"}};
    }
    if (envelope.sender && !maySendAs(context.signedInAs, *envelope.sender))
        return Reply{550, {"5.7.60 SMTP; Client does not have permissions to send as this sender"}};
    return std::nullopt;
}

} // namespace relaywright
