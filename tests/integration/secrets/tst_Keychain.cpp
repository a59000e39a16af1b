// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretParts.h"

#include <QProcess>
#include <QTest>
#include <QUuid>

using namespace relaywright;

namespace {

struct ToolAnswer {
    int exitCode = -1;
    QByteArray out;
    QByteArray problems;
};

/// Asks the keychain from outside, with libsecret's own tool.
ToolAnswer secretTool(const QStringList &arguments)
{
    QProcess tool;
    tool.start(QStringLiteral("secret-tool"), arguments);
    if (!tool.waitForFinished(15'000))
        return {
            -1, {}, QByteArray("secret-tool did not run (Debian: libsecret-tools): ") + tool.errorString().toUtf8()};
    return {tool.exitCode(), tool.readAllStandardOutput(), tool.readAllStandardError()};
}

QStringList ours(const QString &verb, const QString &name)
{
    return {verb, QStringLiteral("server"), QStringLiteral("Relaywright"), QStringLiteral("user"), name};
}

} // namespace

/// More than any other row has, so that these are kept as elsewhere.
constexpr qsizetype kEntryOctets = 5000;

/// Against a real Secret Service (gnome-keyring) in the session that tests/run.sh makes.
class tst_Keychain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void secretToolFindsWhatWasStored();
    void readsWhatSecretToolFinds_data();
    void readsWhatSecretToolFinds();
    void replacesAnOldSecret();
    void keepsInPartsWhatIsTooLarge();
    void saysThatAPartIsMissing();
    void listsNamesOfWritesMadeAtTheSameTime();
    void removesSecretAndName();
    void saysNotFoundForWhatWasNeverWritten();
    void refusesWhatAKeychainWouldChange_data();
    void refusesWhatAKeychainWouldChange();
    void leavesNoSecretInTheIndex();
    void cleanupTestCase();

private:
    template <class Answer>
    Answer wait(std::optional<Answer> &answer)
    {
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 40'000))
            return failure(ErrorKind::Timeout, QStringLiteral("the store never answered."));
        return *answer;
    }
    Result<void> write(const QString &name, const QByteArray &secret)
    {
        std::optional<Result<void>> answer;
        m_store.write(name, Secret(QByteArray(secret)), this, [&](const Result<void> &result) { answer = result; });
        return wait(answer);
    }
    Result<Secret> read(const QString &name)
    {
        std::optional<Result<Secret>> answer;
        m_store.read(name, this, [&](const Result<Secret> &result) { answer = result; });
        return wait(answer);
    }
    Result<void> remove(const QString &name)
    {
        std::optional<Result<void>> answer;
        m_store.remove(name, this, [&](const Result<void> &result) { answer = result; });
        return wait(answer);
    }
    /// Nothing where there is no such entry.
    QByteArray entry(const QString &name) { return secretTool(ours(QStringLiteral("lookup"), name)).out; }
    QStringList names()
    {
        std::optional<Result<QStringList>> answer;
        m_store.list(this, [&](const Result<QStringList> &result) { answer = result; });
        return wait(answer).value_or(QStringList());
    }
    QString name(const char *what) { return m_prefix + QLatin1String(what); }

    KeychainSecretStore m_store{kEntryOctets};
    QString m_prefix = QStringLiteral("test-%1-").arg(QUuid::createUuid().toString(QUuid::Id128).left(8));
};

void tst_Keychain::initTestCase()
{
    std::optional<Result<void>> answer;
    m_store.probe(this, [&](const Result<void> &result) { answer = result; });
    // A keychain that answers but stays locked (no default collection) shows only when something is written.
    const Result<void> there = wait(answer).and_then([this] { return write(name("first"), "x"); });
    QVERIFY2(there,
             there ? ""
                   : qPrintable(QStringLiteral("This test needs a session bus with an unlocked keychain; tests/run.sh "
                                               "makes both. The store says: %1")
                                    .arg(there.error().detail)));
}

void tst_Keychain::secretToolFindsWhatWasStored()
{
    const auto written = write(name("scanner@contoso.com"), "c0rrect horse");
    QVERIFY2(written, written ? "" : qPrintable(written.error().detail));
    const ToolAnswer found = secretTool(ours(QStringLiteral("lookup"), name("scanner@contoso.com")));
    QCOMPARE(found.out, QByteArray("c0rrect horse"));
    QCOMPARE(found.exitCode, 0);
    // `search` prints the attributes on stderr.
    const ToolAnswer searched = secretTool(ours(QStringLiteral("search"), name("scanner@contoso.com")));
    QVERIFY2((searched.out + searched.problems).contains("org.qt.keychain"),
             (searched.out + searched.problems).constData());
}

void tst_Keychain::readsWhatSecretToolFinds_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("letters") << QByteArray("simple");
    QTest::newRow("umlauts and emoji") << QByteArray("pässwörd 🔑");
    QTest::newRow("quotes and shell") << QByteArray("a'b\"c$(d)`e\\");
    QTest::newRow("spaces around") << QByteArray("  x  ");
    QTest::newRow("a long token") << QByteArray(4096, 'T');
}

void tst_Keychain::readsWhatSecretToolFinds()
{
    QFETCH(QByteArray, secret);
    QVERIFY(write(name("row"), secret));
    const auto back = read(name("row"));
    QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    QCOMPARE(back->reveal().toByteArray(), secret);
    QCOMPARE(secretTool(ours(QStringLiteral("lookup"), name("row"))).out, secret);
}

