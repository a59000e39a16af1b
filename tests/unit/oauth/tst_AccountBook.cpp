// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccountBook.h"

#include <QFile>
#include <QLockFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + 8h + 5ms};

BookedAccount account(const QString &name)
{
    return {.name = name,
            .account = {.tenant = *EntraTenant::parse(QStringLiteral("contoso.com")),
                        .application = *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
                        .proof = KeptRefreshToken{QStringLiteral("oauth ") + name},
                        .use = TokenUse::Graph,
                        .cloud = Cloud::GccHigh},
            .added = kStart,
            .lastSuccess = kStart + 1h,
            .proofEnds = QDate(2027, 11, 23)};
}

} // namespace

class tst_AccountBook : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItWrites();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();
    void changesAFile();
    void leavesAFileThatItCannotRead();
    void waitsForNobodyForLong();
};

void tst_AccountBook::readsWhatItWrites()
{
    AccountBook book{account(QStringLiteral("b@contoso.com")), account(QStringLiteral("a@contoso.com"))};
    book[1].proofEnds.reset();
    book[1].lastSuccess.reset();
    const auto read = parseAccountBook(toJson(book));
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QCOMPARE(read->size(), 2u);
    QVERIFY(*findAccount(*read, QStringLiteral("b@contoso.com")) == book[0]);
    QVERIFY(read->front() == book[1]); // by name
    QVERIFY(!findAccount(*read, QStringLiteral("c@contoso.com")));
}

void tst_AccountBook::refusesWhatCannotBe_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *tag, const char *from, const char *to, const char *said) {
        QTest::newRow(tag) << QByteArray(from) << QByteArray(to) << QString::fromLatin1(said);
    };
    row("no schema", "relaywright.accounts/1", "relaywright.site/1", "$.schema");
    row("newer", "relaywright.accounts/1", "relaywright.accounts/2", "newer version");
    row("no name", "\"a@contoso.com\"", "\" \"", "$.accounts[0].name");
    row("unknown member", "\"added\"", "\"adding\"", "$.accounts[0].adding");
    row("no time", "2026-12-01T08:00:00.005Z", "soon", "$.accounts[0].added");
    row("no day", "2027-11-23", "2027-13-23", "$.accounts[0].proofEnds");
    row("no tenant", "\"contoso.com\"", "\"common\"", "$.accounts[0].oauth.tenant");
    row("a secret in it", "\"keychain:oauth a@contoso.com\"", "\"0.AXkA-hunter2\"", "$.accounts[0].oauth.refreshToken");
}

void tst_AccountBook::refusesWhatCannotBe()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, said);
    QByteArray json = toJson(AccountBook{account(QStringLiteral("a@contoso.com"))});
    QVERIFY(json.contains(from));
    const auto read = parseAccountBook(json.replace(from, to));
    QVERIFY(!read);
    QVERIFY2(read.error().detail.contains(said), qPrintable(read.error().detail));
    QVERIFY(!read.error().detail.contains(QStringLiteral("hunter2")));
}

void tst_AccountBook::changesAFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("relaywright/accounts.json"));
    QVERIFY(readAccountBook(path)->empty());
    for (const char *name : {"b@contoso.com", "a@contoso.com"})
        QVERIFY(changeAccountBook(path, [name](AccountBook &book) { book.push_back(account(QLatin1String(name))); }));
    const auto book = readAccountBook(path);
    QVERIFY(book);
    QCOMPARE(book->size(), 2u);
    QCOMPARE(book->front().name, QStringLiteral("a@contoso.com"));
}

void tst_AccountBook::leavesAFileThatItCannotRead()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("accounts.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"schema\": \"relaywright.accounts/1\", \"accounts\": [");
    file.close();
    const auto changed = changeAccountBook(path, [](AccountBook &book) { book.clear(); });
    QVERIFY(!changed);
    QVERIFY2(changed.error().detail.contains(path), qPrintable(changed.error().detail));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().endsWith("[")); // nothing is lost
}

void tst_AccountBook::waitsForNobodyForLong()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("accounts.json"));
    QLockFile other(path + QLatin1String(".lock"));
    QVERIFY(other.lock());
    const auto changed = changeAccountBook(
        path, [](AccountBook &) {}, 10ms);
    QVERIFY(!changed);
    QVERIFY(changed.error().detail.contains(QStringLiteral("in use by another program")));
}

QTEST_GUILESS_MAIN(tst_AccountBook)
#include "tst_AccountBook.moc"
