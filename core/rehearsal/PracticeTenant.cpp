// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeTenant.h"

#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<PracticeMethod, const char *>, 5> kMethodWords = {{
    {PracticeMethod::ClientSubmission, "client-submission"},
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
            .acceptedOctets = size};
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
    case PracticeMethod::ClientSubmission: return limitsOfSubmission(knowledge);
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
    tenant.connectorNetworks = {IpNetwork::of(IpAddress::fromV4(0x7f000000), 8),
                                *IpNetwork::parse(QStringLiteral("::1"))};
    for (const Network &network : site.networks)
        tenant.connectorNetworks.insert(tenant.connectorNetworks.end(), network.egress.begin(), network.egress.end());
    return tenant;
}

} // namespace relaywright
