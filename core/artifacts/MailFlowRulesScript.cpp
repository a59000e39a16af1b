// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

/// A rule is kept to a few thousand characters: past this many addresses it is split, or told by domain.
constexpr qsizetype kMaxAddresses = 60;

/// Where mail of these senders passes Exchange Online, so that a rule can see it.
bool passesExchangeOnline(const PlannedSender &planned)
{
    const auto route = planned.route();
    return planned.usesGraph() || route == Method::ClientSubmission || route == Method::ConnectorRelay
           || route == Method::DirectSend || route == Method::HighVolumeEmail;
}

/// Which addresses each rule is about.
struct Subjects {
    PlannedSenders senders;
    QStringList all;          ///< every address of the senders
    QStringList internalOnly; ///< of senders that write inside only, where the method would let them out
    QStringList unread;       ///< of senders whose replies nobody reads
    QStringList peers;        ///< public addresses of the connector by address, where there is one
};

void collect(QStringList &addresses, std::set<QString> &seen, const PlannedSender &planned)
{
    for (const EmailAddress &address : addressesOf(*planned.sender)) {
        const QString text = address.toString();
        if (seen.insert(text.toCaseFolded()).second)
            addresses += text;
    }
}

QStringList collected(const PlannedSenders &senders)
{
    QStringList addresses;
    std::set<QString> seen;
    for (const PlannedSender &planned : senders)
        collect(addresses, seen, planned);
    return addresses;
}

bool mayWriteOutside(const PlannedSender &planned)
{
    const auto route = planned.route();
    return planned.usesGraph() || route == Method::ClientSubmission || route == Method::ConnectorRelay;
}

/// Without those addresses that another sender uses outside, or whose mail somebody reads.
QStringList without(QStringList addresses, const QStringList &others)
{
    addresses.removeIf([&](const QString &address) { return others.contains(address, Qt::CaseInsensitive); });
    return addresses;
}

Subjects subjectsOf(const RenderContext &context)
{
    Subjects subjects;
    subjects.senders = sendersWhere(context.senders, passesExchangeOnline);
    subjects.all = collected(subjects.senders);
    const auto inside = [](const PlannedSender &s) { return s.sender->reach == Reach::Internal; };
    subjects.internalOnly = without(
        collected(sendersWhere(subjects.senders, [&](const auto &s) { return inside(s) && mayWriteOutside(s); })),
        collected(sendersWhere(subjects.senders, [&](const auto &s) { return !inside(s); })));
    const auto read = [](const PlannedSender &s) { return s.sender->repliesTo.has_value(); };
    subjects.unread = without(collected(sendersWhere(subjects.senders, [&](const auto &s) { return !read(s); })),
                              collected(sendersWhere(subjects.senders, read)));
    const PlannedSenders relayed = sendersWhere(subjects.senders, [](const PlannedSender &s) {
        return s.route() == Method::ConnectorRelay && !s.entry().byCertificate;
    });
    subjects.peers = publicAddressesOf(relayed, context.knowledge).taken;
    return subjects;
}

QStringList domainsOf(const QStringList &addresses)
{
    QStringList domains;
    for (const QString &address : addresses)
        domains += address.section(u'@', -1).toLower();
    domains.removeDuplicates();
    domains.sort();
    return domains;
}

/// `{0}` of each rule's name is the number of a part: a long list is split over several rules.
PsScript parts(const QString &variable, const QStringList &addresses)
{
    std::vector<std::vector<PsValue>> rows;
    for (qsizetype from = 0; from < addresses.size(); from += kMaxAddresses)
        rows.push_back({PsNumber{from / kMaxAddresses + 1}, PsList{addresses.mid(from, kMaxAddresses)}});
    return PsScript().table(variable, {QStringLiteral("Part"), QStringLiteral("Addresses")}, rows);
}

/// Look first; a rule that is there already is brought up to date, in the mode that was asked for.
PsScript opening()
{
    return PsScript().code(uR"ps(
# Look first: a rule of the same name is changed, not doubled.
$existing = @(Get-TransportRule | ForEach-Object { [string] $_.Name })
)ps");
}

