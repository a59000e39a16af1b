// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Ranking.h"

#include "core/diagnosis/Conditions.h"
#include "core/diagnosis/DiagnosisText.h"

#include <algorithm>

namespace relaywright {

namespace {

QStringList reasonsOf(const QStringList &conditions, const DiagnosisContext &context, const Knowledge &knowledge)
{
    QStringList reasons;
    for (const QString &condition : conditions) {
        const QString reason = reasonOf(condition, context, knowledge);
        if (!reason.isEmpty() && !reasons.contains(reason))
            reasons += reason;
    }
    return reasons;
}

struct Ranked {
    Cause cause;
    qsizetype weight = 0;
};

constexpr qsizetype kProven = 1000;
constexpr qsizetype kRuledOut = -1000;

Ranked rankedCause(const ErrorCause &entry, const DiagnosisContext &context, const Knowledge &knowledge)
{
    const QStringList proof = reasonsOf(entry.proven, context, knowledge);
    const QStringList against = reasonsOf(entry.ruledOut, context, knowledge);
    const QStringList support = reasonsOf(entry.likelier, context, knowledge);
    Ranked ranked;
    Cause &cause = ranked.cause;
    cause.text = fill(entry.text, context);
    cause.check = fill(entry.check, context);
    cause.remedy = fill(entry.remedy, context);
    cause.artifactKind = entry.artifactKind;
    cause.proven = !proof.isEmpty();
    cause.ruledOut = !cause.proven && !against.isEmpty();
    cause.why = (cause.ruledOut ? against : proof + support).join(u' ');
    ranked.weight = cause.proven ? kProven : cause.ruledOut ? kRuledOut : support.size();
    return ranked;
}

} // namespace

std::vector<Cause> rankedCauses(const ErrorEntry &entry, const DiagnosisContext &context, const Knowledge &knowledge)
{
    std::vector<Ranked> ranked;
    ranked.reserve(entry.causes.size());
    for (const ErrorCause &cause : entry.causes)
        ranked.push_back(rankedCause(cause, context, knowledge));
    std::ranges::stable_sort(ranked, std::ranges::greater{}, &Ranked::weight);
    std::vector<Cause> causes;
    causes.reserve(ranked.size());
    for (Ranked &one : ranked)
        causes.push_back(std::move(one.cause));
    return causes;
}

} // namespace relaywright
