// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

constexpr qsizetype kMaxGroupName = 64; // of New-DistributionGroup

/// One address that a mailbox must be able to send as.
struct Grant {
    EmailAddress address;
    QString mailbox;
    const PlannedSender *planned = nullptr;
};

struct Grants {
    std::vector<Grant> wanted;
    QStringList refused; ///< each a sentence
    PlannedSenders senders;
};

/// Senders whose mail a mailbox sends, by themselves or behind a local relay. The relay writes the mailbox's own address
/// into the message until this is applied; its configuration says what to take out then.
Grants grantsOf(const RenderContext &context)
{
    Grants grants;
    std::set<QString> seen;
    for (const PlannedSender &planned : context.senders) {
        const QString mailbox = planned.mailbox();
        const bool byMailbox = planned.route() == Method::ClientSubmission || planned.usesGraph();
        if (!byMailbox || mailbox.isEmpty())
            continue;
        bool needed = false;
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            const QString text = address.toString();
            if (text.compare(mailbox, Qt::CaseInsensitive) == 0)
                continue;
            needed = true;
            if (!seen.insert(QStringLiteral("%1 %2").arg(text, mailbox).toCaseFolded()).second)
                continue;
            if (mayBeAccepted(address, context.site.organisation))
                grants.wanted.push_back({address, mailbox, &planned});
            else
                grants.refused +=
                    QStringLiteral("%1 of %2 is in none of the accepted domains; Exchange Online sends in "
                                   "no name of a foreign domain. Let it use an address of the organisation.")
                        .arg(text, planned.name());
        }
        if (needed)
            grants.senders.push_back(planned);
    }
    return grants;
}

/// Who reads what is written to the address: the mailbox for replies, else the mailbox that signs in.
QString readerOf(const Grant &grant)
{
    const auto &replies = grant.planned->sender->repliesTo;
    return replies ? replies->toString() : grant.mailbox;
}

QStringList addressesOf(const Grants &grants)
{
    QStringList addresses;
    for (const Grant &grant : grants.wanted)
        addresses += grant.address.toString();
    addresses.removeDuplicates();
    return addresses;
}

PsScript groupBody(const Grants &grants)
{
    std::vector<std::vector<PsValue>> rows;
    for (const Grant &grant : grants.wanted)
        rows.push_back(
            {PsText{grant.address.toString()}, PsText{grant.mailbox},
             PsText{shortened(QStringLiteral("%1 - %2").arg(grant.planned->name(), grant.address.localPart()),
                              kMaxGroupName)},
             PsText{readerOf(grant)}});
    PsScript script;
    return script
        .table(
            QStringLiteral("grants"),
            {QStringLiteral("Address"), QStringLiteral("Mailbox"), QStringLiteral("Group"), QStringLiteral("Reader")},
            rows)
        .code(uR"ps(

foreach ($grant in $grants) {
    $recipient = Get-Recipient -Identity $grant.Address -ErrorAction SilentlyContinue
    if ($recipient -and [string] $recipient.PrimarySmtpAddress -eq $grant.Mailbox) {
        Write-Warning ('{0} is an alias of {1} already. Send As does not apply to it; run the script for aliases instead.' -f $grant.Address, $grant.Mailbox)
        continue
    }
    if (-not $recipient) {
        if ($PSCmdlet.ShouldProcess($grant.Address, 'Create the mail-enabled security group')) {
            # Replies and bounces come from strangers, so the group must take mail without a sign-in.
            $null = New-DistributionGroup -Name $grant.Group -Type 'Security' -PrimarySmtpAddress $grant.Address -Members $grant.Reader -RequireSenderAuthenticationEnabled $false
        }
    }
    $granted = Get-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -AccessRights 'SendAs' -ErrorAction SilentlyContinue
    if ($granted) {
        Write-Output ('{0} may send as {1} already.' -f $grant.Mailbox, $grant.Address)
    } elseif ($PSCmdlet.ShouldProcess($grant.Address, 'Give Send As to {0}' -f $grant.Mailbox)) {
        $null = Add-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -AccessRights 'SendAs' -Confirm:$false
    }
}

# Read it back.
foreach ($grant in $grants) {
    Get-Recipient -Identity $grant.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'RecipientTypeDetails', 'PrimarySmtpAddress'
    Get-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -ErrorAction SilentlyContinue |
        Format-List -Property 'Identity', 'Trustee', 'AccessRights'
}
)ps");
}

/// A relay's mail leaves with the mailbox's address as long as its configuration says so.
void addRelayNote(QStringList &know, const Grants &grants)
{
    const bool relayed = std::ranges::any_of(
        grants.senders, [](const PlannedSender &planned) { return planned.option->method == Method::LocalRelay; });
    if (relayed)
        know += QStringLiteral("Behind Relaywright's relay messages leave with the mailbox's own address. Once this right "
                               "counts, take \"sendAs\" out of the relay's configuration, and they leave with the "
                               "device's address.");
}

