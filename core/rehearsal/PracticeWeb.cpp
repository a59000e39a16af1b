// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeWeb.h"
#include "core/base/Random.h"

#include <utility>

namespace relaywright {

namespace {

std::vector<Domain> domainsOf(const PracticeTenant &tenant)
{
    std::vector<Domain> domains = tenant.acceptedDomains;
    if (domains.empty())
        domains.push_back(*Domain::parse(QStringLiteral("contoso.com")));
    return domains;
}

/// Those who are there already keep their ids.
void takeTenant(PracticeDirectory &directory, const PracticeTenant &tenant)
{
    std::vector<PracticeUser> users;
    for (const PracticeAccount &account : tenant.accounts) {
        const auto name = EmailAddress::parse(account.user);
        if (!name)
            continue;
        const PracticeUser *known = directory.user(account.user);
        PracticeUser user = known ? *known : PracticeUser{.name = *name, .objectId = randomGuid(randomOctets)};
        user.sendAs = account.sendAs;
        users.push_back(std::move(user));
    }
    directory.users = std::move(users);
    directory.domains = domainsOf(tenant);
    directory.cloud = tenant.cloud;
}

PracticeDirectory directoryOf(const PracticeTenant &tenant, const std::optional<Secret> &secret)
{
    PracticeDirectory directory = madeUpDirectory(domainsOf(tenant), {}, randomOctets);
    takeTenant(directory, tenant);
    if (secret)
        directory.applications.front().secrets = {{*secret}};
    return directory;
}

} // namespace

PracticeWeb::PracticeWeb(const PracticeWebChoice &choice, const PracticeTenant &tenant,
                         std::shared_ptr<PracticeIdentity> identity, const Clock &clock, const Knowledge &knowledge)
    : m_faults(choice.faults), m_isSecretMadeUp(!choice.secret)
{
    PracticeWebSettings settings{
        .listen = choice.signIn, .tls = choice.tls, .identity = std::move(identity), .faults = choice.faults};
    m_signIn = std::make_unique<PracticeSignInService>(settings, directoryOf(tenant, choice.secret), clock, knowledge);
    if (!choice.graph)
        return;
    settings.listen = *choice.graph;
    m_graph = std::make_unique<PracticeGraphService>(settings, m_signIn->judge(), clock, knowledge);
}

Result<void> PracticeWeb::start()
{
    if (auto started = m_signIn->start(); !started || !m_graph)
        return started;
    return m_graph->start();
}

void PracticeWeb::stop()
{
    m_signIn->stop();
    if (m_graph)
        m_graph->stop();
}

void PracticeWeb::follow(const PracticeTenant &tenant, const PracticeWebFaults &faults)
{
    takeTenant(m_signIn->directory(), tenant);
    m_faults = faults;
    m_signIn->setFaults(faults);
    if (m_graph)
        m_graph->setFaults(faults);
}

std::optional<Secret> PracticeWeb::madeUpSecret() const
{
    return m_isSecretMadeUp ? std::optional(application().secrets.front().value) : std::nullopt;
}

} // namespace relaywright
