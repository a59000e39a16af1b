// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Artifact.h"
#include "tests/unit/artifacts/PowerShellReader.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_Scripts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void useDocumentedCmdletsAndParametersOnly_data();
    void useDocumentedCmdletsAndParametersOnly();
    void changeNothingButComments_whenNamesAttack_data();
    void changeNothingButComments_whenNamesAttack();
    void stopInAnotherOrganisation();
    void signInToTheirCloud_data();
    void signInToTheirCloud();
    void connectorTakesAddressesThatExchangeOnlineTakes();
    void connectorIsCreatedOrChangedAndReadBack();
    void connectorWithoutAnAddressStopsWithASentence();
    void connectorCoversTheLocalRelayToo();
    void connectorNameStaysWithin64Characters();
    void smtpAuthOpensEachMailboxOnceAndReadsItBack();
    void smtpAuthGivesSendAsOnlyWhereAddressesDiffer();
    void smtpAuthGivesNoSendAsBehindARelay();
    void smtpAuthWarnsOfTooManyDevicesOnOneMailbox();
    void smtpAuthNeedsAMailbox();

private:
    QJsonObject m_known; ///< cmdlet -> {parameters, switches}
    QStringList m_common;
};

namespace {

Sample typical()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com", "devices@contoso.com");
    sample.add("erp", Method::ConnectorRelay, "erp@contoso.com");
    return sample;
}

/// What runs when the script runs: comments and the content of literals put aside.
QString skeleton(const QString &script)
{
    QStringList words;
    for (const PsToken &token : readPowerShell(script)) {
        if (token.kind == PsToken::Kind::Fault)
            return QStringLiteral("FAULT at ") + token.text;
        if (token.kind == PsToken::Kind::Literal)
            words += QStringLiteral("'…'");
        else if (token.kind == PsToken::Kind::Word || token.kind == PsToken::Kind::Punctuation)
            words += token.text;
    }
    return words.join(u' ');
}

/// The commands that comments show for typing, with those that run.
QString withCommentedCommands(QString script)
{
    return script.replace(QLatin1String("\n#     "), QLatin1String("\n"));
}

} // namespace

void tst_Scripts::initTestCase()
{
    QFile file(QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/unit/artifacts/cmdlets.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject list = QJsonDocument::fromJson(file.readAll()).object();
    for (const char *part : {"cmdlets", "powershell"}) {
        const QJsonObject some = list.value(QLatin1String(part)).toObject();
        for (auto it = some.begin(); it != some.end(); ++it)
            m_known.insert(it.key(), it.value());
    }
    const QJsonArray common = list.value(QLatin1String("common")).toArray();
    for (const QJsonValue &name : common)
        m_common += name.toString();
    QVERIFY(m_known.size() > 15);
}

void tst_Scripts::useDocumentedCmdletsAndParametersOnly_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("atLeast");
    Sample sample = typical();
    QTest::newRow("connector") << sample.only("connector-script").text << 8;
    QTest::newRow("smtp-auth") << sample.only("smtp-auth-script").text << 12;
    sample.site.organisation.cloud = Cloud::GccHigh;
    QTest::newRow("connector, national cloud") << sample.only("connector-script").text << 8;
}

