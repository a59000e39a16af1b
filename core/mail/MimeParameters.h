// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <map>

namespace relaywright {

/// A structured MIME field: `text/plain; charset=utf-8` (RFC 2045 §5.1).
struct MimeValue {
    QByteArray value;                            ///< lower case: `text/plain`
    std::map<QByteArray, QByteArray> parameters; ///< by lower-case name; at most 32
};

/// Reads one; comments are passed over, quotes taken off. Tolerant: what is no parameter is left out.
[[nodiscard]] MimeValue readMimeValue(QByteArrayView fieldValue);

} // namespace relaywright
