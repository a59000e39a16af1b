// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/Dmarc.h"

namespace relaywright {

/// One address of `rua` or `ruf`, such as `mailto:reports@contoso.com!10m` (RFC 7489 §6.4). Nothing when receivers send
/// no reports there: no URI, a mailto: without a mailbox, or a size that is none.
[[nodiscard]] std::optional<DmarcReportAddress> parseReportAddress(const QString &text);

/// A whole list again, sizes in their greatest unit.
[[nodiscard]] QString toText(const std::vector<DmarcReportAddress> &addresses);

} // namespace relaywright