PsScript restrictRule(const Subjects &subjects)
{
    PsScript script;
    if (subjects.peers.isEmpty())
        return script;
    // Every planned sender is spared: those with another method may stand behind the same public address.
    script.blank().comment(QStringLiteral("Only planned senders may use the relay's address."));
    script.set(QStringLiteral("peers"), PsList{subjects.peers})
        .set(QStringLiteral("rule"), PsText{QStringLiteral("Relaywright: planned senders only")})
        .set(QStringLiteral("reason"),
             PsText{QStringLiteral("This address is not among the senders that may use the relay. Ask the "
                                   "administrator to add it.")});
    if (subjects.all.size() <= kMaxAddresses)
        return script.set(QStringLiteral("planned"), PsList{subjects.all}).code(uR"ps(
if ($existing -contains $rule) {
    if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
        Set-TransportRule -Identity $rule -SenderIpRanges $peers -ExceptIfFromAddressContainsWords $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
} elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
    $null = New-TransportRule -Name $rule -SenderIpRanges $peers -ExceptIfFromAddressContainsWords $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
}
)ps");
    return script.comment(QStringLiteral("There are too many for one rule, so it goes by their domains."))
        .set(QStringLiteral("planned"), PsList{domainsOf(subjects.all)})
        .code(uR"ps(
if ($existing -contains $rule) {
    if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
        Set-TransportRule -Identity $rule -SenderIpRanges $peers -ExceptIfSenderDomainIs $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
} elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
    $null = New-TransportRule -Name $rule -SenderIpRanges $peers -ExceptIfSenderDomainIs $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
}
)ps");
}

PsScript internalOnlyRules(const Subjects &subjects)
{
    PsScript script;
    if (subjects.internalOnly.isEmpty())
        return script;
    script.blank().comment(
        QStringLiteral("Senders that are planned for mail inside the organisation do not write to the "
                       "internet."));
    script.add(parts(QStringLiteral("internal"), subjects.internalOnly))
        .set(QStringLiteral("reason"), PsText{QStringLiteral("This sender may write inside the organisation only.")});
    return script.code(uR"ps(
foreach ($part in $internal) {
    $rule = 'Relaywright: inside only {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -SenderAddressLocation 'HeaderOrEnvelope' -SentToScope 'NotInOrganization' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -SenderAddressLocation 'HeaderOrEnvelope' -SentToScope 'NotInOrganization' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
}
)ps");
}

PsScript unreadRules(const Subjects &subjects)
{
    PsScript script;
    if (subjects.unread.isEmpty())
        return script;
    script.blank().comment(
        QStringLiteral("The plan names nobody who reads replies to these addresses. With -Replies Return "
                       "or Discard their mail goes no further, so first take out of the list what "
                       "somebody does read."));
    script.add(parts(QStringLiteral("unread"), subjects.unread))
        .set(QStringLiteral("reason"),
             PsText{
                 QStringLiteral("This address belongs to a device or application, and nobody reads what is written to "
                                "it. Please write to a person instead.")});
    return script.code(uR"ps(
foreach ($part in $unread) {
    if ($Replies -eq 'Keep') {
        break
    }
    $rule = 'Relaywright: replies to devices {0}' -f $part.Part
    if ($existing -contains $rule) {
        if (-not $PSCmdlet.ShouldProcess($rule, 'Replace the mail-flow rule')) {
            continue
        }
        Remove-TransportRule -Identity $rule -Confirm:$false
    } elseif (-not $PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        continue
    }
    # Mail of one device to another is not a reply.
    if ($Replies -eq 'Discard') {
        $null = New-TransportRule -Name $rule -RecipientAddressContainsWords $part.Addresses -ExceptIfFromAddressContainsWords $part.Addresses -DeleteMessage $true -Mode $Mode
    } else {
        $null = New-TransportRule -Name $rule -RecipientAddressContainsWords $part.Addresses -ExceptIfFromAddressContainsWords $part.Addresses -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
}
)ps");
}

PsScript tagAndCopyRules(const Subjects &subjects)
{
    PsScript script;
    script.blank().comment(
        QStringLiteral("A header field that other rules, filters and searches can look for, and with "
                       "-ArchiveMailbox a copy."));
    return script.add(parts(QStringLiteral("applications"), subjects.all)).code(uR"ps(
foreach ($part in $applications) {
    $rule = 'Relaywright: tag application mail {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -SetHeaderName 'X-Application-Mail' -SetHeaderValue 'yes' -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -SetHeaderName 'X-Application-Mail' -SetHeaderValue 'yes' -Mode $Mode
    }
    if (-not $ArchiveMailbox) {
        continue
    }
    $rule = 'Relaywright: copy of application mail {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -BlindCopyTo $ArchiveMailbox -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -BlindCopyTo $ArchiveMailbox -Mode $Mode
    }
}

# Read it back.
Get-TransportRule | Where-Object { $_.Name -like 'Relaywright: *' } |
    Format-List -Property 'Name', 'State', 'Mode', 'Priority', 'Description'
)ps");
}

