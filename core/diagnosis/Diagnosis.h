// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/plan/Plan.h"
#include "core/smtp/ClientSession.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Stage.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace relaywright {

/// What is known besides the reply.
struct DiagnosisContext {
    std::optional<Stage> stage;
    std::optional<Method> method;
    QString server;     ///< host:port as asked for
    QString user;       ///< sign-in name
    QString sender;     ///< envelope sender
    QString recipient;
};

/// What failed, why, and what to do. Every text is a whole sentence.
struct Diagnosis {
    QString entryId;          ///< of the catalogue; empty: only the meaning of the reply's class (RFC 5321 §4.2.1)
    QString title;            ///< what happened, to what
    QString seen;             ///< the reply as it came, or what happened instead of one
    QStringList causes;       ///< likeliest first
    QStringList remedies;     ///< in order
    QString check;            ///< what tells the causes apart; may be empty
    QString artifactKind;     ///< what mends it; may be empty
    bool retryHelps = false;
    Source source;
    Confidence confidence = Confidence::Documented;
};

/// Explains a refusal. The most specific entry wins: phrase before enhanced code before basic code, stage and method as
/// they fit. Unknown replies get the RFC's meaning of their class, and say so.
[[nodiscard]] Diagnosis diagnose(const Reply &reply, const DiagnosisContext &context, const Knowledge &knowledge);

/// Explains the end of a conversation that no reply explains (TLS, time-out, name, refused connection), or hands over to
/// the other one when a reply decided. Nothing when it went well.
[[nodiscard]] std::optional<Diagnosis> diagnose(const Finish &finish, const std::optional<TransactionResult> &transaction,
                                                const DiagnosisContext &context, const Knowledge &knowledge);

/// "schema": "relaywright.diagnosis/1".
[[nodiscard]] QJsonObject toJson(const Diagnosis &diagnosis);

} // namespace relaywright
