// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// The worked cases of tests/cases: a site as somebody brings it, and beside it what the plan must say. Each file of
// expectations holds the question that was asked, the day, per sender the choice with the rules it rests on and those
// that rule others out, and the questions, site notes and artifacts that must be there.

namespace {

const QString kFolder = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/cases/");

QJsonObject expected(const QString &name)
{
    QFile file(kFolder + name + QStringLiteral(".expected.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QJsonObject find(const QJsonArray &array, const QString &key, const QString &value)
{
    for (const auto &item : array) {
        if (item.toObject().value(key).toString() == value)
            return item.toObject();
    }
    return {};
}

QStringList valuesOf(const QJsonArray &array, const QString &key)
{
    QStringList values;
    for (const auto &item : array)
        values += item.toObject().value(key).toString();
    return values;
}

QStringList missingOf(const QJsonValue &wanted, const QStringList &there)
{
    QStringList missing;
    const QJsonArray words = wanted.toArray();
    for (const auto &word : words) {
        if (!there.contains(word.toString()))
            missing += word.toString();
    }
    return missing;
}

/// What is expected of the chosen option, under the names that it has in the plan.
QStringList differencesOf(const QJsonObject &want, const QJsonObject &option)
{
    const QJsonObject settings = option.value(u"settings").toObject();
    const QJsonObject upstream = option.value(u"upstreamSettings").toObject();
    const std::pair<QString, QJsonValue> there[] = {
        {QStringLiteral("fit"), option.value(u"fit")},
        {QStringLiteral("upstream"), option.value(u"upstream")},
        {QStringLiteral("worksUntil"), option.value(u"worksUntil")},
        {QStringLiteral("upstreamAuthentication"), upstream.value(u"authentication")},
        {QStringLiteral("authentication"), settings.value(u"authentication")},
        {QStringLiteral("byCertificate"), settings.value(u"byCertificate")},
        {QStringLiteral("host"), settings.value(u"host")},
        {QStringLiteral("port"), settings.value(u"port")},
        {QStringLiteral("tls"), settings.value(u"tls")},
    };
    QStringList differences;
    for (const auto &[key, value] : there) {
        if (want.contains(key) && want.value(key) != value)
            differences += QStringLiteral("%1 is %2").arg(key, value.toVariant().toString());
    }
    const QStringList rules = valuesOf(option.value(u"reasons").toArray(), QStringLiteral("rule"));
    for (const QString &rule : missingOf(want.value(u"because"), rules))
        differences += QStringLiteral("%1 is not among its reasons").arg(rule);
    return differences;
}

} // namespace

class tst_Cases : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thereAreForty();
    void thePlanIsTheExpectedOne_data() { cases(); }
    void thePlanIsTheExpectedOne();
    void theArtifactsAreTheExpectedOnes_data() { cases(); }
    void theArtifactsAreTheExpectedOnes();

private:
    static QStringList names();
    static void cases();
};

QStringList tst_Cases::names()
{
    QStringList names = QDir(kFolder).entryList({QStringLiteral("*.relaywright")}, QDir::Files, QDir::Name);
    names.replaceInStrings(QStringLiteral(".relaywright"), QString());
    return names;
}

void tst_Cases::cases()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : names())
        QTest::newRow(qPrintable(name)) << name;
}

void tst_Cases::thereAreForty()
{
    QVERIFY(names().size() >= 40);
}

void tst_Cases::thePlanIsTheExpectedOne()
{
    QFETCH(QString, name);
    const QJsonObject want = expected(name);
    QVERIFY2(!want.value(u"asked").toString().isEmpty(), "no expectations");
    const CliRun run = runCli({QStringLiteral("--json"), QStringLiteral("plan"),
                               kFolder + name + QStringLiteral(".relaywright"), QStringLiteral("--today"),
                               want.value(u"today").toString()});
    QVERIFY2(run.exitCode == 0 || run.exitCode == 1, run.err);
    const QJsonObject plan = run.json();
    const QJsonObject senders = want.value(u"senders").toObject();
    QCOMPARE_EQ(senders.size(), plan.value(u"senders").toArray().size());
    for (auto it = senders.begin(); it != senders.end(); ++it) {
        const QJsonObject sender = find(plan.value(u"senders").toArray(), QStringLiteral("id"), it.key());
        const QJsonObject expectedSender = it.value().toObject();
        QCOMPARE(sender.value(u"chosen").toString(), expectedSender.value(u"chosen").toString());
        QCOMPARE(sender.contains(u"noneBecause"), expectedSender.value(u"chosen").isNull());
        const QJsonArray options = sender.value(u"options").toArray();
        if (!expectedSender.value(u"chosen").isNull())
            QCOMPARE(differencesOf(expectedSender, options.first().toObject()).join(u'\n'), QString());
        const QJsonObject ruledOut = expectedSender.value(u"not").toObject();
        for (auto other = ruledOut.begin(); other != ruledOut.end(); ++other) {
            const QJsonObject option = find(options, QStringLiteral("method"), other.key());
            const QStringList rules = valuesOf(option.value(u"reasons").toArray(), QStringLiteral("rule"));
            QCOMPARE(option.value(u"fit").toString(), QStringLiteral("does-not-fit"));
            QVERIFY2(rules.contains(other.value().toString()), qPrintable(rules.join(u' ')));
        }
    }
    const QStringList questions = valuesOf(plan.value(u"questions").toArray(), QStringLiteral("path"));
    QCOMPARE(missingOf(want.value(u"questions"), questions).join(u' '), QString());
    const QStringList notes = valuesOf(plan.value(u"notes").toArray(), QStringLiteral("rule"));
    QCOMPARE(missingOf(want.value(u"notes"), notes).join(u' '), QString());
}

void tst_Cases::theArtifactsAreTheExpectedOnes()
{
    QFETCH(QString, name);
    const QJsonObject want = expected(name);
    const CliRun run = runCli({QStringLiteral("--json"), QStringLiteral("artifacts"),
                               kFolder + name + QStringLiteral(".relaywright"), QStringLiteral("--today"),
                               want.value(u"today").toString()});
    QVERIFY2(run.exitCode == 0 || run.exitCode == 1, run.err);
    QStringList kinds = valuesOf(run.json().value(u"artifacts").toArray(), QStringLiteral("kind"));
    kinds.removeDuplicates();
    kinds.sort();
    QStringList wanted;
    const QJsonArray words = want.value(u"artifacts").toArray();
    for (const auto &word : words)
        wanted += word.toString();
    wanted.sort();
    QCOMPARE(kinds.join(u' '), wanted.join(u' '));
}

QTEST_GUILESS_MAIN(tst_Cases)
#include "tst_Cases.moc"