PsScript aliasBody(const Grants &grants)
{
    std::vector<std::vector<PsValue>> rows;
    for (const Grant &grant : grants.wanted)
        rows.push_back({PsText{grant.address.toString()}, PsText{grant.mailbox}});
    PsScript script;
    return script.table(QStringLiteral("aliases"), {QStringLiteral("Address"), QStringLiteral("Mailbox")}, rows)
        .code(uR"ps(

foreach ($alias in $aliases) {
    $recipient = Get-Recipient -Identity $alias.Address -ErrorAction SilentlyContinue
    if ($recipient -and [string] $recipient.PrimarySmtpAddress -eq $alias.Mailbox) {
        Write-Output ('{0} is an alias of {1} already.' -f $alias.Address, $alias.Mailbox)
    } elseif ($recipient) {
        Write-Warning ('{0} belongs to {1} ({2}) and cannot become an alias. Give Send As on it instead.' -f $alias.Address, $recipient.Name, $recipient.RecipientTypeDetails)
    } elseif ($PSCmdlet.ShouldProcess($alias.Mailbox, 'Add the alias {0}' -f $alias.Address)) {
        Set-Mailbox -Identity $alias.Mailbox -EmailAddresses @{ Add = 'smtp:{0}' -f $alias.Address }
    }
}

if ((Get-OrganizationConfig).SendFromAliasEnabled) {
    Write-Output 'Mailboxes may send as their aliases already.'
} elseif ($PSCmdlet.ShouldProcess('every mailbox of the organisation', 'Allow sending as an alias (SendFromAliasEnabled)')) {
    Set-OrganizationConfig -SendFromAliasEnabled $true
}

# Read it back.
Get-OrganizationConfig | Format-List -Property 'SendFromAliasEnabled'
foreach ($alias in $aliases) {
    Get-Mailbox -Identity $alias.Mailbox -ErrorAction SilentlyContinue | Format-List -Property 'Name', 'EmailAddresses'
}
)ps");
}

Artifact byGroup(RenderContext &context, const Grants &grants)
{
    ScriptPage page;
    page.kind = QStringLiteral("send-as-script");
    page.stem = QStringLiteral("send-as");
    page.title = QStringLiteral("Send As for %1").arg(joined(addressesOf(grants)));
    page.purpose = QStringLiteral("It lets the mailboxes that sign in send as %1. An address that does not exist yet "
                                  "becomes a mail-enabled security group named after the device, whose member receives "
                                  "replies and bounces; it needs no licence. It is for %2.")
                       .arg(joined(addressesOf(grants)), namesOf(grants.senders));
    page.senders = grants.senders;
    page.notIncluded = grants.refused;
    page.verify = {
        QStringLiteral("the last lines show each address with its Trustee and SendAs. Wait an hour, then send "
                       "a test message from the device; a refusal 5.7.60 or 5.2.252 means that the right does "
                       "not count yet or is missing."),
        QStringLiteral("Exchange Online may need a minute before it finds a new group. Should the script stop "
                       "there, run it again.")};
    page.rollBack.comment(QStringLiteral("take the right away; remove a group only if this script made it:"));
    std::vector<PsCommand> back;
    for (const Grant &grant : grants.wanted) {
        back.push_back(PsCommand(QStringLiteral("Remove-RecipientPermission"))
                           .with(QStringLiteral("Identity"), PsText{grant.address.toString()})
                           .with(QStringLiteral("Trustee"), PsText{grant.mailbox})
                           .with(QStringLiteral("AccessRights"), PsText{QStringLiteral("SendAs")}));
        back.push_back(PsCommand(QStringLiteral("Remove-DistributionGroup"))
                           .with(QStringLiteral("Identity"), PsText{grant.address.toString()}));
    }
    addRollBack(page.rollBack, back);
    page.know = {context.knowledge.fact(QStringLiteral("client-submission.sender-address")).statement,
                 context.knowledge.fact(QStringLiteral("application-mail.valid-sender")).statement};
    addRelayNote(page.know, grants);
    return makeScript(context, page, groupBody(grants));
}

Artifact byAlias(RenderContext &context, const Grants &grants)
{
    ScriptPage page;
    page.kind = QStringLiteral("send-as-alias-script");
    page.stem = QStringLiteral("send-as-alias");
    page.title = QStringLiteral("Aliases for %1, instead of Send As").arg(joined(addressesOf(grants)));
    page.purpose =
        QStringLiteral("It is the other way to let senders use %1: the addresses become aliases of the mailbox "
                       "that signs in, and the organisation allows sending as an alias. Use it or the script "
                       "for Send As, not both. It is for %2.")
            .arg(joined(addressesOf(grants)), namesOf(grants.senders));
    page.senders = grants.senders;
    page.notIncluded = grants.refused;
    page.verify = {QStringLiteral("the last lines show SendFromAliasEnabled True and the aliases among EmailAddresses. "
                                  "Then send a test message from the device.")};
    page.rollBack.comment(
        QStringLiteral("take the aliases away; switch the organisation back only if nobody else relies on it:"));
    std::vector<PsCommand> back;
    for (const Grant &grant : grants.wanted)
        back.push_back(
            PsCommand(QStringLiteral("Set-Mailbox"))
                .with(QStringLiteral("Identity"), PsText{grant.mailbox})
                .with(QStringLiteral("EmailAddresses"),
                      PsHash{QStringLiteral("Remove"), {QStringLiteral("smtp:") + grant.address.toString()}}));
    addRollBack(page.rollBack, back);
    page.rollBack.commentedCommand(PsCommand(QStringLiteral("Set-OrganizationConfig"))
                                       .with(QStringLiteral("SendFromAliasEnabled"), PsBool{false}));
    page.know = {
        context.knowledge.fact(QStringLiteral("client-submission.alias")).statement,
        QStringLiteral("That switch is for the whole organisation: from then on everybody's mail may leave with "
                       "an alias instead of the main address, and rules or forwarding that expect the main "
                       "address see the alias.")};
    addRelayNote(page.know, grants);
    return makeScript(context, page, aliasBody(grants));
}

} // namespace

std::vector<Artifact> renderSendAsScripts(RenderContext &context)
{
    const Grants grants = grantsOf(context);
    if (grants.wanted.empty())
        return {};
    return {byGroup(context, grants), byAlias(context, grants)};
}

} // namespace relaywright
