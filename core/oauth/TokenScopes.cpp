// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenScopes.h"

#include "core/site/SiteDocument.h"

#include <QUrl>

namespace relaywright {

QString resourceOf(const QString &scope)
{
    const QUrl url(scope.section(u' ', 0, 0));
    return QStringLiteral("https://") + url.host();
}

QString permissionFor(TokenUse use, TokenHolder holder, const Knowledge &knowledge)
{
    switch (use) {
    case TokenUse::ClientSubmission:
        return knowledge.text(holder == TokenHolder::User ? QStringLiteral("oauth.smtp-permission.delegated")
                                                          : QStringLiteral("oauth.smtp-permission.application"));
    case TokenUse::HighVolumeEmail: return knowledge.text(QStringLiteral("hve.oauth-permission"));
    case TokenUse::Graph: return knowledge.text(QStringLiteral("graph.permission"));
    }
    Q_UNREACHABLE();
}

QString scopesFor(TokenUse use, Cloud cloud, TokenHolder holder, const Knowledge &knowledge)
{
    const QString ofApplication = knowledge.text(QStringLiteral("oauth.smtp-scope.") + toString(cloud));
    const QString ofUser = knowledge.text(QStringLiteral("oauth.smtp-scope.delegated"));
    const bool isGraph = use == TokenUse::Graph;
    const QString graph = QStringLiteral("https://") + knowledge.text(QStringLiteral("graph.host.") + toString(cloud));
    if (holder == TokenHolder::Application)
        return isGraph ? graph + QStringLiteral("/.default") : ofApplication;
    if (use == TokenUse::ClientSubmission && cloud == Cloud::Worldwide)
        return ofUser;
    const QString exchange = resourceOf(cloud == Cloud::Worldwide ? ofUser : ofApplication);
    return QStringLiteral("%1/%2 offline_access")
        .arg(isGraph ? graph : exchange, permissionFor(use, holder, knowledge));
}

} // namespace relaywright
