// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenKeeper.h"
#include "core/secrets/MemorySecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestSecrets.h"
#include "tests/unit/oauth/MadeIdentity.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

#include <ctime>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

QByteArray tokenOf(int number)
{
    return kTokenMark + QByteArrayLiteral(".access.") + QByteArray::number(number);
}
QByteArray refreshTokenOf(int number)
{
    return kTokenMark + QByteArrayLiteral(".refresh.") + QByteArray::number(number);
}

/// One field of the form that was posted.
QByteArray fieldOf(const QByteArray &request, const char *name)
{
    const QByteArray posted = request.mid(request.indexOf("\r\n\r\n") + 4).replace('+', ' ');
    const QUrlQuery form(QString::fromLatin1(posted));
    return form.queryItemValue(QLatin1String(name), QUrl::FullyDecoded).toLatin1();
}

/// A keychain that may be locked.
class LockableStore final : public SecretStore {
public:
    bool isLocked = false;
    void read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done) override
    {
        m_store.read(name, context, std::move(done));
    }
    void write(const QString &name, const Secret &secret, QObject *context,
               std::function<void(Result<void>)> done) override
    {
        if (!isLocked)
            return m_store.write(name, secret, context, std::move(done));
        QMetaObject::invokeMethod(
            context, [done] { done(failure(ErrorKind::Denied, QStringLiteral("The keychain is locked."))); },
            Qt::QueuedConnection);
    }
    void remove(const QString &name, QObject *context, std::function<void(Result<void>)> done) override
    {
        m_store.remove(name, context, std::move(done));
    }
    void list(QObject *context, std::function<void(Result<QStringList>)> done) override
    {
        m_store.list(context, std::move(done));
    }

private:
    MemorySecretStore m_store;
};

} // namespace

/// With a token endpoint of the test's own.
class tst_TokenKeeper : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void oneQuestionForAllWhoWait();
    void renewsBeforeTheEnd();
    void fetchesTheSecretForEachQuestion();
    void signsEachQuestionAnew();
    void aRenewedSignInIsStoredBeforeItIsUsed();
    void whatCannotBeStoredIsNotUsedUp();
    void aNewerSignInIsNotOverwritten();
    void aSignInThatEndedWaitsForTheNext();
    void anotherProcessMayHaveRenewedTheSignIn();
    void pausesAfterTrouble();
    void saysWhatItLacksItself_data();
    void saysWhatItLacksItself();
    void aRefusedTokenIsReplaced();
    void whoIsGoneIsNotCalled();
    void theSameAccountHasTheSameKeeper();

private:
    [[nodiscard]] TokenAccount accountWith(AccountProof proof) const;
    [[nodiscard]] TokenKeeping keeping();
    [[nodiscard]] TokenAnswer get(TokenKeeper &keeper);
    [[nodiscard]] QByteArray tokenFrom(TokenKeeper &keeper);
    [[nodiscard]] QByteArray stored(const QString &name);
    void store(const QString &name, const QByteArray &secret);

    SystemClock m_clock;
    std::unique_ptr<LockableStore> m_store;
    std::unique_ptr<ScriptedHttpServer> m_server;
    std::unique_ptr<TokenCarrier> m_carrier;
    ScriptedHttpServer::Script m_script;
    int m_life = 3599; // seconds
    int m_given = 0;
    bool m_rotates = false;
};

void tst_TokenKeeper::init()
{
    m_life = 3599;
    m_given = 0;
    m_rotates = false;
    m_script = [this](const QByteArray &) {
        ++m_given;
        QByteArray json = "{\"token_type\":\"Bearer\",\"expires_in\":" + QByteArray::number(m_life)
                          + ",\"access_token\":\"" + tokenOf(m_given) + '"';
        if (m_rotates)
            json += ",\"refresh_token\":\"" + refreshTokenOf(m_given) + '"';
        return ScriptedHttpServer::json(json + '}');
    };
    m_store = std::make_unique<LockableStore>();
    m_server = std::make_unique<ScriptedHttpServer>([this](const QByteArray &request) { return m_script(request); });
    QVERIFY(m_server->listen());
    m_carrier =
        std::make_unique<TokenCarrier>(TokenCarrier::Settings{.systemProxy = false}, m_clock, Knowledge::builtIn());
    store(QStringLiteral("relay secret"), QByteArray("first ") + kPasswordMark);
}