QString effectsOf(const Subjects &subjects)
{
    QStringList effects;
    if (!subjects.peers.isEmpty())
        effects += QStringLiteral("refuses mail from %1 that no planned sender wrote").arg(joined(subjects.peers));
    if (!subjects.internalOnly.isEmpty())
        effects += QStringLiteral("keeps senders that are planned for inside from writing to the internet");
    effects += QStringLiteral("marks application mail with the header field X-Application-Mail");
    if (!subjects.unread.isEmpty())
        effects += QStringLiteral("if you ask for it, returns or discards replies to addresses that nobody reads");
    return joined(effects);
}

} // namespace

std::vector<Artifact> renderMailFlowRulesScript(RenderContext &context)
{
    const Subjects subjects = subjectsOf(context);
    if (subjects.all.isEmpty())
        return {};
    ScriptPage page;
    page.kind = QStringLiteral("mail-flow-rules-script");
    page.stem = QStringLiteral("mail-flow-rules");
    page.title = QStringLiteral("Mail-flow rules for application mail");
    page.purpose =
        QStringLiteral("It makes mail-flow rules, or brings them up to date: a set that %1. They are for %2, and "
                       "touch every message of the organisation that fits them.")
            .arg(effectsOf(subjects), namesOf(subjects.senders));
    page.senders = subjects.senders;
    page.before = {
        QStringLiteral("Without -Mode the rules only watch (Audit): nothing is refused, and message trace shows "
                       "what would have been. Look at that for some days, then run it with -Mode Enforce."),
        QStringLiteral("-ArchiveMailbox ADDRESS adds a blind copy of all application mail to that mailbox. "
                       "-Replies Return sends replies to unread addresses back with a sentence, -Replies "
                       "Discard drops them.")};
    page.parameters = {
        {QStringLiteral("Audit watches, Enforce acts."), u"[ValidateSet('Audit', 'Enforce')] [string] $Mode = 'Audit'"},
        {QStringLiteral("What happens to mail for addresses that nobody reads."),
         u"[ValidateSet('Keep', 'Return', 'Discard')] [string] $Replies = 'Keep'"},
        {QStringLiteral("Mailbox that gets a copy of application mail."), u"[string] $ArchiveMailbox"}};
    page.verify = {
        QStringLiteral("the last lines show each rule with State Enabled and the Mode that was asked for. Send a "
                       "test message of each kind and look at it in message trace. A new rule may take a while "
                       "to act.")};
    page.rollBack.comment(QStringLiteral("the rules and nothing else are removed by"));
    page.rollBack.code(
        u"#     Get-TransportRule | Where-Object { $_.Name -like 'Relaywright: *' } | Remove-TransportRule");
    page.know = {
        context.knowledge.fact(QStringLiteral("mail-flow-rule.words")).statement,
        context.knowledge.fact(QStringLiteral("mail-flow-rule.reject-code")).statement,
        QStringLiteral("The rule about the relay's address looks at everything that comes from there. Where people "
                       "or a hybrid server send from the same public address too, leave it in Audit, or give the "
                       "relay an address of its own.")};
    if (subjects.peers.isEmpty())
        page.know.removeLast();
    PsScript body = opening();
    body.add(restrictRule(subjects)).add(internalOnlyRules(subjects)).add(unreadRules(subjects));
    body.add(tagAndCopyRules(subjects));
    return {makeScript(context, page, body)};
}

} // namespace relaywright
