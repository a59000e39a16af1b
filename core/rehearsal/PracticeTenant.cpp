// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeTenant.h"

#include <algorithm>
#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<PracticeMethod, const char *>, 6> kMethodWords = {{
    {PracticeMethod::ClientSubmission, "client-submission"},
    {PracticeMethod::LegacySubmission, "client-submission-legacy"},
    {PracticeMethod::DirectSend, "direct-send"},
    {PracticeMethod::ConnectorRelay, "connector-relay"},
    {PracticeMethod::HighVolumeEmail, "high-volume-email"},
    {PracticeMethod::AzureCommunicationServices, "azure-communication-services"},
}};

constexpr std::array<std::pair<PracticeReputation, const char *>, 5> kReputationWords = {{
    {PracticeReputation::Good, "good"},
    {PracticeReputation::Greylisted, "greylisted"},
    {PracticeReputation::RateLimited, "rate-limited"},
    {PracticeReputation::Low, "low"},
    {PracticeReputation::Banned, "banned"},
}};

template <class E, std::size_t N>
QString wordOf(const std::array<std::pair<E, const char *>, N> &table, E wanted)
{
    for (const auto &[value, word] : table) {
        if (value == wanted)
            return QLatin1String(word);
    }
    Q_UNREACHABLE();
}

template <class E, std::size_t N>
std::optional<E> valueOf(const std::array<std::pair<E, const char *>, N> &table, const QString &wanted)
{
    for (const auto &[value, word] : table) {
        if (wanted == QLatin1String(word))
            return value;
    }
    return std::nullopt;
}

int count(const Knowledge &knowledge, const char *fact)
{
    return static_cast<int>(knowledge.number(QLatin1String(fact)));
}

std::uint64_t octets(const Knowledge &knowledge, const char *fact)
{
    return static_cast<std::uint64_t>(knowledge.number(QLatin1String(fact)));
}

PracticeLimits limitsOfSubmission(const Knowledge &knowledge)
{
    return {.messagesPerMinute = count(knowledge, "client-submission.messages-per-minute"),
            .slowsDown = true,
            .recipientsPerDay = count(knowledge, "client-submission.recipients-per-day"),
            .recipientsPerMessage = count(knowledge, "client-submission.recipients-per-message"),
            .connections = count(knowledge, "client-submission.connections"),
            .advertisedOctets = octets(knowledge, "client-submission.size-advertised"),
            .acceptedOctets = octets(knowledge, "client-submission.size-default")};
}

/// No number is published for the size of inbound mail: the advertised one holds.
PracticeLimits limitsOfMx(const Knowledge &knowledge)
{
    const std::uint64_t size = octets(knowledge, "client-submission.size-advertised");
    const int perDomain = count(knowledge, "direct-send.recipients-per-message");
    return {.recipientsPerMessage = 1000,
            .recipientsPerDomain = perDomain,
            .advertisedOctets = size,
            .acceptedOctets = size};
}

PracticeLimits limitsOfHve(const Knowledge &knowledge)
{
    const std::uint64_t size = octets(knowledge, "hve.size");
    return {.recipientsPerMessage = count(knowledge, "hve.recipients-per-message"),
            .advertisedOctets = size,
            .acceptedOctets = size,
            .tokenPermission = knowledge.text(QStringLiteral("hve.oauth-permission")),
            .tokenMargin = std::chrono::minutes(knowledge.number(QStringLiteral("hve.token-margin")))};
}

PracticeLimits limitsOfAcs(const Knowledge &knowledge)
{
    const std::uint64_t size = octets(knowledge, "acs.size");
    return {.messagesPerMinute = count(knowledge, "acs.messages-per-minute"),
            .messagesPerHour = count(knowledge, "acs.messages-per-hour"),
            .recipientsPerMessage = count(knowledge, "acs.recipients-per-message"),
            .advertisedOctets = size,
            .acceptedOctets = size};
}