void tst_TokenKeeper::cleanup()
{
    m_carrier.reset();
    m_server.reset();
    m_store.reset();
}

TokenAccount tst_TokenKeeper::accountWith(AccountProof proof) const
{
    return {.tenant = *EntraTenant::parse(QStringLiteral("contoso.com")),
            .application = *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
            .proof = std::move(proof),
            .service = m_server->base()};
}

TokenKeeping tst_TokenKeeper::keeping()
{
    return {.clock = m_clock,
            .knowledge = Knowledge::builtIn(),
            .carrier = *m_carrier,
            .store = *m_store,
            .fetchSecret = [this](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
                resolveSecret(ref, *m_store, context, std::move(done));
            }};
}

TokenAnswer tst_TokenKeeper::get(TokenKeeper &keeper)
{
    std::optional<TokenAnswer> answer;
    keeper.get(this, [&answer](const TokenAnswer &given) { answer = given; });
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, 10'000))
        return TokenTrouble{.title = QStringLiteral("nothing came")};
    return *answer;
}

QByteArray tst_TokenKeeper::tokenFrom(TokenKeeper &keeper)
{
    const TokenAnswer answer = get(keeper);
    if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
        return trouble->sentence().toUtf8();
    return std::get<GrantedToken>(answer).accessToken.reveal().toByteArray();
}

