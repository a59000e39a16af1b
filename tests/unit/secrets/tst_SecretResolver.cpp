// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/MemorySecretStore.h"
#include "core/secrets/SecretResolver.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace relaywright;

class tst_SecretResolver : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void asksTheKeychain();
    void readsTheEnvironment();
    void readsTheFirstLineOfAFile_data();
    void readsTheFirstLineOfAFile();
    void refusesAFileThatOthersMayRead();
    void refusesWhatIsNoUsableFile_data();
    void refusesWhatIsNoUsableFile();
    void readsASystemdCredential();
    void neverLeavesTheCredentialsFolder();
    void readsOneLineOfStandardInput();

private:
    Result<Secret> resolve(const QString &ref)
    {
        std::optional<Result<Secret>> answer;
        resolveSecret(*SecretRef::parse(ref), m_store, this, [&](const Result<Secret> &secret) { answer = secret; });
        if (answer || !QTest::qWaitFor([&] { return answer.has_value(); }))
            return failure(ErrorKind::Timeout, QStringLiteral("no answer, or one before the event loop."));
        return *answer;
    }
    QString write(const QString &name, const QByteArray &content,
                  QFile::Permissions permissions = QFile::ReadOwner | QFile::WriteOwner)
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()
            || !file.setPermissions(permissions))
            qFatal("cannot write the test's file");
        return file.fileName();
    }
    MemorySecretStore m_store;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_SecretResolver::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void tst_SecretResolver::asksTheKeychain()
{
    m_store.write(QStringLiteral("scanner"), Secret(QByteArray("s3cret")), this, [](const Result<void> &) {});
    QVERIFY(resolve(QStringLiteral("keychain:scanner")) == Secret(QByteArray("s3cret")));
    QCOMPARE(resolve(QStringLiteral("keychain:other")).error().kind, ErrorKind::NotFound);
}

void tst_SecretResolver::readsTheEnvironment()
{
    qputenv("RELAYWRIGHT_TEST_SECRET", "päss word");
    QVERIFY(resolve(QStringLiteral("env:RELAYWRIGHT_TEST_SECRET")) == Secret(QByteArray("päss word")));
    qputenv("RELAYWRIGHT_TEST_EMPTY", "");
#ifndef Q_OS_WIN // there an empty variable is none
    QCOMPARE(resolve(QStringLiteral("env:RELAYWRIGHT_TEST_EMPTY")).error().kind, ErrorKind::InvalidInput);
#endif
    const Error missing = resolve(QStringLiteral("env:RELAYWRIGHT_TEST_UNSET")).error();
    QCOMPARE(missing.kind, ErrorKind::NotFound);
    QVERIFY(missing.detail.contains(QLatin1String("RELAYWRIGHT_TEST_UNSET")));
}

void tst_SecretResolver::readsTheFirstLineOfAFile_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("one line") << QByteArray("s3cret\n") << QByteArray("s3cret");
    QTest::newRow("no end of line") << QByteArray("s3cret") << QByteArray("s3cret");
    QTest::newRow("Notepad") << QByteArray("\xEF\xBB\xBFs3cret\r\n") << QByteArray("s3cret");
    QTest::newRow("a second line") << QByteArray("s3cret\nnot this\n") << QByteArray("s3cret");
    QTest::newRow("spaces count") << QByteArray(" s3 cret \n") << QByteArray(" s3 cret ");
    QTest::newRow("a key in PEM") << QByteArray("-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n")
                                  << QByteArray("-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----");
    QTest::newRow("long") << QByteArray(16 * 1024, 'x') + "\n" << QByteArray(16 * 1024, 'x');
}

void tst_SecretResolver::readsTheFirstLineOfAFile()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, secret);
    const auto found = resolve(QStringLiteral("file:") + write(QStringLiteral("secret"), content));
    QVERIFY2(found, found ? "" : qPrintable(found.error().detail));
    QCOMPARE(found->reveal().toByteArray(), secret);
}

