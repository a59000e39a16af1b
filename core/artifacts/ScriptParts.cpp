// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

namespace relaywright {

PsScript scriptHead(const RenderContext &context, const QString &title, const QString &purpose)
{
    const QString organisation = withoutHiddenCharacters(context.site.organisation.name).trimmed();
    PsScript script;
    script.comment(organisation.isEmpty() ? title : QStringLiteral("%1 - %2").arg(title, organisation));
    script.comment(
        QStringLiteral("Made by Relaywright from the plan of %1.").arg(context.plan.asOf.toString(Qt::ISODate)));
    script.comment(QString());
    script.comment(QStringLiteral("What it changes, and for whom: %1").arg(purpose));
    script.comment(QString());
    script.comment(QStringLiteral(
        "Apply: read it, then run it in PowerShell 7 or Windows PowerShell 5.1 as an Exchange administrator. It is "
        "safe to run twice. On a computer that never did this, first:"));
    script.commentedCommand(PsCommand(QStringLiteral("Install-Module"))
                                .with(QStringLiteral("Name"), PsText{QStringLiteral("ExchangeOnlineManagement")})
                                .with(QStringLiteral("Scope"), PsText{QStringLiteral("CurrentUser")}));
    return script;
}

void addConnection(PsScript &script, const RenderContext &context)
{
    PsCommand connect(QStringLiteral("Connect-ExchangeOnline"));
    if (context.site.organisation.cloud.value_or(Cloud::Worldwide) != Cloud::Worldwide)
        connect.with(QStringLiteral("ExchangeEnvironmentName"),
                     PsText{context.cloudText(QStringLiteral("powershell.environment"))});
    connect.with(QStringLiteral("ShowBanner"), PsSwitch{false});
    script.blank();
    script.line(QStringLiteral("$ErrorActionPreference = 'Stop'"));
    script.line(QStringLiteral("if (-not (Get-ConnectionInformation)) {"));
    script.command(connect, 4);
    script.line(QStringLiteral("}"));
    const auto domain = context.primaryDomain();
    if (!domain)
        return;
    // A consultant's window may still be signed in to the last customer.
    script.line(QStringLiteral("$domain = %1").arg(psLiteral(domain->toAscii())));
    script.line(
        QStringLiteral("if (-not (Get-AcceptedDomain | Where-Object { [string]$_.DomainName -eq $domain })) {"));
    script.line(
        QStringLiteral("    throw %1")
            .arg(psLiteral(
                QStringLiteral("%1 is not an accepted domain of the organisation this session is signed in to. Run "
                               "Disconnect-ExchangeOnline and start this script again with the right account.")
                    .arg(domain->toAscii()))));
    script.line(QStringLiteral("}"));
}

} // namespace relaywright
