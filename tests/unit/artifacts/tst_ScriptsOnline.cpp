// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/ScriptSamples.h"

#include <QRegularExpression>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The scripts for Exchange Online, one by one: when they appear, what they hold, in which order they work.
class tst_ScriptsOnline : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void connectorTakesAddressesThatExchangeOnlineTakes();
    void connectorsAreOneForEachWayOfKnowing();
    void connectorWithoutAnAddressStopsWithASentence();
    void connectorCoversTheLocalRelayToo();
    void connectorNameStaysWithin64Characters();
    void certificateConnectorNamesTheDomainWithAWildcard();
    void smtpAuthOpensEachMailboxOnce();
    void smtpAuthRaisesLimitsOnlyWhereNeeded();
    void smtpAuthWarnsOfTooManyDevicesOnOneMailbox();
    void authenticationPolicyIsForPasswordsOnly();
    void sendAsCoversEveryAddressThatDiffers();
    void sendAsBehindARelaySaysWhatToTakeOutThen();
    void aliasesSayWhatElseTheyChange();
    void sharedMailboxTakesAddressesThatHaveNoMailbox();
    void applicationAccessIsForTokensOnly();
    void applicationAccessForGraphAsksForMailSend();
    void highVolumeAccountsNeverHoldAPassword();
    void highVolumeAccountsSayWhatTheyCannotSendAs();
    void directSendIsClosedOnlyWhenNobodyUsesIt();
    void directSendExceptionLocksNobodyOut();
    void directSendClosedTellsOfTheOwnExchangeServer();
    void connectionFilterIsForDirectSendOnly();
    void mailFlowRulesOnlyWatchUnlessToldOtherwise();
    void mailFlowRulesSpareAddressesThatAnotherSenderUsesOutside();
    void theRuleOfTheRelaysAddressSparesDirectSendFromThere();
    void anAccountBehindARelayIsTheOneThatThePlanNames();
    void mailFlowRulesSplitLongLists();
    void dkimTargetsAreReadAndNeverMade();
    void messageTraceChangesNothing();
};

namespace {

QString unfolded(QString text)
{
    return text.replace(QLatin1String("\n# "), QLatin1String(" "))
        .replace(QLatin1String("\n    # "), QLatin1String(" "));
}

/// `$name = @( ... )` with its rows.
QString tableOf(const QString &script, const char *name)
{
    const qsizetype from = script.indexOf(QLatin1String("\n$") + QLatin1String(name) + QLatin1String(" = @("));
    return from < 0 ? QString() : script.mid(from, script.indexOf(QLatin1String("\n)"), from) - from);
}

Option oauthSubmission()
{
    return optionFor(Method::ClientSubmission, Authentication::OAuth);
}

} // namespace

void tst_ScriptsOnline::connectorTakesAddressesThatExchangeOnlineTakes()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    sample.site.networks.front().egress = {block("203.0.113.7"),    block("198.51.100.0/24"), block("192.0.2.128/25"),
                                           block("203.0.112.0/23"), block("2001:db8::/64"),   block("10.0.0.0/24"),
                                           block("203.0.113.7")};
    const QString text = sample.only("connector-script").text;
    QVERIFY2(text.contains(QLatin1String("$addresses = @('192.0.2.128/25', '198.51.100.0/24', '203.0.113.7')\n")),
             qPrintable(text));
    for (const char *refused :
         {"203.0.112.0/23 cannot be used", "2001:db8::/64 cannot be used", "10.0.0.0/24 cannot be used"})
        QVERIFY2(unfolded(text).contains(QLatin1String("Not included: ") + QLatin1String(refused)), refused);
}

void tst_ScriptsOnline::connectorsAreOneForEachWayOfKnowing()
{
    const std::vector<Artifact> scripts = connectorSample({}).sample.of("connector-script");
    QCOMPARE(scripts.size(), 2u);
    QCOMPARE(scripts[0].fileName, QStringLiteral("connector-relay.ps1"));
    QCOMPARE(scripts[0].senders, (QStringList{QStringLiteral("erp"), QStringLiteral("alarm")}));
    QVERIFY(scripts[0].text.contains(
        QLatin1String("#     Remove-InboundConnector -Identity 'Relaywright relay for contoso.com'\n")));
    QCOMPARE(scripts[1].fileName, QStringLiteral("connector-certificate.ps1"));
    QCOMPARE(scripts[1].senders, QStringList{QStringLiteral("gateway")});
    // Look, then refuse what contradicts, then create or change, then read back.
    for (const Artifact &script : scripts) {
        qsizetype last = 0;
        for (const char *step : {"$all = @(Get-InboundConnector)", "throw 'The connectors above already name",
                                 "New-InboundConnector -Name $name", "nothing was changed",
                                 "Set-InboundConnector -Identity $name", "# Read it back.\nGet-InboundConnector"}) {
            const qsizetype at = script.text.indexOf(QLatin1String(step), last);
            QVERIFY2(at > last, step);
            last = at;
        }
    }
}

