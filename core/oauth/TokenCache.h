// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenAnswer.h"

#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// One account's access token, and when to ask for the next. Pure: time and randomness come in, and an engine asks
/// (TokenKeeper). `random` is from 0 to 1 and spreads the times, so that many relays do not ask at once.
///
///     nothing ──wanted──▶ asking ──granted──▶ good ──most of its life over, and it was used──▶ good, and asking again
///        ▲                   └──trouble──▶ a pause, longer each time ──wanted──▶ asking
///        └──────────────── its life is over, or a server refused it ◀── good
class TokenCache {
public:
    /// `margin`: so much life is left at least to a token that is handed out; half of a short life at most.
    explicit TokenCache(std::chrono::seconds margin) : m_margin(margin) {}

    /// The token to sign in with now; null when there is none that is good. A clock that was set back makes every token a
    /// stranger: nobody knows how long it lives.
    [[nodiscard]] const GrantedToken *token(TimePoint now) const;
    /// The same, for use: from then on it is renewed before its end.
    [[nodiscard]] const GrantedToken *use(TimePoint now);
    /// Whether to ask the service now. `wanted`: somebody waits for a token.
    [[nodiscard]] bool isDue(TimePoint now, bool wanted) const;
    /// When `isDue` may become true by itself; nothing: not before somebody wants a token.
    [[nodiscard]] std::optional<TimePoint> nextAsk(TimePoint now) const;
    [[nodiscard]] bool isAsking() const { return m_asking; }

    void onAsking() { m_asking = true; }
    void onGranted(GrantedToken token, double random);
    void onTrouble(TokenTrouble trouble, TimePoint now, double random);
    /// A server took it, and a message with it: signing in alone proves little, some refuse only then.
    void onAccepted(const Secret &token);
    /// A server refused it: it is never handed out again. True when another one may do better at once: this one was taken
    /// before, so something ended it, or it is not the newest. False for a fresh one.
    [[nodiscard]] bool onRefused(const Secret &token);
    /// Somebody mended something: the pause is over.
    void tryNow();

    /// Of the last question; nothing after a token came.
    [[nodiscard]] const std::optional<TokenTrouble> &trouble() const { return m_trouble; }
    /// No question before it, after trouble.
    [[nodiscard]] std::optional<TimePoint> pausedUntil() const { return m_pausedUntil; }

private:
    [[nodiscard]] TimePoint lastMoment() const;
    [[nodiscard]] bool isPaused(TimePoint now) const;

    std::chrono::seconds m_margin;
    std::optional<GrantedToken> m_token;
    TimePoint m_renewAt{};
    bool m_used = false;
    bool m_worked = false;
    bool m_asking = false;
    std::optional<TokenTrouble> m_trouble;
    TimePoint m_pausedSince{};
    std::optional<TimePoint> m_pausedUntil;
    const std::vector<std::chrono::seconds> *m_pauses = nullptr; // of the last trouble
    std::size_t m_failures = 0;                                  // in a row, of the same pauses
};

} // namespace relaywright