void tst_Scripts::useDocumentedCmdletsAndParametersOnly()
{
    QFETCH(QString, script);
    QFETCH(int, atLeast);
    static const QRegularExpression cmdlet(QStringLiteral("\\A[A-Z][A-Za-z]+-[A-Z][A-Za-z0-9]+\\z"));
    static const QRegularExpression parameter(QStringLiteral("\\A-([A-Z][A-Za-z0-9]*)(:\\$false|:\\$true)?\\z"));
    const auto tokens = readPowerShell(withCommentedCommands(script));
    int cmdlets = 0;
    QString current;
    for (size_t i = 0; i < tokens.size(); ++i) {
        const PsToken &token = tokens[i];
        QVERIFY2(token.kind != PsToken::Kind::Fault, qPrintable(token.text));
        if (token.kind != PsToken::Kind::Word)
            continue;
        if (cmdlet.match(token.text).hasMatch()) {
            current = token.text;
            ++cmdlets;
            QVERIFY2(m_known.contains(current), qPrintable(current + QLatin1String(" is not in cmdlets.json")));
        } else if (const auto match = parameter.match(token.text); match.hasMatch()) {
            const QJsonObject known = m_known.value(current).toObject();
            const QString name = match.captured(1);
            QVERIFY2(known.value(QLatin1String("parameters")).toArray().contains(name) || m_common.contains(name),
                     qPrintable(current + QLatin1String(" has no -") + name));
            // A switch takes its value after a colon only; every other parameter needs one as the next word.
            const bool isSwitch = known.value(QLatin1String("switches")).toArray().contains(name);
            QVERIFY2(isSwitch || !match.hasCaptured(2), qPrintable(token.text));
            const bool hasValue =
                i + 1 < tokens.size()
                && (tokens[i + 1].kind == PsToken::Kind::Literal || tokens[i + 1].text.startsWith(u'$')
                    || tokens[i + 1].text == QLatin1String("SilentlyContinue"));
            QCOMPARE(hasValue, !isSwitch);
        }
    }
    QVERIFY2(cmdlets >= atLeast, qPrintable(QString::number(cmdlets)));
}

void tst_Scripts::changeNothingButComments_whenNamesAttack_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("the issue's name") << QStringLiteral("O'Brien’s \"$(calc)\"");
    QTest::newRow("a command") << QStringLiteral("'; Remove-Mailbox x; '");
    QTest::newRow("a command on a line of its own") << QStringLiteral("x\r\nRemove-Mailbox y\n\u2028Remove-Mailbox z");
    QTest::newRow("the end of a block comment") << QStringLiteral("#> Remove-Mailbox x <#");
    QTest::newRow("backticks and NUL") << QStringLiteral("``x`") + QChar(0) + QStringLiteral("`n");
    QTest::newRow("right to left") << QStringLiteral("\u202ecod.exe'");
    QTest::newRow("10 KB") << QStringLiteral("’'x ").repeated(2600);
}

void tst_Scripts::changeNothingButComments_whenNamesAttack()
{
    QFETCH(QString, name);
    Sample attacked = typical();
    attacked.site.organisation.name = name;
    attacked.site.networks.front().id = name;
    for (Sender &sender : attacked.site.senders) {
        sender.name = name;
        sender.vendor = name;
        sender.network = name;
    }
    for (const char *kind : {"connector-script", "smtp-auth-script"}) {
        const Artifact bad = attacked.only(kind);
        QCOMPARE(skeleton(bad.text), skeleton(typical().only(kind).text));
        QVERIFY(!bad.text.contains(QChar(0)) && !bad.text.contains(u'\r') && !bad.text.contains(QChar(0x202e)));
        for (const QString &line : bad.text.split(u'\n'))
            QVERIFY2(!line.trimmed().startsWith(QLatin1String("Remove-")), qPrintable(line));
    }
}

void tst_Scripts::stopInAnotherOrganisation()
{
    for (const char *kind : {"connector-script", "smtp-auth-script"}) {
        const QString text = typical().only(kind).text;
        const qsizetype guard = text.indexOf(
            QLatin1String("if (-not (Get-AcceptedDomain | Where-Object { [string]$_.DomainName -eq $domain })) {"));
        QVERIFY(guard > text.indexOf(QLatin1String("$domain = 'contoso.com'")));
        for (const char *change : {"\nSet-", "\n    Set-", "\n    New-", "\n    Add-"}) {
            const qsizetype at = text.indexOf(QLatin1String(change));
            QVERIFY2(at < 0 || at > guard, change);
        }
    }
}

void tst_Scripts::signInToTheirCloud_data()
{
    QTest::addColumn<int>("cloud");
    QTest::addColumn<QString>("line");
    QTest::newRow("worldwide") << static_cast<int>(Cloud::Worldwide)
                               << QStringLiteral("    Connect-ExchangeOnline -ShowBanner:$false\n");
    QTest::newRow("GCC High")
        << static_cast<int>(Cloud::GccHigh)
        << QStringLiteral(
               "    Connect-ExchangeOnline -ExchangeEnvironmentName 'O365USGovGCCHigh' -ShowBanner:$false\n");
    QTest::newRow("DoD")
        << static_cast<int>(Cloud::Dod)
        << QStringLiteral("    Connect-ExchangeOnline -ExchangeEnvironmentName 'O365USGovDoD' -ShowBanner:$false\n");
    QTest::newRow("China")
        << static_cast<int>(Cloud::China)
        << QStringLiteral("    Connect-ExchangeOnline -ExchangeEnvironmentName 'O365China' -ShowBanner:$false\n");
}

