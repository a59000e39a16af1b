// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Plan.h"

#include "core/base/JsonWriting.h"

#include <QHash>
#include <QJsonArray>

namespace relaywright {

namespace {

QJsonObject reasonJson(const Reason &reason)
{
    QJsonObject object{
        {QStringLiteral("weight"), toString(reason.weight)},
        {QStringLiteral("rule"), reason.rule},
        {QStringLiteral("sentence"), reason.sentence},
    };
    insertText(object, QStringLiteral("fact"), reason.factId);
    insertText(object, QStringLiteral("question"), reason.question);
    if (reason.points != 0)
        object[u"points"] = reason.points;
    return object;
}

QJsonArray reasonsJson(const std::vector<Reason> &reasons)
{
    QJsonArray array;
    for (const Reason &reason : reasons)
        array += reasonJson(reason);
    return array;
}

QJsonObject settingsJson(const MethodSettings &settings)
{
    QJsonObject object{
        {QStringLiteral("host"), settings.host},
        {QStringLiteral("port"), settings.port},
        {QStringLiteral("tls"), settings.tls},
        {QStringLiteral("authentication"), toString(settings.authentication)},
    };
    insertText(object, QStringLiteral("user"), settings.user);
    if (settings.byCertificate)
        object[u"byCertificate"] = true;
    return object;
}

QJsonObject optionJson(const Option &option)
{
    QJsonObject object{
        {QStringLiteral("method"), toString(option.method)},
        {QStringLiteral("fit"), toString(option.fit)},
        {QStringLiteral("points"), option.points()},
        {QStringLiteral("settings"), settingsJson(option.settings)},
        {QStringLiteral("reasons"), reasonsJson(option.reasons)},
    };
    if (option.upstream) {
        object[u"upstream"] = toString(*option.upstream);
        object[u"upstreamSettings"] = settingsJson(option.upstream->settings);
    }
    if (option.worksUntil)
        object[u"worksUntil"] = option.worksUntil->toString(Qt::ISODate);
    return object;
}

QJsonObject senderJson(const SenderPlan &plan, const QString &name)
{
    QJsonObject object{{QStringLiteral("id"), plan.senderId}};
    insertText(object, QStringLiteral("name"), name);
    const Option *chosen = plan.chosen();
    object[u"chosen"] = chosen ? QJsonValue(toString(chosen->method)) : QJsonValue(QJsonValue::Null);
    insertText(object, QStringLiteral("noneBecause"), plan.noneBecause);
    QJsonArray options;
    for (const Option &option : plan.options)
        options += optionJson(option);
    object[u"options"] = options;
    return object;
}

QJsonObject questionJson(const OpenQuestion &question)
{
    QJsonArray effects;
    for (const AnswerEffect &effect : question.effects)
        effects += QJsonObject{{QStringLiteral("answer"), effect.answer},
                               {QStringLiteral("sender"), effect.senderId},
                               {QStringLiteral("chosen"), effect.way.isEmpty() ? QJsonValue(QJsonValue::Null)
                                                                               : QJsonValue(effect.way)}};
    return {{QStringLiteral("path"), question.path},
            {QStringLiteral("sentence"), question.sentence},
            {QStringLiteral("effects"), effects}};
}

} // namespace

QJsonObject toJson(const Plan &plan, const Site &site)
{
    QHash<QString, QString> names;
    for (const Sender &sender : site.senders)
        names[sender.id] = sender.name;
    QJsonArray senders;
    for (const SenderPlan &sender : plan.senders)
        senders += senderJson(sender, names.value(sender.senderId));
    QJsonArray questions;
    for (const OpenQuestion &question : plan.questions)
        questions += questionJson(question);
    return {
        {QStringLiteral("schema"), QStringLiteral("relaywright.plan/1")},
        {QStringLiteral("asOf"), plan.asOf.toString(Qt::ISODate)},
        {QStringLiteral("senders"), senders},
        {QStringLiteral("questions"), questions},
        {QStringLiteral("notes"), reasonsJson(plan.siteNotes)},
    };
}

} // namespace relaywright
