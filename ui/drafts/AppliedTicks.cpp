// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/AppliedTicks.h"

#include <QCryptographicHash>

#include <algorithm>

namespace relaywright {

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

Site withTick(Site site, const Artifact &artifact, QDate on)
{
    site = withoutTick(std::move(site), artifact);
    site.applied.push_back({.artifact = artifact.fileName, .on = on, .digest = digestOf(artifact)});
    return site;
}

Site withoutTick(Site site, const Artifact &artifact)
{
    std::erase_if(site.applied, [&artifact](const AppliedArtifact &tick) { return tick.artifact == artifact.fileName; });
    return site;
}

} // namespace relaywright
