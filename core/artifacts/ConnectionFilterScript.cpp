// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

namespace relaywright {

namespace {

PsScript bodyOf(const QStringList &addresses)
{
    PsScript script;
    return script.set(QStringLiteral("addresses"), PsList{addresses}).code(uR"ps(

$present = @((Get-HostedConnectionFilterPolicy -Identity 'Default').IPAllowList | ForEach-Object { [string] $_ })
Write-Output ('The allow list was: {0}' -f ($present -join ', '))
$missing = @($addresses | Where-Object { $present -notcontains $_ })
if ($missing.Count -eq 0) {
    Write-Output 'Every address is on it already; nothing was changed.'
} elseif ($PSCmdlet.ShouldProcess('Default', 'Add {0} to the allow list of the connection filter' -f ($missing -join ', '))) {
    Set-HostedConnectionFilterPolicy -Identity 'Default' -IPAllowList @{ Add = $missing }
}

# Read it back.
Get-HostedConnectionFilterPolicy -Identity 'Default' | Format-List -Property 'Name', 'IPAllowList', 'IPBlockList'
)ps");
}

} // namespace

std::vector<Artifact> renderConnectionFilterScript(RenderContext &context)
{
    const PlannedSenders senders = context.withRoute(Method::DirectSend);
    const PublicAddresses addresses = publicAddressesOf(senders, context.knowledge);
    if (addresses.taken.isEmpty())
        return {};
    ScriptPage page;
    page.kind = QStringLiteral("connection-filter-script");
    page.stem = QStringLiteral("connection-filter");
    page.title = QStringLiteral("Connection filter: allow %1").arg(joined(addresses.taken));
    page.purpose =
        QStringLiteral("It puts %1 on the allow list of the organisation's connection filter, so that mail sent "
                       "directly from there is not taken for spam because of its address. It is for %2.")
            .arg(joined(addresses.taken), namesOf(senders));
    page.senders = senders;
    page.notIncluded = addresses.refused;
    page.before = {
        QStringLiteral("Use it only where test messages do end in junk although SPF lists the address, and only "
                       "for an address that nobody else shares.")};
    page.verify = {
        QStringLiteral("the last lines must show every address in IPAllowList. Then send a test message and look "
                       "where it arrives.")};
    page.rollBack.comment(QStringLiteral("take off what this script put on:"));
    page.rollBack.commentedCommand(
        PsCommand(QStringLiteral("Set-HostedConnectionFilterPolicy"))
            .with(QStringLiteral("Identity"), PsText{QStringLiteral("Default")})
            .with(QStringLiteral("IPAllowList"), PsHash{QStringLiteral("Remove"), addresses.taken}));
    page.know = {
        QStringLiteral("Mail from an address on the allow list skips spam filtering, whoever sends it: one infected "
                       "computer behind that address reaches every mailbox. SPF is the better way; look at the "
                       "list from time to time and take off what is not needed any more."),
        context.knowledge.fact(QStringLiteral("direct-send.filtering")).statement};
    return {makeScript(context, page, bodyOf(addresses.taken))};
}

} // namespace relaywright
