// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/AppliedTicks.h"

#include <QCryptographicHash>

#include <algorithm>

namespace relaywright {

namespace {

/// What lets somebody sign in, send or connect who could not before.
bool changesPermissions(const Artifact &artifact)
{
    static const QStringList kinds =
        QStringLiteral("application-access-script application-access-classic-script authentication-policy-script "
                       "connector-script direct-send-script hve-accounts-script send-as-script send-as-alias-script "
                       "shared-mailbox-script smtp-auth-script")
            .split(u' ');
    return kinds.contains(artifact.kind);
}

} // namespace

QString digestOf(const Artifact &artifact)
{
    return QString::fromLatin1(QCryptographicHash::hash(artifact.text.toUtf8(), QCryptographicHash::Sha256).toHex());
}

Applied appliedState(const Site &site, const Artifact &artifact)
{
    const auto found = std::ranges::find(site.applied, artifact.fileName, &AppliedArtifact::artifact);
    if (found == site.applied.end())
        return {};
    return {.state = found->digest == digestOf(artifact) ? Applied::State::Yes : Applied::State::ChangedSince,
            .on = found->on};
}

Site withTick(Site site, const Artifact &artifact, QDate on, TimePoint now)
{
    site = withoutTick(std::move(site), artifact);
    site.applied.push_back({.artifact = artifact.fileName,
                            .on = on,
                            .digest = digestOf(artifact),
                            .permissionsChangedAt = changesPermissions(artifact) ? std::optional(now) : std::nullopt});
    return site;
}

Site withoutTick(Site site, const Artifact &artifact)
{
    std::erase_if(site.applied,
                  [&artifact](const AppliedArtifact &tick) { return tick.artifact == artifact.fileName; });
    return site;
}

} // namespace relaywright