void addAddress(std::vector<EmailAddress> &addresses, const std::optional<EmailAddress> &address)
{
    if (address && std::ranges::find(addresses, *address) == addresses.end())
        addresses.push_back(*address);
}

/// The mailbox that the sender signs in with: the one that is named, else the address that it sends as where it can sign in.
std::optional<EmailAddress> mailboxOf(const Sender &sender)
{
    const bool canSignIn = sender.signIn == SignInAbility::Basic || sender.signIn == SignInAbility::OAuth;
    if (sender.signInAs || !canSignIn)
        return sender.signInAs;
    return sender.from;
}

void addSender(PracticeTenant &tenant, const Sender &sender)
{
    for (const EmailAddress &address : addressesOf(sender))
        addAddress(tenant.senderAddresses, address);
    addAddress(tenant.senderAddresses, sender.repliesTo);
    const auto mailbox = mailboxOf(sender);
    if (!mailbox)
        return;
    addAddress(tenant.senderAddresses, mailbox);
    const QString user = mailbox->toString();
    const bool isThere = std::ranges::any_of(tenant.accounts, [&user](const PracticeAccount &account) {
        return account.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    if (!isThere)
        tenant.accounts.push_back({.user = user, .anySecret = true});
}

} // namespace

QString toString(PracticeMethod method)
{
    return wordOf(kMethodWords, method);
}

std::optional<PracticeMethod> parsePracticeMethod(const QString &word)
{
    return valueOf(kMethodWords, word);
}

const std::vector<PracticeMethod> &practiceMethods()
{
    static const std::vector<PracticeMethod> methods = [] {
        std::vector<PracticeMethod> all;
        for (const auto &pair : kMethodWords)
            all.push_back(pair.first);
        return all;
    }();
    return methods;
}

bool isSubmission(PracticeMethod method)
{
    return method == PracticeMethod::ClientSubmission || method == PracticeMethod::LegacySubmission;
}

bool signsIn(PracticeMethod method)
{
    return method != PracticeMethod::DirectSend && method != PracticeMethod::ConnectorRelay;
}

QString toString(PracticeReputation reputation)
{
    return wordOf(kReputationWords, reputation);
}

std::optional<PracticeReputation> parsePracticeReputation(const QString &word)
{
    return valueOf(kReputationWords, word);
}

PracticeLimits limitsOf(PracticeMethod method, const Knowledge &knowledge)
{
    switch (method) {
    case PracticeMethod::ClientSubmission:
    case PracticeMethod::LegacySubmission: return limitsOfSubmission(knowledge);
    case PracticeMethod::DirectSend:
    case PracticeMethod::ConnectorRelay: return limitsOfMx(knowledge);
    case PracticeMethod::HighVolumeEmail: return limitsOfHve(knowledge);
    case PracticeMethod::AzureCommunicationServices: return limitsOfAcs(knowledge);
    }
    Q_UNREACHABLE();
}

PracticeTenant tenantOf(const Site &site, const Knowledge &knowledge)
{
    PracticeTenant tenant;
    tenant.acceptedDomains = site.organisation.acceptedDomains;
    tenant.smtpAuthDisabled = site.organisation.smtpAuthDisabled == YesNo::Yes;
    tenant.securityDefaults = site.organisation.securityDefaults == YesNo::Yes;
    tenant.rejectDirectSend = site.organisation.rejectDirectSend == YesNo::Yes;
    tenant.basicAuthOffFrom = knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"));
    tenant.hveBasicOffFrom = knowledge.date(QStringLiteral("hve.basic.until")).addDays(1);
    tenant.cloud = site.organisation.cloud.value_or(Cloud::Worldwide);
    tenant.ownNetworks = {IpNetwork::of(IpAddress::fromV4(0x7f000000), 8), *IpNetwork::parse(QStringLiteral("::1"))};
    for (const Network &network : site.networks)
        tenant.ownNetworks.insert(tenant.ownNetworks.end(), network.egress.begin(), network.egress.end());
    for (const Sender &sender : site.senders)
        addSender(tenant, sender);
    return tenant;
}

} // namespace relaywright
