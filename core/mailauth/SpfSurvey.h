// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"
#include "core/mailauth/SpfEvaluation.h"

#include <QJsonObject>

#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// A remark about a record as people must know it, whoever sends.
struct SpfRemark {
    enum class Weight {
        Wrong,     ///< receivers give permerror, or everybody passes
        Attention, ///< works, and should be mended
    };
    Weight weight = Weight::Attention;
    /// syntax · two-records · no-record · loop · over-lookups · over-voids · void · passes-everyone · ptr · duplicate ·
    /// after-all · no-all · neutral-all · long-string · long-record · many-exchanges · depends-on-sender · too-deep
    QString id;
    RecordFault place; ///< in the node's `record`
    bool operator==(const SpfRemark &) const = default;
};

/// One term that asks the DNS, or the root: a tree of what a record costs.
struct SpfNode {
    QString term;   ///< `include:spf.example.com` as written in the parent's record; empty for the root
    RecordFault at; ///< the term's place in the parent's record; its sentence is empty
    QString domain; ///< that is asked: the root's own, the include's target, what `a` or `mx` names
    QString record; ///< SPF record of the root, an include or redirect; empty when there is none or several, and for
                    ///< other terms
    std::vector<int> strings; ///< octets of each TXT string it was published in; empty when not known
    int lookups = 0;          ///< this term with all below it, RFC 7208 §4.6.4; of the root: all
    int voidLookups = 0;
    /// Addresses it lets pass, as far as they follow from the DNS alone, of all below it too: what flattening would
    /// write. Not sorted, no duplicates.
    std::vector<IpNetwork> networks;
    bool networksWhole = true; ///< false where macros, `ptr`, `exists`, qualifiers or faults leave some out
    bool failed = false;       ///< the DNS gave no usable answer about it or something below: not all could be told
    std::vector<SpfRemark> remarks;
    std::vector<SpfNode> children; ///< in the record's order
    bool operator==(const SpfNode &) const = default;
};

/// Walks the whole record of a domain, whoever sends: what it costs, and what is wrong with it. Without I/O: ask what
/// `pending()` gives (those of one level go out at the same time), `feed` the answers in any order, until `result()`
/// is there. Bounded: at most 60 records, 10 levels and 400 questions, a record that includes itself is a remark, not a
/// loop; terms with macros are not followed, and what stands behind `all` is never looked at.
class SpfSurvey {
public:
    /// With `record` that text is taken as published by `domain`: what if. Nothing: ask the DNS.
    explicit SpfSurvey(const QString &domain, std::optional<QString> record = std::nullopt);
    ~SpfSurvey();
    SpfSurvey(SpfSurvey &&) noexcept;
    SpfSurvey &operator=(SpfSurvey &&) noexcept;
    /// Questions that have come up since the last call; none is named twice over the life of the survey.
    [[nodiscard]] std::vector<SpfQuery> pending();
    void feed(const SpfQuery &query, const SpfAnswer &answer);
    [[nodiscard]] const std::optional<SpfNode> &result() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The term below the root that costs most lookups; null when none costs any. Points into `root`.
[[nodiscard]] const SpfNode *costliest(const SpfNode &root);
/// All remarks of the tree, the root's first, Wrong before Attention.
[[nodiscard]] std::vector<const SpfRemark *> remarksOf(const SpfNode &root);

/// The tree for programs, with all that is known of each node.
[[nodiscard]] QJsonObject toJson(const SpfNode &node);

} // namespace relaywright
