// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

/// The next whole megabyte.
qint64 roundedUp(std::uint64_t octets)
{
    constexpr std::uint64_t kMegabyte = 1024 * 1024;
    return static_cast<qint64>((octets + kMegabyte - 1) / kMegabyte * kMegabyte);
}

/// What RecipientLimits and MaxSendSize must be raised to for the most demanding sender; 0 when the default does.
qint64 recipientsNeeded(const SignInMailbox &mailbox, const Knowledge &knowledge)
{
    qint64 most = 0;
    for (const PlannedSender &planned : mailbox.senders)
        most = std::max<qint64>(most, planned.sender->recipientsPerMessage.value_or(0));
    const qint64 standard = knowledge.number(QStringLiteral("client-submission.recipients-per-message"));
    const qint64 possible = knowledge.number(QStringLiteral("client-submission.recipients-per-message.most"));
    return most > standard ? std::min(most, possible) : 0;
}

qint64 octetsNeeded(const SignInMailbox &mailbox, const Knowledge &knowledge)
{
    std::uint64_t most = 0;
    for (const PlannedSender &planned : mailbox.senders)
        most = std::max(most, planned.sender->largestMessageOctets.value_or(0));
    const auto standard =
        static_cast<std::uint64_t>(knowledge.number(QStringLiteral("client-submission.size-default")));
    return most > standard ? roundedUp(most) : 0;
}

PsCommand switchBack(const QString &mailbox)
{
    return PsCommand(QStringLiteral("Set-CASMailbox"))
        .with(QStringLiteral("Identity"), PsText{mailbox})
        .with(QStringLiteral("SmtpClientAuthenticationDisabled"), PsVariable{QStringLiteral("null")});
}

bool anySignsInBy(const PlannedSenders &senders, Authentication authentication)
{
    return std::ranges::any_of(senders,
                               [&](const PlannedSender &s) { return s.entry().authentication == authentication; });
}

QStringList knowledgeFor(const std::vector<SignInMailbox> &mailboxes, const PlannedSenders &senders,
                         const RenderContext &context)
{
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    QStringList know{statement("smtp-auth.mailbox-switch")};
    if (anySignsInBy(senders, Authentication::Basic)) {
        know +=
            QStringLiteral("%1 Give each mailbox a long password of its own.").arg(statement("smtp-auth.basic.risk"));
        know += statement("smtp-auth.basic.off-by-default");
        know += statement("smtp-auth.security-defaults");
    }
    if (anySignsInBy(senders, Authentication::OAuth))
        know += QStringLiteral("The switch must be open for OAuth as well. %1")
                    .arg(statement("smtp-auth.security-defaults.oauth"));
    const qint64 most = context.knowledge.number(QStringLiteral("service-account.devices"));
    for (const SignInMailbox &mailbox : mailboxes) {
        if (static_cast<qint64>(mailbox.senders.size()) > most)
            know += QStringLiteral("%1 serves %2. %3")
                        .arg(mailbox.address, namesOf(mailbox.senders), statement("service-account.devices"));
    }
    return know;
}

