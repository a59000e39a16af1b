// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/QuestionText.h"

#include "core/site/SiteDocument.h"
#include "ui/text/SiteText.h"

#include <QCoreApplication>

#include <algorithm>

namespace relaywright {

namespace {

struct QuestionText { Q_DECLARE_TR_FUNCTIONS(QuestionText) };

constexpr qsizetype kMostNames = 3;

template <class E>
QString shownIn(const Choices<E> &choices, const QString &word)
{
    for (const auto &[value, text] : choices) {
        if (toString(value) == word)
            return text;
    }
    return {};
}

/// An answer's word as the forms show it.
QString answerWords(const QString &word)
{
    if (word == QLatin1String("known"))
        return QuestionText::tr("Once it is known");
    for (const auto &[cloud, text] : cloudChoices()) {
        if (cloud && toString(*cloud) == word)
            return text;
    }
    for (const QString &text : {shownIn(yesNoChoices(), word), shownIn(tlsAbilityChoices(), word), shownIn(signInChoices(), word),
                                shownIn(reachChoices(), word), shownIn(hostingChoices(), word)}) {
        if (!text.isEmpty())
            return text;
    }
    return word;
}

QString namesText(const QStringList &names)
{
    const QString first = names.mid(0, kMostNames).join(QLatin1String(", "));
    const auto more = static_cast<int>(names.size() - std::min(names.size(), kMostNames));
    return more > 0 ? QuestionText::tr("%1 and %n more", nullptr, more).arg(first) : first;
}

} // namespace

QStringList effectLines(const OpenQuestion &question, const QHash<QString, QString> &names)
{
    struct Group {
        QString answer;
        QString way;
        QStringList senders;
    };
    std::vector<Group> groups;
    for (const AnswerEffect &effect : question.effects) {
        auto group = std::ranges::find_if(groups, [&effect](const Group &known) {
            return known.answer == effect.answer && known.way == effect.wayName;
        });
        if (group == groups.end())
            group = groups.insert(groups.end(), {effect.answer, effect.wayName, {}});
        group->senders += names.value(effect.senderId, effect.senderId);
    }
    QStringList lines;
    for (const Group &group : groups)
        lines += QuestionText::tr("%1: %2 for %3").arg(answerWords(group.answer), group.way, namesText(group.senders));
    return lines;
}

} // namespace relaywright
