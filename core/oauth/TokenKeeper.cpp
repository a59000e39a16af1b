// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenKeeper.h"

#include "core/base/Random.h"
#include "core/oauth/ClientAssertion.h"
#include "core/oauth/TokenCache.h"
#include "core/oauth/TokenCarrier.h"
#include "core/secrets/SecretStore.h"

#include <QFile>
#include <QPointer>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <array>
#include <utility>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 3> kStoreAgain{10s, 1min, 5min}; // the last one repeats
constexpr std::chrono::milliseconds kLongestSleep = 1min; // a clock that is set must not leave a token to its end
constexpr qint64 kMaxCertificateOctets = 1 << 20;

double anyRandom()
{
    return QRandomGenerator::system()->generateDouble();
}

/// What we lack ourselves, before anybody is asked.
TokenTrouble ownTrouble(const QString &title, const Error &error, const QString &remedy)
{
    TokenTrouble trouble;
    trouble.title = title;
    trouble.cause = error.detail;
    trouble.remedy = remedy;
    return trouble;
}

TokenTrouble storeTrouble(const QString &name, const Error &error)
{
    return ownTrouble(QStringLiteral("The renewed sign-in cannot be stored in the keychain as %1.").arg(name), error,
                      QStringLiteral("Unlock the keychain before Relaywright ends, or the sign-in is lost."));
}

TokenTrouble deadOnArrival()
{
    TokenTrouble trouble;
    trouble.kind = TokenTrouble::Kind::Wait;
    trouble.actor = TokenTrouble::Actor::Nobody;
    trouble.title = QStringLiteral("The sign-in service gave an access token that had ended before it was here.");
    trouble.cause = QStringLiteral("The service is very slow, or gives tokens of a very short life.");
    return trouble;
}

Result<QByteArray> readCertificates(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound,
                       QStringLiteral("The file %1 cannot be read: %2.").arg(path, file.errorString()));
    return file.read(kMaxCertificateOctets);
}

} // namespace

class TokenKeeper::Private : public QObject {
public:
    Private(TokenKeeper *owner, TokenAccount &&account, TokenKeeping &&keeping)
        : q(owner), own(std::move(account)), with(std::move(keeping)), cache(tokenMargin(own.use, with.knowledge))
    {
        for (QTimer *timer : {&renewTimer, &storeTimer, &signInTimer})
            timer->setSingleShot(true);
        connect(&renewTimer, &QTimer::timeout, this, [this] { look(); });
        connect(&storeTimer, &QTimer::timeout, this, [this] { storeAgain(); });
        connect(&signInTimer, &QTimer::timeout, this, [this] { lookForSignIn(); });
    }

    void look();
    void answer(QObject *context, const Done &done);
    void tryNow();

    TokenKeeper *q;
    const TokenAccount own;
    const TokenKeeping with;
    TokenCache cache;
    State known;
    struct Waiting {
        QPointer<QObject> context;
        Done done;
    };
    std::vector<Waiting> waiting;

private:
    using Then = std::function<void(const Secret &)>;

    [[nodiscard]] TimePoint now() const { return with.clock.now(); }
    /// Only of a person's sign-in.
    [[nodiscard]] const QString &keychainName() const { return std::get<KeptRefreshToken>(own.proof).keychainName; }
    void begin();
    void resolve(const SecretRef &ref, const QString &what, Then then);
    void beginWith(const KeptClientSecret &kept);
    void beginWith(const KeptCertificate &kept);
    void beginWith(const KeptRefreshToken &kept);
    void askWithAssertion(const QByteArray &certificates, const Secret &pem, const Secret &passphrase);
    void ask(const ClientProof &proof, const TokenGrant &grant);
    void onAnswer(const TokenAnswer &answer);
    void onRefreshAnswer(const TokenAnswer &answer, const Secret &used);
    void afterAnotherOne(const TokenTrouble &trouble, const Secret &used);
    struct Renewed {
        Secret refreshToken;
        Secret used; // what it was given for
    };
    void store(const Renewed &renewed, std::function<void()> then);
    void onStored(const Renewed &renewed, const Result<void> &written, const std::function<void()> &then);
    void storeAgain();
    void lookForSignIn();
    void mend();
    void onGranted(const GrantedToken &token);
    void onTrouble(const TokenTrouble &trouble);
    void answerAll();