void tst_ScriptsOnline::connectorWithoutAnAddressStopsWithASentence()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    sample.site.networks.front().egress = {block("2001:db8::1")};
    const Artifact script = sample.only("connector-script");
    QVERIFY(script.text.contains(QLatin1String("\nthrow 'This site names no public IPv4 address")));
    QVERIFY(!script.text.contains(QLatin1String("New-InboundConnector")));
}

void tst_ScriptsOnline::connectorCoversTheLocalRelayToo()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay);
    sample.chosen() = relayedBy(Method::ConnectorRelay, Authentication::CertificateOrIp, 25);
    QCOMPARE(sample.only("connector-script").senders, QStringList{QStringLiteral("fax")});
}

void tst_ScriptsOnline::connectorNameStaysWithin64Characters()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    const QByteArray label(50, 'a');
    sample.site.organisation.acceptedDomains = {domain(label + "." + label + ".example.com")};
    static const QRegularExpression name(QStringLiteral("\\$name = '([^']*)'"));
    const QString found = name.match(sample.only("connector-script").text).captured(1);
    QVERIFY(found.startsWith(QLatin1String("Relaywright relay for aaa")));
    QCOMPARE(found.size(), 64);
}

void tst_ScriptsOnline::certificateConnectorNamesTheDomainWithAWildcard()
{
    const Artifact script = connectorSample({}).sample.of("connector-script").at(1);
    QVERIFY(script.text.contains(QLatin1String("$certificate = '*.contoso.com'\n")));
    QVERIFY(script.text.contains(
        QLatin1String("-RequireTls $true -RestrictDomainsToCertificate $true -TlsSenderCertificateName $certificate")));
    QVERIFY(unfolded(script.text).contains(QLatin1String("sends the full chain")));
    QVERIFY(unfolded(script.text).contains(QLatin1String("certificate of a public authority")));
}

void tst_ScriptsOnline::smtpAuthOpensEachMailboxOnce()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com", "devices@contoso.com");
    sample.add("printer", Method::ClientSubmission, "printer@contoso.com", "Devices@contoso.com");
    sample.add("nobody", Method::ClientSubmission, nullptr);
    const Artifact script = sample.only("smtp-auth-script");
    QCOMPARE(script.senders, (QStringList{QStringLiteral("scanner"), QStringLiteral("printer")}));
    QCOMPARE(
        tableOf(script.text, "mailboxes"),
        QStringLiteral("\n$mailboxes = @(\n    [pscustomobject] @{ Address = 'devices@contoso.com'; For = 'scanner and "
                       "printer'; Recipients = 0; Octets = 0 }"));
    QVERIFY(script.text.contains(QLatin1String(
        "#     Set-CASMailbox -Identity 'devices@contoso.com' -SmtpClientAuthenticationDisabled $null\n")));
    // What is overwritten is shown first.
    QVERIFY(script.text.indexOf(QLatin1String("SmtpClientAuthenticationDisabled was"))
            < script.text.indexOf(QLatin1String("            Set-CASMailbox -Identity")));
}

void tst_ScriptsOnline::smtpAuthRaisesLimitsOnlyWhereNeeded()
{
    Sample sample;
    Sender &small = sample.add("small", Method::ClientSubmission, "small@contoso.com");
    small.recipientsPerMessage = 500;
    small.largestMessageOctets = 36'700'160;
    Sender &large = sample.add("large", Method::ClientSubmission, "large@contoso.com");
    large.recipientsPerMessage = 5000;
    large.largestMessageOctets = 36'700'161;
    const QString rows = tableOf(sample.only("smtp-auth-script").text, "mailboxes");
    QVERIFY2(rows.contains(QLatin1String("'small@contoso.com'; For = 'small'; Recipients = 0; Octets = 0 }")),
             qPrintable(rows));
    QVERIFY2(rows.contains(QLatin1String("'large@contoso.com'; For = 'large'; Recipients = 1000; Octets = 37748736 }")),
             qPrintable(rows));
}

