// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenAccount.h"
#include "core/oauth/TokenAnswer.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

class SecretStore;
class TokenCarrier;

/// What keepers take from outside; all references outlive them. They live in the thread of the carrier and the store.
struct TokenKeeping {
    /// Fetches a secret from where a document says it is; `done` runs in `context`'s thread, later.
    using FetchSecret =
        std::function<void(const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done)>;

    const Clock &clock;
    const Knowledge &knowledge;
    TokenCarrier &carrier;
    SecretStore &store; ///< for refresh tokens
    FetchSecret fetchSecret;
    /// After a person's sign-in ended: how often to look for what somebody left in its place.
    std::chrono::milliseconds lookForSignIn = std::chrono::seconds(30);
};

/// Keeps one account's access token: asks for it when somebody wants one, hands the same to everybody, renews it before its
/// end, pauses after trouble (TokenCache). One question at a time, however many wait. Secrets are fetched anew for each
/// question and not kept here; a new refresh token is stored before anything else is done with the answer, and while it
/// cannot be stored the account asks for nothing more. Where somebody signed in anew meanwhile, that is what stays.
class TokenKeeper : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(const TokenAnswer &)>;

    /// What is known of an account without asking anybody. No secrets.
    struct State {
        std::optional<TimePoint> obtained{}; ///< the last token
        std::optional<TimePoint> expires{};
        std::optional<TimePoint> accepted{}; ///< a server last took a message with a token
        std::optional<TimePoint> refused{};
        std::optional<TimePoint> nextAsk{};
        std::optional<TokenTrouble> trouble{}; ///< of the last question
        std::optional<TokenTrouble> unstored{}; ///< a renewed sign-in is not in the keychain yet, and would be lost
        quint64 granted = 0;                   ///< tokens since the start
    };

    TokenKeeper(TokenAccount account, TokenKeeping keeping, QObject *parent = nullptr);
    ~TokenKeeper() override;

    [[nodiscard]] const TokenAccount &account() const;
    /// Whether `token` has one.
    [[nodiscard]] bool hasToken() const;
    /// The token to sign in with now, when there is one. It is in use then and renewed before its end.
    [[nodiscard]] std::optional<Secret> token();
    /// Calls `done` once, later, with a token or with why there is none: during a pause the trouble that made it. Never when
    /// `context` is destroyed first.
    void get(QObject *context, Done done);
    /// What a server said to a token; see TokenCache.
    void accepted(const Secret &token);
    [[nodiscard]] bool refused(const Secret &token);
    /// Somebody mended something: the pause is over.
    void tryNow();
    [[nodiscard]] State state() const;

Q_SIGNALS:
    /// What was in the way is gone, as far as is known here: who was told of trouble may ask again.
    void mended();
    /// Once for each question that failed, and for each failed try to store a refresh token.
    void troubled(const relaywright::TokenTrouble &trouble);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The keepers of a process: whoever names the same account gets the same one, and the last one to go ends it.
class TokenKeepers {
public:
    using OnMade = std::function<void(TokenKeeper &)>; ///< for each keeper that is made, before anybody has it

    explicit TokenKeepers(TokenKeeping keeping, OnMade onMade = {})
        : m_keeping(std::move(keeping)), m_onMade(std::move(onMade))
    {
    }
    [[nodiscard]] std::shared_ptr<TokenKeeper> of(const TokenAccount &account);

private:
    TokenKeeping m_keeping;
    OnMade m_onMade;
    std::vector<std::weak_ptr<TokenKeeper>> m_keepers;
};

} // namespace relaywright
