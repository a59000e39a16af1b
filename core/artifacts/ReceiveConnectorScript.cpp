// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

/// The senders of one receive connector, with where they come from.
struct Group {
    PlannedSenders senders;
    QStringList ranges;   ///< addresses of the senders, or of their networks
    QStringList wholeLan; ///< senders whose own address is not known, so that their network counts
};

Group groupOf(const PlannedSenders &senders)
{
    Group group;
    group.senders = senders;
    for (const PlannedSender &planned : senders) {
        if (planned.sender->lanAddress) {
            group.ranges += planned.sender->lanAddress->toString();
            continue;
        }
        group.wholeLan += planned.name();
        group.ranges += localBlocksOf(planned.network);
    }
    group.ranges.removeDuplicates();
    return group;
}

/// The default limits of a connector, raised where a sender needs more; 0 leaves them.
qint64 recipientsNeeded(const PlannedSenders &senders, const Knowledge &knowledge)
{
    qint64 most = 0;
    for (const PlannedSender &planned : senders)
        most = std::max<qint64>(most, planned.sender->recipientsPerMessage.value_or(0));
    return most > knowledge.number(QStringLiteral("onprem.recipients-per-message")) ? most : 0;
}

qint64 octetsNeeded(const PlannedSenders &senders, const Knowledge &knowledge)
{
    std::uint64_t most = 0;
    for (const PlannedSender &planned : senders)
        most = std::max(most, planned.sender->largestMessageOctets.value_or(0));
    const auto standard = static_cast<std::uint64_t>(knowledge.number(QStringLiteral("onprem.size")));
    return most > standard ? static_cast<qint64>(most) : 0;
}

std::vector<PsValue> row(const char *name, const Group &group, bool outward, const Knowledge &knowledge)
{
    return {PsText{QLatin1String(name)}, PsList{group.ranges}, PsBool{outward},
            PsNumber{recipientsNeeded(group.senders, knowledge)}, PsNumber{octetsNeeded(group.senders, knowledge)}};
}

PsScript bodyOf(const std::vector<std::vector<PsValue>> &rows)
{
    PsScript script;
    script.comment(
        QStringLiteral("Outward: may relay to everybody. Recipients and Octets: what one message needs at the "
                       "least; 0 leaves the connector's limit alone."));
    return script
        .table(QStringLiteral("connectors"),
               {QStringLiteral("Name"), QStringLiteral("Ranges"), QStringLiteral("Outward"),
                QStringLiteral("Recipients"), QStringLiteral("Octets")},
               rows)
        .code(uR"ps(
$relayRight = 'Ms-Exch-SMTP-Accept-Any-Recipient'
# The account has another name on a Windows in another language; its identifier is the same everywhere.
$anonymous = ([System.Security.Principal.SecurityIdentifier] 'S-1-5-7').Translate([System.Security.Principal.NTAccount]).Value

foreach ($connector in $connectors) {
    $identity = '{0}\{1}' -f $Server, $connector.Name
    $existing = @(Get-ReceiveConnector -Server $Server | Where-Object { $_.Name -eq $connector.Name })
    if ($existing.Count -eq 0) {
        if (-not $PSCmdlet.ShouldProcess($identity, 'Create the receive connector')) {
            continue
        }
        $null = New-ReceiveConnector -Name $connector.Name -Server $Server -TransportRole 'FrontendTransport' -Custom -Bindings '0.0.0.0:25' -RemoteIPRanges $connector.Ranges
        Set-ReceiveConnector -Identity $identity -PermissionGroups 'AnonymousUsers'
    } else {
        Write-Output 'The connector as it was:'
        $existing | Format-List -Property 'Identity', 'Enabled', 'RemoteIPRanges', 'PermissionGroups', 'AuthMechanism', 'MaxMessageSize', 'MaxRecipientsPerMessage'
        if ([string] $existing[0].AuthMechanism -match 'ExternalAuthoritative') {
            throw ('{0} is externally secured. Never both: choose another name for it, or remove it, and run this script again.' -f $identity)
        }
        $present = @($existing[0].RemoteIPRanges | ForEach-Object { [string] $_ })
        $same = $present.Count -eq $connector.Ranges.Count -and @($connector.Ranges | Where-Object { $present -notcontains $_ }).Count -eq 0
        if (-not $same -and $PSCmdlet.ShouldProcess($identity, 'Change who may use the receive connector')) {
            Set-ReceiveConnector -Identity $identity -RemoteIPRanges $connector.Ranges
        }
        if ([string] $existing[0].PermissionGroups -notmatch 'AnonymousUsers' -and $PSCmdlet.ShouldProcess($identity, 'Let senders in without a sign-in')) {
            Set-ReceiveConnector -Identity $identity -PermissionGroups 'AnonymousUsers'
        }
    }

    $now = Get-ReceiveConnector -Identity $identity
    $octets = ([string] $now.MaxMessageSize) -replace '^.*\(', '' -replace '[^0-9]', ''
    if ($connector.Octets -gt 0 -and $octets -and [long] $octets -lt $connector.Octets) {
        if ($PSCmdlet.ShouldProcess($identity, 'Raise MaxMessageSize')) {
            Set-ReceiveConnector -Identity $identity -MaxMessageSize $connector.Octets
        }
    }
    if ($connector.Recipients -gt 0 -and [int] $now.MaxRecipientsPerMessage -lt $connector.Recipients) {
        if ($PSCmdlet.ShouldProcess($identity, 'Raise MaxRecipientsPerMessage')) {
            Set-ReceiveConnector -Identity $identity -MaxRecipientsPerMessage $connector.Recipients
        }
    }

    $granted = @(Get-ReceiveConnector -Identity $identity | Get-ADPermission -User $anonymous | Where-Object { @($_.ExtendedRights | ForEach-Object { [string] $_ }) -contains $relayRight -and -not $_.Deny })
    if ($connector.Outward -and $granted.Count -eq 0) {
        if ($PSCmdlet.ShouldProcess($identity, 'Give the right to relay to everybody')) {
            $null = Get-ReceiveConnector -Identity $identity | Add-ADPermission -User $anonymous -ExtendedRights $relayRight
        }
    } elseif (-not $connector.Outward -and $granted.Count -gt 0) {
        Write-Warning ('{0} may relay to everybody, and the plan does not ask for it. Take the right away as the roll-back shows.' -f $identity)
    }
}

# Read it back.
foreach ($connector in $connectors) {
    $found = @(Get-ReceiveConnector -Server $Server | Where-Object { $_.Name -eq $connector.Name })
    $found | Format-List -Property 'Identity', 'Enabled', 'Bindings', 'RemoteIPRanges', 'PermissionGroups', 'AuthMechanism', 'MaxMessageSize', 'MaxRecipientsPerMessage'
    $found | Get-ADPermission -User $anonymous | Format-List -Property 'Identity', 'User', 'ExtendedRights', 'Deny'
}
)ps");
}

