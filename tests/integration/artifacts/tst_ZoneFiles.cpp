// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteDocument.h"
#include "tests/integration/artifacts/Program.h"
#include "tests/unit/artifacts/SampleSite.h"
#include "tests/unit/artifacts/ZoneReader.h"

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// BIND loads what we write, and reads in it what we meant.
class tst_ZoneFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areLoadedByBind_data();
    void areLoadedByBind();
    void keepALongRecordWhole();
    void areLoadedForEveryCase_data();
    void areLoadedForEveryCase();

private:
    QTemporaryDir m_folder;

    /// `records` as the zone `zone`, as BIND prints it again; empty when it refuses, with its words as a warning.
    QByteArray loaded(const QString &zone, const QString &records)
    {
        const QString file = m_folder.filePath(QStringLiteral("zone"));
        const QString origin = zone == QLatin1String(".") ? zone : zone + u'.';
        const QString text = origin + QStringLiteral(" 3600 IN SOA ns.example.net. admin.example.net. 1 2 3 4 5\n")
                             + origin + QStringLiteral(" 3600 IN NS ns.example.net.\n") + records;
        if (!writeTo(file, text.toUtf8()))
            return {};
        const ProgramRun run = runProgram(QStringLiteral("named-checkzone"),
                                          {QStringLiteral("-D"), QStringLiteral("-i"), QStringLiteral("none"),
                                           QStringLiteral("-q"), QStringLiteral("-k"), QStringLiteral("fail"),
                                           QStringLiteral("-o"), QStringLiteral("-"), zone, file});
        if (run.exitCode != 0)
            qWarning("%s\n%s", run.all().constData(), qPrintable(text));
        return run.exitCode == 0 ? run.out : QByteArray();
    }
};

namespace {

/// What stands in comments is to be published one day: it must be right as well. Words in angle brackets get a value.
QString withLaterStages(const Artifact &artifact)
{
    static const QRegularExpression later(QStringLiteral("^; (\\S+\\. 3600 IN .*)$"),
                                          QRegularExpression::MultilineOption);
    static const QRegularExpression toRead(QStringLiteral("<[^>]*>"));
    return QString(artifact.text)
        .replace(later, QStringLiteral("\\1"))
        .replace(toRead, QStringLiteral("read.example.net."));
}

Sample everything()
{
    Sample sample;
    sample.site.organisation.internalDomain = domain("ad.contoso.com");
    sample.site.organisation.applicationDomain = domain("apps.contoso.com");
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("fd00::5"));
    sample.add("scanner", Method::ClientSubmission).name = QStringLiteral("Scanner; \"of\" (Büro)");
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    return sample;
}

} // namespace

void tst_ZoneFiles::areLoadedByBind_data()
{
    QTest::addColumn<QString>("zone");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("records");
    for (const Artifact &artifact : everything().all()) {
        if (artifact.mediaType != QLatin1String("text/dns"))
            continue;
        const bool internal = artifact.kind == QLatin1String("smart-host-name");
        const QString text = withLaterStages(artifact);
        const auto entries = ZoneReader::read(text);
        QTest::newRow(qPrintable(artifact.fileName))
            << (internal ? QStringLiteral("ad.contoso.com") : QStringLiteral("contoso.com")) << text
            << (entries ? static_cast<int>(entries->size()) : -1);
    }
}

void tst_ZoneFiles::areLoadedByBind()
{
    QFETCH(QString, zone);
    QFETCH(QString, text);
    QFETCH(int, records);
    QVERIFY(records > 0);
    const QByteArray printed = loaded(zone, text);
    // BIND prints a record a line; SOA and NS are the test's.
    QCOMPARE(printed.count('\n'), records + 2);
}

void tst_ZoneFiles::keepALongRecordWhole()
{
    Sample sample;
    QStringList terms;
    for (int i = 1; i <= 40; ++i)
        terms += QStringLiteral("ip4:198.51.100.%1").arg(i);
    sample.site.organisation.existingSpf = QLatin1String("v=spf1 ") + terms.join(u' ') + QLatin1String(" -all");
    sample.add("erp", Method::ConnectorRelay);
    const QByteArray printed = loaded(QStringLiteral("contoso.com"), sample.only("spf-record").text);
    const qsizetype start = printed.indexOf("TXT");
    QVERIFY2(start > 0, printed.constData());
    QByteArray strings = printed.mid(start + 3, printed.indexOf('\n', start) - start - 3).trimmed();
    QVERIFY(strings.count("\" \"") >= 2);
    strings.replace("\" \"", "").replace("\"", "");
    QCOMPARE(QString::fromLatin1(strings), QLatin1String("v=spf1 ") + terms.join(u' ')
                                               + QLatin1String(" ip4:192.0.2.10 "
                                                               "include:spf."
                                                               "protection."
                                                               "outlook.com "
                                                               "-all"));
}

void tst_ZoneFiles::areLoadedForEveryCase_data()
{
    QTest::addColumn<QString>("path");
    const QDir cases(QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/cases"));
    const QStringList names = cases.entryList({QStringLiteral("*.relaywright")}, QDir::Files, QDir::Name);
    QVERIFY(names.size() >= 40);
    for (const QString &name : names)
        QTest::newRow(qPrintable(name)) << cases.filePath(name);
}

void tst_ZoneFiles::areLoadedForEveryCase()
{
    QFETCH(QString, path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto site = parseSite(file.readAll());
    QVERIFY2(site, qPrintable(site ? QString() : site.error().detail));
    const Plan plan = advise(*site, Knowledge::builtIn(), QDate(2026, 11, 22));
    QString records;
    for (const Artifact &artifact : render(*site, plan, Knowledge::builtIn())) {
        if (artifact.mediaType == QLatin1String("text/dns"))
            records += withLaterStages(artifact);
    }
    const auto entries = ZoneReader::read(records);
    QVERIFY2(entries, qPrintable(records));
    // As the root zone, so that no name is out of zone and goes unread; there the name server needs an address.
    const QByteArray printed =
        loaded(QStringLiteral("."), QStringLiteral("ns.example.net. 3600 IN A 192.0.2.53\n") + records);
    QCOMPARE(printed.count('\n'), static_cast<qsizetype>(entries->size()) + 3);
}

QTEST_GUILESS_MAIN(tst_ZoneFiles)
#include "tst_ZoneFiles.moc"
