// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/base/Result.h"
#include "core/mailauth/RecordFault.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace relaywright {

enum class SpfQualifier { Pass, Fail, SoftFail, Neutral };

/// One mechanism of an SPF record with its place in the text (RFC 7208 §5).
struct SpfMechanism {
    enum class Kind { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists };
    SpfQualifier qualifier = SpfQualifier::Pass;
    Kind kind = Kind::All;
    QString domainSpec; ///< with macros, empty when none was given
    /// ip4, ip6; the host bits that the record may have set are cleared. An `ip6:` inside ::ffff:0:0/96 holds the IPv4
    /// network, yet matches nobody: such clients count as IPv4 (§5).
    std::optional<IpNetwork> network;
    int prefix4 = 32; ///< a, mx: dual CIDR
    int prefix6 = 128;
    qsizetype offset = 0; ///< in the record's text
    qsizetype length = 0;
    bool operator==(const SpfMechanism &) const = default;
};

/// A whole record (RFC 7208 §4.6).
struct SpfRecord {
    std::vector<SpfMechanism> mechanisms;
    QString redirect;           ///< domain-spec, empty when none
    QString explanation;        ///< exp=, empty when none
    QStringList otherModifiers; ///< unknown ones, as written; they mean nothing (§6), yet are kept
    bool operator==(const SpfRecord &) const = default;
};

/// A syntax fault (RFC 7208: permerror) with its place.
using SpfSyntaxError = RecordFault;

/// True for a TXT record that is an SPF record: `v=spf1` alone or followed by a space.
[[nodiscard]] bool isSpfRecord(QByteArrayView text);
/// Parses a whole record; a syntax fault anywhere fails all of it (§4.6). Octets of a TXT record come as Latin-1.
[[nodiscard]] tl::expected<SpfRecord, SpfSyntaxError> parseSpf(const QString &text);
/// True for mechanisms that ask the DNS and so count towards the ten (§4.6.4).
[[nodiscard]] bool needsLookup(SpfMechanism::Kind kind);
/// Canonical text: no `+`, names of mechanisms and modifiers in lower case; domain-specs as written.
[[nodiscard]] QString toText(const SpfMechanism &mechanism);
[[nodiscard]] QString toText(const SpfRecord &record);

} // namespace relaywright
