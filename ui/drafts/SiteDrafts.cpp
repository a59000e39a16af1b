// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/SiteDrafts.h"

#include "core/mailauth/SpfRecord.h"
#include "ui/drafts/DraftValues.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct SiteDrafts { Q_DECLARE_TR_FUNCTIONS(SiteDrafts) };

constexpr int kMostLicences = 10'000'000;

QString displayOf(const std::optional<Domain> &domain)
{
    return domain ? domain->toDisplay() : QString();
}

void checkEgress(Problems &problems, const QString &egress)
{
    for (const IpNetwork &block : parseList<IpNetwork>(egress, &IpNetwork::parse)) {
        if (problems.empty() && block.address().isPrivate()) {
            addProblem(problems, "egress",
                       SiteDrafts::tr("%1 is a private address. Type the address that the internet sees, from your provider "
                                      "or router.")
                           .arg(block.toString()));
        }
    }
}

} // namespace

OrganisationDraft draftOf(const Organisation &organisation)
{
    QStringList domains;
    for (const Domain &domain : organisation.acceptedDomains)
        domains += domain.toDisplay();
    return {.name = organisation.name,
            .acceptedDomains = domains.join(QLatin1String(", ")),
            .cloud = organisation.cloud,
            .tenant = displayOf(organisation.tenant),
            .applicationDomain = displayOf(organisation.applicationDomain),
            .internalDomain = displayOf(organisation.internalDomain),
            .mxHost = textOf(organisation.mxHost),
            .existingSpf = organisation.existingSpf,
            .securityDefaults = organisation.securityDefaults,
            .smtpAuthDisabled = organisation.smtpAuthDisabled,
            .rejectDirectSend = organisation.rejectDirectSend,
            .onPremisesExchange = organisation.onPremisesExchange,
            .hybrid = organisation.hybrid,
            .exchangeServer = textOf(organisation.exchangeServer),
            .hveBilling = organisation.hveBilling,
            .azureSubscription = organisation.azureSubscription,
            .mailLicences = countText(organisation.mailLicences)};
}

NetworkDraft draftOf(const Network &network)
{
    return {.egress = joined(network.egress),
            .lan = joined(network.lan),
            .staticEgress = network.staticEgress,
            .sharedEgress = network.sharedEgress,
            .port25Open = network.port25Open,
            .port587Open = network.port587Open,
            .port443Open = network.port443Open,
            .relayHost = textOf(network.relayHost)};
}

Problems check(const OrganisationDraft &draft)
{
    Problems problems;
    if (hasControlCharacters(draft.name))
        addProblem(problems, "name", SiteDrafts::tr("This text holds a character that cannot be shown. Type it again."));
    if (splitList(draft.acceptedDomains).isEmpty())
        addProblem(problems, "acceptedDomains",
                   SiteDrafts::tr("Type the domain that your devices send as, such as contoso.com."));
    else
        checkList(problems, "acceptedDomains", draft.acceptedDomains, &Domain::parse);
    checkOne(problems, "tenant", draft.tenant, &Domain::parse);
    checkOne(problems, "applicationDomain", draft.applicationDomain, &Domain::parse);
    checkOne(problems, "internalDomain", draft.internalDomain, &Domain::parse);
    checkOne(problems, "mxHost", draft.mxHost, &Host::parse);
    checkOne(problems, "exchangeServer", draft.exchangeServer, &Host::parse);
    checkCount(problems, "mailLicences", draft.mailLicences, kMostLicences);
    if (!draft.existingSpf.trimmed().isEmpty()) {
        if (const auto record = parseSpf(draft.existingSpf.trimmed()); !record)
            addProblem(problems, "existingSpf", record.error().sentence);
    }
    return problems;
}

Problems check(const NetworkDraft &draft)
{
    Problems problems;
    checkList(problems, "egress", draft.egress, &IpNetwork::parse);
    checkEgress(problems, draft.egress);
    checkList(problems, "lan", draft.lan, &IpNetwork::parse);
    checkOne(problems, "relayHost", draft.relayHost, &Host::parse);
    return problems;
}

Organisation applyTo(Organisation base, const OrganisationDraft &draft)
{
    const Problems problems = check(draft);
    const auto good = [&problems](const char *field) { return problemOf(problems, QLatin1String(field)).isEmpty(); };
    if (good("name"))
        base.name = draft.name.trimmed();
    if (good("acceptedDomains"))
        base.acceptedDomains = parseList<Domain>(draft.acceptedDomains, &Domain::parse);
    base.cloud = draft.cloud;
    keepOne(base.tenant, draft.tenant, &Domain::parse);
    keepOne(base.applicationDomain, draft.applicationDomain, &Domain::parse);
    keepOne(base.internalDomain, draft.internalDomain, &Domain::parse);
    keepOne(base.mxHost, draft.mxHost, &Host::parse);
    if (good("existingSpf"))
        base.existingSpf = draft.existingSpf.trimmed();
    base.securityDefaults = draft.securityDefaults;
    base.smtpAuthDisabled = draft.smtpAuthDisabled;
    base.rejectDirectSend = draft.rejectDirectSend;
    base.onPremisesExchange = draft.onPremisesExchange;
    base.hybrid = draft.hybrid;
    keepOne(base.exchangeServer, draft.exchangeServer, &Host::parse);
    base.hveBilling = draft.hveBilling;
    base.azureSubscription = draft.azureSubscription;
    keepCount(base.mailLicences, draft.mailLicences, kMostLicences);
    return base;
}

Network applyTo(Network base, const NetworkDraft &draft)
{
    const Problems problems = check(draft);
    if (problemOf(problems, QStringLiteral("egress")).isEmpty())
        base.egress = parseList<IpNetwork>(draft.egress, &IpNetwork::parse);
    keepList(base.lan, draft.lan, &IpNetwork::parse);
    base.staticEgress = draft.staticEgress;
    base.sharedEgress = draft.sharedEgress;
    base.port25Open = draft.port25Open;
    base.port587Open = draft.port587Open;
    base.port443Open = draft.port443Open;
    keepOne(base.relayHost, draft.relayHost, &Host::parse);
    return base;
}

} // namespace relaywright