void tst_ScriptsOnline::smtpAuthWarnsOfTooManyDevicesOnOneMailbox()
{
    Sample sample;
    for (const char *id : {"a", "b", "c"})
        sample.add(id, Method::ClientSubmission, "devices@contoso.com", "devices@contoso.com");
    QVERIFY(!sample.only("smtp-auth-script").text.contains(QLatin1String("serves")));
    sample.add("d", Method::ClientSubmission, "devices@contoso.com", "devices@contoso.com");
    QVERIFY(sample.only("smtp-auth-script").text.contains(QLatin1String("devices@contoso.com serves a, b, c and d.")));
}

void tst_ScriptsOnline::authenticationPolicyIsForPasswordsOnly()
{
    Sample sample;
    sample.add("erp", Method::ClientSubmission, "erp@contoso.com");
    sample.chosen() = oauthSubmission();
    QVERIFY(sample.of("authentication-policy-script").empty());
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com");
    const QString text = sample.only("authentication-policy-script").text;
    QVERIFY(text.contains(QLatin1String("$accounts = @('scanner@contoso.com')\n")));
    // An account that no policy stops is left alone.
    QVERIFY(text.indexOf(QLatin1String("no authentication policy applies; nothing to do"))
            < text.indexOf(QLatin1String("Set-User -Identity $account -AuthenticationPolicy $policyName")));
    QVERIFY(text.contains(QLatin1String("-StsRefreshTokensValidFrom ([System.DateTime]::UtcNow)")));
}

void tst_ScriptsOnline::sendAsCoversEveryAddressThatDiffers()
{
    Sample sample;
    sample.add("same", Method::ClientSubmission, "Devices@contoso.com", "devices@contoso.com");
    QVERIFY(sample.of("send-as-script").empty());
    Sender &fax = sample.add("Fax server", Method::ClientSubmission, "o'brien@contoso.com", "devices@contoso.com");
    fax.envelopeFrom = address("bounces@contoso.com");
    fax.alsoFrom = {address("fax@contoso.com"), address("fax@example.net")};
    fax.repliesTo = address("helpdesk@contoso.com");
    const QString text = sample.only("send-as-script").text;
    const QString rows = tableOf(text, "grants");
    QCOMPARE(rows.count(QLatin1String("[pscustomobject]")), 3);
    QVERIFY2(
        rows.contains(QLatin1String("Address = 'o''brien@contoso.com'; Mailbox = 'devices@contoso.com'; Group = 'Fax "
                                    "server - o''brien'; Reader = 'helpdesk@contoso.com'")),
        qPrintable(rows));
    QVERIFY(unfolded(text).contains(QLatin1String("Not included: fax@example.net of Fax server")));
    QVERIFY(text.contains(QLatin1String("-Type 'Security'")));
    QVERIFY(text.contains(QLatin1String("-RequireSenderAuthenticationEnabled $false")));
}

void tst_ScriptsOnline::sendAsBehindARelaySaysWhatToTakeOutThen()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    const QString text = sample.only("send-as-script").text;
    QVERIFY(text.contains(QLatin1String("Address = 'fax@contoso.com'; Mailbox = 'devices@contoso.com'")));
    QVERIFY(unfolded(text).contains(QLatin1String("take \"sendAs\" out of the relay's configuration")));
    QVERIFY(!sample.of("smtp-auth-script").empty());
    // A relay known by its address needs no mailbox, and so no right on one.
    sample.chosen().upstream = Upstream{Method::ConnectorRelay, {}};
    QVERIFY(sample.of("send-as-script").empty());
}

void tst_ScriptsOnline::aliasesSayWhatElseTheyChange()
{
    const QString text = submissionSample({}).sample.only("send-as-alias-script").text;
    QVERIFY(text.contains(
        QLatin1String("Set-Mailbox -Identity $alias.Mailbox -EmailAddresses @{ Add = 'smtp:{0}' -f $alias.Address }")));
    QVERIFY(text.contains(QLatin1String("Set-OrganizationConfig -SendFromAliasEnabled $true")));
    QVERIFY(unfolded(text).contains(QLatin1String("That switch is for the whole organisation")));
    QVERIFY(text.contains(QLatin1String("@{ Remove = 'smtp:o''brien@contoso.com' }")));
}