    QTimer renewTimer;
    QTimer storeTimer;
    QTimer signInTimer;
    std::optional<Renewed> unstored; // the keychain did not take it; then `known.unstored` says why
    std::optional<Secret> ended;     // a refresh token that the service does not take any more
    std::size_t storeFailures = 0;
    bool readAgain = false; // the refresh token, because somebody else may have used it up
};

/// Asks when it is time to, and sleeps until then.
void TokenKeeper::Private::look()
{
    if (cache.isDue(now(), !waiting.empty()))
        begin();
    renewTimer.stop();
    if (const auto next = cache.nextAsk(now()))
        renewTimer.start(std::clamp<std::chrono::milliseconds>(*next - now(), 1ms, kLongestSleep));
}

void TokenKeeper::Private::answer(QObject *context, const Done &done)
{
    const auto later = [context, done](TokenAnswer text) {
        QMetaObject::invokeMethod(
            context, [done, text = std::move(text)] { done(text); }, Qt::QueuedConnection);
    };
    if (const GrantedToken *token = cache.use(now())) {
        later(*token);
        return look();
    }
    if (cache.isDue(now(), true) || cache.isAsking()) {
        waiting.push_back({context, done});
        return look();
    }
    later(cache.trouble().value_or(TokenTrouble()));
}

void TokenKeeper::Private::tryNow()
{
    cache.tryNow();
    storeFailures = 0;
    if (unstored)
        storeAgain();
    look();
}

void TokenKeeper::Private::begin()
{
    cache.onAsking();
    readAgain = false;
    std::visit([this](const auto &kept) { beginWith(kept); }, own.proof);
}

void TokenKeeper::Private::resolve(const SecretRef &ref, const QString &what, Then then)
{
    with.fetchSecret(ref, this, [this, ref, what, then = std::move(then)](const Result<Secret> &secret) {
        if (secret)
            return then(*secret);
        onTrouble(ownTrouble(QStringLiteral("%1 cannot be read from %2.").arg(what, ref.toString()), secret.error(),
                             QStringLiteral("Store it there, or name another place in the configuration.")));
    });
}

void TokenKeeper::Private::beginWith(const KeptClientSecret &kept)
{
    resolve(kept.secret, QStringLiteral("The client secret"),
            [this](const Secret &secret) { ask(ClientSecretProof{secret}, ClientCredentialsGrant{}); });
}

void TokenKeeper::Private::beginWith(const KeptCertificate &kept)
{
    const auto certificates = readCertificates(kept.certificateFile);
    if (!certificates)
        return onTrouble(ownTrouble(QStringLiteral("The certificate of the application cannot be read."),
                                    certificates.error(), QStringLiteral("Name the right file in the configuration.")));
    resolve(kept.key, QStringLiteral("The key of the certificate"),
            [this, certificates = *certificates, passphrase = kept.passphrase](const Secret &pem) {
                if (!passphrase)
                    return askWithAssertion(certificates, pem, {});
                resolve(*passphrase, QStringLiteral("The passphrase of the key"),
                        [this, certificates, pem](const Secret &words) { askWithAssertion(certificates, pem, words); });
            });
}

void TokenKeeper::Private::askWithAssertion(const QByteArray &certificates, const Secret &pem, const Secret &passphrase)
{
    const auto client = clientOf(own, with.knowledge);
    const auto key = AssertionKey::fromPem(pem, certificates, passphrase);
    const auto assertion = key.and_then([&](const AssertionKey &good) -> Result<Secret> {
        if (!client)
            return tl::unexpected<Error>(client.error());
        return signAssertion(good, {client->service.tokenUrl(), own.application}, now(),
                             randomOctets(kAssertionIdOctets));
    });
    if (!assertion)
        return onTrouble(ownTrouble(QStringLiteral("The application cannot sign in with its certificate."),
                                    assertion.error(),
                                    QStringLiteral("Give a certificate and the key that belongs to it.")));
    ask(ClientAssertionProof{*assertion}, ClientCredentialsGrant{});
}

