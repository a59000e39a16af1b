// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <chrono>

namespace relaywright {

/// `v=STSv1; id=20160831085700Z;` at `_mta-sts.DOMAIN` (RFC 8461 §3.1). The result is the id.
[[nodiscard]] bool isMtaStsRecord(QByteArrayView text);
[[nodiscard]] tl::expected<QString, RecordFault> parseMtaStsRecord(const QString &text);

/// The file at https://mta-sts.DOMAIN/.well-known/mta-sts.txt (RFC 8461 §3.2).
struct MtaStsPolicy {
    enum class Mode { Enforce, Testing, None };
    Mode mode = Mode::None;
    QStringList exchanges; ///< mx patterns, lower case: `mail.example.com`, `*.mail.protection.outlook.com`
    std::chrono::seconds maxAge{};
    bool operator==(const MtaStsPolicy &) const = default;
};
[[nodiscard]] QString toString(MtaStsPolicy::Mode mode); ///< enforce testing none
/// The offset of a fault counts octets of the file.
[[nodiscard]] tl::expected<MtaStsPolicy, RecordFault> parseMtaStsPolicy(QByteArrayView file);
/// A `*.` stands for one label (§4.1).
[[nodiscard]] bool covers(const MtaStsPolicy &policy, const QString &exchange);

/// `v=TLSRPTv1; rua=mailto:...` at `_smtp._tls.DOMAIN` (RFC 8460 §3): where reports go.
[[nodiscard]] bool isTlsReportRecord(QByteArrayView text);
[[nodiscard]] tl::expected<QStringList, RecordFault> parseTlsReportRecord(const QString &text);

} // namespace relaywright
