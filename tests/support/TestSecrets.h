// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QRandomGenerator>
#include <QString>

namespace relaywright::test {

// The secrets with which the suite signs in to its servers. Each holds one of the two marks, which stand nowhere else, so
// that secret_watch.py finds a secret in what the suite leaves behind, in whatever form it got there. The marks are the
// same in both files.
constexpr auto kPasswordMark = "pass word-oM4xeiRuph7Z";
constexpr auto kTokenMark = "token-Aev8uKoh3iePhu";

/// A password that no other server of the suite has.
[[nodiscard]] inline QString newPassword()
{
    return QString::fromLatin1(kPasswordMark) + QString::number(QRandomGenerator::system()->generate64(), 36);
}

} // namespace relaywright::test
