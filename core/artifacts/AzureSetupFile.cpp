// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"
#include "core/artifacts/TextFile.h"

namespace relaywright {

namespace {

QStringList domainsOf(const PlannedSenders &senders)
{
    QStringList domains;
    for (const PlannedSender &planned : senders) {
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            if (!domains.contains(address.domain().toAscii()))
                domains += address.domain().toAscii();
        }
    }
    return domains;
}

QStringList addressLines(const PlannedSenders &senders)
{
    QStringList lines;
    for (const PlannedSender &planned : senders) {
        QStringList addresses;
        for (const EmailAddress &address : addressesOf(*planned.sender))
            addresses += address.toString();
        lines += QStringLiteral("%1: %2").arg(
            planned.name(), addresses.isEmpty() ? QStringLiteral("its sender address is not known yet")
                                                : addresses.join(QLatin1String(", ")));
    }
    return lines;
}

QString namedDomains(const QStringList &domains)
{
    return domains.isEmpty() ? QStringLiteral("the domain that the senders use") : domains.join(QLatin1String(" and "));
}

QStringList stepsFor(const QStringList &domains)
{
    const QString named = namedDomains(domains);
    return {
        QStringLiteral("In the Azure portal make an Email Communication Service, and in it a custom domain for %1. The "
                       "Azure-managed domain is for tests only: its quotas are far lower and its address is not yours.")
            .arg(named),
        QStringLiteral(
            "Publish the TXT record that the portal shows to verify the domain, and wait until it says verified."),
        QStringLiteral(
            "Publish what the portal shows for SPF and DKIM of the domain: an SPF include of its own, added to the "
            "one SPF record that is there (relaywright-cli spf merge), and two CNAME records. Copy them; they "
            "cannot be built from the domain's name. DMARC of the domain stays yours."),
        QStringLiteral("Make a Communication Service resource and connect the verified domain to it (Email, Domains)."),
        QStringLiteral(
            "Add each address below as a MailFrom address of the domain; without it only donotreply is allowed."),
        QStringLiteral(
            "In Entra make an application registration for this purpose alone, and a client secret in it. Copy "
            "the secret's Value, not its ID, into a password safe, and note its end date."),
        QStringLiteral(
            "Give the application a role on the Communication Service resource (Access control): a custom role with "
            "Microsoft.Communication/CommunicationServices/Read and Microsoft.Communication/EmailServices/write, "
            "or Contributor, which may do more. Newer subscriptions are said to have a built-in role, "
            "Communication and Email Service Owner; see whether yours has it."),
        QStringLiteral(
            "The SMTP user name is: RESOURCE|APPLICATION-ID|TENANT-ID, that is the name of the Communication Service "
            "resource, the application's client id and the directory's tenant id, with upright bars between. For "
            "devices that refuse a name so long, newer resources are said to have \"SMTP Usernames\" that stand "
            "for it; see whether the portal shows them."),
        QStringLiteral(
            "Enter server, port, user name and the secret as password into each sender; its settings sheet has the "
            "rest.")};
}

QStringList limitsOf(const Knowledge &knowledge)
{
    QStringList limits;
    for (const char *id : {"acs.messages-per-minute", "acs.messages-per-hour", "acs.recipients-per-message", "acs.size",
                           "acs.connections", "acs.tls.minimum"}) {
        const Fact &fact = knowledge.fact(QLatin1String(id));
        limits += QStringLiteral("%1 (%2, %3)")
                      .arg(fact.statement, fact.asOf.toString(Qt::ISODate), toString(fact.confidence));
    }
    limits += QStringLiteral("More is granted on request to Azure support; raise the volume over two to four weeks.");
    return limits;
}

} // namespace

std::vector<Artifact> renderAzureSetup(RenderContext &context)
{
    const PlannedSenders senders = context.withRoute(Method::AzureCommunicationServices);
    if (senders.empty())
        return {};
    const QStringList domains = domainsOf(senders);
    const QString title = QStringLiteral("Set-up of Azure Communication Services for mail");
    const QString purpose =
        QStringLiteral("It is the list of what to make in Azure, in Entra and in the DNS so that %1 can send "
                       "through Azure Communication Services. Nothing in Exchange Online changes.")
            .arg(namesOf(senders));
    TextFile file{QString()};
    file.comment(title);
    file.comment(
        QStringLiteral("Made by Relaywright from the plan of %1.").arg(context.plan.asOf.toString(Qt::ISODate)));
    file.line().comment(QLatin1String("What it changes, and for whom: ") + purpose);
    file.line().comment(QStringLiteral("Server: %1, port %2, STARTTLS with TLS 1.2 or newer.")
                            .arg(context.knowledge.text(QStringLiteral("acs.host")))
                            .arg(context.knowledge.number(QStringLiteral("acs.port"))));
    file.line()
        .comment(QStringLiteral("Apply: in this order, as an owner of the Azure subscription."))
        .steps(stepsFor(domains));
    file.line().comment(QStringLiteral("Addresses of the senders:")).steps(addressLines(senders));
    file.line().comment(
        QStringLiteral("Verify: relaywright-cli send --server %1:%2 --tls starttls --user NAME --password-from "
                       "stdin with a sender's address. 535 means user name, secret or role; a new role takes "
                       "some minutes.")
            .arg(context.knowledge.text(QStringLiteral("acs.host")))
            .arg(context.knowledge.number(QStringLiteral("acs.port"))));
    file.line().comment(
        QStringLiteral("Roll back: enter the senders' earlier settings, delete the client secret (it ends at "
                       "once), then the resources, then take the DNS records away."));
    file.line()
        .comment(QStringLiteral("Limits at the start, and how sure they are:"))
        .steps(limitsOf(context.knowledge));
    return {{.kind = QStringLiteral("acs-setup"),
             .fileName = context.fileName(QStringLiteral("acs-setup"), QStringLiteral(".txt")),
             .title = title,
             .purpose = purpose,
             .mediaType = QStringLiteral("text/plain"),
             .text = file.toString(),
             .senders = idsOf(senders)}};
}

} // namespace relaywright
