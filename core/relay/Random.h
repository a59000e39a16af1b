// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QRandomGenerator>

namespace relaywright {

/// From 0 to 1.
[[nodiscard]] inline double anyFraction()
{
    return QRandomGenerator::global()->generateDouble();
}

/// 32 random letters and digits, for what two messages should not have in common: boundaries, Message-IDs. No secret.
[[nodiscard]] inline QByteArray randomToken()
{
    quint32 words[4];
    QRandomGenerator::global()->fillRange(words);
    return QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex();
}

} // namespace relaywright
