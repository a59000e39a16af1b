// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxAccountName = 64;

PsScript bodyOf(const std::vector<SignInMailbox> &accounts)
{
    std::vector<std::vector<PsValue>> rows;
    for (const SignInMailbox &account : accounts) {
        const auto answered = std::ranges::find_if(
            account.senders, [](const PlannedSender &s) { return s.sender->repliesTo.has_value(); });
        const QString replyTo = answered == account.senders.end() ? QString() : answered->sender->repliesTo->toString();
        const QString name = account.address.section(u'@', 0, -2);
        rows.push_back({PsText{account.address}, PsText{shortened(name, kMaxAccountName)}, PsText{replyTo}});
    }
    PsScript script;
    return script
        .table(QStringLiteral("accounts"),
               {QStringLiteral("Address"), QStringLiteral("Name"), QStringLiteral("ReplyTo")}, rows)
        .code(uR"ps(

Write-Output 'Billing policies for High Volume Email:'
$policies = @(Get-BillingPolicy -ResourceType 'HVE')
$policies | Format-List
if ($policies.Count -eq 0) {
    Write-Warning 'There is no billing policy for High Volume Email. Set up pay-as-you-go billing in the Microsoft 365 admin center first: accounts without a valid policy cannot send.'
}

$known = @(Get-MailUser -HVEAccount | ForEach-Object { [string] $_.PrimarySmtpAddress })
foreach ($account in $accounts) {
    $recipient = Get-Recipient -Identity $account.Address -ErrorAction SilentlyContinue
    if ($known -contains $account.Address) {
        Write-Output ('{0} is a High Volume Email account already.' -f $account.Address)
    } elseif ($recipient) {
        Write-Warning ('{0} belongs to {1} ({2}). A High Volume Email account needs an address of its own; choose another one for the sender, or free this one.' -f $account.Address, $recipient.Name, $recipient.RecipientTypeDetails)
        continue
    } elseif ($PSCmdlet.ShouldProcess($account.Address, 'Create the High Volume Email account')) {
        # The password is asked for here and stands in no file.
        $password = Read-Host -Prompt ('New password for {0}' -f $account.Address) -AsSecureString
        $null = New-MailUser -HVEAccount -Name $account.Name -Password $password -PrimarySmtpAddress $account.Address
    } else {
        continue
    }
    if ($account.ReplyTo) {
        $settings = Get-HVEAccountSettings -Identity $account.Address
        if ([string] $settings.ReplyTo -ne $account.ReplyTo -and $PSCmdlet.ShouldProcess($account.Address, 'Set the reply address {0}' -f $account.ReplyTo)) {
            Set-HVEAccountSettings -Identity $account.Address -ReplyTo $account.ReplyTo
        }
    }
    if ($BillingPolicyId) {
        $billing = Get-HVEAccountBillingPolicy -Identity $account.Address -ErrorAction SilentlyContinue
        $valid = $billing -and [string] $billing.BillingPolicyStatus -eq 'BillingPolicyValid'
        if (-not $valid -and $PSCmdlet.ShouldProcess($account.Address, 'Attach the billing policy {0}' -f $BillingPolicyId)) {
            Set-HVEAccountBillingPolicy -Identity $account.Address -BillingPolicyId $BillingPolicyId
        }
    }
    if ($AppObjectIds.Count -gt 0 -and $PSCmdlet.ShouldProcess($account.Address, 'Let {0} application(s) use the account' -f $AppObjectIds.Count)) {
        Add-HVEAppAccess -Identity $account.Address -AppIds $AppObjectIds
    }
}

# Read it back: BillingPolicyStatus must be BillingPolicyValid, or the account cannot send.
foreach ($account in $accounts) {
    Get-HVEAccountSettings -Identity $account.Address -ErrorAction SilentlyContinue | Format-List
    Get-HVEAccountBillingPolicy -Identity $account.Address -ErrorAction SilentlyContinue | Format-List
}
)ps");
}

QStringList refusedOf(const std::vector<SignInMailbox> &accounts, const Knowledge &knowledge)
{
    QStringList refused;
    for (const SignInMailbox &account : accounts) {
        for (const PlannedSender &planned : account.senders) {
            for (const EmailAddress &address : addressesOf(*planned.sender)) {
                if (address.toString().compare(account.address, Qt::CaseInsensitive) != 0)
                    refused += QStringLiteral("%1 sends as %2 too, but a High Volume Email account may send only as "
                                              "itself, %3. Let the sender use that address, or an account of its own.")
                                   .arg(planned.name(), address.toString(), account.address);
            }
        }
    }
    const qint64 most = knowledge.number(QStringLiteral("hve.accounts"));
    if (static_cast<qint64>(accounts.size()) > most)
        refused += QStringLiteral("These are %1 accounts, and a tenant may have %2.").arg(accounts.size()).arg(most);
    return refused;
}

} // namespace

std::vector<Artifact> renderHveAccountsScript(RenderContext &context)
{
    const std::vector<SignInMailbox> accounts = mailboxesOf(context.withRoute(Method::HighVolumeEmail));
    if (accounts.empty())
        return {};
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    ScriptPage page;
    QStringList addresses;
    std::vector<PsCommand> back;
    for (const SignInMailbox &account : accounts) {
        addresses += account.address;
        back.push_back(
            PsCommand(QStringLiteral("Remove-MailUser")).with(QStringLiteral("Identity"), PsText{account.address}));
        std::ranges::copy(account.senders, std::back_inserter(page.senders));
    }
    page.kind = QStringLiteral("hve-accounts-script");
    page.stem = QStringLiteral("hve-accounts");
    page.title = QStringLiteral("High Volume Email accounts: %1").arg(joined(addresses));
    page.purpose =
        QStringLiteral("It creates the High Volume Email accounts %1 where they do not exist, sets where replies "
                       "go, and shows whether their billing is valid. It is for %2.")
            .arg(joined(addresses), namesOf(page.senders));
    page.notIncluded = refusedOf(accounts, context.knowledge);
    page.before = {
        QStringLiteral(
            "It asks for the password of each new account. With -BillingPolicyId, the identifier of one of the "
            "policies it shows, it attaches that policy to accounts without a valid one."),
        QStringLiteral("For senders with OAuth call it with -AppObjectIds, the object IDs of the applications under "
                       "Enterprise applications. %1")
            .arg(statement("hve.app-access"))};
    page.parameters = {{QStringLiteral("Identifier of the billing policy to attach."), u"[string] $BillingPolicyId"},
                       {QStringLiteral("Object IDs of the applications that may use the accounts."),
                        u"[string[]] $AppObjectIds = @()"}};
    page.verify = {QStringLiteral("the last lines read settings and billing back; BillingPolicyStatus must be "
                                  "BillingPolicyValid. Then send a test message to a mailbox of the organisation.")};
    page.rollBack.comment(QStringLiteral("remove an account only if this script made it:"));
    addRollBack(page.rollBack, back);
    page.know = {statement("hve.reach"),
                 statement("hve.billing"),
                 statement("hve.price-per-million"),
                 statement("hve.sender-address"),
                 statement("hve.recipients-per-message"),
                 statement("hve.size"),
                 statement("hve.security-defaults"),
                 statement("hve.basic.until"),
                 statement("hve.oauth-permission")};
    return {makeScript(context, page, bodyOf(accounts))};
}

} // namespace relaywright
