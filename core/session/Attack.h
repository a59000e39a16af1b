// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Reply.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// What came of an attack on a listener. Words: withstood not-withstood could-not-tell.
enum class AttackVerdict { Withstood, NotWithstood, CouldNotTell };
[[nodiscard]] QString toString(AttackVerdict verdict);

/// One write, and what is waited for after it. Octets go out as they stand: an attack is what no client would say.
struct AttackStep {
    enum class Wait {
        Reply,     ///< one whole reply
        Close,     ///< whatever comes until the other side closes; the patience of the conversation is the limit
        Handshake, ///< TLS begins here; nothing is written
        Drip,    ///< `octets` one by one, `pause` apart, over and over, until the other side closes or `limit` is over
        Nothing, ///< written before the greeting is read
    };
    /// What a refusal (4xx, 5xx, or the connection closed) of this step means for the attack.
    enum class Refusal {
        CannotTell, ///< the way to what is tested is barred
        Withstood,  ///< it is what a good server does
        GoOn,       ///< the next step is said all the same
    };
    QByteArray octets{};
    Wait wait = Wait::Reply;
    Refusal refusal = Refusal::CannotTell;
    QString whenRefused{};              ///< for Withstood: a sentence's second half, "so ..."
    std::chrono::milliseconds pause{0}; ///< Drip
    std::chrono::milliseconds limit{0}; ///< Drip
    bool operator==(const AttackStep &) const = default;
};

/// By what the last step is judged.
struct AttackRule {
    enum class Kind {
        Refused, ///< its first reply is 4xx or 5xx, or the connection closes; 2xx and 3xx fail, and so do more than
                 ///< `count` replies where that is not 0
        RefusedUnread, ///< the same, and not 535: that would mean that a password was looked at
        MostReplies,   ///< at most `count` replies come; more fail
        CutOff,     ///< fewer than `count` replies come before the other side closes; with a `word` those of that code
        NotOffered, ///< no line of its reply begins with `word`
        ClosesInTime, ///< the other side closes within the step's `limit`
        GreetsLate,   ///< a peer that speaks first is refused, or was greeted before it could be heard
        Answers,      ///< its first reply is 2xx or 3xx
    };
    Kind kind = Kind::Refused;
    int count = 0;
    QByteArray word{};
    bool operator==(const AttackRule &) const = default;
};

/// An exchange that tells whether a listener withstands one trick.
struct Attack {
    QString id;    ///< `smuggling.lf-dot-lf`
    QString title; ///< what is tried, in one line
    std::vector<AttackStep> steps;
    AttackRule rule;
    QString failed;        ///< a sentence: what it means when it is not withstood
    QString remedy;        ///< a sentence: what to do then
    bool slow = false;     ///< takes minutes; only on request
    bool endsData = false; ///< a yes to its last step would leave a message with the server
    bool operator==(const Attack &) const = default;
};

/// What was seen while an attack was played.
struct AttackSeen {
    std::optional<Reply> greeting;
    std::vector<std::vector<Reply>> replies; ///< of each step that was begun
    bool closed = false;                     ///< by the other side
    bool timedOut = false;                   ///< nothing more came within the patience
    bool tlsFailed = false;
    bool garbled = false;                       ///< something came that is no SMTP
    std::chrono::milliseconds took{0};          ///< of the last step
    std::chrono::milliseconds greetedAfter{-1}; ///< from the connection to the greeting; negative: none came
};

struct AttackJudgement {
    AttackVerdict verdict = AttackVerdict::CouldNotTell;
    QString reason; ///< a sentence
    bool operator==(const AttackJudgement &) const = default;
};

/// What was sent, for people: escaped, and long octets shortened in their middle.
[[nodiscard]] QString attackText(QByteArrayView octets);

/// Pure.
[[nodiscard]] AttackJudgement judge(const Attack &attack, const AttackSeen &seen);

/// What a first, harmless look showed of the listener; the attacks are made for it.
struct ListenerLook {
    QString greeting{};
    bool implicitTls = false;
    QByteArrayList keywords{}; ///< of EHLO, in the clear where it can be
    bool startTls = false;
    bool mailNeedsTls = false; ///< MAIL in the clear was answered 530 and STARTTLS is offered
    QString barred{};          ///< what MAIL was answered where no transaction can begin; empty: one can
    bool operator==(const ListenerLook &) const = default;
};

struct AttackEnvelope {
    QByteArray sender = "selftest@example.invalid";
    QByteArray recipient = "selftest@example.invalid";
};

/// Comes first, because a server may greet at once whom it has seen waiting.
[[nodiscard]] Attack pregreetingAttack();
/// Comes last.
[[nodiscard]] Attack stillThereAttack();

/// The table, in the order in which they are tried. Nothing in it leaves a message with a relay that withstands it: what
/// must come to the end of its data carries the header of a message that loops, which a relay refuses (RFC 5321 §6.3).
[[nodiscard]] std::vector<Attack> attacksOn(const ListenerLook &look, const AttackEnvelope &envelope);

} // namespace relaywright