void TokenKeeper::Private::beginWith(const KeptRefreshToken &kept)
{
    // What the keychain does not hold yet is not used up: a crash would leave nothing to sign in with.
    if (unstored)
        return onTrouble(*known.unstored);
    with.store.read(kept.keychainName, this, [this, kept](const Result<Secret> &secret) {
        ended.reset();
        if (secret)
            return ask(PublicClient{}, RefreshTokenGrant{*secret});
        onTrouble(ownTrouble(
            QStringLiteral("The sign-in that is kept as %1 cannot be read from the keychain.").arg(kept.keychainName),
            secret.error(), QStringLiteral("Unlock the keychain, or sign in again.")));
    });
}

void TokenKeeper::Private::ask(const ClientProof &proof, const TokenGrant &grant)
{
    auto client = clientOf(own, with.knowledge);
    if (client)
        client->proof = proof;
    const auto request =
        client ? tokenRequest(*client, grant) : Result<TokenRequest>(tl::unexpected<Error>(client.error()));
    if (!request)
        return onTrouble(ownTrouble(QStringLiteral("The sign-in service cannot be asked for a token."), request.error(),
                                    QStringLiteral("Mend the account in the configuration.")));
    const auto *refresh = std::get_if<RefreshTokenGrant>(&grant);
    if (!refresh)
        return with.carrier.ask(*request, this, [this](const TokenAnswer &answer) { onAnswer(answer); });
    with.carrier.ask(*request, this, [this, used = refresh->refreshToken](const TokenAnswer &answer) {
        onRefreshAnswer(answer, used);
    });
}

void TokenKeeper::Private::onAnswer(const TokenAnswer &answer)
{
    if (const auto *token = std::get_if<GrantedToken>(&answer))
        return onGranted(*token);
    onTrouble(std::get<TokenTrouble>(answer));
}

void TokenKeeper::Private::onRefreshAnswer(const TokenAnswer &answer, const Secret &used)
{
    const auto *token = std::get_if<GrantedToken>(&answer);
    if (!token)
        return afterAnotherOne(std::get<TokenTrouble>(answer), used);
    if (token->refreshToken.isEmpty() || token->refreshToken == used)
        return onGranted(*token);
    store({token->refreshToken, used}, [this, token = *token] { onGranted(token); });
}

/// Another process, or another use of the same sign-in, may have used the token up and stored the next one.
void TokenKeeper::Private::afterAnotherOne(const TokenTrouble &trouble, const Secret &used)
{
    if (trouble.error != QLatin1String("invalid_grant"))
        return onTrouble(trouble);
    const auto giveUp = [this, trouble, used] {
        ended = used;
        onTrouble(trouble);
    };
    if (std::exchange(readAgain, true))
        return giveUp();
    with.store.read(keychainName(), this, [this, used, giveUp](const Result<Secret> &secret) {
        if (!secret || *secret == used)
            return giveUp();
        ask(PublicClient{}, RefreshTokenGrant{*secret});
    });
}

/// Somebody may have signed in anew meanwhile, or out: then what came of the old sign-in is dropped. `then` follows in any
/// case: the access token is good, and mail waits for it.
void TokenKeeper::Private::store(const Renewed &renewed, std::function<void()> then)
{
    with.store.read(keychainName(), this, [this, renewed, then = std::move(then)](const Result<Secret> &kept) {
        const bool isReplaced = kept ? !(*kept == renewed.used) : kept.error().kind == ErrorKind::NotFound;
        if (isReplaced)
            return onStored(renewed, {}, then);
        if (!kept)
            return onStored(renewed, tl::unexpected<Error>(kept.error()), then);
        with.store.write(keychainName(), renewed.refreshToken, this,
                         [this, renewed, then](const Result<void> &written) { onStored(renewed, written, then); });
    });
}

