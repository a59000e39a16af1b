// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include <algorithm>

namespace relaywright {

namespace {

/// A mailbox that signs in, and the other addresses it must be able to send as.
struct Mailbox {
    QString address;
    QStringList sendAs;
    PlannedSenders senders;
};

std::vector<Mailbox> mailboxesOf(const PlannedSenders &senders)
{
    std::vector<Mailbox> mailboxes;
    for (const PlannedSender &planned : senders) {
        const QString address = planned.mailbox();
        if (address.isEmpty())
            continue;
        auto mailbox = std::ranges::find_if(
            mailboxes, [&](const Mailbox &known) { return known.address.compare(address, Qt::CaseInsensitive) == 0; });
        if (mailbox == mailboxes.end())
            mailbox = mailboxes.insert(mailboxes.end(), Mailbox{address, {}, {}});
        mailbox->senders.push_back(planned);
        // Behind a local relay the relay writes the mailbox's own address into the message.
        const QString from = planned.sender->from ? planned.sender->from->toString() : QString();
        const bool other = !from.isEmpty() && from.compare(address, Qt::CaseInsensitive) != 0;
        if (other && planned.option->method == Method::ClientSubmission
            && !mailbox->sendAs.contains(from, Qt::CaseInsensitive))
            mailbox->sendAs += from;
    }
    return mailboxes;
}

PsCommand permission(const QString &cmdlet, const QString &address, const QString &mailbox)
{
    return PsCommand(cmdlet)
        .with(QStringLiteral("Identity"), PsText{address})
        .with(QStringLiteral("Trustee"), PsText{mailbox})
        .with(QStringLiteral("AccessRights"), PsText{QStringLiteral("SendAs")});
}

PsCommand smtpAuth(const QString &mailbox, const PsValue &disabled)
{
    return PsCommand(QStringLiteral("Set-CASMailbox"))
        .with(QStringLiteral("Identity"), PsText{mailbox})
        .with(QStringLiteral("SmtpClientAuthenticationDisabled"), disabled);
}

QString readSwitch(const QString &mailbox)
{
    return QStringLiteral("Get-CASMailbox -Identity %1 | Format-List Name, SmtpClientAuthenticationDisabled")
        .arg(psLiteral(mailbox));
}

void addAdvice(PsScript &script, const std::vector<Mailbox> &mailboxes, const RenderContext &context)
{
    script.comment(QString());
    script.comment(
        QStringLiteral("Verify: the last lines read back every switch that can stop a sign-in. For each mailbox "
                       "SmtpClientAuthenticationDisabled must be False. An AuthenticationPolicy must allow basic "
                       "sign-in for SMTP where a "
                       "device uses a password. Security defaults and Conditional Access are not read here: look in "
                       "the Microsoft Entra "
                       "admin center. Then send a test message."));
    script.comment(QString());
    script.comment(QStringLiteral(
        "Roll back: put the value back that the script shows as the one before. Empty is $null, which follows the "
        "organisation's switch:"));
    for (const Mailbox &mailbox : mailboxes) {
        script.commentedCommand(smtpAuth(mailbox.address, PsVariable{QStringLiteral("null")}));
        for (const QString &address : mailbox.sendAs)
            script.commentedCommand(permission(QStringLiteral("Remove-RecipientPermission"), address, mailbox.address));
    }
    script.comment(QString());
    script.comment(QStringLiteral("Know: %1 Give each mailbox a long password of its own.")
                       .arg(context.knowledge.fact(QStringLiteral("smtp-auth.basic.risk")).statement));
    for (const Mailbox &mailbox : mailboxes) {
        if (static_cast<qint64>(mailbox.senders.size())
            > context.knowledge.number(QStringLiteral("service-account.devices")))
            script.comment(QStringLiteral("%1 serves %2. %3")
                               .arg(mailbox.address, namesOf(mailbox.senders),
                                    context.knowledge.fact(QStringLiteral("service-account.devices")).statement));
    }
}

void addSendAs(PsScript &script, const QString &address, const QString &mailbox)
{
    script.line(QStringLiteral("if (-not (Get-Recipient -Identity %1 -ErrorAction SilentlyContinue)) {")
                    .arg(psLiteral(address)));
    script.line(QStringLiteral("    Write-Warning %1")
                    .arg(psLiteral(QStringLiteral("There is no recipient %1. Create a shared mailbox of this address "
                                                  "and run this script again, or let the device send as %2.")
                                       .arg(address, mailbox))));
    script.line(QStringLiteral("} elseif (-not (%1)) {")
                    .arg(permission(QStringLiteral("Get-RecipientPermission"), address, mailbox).toString()));
    script.command(permission(QStringLiteral("Add-RecipientPermission"), address, mailbox)
                       .with(QStringLiteral("Confirm"), PsSwitch{false}),
                   4);
    script.line(QStringLiteral("}"));
}

void addMailbox(PsScript &script, const Mailbox &mailbox)
{
    script.blank();
    script.comment(QStringLiteral("%1, for %2: the value before, then the change.")
                       .arg(mailbox.address, namesOf(mailbox.senders)));
    script.line(readSwitch(mailbox.address));
    script.command(smtpAuth(mailbox.address, PsBool{false}));
    for (const QString &address : mailbox.sendAs)
        addSendAs(script, address, mailbox.address);
}

void addReadBack(PsScript &script, const std::vector<Mailbox> &mailboxes)
{
    script.blank();
    script.comment(QStringLiteral("Read it back. The mailbox's switch counts before the organisation's."));
    script.line(QStringLiteral("Get-TransportConfig | Format-List SmtpClientAuthenticationDisabled"));
    script.line(
        QStringLiteral("Get-OrganizationConfig | Format-List DefaultAuthenticationPolicy, SendFromAliasEnabled"));
    for (const Mailbox &mailbox : mailboxes) {
        const QString identity = psLiteral(mailbox.address);
        script.line(readSwitch(mailbox.address));
        script.line(QStringLiteral("Get-User -Identity %1 | Format-List Name, AuthenticationPolicy").arg(identity));
        for (const QString &address : mailbox.sendAs)
            script.line(
                QStringLiteral("Get-RecipientPermission -Identity %1 | Format-List Identity, Trustee, AccessRights")
                    .arg(psLiteral(address)));
    }
}

QString purposeOf(const std::vector<Mailbox> &mailboxes, const PlannedSenders &senders)
{
    QStringList addresses;
    qsizetype permissions = 0;
    for (const Mailbox &mailbox : mailboxes) {
        addresses += mailbox.address;
        permissions += mailbox.sendAs.size();
    }
    const QString sendAs = permissions == 0
                               ? QString()
                               : QStringLiteral(" It gives them Send As on the other addresses that devices use.");
    return QStringLiteral(
               "It lets %1 sign in for SMTP (SMTP AUTH), whatever the organisation's switch says.%2 It is for %3.")
        .arg(addresses.join(QLatin1String(", ")), sendAs, namesOf(senders));
}

} // namespace

std::vector<Artifact> renderSmtpAuthScript(RenderContext &context)
{
    const PlannedSenders senders = context.withRoute(Method::ClientSubmission);
    const std::vector<Mailbox> mailboxes = mailboxesOf(senders);
    if (mailboxes.empty())
        return {};
    PlannedSenders served;
    for (const Mailbox &mailbox : mailboxes)
        std::ranges::copy(mailbox.senders, std::back_inserter(served));
    const QString title = mailboxes.size() == 1 ? QStringLiteral("SMTP sign-in for %1").arg(mailboxes.front().address)
                                                : QStringLiteral("SMTP sign-in for %1 mailboxes").arg(mailboxes.size());
    const QString purpose = purposeOf(mailboxes, served);
    PsScript script = scriptHead(context, title, purpose);
    addAdvice(script, mailboxes, context);
    addConnection(script, context);
    for (const Mailbox &mailbox : mailboxes)
        addMailbox(script, mailbox);
    addReadBack(script, mailboxes);
    return {Artifact{.kind = QStringLiteral("smtp-auth-script"),
                     .fileName = context.fileName(QStringLiteral("smtp-auth"), QStringLiteral(".ps1")),
                     .title = title,
                     .purpose = purpose,
                     .mediaType = QStringLiteral("text/x-powershell"),
                     .text = script.toString(),
                     .senders = idsOf(served)}};
}

} // namespace relaywright
