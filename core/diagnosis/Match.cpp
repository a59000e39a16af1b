// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Match.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

// A phrase says more than any enhanced code, that more than a basic code; where and how come last.
constexpr int kPhrase = 1000;
constexpr int kEnhanced = 100;
constexpr int kCode = 20;
constexpr int kPort = 20;
constexpr int kStage = 4;
constexpr int kMethod = 2;
constexpr int kNoMatch = -1;

/// Points for a hint that need not fit: pasted replies come without a stage, and a refusal may come a command late.
int hint(const QStringList &words, const QString &word, int points)
{
    if (words.isEmpty() || word.isEmpty())
        return 0;
    return words.contains(word) ? points : -points;
}

bool enhancedFits(const ErrorEntry &entry, const Clues &clues)
{
    return clues.enhanced && std::ranges::any_of(entry.enhanced, [&](const QString &pattern) {
               return matchesEnhanced(*clues.enhanced, pattern);
           });
}

bool contains(const std::vector<int> &numbers, int number)
{
    return std::ranges::find(numbers, number) != numbers.end();
}

/// Of a reply. A phrase must be there where the entry has one; it may stand for a missing enhanced code, and not against
/// another one.
int scoreOfReply(const ErrorEntry &entry, const Clues &clues)
{
    if (!entry.outcomes.isEmpty() || entry.isOfWebService())
        return kNoMatch;
    const bool phrase = entry.phraseFits(clues.text);
    const bool enhanced = enhancedFits(entry, clues);
    const bool code = contains(entry.codes, clues.code);
    if (!entry.enhanced.isEmpty() && clues.enhanced && !enhanced)
        return kNoMatch;
    if (!entry.phrase.isEmpty() && !phrase)
        return kNoMatch;
    if (!phrase && !enhanced && !code)
        return kNoMatch;
    if (!entry.enhanced.isEmpty() && !enhanced && !phrase)
        return kNoMatch; // the basic code alone says too little
    int score = (phrase ? kPhrase : 0) + (code ? kCode : 0);
    if (enhanced)
        score += kEnhanced;
    const QString stage = clues.stage ? toString(*clues.stage) : QString();
    const QString method = clues.method ? toString(*clues.method) : QString();
    return score + hint(entry.stages, stage, kStage) + hint(entry.methods, method, kMethod);
}

/// Of an answer over HTTP: what is told apart by a phrase needs it, the rest by its status.
int scoreOfService(const ErrorEntry &entry, const Clues &clues)
{
    if (!entry.isOfWebService())
        return kNoMatch;
    if (!entry.phrase.isEmpty())
        return entry.phraseFits(clues.text) ? kPhrase + (contains(entry.codes, clues.code) ? kCode : 0) : kNoMatch;
    return contains(entry.codes, clues.code) ? kCode : kNoMatch;
}

/// Of an end without a reply: here outcome, stage and port are certain, so they must fit.
int scoreOfOutcome(const ErrorEntry &entry, const Clues &clues)
{
    if (!entry.outcomes.contains(clues.outcome))
        return kNoMatch;
    if (!entry.ports.empty() && !contains(entry.ports, clues.port))
        return kNoMatch;
    if (!entry.stages.isEmpty() && clues.stage && !entry.stages.contains(toString(*clues.stage)))
        return kNoMatch;
    if (!entry.phrase.isEmpty() && !entry.phraseFits(clues.text))
        return kNoMatch;
    const int stage = entry.stages.isEmpty() || !clues.stage ? 0 : kStage;
    return (entry.phrase.isEmpty() ? 0 : kPhrase) + (entry.ports.empty() ? 0 : kPort) + stage;
}

int scoreOf(const ErrorEntry &entry, const Clues &clues)
{
    if (clues.ofService)
        return scoreOfService(entry, clues);
    return clues.outcome.isEmpty() ? scoreOfReply(entry, clues) : scoreOfOutcome(entry, clues);
}

/// Wording drifts: the only entry with this enhanced and basic code fits without its phrase too, unless the stage speaks
/// against it.
const ErrorEntry *onlyByCode(const Clues &clues, const Knowledge &knowledge)
{
    const ErrorEntry *only = nullptr;
    for (const ErrorEntry &entry : knowledge.errors()) {
        const bool codeFits = entry.codes.empty() || contains(entry.codes, clues.code);
        if (!codeFits || !enhancedFits(entry, clues))
            continue;
        if (only || (clues.stage && !entry.stages.isEmpty() && !entry.stages.contains(toString(*clues.stage))))
            return nullptr;
        only = &entry;
    }
    return only;
}

} // namespace

bool matchesEnhanced(const EnhancedStatus &code, const QString &pattern)
{
    const QString low = pattern.section(u'-', 0, 0);
    const auto first = EnhancedStatus::parse(low.toLatin1());
    if (!first || first->classDigit != code.classDigit || first->subject != code.subject)
        return false;
    const QString high = pattern.section(u'-', 1);
    const int last = high.isEmpty() ? first->detail : high.toInt();
    return code.detail >= first->detail && code.detail <= last;
}

const ErrorEntry *bestMatch(const Clues &clues, const Knowledge &knowledge)
{
    const ErrorEntry *best = nullptr;
    int bestScore = 0;
    for (const ErrorEntry &entry : knowledge.errors()) {
        const int score = scoreOf(entry, clues);
        if (score > bestScore || (!best && score == 0)) {
            best = &entry;
            bestScore = score;
        }
    }
    return best || !clues.outcome.isEmpty() || clues.ofService ? best : onlyByCode(clues, knowledge);
}

int portOf(const QString &server)
{
    static const QRegularExpression form(QStringLiteral("(?:^[^:]+|\\]):(\\d{1,5})$"));
    const auto match = form.match(server);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

} // namespace relaywright
