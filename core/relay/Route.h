// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <QString>

#include <chrono>
#include <vector>

namespace relaywright {

/// How well the way to the smart host works, and from that when and with how many connections it may be tried. Pure:
/// time and randomness come in.
///
///     Open ──unreachable, no TLS──▶ Down ──wait over──▶ one probe ──well──▶ Open
///       ├───421, 432, 4.7.x───────▶ Slowed (one connection, after a pause; one more after each quiet success)
///       └───sign-in refused───────▶ Held  (queue kept, never bounced; a rare probe, or a new password, opens it;
///                                          after a while a host that is signed in to otherwise takes the mail)
class Route {
public:
    enum class State { Open, Slowed, Down, Held };
    struct Waits {
        std::vector<std::chrono::milliseconds> down; ///< before the first, second, ... new try; the last one repeats
        std::vector<std::chrono::milliseconds> held; ///< rare: too many wrong passwords lock an account
        std::vector<std::chrono::milliseconds> slowed;
        std::chrono::milliseconds slowedForLong{}; ///< from such a wait on the next smart host takes the mail
        /// So long after a sign-in was refused the next one takes it, where it is signed in to otherwise; as the smart host says.
        std::chrono::milliseconds heldForLong{};
        /// A host that cannot be reached or refuses the sign-in is tried again after so long at the earliest; the same.
        std::chrono::milliseconds leftFor{};
        bool operator==(const Waits &) const = default;
    };
    [[nodiscard]] static Waits usualWaits();

    /// Whether somebody else is there to take the mail when the sign-in is refused: with the same password he would be refused,
    /// too, and an account with many refusals is locked.
    enum class OtherSignIn { None, There };

    explicit Route(int maxConnections, Waits waits = usualWaits(), OtherSignIn other = OtherSignIn::None);

    [[nodiscard]] State state() const { return m_state; }
    /// One sentence, empty when open.
    [[nodiscard]] const QString &reason() const { return m_reason; }
    /// Nothing is sent before it.
    [[nodiscard]] TimePoint notBefore() const { return m_notBefore; }
    /// True while another smart host should take the mail: this one cannot be reached, wants none for long, or has refused
    /// the sign-in for a while and another one is signed in to otherwise.
    [[nodiscard]] bool isLeft(TimePoint now) const;
    /// When something may change by itself, while it waits: a try, or that it is left.
    [[nodiscard]] TimePoint changesAt(TimePoint now) const;
    /// Connections allowed at `now`: none while waiting, one as a probe, else up to the maximum.
    [[nodiscard]] int allowedConnections(TimePoint now) const;

    /// The greeting and sign-in went well.
    void onReady();
    /// A message was taken.
    void onSuccess();
    /// `random` from 0 to 1 spreads the wait by a tenth each way; `atLeast` is what the host asked for.
    void onUnreachable(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast = {});
    void onThrottled(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast = {});
    void onSignInRefused(TimePoint now, const QString &reason, double random, std::chrono::milliseconds atLeast = {});
    /// An operator asked for a try now, or gave a new password.
    void tryNow(TimePoint now);

private:
    [[nodiscard]] bool isWaiting(TimePoint now) const;
    void wait(TimePoint now, const std::vector<std::chrono::milliseconds> &waits, double random,
              std::chrono::milliseconds atLeast = {});

    int m_maxConnections;
    Waits m_waits;
    OtherSignIn m_otherSignIn;
    State m_state = State::Open;
    QString m_reason;
    TimePoint m_waitsSince{};
    TimePoint m_notBefore{};
    TimePoint m_heldSince{};
    std::chrono::milliseconds m_lastWait{};
    int m_failures = 0; // in a row, in this state
    int m_refusals = 0; // of the sign-in, since a message was taken
    int m_concurrency;
};

[[nodiscard]] QString stateWord(Route::State state); ///< open slowed down held

} // namespace relaywright
