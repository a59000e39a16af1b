// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <map>

namespace relaywright {

/// A structured MIME field: `text/plain; charset=utf-8` (RFC 2045 §5.1).
struct MimeValue {
    QByteArray value;                            ///< lower case: `text/plain`
    std::map<QByteArray, QByteArray> parameters; ///< by lower-case name; at most 32
    /// Empty where it is missing.
    [[nodiscard]] QByteArray parameter(const char *name) const;
};

/// Reads one; comments are passed over, quotes taken off. Tolerant: what is no parameter is left out.
[[nodiscard]] MimeValue readMimeValue(QByteArrayView fieldValue);

/// The name of an attached file, printable: `filename*=UTF-8''...` (RFC 2231 §4), else the plain `filename`, else the `name` of
/// its type; without a path of the sender's computer. Empty: none.
[[nodiscard]] QString fileNameOf(const MimeValue &disposition, const MimeValue &type);

} // namespace relaywright
