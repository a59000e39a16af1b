// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

namespace relaywright {

/// The records of an answer to a question about `type` as a zone file has them, in their order, printable and each of
/// bounded length; a TXT record as its joined text without quotes. Empty unless something was found.
[[nodiscard]] QStringList recordTexts(DnsType type, const DnsAnswer &answer);

} // namespace relaywright
