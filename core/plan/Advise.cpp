// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"

#include <algorithm>
#include <map>

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

/// What would have to be changed or found out for a method that does not work leads nowhere.
bool isWorthSaying(const Rule &rule, Fit fit)
{
    const Reason::Weight weight = weightOf(rule.effect);
    return fit != Fit::DoesNotFit || (weight != Reason::Weight::Change && weight != Reason::Weight::Unknown);
}

Option judge(Method method, const Subject &subject)
{
    const auto upstream =
        method == Method::LocalRelay ? std::optional(upstreamFor(subject)) : std::optional<UpstreamWay>();
    const RuleTables tables = tablesOf(method, upstream);
    Option option = describe(method, upstream, subject);
    option.fit = weigh(tables, subject).fit;
    std::vector<const Rule *> applying;
    for (const std::span<const Rule> &table : tables) {
        for (const Rule &rule : table) {
            if (isWorthSaying(rule, option.fit) && rule.applies(subject))
                applying.push_back(&rule);
        }
    }
    std::ranges::stable_sort(applying, {}, [](const Rule *rule) { return weightOf(rule->effect); });
    option.reasons.reserve(applying.size());
    for (const Rule *rule : applying)
        option.reasons.push_back(reasonOf(*rule, subject));
    return option;
}

/// Why no method is usable: of each the first thing that rules it out or is not known.
QString whyNone(const SenderPlan &plan)
{
    QStringList sentences;
    for (const Option &option : plan.options) {
        const auto decides = std::ranges::find_if(option.reasons, [](const Reason &reason) {
            return reason.weight == Reason::Weight::Blocks || reason.weight == Reason::Weight::Unknown;
        });
        if (decides != option.reasons.end())
            sentences += QStringLiteral("%1: %2").arg(displayName(option.method), decides->sentence);
    }
    return sentences.join(u' ');
}

SenderPlan planFor(const Subject &subject)
{
    SenderPlan plan;
    plan.senderId = subject.sender.id;
    for (const Method method : kAllMethods)
        plan.options.push_back(judge(method, subject));
    std::ranges::stable_sort(plan.options, [](const Option &left, const Option &right) {
        return isBetter({left.fit, left.points()}, {right.fit, right.points()});
    });
    if (!plan.chosen())
        plan.noneBecause = whyNone(plan);
    return plan;
}

/// Questions of several senders about the same thing become one, with the effects of all.
class Questions {
public:
    void add(std::vector<OpenQuestion> questions, const Subject &subject)
    {
        for (OpenQuestion &question : questions) {
            OpenQuestion &known = m_byPath[question.path];
            if (known.path.isEmpty()) {
                known.path = question.path;
                known.sentence = questionSentence(question.path, subject);
            }
            std::ranges::move(question.effects, std::back_inserter(known.effects));
        }
    }

    /// Those that would change most senders first; the order of the senders does not matter.
    [[nodiscard]] std::vector<OpenQuestion> take()
    {
        std::vector<OpenQuestion> questions;
        for (auto &[path, question] : m_byPath) {
            std::ranges::stable_sort(question.effects, {}, &AnswerEffect::senderId);
            questions.push_back(std::move(question));
        }
        std::ranges::stable_sort(questions, std::greater(),
                                 [](const OpenQuestion &question) { return question.effects.size(); });
        return questions;
    }

private:
    std::map<QString, OpenQuestion> m_byPath;
};

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
    const Figures figures(knowledge);
    Questions questions;
    for (const Sender &sender : site.senders) {
        const Subject subject = subjectOf(site, sender, figures, today);
        plan.senders.push_back(planFor(subject));
        questions.add(openQuestions(plan.senders.back(), subject), subject);
    }
    plan.questions = questions.take();
    plan.siteNotes = siteNotes(site, plan, figures);
    return plan;
}

} // namespace relaywright
