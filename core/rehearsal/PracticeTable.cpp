// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of the practice tenant: what is refused where, and in which words. Sources and confidence of the words stand in
// the error catalogue (resources/knowledge/errors.json) under the entry that each row names.
#include "core/rehearsal/PracticeRules.h"

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

using R = PracticeRules;
using C = PracticeContext;

constexpr unsigned bit(PracticeMethod method)
{
    return 1u << static_cast<unsigned>(method);
}

constexpr unsigned kSubmission = bit(PracticeMethod::ClientSubmission) | bit(PracticeMethod::LegacySubmission);
constexpr unsigned kHve = bit(PracticeMethod::HighVolumeEmail);
constexpr unsigned kAcs = bit(PracticeMethod::AzureCommunicationServices);
constexpr unsigned kMx = bit(PracticeMethod::DirectSend) | bit(PracticeMethod::ConnectorRelay);
constexpr unsigned kAll = kSubmission | kHve | kAcs | kMx;

constexpr std::uint16_t kTls12 = 0x0303;

/// What the legacy endpoint says to a tenant that has not opted in is not published: it is answered as the other one does.
bool isOldTls(const R &r, const C &c)
{
    const bool isAllowed = r.method() == PracticeMethod::LegacySubmission && r.tenant().allowLegacyTls;
    return c.tlsVersion != 0 && c.tlsVersion < kTls12 && !c.oldTlsIsOurs && !isAllowed;
}

bool endsWithin(const C &c, std::chrono::minutes margin)
{
    return c.token && c.token->expires && *c.token->expires <= c.now + margin;
}

bool holds(const TokenClaims &token, const QString &permission)
{
    return token.roles.contains(permission, Qt::CaseInsensitive)
           || token.scopes.contains(permission, Qt::CaseInsensitive);
}

bool isOwn(const C &c, const EmailAddress &address)
{
    return c.signedInAs.compare(address.toString(), Qt::CaseInsensitive) == 0;
}

bool isSince(const std::optional<QDate> &day, const C &c)
{
    return day && c.today >= *day;
}

const PracticeAccount &accountOf(const R &r, const QString &user)
{
    static const PracticeAccount nobody;
    const PracticeAccount *found = r.account(user);
    return found ? *found : nobody;
}

constexpr const char *kCriteria =
    "5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
    "successfully. Contact your administrator.";
constexpr const char *kOldTls =
    "4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit "
    "https://aka.ms/smtp_auth_tls";

