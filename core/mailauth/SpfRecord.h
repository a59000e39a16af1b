// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

enum class SpfQualifier { Pass, Fail, SoftFail, Neutral };

/// One mechanism of an SPF record with its place in the text (RFC 7208 §5).
struct SpfMechanism {
    enum class Kind { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists };
    SpfQualifier qualifier = SpfQualifier::Pass;
    Kind kind = Kind::All;
    QString domainSpec;                 ///< with macros, empty when none was given
    std::optional<IpNetwork> network;   ///< ip4, ip6
    int prefix4 = 32;                   ///< a, mx: dual CIDR
    int prefix6 = 128;
    qsizetype offset = 0;               ///< in the record's text
    qsizetype length = 0;
    bool operator==(const SpfMechanism &) const = default;
};

/// A whole record (RFC 7208 §4.6).
struct SpfRecord {
    std::vector<SpfMechanism> mechanisms;
    QString redirect;                   ///< domain-spec, empty when none
    QString explanation;                ///< exp=, empty when none
    bool operator==(const SpfRecord &) const = default;
};

/// A syntax fault with its place, so that a screen can underline it.
struct SpfSyntaxError {
    QString sentence;
    qsizetype offset = 0;
    qsizetype length = 0;
    bool operator==(const SpfSyntaxError &) const = default;
};

/// True for a TXT record that is an SPF record: `v=spf1` alone or followed by a space.
[[nodiscard]] bool isSpfRecord(QByteArrayView text);
[[nodiscard]] tl::expected<SpfRecord, SpfSyntaxError> parseSpf(const QString &text);
[[nodiscard]] QString toText(const SpfMechanism &mechanism);
[[nodiscard]] QString toText(const SpfRecord &record);

} // namespace relaywright
