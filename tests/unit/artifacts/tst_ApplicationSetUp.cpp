// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/ScriptSamples.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// What one application needs to send as one mailbox. tst_Scripts holds for these scripts, too.
class tst_ApplicationSetUp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesWhatTheWayNeeds_data();
    void makesWhatTheWayNeeds();
    void anApplicationMayHaveASecret();
    void aPersonSignsInWithoutOne();
    void signsInToItsCloud_data();
    void signsInToItsCloud();
    void saysHowToCallThem();
};

namespace {

ApplicationSetUp plain()
{
    return {.mailbox = address("scanner@contoso.com"), .method = Method::ClientSubmission};
}

std::vector<Artifact> scriptsOf(const ApplicationSetUp &setUp)
{
    return renderSetUp(setUp, QDate(2026, 11, 22), Knowledge::builtIn());
}

QString registrationOf(const ApplicationSetUp &setUp)
{
    return scriptsOf(setUp).front().text;
}

} // namespace

void tst_ApplicationSetUp::makesWhatTheWayNeeds_data()
{
    QTest::addColumn<ApplicationSetUp>("setUp");
    QTest::addColumn<QStringList>("files");
    ApplicationSetUp setUp = plain();
    QTest::newRow("client submission") << setUp
                                       << QStringList{QStringLiteral("application-registration.ps1"),
                                                      QStringLiteral("smtp-auth.ps1"),
                                                      QStringLiteral("application-access.ps1"),
                                                      QStringLiteral("application-access-classic.ps1")};
    setUp.signsInAsPerson = true;
    QTest::newRow("a person") << setUp
                              << QStringList{QStringLiteral("application-registration.ps1"),
                                             QStringLiteral("smtp-auth.ps1")};
    setUp = plain();
    setUp.isRegistered = true;
    QTest::newRow("an application that is there already")
        << setUp
        << QStringList{QStringLiteral("smtp-auth.ps1"), QStringLiteral("application-access.ps1"),
                       QStringLiteral("application-access-classic.ps1")};
    setUp = plain();
    setUp.method.reset();
    QTest::newRow("Graph") << setUp
                           << QStringList{QStringLiteral("application-registration.ps1"),
                                          QStringLiteral("application-access.ps1")};
    setUp.method = Method::HighVolumeEmail;
    QTest::newRow("High Volume Email") << setUp
                                       << QStringList{QStringLiteral("application-registration.ps1"),
                                                      QStringLiteral("hve-accounts.ps1")};
}

void tst_ApplicationSetUp::makesWhatTheWayNeeds()
{
    QFETCH(ApplicationSetUp, setUp);
    QFETCH(QStringList, files);
    QStringList made;
    for (const Artifact &script : scriptsOf(setUp)) {
        made += script.fileName;
        QVERIFY2(script.text.contains(QLatin1String("scanner@contoso.com")), qPrintable(script.fileName));
    }
    QCOMPARE(made, files);
}

void tst_ApplicationSetUp::anApplicationMayHaveASecret()
{
    const QString script = registrationOf(plain());
    QVERIFY(script.contains(QLatin1String("[switch] $MakeSecret")));
    QVERIFY(script.contains(QLatin1String("if ($application -and $MakeSecret -and $PSCmdlet.ShouldProcess(")));
    QVERIFY(!script.contains(QLatin1String("IsFallbackPublicClient")));
}

void tst_ApplicationSetUp::aPersonSignsInWithoutOne()
{
    ApplicationSetUp setUp = plain();
    setUp.signsInAsPerson = true;
    const QString script = registrationOf(setUp);
    QVERIFY(!script.contains(QLatin1String("MakeSecret")));
    QVERIFY(script.contains(
        QLatin1String("-IsFallbackPublicClient -PublicClient @{ RedirectUris = @('http://localhost') }")));
}

void tst_ApplicationSetUp::signsInToItsCloud_data()
{
    QTest::addColumn<int>("cloud");
    QTest::addColumn<QString>("environment");
    QTest::newRow("worldwide") << static_cast<int>(Cloud::Worldwide) << QStringLiteral("Global");
    QTest::newRow("GCC High") << static_cast<int>(Cloud::GccHigh) << QStringLiteral("USGov");
    QTest::newRow("DoD") << static_cast<int>(Cloud::Dod) << QStringLiteral("USGovDoD");
    QTest::newRow("China") << static_cast<int>(Cloud::China) << QStringLiteral("China");
}

void tst_ApplicationSetUp::signsInToItsCloud()
{
    QFETCH(int, cloud);
    QFETCH(QString, environment);
    ApplicationSetUp setUp = plain();
    setUp.cloud = static_cast<Cloud>(cloud);
    const QString script = registrationOf(setUp);
    QVERIFY2(script.contains(QStringLiteral("$environment = '%1'\nConnect-MgGraph ").arg(environment)),
             qPrintable(script));
    QVERIFY(
        script.contains(QLatin1String("$domain = 'contoso.com'\n$accepted = @((Get-MgOrganization).VerifiedDomains ")));
}

void tst_ApplicationSetUp::saysHowToCallThem()
{
    const QString id = QStringLiteral("2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11");
    const QString object = QStringLiteral("7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001");
    QStringList calls;
    for (const Artifact &script : scriptsOf(plain()))
        calls += callOf(script, id, object);
    QCOMPARE(calls,
             (QStringList{QStringLiteral(".\\application-registration.ps1"), QStringLiteral(".\\smtp-auth.ps1"),
                          QStringLiteral(".\\application-access.ps1 -AppId %1 -ObjectId %2").arg(id, object),
                          QStringLiteral(".\\application-access-classic.ps1 -AppId %1 -ObjectId %2").arg(id, object)}));
    ApplicationSetUp highVolume = plain();
    highVolume.method = Method::HighVolumeEmail;
    QCOMPARE(callOf(scriptsOf(highVolume).back(), id, {}),
             QStringLiteral(".\\hve-accounts.ps1 -AppObjectIds OBJECT-ID"));
}

QTEST_GUILESS_MAIN(tst_ApplicationSetUp)
#include "tst_ApplicationSetUp.moc"
