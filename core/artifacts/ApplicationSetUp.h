// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"
#include "core/knowledge/Knowledge.h"

#include <QDate>

#include <optional>

namespace relaywright {

/// One application that is to send as one mailbox, whatever else the site has.
struct ApplicationSetUp {
    EmailAddress mailbox;
    std::optional<Method> method; ///< client submission or High Volume Email; nothing: Microsoft Graph
    Cloud cloud = Cloud::Worldwide;
    std::optional<Domain> tenant{}; ///< where the organisation is known by a domain of its own
    bool signsInAsPerson = false;   ///< a person signs in through it; else the application itself does
    bool isRegistered = false;      ///< the application is there already, under whatever name
};

/// What its administrators run, in this order: the script that registers the application in Entra, where that is still to be
/// done, and those that let it send in Exchange Online. `today` is when they are made.
[[nodiscard]] std::vector<Artifact> renderSetUp(const ApplicationSetUp &setUp, QDate today, const Knowledge &knowledge);

/// How a script of renderSetUp is called for an application, once it is known; `objectId` is that of its enterprise application,
/// and where it is not known its place is held by words.
[[nodiscard]] QString callOf(const Artifact &script, const QString &applicationId, const QString &objectId);

} // namespace relaywright
