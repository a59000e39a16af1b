// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Diagnosis.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace relaywright;

namespace {

/// A refusal as it was seen in the field, with the tail that Exchange Online adds.
struct Seen {
    const char *reply;
    const char *entry;
    const char *stage = "";
};

constexpr Seen kSeen[] = {
    {"421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit "
     "https://aka.ms/smtp_auth_tls. [AM0PR02CA0001.eurprd02.prod.outlook.com 2026-01-01T00:00:00.000Z "
     "08DC000000000000]",
     "old-tls", "auth"},
    {"451 5.7.3 STARTTLS is required to send mail [AM0PR02CA0001.eurprd02.prod.outlook.com]", "starttls-required",
     "mail"},
    {"451 5.7.3 Must issue a STARTTLS command first", "starttls-required", "auth"},
    {"530 5.7.0 Must issue a STARTTLS command first", "starttls-required", "mail"},
    {"421 4.3.2 Service not available, closing transmission channel", "service-not-available", "greeting"},
    {"421 4.3.2 Service not active", "service-not-available"},
    {"421 4.4.2 Connection dropped due to SocketError", "connection-dropped"},
    {"451 4.7.0 Timeout waiting for client input [AM0PR02CA0001.eurprd02.prod.outlook.com]", "client-too-slow"},
    {"451 4.7.0 Temporary server error. Please try again later. PRX2 [AM0PR02CA0001.eurprd02.prod.outlook.com]",
     "server-busy-prx", "data"},
    {"451 4.3.2 Temporary server error. Please try again later ATTR17 "
     "[DB5EUR03FT001.eop-EUR03.prod.protection.outlook.com]",
     "attribution-failed", "rcpt"},
    {"452 4.3.1 Insufficient system resources", "insufficient-resources", "data"},
    {"500 5.3.3 Unrecognized command 'AUTH'", "unrecognized-command", "auth"},
    {"503 5.5.2 Send hello first", "hello-first", "mail"},
    {"503 5.5.2 Need rcpt command", "bad-sequence", "data"},
    {"503 5.5.2 Sender already specified", "bad-sequence", "mail"},
    {"501 5.5.4 Invalid domain name [AM0PR02CA0001.eurprd02.prod.outlook.com]", "invalid-helo", "ehlo"},
    {"501 5.5.4 Invalid arguments", "invalid-arguments", "mail"},
    {"501 5.1.7 Invalid address", "invalid-sender-address", "mail"},
    {"501 5.1.3 Invalid address", "invalid-recipient-address", "rcpt"},
    {"504 5.7.4 Unrecognized authentication type [AM0PR02CA0001.eurprd02.prod.outlook.com]", "mechanism-unknown",
     "auth"},
    {"550 5.7.506 Access Denied, Bad HELO", "bad-helo", "mail"},
    {"530 5.7.57 Client not authenticated to send mail. [AM0PR02CA0001.eurprd02.prod.outlook.com "
     "2026-01-01T00:00:00.000Z 08DC]",
     "not-authenticated", "mail"},
    {"530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", "not-authenticated",
     "mail"},
    {"535 5.7.3 Authentication unsuccessful [AM0PR02CA0001.eurprd02.prod.outlook.com]", "auth-unsuccessful", "auth"},
    {"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
     "https://aka.ms/smtp_auth_disabled for more information.",
     "smtp-auth-disabled-tenant", "auth"},
    {"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit "
     "https://aka.ms/smtp_auth_disabled for more information.",
     "smtp-auth-disabled-mailbox", "auth"},
    {"535 5.7.139 Authentication unsuccessful, basic authentication is disabled. "
     "[AM0PR02CA0001.eurprd02.prod.outlook.com]",
     "basic-auth-disabled", "auth"},
    {"535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact "
     "your administrator.",
     "security-defaults", "auth"},
    {"535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. "
     "Contact your administrator.",
     "did-not-meet-criteria", "auth"},
    {"535 5.7.139 Authentication unsuccessful, the organization configuration doesn't allow this authentication "
     "request.",
     "organization-configuration", "auth"},
    {"535 5.7.139 Authentication unsuccessful, the federated STS service was unreachable", "federation-unreachable",
     "auth"},
    {"535 5.7.139 Authentication unsuccessful, for a reason of next year", "auth-5-7-139", "auth"},
    {"550 5.7.30 Basic authentication is not supported for Client Submission.", "basic-retired", "auth"},
    {"454 4.7.0 Temporary authentication failure", "temporary-auth-failure", "auth"},
    {"501 5.5.122 Invalid XOAUTH2 argument", "xoauth2-malformed", "auth"},
    {"535 5.7.143 Expired token", "token-expired", "auth"},
    {"535 5.7.144 XOAUTH2 authentication failed. Invalid API permissions", "token-permission", "auth"},
    {"550 5.7.240 The application is not allowed for use with this High Volume Email account",
     "application-not-allowed", "auth"},
    {"550 5.2.240 Not a High Volume Email account", "not-an-hve-account", "auth"},
    {"550 5.7.60 SMTP; Client does not have permissions to send as this sender", "send-as-denied", "mail"},
    {"554 5.2.252 SendAsDenied; a@contoso.com not allowed to send as b@contoso.com; "
     "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to "
     "a permanent exception",
     "send-as-denied-storedrv", "data"},
    {"554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process "
     "message",
     "send-as-denied-storedrv", "data"},
    {"550 5.7.62 Sender is not the account", "hve-envelope-sender", "mail"},
    {"550 5.6.241 From is not the account", "hve-header-sender", "data"},
    {"550 5.7.64 TenantAttribution; Relay Access Denied [DB5EUR03FT001.eop-EUR03.prod.protection.outlook.com]",
     "relay-denied-tenant", "rcpt"},
    {"550 5.7.64 Relay Access Denied ATTR36 [DB5EUR03FT001.eop-EUR03.prod.protection.outlook.com]",
     "relay-denied-attr36", "rcpt"},
    {"550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources",
     "direct-send-rejected", "data"},
    {"550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's "
     "recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set",
     "partner-connector", "rcpt"},
    {"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "unable-to-relay-5-7-54", "rcpt"},
    {"550 5.7.1 Unable to relay", "unable-to-relay", "rcpt"},
    {"451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35", "wrong-region", "rcpt"},
    {"550 5.7.708 Access denied, traffic not accepted from this IP", "low-reputation-ip", "rcpt"},
    {"550 5.7.705 Access denied, tenant has exceeded threshold", "tenant-threshold"},
    {"550 5.7.703 Your message can't be delivered because messages to XXX, YYY are blocked by your organization using "
     "Tenant Allow Block List.",
     "tenant-block-list"},
    {"550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains", "unregistered-domain"},
    {"550 5.1.8 Access denied, bad outbound sender", "bad-outbound-sender", "data"},
    {"550 5.7.501 Access denied, banned sender", "banned-sender", "rcpt"},
    {"550 5.7.606 Access denied, banned sending IP [192.0.2.10]. To request removal from this list please visit "
     "https://sender.office.com/ and follow the directions.",
     "banned-ip", "mail"},
    {"550 5.7.511 Access denied, banned sender[192.0.2.10]. To request removal from this list please forward this "
     "message to delist@microsoft.com",
     "banned-ip-final", "mail"},
    {"550 5.7.513 Service unavailable, Client host [192.0.2.10] blocked by example.com using Customer Block list "
     "(AS16012607)",
     "customer-block-list", "rcpt"},
    {"550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. To request removal from this list see "
     "https://www.spamhaus.org/query/lookup/ (S8002)",
     "spamhaus", "mail"},
    {"451 4.7.500 Server busy. Please try again later from [192.0.2.10]. (AS77712344)", "greylisted", "rcpt"},
    {"451 4.7.651 The mail server [192.0.2.10] has been temporarily rate limited due to IP reputation.",
     "rate-limited-ip", "rcpt"},
    {"451 4.7.860 Access denied, please try again later", "ip-under-evaluation", "rcpt"},
    {"550 5.7.230 Connecting Exchange server version is out-of-date; connection to Exchange Online blocked for 60 "
     "mins/hr.",
     "exchange-out-of-date", "mail"},
    {"550 5.4.1 Recipient address rejected: Access denied. [DB5EUR03FT001.eop-EUR03.prod.protection.outlook.com]",
     "recipient-rejected", "rcpt"},
    {"550 5.4.1 All recipient addresses rejected : Access denied", "recipient-rejected", "data"},
    {"550 5.4.1 Relay Access Denied", "relay-denied-5-4-1", "rcpt"},
    {"550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found", "recipient-not-found", "rcpt"},
    {"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
     "recipient-not-found-lookup", "rcpt"},
    {"550 5.5.0 Requested action not taken: mailbox unavailable", "mailbox-unavailable", "rcpt"},
    {"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
     "authentication-required-recipient", "rcpt"},
    {"550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", "authentication-required-resolver", "rcpt"},
    {"452 4.5.3 Too many recipients (AS780090) [DB5EUR03FT001.eop-EUR03.prod.protection.outlook.com]",
     "too-many-recipients-domain", "rcpt"},
    {"550 5.5.3 Too many recipients", "too-many-recipients", "rcpt"},
    {"552 5.3.4 Message size exceeds fixed maximum message size", "message-too-large", "mail"},
    {"550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", "recipient-size-limit"},
    {"432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "sender-thread-limit", "data"},
    {"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.",
     "sender-thread-limit", "data"},
    {"432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", "recipient-thread-limit"},
    {"554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a "
     "permanent exception",
     "submission-quota", "data"},
    {"554 5.2.2 Submission quota exceeded", "submission-quota", "data"},
    {"550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
     "daily-recipient-limit"},
    {"554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
     "sender-mailbox-full", "data"},
    {"554 5.2.121 Recipient's per hour message receive limit from specific sender exceeded.", "hourly-recipient-limit"},
    {"550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to "
     "external recipients",
     "tenant-external-limit"},
    {"550 5.7.236 Your message can't be sent because your organization exceeded its limit for onmicrosoft.com domains",
     "onmicrosoft-limit"},
    {"450 4.7.3 Organization queue quota exceeded", "organization-queue-quota", "rcpt"},
    {"554 5.6.0 Invalid message content", "invalid-content", "data"},
    {"550 5.6.11 Invalid characters", "bare-linefeed"},
    {"554 5.6.211 Invalid MIME Content: Number of MimePart objects (1001) exceeded allowed maximum (1000)",
     "too-many-mime-parts", "data"},
    {"550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant", "no-from-header", "data"},
    {"550 5.1.20 Multiple From addresses are not allowed without Sender address", "several-from", "data"},
    {"554 5.4.14 Hop count exceeded - possible mail loop ATTR34", "hop-count"},
    {"550 5.7.951 Not in this house", "transport-rule"},
    {"550 5.7.23 The message was rejected because of Sender Policy Framework violation", "spf-violation"},
    {"550 5.7.509 Access denied, sending domain contoso.com does not pass DMARC verification and has a DMARC policy of "
     "reject",
     "dmarc-reject", "data"},
    {"550 5.7.515 Access denied, sending domain contoso.com doesn't meet the required authentication level. Spf= Fail, "
     "Dkim= Fail, DMARC= Fail",
     "outlook-com-authentication", "data"},
    {"450 4.7.26 Access denied, a message sent over IPv6 [2001:db8::1] must pass either SPF or DKIM validation",
     "ipv6-authentication", "data"},
    {"550 5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to "
     "authenticate with either SPF or DKIM. - gsmtp",
     "gmail-unauthenticated", "data"},
    {"450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]", "untrusted-root"},
    {"450 4.4.316 Connection refused [Message=Socket error code 10061]", "remote-refused"},
    {"550 5.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail.", "dane-starttls"},
    {"450 4.7.322 certificate-expired: Destination mail server's certificate is expired.", "dane-certificate-expired"},
    {"450 4.7.323 tlsa-invalid: The domain failed DANE validation.", "dane-tlsa"},
    {"450 4.7.324 dnssec-invalid: Destination domain returned invalid DNSSEC records", "dane-dnssec"},
    {"450 4.7.325 certificate-host-mismatch: Remote certificate MUST have a common name or subject alternative name "
     "matching the hostname",
     "dane-host-mismatch"},
    {"550 5.7.5 Remote certificate failed MTA-STS validation", "mta-sts"},
    {"550 4.4.7 Message expired", "message-expired"},
    {"550 5.0.350 Remote server returned an error -> 550 x-dg-ref header is too long", "remote-header-too-long"},
    {"550 5.0.350 Remote server returned an error -> 552 5.7.0 policy violation detected (AS345)",
     "remote-policy-violation"},
    {"550 5.0.350 Remote server returned an error -> 554 delivery error", "remote-reason"},
    // Rows whose texts vary.
    {"451 5.7.3 Must issue a STARTTLS command first [AM0PR02CA0001.eurprd02.prod.outlook.com]", "starttls-required"},
    {"535 5.7.3 Authentication unsuccessful", "auth-unsuccessful", "auth"},
    {"535 5.7.139 Authentication unsuccessful, the federated STS URL does not support HTTPS", "federation-unreachable",
     "auth"},
    {"535 5.7.142 Token will expire soon", "token-expired", "auth"},
    {"550 5.7.1 Service unavailable, Helo domain is listed in Spamhaus (S8001)", "spamhaus", "mail"},
    {"451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited due to IP reputation.",
     "rate-limited-ip", "rcpt"},
    {"450 4.7.230 Connecting Exchange server version is out-of-date; connection to Exchange Online throttled for 5 "
     "mins/hr.",
     "exchange-out-of-date", "mail"},
    {"550 5.7.12 Recipient is not accepting mail from external senders", "authentication-required-recipient"},
    {"550 5.7.124 Sender not in allowed-senders list", "authentication-required-recipient"},
    {"550 5.7.193 Sender not authorized to send to this Microsoft 365 group", "authentication-required-recipient"},
    {"554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour",
     "hourly-recipient-limit"},
    {"550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email "
     "to external recipients",
     "tenant-external-limit"},
    {"550 5.7.25 Access denied, a message sent over IPv6 [2001:db8::1] must have a reverse DNS record",
     "ipv6-authentication"},
    {"550 5.7.508 Access denied, [2001:db8::1] has exceeded permitted limits within 1 hour range",
     "ipv6-authentication"},
    {"421 4.7.26 Your email has been rate limited because it is unauthenticated. - gsmtp", "gmail-unauthenticated"},
    {"450 4.4.317 Cannot connect to remote server [Message=CertificateExpired]", "untrusted-root"},
    {"550 5.4.8 MX hosts of example.com failed MTA-STS validation", "mta-sts"},
    {"550 5.4.300 Message expired", "message-expired"},
    {"550 5.7.503 Access denied, banned sender", "banned-sender", "rcpt"},
    {"550 5.7.649 Access denied, banned sending IP [192.0.2.10]", "banned-ip", "rcpt"},
    {"554 5.6.211 Invalid MIME Content: Number of Header objects (100001) exceeded allowed maximum",
     "too-many-mime-parts", "data"},
    // Other servers than Exchange Online.
    {"535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "wrong-password", "auth"},
    {"535 5.7.8 Error: authentication failed: authentication failure", "wrong-password", "auth"},
    {"535 5.7.8 Authentication failed.", "wrong-password", "auth"},
    {"535 5.7.8 Authentication credentials invalid", "wrong-password", "auth"},
    {"535 5.7.0 authentication failed", "wrong-password", "auth"},
    {"535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8 "
     "https://support.google.com/mail/?p=BadCredentials - gsmtp",
     "wrong-password", "auth"},
    {"535 Incorrect authentication data", "wrong-password", "auth"},
    {"535 Authentication failed", "wrong-password", "auth"},
    {"535 Invalid username or password", "wrong-password", "auth"},
    {"535 5.7.0 (#AUTH005) Too many bad auth attempts.", "wrong-password-uncoded", "auth"},
    {"535 Login Fail. Please enter your authorization code to login.", "wrong-password-uncoded", "auth"},
    {"534-5.7.9 Application-specific password required. Learn more at\n534 5.7.9 "
     "https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp",
     "application-password-needed", "auth"},
    {"534 5.7.9 Authentication mechanism is too weak", "mechanism-too-weak", "auth"},
    {"538 5.7.11 Encryption required for requested authentication mechanism", "auth-needs-encryption", "auth"},
    {"503 5.5.1 Error: authentication not enabled", "auth-not-enabled", "auth"},
    {"503 AUTH command used when not advertised", "auth-not-enabled", "auth"},
    {"530 5.7.0 Authentication required", "auth-required", "mail"},
    {"530 5.7.1 Client was not authenticated", "auth-required", "mail"},
    {"432 4.7.12 A password transition is needed", "password-transition", "auth"},
    {"554 5.7.1 <ann@example.com>: Relay access denied", "relay-denied", "rcpt"},
    {"454 4.7.1 <ann@example.com>: Relay access denied", "relay-denied", "rcpt"},
    {"550 relay not permitted", "relay-denied", "rcpt"},
    {"553 5.7.1 <boss@example.com>: Sender address rejected: not owned by user scanner", "sender-not-owned", "rcpt"},
    {"450 4.1.8 <scanner@nowhere.example>: Sender address rejected: Domain not found", "sender-domain-unknown", "rcpt"},
    {"550 Sender verify failed", "sender-domain-unknown", "rcpt"},
    {"504 5.5.2 <scanner>: Helo command rejected: need fully-qualified hostname", "helo-not-qualified", "rcpt"},
    {"550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in local recipient table", "user-unknown",
     "rcpt"},
    {"550 Unrouteable address", "user-unknown", "rcpt"},
    {"452 4.2.2 <bob@example.com> Mailbox is full / Blocks limit exceeded / Inode limit exceeded", "mailbox-full",
     "rcpt"},
    {"552 5.2.2 <bob@example.com> Quota exceeded (mailbox for user is full)", "mailbox-full", "data"},
    {"450 4.2.0 <bob@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example/help",
     "greylisted-elsewhere", "rcpt"},
    {"554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org", "block-listed", "rcpt"},
    {"421 4.7.0 mail.example.com Error: too many connections from 192.0.2.10", "too-many-connections", "greeting"},
    {"454 4.7.0 TLS not available due to local problem", "tls-not-available", "tls"},
    {"550 5.6.7 Internationalized address not supported by the next server", "smtputf8-needed", "rcpt"},
    {"452 4.3.1 Insufficient system storage", "insufficient-resources", "mail"},
    {"502 5.5.1 Error: command not recognized", "unrecognized-command", "auth"},
    {"552 5.3.4 Message size exceeds file system imposed limit", "message-too-large", "data"},
};

/// Answers of Entra's token endpoint and of Microsoft Graph, as programs print them.
constexpr Seen kServiceSeen[] = {
    {"AADSTS700016: Application with identifier '11111111-2222-3333-4444-555555555555' was not found in the directory "
     "'Contoso'. This can happen if the application has not been installed by the administrator of the tenant",
     "token.application-unknown"},
    {R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret )"
     R"(being sent in the request is the client secret value, not the client secret ID","error_codes":[7000215]})",
     "token.secret-invalid"},
    {"AADSTS7000222: The provided client secret keys for app '1111' are expired.", "token.secret-expired"},
    {"AADSTS90002: Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID",
     "token.tenant-unknown"},
    {"AADSTS65001: The user or administrator has not consented to use the application", "token.consent-missing"},
    {"AADSTS90094: The grant requires admin permission.", "token.consent-missing"},
    {"AADSTS50034: The user account does not exist in the directory.", "token.user-unknown"},
    {"AADSTS50126: Error validating credentials due to invalid username or password.", "token.password-wrong"},
    {"AADSTS50053: The account is locked, you've tried to sign in too many times", "token.account-locked"},
    {"AADSTS50055: The password is expired.", "token.password-expired"},
    {"AADSTS50057: The user account is disabled.", "token.account-disabled"},
    {"AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication",
     "token.second-factor"},
    {"AADSTS50079: Due to a configuration change, you must enroll in multi-factor authentication",
     "token.second-factor"},
    {"AADSTS53003: Access has been blocked by Conditional Access policies.", "token.conditional-access"},
    {"AADSTS53000: Device is not in required device state: compliant.", "token.device-not-compliant"},
    {"AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
     "token.public-client-off"},
    {"AADSTS70011: The provided request must include a 'scope' input parameter.", "token.scope-invalid"},
    {"AADSTS1002012: The provided value for scope SMTP.Send is not valid.", "token.scope-invalid"},
    {"AADSTS700082: The refresh token has expired due to inactivity.", "token.refresh-expired"},
    {"AADSTS50173: The provided grant has expired due to it being revoked", "token.refresh-expired"},
    {"AADSTS700084: The refresh token was issued to a single page app (SPA)", "token.refresh-expired"},
    {R"({"error":"authorization_pending","error_description":"AADSTS70016: OAuth 2.0 device flow error."})",
     "token.device-code-pending"},
    {R"({"error":"slow_down"})", "token.device-code-slow-down"},
    {R"({"error":"expired_token","error_description":"AADSTS70020: The provided value for the input parameter )"
     R"('device_code' is not valid."})",
     "token.device-code-expired"},
    {"AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on "
     "application.",
     "token.assertion-refused"},
    {"AADSTS50012: Authentication failed.", "token.assertion-refused"},
    {"AADSTS700024: Client assertion is not within its valid time range.", "token.assertion-time"},
    {"AADSTS90012: Request timed out.", "token.busy"},
    {"AADSTS90024: Request budget exceeded. A transient error has occurred.", "token.busy"},
    {"AADSTS90033: A transient error has occurred. Please try again.", "token.busy"},
    {"AADSTS90055: Too many incoming requests.", "token.busy"},
    {"AADSTS500011: The resource principal named https://outlook.example was not found in the tenant", "token.other"},
    {R"({"status":"400","schemes":"bearer","scope":"https://outlook.office.com/"})", "xoauth2-refused"},
    {R"(HTTP/1.1 400 Bad Request {"error":{"code":"ErrorMimeContentInvalidBase64String","message":"Invalid base64 )"
     R"(string for MIME content."}})",
     "http.mime-base64"},
    {R"({"error":{"code":"InvalidAuthenticationToken","message":"Access token validation failure. Invalid audience."}})",
     "http.token-invalid"},
    {R"(403 Forbidden {"error":{"code":"ErrorAccessDenied","message":"Access is denied. Check credentials and try )"
     R"(again."}})",
     "http.access-denied"},
    {R"({"error":{"code":"ErrorSendAsDenied","message":"The user account which was used to submit this request does )"
     R"(not have the right to send mail on behalf of the specified sending account."}})",
     "http.send-as-denied"},
    {R"({"error":{"code":"ErrorInvalidUser","message":"The requested user 'x@contoso.com' is invalid."}})",
     "http.mailbox-unknown"},
    {R"({"error":{"code":"MailboxNotEnabledForRESTAPI","message":"The mailbox is either inactive, soft-deleted, or is )"
     R"(hosted on-premise."}})",
     "http.mailbox-unknown"},
    {"HTTP/1.1 413 Request Entity Too Large", "http.too-large"},
    {"413", "http.too-large"},
    {"429 Slow down", "http.throttled"},
    {"429 Too Many Requests", "http.throttled"},
    {R"({"error":{"code":"ApplicationThrottled","message":"Application is over its MailboxConcurrency limit."}})",
     "http.throttled-mailbox"},
};

} // namespace