QByteArray tst_TokenKeeper::stored(const QString &name)
{
    std::optional<QByteArray> found;
    m_store->read(name, this, [&found](const Result<Secret> &secret) {
        found = secret ? secret->reveal().toByteArray() : QByteArray("nothing");
    });
    return QTest::qWaitFor([&] { return found.has_value(); }, 10'000) ? *found : QByteArray("no answer");
}

void tst_TokenKeeper::store(const QString &name, const QByteArray &secret)
{
    bool written = false;
    m_store->write(name, Secret(QByteArray(secret)), this, [&written](const Result<void> &done) { written = !!done; });
    QVERIFY(QTest::qWaitFor([&] { return written; }, 10'000));
}

void tst_TokenKeeper::oneQuestionForAllWhoWait()
{
    TokenKeeper keeper(accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    QVERIFY(!keeper.token());
    int answers = 0;
    for (int i = 0; i < 50; ++i) {
        keeper.get(this, [&answers](const TokenAnswer &answer) {
            const auto *token = std::get_if<GrantedToken>(&answer);
            answers += token && token->accessToken == Secret(tokenOf(1));
        });
    }
    QCOMPARE(answers, 0); // later
    QTRY_COMPARE_WITH_TIMEOUT(answers, 50, 10'000);
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(fieldOf(m_server->requests().front(), "grant_type"), "client_credentials");
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QCOMPARE(keeper.token(), std::optional(Secret(tokenOf(1))));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(keeper.state().granted, 1u);
    QVERIFY(keeper.state().nextAsk);
}

/// Somebody who looks all the time always finds one that is good.
void tst_TokenKeeper::renewsBeforeTheEnd()
{
    m_life = 2;
    TokenKeeper keeper(accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    int missing = 0;
    QVERIFY(QTest::qWaitFor(
        [&] {
            missing += !keeper.token();
            return keeper.state().granted >= 4;
        },
        30'000));
    QCOMPARE(missing, 0);
    QCOMPARE(keeper.token(), std::optional(Secret(tokenOf(4))));
}

void tst_TokenKeeper::fetchesTheSecretForEachQuestion()
{
    m_life = 1;
    TokenKeeper keeper(accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    store(QStringLiteral("relay secret"), QByteArray("second ") + kPasswordMark); // somebody replaced it
    QTRY_VERIFY_WITH_TIMEOUT(!keeper.token() || m_given > 1, 10'000);
    QVERIFY(tokenFrom(keeper).startsWith(kTokenMark));
    QCOMPARE(fieldOf(m_server->requests().front(), "client_secret"), QByteArray("first ") + kPasswordMark);
    QCOMPARE(fieldOf(m_server->requests().back(), "client_secret"), QByteArray("second ") + kPasswordMark);
}

void tst_TokenKeeper::signsEachQuestionAnew()
{
    const MadeIdentity identity = MadeIdentity::rsa();
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("relay.pem"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const long now = static_cast<long>(std::time(nullptr));
    file.write(identity.certificatePem(now - 60, now + 3600));
    file.close();
    store(QStringLiteral("relay key"), identity.keyPem().reveal().toByteArray());
    m_life = 1;
    TokenKeeper keeper(accountWith(KeptCertificate{path, SecretRef::keychain(QStringLiteral("relay key"))}), keeping());
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QTRY_VERIFY_WITH_TIMEOUT(!keeper.token() || m_given > 1, 10'000);
    QVERIFY(tokenFrom(keeper).startsWith(kTokenMark));
    const QByteArray first = fieldOf(m_server->requests().front(), "client_assertion");
    const QByteArray second = fieldOf(m_server->requests().back(), "client_assertion");
    QCOMPARE(first.count('.'), 2);
    QVERIFY(first != second);
    QVERIFY(fieldOf(m_server->requests().front(), "client_secret").isEmpty());
}

void tst_TokenKeeper::aRenewedSignInIsStoredBeforeItIsUsed()
{
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    store(name, refreshTokenOf(0));
    m_rotates = true;
    m_life = 1;
    TokenKeeper keeper(accountWith(KeptRefreshToken{name}), keeping());
    QByteArray kept;
    keeper.get(this, [&](const TokenAnswer &) { kept = "asked"; });
    QTRY_COMPARE_WITH_TIMEOUT(kept, "asked", 10'000);
    QCOMPARE(stored(name), refreshTokenOf(1));
    QCOMPARE(fieldOf(m_server->requests().front(), "refresh_token"), refreshTokenOf(0));
    QTRY_VERIFY_WITH_TIMEOUT(!keeper.token() || m_given > 1, 10'000);
    QVERIFY(tokenFrom(keeper).startsWith(kTokenMark));
    QCOMPARE(fieldOf(m_server->requests().at(1), "refresh_token"), refreshTokenOf(1));
}

void tst_TokenKeeper::whatCannotBeStoredIsNotUsedUp()
{
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    store(name, refreshTokenOf(0));
    m_rotates = true;
    m_life = 2;
    m_store->isLocked = true;
    TokenKeeper keeper(accountWith(KeptRefreshToken{name}), keeping());
    QList<TokenTrouble> troubles;
    connect(&keeper, &TokenKeeper::troubled, this, [&troubles](const TokenTrouble &one) { troubles += one; });
    QCOMPARE(tokenFrom(keeper), tokenOf(1)); // good all the same
    QTRY_VERIFY_WITH_TIMEOUT(!troubles.isEmpty(), 10'000);
    QVERIFY2(troubles.front().sentence().contains(name), qPrintable(troubles.front().sentence()));
    QVERIFY2(troubles.front().sentence().contains(QStringLiteral("is locked")),
             qPrintable(troubles.front().sentence()));
    // Its life is over, and no other is asked for.
    QTRY_VERIFY_WITH_TIMEOUT(!keeper.token(), 10'000);
    QVERIFY(tokenFrom(keeper).startsWith("The renewed sign-in cannot be stored"));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(stored(name), refreshTokenOf(0));
    m_store->isLocked = false;
    keeper.tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(stored(name), refreshTokenOf(1), 10'000);
    QCOMPARE(tokenFrom(keeper), tokenOf(2));
    QCOMPARE(fieldOf(m_server->requests().back(), "refresh_token"), refreshTokenOf(1));
}

/// Somebody signed in anew while the keychain did not take what came of the old sign-in.
void tst_TokenKeeper::aNewerSignInIsNotOverwritten()
{
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    store(name, refreshTokenOf(0));
    m_rotates = true;
    m_life = 1;
    TokenKeeper keeper(accountWith(KeptRefreshToken{name}), keeping());
    QSignalSpy mended(&keeper, &TokenKeeper::mended);
    m_store->isLocked = true;
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QTRY_VERIFY(keeper.state().unstored);
    QTRY_VERIFY_WITH_TIMEOUT(!keeper.hasToken(), 10'000);
    QVERIFY(tokenFrom(keeper).startsWith("The renewed sign-in cannot be stored"));
    m_store->isLocked = false;
    store(name, refreshTokenOf(50));
    keeper.tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(mended.count(), 1, 10'000);
    QVERIFY(!keeper.state().unstored);
    QCOMPARE(stored(name), refreshTokenOf(50));
    QCOMPARE(tokenFrom(keeper), tokenOf(2));
    QCOMPARE(fieldOf(m_server->requests().back(), "refresh_token"), refreshTokenOf(50));
}

/// Whoever signs in again need not tell the relay.
void tst_TokenKeeper::aSignInThatEndedWaitsForTheNext()
{
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    store(name, refreshTokenOf(7));
    const auto usual = m_script;
    m_script = [usual](const QByteArray &request) {
        if (fieldOf(request, "refresh_token") == refreshTokenOf(8))
            return usual(request);
        return ScriptedHttpServer::json("{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS700082: ended\"}",
                                        400);
    };
    TokenKeeping around = keeping();
    around.lookForSignIn = 20ms;
    TokenKeeper keeper(accountWith(KeptRefreshToken{name}), around);
    QSignalSpy mended(&keeper, &TokenKeeper::mended);
    QVERIFY(tokenFrom(keeper).contains("700082"));
    QVERIFY(*keeper.state().nextAsk > m_clock.now() + 10min);
    QCOMPARE(m_server->requests().size(), 1);
    store(name, refreshTokenOf(8));
    QTRY_COMPARE_WITH_TIMEOUT(mended.count(), 1, 10'000);
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QCOMPARE(m_server->requests().size(), 2);
}

void tst_TokenKeeper::anotherProcessMayHaveRenewedTheSignIn()
{
    const QString name = QStringLiteral("oauth scanner@contoso.com");
    store(name, refreshTokenOf(7));
    const auto usual = m_script;
    m_script = [this, name, usual](const QByteArray &request) {
        if (fieldOf(request, "refresh_token") == refreshTokenOf(8))
            return usual(request);
        m_store->write(name, Secret(refreshTokenOf(8)), this, [](const Result<void> &) {});
        return ScriptedHttpServer::json("{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS70000: used up\"}",
                                        400);
    };
    TokenKeeper keeper(accountWith(KeptRefreshToken{name}), keeping());
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QCOMPARE(m_server->requests().size(), 2);
}

void tst_TokenKeeper::pausesAfterTrouble()
{
    const auto usual = m_script;
    m_script = [](const QByteArray &) { return ScriptedHttpServer::json("{}", 500); };
    TokenKeeper keeper(accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    QSignalSpy troubled(&keeper, &TokenKeeper::troubled);
    const QByteArray said = tokenFrom(keeper);
    QVERIFY(!said.isEmpty() && !said.startsWith(kTokenMark));
    QCOMPARE(tokenFrom(keeper), said); // nobody was asked again
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(troubled.count(), 1);
    QVERIFY(keeper.state().trouble);
    QVERIFY(*keeper.state().nextAsk > m_clock.now());
    m_script = usual;
    keeper.tryNow();
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    QVERIFY(!keeper.state().trouble);
}

void tst_TokenKeeper::saysWhatItLacksItself_data()
{
    QTest::addColumn<int>("proof");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("no secret") << 0 << QByteArray("The client secret cannot be read from keychain:not there.");
    QTest::newRow("no certificate") << 1 << QByteArray("The certificate of the application cannot be read.");
    QTest::newRow("no key") << 2 << QByteArray("The application cannot sign in with its certificate.");
    QTest::newRow("no sign-in") << 3 << QByteArray("The sign-in that is kept as not there cannot be read");
}

void tst_TokenKeeper::saysWhatItLacksItself()
{
    QFETCH(int, proof);
    QFETCH(QByteArray, said);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("empty.pem"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const SecretRef missing = SecretRef::keychain(QStringLiteral("not there"));
    const AccountProof proofs[] = {KeptClientSecret{missing},
                                   KeptCertificate{folder.filePath(QStringLiteral("none.pem")), missing},
                                   KeptCertificate{path, SecretRef::keychain(QStringLiteral("relay secret"))},
                                   KeptRefreshToken{QStringLiteral("not there")}};
    TokenKeeper keeper(accountWith(proofs[proof]), keeping());
    const QByteArray sentence = tokenFrom(keeper);
    QVERIFY2(sentence.startsWith(said), sentence);
    QVERIFY(!sentence.contains(kPasswordMark));
    QCOMPARE(toString(keeper.state().trouble->kind), QStringLiteral("act"));
    QVERIFY(m_server->requests().isEmpty());
}

void tst_TokenKeeper::aRefusedTokenIsReplaced()
{
    TokenKeeper keeper(accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    QCOMPARE(tokenFrom(keeper), tokenOf(1));
    keeper.accepted(Secret(tokenOf(1)));
    QVERIFY(keeper.state().accepted);
    QVERIFY(keeper.refused(Secret(tokenOf(1))));
    QVERIFY(!keeper.token());
    QCOMPARE(tokenFrom(keeper), tokenOf(2));
    QVERIFY(!keeper.refused(Secret(tokenOf(2)))); // a fresh one: another will not help
    QVERIFY(keeper.state().refused);
}

void tst_TokenKeeper::whoIsGoneIsNotCalled()
{
    auto keeper = std::make_unique<TokenKeeper>(
        accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))}), keeping());
    int calls = 0;
    auto gone = std::make_unique<QObject>();
    keeper->get(gone.get(), [&calls](const TokenAnswer &) { ++calls; });
    gone.reset();
    QCOMPARE(tokenFrom(*keeper), tokenOf(1));
    QCOMPARE(calls, 0);
    QVERIFY(!keeper->refused(Secret(tokenOf(1))));
    keeper->get(this, [&calls](const TokenAnswer &) { ++calls; });
    keeper.reset();
    QCOMPARE(stored(QStringLiteral("relay secret")), QByteArray("first ") + kPasswordMark); // turns the loop
    QCOMPARE(calls, 0);
}

void tst_TokenKeeper::theSameAccountHasTheSameKeeper()
{
    TokenKeepers keepers(keeping());
    const TokenAccount one = accountWith(KeptClientSecret{SecretRef::keychain(QStringLiteral("relay secret"))});
    TokenAccount other = one;
    other.use = TokenUse::Graph;
    const std::shared_ptr<TokenKeeper> first = keepers.of(one);
    QCOMPARE(keepers.of(one).get(), first.get());
    QVERIFY(keepers.of(other) != first);
    const std::weak_ptr<TokenKeeper> watched = keepers.of(other);
    QVERIFY(watched.expired()); // nobody kept it
}

QTEST_GUILESS_MAIN(tst_TokenKeeper)
#include "tst_TokenKeeper.moc"
