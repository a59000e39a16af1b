// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeScopes.h"

#include "core/oauth/TokenJudgement.h"

#include <algorithm>

namespace relaywright {

namespace {

const QString kDefault = QStringLiteral(".default");

/// What OpenID Connect asks for besides, of no resource.
bool isOfNoResource(const QString &word)
{
    return word == QLatin1String("openid") || word == QLatin1String("profile") || word == QLatin1String("email")
           || word == QLatin1String("offline_access");
}

enum class Resource { Exchange, Graph, Unknown };

Resource resourceNamed(const QString &name, Cloud cloud, const Knowledge &knowledge)
{
    if (audiencesFor({.use = TokenUse::Graph, .cloud = cloud}, knowledge).contains(name, Qt::CaseInsensitive))
        return Resource::Graph;
    if (audiencesFor({.use = TokenUse::ClientSubmission, .cloud = cloud}, knowledge)
            .contains(name, Qt::CaseInsensitive))
        return Resource::Exchange;
    return Resource::Unknown;
}

const QStringList &consented(const PracticeApplication &application, Resource resource, TokenHolder holder)
{
    if (holder == TokenHolder::Application)
        return resource == Resource::Graph ? application.graphRoles : application.exchangeRoles;
    return resource == Resource::Graph ? application.graphScopes : application.exchangeScopes;
}

/// `https://outlook.office.com/SMTP.Send` in two.
struct Asked {
    QString audience;
    QString permission;
};

Asked taken(const QString &word, Cloud cloud, const Knowledge &knowledge)
{
    const qsizetype slash = word.lastIndexOf(u'/');
    if (slash < 0)
        return {audiencesFor({.use = TokenUse::Graph, .cloud = cloud}, knowledge).first(), word};
    QString audience = word.left(slash);
    while (audience.endsWith(u'/')) // Entra's resources are named with and without one
        audience.chop(1);
    return {audience, word.mid(slash + 1)};
}

} // namespace

QString ScopeGrant::shown() const
{
    QStringList words;
    for (const QString &permission : permissions)
        words += audience + u'/' + permission;
    return words.join(u' ');
}

tl::expected<ScopeGrant, EntraRefusal> readScopes(const QString &scopes, TokenHolder holder,
                                                  const PracticeApplication &application, Cloud cloud,
                                                  const Knowledge &knowledge)
{
    const auto refused = [](EntraRefusal refusal) { return tl::unexpected<EntraRefusal>(std::move(refusal)); };
    QStringList words = scopes.split(u' ', Qt::SkipEmptyParts);
    ScopeGrant grant;
    grant.renewable = words.contains(QStringLiteral("offline_access"));
    words.erase(std::remove_if(words.begin(), words.end(), isOfNoResource), words.end());
    if (words.isEmpty())
        return refused(scopeInvalid(QStringLiteral("It names no resource.")));
    if (holder == TokenHolder::Application && (words.size() > 1 || !words.first().endsWith(u'/' + kDefault)))
        return refused(scopeNotDefault(scopes));
    for (const QString &word : words) {
        const Asked asked = taken(word, cloud, knowledge);
        if (!grant.audience.isEmpty() && grant.audience.compare(asked.audience, Qt::CaseInsensitive) != 0)
            return refused(scopeInvalid(QStringLiteral("It contains more than one resource.")));
        grant.audience = asked.audience;
        const Resource resource = resourceNamed(asked.audience, cloud, knowledge);
        if (resource == Resource::Unknown)
            return refused(resourceUnknown(asked.audience));
        const QStringList &allowed = consented(application, resource, holder);
        if (asked.permission == kDefault)
            grant.permissions += allowed;
        else if (allowed.contains(asked.permission, Qt::CaseInsensitive))
            grant.permissions += asked.permission;
        else
            return refused(consentMissing(application.id));
    }
    grant.permissions.removeDuplicates();
    if (holder == TokenHolder::User && grant.permissions.isEmpty())
        return refused(consentMissing(application.id));
    return grant;
}

} // namespace relaywright