const auto
    kRules =
        std::
            to_array<R::Rule>(
                {
                    // --- the name in EHLO or HELO
                    {"invalid-helo", Stage::Ehlo, kAll, 501, "5.5.4 Invalid domain name",
                     [](const R &, const C &c) { return c.helo.contains('_'); }},
                    {"bad-helo", Stage::Ehlo, kMx, 550, "5.7.506 Access Denied, Bad HELO",
                     [](const R &, const C &c) {
                         return c.helo.compare(practiceHostName().toLatin1(), Qt::CaseInsensitive) == 0;
                     }},

                    // --- sign-in
                    {"old-tls", Stage::Auth, kSubmission, 421, kOldTls, isOldTls},
                    {"basic-retired", Stage::Auth, kSubmission, 550,
                     "5.7.30 Basic authentication is not supported for Client Submission.",
                     [](const R &r, const C &c) {
                         return r.isBasic(c) && isSince(r.tenant().basicAuthRemovedFrom, c);
                     }},
                    // The mailbox's switch overrides the organisation's; both also stop XOAUTH2.
                    {
                        "smtp-auth-disabled-mailbox", Stage::Auth, kSubmission, 535,
                        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. "
                        "Visit "
                        "https://aka.ms/smtp_auth_disabled for more information.",
                        [](const R &r, const C &c) { return accountOf(r, c.user).smtpAuthDisabled == true; }},
                    {"smtp-auth-disabled-tenant", Stage::Auth, kSubmission, 535,
                     "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
                     "https://aka.ms/smtp_auth_disabled for more information.",
                     [](const R &r, const C &c) {
                         return r.tenant().smtpAuthDisabled && accountOf(r, c.user).smtpAuthDisabled != false;
                     }},
                    {"basic-auth-disabled", Stage::Auth, kSubmission, 535,
                     "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
                     [](const R &r, const C &c) {
                         return r.isBasic(c) && (r.isBasicBlocked(c) || isSince(r.tenant().basicAuthOffFrom, c));
                     }},
                    {"security-defaults", Stage::Auth, kSubmission, 535,
                     "5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults "
                     "policy. Contact "
                     "your "
                     "administrator.",
                     [](const R &r, const C &c) { return r.isBasic(c) && r.tenant().securityDefaults; }},
                    {"organization-configuration", Stage::Auth, kHve, 535,
                     "5.7.139 Authentication unsuccessful, the organization configuration doesn't allow this "
                     "authentication "
                     "request.",
                     [](const R &r, const C &c) {
                         return r.isBasic(c) && (r.tenant().securityDefaults || r.isBasicBlocked(c));
                     }},
                    // That it ends is announced, and not in which words.
                    {nullptr, Stage::Auth, kHve, 535,
                     "5.7.3 Authentication unsuccessful, a password opens High Volume Email no longer (words of the "
                     "practice server)",
                     [](const R &r, const C &c) { return r.isBasic(c) && isSince(r.tenant().hveBasicOffFrom, c); }},
                    {"token-expired", Stage::Auth, kHve, 535, "5.7.143 Expired token",
                     [](const R &, const C &c) { return endsWithin(c, {}); }},
                    // How soon is too soon is not published; the margin that Microsoft's guides advise is.
                    {"token-expired", Stage::Auth, kHve, 535, "5.7.142 Token will expire soon",
                     [](const R &r, const C &c) { return endsWithin(c, r.limits().tokenMargin); }},
                    {"token-permission", Stage::Auth, kHve, 535,
                     "5.7.144 XOAUTH2 authentication failed. Invalid API permissions",
                     [](const R &r, const C &c) { return c.token && !holds(*c.token, r.limits().tokenPermission); }},
                    {"did-not-meet-criteria", Stage::Auth, kSubmission, 535,
                     kCriteria, [](const R &r, const C &c) { return r.isBasic(c) && !r.isRightSecret(c); }},
                    {"auth-unsuccessful", Stage::Auth, kSubmission | kHve, 535, "5.7.3 Authentication unsuccessful",
                     [](const R &r, const C &c) { return !r.isRightSecret(c); }},
                    // Only the enhanced code was seen in the field.
                    {"not-an-hve-account", Stage::Auth, kHve, 535,
                     "5.2.240 The mailbox is no High Volume Email account (words of the practice server)",
                     [](const R &r, const C &c) { return accountOf(r, c.user).ordinaryMailbox; }},
                    {"application-not-allowed", Stage::Auth, kHve, 550,
                     "5.7.240 The application is not allowed for use with this High Volume Email account",
                     [](const R &r, const C &c) { return !r.isBasic(c) && accountOf(r, c.user).applicationRefused; }},
                    {nullptr, Stage::Auth, kAcs, 535, "5.7.8 Authentication credentials invalid", // RFC 4954 §6
                     [](const R &r, const C &c) { return !r.isRightSecret(c); }},

                    // --- MAIL
                    {"old-tls", Stage::Mail, kSubmission, 421, kOldTls, isOldTls},
                    {"starttls-required", Stage::Mail, kSubmission | kHve, 451,
                     "5.7.3 STARTTLS is required to send mail",
                     [](const R &, const C &c) { return c.tlsVersion == 0; }},
                    {"starttls-required", Stage::Mail, kAcs, 530,
                     "5.7.0 Must issue a STARTTLS command first", // RFC 3207 §4
                     [](const R &, const C &c) { return c.tlsVersion == 0; }},
                    {"not-authenticated", Stage::Mail, kSubmission | kHve, 530,
                     "5.7.57 Client not authenticated to send mail.",
                     [](const R &, const C &c) { return c.signedInAs.isEmpty(); }},
                    {nullptr, Stage::Mail, kAcs, 530, "5.7.0 Authentication required", // RFC 4954 §6
                     [](const R &, const C &c) { return c.signedInAs.isEmpty(); }},
                    // Only the enhanced code was seen in the field.
                    {"hve-envelope-sender", Stage::Mail, kHve, 550,
                     "5.7.62 The sender is not the High Volume Email account (words of the practice server)",
                     [](const R &, const C &c) { return c.sender && !isOwn(c, *c.sender); }},
                    {nullptr, Stage::Mail, kAcs, 550,
                     "5.7.1 The sender is no address of a domain linked to the resource (words of the practice server)",
                     [](const R &r, const C &c) { return !r.isAcceptedSender(c); }},
                    {"banned-ip", Stage::Mail, kMx, 550,
                     "5.7.606 Access denied, banned sending IP [{peer}]. To request removal from this list please "
                     "visit "
                     "https://sender.office.com/",
                     [](const R &r, const C &) { return r.tenant().reputation == PracticeReputation::Banned; }},

                    // --- RCPT
                    {"wrong-region", Stage::Rcpt, kMx, 451, "4.4.62 Mail sent to the wrong Office 365 region. ATTR35",
                     [](const R &r, const C &) { return r.tenant().wrongRegion; }},
                    {"direct-send-rejected", Stage::Rcpt, kMx, 550,
                     "5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized "
                     "sources",
                     [](const R &r, const C &c) {
                         return r.tenant().rejectDirectSend && r.isAcceptedSender(c) && !r.isRecognised(c);
                     }},
                    // The null reverse-path and foreign senders leave through a certificate connector only.
                    {"relay-denied-attr36", Stage::Rcpt, kMx, 550, "5.7.64 Relay Access Denied ATTR36",
                     [](const R &r, const C &c) {
                         return !r.isAcceptedRecipient(c) && r.connectorMatches(c) && !r.isAcceptedSender(c)
                                && !r.isCertificateAccepted(c);
                     }},
                    {"relay-denied-tenant", Stage::Rcpt, kMx, 550, "5.7.64 TenantAttribution; Relay Access Denied",
                     [](const R &r, const C &c) { return !r.isAcceptedRecipient(c) && !r.connectorMatches(c); }},
                    {"partner-connector", Stage::Rcpt, kMx, 550,
                     "5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the "
                     "message's "
                     "recipient domain. The "
                     "connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set",
                     [](const R &r, const C &c) { return r.tenant().partnerConnectorOnly && !r.isRecognised(c); }},
                    {"low-reputation-ip", Stage::Rcpt, kMx, 550,
                     "5.7.708 Access denied, traffic not accepted from this IP",
                     [](const R &r, const C &) { return r.tenant().reputation == PracticeReputation::Low; }},
                    {"rate-limited-ip", Stage::Rcpt, kMx, 451,
                     "4.7.650 The mail server [{peer}] has been temporarily rate limited due to IP reputation.",
                     [](const R &r, const C &) { return r.tenant().reputation == PracticeReputation::RateLimited; }},
                    {"greylisted", Stage::Rcpt, kMx, 451,
                     "4.7.500 Server busy. Please try again later from [{peer}]. (AS77712344)",
                     [](const R &r, const C &c) { return c.putOff && !r.isRecognised(c); }},
                    {"recipient-rejected", Stage::Rcpt, kMx, 550,
                     "5.4.1 [{recipient}]: Recipient address rejected: Access denied",
                     [](const R &r, const C &c) { return r.isAcceptedRecipient(c) && !r.exists(*c.recipient); }},
                    {"too-many-recipients-domain", Stage::Rcpt, kMx, 452, "4.5.3 Too many recipients",
                     [](const R &r, const C &c) {
                         return r.limits().recipientsPerDomain
                                && c.recipientsOfDomain >= *r.limits().recipientsPerDomain;
                     }},
                    {nullptr, Stage::Rcpt, kHve, 550,
                     "5.7.1 High Volume Email does not leave the organisation (words of the practice server)",
                     [](const R &r, const C &c) { return !r.isAcceptedRecipient(c); }},
                    {"too-many-recipients", Stage::Rcpt, kSubmission | kHve | kAcs, 550, "5.5.3 Too many recipients",
                     [](const R &r, const C &c) { return c.recipients >= r.limits().recipientsPerMessage; }},

                    // --- after the final dot
                    {"message-too-large", Stage::Data, kAll, 552,
                     "5.3.4 Message size exceeds fixed maximum message size",
                     [](const R &r, const C &c) { return c.message.octets > r.limits().acceptedOctets; }},
                    {"sender-thread-limit", Stage::Data, kSubmission, 432,
                     "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
                     [](const R &, const C &c) { return c.oneConnectionTooMany; }},
                    {"submission-quota", Stage::Data, kSubmission, 554,
                     "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
                     [](const R &, const C &c) { return c.dayIsFull; }},
                    {nullptr, Stage::Data, kAcs, 451,
                     "4.7.0 The sending limit of the subscription is reached; try again later (words of the practice "
                     "server)",
                     [](const R &, const C &c) { return c.rateIsFull; }},
                    {"sender-mailbox-full", Stage::Data, kSubmission, 554,
                     "5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException",
                     [](const R &r, const C &c) { return accountOf(r, c.signedInAs).mailboxFull; }},
                    {"bad-outbound-sender", Stage::Data, kSubmission, 550, "5.1.8 Access denied, bad outbound sender",
                     [](const R &r, const C &c) { return accountOf(r, c.signedInAs).restricted; }},
                    {"several-from", Stage::Data, kAll, 550,
                     "5.1.20 Multiple From addresses are not allowed without Sender address",
                     [](const R &, const C &c) { return c.message.from.size() > 1 && !c.message.hasSender; }},
                    {"send-as-denied-storedrv", Stage::Data, kSubmission, 554,
                     "5.2.252 SendAsDenied; {user} not allowed to send as {from}; "
                     "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
                     [](const R &r, const C &c) { return r.deniedAuthor(c).has_value(); }},
                    {"send-as-denied", Stage::Data, kSubmission, 550,
                     "5.7.60 SMTP; Client does not have permissions to send as this sender",
                     [](const R &r, const C &c) { return c.sender && !r.maySendAs(c.signedInAs, *c.sender); }},
                    // Only the enhanced code was seen in the field.
                    {"hve-header-sender", Stage::Data, kHve, 550,
                     "5.6.241 From is not the High Volume Email account (words of the practice server)",
                     [](const R &, const C &c) {
                         return !std::ranges::all_of(c.message.from,
                                                     [&c](const EmailAddress &address) { return isOwn(c, address); });
                     }},
                    {nullptr, Stage::Data, kAcs, 550,
                     "5.7.1 From is no address of a domain linked to the resource (words of the practice server)",
                     [](const R &r, const C &c) {
                         return !std::ranges::all_of(c.message.from, [&r](const EmailAddress &address) {
                             return r.isAccepted(address.domain());
                         });
                     }},
                    {"no-from-header", Stage::Data, kMx, 550,
                     "5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant",
                     [](const R &, const C &c) { return c.message.from.empty(); }},
                    // What a connector recognises is the organisation's own mail and not held to DMARC.
                    {"dmarc-reject", Stage::Data, kMx, 550,
                     "5.7.509 Access denied, sending domain [{domain}] does not pass DMARC verification and has a "
                     "DMARC policy of "
                     "reject",
                     [](const R &r, const C &c) { return r.tenant().dmarcReject && !r.isRecognised(c); }},
                });

} // namespace

std::span<const PracticeRules::Rule> PracticeRules::table()
{
    return kRules;
}

} // namespace relaywright
