// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/MemorySecretStore.h"

#include <QTest>

using namespace relaywright;

class tst_MemorySecretStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesBackWhatWasWritten();
    void answersThroughTheEventLoop();
    void namesAreSortedAndGoWithTheirSecret();
    void saysWhatIsMissing();
    void dropsTheAnswerOfADeadContext();

private:
    void write(const char *name, const char *secret)
    {
        bool done = false;
        m_store.write(QString::fromUtf8(name), Secret(QByteArray(secret)), this,
                      [&](const Result<void> &result) { done = result.has_value(); });
        QTRY_VERIFY(done);
    }
    MemorySecretStore m_store;
};

void tst_MemorySecretStore::givesBackWhatWasWritten()
{
    write("scanner@contoso.com", "first");
    write("scanner@contoso.com", "second");
    std::optional<Result<Secret>> answer;
    m_store.read(QStringLiteral("scanner@contoso.com"), this, [&](const Result<Secret> &secret) { answer = secret; });
    QTRY_VERIFY(answer);
    QVERIFY(*answer == Secret(QByteArray("second")));
}

void tst_MemorySecretStore::answersThroughTheEventLoop()
{
    bool answered = false;
    m_store.list(this, [&](const Result<QStringList> &) { answered = true; });
    QVERIFY(!answered);
    QTRY_VERIFY(answered);
}

void tst_MemorySecretStore::namesAreSortedAndGoWithTheirSecret()
{
    write("b", "1");
    write("a", "2");
    bool removed = false;
    m_store.remove(QStringLiteral("scanner@contoso.com"), this, [&](const Result<void> &) { removed = true; });
    QTRY_VERIFY(removed);
    QStringList names;
    m_store.list(this, [&](const Result<QStringList> &list) { names = *list; });
    QTRY_COMPARE(names, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
}

void tst_MemorySecretStore::saysWhatIsMissing()
{
    std::optional<Error> reading, removing;
    m_store.read(QStringLiteral("nobody"), this, [&](const Result<Secret> &secret) { reading = secret.error(); });
    m_store.remove(QStringLiteral("nobody"), this, [&](const Result<void> &result) { removing = result.error(); });
    QTRY_VERIFY(reading && removing);
    QCOMPARE(reading->kind, ErrorKind::NotFound);
    QCOMPARE(*removing, *reading);
    QVERIFY(reading->detail.contains(QLatin1String("nobody")));
}

void tst_MemorySecretStore::dropsTheAnswerOfADeadContext()
{
    bool answered = false;
    bool last = false;
    {
        QObject context;
        m_store.list(&context, [&](const Result<QStringList> &) { answered = true; });
    }
    m_store.list(this, [&](const Result<QStringList> &) { last = true; });
    QTRY_VERIFY(last);
    QVERIFY(!answered);
}

QTEST_GUILESS_MAIN(tst_MemorySecretStore)
#include "tst_MemorySecretStore.moc"