PsScript bodyOf(const std::vector<SignInMailbox> &mailboxes, const Knowledge &knowledge)
{
    std::vector<std::vector<PsValue>> rows;
    for (const SignInMailbox &mailbox : mailboxes)
        rows.push_back({PsText{mailbox.address}, PsText{namesOf(mailbox.senders)},
                        PsNumber{recipientsNeeded(mailbox, knowledge)}, PsNumber{octetsNeeded(mailbox, knowledge)}});
    PsScript script;
    script.comment(QStringLiteral("Recipients and Octets: what one message needs at the least; 0 leaves the "
                                  "mailbox's limit alone."));
    return script
        .table(
            QStringLiteral("mailboxes"),
            {QStringLiteral("Address"), QStringLiteral("For"), QStringLiteral("Recipients"), QStringLiteral("Octets")},
            rows)
        .code(uR"ps(

foreach ($mailbox in $mailboxes) {
    $before = Get-CASMailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue
    if (-not $before) {
        Write-Warning ('There is no mailbox {0}, which {1} signs in with. Create it with a licence and run this script again.' -f $mailbox.Address, $mailbox.For)
        continue
    }
    # Empty follows the organisation's switch.
    Write-Output ('{0}, for {1}: SmtpClientAuthenticationDisabled was "{2}".' -f $mailbox.Address, $mailbox.For, $before.SmtpClientAuthenticationDisabled)
    if ($before.SmtpClientAuthenticationDisabled -ne $false) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Allow sign-in for SMTP (SmtpClientAuthenticationDisabled $false)')) {
            Set-CASMailbox -Identity $mailbox.Address -SmtpClientAuthenticationDisabled $false
        }
    }
    if ($mailbox.Recipients -eq 0 -and $mailbox.Octets -eq 0) {
        continue
    }
    $limits = Get-Mailbox -Identity $mailbox.Address
    $recipients = [string] $limits.RecipientLimits
    $octets = ([string] $limits.MaxSendSize) -replace '^.*\(', '' -replace '[^0-9]', ''
    Write-Output ('{0}: RecipientLimits was {1}, MaxSendSize was {2}.' -f $mailbox.Address, $recipients, $limits.MaxSendSize)
    if ($mailbox.Recipients -gt 0 -and $recipients -match '^[0-9]+$' -and [int] $recipients -lt $mailbox.Recipients) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Raise RecipientLimits')) {
            Set-Mailbox -Identity $mailbox.Address -RecipientLimits $mailbox.Recipients
        }
    }
    if ($mailbox.Octets -gt 0 -and $octets -and [long] $octets -lt $mailbox.Octets) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Raise MaxSendSize')) {
            Set-Mailbox -Identity $mailbox.Address -MaxSendSize $mailbox.Octets
        }
    }
}

# Read it back. The mailbox's switch counts before the organisation's; an authentication policy counts before both.
Get-TransportConfig | Format-List -Property 'SmtpClientAuthenticationDisabled'
Get-OrganizationConfig | Format-List -Property 'DefaultAuthenticationPolicy'
foreach ($mailbox in $mailboxes) {
    Get-CASMailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'SmtpClientAuthenticationDisabled'
    Get-User -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'AuthenticationPolicy'
}
)ps");
}

ScriptPage pageOf(const std::vector<SignInMailbox> &mailboxes, const RenderContext &context)
{
    ScriptPage page;
    QStringList addresses;
    std::vector<PsCommand> switchesBack;
    for (const SignInMailbox &mailbox : mailboxes) {
        addresses += mailbox.address;
        switchesBack.push_back(switchBack(mailbox.address));
        std::ranges::copy(mailbox.senders, std::back_inserter(page.senders));
    }
    page.kind = QStringLiteral("smtp-auth-script");
    page.stem = QStringLiteral("smtp-auth");
    page.title = mailboxes.size() == 1 ? QStringLiteral("SMTP sign-in for %1").arg(addresses.front())
                                       : QStringLiteral("SMTP sign-in for %1 mailboxes").arg(mailboxes.size());
    page.purpose =
        QStringLiteral("It lets %1 sign in for SMTP (SMTP AUTH), whatever the organisation's switch says, and "
                       "raises the limits of a message where a sender needs more. It is for %2.")
            .arg(joined(addresses), namesOf(page.senders));
    page.verify = {
        QStringLiteral("the last lines read back every switch that can stop a sign-in. For each mailbox "
                       "SmtpClientAuthenticationDisabled must be False. An AuthenticationPolicy must allow "
                       "basic sign-in for SMTP where a device uses a password. Security defaults and "
                       "Conditional Access are not read here: look in the Microsoft Entra admin center. Then "
                       "send a test message.")};
    page.rollBack.comment(
        QStringLiteral("put the values back that the script shows as the ones before. Empty is $null, "
                       "which follows the organisation's switch:"));
    addRollBack(page.rollBack, switchesBack);
    page.know = knowledgeFor(mailboxes, page.senders, context);
    return page;
}

} // namespace

std::vector<Artifact> renderSmtpAuthScript(RenderContext &context)
{
    const std::vector<SignInMailbox> mailboxes = mailboxesOf(context.withRoute(Method::ClientSubmission));
    if (mailboxes.empty())
        return {};
    return {makeScript(context, pageOf(mailboxes, context), bodyOf(mailboxes, context.knowledge))};
}

} // namespace relaywright
