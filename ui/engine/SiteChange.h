// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"

#include <vector>

namespace relaywright {

/// Where two lists of senders differ: from row `at` on, `before` stood where `after` stands now.
struct SenderHunk {
    std::size_t at = 0;            ///< in the list before and, because hunks of other lengths come alone, after
    std::vector<Sender> before;
    std::vector<Sender> after;
    bool operator==(const SenderHunk &) const = default;
};

/// Lists of one length differ in runs of changed senders; lists of different lengths in one hunk between what they share
/// at both ends.
[[nodiscard]] std::vector<SenderHunk> differences(const std::vector<Sender> &before, const std::vector<Sender> &after);

/// One change of a site, kept without the thousands of senders that it does not touch.
class SiteChange {
public:
    SiteChange(const Site &before, const Site &after);
    /// `site` is what the change was made from.
    [[nodiscard]] Site applied(Site site) const;
    /// `site` is what the change made.
    [[nodiscard]] Site reverted(Site site) const;

private:
    Site m_before; ///< without senders
    Site m_after;
    std::vector<SenderHunk> m_hunks;
};

} // namespace relaywright
