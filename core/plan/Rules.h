// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Subject.h"

#include <span>
#include <vector>

namespace relaywright {

/// What a rule that applies does to its method. The first four are hard and decide the fit; the others only the order,
/// or nothing. Internal to core/plan.
enum class Effect {
    Blocks,
    Change,
    UnknownDecides, ///< an answer is missing, and a "no" would rule the method out: CannotTell
    UnknownToCheck, ///< an answer is missing, and a "no" can be mended: FitsAfterChanges
    For,
    Against,
    Warning,
};

/// One line of the tables: the whole of what advise knows is in them and in Settings.cpp.
struct Rule {
    const char *id;
    Effect effect;
    bool (*applies)(const Subject &);
    QString (*sentence)(const Subject &);
    const char *factId = "";
    int points = 0;            ///< of For (positive) and Against (negative)
    const char *question = ""; ///< of the unknowns: organisation.X, network.X, sender.X
};

/// Tables that are judged together.
using RuleTables = std::vector<std::span<const Rule>>;

[[nodiscard]] std::span<const Rule> rulesOf(Method method);
[[nodiscard]] std::span<const Rule> submissionRules();
[[nodiscard]] std::span<const Rule> directSendRules();
[[nodiscard]] std::span<const Rule> connectorRules();
[[nodiscard]] std::span<const Rule> localRelayRules();
[[nodiscard]] std::span<const Rule> highVolumeRules();
[[nodiscard]] std::span<const Rule> azureRules();
[[nodiscard]] std::span<const Rule> onPremisesRules();

inline constexpr Method kAllMethods[] = {
    Method::ClientSubmission, Method::DirectSend,      Method::ConnectorRelay,
    Method::LocalRelay,       Method::HighVolumeEmail, Method::AzureCommunicationServices,
    Method::OnPremExchange,
};


/// Path of a rule's question in the site, and the question in words.
[[nodiscard]] QString questionPath(const Rule &rule, const Subject &subject);
[[nodiscard]] QString questionPath(const QString &field, const Subject &subject);
[[nodiscard]] QString questionSentence(const QString &path, const Subject &subject);

/// What is still to be answered for one sender, and what each answer would choose. Without the sentences: one question
/// may concern thousands of senders.
[[nodiscard]] std::vector<OpenQuestion> openQuestions(const SenderPlan &plan, const Subject &subject);

[[nodiscard]] std::vector<Reason> siteNotes(const Site &site, const Plan &plan, const Figures &figures);

} // namespace relaywright
