// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Artifact.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace relaywright;
using namespace relaywright::test;

class tst_Artifacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areNothingForAnEmptySite();
    void leaveOutSendersWithoutAMethod();
    void haveSafeAndUniqueFileNames();
    void sayWhatTheyChangeAndForWhom();
    void areThereForEveryErrorThatNamesOne();
    void areTheSameForTheSameInput();
    void areSavedWithAByteOrderMarkOnlyWhenScripts();
};

namespace {

Sample everyMethod()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com", "devices@contoso.com");
    sample.add("alarm", Method::DirectSend);
    sample.add("erp", Method::ConnectorRelay, "erp@contoso.com");
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    return sample;
}

} // namespace

void tst_Artifacts::areNothingForAnEmptySite()
{
    QVERIFY(render(Site{}, Plan{}, Knowledge::builtIn()).empty());
}

void tst_Artifacts::leaveOutSendersWithoutAMethod()
{
    Sample sample;
    sample.add("good", Method::ClientSubmission);
    sample.add("unknown", Method::ConnectorRelay);
    sample.chosen(1).fit = Fit::CannotTell;
    sample.add("blocked", Method::DirectSend);
    sample.chosen(2).fit = Fit::DoesNotFit;
    for (const Artifact &artifact : sample.all())
        QVERIFY2(!artifact.senders.contains(QLatin1String("unknown"))
                     && !artifact.senders.contains(QLatin1String("blocked")),
                 qPrintable(artifact.fileName));
    QVERIFY(sample.of("connector-script").empty());
    QCOMPARE(sample.of("device-sheet").size(), 1u);
}

void tst_Artifacts::haveSafeAndUniqueFileNames()
{
    Sample sample = everyMethod();
    sample.add("../../etc/passwd", Method::ClientSubmission);
    sample.add("CON", Method::ClientSubmission);
    sample.add("con", Method::ClientSubmission);
    sample.add("Büro: <Drucker> | 2?", Method::ClientSubmission);
    sample.add("", Method::ClientSubmission);
    sample.add(QByteArray(500, 'x').constData(), Method::ClientSubmission);
    std::set<QString> names;
    int sheets = 0;
    static const QRegularExpression safe(
        QStringLiteral("\\A[a-z0-9][a-z0-9.-]{0,100}\\.(ps1|zone|html|json|txt|cf|nft)\\z"));
    static const QRegularExpression reserved(QStringLiteral("\\A(con|prn|aux|nul|com[0-9]|lpt[0-9])\\."));
    for (const Artifact &artifact : sample.all()) {
        QVERIFY2(safe.match(artifact.fileName).hasMatch(), qPrintable(artifact.fileName));
        QVERIFY2(!artifact.fileName.contains(QLatin1String("..")), qPrintable(artifact.fileName));
        QVERIFY2(!reserved.match(artifact.fileName).hasMatch(), qPrintable(artifact.fileName));
        QVERIFY2(names.insert(artifact.fileName).second, qPrintable(artifact.fileName));
        sheets += artifact.kind == QLatin1String("device-sheet") ? 1 : 0;
    }
    QCOMPARE(sheets, 10);
}

void tst_Artifacts::sayWhatTheyChangeAndForWhom()
{
    // Pages, and files whose format has no comments: their purpose says it.
    static const QStringList kWithoutComments{QStringLiteral("device-sheet"), QStringLiteral("dns-records"),
                                              QStringLiteral("relay-config"), QStringLiteral("mta-sts-policy")};
    std::set<QString> kinds;
    for (const Artifact &artifact : everyMethod().all()) {
        kinds.insert(artifact.kind);
        QVERIFY(!artifact.title.isEmpty());
        QVERIFY2(artifact.purpose.endsWith(u'.'), qPrintable(artifact.purpose));
        QVERIFY(!artifact.senders.isEmpty());
        QVERIFY(!artifact.text.isEmpty());
        if (kWithoutComments.contains(artifact.kind))
            continue;
        for (const char *heading : {"What it changes, and for whom: ", "Apply: ", "Verify: ", "Roll back:"})
            QVERIFY2(artifact.text.contains(QLatin1String(heading)),
                     qPrintable(artifact.fileName + QLatin1String(heading)));
    }
    for (const char *kind : {"spf-record", "dkim-record", "dmarc-record", "tls-rpt-record", "mta-sts-record",
                             "mta-sts-policy", "dns-records", "connector-script", "smtp-auth-script", "relay-config",
                             "postfix-config", "linux-firewall", "device-sheet"})
        QVERIFY2(kinds.contains(QLatin1String(kind)), kind);
}

void tst_Artifacts::areThereForEveryErrorThatNamesOne()
{
    std::set<QString> kinds;
    for (const Artifact &artifact : everyMethod().all())
        kinds.insert(artifact.kind);
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        for (const QString &kind : entry.artifactKinds()) // tst_Scripts looks after the scripts
            QVERIFY2(kind.endsWith(QLatin1String("-script")) || kinds.contains(kind),
                     qPrintable(entry.id + u' ' + kind));
    }
}

void tst_Artifacts::areTheSameForTheSameInput()
{
    QCOMPARE(everyMethod().all(), everyMethod().all());
}

void tst_Artifacts::areSavedWithAByteOrderMarkOnlyWhenScripts()
{
    for (const Artifact &artifact : everyMethod().all()) {
        const QByteArray content = fileContent(artifact);
        const bool script = artifact.fileName.endsWith(QLatin1String(".ps1"));
        QCOMPARE(content.startsWith("\xEF\xBB\xBF"), script);
        QCOMPARE(content.contains("\r\n"), script);
        QString text = QString::fromUtf8(script ? content.mid(3) : content);
        text.replace(QLatin1String("\r\n"), QLatin1String("\n"));
        QCOMPARE(text, artifact.text);
    }
}

QTEST_GUILESS_MAIN(tst_Artifacts)
#include "tst_Artifacts.moc"
