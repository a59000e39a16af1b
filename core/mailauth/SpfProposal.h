// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfSurvey.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace relaywright {

/// A way to bring an SPF record back within its limits, with everything there is to publish.
struct SpfProposal {
    enum class Kind {
        Flatten,   ///< includes become the addresses they stand for
        Split,     ///< addresses move into records of their own, which the domain's includes
        SubDomain, ///< applications send as a sub-domain with a record of its own
    };
    struct Record {
        QString name;
        QString text; ///< whole TXT value
        bool operator==(const Record &) const = default;
    };
    Kind kind = Kind::Flatten;
    QStringList steps;           ///< what is done, each a sentence: which term becomes which addresses
    QString risk;                ///< what it costs in the long run
    std::vector<Record> records; ///< those that change, the domain's own first
    int lookups = 0;             ///< of the record that had too many, afterwards
    bool operator==(const SpfProposal &) const = default;
};
[[nodiscard]] QString toString(SpfProposal::Kind kind); ///< flatten split sub-domain

/// True when the surveyed record costs over 10 lookups, or is longer than the 450 octets of RFC 7208 §3.4.
[[nodiscard]] bool isOverLimits(const SpfNode &root);

struct SpfProposalFacts {
    QString existing;         ///< the record before the merge; empty when there was none
    QStringList added;        ///< terms that the merge added
    QStringList neverFlatten; ///< domains of providers whose addresses change often: kept as includes, and said so
};

/// What can be done about a merged record that is over its limits; empty when it is within them. `merged` is the survey
/// of it. Only what is wholly known is flattened: no macros, no exceptions, no failed look-ups.
[[nodiscard]] std::vector<SpfProposal> proposeWithinLimits(const SpfNode &merged, const SpfProposalFacts &facts);

} // namespace relaywright
