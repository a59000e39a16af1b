// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/Vault.h"

#include <QTest>

using namespace relaywright;

class tst_Vault : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPasswordForThisRunNeverReachesTheKeychain();
    void theKeychainIsReadWhenMemoryHasNothing();
    void aNewerPasswordInTheKeychainReplacesTheOneOfThisRun();
    void aMissingKeychainIsSaidWithItsReason();

private:
    MemorySecretStore m_keychain;
    const QString m_name = QStringLiteral("scanner@contoso.com");
    static Vault::Probe answering(const Result<void> &answer);
    Result<Secret> read(Vault &vault);
    static void write(Vault &vault, const QString &name, const QString &password, Vault::Keep keep);
};

Vault::Probe tst_Vault::answering(const Result<void> &answer)
{
    return [answer](QObject *, const Vault::ProbeDone &done) { done(answer); };
}

Result<Secret> tst_Vault::read(Vault &vault)
{
    std::optional<Result<Secret>> got;
    vault.read(m_name, this, [&got](const Result<Secret> &secret) { got = secret; });
    return QTest::qWaitFor([&got] { return got.has_value(); }) ? *got : failure(ErrorKind::Timeout, {});
}

void tst_Vault::write(Vault &vault, const QString &name, const QString &password, Vault::Keep keep)
{
    bool written = false;
    QObject context;
    vault.write(name, Secret::fromText(password), keep, &context,
                [&written](const Result<void> &done) { written = done.has_value(); });
    QVERIFY(QTest::qWaitFor([&written] { return written; }));
}

void tst_Vault::aPasswordForThisRunNeverReachesTheKeychain()
{
    Vault vault(m_keychain, answering({}));
    vault.check();
    write(vault, m_name, QStringLiteral("one"), Vault::Keep::ForThisRun);
    QVERIFY(vault.isForThisRun(m_name));
    QVERIFY(read(vault).value() == Secret::fromText(QStringLiteral("one")));
    Vault other(m_keychain, answering({}));
    other.check();
    QCOMPARE_EQ(read(other).error().kind, ErrorKind::NotFound);
}

void tst_Vault::theKeychainIsReadWhenMemoryHasNothing()
{
    Vault vault(m_keychain, answering({}));
    vault.check();
    write(vault, m_name, QStringLiteral("kept"), Vault::Keep::InKeychain);
    Vault later(m_keychain, answering({}));
    later.check();
    QVERIFY(read(later).value() == Secret::fromText(QStringLiteral("kept")));
    QVERIFY(!later.isForThisRun(m_name));
}

void tst_Vault::aNewerPasswordInTheKeychainReplacesTheOneOfThisRun()
{
    Vault vault(m_keychain, answering({}));
    vault.check();
    write(vault, m_name, QStringLiteral("old"), Vault::Keep::ForThisRun);
    write(vault, m_name, QStringLiteral("new"), Vault::Keep::InKeychain);
    QVERIFY(!vault.isForThisRun(m_name));
    QVERIFY(read(vault).value() == Secret::fromText(QStringLiteral("new")));
}

void tst_Vault::aMissingKeychainIsSaidWithItsReason()
{
    Vault vault(m_keychain, answering(failure(ErrorKind::Unsupported, QStringLiteral("There is none."))));
    QCOMPARE_EQ(vault.state(), Vault::State::Checking);
    vault.check();
    QCOMPARE_EQ(vault.state(), Vault::State::Unavailable);
    QCOMPARE_EQ(vault.problem(), QStringLiteral("There is none."));
}

QTEST_GUILESS_MAIN(tst_Vault)
#include "tst_Vault.moc"