QStringList notIncludedOf(const Group &group)
{
    if (!group.ranges.isEmpty() || group.senders.empty())
        return {};
    return {
        QStringLiteral("%1: neither their own addresses nor a local network are known, so no connector can be limited "
                       "to them. Add them to the site and make this script again.")
            .arg(namesOf(group.senders))};
}

QStringList lanSentences(const Group &group)
{
    if (group.wholeLan.isEmpty() || group.ranges.isEmpty())
        return {};
    return {
        QStringLiteral("The address of %1 on the local network is not known, so everything on that network may use the "
                       "connector. Add the addresses to the site to narrow it.")
            .arg(joined(group.wholeLan))};
}

} // namespace

std::vector<Artifact> renderReceiveConnectorScript(RenderContext &context)
{
    constexpr auto kOutward = "Relaywright relay to everybody";
    constexpr auto kInside = "Relaywright inside only";
    const PlannedSenders all = context.withRoute(Method::OnPremExchange);
    if (all.empty())
        return {};
    const auto isInside = [](const PlannedSender &s) { return s.sender->reach == Reach::Internal; };
    const Group outward = groupOf(sendersWhere(all, [&](const PlannedSender &s) { return !isInside(s); }));
    const Group inside = groupOf(sendersWhere(all, isInside));
    std::vector<std::vector<PsValue>> rows;
    QStringList names;
    if (!outward.ranges.isEmpty()) {
        rows.push_back(row(kOutward, outward, true, context.knowledge));
        names += QLatin1String(kOutward);
    }
    if (!inside.ranges.isEmpty()) {
        rows.push_back(row(kInside, inside, false, context.knowledge));
        names += QLatin1String(kInside);
    }
    ScriptPage page;
    page.kind = QStringLiteral("receive-connector-script");
    page.stem = QStringLiteral("receive-connector");
    page.session = PsSession::ExchangeServer;
    page.title = QStringLiteral("Receive connector on the organisation's own Exchange server");
    page.purpose =
        QStringLiteral("It creates receive connectors of their own for the senders on the local network, or brings "
                       "them up to date. Only senders that write outside get the right to relay to everybody. It "
                       "is for %1.")
            .arg(namesOf(all));
    page.senders = all;
    page.notIncluded = notIncludedOf(outward) + notIncludedOf(inside);
    page.before = {QStringLiteral("Run it on the server that the senders use, or name that server with -Server.")};
    page.parameters = {{QStringLiteral("Name of the Exchange server."), u"[string] $Server = $env:COMPUTERNAME"}};
    page.verify = {
        QStringLiteral("the last lines read connectors and rights back. Send a test message from a sender to an "
                       "outside mailbox; then try the same from a computer that is not listed: it must be refused "
                       "with 550 5.7.54, or the server is an open relay for it.")};
    page.rollBack.comment(
        QStringLiteral("remove the connectors that this script made, or take the right away only; SERVER "
                       "stands for the server's name:"));
    for (const QString &name : std::as_const(names))
        page.rollBack.commentedCommand(
            PsCommand(QStringLiteral("Remove-ReceiveConnector"))
                .with(QStringLiteral("Identity"), PsText{QStringLiteral("SERVER\\") + name}));
    if (!outward.ranges.isEmpty())
        page.rollBack.code(u"#     Get-ReceiveConnector -Identity 'SERVER\\Relaywright relay to everybody' | "
                           u"Remove-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON' -ExtendedRights "
                           u"'Ms-Exch-SMTP-Accept-Any-Recipient'");
    page.know =
        lanSentences(outward) + lanSentences(inside)
        + QStringList{context.knowledge.fact(QStringLiteral("onprem.anonymous-or-secured")).statement,
                      context.knowledge.fact(QStringLiteral("onprem.server")).statement,
                      QStringLiteral("The connector with the most specific address range counts. An address is not a "
                                     "sign-in: everything on a listed computer may send as anybody.")};
    if (!rows.empty())
        return {makeScript(context, page, bodyOf(rows))};
    return {makeScript(context, page, PsScript().code(uR"ps(
throw 'This site names neither an address nor a local network for the senders. Add them to the site and make this script again: a receive connector for everybody would be an open relay.'
)ps"))};
}

} // namespace relaywright
