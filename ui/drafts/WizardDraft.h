// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/SiteDrafts.h"

namespace relaywright {

/// Everything the wizard asks. A draft goes in and a draft comes out of every page; going back loses no answer because
/// the draft keeps what was typed, right or wrong.
struct WizardDraft {
    OrganisationDraft organisation;
    NetworkDraft network;
    std::vector<SenderDraft> senders;
    bool operator==(const WizardDraft &) const = default;
};

/// A draft that asks about a site anew, or about nothing yet.
[[nodiscard]] WizardDraft draftOf(const Site &site);

/// Problems of the sender at `index` carry the field names of SenderDraft; a draft without senders has one problem
/// with the field `senders`.
[[nodiscard]] Problems checkSenders(const WizardDraft &draft, std::size_t *firstWrong = nullptr);
[[nodiscard]] bool isComplete(const WizardDraft &draft);

/// The site that the answers describe. `base` gives what the wizard does not ask; a sender keeps its id when it has
/// one, gets one from its name otherwise; a site gets a network when it has none.
[[nodiscard]] Site toSite(const WizardDraft &draft, const Site &base = {});

} // namespace relaywright
