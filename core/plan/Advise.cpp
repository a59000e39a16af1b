// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

Reason::Weight weightOf(Effect effect)
{
    using Weight = Reason::Weight;
    switch (effect) {
    case Effect::Blocks: return Weight::Blocks;
    case Effect::Change: return Weight::Change;
    case Effect::UnknownDecides:
    case Effect::UnknownToCheck: return Weight::Unknown;
    case Effect::For: return Weight::For;
    case Effect::Against: return Weight::Against;
    case Effect::Warning: return Weight::Warning;
    }
    Q_UNREACHABLE();
}

Reason reasonOf(const Rule &rule, const Subject &subject)
{
    Reason reason;
    reason.weight = weightOf(rule.effect);
    reason.rule = QLatin1String(rule.id);
    reason.sentence = rule.sentence(subject);
    reason.factId = QLatin1String(rule.factId);
    reason.points = rule.points;
    if (reason.weight == Reason::Weight::Unknown)
        reason.question = questionPath(rule, subject);
    return reason;
}

/// Hard effects only, the worst one wins; preferences never change it.
Fit fitOf(const std::set<Effect> &effects)
{
    if (effects.contains(Effect::Blocks))
        return Fit::DoesNotFit;
    if (effects.contains(Effect::UnknownDecides))
        return Fit::CannotTell;
    if (effects.contains(Effect::Change) || effects.contains(Effect::UnknownToCheck))
        return Fit::FitsAfterChanges;
    return Fit::Fits;
}

Option judge(Method method, const Subject &subject)
{
    Option option = describe(method, subject);
    std::set<Effect> effects;
    for (const Rule &rule : rulesOf(method)) {
        if (!rule.applies(subject))
            continue;
        effects.insert(rule.effect);
        option.reasons.push_back(reasonOf(rule, subject));
    }
    option.fit = fitOf(effects);
    if (option.fit == Fit::DoesNotFit) // what would have to be changed or found out for it leads nowhere
        std::erase_if(option.reasons, [](const Reason &reason) {
            return reason.weight == Reason::Weight::Change || reason.weight == Reason::Weight::Unknown;
        });
    std::ranges::stable_sort(option.reasons, {}, &Reason::weight);
    return option;
}

int rankOf(Fit fit)
{
    switch (fit) {
    case Fit::Fits:
    case Fit::FitsAfterChanges: return 0; // a change is made once, a poor method is lived with
    case Fit::CannotTell: return 1;
    case Fit::DoesNotFit: return 2;
    }
    Q_UNREACHABLE();
}

bool isBetter(const Option &left, const Option &right)
{
    if (rankOf(left.fit) != rankOf(right.fit))
        return rankOf(left.fit) < rankOf(right.fit);
    if (left.points() != right.points())
        return left.points() > right.points();
    return left.fit == Fit::Fits && right.fit != Fit::Fits;
}

/// Unknown answers that could change the choice: those of the chosen method, and those of a method that would be chosen
/// instead if the answer were good.
std::vector<OpenQuestion> questionsOf(const SenderPlan &plan, const Subject &subject)
{
    std::vector<OpenQuestion> questions;
    const Option *chosen = plan.chosen();
    for (const Option &option : plan.options) {
        const bool rival = option.fit == Fit::CannotTell && (!chosen || option.points() > chosen->points());
        if (&option != chosen && !rival)
            continue;
        for (const Reason &reason : option.reasons) {
            if (reason.weight == Reason::Weight::Unknown)
                questions.push_back({reason.question, questionSentence(reason.question, subject)});
        }
    }
    return questions;
}

} // namespace

std::span<const Rule> rulesOf(Method method)
{
    switch (method) {
    case Method::ClientSubmission: return submissionRules();
    case Method::DirectSend: return directSendRules();
    case Method::ConnectorRelay: return connectorRules();
    case Method::LocalRelay: return localRelayRules();
    case Method::HighVolumeEmail: return highVolumeRules();
    case Method::AzureCommunicationServices: return azureRules();
    case Method::OnPremExchange: return onPremisesRules();
    }
    Q_UNREACHABLE();
}

Plan advise(const Site &site, const Knowledge &knowledge, QDate today)
{
    Plan plan;
    plan.asOf = today;
    plan.senders.reserve(site.senders.size());
    std::set<QString> asked;
    for (const Sender &sender : site.senders) {
        const Subject subject(site, sender, knowledge, today);
        SenderPlan senderPlan;
        senderPlan.senderId = sender.id;
        for (const Method method : kAllMethods)
            senderPlan.options.push_back(judge(method, subject));
        std::ranges::stable_sort(senderPlan.options, isBetter);
        for (OpenQuestion &question : questionsOf(senderPlan, subject)) {
            if (asked.insert(question.path).second)
                plan.questions.push_back(std::move(question));
        }
        plan.senders.push_back(std::move(senderPlan));
    }
    plan.siteNotes = siteNotes(site, plan, knowledge);
    return plan;
}

} // namespace relaywright