void tst_ScriptsOnline::sharedMailboxTakesAddressesThatHaveNoMailbox()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay, "erp@contoso.com");
    QVERIFY(sample.of("shared-mailbox-script").empty());
    sample.site.senders[0].repliesTo = address("accounts@contoso.com");
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com").repliesTo = address("accounts@contoso.com");
    sample.add("web", Method::ConnectorRelay, "web@contoso.com").repliesTo = address("agency@example.net");
    const QString text = sample.only("shared-mailbox-script").text;
    QCOMPARE(tableOf(text, "mailboxes"), QStringLiteral("\n$mailboxes = @(\n    [pscustomobject] @{ Address = "
                                                        "'accounts@contoso.com'; Name = 'accounts' }"));
    // The scanner's address is a mailbox that signs in; the ERP's is none.
    QCOMPARE(tableOf(text, "aliases"),
             QStringLiteral("\n$aliases = @(\n    [pscustomobject] @{ Address = 'erp@contoso.com'; "
                            "Mailbox = 'accounts@contoso.com' }"));
    QVERIFY(text.contains(QLatin1String("Not included: agency@example.net is in none of the accepted domains")));
}

void tst_ScriptsOnline::applicationAccessIsForTokensOnly()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com");
    QVERIFY(sample.of("application-access-script").empty());
    QVERIFY(sample.of("application-access-classic-script").empty());
    sample.add("erp", Method::ClientSubmission, "erp@contoso.com").alsoFrom = {address("invoices@contoso.com")};
    sample.chosen(1) = oauthSubmission();
    const QString role = sample.only("application-access-script").text;
    QVERIFY(role.contains(QLatin1String("$mailboxes = @('erp@contoso.com')\n")));
    QVERIFY(role.contains(QLatin1String("Role = 'Application SMTP.SendAsApp'")));
    QVERIFY(!role.contains(QLatin1String("Application Mail.Send'")));
    QVERIFY(!role.contains(QLatin1String("FullAccess")));
    QVERIFY(role.contains(QLatin1String("[Parameter(Mandatory)] [guid] $ObjectId")));
    QVERIFY(role.contains(QLatin1String("if ($AppId -eq $ObjectId) {\n    throw ")));
    QVERIFY(unfolded(role).contains(QLatin1String("wait two hours before judging a result")));
    const QString classic = sample.only("application-access-classic-script").text;
    QVERIFY(classic.contains(QLatin1String("-AccessRights 'FullAccess'")));
    QVERIFY(tableOf(classic, "addresses").contains(QLatin1String("'invoices@contoso.com'")));
}

void tst_ScriptsOnline::applicationAccessForGraphAsksForMailSend()
{
    Sample sample;
    sample.add("scale", Method::LocalRelay, "scale@contoso.com", "devices@contoso.com");
    sample.chosen() = relayedBy(std::nullopt, Authentication::OAuth, 443);
    const QString role = sample.only("application-access-script").text;
    QVERIFY(role.contains(QLatin1String("Role = 'Application Mail.Send'")));
    QVERIFY(!role.contains(QLatin1String("Application SMTP.SendAsApp")));
    QVERIFY(sample.of("application-access-classic-script").empty());
}

void tst_ScriptsOnline::highVolumeAccountsNeverHoldAPassword()
{
    const QString text = highVolumeSample({}).sample.only("hve-accounts-script").text;
    QVERIFY(
        text.contains(QLatin1String("Read-Host -Prompt ('New password for {0}' -f $account.Address) -AsSecureString")));
    QVERIFY(text.contains(QLatin1String("New-MailUser -HVEAccount -Name $account.Name -Password $password")));
    QVERIFY(!text.contains(QLatin1String("ConvertTo-SecureString")));
    QVERIFY(text.contains(QLatin1String("Get-HVEAccountBillingPolicy")));
    QVERIFY(tableOf(text, "accounts")
                .contains(QLatin1String("Address = 'press@contoso.com'; Name = 'press'; ReplyTo = "
                                        "'editor@contoso.com'")));
}

void tst_ScriptsOnline::highVolumeAccountsSayWhatTheyCannotSendAs()
{
    QVERIFY(
        unfolded(highVolumeSample({}).sample.only("hve-accounts-script").text)
            .contains(QLatin1String("Not included: press sends as intranet@contoso.com too, but a High Volume Email")));
}