class tst_Catalogue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aReplyAsSeenInTheFieldFindsItsEntry_data();
    void aReplyAsSeenInTheFieldFindsItsEntry();
    void anAnswerAsSeenInTheFieldFindsItsEntry_data();
    void anAnswerAsSeenInTheFieldFindsItsEntry();
    void everyEntryForAnAnswerIsReached();
    void theCatalogueIsWhole();
    void everyEntrySaysWhatToDo();
};

void tst_Catalogue::aReplyAsSeenInTheFieldFindsItsEntry_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("stage");
    for (const Seen &seen : kSeen)
        QTest::newRow(seen.reply) << QString::fromUtf8(seen.reply) << QString::fromUtf8(seen.entry)
                                  << QString::fromUtf8(seen.stage);
}

void tst_Catalogue::aReplyAsSeenInTheFieldFindsItsEntry()
{
    QFETCH(QString, text);
    QFETCH(QString, entry);
    QFETCH(QString, stage);
    const auto reply = parseReplyText(text);
    QVERIFY(reply);
    DiagnosisContext context;
    QCOMPARE_EQ(diagnose(*reply, context, Knowledge::builtIn()).entryId, entry); // as pasted
    context.stage = parseStage(stage);
    QCOMPARE_EQ(diagnose(*reply, context, Knowledge::builtIn()).entryId, entry); // as met in a conversation
}

