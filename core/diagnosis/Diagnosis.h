// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/knowledge/Knowledge.h"
#include "core/oauth/AccessToken.h"
#include "core/plan/Plan.h"
#include "core/site/Site.h"
#include "core/smtp/ClientSession.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Stage.h"

#include <QDate>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace relaywright {

/// What is known besides the reply. All of it is optional; the more there is, the better the causes are ranked.
struct DiagnosisContext {
    std::optional<Stage> stage{};
    std::optional<Method> method{};
    QString server{}; ///< host:port as asked for
    QString user{};   ///< sign-in name
    QString sender{}; ///< envelope sender (P1)
    QString recipient{};
    QString headerFrom{};                       ///< From: of the message (P2), with its display name where there is one
    QDate today{};                              ///< invalid: the day of `now`; without both, deadlines are not counted
    std::optional<Organisation> organisation{}; ///< of the site: its switches
    std::optional<Network> network{};           ///< of the site: from where the sender sends
    std::optional<Sender> siteSender{};         ///< of the inventory: its abilities
    std::optional<bool> tlsActive{};            ///< when it failed
    bool saysHelo = false;                      ///< HELO was said, so no extension was seen
    bool beforeContent = false;                 ///< at the stage of DATA: the command was answered, no message was sent
    QString tlsProtocol{};                      ///< `TLSv1.3`
    QByteArray mechanism{};                     ///< that signed in, as on the wire: `XOAUTH2`
    QByteArrayList offeredMechanisms{};         ///< by the last EHLO reply; empty: not known
    std::optional<TokenClaims> token{};         ///< of the access token that signed in
    std::optional<TimePoint> permissionsChangedAt{}; ///< a permission was changed then; it may take two hours to act
    std::optional<TimePoint> now{};
    QString dnsMx{};      ///< host of the recipient domain's MX, as DNS says now
    QString probeBlame{}; ///< word of the ladder: local-firewall provider dns server account policy
};

/// What a site knows of one of its senders: organisation, network, abilities and addresses. `sender` is one of the site.
[[nodiscard]] DiagnosisContext contextOf(const Site &site, const Sender &sender);

/// One thing that may have led to it.
struct Cause {
    QString text;           ///< whole sentence
    QString why{};          ///< what is known that speaks for it, or against it; empty: only the catalogue's order
    QString check{};        ///< the test or cmdlet that tells it from the others; may be empty
    QString remedy{};       ///< whole sentence; may be empty
    QString artifactKind{}; ///< artifact that mends it; may be empty
    bool ruledOut = false;  ///< what is known speaks against it: stands last
    bool proven = false;    ///< what is known leaves no doubt: stands first
    bool operator==(const Cause &) const = default;
};

/// What failed, why, and what to do. Every text is a whole sentence.
struct Diagnosis {
    QString entryId;           ///< of the catalogue; empty: only the meaning of the reply's class (RFC 5321 §4.2.1)
    QString title;             ///< what happened, to what
    QString seen;              ///< the reply as it came, or what happened instead of one
    std::vector<Cause> causes; ///< likeliest first, never empty
    QStringList remedies;      ///< whatever the cause, in order; may be empty where each cause has its own
    QString check;             ///< what tells the causes apart; may be empty
    QString artifactKind;      ///< what mends it, of the likeliest cause that has one; may be empty
    bool retryHelps = false;
    bool onlySignInLogDecides = false;    ///< nothing that can be seen from here tells the causes apart
    std::optional<Stage> testAgainFrom{}; ///< the earliest stage from which trying again makes sense
    std::optional<TimePoint> notBefore{}; ///< trying earlier proves nothing: a change of permissions may not act yet
    Source source;
    Confidence confidence = Confidence::Documented;
    bool operator==(const Diagnosis &) const = default;
    /// Everything that can be done, each once: what mends the causes that are not ruled out, then what holds anyway.
    [[nodiscard]] QStringList allRemedies() const;
};

/// Explains a refusal. The most specific entry wins: phrase before enhanced code before basic code, stage and method as
/// they fit. Unknown replies get the RFC's meaning of their class, and say so.
[[nodiscard]] Diagnosis diagnose(const Reply &reply, const DiagnosisContext &context, const Knowledge &knowledge);

/// Explains the end of a conversation that no reply explains (TLS, time-out, name, refused connection), or hands over to
/// the other one when a reply decided. Nothing when it went well.
[[nodiscard]] std::optional<Diagnosis> diagnose(const Finish &finish,
                                                const std::optional<TransactionResult> &transaction,
                                                const DiagnosisContext &context, const Knowledge &knowledge);

/// What a token endpoint or Microsoft Graph answered.
struct ServiceAnswer {
    int status = 0; ///< of HTTP; 0: not known
    QString text{}; ///< body, or what the program that asked made of it; untrusted
};
[[nodiscard]] Diagnosis diagnose(const ServiceAnswer &answer, const DiagnosisContext &context,
                                 const Knowledge &knowledge);

/// Explains what a person pasted: a reply of an SMTP server, an answer of a token endpoint (AADSTS…) or of Graph.
/// Error: InvalidInput when none of them is in it.
[[nodiscard]] Result<Diagnosis> diagnoseText(const QString &text, const DiagnosisContext &context,
                                             const Knowledge &knowledge);

/// "schema": "relaywright.diagnosis/1".
[[nodiscard]] QJsonObject toJson(const Diagnosis &diagnosis);

} // namespace relaywright