void tst_ScriptsOnline::directSendIsClosedOnlyWhenNobodyUsesIt()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    QVERIFY(!sample.of("reject-direct-send-script").empty());
    QVERIFY(sample.of("direct-send-script").empty());
    sample.add("alarm", Method::DirectSend);
    QVERIFY(sample.of("reject-direct-send-script").empty());
    const QString text = sample.only("direct-send-script").text;
    QVERIFY(text.contains(QLatin1String("$wanted = @('192.0.2.10')\n")));
    QVERIFY(!text.contains(QLatin1String("-RejectDirectSend $true\n    }")));
    // Opening it for everybody is never what happens by itself.
    QVERIFY(text.contains(QLatin1String("[switch] $AllowEverybody")));
}

void tst_ScriptsOnline::directSendExceptionLocksNobodyOut()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    Network hoster;
    hoster.id = QStringLiteral("hoster");
    hoster.egress = {block("198.51.100.77")};
    sample.site.networks.push_back(hoster);
    Sender &crm = sample.add("crm", Method::ConnectorRelay);
    crm.hosting = Hosting::ThirdParty;
    crm.network = QStringLiteral("hoster");
    sample.chosen(1).fit = Fit::DoesNotFit; // a service that the plan finds no method for goes on sending
    const QString text = sample.only("reject-direct-send-script").text;
    QVERIFY(text.contains(QLatin1String("$ExceptionAddresses = @('198.51.100.77')")));
    QVERIFY(text.contains(
        QLatin1String("-SenderDomains '*' -SenderIPAddresses $missing -RestrictDomainsToIPAddresses $false "
                      "-RestrictDomainsToCertificate $false")));
    // First the exception, then the lock.
    QVERIFY(text.indexOf(QLatin1String("New-InboundConnector -Name $connectorName"))
            < text.indexOf(QLatin1String("        Set-OrganizationConfig -RejectDirectSend $true")));
}

void tst_ScriptsOnline::directSendClosedTellsOfTheOwnExchangeServer()
{
    const char *said = "comes in through the connector that the hybrid wizard makes";
    QVERIFY(
        unfolded(exchangeServerSample({}).sample.only("reject-direct-send-script").text).contains(QLatin1String(said)));
    QVERIFY(!unfolded(connectorSample({}).sample.only("reject-direct-send-script").text).contains(QLatin1String(said)));
}

void tst_ScriptsOnline::connectionFilterIsForDirectSendOnly()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    QVERIFY(sample.of("connection-filter-script").empty());
    sample.add("alarm", Method::DirectSend);
    const QString text = sample.only("connection-filter-script").text;
    QVERIFY(text.contains(QLatin1String("-IPAllowList @{ Add = $missing }")));
    QVERIFY(text.contains(QLatin1String("-IPAllowList @{ Remove = '192.0.2.10' }")));
    QVERIFY(unfolded(text).contains(QLatin1String("skips spam filtering, whoever sends it")));
}

void tst_ScriptsOnline::mailFlowRulesOnlyWatchUnlessToldOtherwise()
{
    const QString text = connectorSample({}).sample.only("mail-flow-rules-script").text;
    QVERIFY(text.contains(QLatin1String("[ValidateSet('Audit', 'Enforce')] [string] $Mode = 'Audit'")));
    QVERIFY(text.contains(QLatin1String("[string] $Replies = 'Keep'")));
    static const QRegularExpression rule(QStringLiteral("\\n +(\\$null = )?(New|Set)-TransportRule [^\\n]*"));
    int rules = 0;
    for (auto it = rule.globalMatch(text); it.hasNext();) {
        QVERIFY2(it.next().captured().endsWith(QLatin1String("-Mode $Mode")), qPrintable(text));
        ++rules;
    }
    QCOMPARE(rules, 10);
    QVERIFY(text.contains(QLatin1String("$peers = @('192.0.2.10')\n")));
    QVERIFY(
        text.contains(QLatin1String("$planned = @('erp@contoso.com', 'gateway@contoso.com', 'alarm@contoso.com')\n")));
    QVERIFY(tableOf(text, "internal").contains(QLatin1String("Addresses = @('alarm@contoso.com')")));
}

void tst_ScriptsOnline::mailFlowRulesSpareAddressesThatAnotherSenderUsesOutside()
{
    Sample sample;
    sample.add("inside", Method::ConnectorRelay, "shared@contoso.com").reach = Reach::Internal;
    sample.add("outside", Method::ConnectorRelay, "Shared@contoso.com").reach = Reach::External;
    QVERIFY(!sample.only("mail-flow-rules-script").text.contains(QLatin1String("inside only {0}")));
    // Direct send reaches nobody outside, so there is nothing to forbid.
    Sample direct;
    direct.add("inside", Method::DirectSend, "alarm@contoso.com").reach = Reach::Internal;
    QVERIFY(!direct.only("mail-flow-rules-script").text.contains(QLatin1String("inside only {0}")));
}

