// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <algorithm>

namespace relaywright {

/// A command as it may go on the wire: CR, LF and NUL become `?`, so that no value can end the line or start another,
/// whatever the type that let it through. Every line a client session says passes here.
[[nodiscard]] inline QByteArray wireLine(QByteArray line)
{
    std::ranges::replace_if(
        line, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, '?');
    return line;
}

} // namespace relaywright
