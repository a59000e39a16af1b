// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Lint.h"

#include <map>

namespace relaywright {

/// Collects remarks, ten of a kind and a count of the others. Internal to core/mail.
class LintRemarks {
public:
    void add(LintRemark remark);
    /// Only the first of its kind: what concerns the message and not the line.
    void addOnce(LintRemark remark);
    [[nodiscard]] std::vector<LintRemark> take();

private:
    std::vector<LintRemark> m_remarks;
    std::map<QString, qint64> m_counts;
};

/// A piece of a line for `LintRemark::seen`.
[[nodiscard]] QString seenText(QByteArrayView octets);

} // namespace relaywright
