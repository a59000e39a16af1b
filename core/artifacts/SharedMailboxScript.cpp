// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <map>
#include <set>

namespace relaywright {

namespace {

constexpr qsizetype kMaxMailboxName = 64; // of New-Mailbox

/// A mailbox that people read, and the senders' addresses whose mail must reach it.
struct Reader {
    EmailAddress address;
    QStringList aliases;
    PlannedSenders senders;
};

struct Readers {
    std::vector<Reader> wanted;
    QStringList refused; ///< each a sentence
    PlannedSenders senders;
};

/// With these methods a sender's address needs no mailbox, so that nobody reads what is written to it.
bool mayLackAMailbox(const PlannedSender &planned)
{
    const auto route = planned.route();
    return route == Method::DirectSend || route == Method::ConnectorRelay || route == Method::OnPremExchange
           || route == Method::AzureCommunicationServices;
}

void addAliases(Reader &reader, const PlannedSender &planned, std::set<QString> &given,
                const Organisation &organisation)
{
    if (!mayLackAMailbox(planned))
        return;
    for (const EmailAddress &address : addressesOf(*planned.sender)) {
        // One address belongs to one mailbox: the first sender's wish counts.
        if (!(address == reader.address) && mayBeAccepted(address, organisation)
            && given.insert(address.toString().toCaseFolded()).second)
            reader.aliases += address.toString();
    }
}

Readers readersOf(const RenderContext &context)
{
    Readers readers;
    std::map<QString, std::size_t> known;
    std::set<QString> given;
    for (const PlannedSender &planned : context.senders) {
        const auto &replies = planned.sender->repliesTo;
        if (!replies)
            continue;
        const QString text = replies->toString();
        const auto [it, isNew] = known.emplace(text.toCaseFolded(), readers.wanted.size());
        if (!mayBeAccepted(*replies, context.site.organisation)) {
            known.erase(it);
            const QString sentence =
                QStringLiteral("%1 is in none of the accepted domains; it is a mailbox somewhere else.").arg(text);
            if (!readers.refused.contains(sentence))
                readers.refused += sentence;
            continue;
        }
        if (isNew)
            readers.wanted.push_back({*replies, {}, {}});
        Reader &reader = readers.wanted[it->second];
        reader.senders.push_back(planned);
        readers.senders.push_back(planned);
        addAliases(reader, planned, given, context.site.organisation);
    }
    return readers;
}

PsScript bodyOf(const Readers &readers)
{
    std::vector<std::vector<PsValue>> mailboxes;
    std::vector<std::vector<PsValue>> aliases;
    for (const Reader &reader : readers.wanted) {
        const PsText address{reader.address.toString()};
        mailboxes.push_back({address, PsText{shortened(reader.address.localPart(), kMaxMailboxName)}});
        for (const QString &alias : reader.aliases)
            aliases.push_back({PsText{alias}, address});
    }
    PsScript script;
    return script.table(QStringLiteral("mailboxes"), {QStringLiteral("Address"), QStringLiteral("Name")}, mailboxes)
        .comment(QStringLiteral("Addresses that senders use and that need no mailbox of their own: what is written to "
                                "them goes to the mailbox beside them."))
        .table(QStringLiteral("aliases"), {QStringLiteral("Address"), QStringLiteral("Mailbox")}, aliases)
        .code(uR"ps(

foreach ($mailbox in $mailboxes) {
    $recipient = Get-Recipient -Identity $mailbox.Address -ErrorAction SilentlyContinue
    if ($recipient) {
        Write-Output ('{0} exists already: {1}, {2}.' -f $mailbox.Address, $recipient.Name, $recipient.RecipientTypeDetails)
    } elseif ($PSCmdlet.ShouldProcess($mailbox.Address, 'Create the shared mailbox')) {
        $null = New-Mailbox -Shared -Name $mailbox.Name -PrimarySmtpAddress $mailbox.Address
    }
}
foreach ($alias in $aliases) {
    $recipient = Get-Recipient -Identity $alias.Address -ErrorAction SilentlyContinue
    if ($recipient) {
        Write-Output ('{0} exists already: {1}, {2}.' -f $alias.Address, $recipient.Name, $recipient.RecipientTypeDetails)
        continue
    }
    # Somebody's own mailbox is left alone: an alias there would mix a person's mail with a machine's.
    $target = Get-Mailbox -Identity $alias.Mailbox -ErrorAction SilentlyContinue
    if ($target -and [string] $target.RecipientTypeDetails -ne 'SharedMailbox') {
        Write-Warning ('{0} is not a shared mailbox, so {1} does not become an alias of it. Add the alias by hand if you want that.' -f $alias.Mailbox, $alias.Address)
    } elseif ($PSCmdlet.ShouldProcess($alias.Mailbox, 'Add the alias {0}' -f $alias.Address)) {
        Set-Mailbox -Identity $alias.Mailbox -EmailAddresses @{ Add = 'smtp:{0}' -f $alias.Address }
    }
}
foreach ($mailbox in $mailboxes) {
    foreach ($reader in $Readers) {
        $granted = Get-MailboxPermission -Identity $mailbox.Address -User $reader -ErrorAction SilentlyContinue
        if (-not $granted -and $PSCmdlet.ShouldProcess($mailbox.Address, 'Let {0} open the mailbox' -f $reader)) {
            $null = Add-MailboxPermission -Identity $mailbox.Address -User $reader -AccessRights 'FullAccess'
        }
    }
}

# Read it back.
foreach ($mailbox in $mailboxes) {
    Get-Mailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'RecipientTypeDetails', 'PrimarySmtpAddress', 'EmailAddresses'
    Get-MailboxPermission -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'User', 'AccessRights'
}
)ps");
}

void addRollBackOf(PsScript &rollBack, const Readers &readers)
{
    rollBack.comment(
        QStringLiteral("take the aliases away. Remove a mailbox only if this script made it and nobody needs "
                       "its mail; Remove-Mailbox would do that, and is not shown ready to copy:"));
    std::vector<PsCommand> back;
    for (const Reader &reader : readers.wanted) {
        for (const QString &alias : reader.aliases)
            back.push_back(PsCommand(QStringLiteral("Set-Mailbox"))
                               .with(QStringLiteral("Identity"), PsText{reader.address.toString()})
                               .with(QStringLiteral("EmailAddresses"),
                                     PsHash{QStringLiteral("Remove"), {QStringLiteral("smtp:") + alias}}));
    }
    addRollBack(rollBack, back);
}

} // namespace

std::vector<Artifact> renderSharedMailboxScript(RenderContext &context)
{
    const Readers readers = readersOf(context);
    if (readers.wanted.empty())
        return {};
    QStringList addresses;
    for (const Reader &reader : readers.wanted)
        addresses += reader.address.toString();
    ScriptPage page;
    page.kind = QStringLiteral("shared-mailbox-script");
    page.stem = QStringLiteral("shared-mailbox");
    page.title = QStringLiteral("Shared mailbox for replies and bounces: %1").arg(joined(addresses));
    page.purpose =
        QStringLiteral("It creates %1 as a shared mailbox where it does not exist, and leads there what is "
                       "written to the senders' own addresses, so that replies and bounces reach somebody. It "
                       "is for %2.")
            .arg(joined(addresses), namesOf(readers.senders));
    page.senders = readers.senders;
    page.notIncluded = readers.refused;
    page.verify = {QStringLiteral("the last lines show each mailbox with its addresses and who may open it. Write to a "
                                  "sender's address from outside and look into the mailbox.")};
    addRollBackOf(page.rollBack, readers);
    page.know = {context.knowledge.fact(QStringLiteral("application-mail.valid-sender")).statement,
                 context.knowledge.fact(QStringLiteral("shared-mailbox.size")).statement};
    page.before = {QStringLiteral("Nobody reads a new shared mailbox until somebody may open it: call the script with "
                                  "-Readers and the addresses of those who shall, separated by commas.")};
    page.parameters = {{QStringLiteral("Who may open the mailboxes."), u"[string[]] $Readers = @()"}};
    return {makeScript(context, page, bodyOf(readers))};
}

} // namespace relaywright
