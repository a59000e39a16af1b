// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Diagnosis.h"

#include <QJsonArray>

namespace relaywright {

namespace {

QJsonObject causeJson(const Cause &cause)
{
    QJsonObject object{{QStringLiteral("text"), cause.text}};
    const auto add = [&object](QStringView key, const QString &text) {
        if (!text.isEmpty())
            object[key] = text;
    };
    add(u"why", cause.why);
    add(u"check", cause.check);
    add(u"remedy", cause.remedy);
    add(u"artifact", cause.artifactKind);
    if (cause.ruledOut)
        object[u"ruledOut"] = true;
    if (cause.proven)
        object[u"proven"] = true;
    return object;
}

} // namespace

QJsonObject toJson(const Diagnosis &diagnosis)
{
    QJsonObject source{{QStringLiteral("title"), diagnosis.source.title}};
    if (!diagnosis.source.url.isEmpty())
        source[u"url"] = diagnosis.source.url;
    QJsonArray causes;
    for (const Cause &cause : diagnosis.causes)
        causes += causeJson(cause);
    QJsonObject object{
        {QStringLiteral("schema"), QStringLiteral("relaywright.diagnosis/1")},
        {QStringLiteral("entry"), diagnosis.entryId},
        {QStringLiteral("title"), diagnosis.title},
        {QStringLiteral("seen"), diagnosis.seen},
        {QStringLiteral("causes"), causes},
        {QStringLiteral("remedies"), QJsonArray::fromStringList(diagnosis.remedies)},
        {QStringLiteral("retryHelps"), diagnosis.retryHelps},
        {QStringLiteral("onlySignInLogDecides"), diagnosis.onlySignInLogDecides},
        {QStringLiteral("source"), source},
        {QStringLiteral("confidence"), toString(diagnosis.confidence)},
    };
    if (!diagnosis.check.isEmpty())
        object[u"check"] = diagnosis.check;
    if (!diagnosis.artifactKind.isEmpty())
        object[u"artifact"] = diagnosis.artifactKind;
    if (diagnosis.testAgainFrom)
        object[u"testAgainFrom"] = toString(*diagnosis.testAgainFrom);
    if (diagnosis.notBefore)
        object[u"notBefore"] = toDateTime(*diagnosis.notBefore).toUTC().toString(Qt::ISODate);
    return object;
}

} // namespace relaywright
