// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace relaywright {

/// An answer that cannot be taken as it is: the field's name and a whole sentence with the next step.
struct FieldProblem {
    QString field;
    QString sentence;
    bool operator==(const FieldProblem &) const = default;
};
using Problems = std::vector<FieldProblem>;

/// The sentence for `field`, empty when it is good.
[[nodiscard]] inline QString problemOf(const Problems &problems, const QString &field)
{
    for (const FieldProblem &problem : problems) {
        if (problem.field == field)
            return problem.sentence;
    }
    return {};
}

} // namespace relaywright