void tst_Catalogue::anAnswerAsSeenInTheFieldFindsItsEntry_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("entry");
    for (const Seen &seen : kServiceSeen)
        QTest::newRow(seen.entry) << QString::fromUtf8(seen.reply) << QString::fromUtf8(seen.entry);
}

void tst_Catalogue::anAnswerAsSeenInTheFieldFindsItsEntry()
{
    QFETCH(QString, text);
    QFETCH(QString, entry);
    const auto diagnosis = diagnoseText(text, {}, Knowledge::builtIn());
    QVERIFY(diagnosis);
    QCOMPARE_EQ(diagnosis->entryId, entry);
}

void tst_Catalogue::everyEntryForAnAnswerIsReached()
{
    std::set<QString> reached;
    for (const Seen &seen : kSeen)
        reached.insert(QString::fromUtf8(seen.entry));
    for (const Seen &seen : kServiceSeen)
        reached.insert(QString::fromUtf8(seen.entry));
    for (const ErrorEntry &entry : Knowledge::builtIn().errors())
        QVERIFY2(!entry.outcomes.isEmpty() || reached.contains(entry.id), qPrintable(entry.id));
}

void tst_Catalogue::theCatalogueIsWhole()
{
    const auto &errors = Knowledge::builtIn().errors();
    const auto replies =
        std::ranges::count_if(errors, [](const ErrorEntry &entry) { return entry.outcomes.isEmpty(); });
    const auto services = std::ranges::count_if(errors, [](const ErrorEntry &entry) { return entry.isOfWebService(); });
    QVERIFY2(replies - services >= 110, qPrintable(QString::number(replies - services)));
    QVERIFY2(services >= 25, qPrintable(QString::number(services)));
}

void tst_Catalogue::everyEntrySaysWhatToDo()
{
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        QVERIFY2(!entry.causes.empty() && !entry.source.title.isEmpty(), qPrintable(entry.id));
        for (const ErrorCause &cause : entry.causes)
            QVERIFY2(!cause.remedy.isEmpty() || !entry.remedies.isEmpty(), qPrintable(entry.id + u' ' + cause.text));
        const bool isTold = !entry.check.isEmpty() || std::ranges::any_of(entry.causes, [](const ErrorCause &c) {
            return !c.check.isEmpty();
        });
        QVERIFY2(entry.causes.size() == 1 || isTold,
                 qPrintable(entry.id + QStringLiteral(": nothing tells its causes apart")));
    }
}

QTEST_GUILESS_MAIN(tst_Catalogue)
#include "tst_Catalogue.moc"
