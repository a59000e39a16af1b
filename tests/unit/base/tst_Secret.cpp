// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Secret.h"

#include <QTest>

using namespace relaywright;

class tst_Secret : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheOctetsOver();
    void leavesOtherOwnersAlone();
    void livesUntilTheLastCopyGoes();
    void compares();
    void referencesSayWhereNotWhat_data();
    void referencesSayWhereNotWhat();
    void refusesReferencesWithoutRepeatingThem_data();
    void refusesReferencesWithoutRepeatingThem();
};

void tst_Secret::takesTheOctetsOver()
{
    QByteArray octets("pass\0word", 9);
    octets.detach();
    const Secret secret(std::move(octets));
    QVERIFY(octets.isEmpty()); // NOLINT(bugprone-use-after-move): that it is empty is the promise
    QCOMPARE(secret.reveal().toByteArray(), QByteArray("pass\0word", 9));
    QVERIFY(!secret.isEmpty());
    QVERIFY(Secret().isEmpty());
    QVERIFY(Secret().reveal().isEmpty());
    QCOMPARE(Secret::fromText(QStringLiteral("pässword")).reveal().toByteArray(), QByteArray("pässword"));
}

void tst_Secret::leavesOtherOwnersAlone()
{
    const QByteArray mine("shared");
    QByteArray copy = mine;
    wipe(copy);
    QVERIFY(copy.isEmpty());
    QCOMPARE(mine, QByteArray("shared"));
    QByteArray literal = QByteArrayLiteral("literal");
    wipe(literal);
    QVERIFY(literal.isEmpty());
}

void tst_Secret::livesUntilTheLastCopyGoes()
{
    auto first = std::make_unique<Secret>(Secret::fromText(QStringLiteral("kept")));
    const Secret second = *first;
    first.reset();
    QCOMPARE(second.reveal().toByteArray(), QByteArray("kept"));
}

void tst_Secret::compares()
{
    QVERIFY(Secret::fromText(QStringLiteral("a")) == Secret::fromText(QStringLiteral("a")));
    QVERIFY(!(Secret::fromText(QStringLiteral("a")) == Secret::fromText(QStringLiteral("b"))));
    QVERIFY(!(Secret::fromText(QStringLiteral("a")) == Secret::fromText(QStringLiteral("aa"))));
    QVERIFY(!(Secret::fromText(QStringLiteral("a")) == Secret()));
    QVERIFY(Secret() == Secret::fromText(QString()));
}

void tst_Secret::referencesSayWhereNotWhat_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<SecretRef::Kind>("kind");
    QTest::addColumn<QString>("name");
    QTest::newRow("keychain") << QStringLiteral("keychain:scanner@example.com") << SecretRef::Kind::Keychain << QStringLiteral("scanner@example.com");
    QTest::newRow("environment") << QStringLiteral("env:PW") << SecretRef::Kind::Environment << QStringLiteral("PW");
    QTest::newRow("file with a colon") << QStringLiteral("file:C:/secret") << SecretRef::Kind::File << QStringLiteral("C:/secret");
    QTest::newRow("credential") << QStringLiteral("credential:smtp") << SecretRef::Kind::SystemdCredential << QStringLiteral("smtp");
    QTest::newRow("standard input") << QStringLiteral("stdin") << SecretRef::Kind::StandardInput << QString();
}

void tst_Secret::referencesSayWhereNotWhat()
{
    QFETCH(QString, text);
    QFETCH(SecretRef::Kind, kind);
    QFETCH(QString, name);
    const auto reference = SecretRef::parse(text);
    QVERIFY(reference);
    QCOMPARE(reference->kind(), kind);
    QCOMPARE(reference->name(), name);
    QCOMPARE(reference->toString(), text);
}

void tst_Secret::refusesReferencesWithoutRepeatingThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("a password") << QStringLiteral("Tr0ub4dor&3");
    QTest::newRow("no name") << QStringLiteral("keychain:");
    QTest::newRow("another scheme") << QStringLiteral("http:Tr0ub4dor&3");
    QTest::newRow("capital scheme") << QStringLiteral("KEYCHAIN:Tr0ub4dor&3");
    QTest::newRow("something behind stdin") << QStringLiteral("stdin:Tr0ub4dor&3");
    QTest::newRow("line break in the name") << QStringLiteral("keychain:Tr0ub4dor&3\n");
}

void tst_Secret::refusesReferencesWithoutRepeatingThem()
{
    QFETCH(QString, text);
    const auto reference = SecretRef::parse(text);
    QVERIFY(!reference);
    QCOMPARE(reference.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!reference.error().detail.contains(QLatin1String("Tr0ub")));
}

QTEST_GUILESS_MAIN(tst_Secret)
#include "tst_Secret.moc"