void tst_Scripts::signInToTheirCloud()
{
    QFETCH(int, cloud);
    QFETCH(QString, line);
    Sample sample = typical();
    sample.site.organisation.cloud = static_cast<Cloud>(cloud);
    QVERIFY(sample.only("smtp-auth-script").text.contains(line));
}

void tst_Scripts::connectorTakesAddressesThatExchangeOnlineTakes()
{
    Sample sample = typical();
    sample.site.networks.front().egress = {block("203.0.113.7"),    block("198.51.100.0/24"), block("192.0.2.128/25"),
                                           block("203.0.112.0/23"), block("2001:db8::/64"),   block("10.0.0.0/24"),
                                           block("203.0.113.7")};
    const QString text = sample.only("connector-script").text;
    QVERIFY2(text.contains(QLatin1String("$addresses = @('192.0.2.128/25', '198.51.100.0/24', '203.0.113.7')\n")),
             qPrintable(text));
    QString unfolded = text;
    unfolded.replace(QLatin1String("\n#"), QString());
    for (const char *refused :
         {"203.0.112.0/23 cannot be used", "2001:db8::/64 cannot be used", "10.0.0.0/24 cannot be used"})
        QVERIFY2(unfolded.contains(QLatin1String("Not included: ") + QLatin1String(refused)), refused);
}

void tst_Scripts::connectorIsCreatedOrChangedAndReadBack()
{
    const Artifact script = typical().only("connector-script");
    QCOMPARE(script.title, QStringLiteral("Inbound connector for 192.0.2.10"));
    QCOMPARE(script.fileName, QStringLiteral("connector-relay.ps1"));
    QCOMPARE(script.senders, QStringList{QStringLiteral("erp")});
    const QString same = QStringLiteral(
        " $name -ConnectorType 'OnPremises' -SenderDomains '*' -SenderIPAddresses $addresses -Enabled $true "
        "-Comment 'Made by Relaywright for erp'\n");
    const qsizetype look = script.text.indexOf(QLatin1String("$all = @(Get-InboundConnector)"));
    const qsizetype change = script.text.indexOf(QLatin1String("    Set-InboundConnector -Identity") + same);
    const qsizetype create = script.text.indexOf(QLatin1String("    New-InboundConnector -Name") + same);
    const qsizetype readBack =
        script.text.indexOf(QLatin1String("\nGet-InboundConnector -Identity $name |\n    Format-List "));
    QVERIFY2(0 < look && look < change && change < create && create < readBack, qPrintable(script.text));
    QVERIFY(script.text.contains(
        QLatin1String("#     Remove-InboundConnector -Identity 'Relaywright relay for contoso.com'\n")));
}

void tst_Scripts::connectorWithoutAnAddressStopsWithASentence()
{
    Sample sample = typical();
    sample.site.networks.front().egress = {block("2001:db8::1")};
    const Artifact script = sample.only("connector-script");
    QVERIFY(script.text.contains(QLatin1String("\nthrow 'This site names no public IPv4 address")));
    QVERIFY(!skeleton(script.text).contains(QLatin1String("Connector")));
}

void tst_Scripts::connectorCoversTheLocalRelayToo()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay);
    sample.chosen().upstream = Upstream{Method::ConnectorRelay, {}};
    QCOMPARE(sample.only("connector-script").senders, QStringList{QStringLiteral("fax")});
}

void tst_Scripts::connectorNameStaysWithin64Characters()
{
    Sample sample = typical();
    const QByteArray label(50, 'a');
    sample.site.organisation.acceptedDomains = {domain(label + "." + label + ".example.com")};
    static const QRegularExpression name(QStringLiteral("\\$name = '([^']*)'"));
    const QString found = name.match(sample.only("connector-script").text).captured(1);
    QVERIFY(found.startsWith(QLatin1String("Relaywright relay for aaa")));
    QCOMPARE(found.size(), 64);
}

