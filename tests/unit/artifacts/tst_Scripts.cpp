// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/PowerShellReader.h"
#include "tests/unit/artifacts/ScriptSamples.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace relaywright;
using namespace relaywright::test;

/// What holds for every script, whatever it is about. tst_ScriptsOnline and tst_ScriptsOnPremises look at each.
class tst_Scripts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void areThereForEveryPurpose();
    void areThereWhenTheErrorCatalogueSendsSomebody();
    void areNotThereWithoutPurpose();
    void useDocumentedCmdletsAndParametersOnly();
    void sayWhatTheyDoBeforeTheyDoIt();
    void honourWhatIfForEveryChange();
    void stopInAnotherOrganisationBeforeTheyChangeAnything();
    void askForADomainWhereTheSiteNamesNone();
    void signInToTheirCloud_data();
    void signInToTheirCloud();
    void changeNothingButTexts_whenNamesAttack_data();
    void changeNothingButTexts_whenNamesAttack();
    void areTheSameForTheSameSite();
    void stayReadableForThousandsOfSenders();

private:
    QJsonObject m_known; ///< cmdlet -> {parameters, switches}
    QStringList m_common;
};

namespace {

bool isScript(const Artifact &artifact)
{
    return artifact.mediaType == QLatin1String("text/x-powershell");
}

std::vector<Artifact> scriptsOf(const ScriptSample &sample)
{
    std::vector<Artifact> scripts = sample.sample.all();
    std::erase_if(scripts, [](const Artifact &artifact) { return !isScript(artifact); });
    return scripts;
}

std::vector<Artifact> allScripts(const QString &name = {})
{
    std::vector<Artifact> scripts;
    for (const ScriptSample &sample : scriptSamples(name))
        std::ranges::move(scriptsOf(sample), std::back_inserter(scripts));
    for (SetUpSample &sample : setUpSamples())
        std::ranges::move(sample.scripts, std::back_inserter(scripts));
    return scripts;
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

bool isCmdlet(const PsToken &token)
{
    static const QRegularExpression cmdlet(QStringLiteral("\\A[A-Z][A-Za-z]+-[A-Z][A-Za-z0-9]+\\z"));
    return token.kind == PsToken::Kind::Word && cmdlet.match(token.text).hasMatch();
}

bool isChange(const QString &cmdlet)
{
    static const QRegularExpression verb(QStringLiteral("\\A(New|Set|Add|Remove|Install|Start)-"));
    return verb.match(cmdlet).hasMatch();
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
    QVERIFY(m_known.size() > 80);
}

void tst_Scripts::areThereForEveryPurpose()
{
    std::set<QString> kinds;
    for (const Artifact &script : allScripts())
        kinds.insert(script.kind);
    QStringList found(kinds.begin(), kinds.end());
    QCOMPARE(found, (QStringList{QStringLiteral("application-access-classic-script"),
                                 QStringLiteral("application-access-script"),
                                 QStringLiteral("application-registration-script"),
                                 QStringLiteral("authentication-policy-script"),
                                 QStringLiteral("connection-filter-script"),
                                 QStringLiteral("connector-script"),
                                 QStringLiteral("direct-send-script"),
                                 QStringLiteral("dkim-script"),
                                 QStringLiteral("hve-accounts-script"),
                                 QStringLiteral("iis-smtp-script"),
                                 QStringLiteral("mail-flow-rules-script"),
                                 QStringLiteral("message-trace-script"),
                                 QStringLiteral("receive-connector-script"),
                                 QStringLiteral("reject-direct-send-script"),
                                 QStringLiteral("send-as-alias-script"),
                                 QStringLiteral("send-as-script"),
                                 QStringLiteral("shared-mailbox-script"),
                                 QStringLiteral("smtp-auth-script"),
                                 QStringLiteral("windows-dns-script"),
                                 QStringLiteral("windows-firewall-script")}));
}

void tst_Scripts::areThereWhenTheErrorCatalogueSendsSomebody()
{
    std::set<QString> kinds;
    for (const Artifact &script : allScripts())
        kinds.insert(script.kind);
    int sent = 0;
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        for (const QString &kind : entry.artifactKinds()) {
            if (!kind.endsWith(QLatin1String("-script")))
                continue;
            QVERIFY2(kinds.contains(kind), qPrintable(entry.id + u' ' + kind));
            ++sent;
        }
    }
    QVERIFY(sent > 10);
}

void tst_Scripts::areNotThereWithoutPurpose()
{
    for (const Artifact &artifact : render(Site{}, Plan{}, Knowledge::builtIn()))
        QVERIFY2(!isScript(artifact), qPrintable(artifact.kind));
    // A sender without a method asks for nothing.
    Sample sample;
    sample.add("undecided", Method::ConnectorRelay);
    sample.chosen().fit = Fit::CannotTell;
    for (const Artifact &artifact : sample.all())
        QVERIFY2(!isScript(artifact), qPrintable(artifact.kind));
}

void tst_Scripts::useDocumentedCmdletsAndParametersOnly()
{
    static const QRegularExpression parameter(QStringLiteral("\\A-([A-Z][A-Za-z0-9]*)(:\\$false|:\\$true)?\\z"));
    int cmdlets = 0;
    for (const Artifact &script : allScripts()) {
        QString current;
        for (const PsToken &token : readPowerShell(withCommentedCommands(script.text))) {
            QVERIFY2(token.kind != PsToken::Kind::Fault, qPrintable(script.fileName + u' ' + token.text));
            if (isCmdlet(token)) {
                current = token.text;
                ++cmdlets;
                QVERIFY2(m_known.contains(current), qPrintable(current + QLatin1String(" is not in cmdlets.json")));
            } else if (const auto match = parameter.match(token.text);
                       token.kind == PsToken::Kind::Word && match.hasMatch()) {
                const QJsonObject known = m_known.value(current).toObject();
                const QString name = match.captured(1);
                QVERIFY2(known.value(QLatin1String("parameters")).toArray().contains(name) || m_common.contains(name),
                         qPrintable(current + QLatin1String(" has no -") + name));
            }
        }
    }
    QVERIFY2(cmdlets > 500, qPrintable(QString::number(cmdlets)));
}

void tst_Scripts::sayWhatTheyDoBeforeTheyDoIt()
{
    for (const Artifact &script : allScripts()) {
        qsizetype last = 0;
        for (const char *part :
             {"# What it changes, and for whom: ", "# Apply: ", "# Verify: ", "# Roll back:",
              "\n[CmdletBinding(SupportsShouldProcess)]\nparam(", "$ErrorActionPreference = 'Stop'"}) {
            const qsizetype at = script.text.indexOf(QLatin1String(part));
            QVERIFY2(at >= last, qPrintable(script.fileName + QLatin1String(" lacks ") + QLatin1String(part)));
            last = at;
        }
        QVERIFY2(script.purpose.endsWith(u'.') && !script.title.isEmpty(), qPrintable(script.fileName));
        QString unfolded = script.text;
        unfolded.replace(QLatin1String("\n# "), QLatin1String(" "));
        QVERIFY2(unfolded.contains(script.purpose), qPrintable(script.fileName));
    }
}

void tst_Scripts::honourWhatIfForEveryChange()
{
    // The grammar test looks at the structure; here it is enough that there is a question for every change.
    for (const Artifact &script : allScripts()) {
        int changes = 0;
        for (const PsToken &token : readPowerShell(script.text))
            changes += isCmdlet(token) && isChange(token.text) ? 1 : 0;
        const auto questions = script.text.count(QLatin1String("$PSCmdlet.ShouldProcess("));
        QVERIFY2(changes == 0 || questions > 0, qPrintable(script.fileName));
        QVERIFY2((changes > 0) == script.text.contains(QLatin1String("-WhatIf"))
                     || script.text.contains(QLatin1String("\nthrow ")),
                 qPrintable(script.fileName));
    }
}

void tst_Scripts::stopInAnotherOrganisationBeforeTheyChangeAnything()
{
    for (const Artifact &script : allScripts()) {
        if (script.text.startsWith(QLatin1String("#Requires -RunAsAdministrator")))
            continue; // works on this one computer
        const qsizetype guard =
            script.text.indexOf(QLatin1String("if ($accepted -notcontains $domain) {\n    throw ("));
        QVERIFY2(guard > 0, qPrintable(script.fileName));
        const qsizetype question = script.text.indexOf(QLatin1String("ShouldProcess("), script.text.indexOf(u'$'));
        QVERIFY2(question < 0 || question > guard, qPrintable(script.fileName));
    }
    // The initial domain is no other organisation's; an accepted domain may have moved.
    const ScriptSample withTenant = connectorSample({});
    QVERIFY(
        withTenant.sample.only("dkim-script").text.contains(QLatin1String("$domain = 'contoso.onmicrosoft.com'\n")));
    QVERIFY(submissionSample({}).sample.only("dkim-script").text.contains(QLatin1String("$domain = 'contoso.com'\n")));
}

void tst_Scripts::askForADomainWhereTheSiteNamesNone()
{
    for (const Artifact &script : scriptsOf(unknownSample({})))
        QVERIFY2(script.text.contains(QLatin1String("    [Parameter(Mandatory)] [string] $Domain")),
                 qPrintable(script.fileName));
}

void tst_Scripts::signInToTheirCloud_data()
{
    QTest::addColumn<int>("cloud");
    QTest::addColumn<QString>("environment");
    QTest::newRow("worldwide") << static_cast<int>(Cloud::Worldwide) << QStringLiteral("O365Default");
    QTest::newRow("GCC High") << static_cast<int>(Cloud::GccHigh) << QStringLiteral("O365USGovGCCHigh");
    QTest::newRow("DoD") << static_cast<int>(Cloud::Dod) << QStringLiteral("O365USGovDoD");
    QTest::newRow("China") << static_cast<int>(Cloud::China) << QStringLiteral("O365China");
}

void tst_Scripts::signInToTheirCloud()
{
    QFETCH(int, cloud);
    QFETCH(QString, environment);
    ScriptSample sample = submissionSample({});
    sample.sample.site.organisation.cloud = static_cast<Cloud>(cloud);
    const QString text = sample.sample.only("smtp-auth-script").text;
    QVERIFY(text.contains(QStringLiteral("$environment = '%1'\nif (-not (Get-ConnectionInformation)) {\n"
                                         "    Connect-ExchangeOnline -ExchangeEnvironmentName $environment "
                                         "-ShowBanner:$false\n}\n")
                              .arg(environment)));
}

void tst_Scripts::changeNothingButTexts_whenNamesAttack_data()
{
    QTest::addColumn<QString>("name");
    for (const Attack &attack : attacks())
        QTest::newRow(attack.label) << attack.text;
}

void tst_Scripts::changeNothingButTexts_whenNamesAttack()
{
    QFETCH(QString, name);
    static const QRegularExpression hidden(QStringLiteral(
        "[\\x{0}-\\x{9}\\x{b}-\\x{1f}\\x{7f}-\\x{9f}\\x{2028}\\x{2029}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}"
        "\\x{2066}-\\x{2069}\\x{61c}\\x{feff}]"));
    static const std::vector<Artifact> harmless = allScripts(QStringLiteral("Scanner"));
    const std::vector<Artifact> attacked = allScripts(name);
    QCOMPARE(attacked.size(), harmless.size());
    for (std::size_t i = 0; i < attacked.size(); ++i) {
        QCOMPARE(attacked[i].kind, harmless[i].kind);
        QCOMPARE(skeleton(attacked[i].text), skeleton(harmless[i].text));
        QVERIFY2(!hidden.match(attacked[i].text).hasMatch(), qPrintable(attacked[i].fileName));
        // Whatever a person wrote must not look like a command to type.
        QCOMPARE(skeleton(withCommentedCommands(attacked[i].text)), skeleton(withCommentedCommands(harmless[i].text)));
    }
}

void tst_Scripts::areTheSameForTheSameSite()
{
    QCOMPARE(allScripts(), allScripts());
}

void tst_Scripts::stayReadableForThousandsOfSenders()
{
    Sample sample;
    for (int i = 0; i < 2'000; ++i) {
        const QByteArray id = "s" + QByteArray::number(i);
        const Method method = i % 2 == 0 ? Method::ClientSubmission : Method::ConnectorRelay;
        sample.add(id.constData(), method, (id + "@contoso.com").constData()).repliesTo = address("all@contoso.com");
    }
    std::vector<Artifact> scripts = sample.all();
    std::erase_if(scripts, [](const Artifact &artifact) { return !isScript(artifact); });
    QVERIFY(scripts.size() > 5);
    for (const Artifact &script : scripts) {
        // Heads stay readable, and a list that Exchange Online would refuse is split.
        QVERIFY2(script.purpose.size() < 2000, qPrintable(script.fileName));
        QVERIFY2(script.text.count(QLatin1String("\n#     ")) < 60, qPrintable(script.fileName));
    }
}

QTEST_GUILESS_MAIN(tst_Scripts)
#include "tst_Scripts.moc"