void TokenKeeper::Private::onStored(const Renewed &renewed, const Result<void> &written,
                                    const std::function<void()> &then)
{
    if (written) {
        unstored.reset();
        known.unstored.reset();
        storeFailures = 0;
        return then();
    }
    unstored = renewed;
    known.unstored = storeTrouble(keychainName(), written.error());
    storeTimer.start(kStoreAgain[std::min(storeFailures++, kStoreAgain.size() - 1)]);
    const QPointer<TokenKeeper> alive = q;
    const TokenTrouble trouble = *known.unstored;
    then();
    if (alive)
        Q_EMIT alive->troubled(trouble);
}

void TokenKeeper::Private::storeAgain()
{
    storeTimer.stop();
    if (!unstored)
        return;
    store(*unstored, [this] {
        if (!unstored)
            mend();
    });
}

void TokenKeeper::Private::lookForSignIn()
{
    with.store.read(keychainName(), this, [this](const Result<Secret> &secret) {
        if (!ended)
            return;
        if (!secret || *secret == *ended)
            return signInTimer.start(with.lookForSignIn);
        ended.reset();
        mend();
    });
}

/// The pause was for something else.
void TokenKeeper::Private::mend()
{
    cache.tryNow();
    look();
    Q_EMIT q->mended();
}

void TokenKeeper::Private::onGranted(const GrantedToken &token)
{
    GrantedToken kept = token;
    kept.refreshToken = {}; // it lives in the keychain
    const bool wasTrouble = cache.trouble().has_value();
    cache.onGranted(std::move(kept), anyRandom());
    if (!cache.token(now()))
        return onTrouble(deadOnArrival());
    ended.reset();
    known.obtained = token.obtained;
    known.expires = token.expires;
    ++known.granted;
    answerAll();
    look();
    if (wasTrouble)
        Q_EMIT q->mended();
}

void TokenKeeper::Private::onTrouble(const TokenTrouble &trouble)
{
    cache.onTrouble(trouble, now(), anyRandom());
    answerAll();
    look();
    if (ended)
        signInTimer.start(with.lookForSignIn);
    Q_EMIT q->troubled(trouble);
}

void TokenKeeper::Private::answerAll()
{
    for (const Waiting &one : std::exchange(waiting, {})) {
        if (one.context)
            answer(one.context, one.done);
    }
}

TokenKeeper::TokenKeeper(TokenAccount account, TokenKeeping keeping, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(account), std::move(keeping)))
{
}

TokenKeeper::~TokenKeeper() = default;

const TokenAccount &TokenKeeper::account() const
{
    return d->own;
}

bool TokenKeeper::hasToken() const
{
    return d->cache.token(d->with.clock.now());
}

std::optional<Secret> TokenKeeper::token()
{
    const GrantedToken *const found = d->cache.use(d->with.clock.now());
    if (!found)
        return std::nullopt;
    const Secret token = found->accessToken;
    d->look();
    return token;
}

void TokenKeeper::get(QObject *context, Done done)
{
    d->answer(context, done);
}

void TokenKeeper::accepted(const Secret &token)
{
    d->known.accepted = d->with.clock.now();
    d->cache.onAccepted(token);
}

bool TokenKeeper::refused(const Secret &token)
{
    d->known.refused = d->with.clock.now();
    return d->cache.onRefused(token);
}

void TokenKeeper::tryNow()
{
    d->tryNow();
}

TokenKeeper::State TokenKeeper::state() const
{
    State state = d->known;
    state.trouble = d->cache.trouble();
    state.nextAsk = d->cache.trouble() ? d->cache.pausedUntil() : d->cache.nextAsk(d->with.clock.now());
    return state;
}

std::shared_ptr<TokenKeeper> TokenKeepers::of(const TokenAccount &account)
{
    std::erase_if(m_keepers, [](const std::weak_ptr<TokenKeeper> &one) { return one.expired(); });
    for (const std::weak_ptr<TokenKeeper> &one : m_keepers) {
        if (auto keeper = one.lock(); keeper && keeper->account() == account)
            return keeper;
    }
    auto keeper = std::make_shared<TokenKeeper>(account, m_keeping);
    if (m_onMade)
        m_onMade(*keeper);
    m_keepers.push_back(keeper);
    return keeper;
}

} // namespace relaywright
