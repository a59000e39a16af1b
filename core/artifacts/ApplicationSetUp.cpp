// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/ApplicationSetUp.h"

#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

const QString kSender = QStringLiteral("application");

Option optionOf(const ApplicationSetUp &setUp)
{
    MethodSettings settings;
    settings.authentication = Authentication::OAuth;
    settings.user = setUp.mailbox.toString();
    Option option;
    option.fit = Fit::Fits;
    option.method = setUp.method.value_or(Method::LocalRelay);
    if (setUp.method)
        option.settings = settings;
    else
        option.upstream = Upstream{std::nullopt, settings};
    return option;
}

Site siteOf(const ApplicationSetUp &setUp)
{
    Site site;
    site.organisation.cloud = setUp.cloud;
    site.organisation.tenant = setUp.tenant;
    site.organisation.acceptedDomains = {setUp.mailbox.domain()};
    Sender sender;
    sender.id = kSender;
    sender.name = setUp.mailbox.toString();
    sender.from = setUp.mailbox;
    sender.signInAs = setUp.mailbox;
    site.networks.emplace_back();
    site.senders.push_back(sender);
    return site;
}

PsScript registrationBody(const ApplicationSetUp &setUp)
{
    PsScript script;
    script
        .set(QStringLiteral("displayName"),
             PsText{QStringLiteral("Relaywright, mail of %1").arg(setUp.mailbox.toString())})
        .code(uR"ps(
$applications = @(Get-MgApplication -Filter ('displayName eq ''{0}''' -f $displayName.Replace('''', '''''')))
if ($applications.Count -gt 1) {
    throw ('There are {0} applications named {1}. Delete those that nothing uses, or go on by hand.' -f $applications.Count, $displayName)
}
$application = $applications | Select-Object -First 1
if (-not $application -and $PSCmdlet.ShouldProcess($displayName, 'Register the application')) {
)ps");
    if (setUp.signsInAsPerson)
        script.code(uR"ps(
    # The sign-in comes back to a free port of the computer on which the person signs in.
    $application = New-MgApplication -DisplayName $displayName -SignInAudience 'AzureADMyOrg' -IsFallbackPublicClient -PublicClient @{ RedirectUris = @('http://localhost') }
)ps");
    else
        script.code(uR"ps(
    $application = New-MgApplication -DisplayName $displayName -SignInAudience 'AzureADMyOrg'
)ps");
    script.code(uR"ps(
}
$principal = $null
if ($application) {
    $principal = Get-MgServicePrincipal -Filter ('appId eq ''{0}''' -f $application.AppId) | Select-Object -First 1
    if (-not $principal -and $PSCmdlet.ShouldProcess($displayName, 'Make its enterprise application')) {
        $principal = New-MgServicePrincipal -AppId $application.AppId
    }
}
)ps");
    if (!setUp.signsInAsPerson)
        script.code(uR"ps(
if ($application -and $MakeSecret -and $PSCmdlet.ShouldProcess($displayName, 'Make a client secret for a year')) {
    $made = Add-MgApplicationPassword -ApplicationId $application.Id -PasswordCredential @{ DisplayName = 'Relaywright'; EndDateTime = [datetime]::UtcNow.AddYears(1) }
    Write-Output ('Client secret, shown only now: {0}' -f $made.SecretText)
    Write-Output ('It ends on {0:yyyy-MM-dd}.' -f $made.EndDateTime)
}
)ps");
    return script.code(uR"ps(

# What the account and the scripts for Exchange Online ask for.
Write-Output ('Directory (tenant) ID:                      {0}' -f (Get-MgContext).TenantId)
Write-Output ('Application (client) ID, -AppId:            {0}' -f $application.AppId)
Write-Output ('Object ID for Exchange Online, -ObjectId:   {0}' -f $principal.Id)
)ps");
}

Artifact registration(RenderContext &context, const ApplicationSetUp &setUp)
{
    ScriptPage page;
    page.kind = QStringLiteral("application-registration-script");
    page.stem = QStringLiteral("application-registration");
    page.session = PsSession::Entra;
    page.title = QStringLiteral("Application for the mail of %1").arg(setUp.mailbox.toString());
    page.purpose =
        setUp.signsInAsPerson
            ? QStringLiteral("It registers an application in Entra through which a person signs in to send as %1. It "
                             "grants no permission: whoever signs in is asked for consent, or an administrator gives "
                             "it in the Microsoft Entra admin center.")
                  .arg(setUp.mailbox.toString())
            : QStringLiteral("It registers an application in Entra that is to send mail as %1, and shows the "
                             "identifiers that everything else asks for. It grants no permission.")
                  .arg(setUp.mailbox.toString());
    page.senders = context.senders;
    page.verify = {
        QStringLiteral("the last lines show the identifiers; an application without its enterprise application has no "
                       "object ID there.")};
    page.rollBack.comment(
        QStringLiteral("delete the application under App registrations in the Microsoft Entra admin center; its "
                       "enterprise application and secrets go with it."));
    page.know = {context.knowledge.fact(QStringLiteral("oauth.object-id")).statement};
    if (!setUp.signsInAsPerson)
        page.parameters = {{QStringLiteral("Makes a client secret for a year, too, and shows it once. A certificate is "
                                           "better: upload it to the application instead."),
                            u"[switch] $MakeSecret"}};
    return makeScript(context, page, registrationBody(setUp));
}

/// Of everything that a plan would call for, what gives the application its right.
bool isOfTheRight(const QString &kind, const ApplicationSetUp &setUp)
{
    if (kind == QLatin1String("smtp-auth-script") || kind == QLatin1String("hve-accounts-script"))
        return true;
    return !setUp.signsInAsPerson && kind.startsWith(QLatin1String("application-access"));
}

} // namespace

std::vector<Artifact> renderSetUp(const ApplicationSetUp &setUp, QDate today, const Knowledge &knowledge)
{
    const Site site = siteOf(setUp);
    Plan plan;
    plan.asOf = today;
    plan.senders.push_back({kSender, {optionOf(setUp)}, {}});
    RenderContext context(site, plan, knowledge);
    std::vector<Artifact> scripts;
    if (!setUp.isRegistered)
        scripts.push_back(registration(context, setUp));
    for (Artifact &artifact : render(site, plan, knowledge)) {
        if (isOfTheRight(artifact.kind, setUp))
            scripts.push_back(std::move(artifact));
    }
    return scripts;
}

QString callOf(const Artifact &script, const QString &applicationId, const QString &objectId)
{
    QString call = QStringLiteral(".\\%1").arg(script.fileName);
    const QString object = objectId.isEmpty() ? QStringLiteral("OBJECT-ID") : objectId;
    if (script.kind.startsWith(QLatin1String("application-access")))
        call += QStringLiteral(" -AppId %1 -ObjectId %2").arg(applicationId, object);
    else if (script.kind == QLatin1String("hve-accounts-script"))
        call += QStringLiteral(" -AppObjectIds %1").arg(object);
    return call;
}

} // namespace relaywright