void tst_Keychain::replacesAnOldSecret()
{
    QVERIFY(write(name("twice"), "old"));
    QVERIFY(write(name("twice"), "new"));
    QVERIFY(read(name("twice")) == Secret(QByteArray("new")));
    QCOMPARE(names().count(name("twice")), 1);
}

void tst_Keychain::keepsInPartsWhatIsTooLarge()
{
    const QString token = name("token");
    const auto isThere = [this, &token](bool second, int number) {
        return !entry(partName(token, second, number)).isEmpty();
    };
    QVERIFY(write(token, QByteArray(12'000, 'a')));
    QVERIFY(isThere(false, 0) && isThere(false, 2) && !isThere(false, 3));
    QVERIFY(!entry(token).contains("aaa"));
    QCOMPARE(read(token)->reveal().toByteArray(), QByteArray(12'000, 'a'));
    QVERIFY(write(token, QByteArray(6'000, 'b'))); // into the other set; the old one goes
    QVERIFY(isThere(true, 1) && !isThere(true, 2) && !isThere(false, 0) && !isThere(false, 2));
    QCOMPARE(read(token)->reveal().toByteArray(), QByteArray(6'000, 'b'));
    QVERIFY(!names().join(u' ').contains(QStringLiteral("#part")));
    QVERIFY(write(token, "short"));
    QVERIFY(!isThere(true, 0) && !isThere(true, 1));
    QCOMPARE(entry(token), QByteArray("short"));
    QVERIFY(write(token, QByteArray(6'000, 'c')));
    QVERIFY(remove(token));
    QVERIFY(!isThere(false, 0) && !isThere(false, 1) && !isThere(true, 0));
    QVERIFY(!names().contains(token));
    QVERIFY(!write(partName(token, false, 0), "x")); // a name of ours
}

void tst_Keychain::saysThatAPartIsMissing()
{
    const QString token = name("broken");
    QVERIFY(write(token, QByteArray(6'000, 'a')));
    secretTool(ours(QStringLiteral("clear"), partName(token, false, 1)));
    const auto broken = read(token);
    QVERIFY(!broken);
    QCOMPARE(broken.error().kind, ErrorKind::Storage);
    QVERIFY(write(token, "mended"));
    QCOMPARE(read(token)->reveal().toByteArray(), QByteArray("mended"));
    QVERIFY(remove(token));
}

void tst_Keychain::listsNamesOfWritesMadeAtTheSameTime()
{
    int done = 0;
    for (int i = 0; i < 8; ++i)
        m_store.write(name("parallel-") + QString::number(i), Secret(QByteArray("x")), this,
                      [&](const Result<void> &result) { done += result.has_value() ? 1 : 0; });
    QTRY_COMPARE_WITH_TIMEOUT(done, 8, 30'000);
    const QStringList list = names();
    for (int i = 0; i < 8; ++i)
        QVERIFY(list.contains(name("parallel-") + QString::number(i)));
    QVERIFY(std::ranges::is_sorted(list));
}

void tst_Keychain::removesSecretAndName()
{
    QVERIFY(write(name("gone"), "x"));
    const auto removed = remove(name("gone"));
    QVERIFY2(removed, removed ? "" : qPrintable(removed.error().detail));
    QCOMPARE(read(name("gone")).error().kind, ErrorKind::NotFound);
    QVERIFY(!names().contains(name("gone")));
    QVERIFY(secretTool(ours(QStringLiteral("lookup"), name("gone"))).exitCode != 0);
}

void tst_Keychain::saysNotFoundForWhatWasNeverWritten()
{
    QCOMPARE(read(name("never")).error().kind, ErrorKind::NotFound);
    QCOMPARE(remove(name("never")).error().kind, ErrorKind::NotFound);
}

void tst_Keychain::refusesWhatAKeychainWouldChange_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("empty secret") << QStringLiteral("a") << QByteArray();
    QTest::newRow("NUL inside") << QStringLiteral("a") << QByteArray("a\0b", 3);
    QTest::newRow("Latin-1") << QStringLiteral("a") << QByteArray("p\xe4ss");
    QTest::newRow("empty name") << QString() << QByteArray("x");
    QTest::newRow("a line break in the name") << QStringLiteral("a\nb") << QByteArray("x");
    QTest::newRow("our index") << QStringLiteral("#names") << QByteArray("x");
}

void tst_Keychain::refusesWhatAKeychainWouldChange()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, secret);
    const auto written = write(name, secret);
    QVERIFY(!written);
    QCOMPARE(written.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!names().contains(name));
}

void tst_Keychain::leavesNoSecretInTheIndex()
{
    QVERIFY(write(name("seen"), "Very-S3cret-Octets"));
    const ToolAnswer index = secretTool(ours(QStringLiteral("lookup"), QStringLiteral("#names")));
    QVERIFY(index.out.contains(name("seen").toUtf8()));
    QVERIFY(!index.out.contains("Very-S3cret-Octets"));
}

void tst_Keychain::cleanupTestCase()
{
    const QStringList list = names();
    for (const QString &entry : list) {
        if (entry.startsWith(m_prefix))
            QVERIFY(remove(entry));
    }
}

QTEST_GUILESS_MAIN(tst_Keychain)
#include "tst_Keychain.moc"
