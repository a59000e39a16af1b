// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Accounts.h"

#include "core/secrets/MemorySecretStore.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <optional>

using namespace relaywright;

namespace {

Secret secret(const char *text)
{
    return Secret(QByteArray(text));
}

} // namespace

class tst_Accounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHashIsOfOnePassword()
    {
        const auto made = PasswordHash::make(secret("a good one"));
        QVERIFY(made);
        QVERIFY(made->toString().startsWith(QLatin1String("scrypt$16384$8$1$")));
        QVERIFY(!made->toString().contains(QLatin1String("good")));
        const auto read = PasswordHash::parse(made->toString());
        QVERIFY(read);
        QCOMPARE(*read, *made);
        QVERIFY(read->matches(secret("a good one")));
        QVERIFY(!read->matches(secret("a good onf")));
        QVERIFY(!read->matches(Secret()));
        QVERIFY(!PasswordHash::ofNobody().matches(Secret()));
        QVERIFY(*PasswordHash::make(secret("a good one")) != *made); // another salt
        QVERIFY(!PasswordHash::make(Secret()));
    }
    void theHashIsScrypt() // RFC 7914 §12, N = 16384, r = 8, p = 1, cut to 32 octets as PBKDF2 allows
    {
        const QByteArray salt("SodiumChloride");
        const QByteArray hash = QByteArray::fromHex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
        const auto read =
            PasswordHash::parse(QStringLiteral("scrypt$16384$8$1$%1$%2")
                                    .arg(QString::fromLatin1(salt.toBase64()), QString::fromLatin1(hash.toBase64())));
        QVERIFY(read);
        QVERIFY(read->matches(secret("pleaseletmein")));
    }
    void whatIsNoHashIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        const QString tail = QStringLiteral("$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAA==");
        QTest::newRow("nothing") << QString();
        QTest::newRow("a password") << QStringLiteral("secret");
        QTest::newRow("another kind") << QStringLiteral("bcrypt$16384$8$1") + tail;
        QTest::newRow("no power of two") << QStringLiteral("scrypt$16385$8$1") + tail;
        QTest::newRow("too little work") << QStringLiteral("scrypt$2$8$1") + tail;
        QTest::newRow("too much memory") << QStringLiteral("scrypt$2097152$64$1") + tail;
        QTest::newRow("too many rounds") << QStringLiteral("scrypt$16384$8$1000") + tail;
        QTest::newRow("a number beyond all") << QStringLiteral("scrypt$99999999999999999999$8$1") + tail;
        QTest::newRow("no salt") << QStringLiteral("scrypt$16384$8$1$$AAAAAAAAAAAAAAAAAAAAAA==");
        QTest::newRow("no base64") << QStringLiteral("scrypt$16384$8$1$****$AAAAAAAAAAAAAAAAAAAAAA==");
        QTest::newRow("a part too many") << QStringLiteral("scrypt$16384$8$1") + tail + QStringLiteral("$x");
    }
    void whatIsNoHashIsRefused()
    {
        QFETCH(QString, text);
        const auto read = PasswordHash::parse(text);
        QVERIFY(!read);
        QVERIFY(text.isEmpty() || !read.error().detail.contains(text));
    }

    void init()
    {
        secrets = std::make_unique<MemorySecretStore>();
        accounts = std::make_unique<Accounts>(*secrets);
        qputenv("RW_TEST_DEVICE_PASSWORD", "kept elsewhere");
        static const QString hash = PasswordHash::make(secret("a good one"))->toString();
        QVERIFY(accounts->setAccounts(
            {{QStringLiteral("printer"), hash, {}},
             {QStringLiteral("old"), {}, *SecretRef::parse(QStringLiteral("env:RW_TEST_DEVICE_PASSWORD"))},
             {QStringLiteral("lost"), {}, *SecretRef::parse(QStringLiteral("env:RW_TEST_NO_SUCH_PASSWORD"))}}));
        QCoreApplication::processEvents(); // the passwords come through the event loop
    }
    void cleanup()
    {
        accounts.reset();
        qunsetenv("RW_TEST_DEVICE_PASSWORD");
    }

    void checksWhatIsClaimed_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<Accounts::Verdict>("verdict");
        using enum Accounts::Verdict;
        QTest::newRow("right") << QStringLiteral("printer") << QByteArray("a good one") << Good;
        QTest::newRow("wrong") << QStringLiteral("printer") << QByteArray("a bad one") << Wrong;
        QTest::newRow("empty") << QStringLiteral("printer") << QByteArray() << Wrong;
        QTest::newRow("the hash itself") << QStringLiteral("printer") << QByteArray("scrypt$") << Wrong;
        QTest::newRow("unknown user") << QStringLiteral("nobody") << QByteArray("a good one") << Wrong;
        QTest::newRow("kept as it is, right") << QStringLiteral("old") << QByteArray("kept elsewhere") << Good;
        QTest::newRow("kept as it is, wrong") << QStringLiteral("old") << QByteArray("kept elsewhera") << Wrong;
        QTest::newRow("cannot be had") << QStringLiteral("lost") << QByteArray("x") << NotNow;
    }
    void checksWhatIsClaimed()
    {
        QFETCH(QString, user);
        QFETCH(QByteArray, password);
        QFETCH(Accounts::Verdict, verdict);
        QCOMPARE(check(user, password), verdict);
        QCOMPARE(check(user, password), verdict); // what is remembered says the same
    }
    void cramMd5NeedsThePasswordItself()
    {
        using enum AuthMechanism;
        QCOMPARE(accounts->mechanisms(), (std::vector{Plain, Login, CramMd5}));
        const QByteArray challenge("<1@relay.example.com>");
        const auto claim = [&](const QString &user, const char *password) {
            AuthReceived auth{CramMd5, user, {}, CramMd5Proof{challenge, cramMd5Digest(challenge, secret(password))}};
            return verdictOn(auth);
        };
        QCOMPARE(claim(QStringLiteral("old"), "kept elsewhere"), Accounts::Verdict::Good);
        QCOMPARE(claim(QStringLiteral("old"), "kept"), Accounts::Verdict::Wrong);
        QCOMPARE(claim(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Wrong); // only a hash is there
        QCOMPARE(claim(QStringLiteral("nobody"), "nobody"), Accounts::Verdict::Wrong);
        QCOMPARE(claim(QStringLiteral("lost"), "x"), Accounts::Verdict::NotNow);
        QVERIFY(accounts->setAccounts({{QStringLiteral("printer"), PasswordHash::make(secret("x"))->toString(), {}}}));
        QCOMPARE(accounts->mechanisms(), (std::vector{Plain, Login}));
        QVERIFY(accounts->setAccounts({}));
        QVERIFY(accounts->mechanisms().empty());
    }

    void oneSlowCheckServesManyMessages()
    {
        for (int i = 0; i < 50; ++i)
            QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
        QCOMPARE(accounts->slowChecks(), 1u);
        // Ten devices, each for the first time, do not hold up this thread: it is told of all of them at once.
        QElapsedTimer timer;
        timer.start();
        int answered = 0;
        for (int i = 0; i < 10; ++i)
            accounts->check({AuthMechanism::Plain, QStringLiteral("nobody"), secret("x")}, this,
                            [&](Accounts::Verdict) { ++answered; });
        const qint64 blocked = timer.elapsed();
        QTRY_COMPARE_WITH_TIMEOUT(answered, 10, 60'000);
        qInfo("ten first sign-ins: this thread was held up for %lld ms, all answered after %lld ms", blocked,
              timer.elapsed());
        QVERIFY2(blocked < 100, qPrintable(QString::number(blocked)));
    }
    void unknownUsersTakeAsLong()
    {
        const auto takes = [this](const QString &user) {
            QElapsedTimer timer;
            timer.start();
            for (int i = 0; i < 3; ++i)
                check(user, "wrong " + QByteArray::number(i));
            return static_cast<double>(timer.nsecsElapsed());
        };
        takes(QStringLiteral("printer"));
        const double known = takes(QStringLiteral("printer"));
        const double plain = takes(QStringLiteral("old"));
        const double unknown = takes(QStringLiteral("nobody"));
        QVERIFY2(unknown > known / 4 && unknown < known * 4,
                 qPrintable(QStringLiteral("%1 %2").arg(known).arg(unknown)));
        QVERIFY2(plain > known / 4 && plain < known * 4, qPrintable(QStringLiteral("%1 %2").arg(known).arg(plain)));
    }
    void aFloodIsToldToComeAgain()
    {
        int later = 0;
        int wrong = 0;
        for (int i = 0; i < Accounts::kMaxWaiting + 20; ++i)
            accounts->check(
                {AuthMechanism::Plain, QStringLiteral("nobody"), secret("x")}, this,
                [&](Accounts::Verdict verdict) { ++(verdict == Accounts::Verdict::NotNow ? later : wrong); });
        QCOMPARE(later, 20);
        QTRY_VERIFY_WITH_TIMEOUT(wrong > 0, 60'000); // the others are in line
    }
    void whatWasRememberedEndsWithTheAccount()
    {
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
        QVERIFY(accounts->setAccounts(
            {{QStringLiteral("printer"), PasswordHash::make(secret("another"))->toString(), {}}}));
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Wrong);
        QCOMPARE(check(QStringLiteral("printer"), "another"), Accounts::Verdict::Good);
    }
    void whatIsTheSameAfterAReloadIsRemembered()
    {
        const RelayAccount printer{QStringLiteral("printer"), PasswordHash::make(secret("a good one"))->toString(), {}};
        QVERIFY(accounts->setAccounts({printer}));
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
        const quint64 before = accounts->slowChecks();
        QVERIFY(accounts->setAccounts({printer, {QStringLiteral("new"), printer.passwordHash, {}}}));
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
        QCOMPARE(accounts->slowChecks(), before);
        QVERIFY(accounts->setAccounts({}));
        QVERIFY(accounts->setAccounts({printer})); // it was gone for a while
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
        QCOMPARE(accounts->slowChecks(), before + 1);
    }
    void aWrongHashChangesNothing()
    {
        const auto set = accounts->setAccounts({{QStringLiteral("x"), QStringLiteral("scrypt$1"), {}}});
        QVERIFY(!set);
        QVERIFY(set.error().detail.contains(QLatin1String("\"x\""))
                || set.error().detail.contains(QLatin1String("account x")));
        QCOMPARE(check(QStringLiteral("printer"), "a good one"), Accounts::Verdict::Good);
    }
    void nobodyIsToldAfterHeHasGone()
    {
        auto gone = std::make_unique<QObject>();
        bool told = false;
        accounts->check({AuthMechanism::Plain, QStringLiteral("printer"), secret("a good one")}, gone.get(),
                        [&](Accounts::Verdict) { told = true; });
        gone.reset();
        QCOMPARE(check(QStringLiteral("nobody"), "x"), Accounts::Verdict::Wrong); // behind it in the line
        QVERIFY(!told);
        accounts->check({AuthMechanism::Plain, QStringLiteral("printer"), secret("b")}, this,
                        [&](Accounts::Verdict) { told = true; });
        accounts.reset(); // nor after the accounts have
        QCoreApplication::processEvents();
        QVERIFY(!told);
    }

private:
    Accounts::Verdict verdictOn(const AuthReceived &auth)
    {
        std::optional<Accounts::Verdict> answer;
        accounts->check(auth, this, [&](Accounts::Verdict verdict) { answer = verdict; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            qFatal("no verdict");
        return *answer;
    }
    Accounts::Verdict check(const QString &user, const QByteArray &password)
    {
        return verdictOn({AuthMechanism::Plain, user, Secret(QByteArray(password.constData(), password.size()))});
    }
    std::unique_ptr<MemorySecretStore> secrets;
    std::unique_ptr<Accounts> accounts;
};

QTEST_GUILESS_MAIN(tst_Accounts)
#include "tst_Accounts.moc"