void tst_SecretResolver::refusesAFileThatOthersMayRead()
{
#ifdef Q_OS_UNIX
    for (const QFile::Permission other : {QFile::ReadGroup, QFile::ReadOther, QFile::WriteOther}) {
        const QString path = write(QStringLiteral("open"), "s3cret\n", QFile::ReadOwner | QFile::WriteOwner | other);
        const auto found = resolve(QStringLiteral("file:") + path);
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Denied);
        QVERIFY2(found.error().detail.contains(QLatin1String("chmod 600 ") + path), qPrintable(found.error().detail));
        QVERIFY(!found.error().detail.contains(QLatin1String("s3cret")));
    }
#else
    QSKIP("Windows has access lists in place of these permissions.");
#endif
}

void tst_SecretResolver::refusesWhatIsNoUsableFile_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("kind");
    QTest::newRow("missing") << QStringLiteral("/missing") << static_cast<int>(ErrorKind::NotFound);
    QTest::newRow("a folder") << QString() << static_cast<int>(ErrorKind::InvalidInput);
    QTest::newRow("empty") << QStringLiteral("/empty") << static_cast<int>(ErrorKind::InvalidInput);
    QTest::newRow("an empty first line") << QStringLiteral("/blank") << static_cast<int>(ErrorKind::InvalidInput);
    QTest::newRow("not a password at all") << QStringLiteral("/huge") << static_cast<int>(ErrorKind::InvalidInput);
}

void tst_SecretResolver::refusesWhatIsNoUsableFile()
{
    QFETCH(QString, name);
    QFETCH(int, kind);
    write(QStringLiteral("empty"), "");
    write(QStringLiteral("blank"), "\nsecond\n");
    write(QStringLiteral("huge"), QByteArray(100'000, 'x'));
    const auto found = resolve(QStringLiteral("file:") + m_folder->path() + name);
    QVERIFY(!found);
    QCOMPARE(static_cast<int>(found.error().kind), kind);
    QVERIFY2(found.error().detail.endsWith(u'.') || found.error().detail.endsWith(u'?'),
             qPrintable(found.error().detail));
}

void tst_SecretResolver::readsASystemdCredential()
{
    qunsetenv("CREDENTIALS_DIRECTORY");
    QCOMPARE(resolve(QStringLiteral("credential:upstream")).error().kind, ErrorKind::NotFound);
    qputenv("CREDENTIALS_DIRECTORY", m_folder->path().toUtf8());
    QCOMPARE(resolve(QStringLiteral("credential:upstream")).error().kind, ErrorKind::NotFound);
    write(QStringLiteral("upstream"), "from systemd\n", QFile::ReadOwner | QFile::ReadGroup);
    QVERIFY(resolve(QStringLiteral("credential:upstream")) == Secret(QByteArray("from systemd")));
    qunsetenv("CREDENTIALS_DIRECTORY");
}

void tst_SecretResolver::neverLeavesTheCredentialsFolder()
{
    write(QStringLiteral("outside"), "s3cret\n");
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("credentials")));
    qputenv("CREDENTIALS_DIRECTORY", (m_folder->path() + QStringLiteral("/credentials")).toUtf8());
    QCOMPARE(resolve(QStringLiteral("credential:../outside")).error().kind, ErrorKind::InvalidInput);
    QCOMPARE(resolve(QStringLiteral("credential:..")).error().kind, ErrorKind::InvalidInput);
    qunsetenv("CREDENTIALS_DIRECTORY");
}

void tst_SecretResolver::readsOneLineOfStandardInput()
{
    const QString path = write(QStringLiteral("stdin"), "typed\r\nnext\n");
    QVERIFY(std::freopen(path.toLocal8Bit().constData(), "rb", stdin));
    QVERIFY(resolve(QStringLiteral("stdin")) == Secret(QByteArray("typed")));
    QVERIFY(resolve(QStringLiteral("stdin")) == Secret(QByteArray("next")));
    QCOMPARE(resolve(QStringLiteral("stdin")).error().kind, ErrorKind::InvalidInput);
}

QTEST_GUILESS_MAIN(tst_SecretResolver)
#include "tst_SecretResolver.moc"
