// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

namespace relaywright {

namespace {

/// Whoever signs in to Exchange Online itself with a password.
PlannedSenders withPassword(const RenderContext &context)
{
    return sendersWhere(context.senders, [](const PlannedSender &planned) {
        const auto route = planned.route();
        return (route == Method::ClientSubmission || route == Method::HighVolumeEmail)
               && planned.entry().authentication == Authentication::Basic;
    });
}

PsCommand withoutPolicy(const QString &account)
{
    return PsCommand(QStringLiteral("Set-User"))
        .with(QStringLiteral("Identity"), PsText{account})
        .with(QStringLiteral("AuthenticationPolicy"), PsVariable{QStringLiteral("null")});
}

PsScript bodyOf(const QStringList &accounts, const QString &policy)
{
    PsScript script;
    return script.set(QStringLiteral("policyName"), PsText{policy})
        .set(QStringLiteral("accounts"), PsList{accounts})
        .code(uR"ps(

# Look first: an account without a policy of its own follows the organisation's; without that one, nothing is blocked.
$policies = @(Get-AuthenticationPolicy)
$default = [string] (Get-OrganizationConfig).DefaultAuthenticationPolicy
$blocked = @()
foreach ($account in $accounts) {
    $user = Get-User -Identity $account -ErrorAction SilentlyContinue
    if (-not $user) {
        Write-Warning ('There is no account {0}. Create it and run this script again.' -f $account)
        continue
    }
    $effective = [string] $user.AuthenticationPolicy
    if (-not $effective) {
        $effective = $default
    }
    if (-not $effective) {
        Write-Output ('{0}: no authentication policy applies; nothing to do.' -f $account)
        continue
    }
    $policy = $policies | Where-Object { @([string] $_.Name, [string] $_.Identity, [string] $_.DistinguishedName, [string] $_.Guid) -contains $effective }
    if ($policy -and $policy.AllowBasicAuthSmtp) {
        Write-Output ('{0}: the policy {1} allows a password for SMTP; nothing to do.' -f $account, $effective)
        continue
    }
    Write-Output ('{0}: the policy {1} does not allow a password for SMTP.' -f $account, $effective)
    $blocked += $account
}

if ($blocked.Count -gt 0) {
    $own = $policies | Where-Object { $_.Name -eq $policyName }
    if (-not $own) {
        if ($PSCmdlet.ShouldProcess($policyName, 'Create an authentication policy that allows a password for SMTP only')) {
            $null = New-AuthenticationPolicy -Name $policyName -AllowBasicAuthSmtp
        }
    } elseif (-not $own.AllowBasicAuthSmtp) {
        if ($PSCmdlet.ShouldProcess($policyName, 'Allow a password for SMTP in this authentication policy')) {
            Set-AuthenticationPolicy -Identity $policyName -AllowBasicAuthSmtp
        }
    }
    foreach ($account in $blocked) {
        if ($PSCmdlet.ShouldProcess($account, 'Assign the authentication policy and end the sessions of the account')) {
            Set-User -Identity $account -AuthenticationPolicy $policyName
            # Without this the old policy may count for hours.
            Set-User -Identity $account -StsRefreshTokensValidFrom ([System.DateTime]::UtcNow)
        }
    }
}

# Read it back.
Get-AuthenticationPolicy | Format-List -Property 'Name', 'AllowBasicAuthSmtp'
foreach ($account in $accounts) {
    Get-User -Identity $account -ErrorAction SilentlyContinue | Format-List -Property 'Name', 'AuthenticationPolicy'
}
)ps");
}

} // namespace

std::vector<Artifact> renderAuthenticationPolicyScript(RenderContext &context)
{
    const std::vector<SignInMailbox> mailboxes = mailboxesOf(withPassword(context));
    if (mailboxes.empty())
        return {};
    const QString policy = QStringLiteral("Relaywright SMTP with a password");
    ScriptPage page;
    QStringList accounts;
    std::vector<PsCommand> back;
    for (const SignInMailbox &mailbox : mailboxes) {
        accounts += mailbox.address;
        back.push_back(withoutPolicy(mailbox.address));
        std::ranges::copy(mailbox.senders, std::back_inserter(page.senders));
    }
    page.kind = QStringLiteral("authentication-policy-script");
    page.stem = QStringLiteral("authentication-policy");
    page.title = QStringLiteral("Authentication policy for senders with a password");
    page.purpose =
        QStringLiteral("Where an authentication policy forbids %1 to sign in for SMTP with a password, it gives "
                       "these accounts a policy of their own that allows it, for SMTP only. Accounts that no "
                       "policy stops stay as they are. It is for %2.")
            .arg(joined(accounts), namesOf(page.senders));
    page.verify = {
        QStringLiteral("the last lines read the policies back. An account whose AuthenticationPolicy is \"%1\" "
                       "may sign in for SMTP with a password; one with an empty AuthenticationPolicy follows "
                       "the organisation's. Then send a test message.")
            .arg(policy)};
    page.rollBack.comment(
        QStringLiteral("give each account back the policy that the script showed, $null for none, then "
                       "remove the policy:"));
    addRollBack(page.rollBack, back);
    page.rollBack.commentedCommand(
        PsCommand(QStringLiteral("Remove-AuthenticationPolicy")).with(QStringLiteral("Identity"), PsText{policy}));
    page.know = {
        QStringLiteral("The policy allows a password for SMTP and for nothing else; the account must sign in "
                       "anew everywhere once. A policy that forbids SMTP counts before the mailbox's own switch."),
        context.knowledge.fact(QStringLiteral("smtp-auth.basic.switch-name")).statement};
    return {makeScript(context, page, bodyOf(accounts, policy))};
}

} // namespace relaywright