void tst_Scripts::smtpAuthOpensEachMailboxOnceAndReadsItBack()
{
    Sample sample = typical();
    sample.add("printer", Method::ClientSubmission, "printer@contoso.com", "Devices@contoso.com");
    const Artifact script = sample.only("smtp-auth-script");
    QCOMPARE(script.senders, (QStringList{QStringLiteral("scanner"), QStringLiteral("printer")}));
    QCOMPARE(script.text.count(QLatin1String(
                 "\nSet-CASMailbox -Identity 'devices@contoso.com' -SmtpClientAuthenticationDisabled $false\n")),
             1);
    QVERIFY(
        script.text.contains(QLatin1String("\nGet-TransportConfig | Format-List SmtpClientAuthenticationDisabled\n")));
    // Before and after the change: what is overwritten can be put back.
    const QString read = QStringLiteral(
        "\nGet-CASMailbox -Identity 'devices@contoso.com' | Format-List Name, SmtpClientAuthenticationDisabled\n");
    QCOMPARE(script.text.count(read), 2);
    QVERIFY(script.text.indexOf(read) < script.text.indexOf(QLatin1String("\nSet-CASMailbox")));
    QVERIFY(script.text.contains(QLatin1String(
        "#     Set-CASMailbox -Identity 'devices@contoso.com' -SmtpClientAuthenticationDisabled $null\n")));
    QVERIFY(script.text.contains(
        QLatin1String("\nGet-User -Identity 'devices@contoso.com' | Format-List Name, AuthenticationPolicy\n")));
    QVERIFY(script.text.contains(QLatin1String("DefaultAuthenticationPolicy, SendFromAliasEnabled\n")));
}

void tst_Scripts::smtpAuthGivesSendAsOnlyWhereAddressesDiffer()
{
    Sample sample;
    sample.add("same", Method::ClientSubmission, "Devices@contoso.com", "devices@contoso.com");
    QVERIFY(!sample.only("smtp-auth-script").text.contains(QLatin1String("RecipientPermission")));
    sample.add("other", Method::ClientSubmission, "o'brien@contoso.com", "devices@contoso.com");
    const QString text = sample.only("smtp-auth-script").text;
    QVERIFY2(
        text.contains(QLatin1String(
            "} elseif (-not (Get-RecipientPermission -Identity 'o''brien@contoso.com' -Trustee 'devices@contoso.com' "
            "-AccessRights 'SendAs')) {\n    Add-RecipientPermission -Identity 'o''brien@contoso.com' -Trustee "
            "'devices@contoso.com' -AccessRights 'SendAs' -Confirm:$false\n}")),
        qPrintable(text));
    QVERIFY(text.contains(QLatin1String("#     Remove-RecipientPermission -Identity 'o''brien@contoso.com'")));
}

void tst_Scripts::smtpAuthGivesNoSendAsBehindARelay()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    const QString text = sample.only("smtp-auth-script").text;
    QVERIFY(text.contains(QLatin1String("\nSet-CASMailbox -Identity 'devices@contoso.com'")));
    QVERIFY(!text.contains(QLatin1String("RecipientPermission")));
}

void tst_Scripts::smtpAuthWarnsOfTooManyDevicesOnOneMailbox()
{
    Sample sample;
    for (const char *id : {"a", "b", "c"})
        sample.add(id, Method::ClientSubmission, "devices@contoso.com", "devices@contoso.com");
    const QString sentence = QStringLiteral("devices@contoso.com serves a, b, c and d.");
    QVERIFY(!sample.only("smtp-auth-script").text.contains(QLatin1String("serves")));
    sample.add("d", Method::ClientSubmission, "devices@contoso.com", "devices@contoso.com");
    QVERIFY(sample.only("smtp-auth-script").text.contains(sentence));
}

void tst_Scripts::smtpAuthNeedsAMailbox()
{
    Sample sample;
    sample.add("nobody", Method::ClientSubmission, nullptr);
    QVERIFY(sample.of("smtp-auth-script").empty());
}

QTEST_GUILESS_MAIN(tst_Scripts)
#include "tst_Scripts.moc"