void tst_ScriptsOnline::theRuleOfTheRelaysAddressSparesDirectSendFromThere()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay, "erp@contoso.com");
    sample.add("clock", Method::DirectSend, "clock@contoso.com");
    const QString text = sample.only("mail-flow-rules-script").text;
    QVERIFY2(text.contains(QLatin1String("$planned = @('erp@contoso.com', 'clock@contoso.com')\n")), qPrintable(text));
    // Without a connector there is no such rule.
    Sample direct;
    direct.add("clock", Method::DirectSend, "clock@contoso.com");
    QVERIFY(!direct.only("mail-flow-rules-script").text.contains(QLatin1String("$planned")));
}

void tst_ScriptsOnline::anAccountBehindARelayIsTheOneThatThePlanNames()
{
    Sample sample;
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com");
    Upstream upstream{Method::HighVolumeEmail, {}};
    upstream.settings = {QStringLiteral("smtp.hve.mx.microsoft"), 587, QStringLiteral("starttls"),
                         Authentication::Basic, QStringLiteral("ups@contoso.com")};
    sample.chosen().upstream = upstream;
    const QString text = sample.only("hve-accounts-script").text;
    QVERIFY2(text.contains(QLatin1String("Address = 'ups@contoso.com'")), qPrintable(text));
    QVERIFY(!text.contains(QLatin1String("devices@contoso.com")));
}

void tst_ScriptsOnline::mailFlowRulesSplitLongLists()
{
    Sample sample;
    for (int i = 0; i < 130; ++i)
        sample.add("s", Method::ConnectorRelay, ("s" + QByteArray::number(i) + "@contoso.com").constData()).reach =
            Reach::Internal;
    const QString text = sample.only("mail-flow-rules-script").text;
    QCOMPARE(tableOf(text, "internal").count(QLatin1String("[pscustomobject]")), 3);
    QVERIFY(tableOf(text, "internal").contains(QLatin1String("Part = 3; Addresses = @('s120@contoso.com'")));
    // Exceptions cannot be split over rules, so they go by domain.
    QVERIFY(text.contains(QLatin1String("-ExceptIfSenderDomainIs $planned")));
    QVERIFY(text.contains(QLatin1String("$planned = @('contoso.com')\n")));
}

void tst_ScriptsOnline::dkimTargetsAreReadAndNeverMade()
{
    Sample sample;
    sample.site.organisation.acceptedDomains = {domain("contoso.com"), domain("contoso.onmicrosoft.com")};
    sample.site.organisation.applicationDomain = domain("apps.contoso.com");
    sample.add("erp", Method::ConnectorRelay, "erp@contoso.com").alsoFrom = {address("erp@contoso.onmicrosoft.com"),
                                                                             address("erp@example.net")};
    const QString text = sample.only("dkim-script").text;
    QVERIFY(text.contains(QLatin1String("$domains = @('apps.contoso.com', 'contoso.com')\n")));
    QVERIFY(text.contains(QLatin1String("[string] $config.Selector1CNAME")));
    QVERIFY(text.contains(QLatin1String("[string] $config.Selector2CNAME")));
    for (const char *made : {"._domainkey.contoso", "dkim.mail.microsoft", "contoso-com"})
        QVERIFY2(!text.contains(QLatin1String(made)), made);
    // It is switched on only behind the look into DNS.
    QVERIFY(text.indexOf(QLatin1String("Resolve-DnsName"))
            < text.indexOf(QLatin1String("Set-DkimSigningConfig -Identity $name -Enabled $true")));
}

void tst_ScriptsOnline::messageTraceChangesNothing()
{
    Sample sample;
    for (int i = 0; i < 100; ++i)
        sample.add("s", Method::ClientSubmission, ("s" + QByteArray::number(i) + "@contoso.com").constData());
    const QString text = sample.only("message-trace-script").text;
    QVERIFY(text.contains(QLatin1String("[ValidateRange(1, 10)] [int] $Days = 2")));
    QVERIFY(text.contains(QLatin1String("Not included: 20 more address(es)")));
    QVERIFY(!text.contains(QLatin1String("ShouldProcess(")));
    QVERIFY(!text.contains(QLatin1String("-WhatIf")));
}

QTEST_GUILESS_MAIN(tst_ScriptsOnline)
#include "tst_ScriptsOnline.moc"
