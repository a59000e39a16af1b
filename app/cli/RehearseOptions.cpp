// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/RehearseOptions.h"

#include "app/cli/Context.h"
#include "core/base/Text.h"
#include "core/site/SiteDocument.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace relaywright::cli {

namespace {

/// `USER=REST`. Error: InvalidInput; what stands behind the = is never repeated, it may be a secret typed by mistake.
Result<std::pair<QString, QString>> splitAtEquals(const std::string &text, const QString &form)
{
    const QString given = QString::fromStdString(text);
    const qsizetype equals = given.indexOf(u'=');
    if (equals <= 0)
        return failure(ErrorKind::InvalidInput, QStringLiteral("Write %1.").arg(form));
    return std::pair{given.left(equals), given.mid(equals + 1)};
}

Result<void> addWishes(const std::vector<std::string> &texts, bool isToken, std::vector<AccountWish> &wishes)
{
    const QString form = isToken ? QStringLiteral("a token as USER=REF, such as scanner@contoso.com=env:TOKEN. The part after the = says where it is kept")
                                 : QStringLiteral("an account as USER=REF, such as scanner@contoso.com=env:PASSWORD. The part after the = says where "
                                                  "its password is kept");
    for (const std::string &text : texts) {
        const auto parts = splitAtEquals(text, form);
        if (!parts)
            return tl::unexpected(parts.error());
        auto reference = SecretRef::parse(parts->second);
        if (!reference)
            return tl::unexpected(reference.error());
        wishes.push_back({parts->first, *reference, isToken});
    }
    return {};
}

PracticeAccount &accountOf(PracticeTenant &tenant, const QString &user)
{
    const auto found = std::ranges::find_if(tenant.accounts, [&user](const PracticeAccount &account) {
        return account.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    if (found != tenant.accounts.end())
        return *found;
    PracticeAccount account;
    account.user = user;
    tenant.accounts.push_back(std::move(account));
    return tenant.accounts.back();
}

template <class Change>
void changeAccounts(PracticeTenant &tenant, const std::vector<std::string> &users, Change change)
{
    for (const std::string &user : users)
        change(accountOf(tenant, QString::fromStdString(user)));
}

template <class T, class Parse>
Result<void> parseInto(std::vector<T> &values, const std::vector<std::string> &texts, Parse parse)
{
    for (const std::string &text : texts) {
        auto value = parse(QString::fromStdString(text));
        if (!value)
            return tl::unexpected(value.error());
        values.push_back(*value);
    }
    return {};
}

Result<std::optional<QDate>> dayOf(const std::string &text)
{
    if (text.empty())
        return std::optional<QDate>();
    const QDate day = QDate::fromString(QString::fromStdString(text), Qt::ISODate);
    if (!day.isValid())
        return failure(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is not a date. Write it as 2027-01-05.").arg(quotable(QString::fromStdString(text))));
    return std::optional<QDate>(day);
}

Result<PracticeTenant> tenantOfSite(const RehearseOptions &options, const Knowledge &knowledge)
{
    if (options.site.empty())
        return tenantOf(Site{}, knowledge);
    const auto content = readFile(QString::fromStdString(options.site));
    if (!content)
        return tl::unexpected(content.error());
    const auto site = parseSite(*content);
    if (!site)
        return tl::unexpected(site.error());
    return tenantOf(*site, knowledge);
}

Result<void> addAccounts(const RehearseOptions &options, PracticeTenant &tenant)
{
    for (const std::string &text : options.sendAs) {
        const auto parts = splitAtEquals(text, QStringLiteral("--send-as as USER=ADDRESS, such as scanner@contoso.com=reports@contoso.com"));
        if (!parts)
            return tl::unexpected(parts.error());
        const auto address = EmailAddress::parse(parts->second);
        if (!address)
            return tl::unexpected(address.error());
        accountOf(tenant, parts->first).sendAs.push_back(*address);
    }
    changeAccounts(tenant, options.disabledMailboxes, [](PracticeAccount &account) { account.smtpAuthDisabled = true; });
    changeAccounts(tenant, options.enabledMailboxes, [](PracticeAccount &account) { account.smtpAuthDisabled = false; });
    changeAccounts(tenant, options.policyMailboxes, [](PracticeAccount &account) { account.basicBlocked = true; });
    changeAccounts(tenant, options.restrictedMailboxes, [](PracticeAccount &account) { account.restricted = true; });
    changeAccounts(tenant, options.fullMailboxes, [](PracticeAccount &account) { account.mailboxFull = true; });
    changeAccounts(tenant, options.ordinaryMailboxes, [](PracticeAccount &account) { account.ordinaryMailbox = true; });
    changeAccounts(tenant, options.refusedApplications, [](PracticeAccount &account) { account.applicationRefused = true; });
    return {};
}

Result<void> addSwitches(const RehearseOptions &options, PracticeTenant &tenant)
{
    tenant.smtpAuthDisabled = tenant.smtpAuthDisabled || options.smtpAuthDisabled;
    tenant.securityDefaults = tenant.securityDefaults || options.securityDefaults;
    tenant.rejectDirectSend = tenant.rejectDirectSend || options.rejectDirectSend;
    tenant.basicBlocked = options.blockBasic;
    tenant.partnerConnectorOnly = options.partnerConnector;
    tenant.allowLegacyTls = options.allowLegacyTls;
    tenant.wrongRegion = options.wrongRegion;
    tenant.dmarcReject = options.dmarcReject;
    if (options.keepBasic)
        tenant.basicAuthOffFrom.reset();
    const auto removed = dayOf(options.basicRemoved);
    if (!removed)
        return tl::unexpected(removed.error());
    tenant.basicAuthRemovedFrom = *removed;
    const auto reputation = parsePracticeReputation(QString::fromStdString(options.reputation));
    if (!reputation)
        return failure(ErrorKind::InvalidInput, QStringLiteral("--reputation must be good, greylisted, rate-limited, low or banned."));
    tenant.reputation = *reputation;
    return {};
}

Result<void> addConnectors(const RehearseOptions &options, PracticeSettings &settings)
{
    PracticeTenant &tenant = settings.tenant;
    if (auto added = parseInto(tenant.connectorNetworks, options.connectorNetworks, &IpNetwork::parse); !added)
        return added;
    for (const std::string &name : options.connectorCertificates)
        tenant.connectorCertificateNames += QString::fromStdString(name);
    if (options.clientCa.empty())
        return {};
    auto pem = readFile(QString::fromStdString(options.clientCa));
    if (!pem)
        return tl::unexpected(pem.error());
    settings.clientAuthoritiesPem = std::move(*pem);
    return {};
}

/// The first of the results that is an error.
template <class... Results>
std::optional<Error> firstError(const Results &...results)
{
    std::optional<Error> error;
    ((error = error || results ? error : std::optional(results.error())), ...);
    return error;
}

void addTenantOptions(CLI::App &rehearse, RehearseOptions &o)
{
    const std::string group = "The tenant";
    rehearse.add_option("SITE", o.site, "Take domains, switches, networks and the senders' mailboxes from this *.relaywright file");
    rehearse.add_option("--domain", o.domains, "An accepted domain; may be repeated (contoso.com where there is none)")->expected(1)->take_all()->group(group);
    rehearse.add_option("--mailbox", o.mailboxes, "A mailbox that exists; with one, all others but the senders' of SITE do not")->expected(1)->take_all()->group(group);
    rehearse.add_flag("--smtp-auth-disabled", o.smtpAuthDisabled, "SMTP AUTH is switched off for the organisation")->group(group);
    rehearse.add_flag("--security-defaults", o.securityDefaults, "Security Defaults are on")->group(group);
    rehearse.add_flag("--block-basic", o.blockBasic, "The default authentication policy does not allow Basic SMTP")->group(group);
    rehearse.add_flag("--keep-basic", o.keepBasic, "An administrator has switched Basic sign-in on again after December 2026")->group(group);
    rehearse.add_option("--basic-removed", o.basicRemoved, "Basic sign-in is gone from this day on, YYYY-MM-DD")->group(group);
    rehearse.add_flag("--reject-direct-send", o.rejectDirectSend, "The tenant refuses direct send")->group(group);
    rehearse.add_flag("--partner-connector", o.partnerConnector, "A partner connector locks the tenant to its gateway")->group(group);
    rehearse.add_flag("--allow-legacy-tls", o.allowLegacyTls, "The tenant has opted in to TLS 1.0 and 1.1 at the legacy endpoint")->group(group);
    rehearse.add_flag("--wrong-region", o.wrongRegion, "The MX host is in another region than the tenant")->group(group);
    rehearse.add_flag("--dmarc-reject", o.dmarcReject, "The domain in From has a DMARC policy of reject, and nothing passes for it")->group(group);
    rehearse.add_option("--connector-network", o.connectorNetworks, "Addresses that an inbound connector recognises, whatever the method")->expected(1)->take_all()->group(group);
    rehearse.add_option("--connector-certificate", o.connectorCertificates, "Name on a client certificate that an inbound connector recognises, whatever the method")
        ->expected(1)->take_all()->group(group);
    rehearse.add_option("--client-ca", o.clientCa, "Trust client certificates of these authorities too, a PEM file")->group(group);
    rehearse.add_option("--reputation", o.reputation, "Of the peer's address: good, greylisted, rate-limited, low, banned")->capture_default_str()->group(group);
}

void addAccountOptions(CLI::App &rehearse, RehearseOptions &o)
{
    const std::string group = "Its mailboxes";
    const auto add = [&](const char *name, std::vector<std::string> &values, const char *help) {
        rehearse.add_option(name, values, help)->expected(1)->take_all()->group(group);
    };
    add("--account", o.accounts, "USER=REF, a mailbox that may sign in and where its password is kept");
    add("--token", o.tokens, "USER=REF, where the access token is kept that XOAUTH2 must bring");
    add("--send-as", o.sendAs, "USER=ADDRESS, an address that the mailbox may send as");
    add("--mailbox-disabled", o.disabledMailboxes, "USER whose mailbox has SMTP AUTH switched off");
    add("--mailbox-enabled", o.enabledMailboxes, "USER whose mailbox has it on, whatever the organisation says");
    add("--mailbox-policy", o.policyMailboxes, "USER whose authentication policy does not allow Basic SMTP");
    add("--mailbox-restricted", o.restrictedMailboxes, "USER that is restricted as a source of spam");
    add("--mailbox-full", o.fullMailboxes, "USER whose mailbox is full");
    add("--mailbox-not-hve", o.ordinaryMailboxes, "USER that is no High Volume Email account");
    add("--mailbox-app-refused", o.refusedApplications, "USER whose High Volume Email account does not allow the application that signs in");
}

} // namespace

void addRehearseOptions(CLI::App &rehearse, RehearseOptions &o)
{
    rehearse.add_option("--method", o.method,
                        "client-submission, client-submission-legacy, direct-send, connector-relay, high-volume-email or azure-communication-services")->capture_default_str();
    rehearse.add_option("--listen", o.listen, "HOST:PORT; port 0 takes any free one")->capture_default_str();
    rehearse.add_option("--ca-out", o.caOut, "Save the certificate authority that clients must trust");
    rehearse.add_option("--events", o.events, "Add a line of JSON to this file for each message and for each device that has ended a conversation");
    rehearse.add_option("--today", o.today, "Behave as on this day, YYYY-MM-DD");
    rehearse.add_option("--fault", o.faults, "Do wrong: slow-banner=20s, tarpit=5s, 421-at=POINT, garbage=POINT, drop-in-data, multi-line, no-starttls, "
                                             "tls1.0-only, cert=wrong-name|expired|self-signed; POINT is greeting, ehlo, starttls, auth, mail, rcpt, data or "
                                             "message; may be repeated")->expected(1)->take_all();
    addTenantOptions(rehearse, o);
    addAccountOptions(rehearse, o);
    addRehearseWebOptions(rehearse, o.web);
}

Result<RehearseWish> readRehearseOptions(const RehearseOptions &options, const Knowledge &knowledge)
{
    const auto method = parsePracticeMethod(QString::fromStdString(options.method));
    if (!method)
        return failure(ErrorKind::InvalidInput, QStringLiteral("--method must be client-submission, client-submission-legacy, direct-send, connector-relay, high-volume-email or "
                                                               "azure-communication-services."));
    const auto listen = Endpoint::parse(QString::fromStdString(options.listen));
    const auto today = dayOf(options.today);
    auto tenant = tenantOfSite(options, knowledge);
    const auto web = readRehearseWebOptions(options.web);
    if (const auto error = firstError(listen, today, tenant, web))
        return tl::unexpected(*error);
    RehearseWish wish{.settings = {.method = *method, .listen = *listen, .tenant = std::move(*tenant)}, .secrets = {}, .web = *web, .today = *today};
    PracticeTenant &made = wish.settings.tenant;
    wish.settings.limits = limitsOf(*method, knowledge);
    for (const std::string &fault : options.faults) {
        if (const auto added = addFault(wish.settings.faults, QString::fromStdString(fault)); !added)
            return tl::unexpected(added.error());
    }
    const auto error = firstError(parseInto(made.acceptedDomains, options.domains, &Domain::parse),
                                  parseInto(made.knownMailboxes, options.mailboxes, &EmailAddress::parse), addSwitches(options, made),
                                  addConnectors(options, wish.settings), addAccounts(options, made),
                                  addWishes(options.accounts, false, wish.secrets), addWishes(options.tokens, true, wish.secrets));
    if (error)
        return tl::unexpected(*error);
    for (const AccountWish &one : wish.secrets)
        (void)accountOf(made, one.user);
    return wish;
}

} // namespace relaywright::cli
