// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// Every file that `artifacts` makes for two of the worked cases, as somebody has read and approved it. When a change is
// meant, write them anew with RELAYWRIGHT_WRITE_GOLDEN=1, read what git shows, and commit it with the change.

namespace {

const QString kCases = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/cases/");
const QString kGolden = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/golden/");

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString firstDifference(const QByteArray &made, const QByteArray &approved)
{
    const QList<QByteArray> left = made.split('\n');
    const QList<QByteArray> right = approved.split('\n');
    for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i) {
        if (left.value(i) != right.value(i))
            return QStringLiteral("line %1\nmade:     %2\napproved: %3")
                .arg(i + 1)
                .arg(QString::fromUtf8(left.value(i)), QString::fromUtf8(right.value(i)));
    }
    return {};
}

} // namespace

class tst_Golden : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFilesAreTheApprovedOnes_data();
    void theFilesAreTheApprovedOnes();
};

void tst_Golden::theFilesAreTheApprovedOnes_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("whole house") << QStringLiteral("45-whole-house");
    QTest::newRow("hybrid") << QStringLiteral("24-hybrid-old-printers");
}

void tst_Golden::theFilesAreTheApprovedOnes()
{
    QFETCH(QString, name);
    QTemporaryDir folder;
    const CliRun run = runCli({QStringLiteral("artifacts"), kCases + name + QStringLiteral(".relaywright"),
                               QStringLiteral("--today"), QStringLiteral("2026-11-22"), QStringLiteral("--out"),
                               folder.path()});
    QCOMPARE_EQ(run.exitCode, 0);
    QDir golden(kGolden + name);
    const QStringList made = QDir(folder.path()).entryList(QDir::Files, QDir::Name);
    if (qEnvironmentVariableIsSet("RELAYWRIGHT_WRITE_GOLDEN")) {
        golden.removeRecursively();
        QVERIFY(golden.mkpath(QStringLiteral(".")));
        for (const QString &file : made)
            QVERIFY(QFile::copy(folder.filePath(file), golden.filePath(file)));
    }
    QCOMPARE(made, golden.entryList(QDir::Files, QDir::Name));
    for (const QString &file : made) {
        const QString difference = firstDifference(contentOf(folder.filePath(file)), contentOf(golden.filePath(file)));
        QVERIFY2(difference.isEmpty(), qPrintable(file + QStringLiteral(": ") + difference));
    }
}

QTEST_GUILESS_MAIN(tst_Golden)
#include "tst_Golden.moc"
