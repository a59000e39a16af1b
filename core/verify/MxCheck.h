// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Targets.h"

namespace relaywright {

/// True for `contoso-com.mail.protection.outlook.com` and its like.
[[nodiscard]] bool isMicrosoftHost(const QString &host, const QStringList &suffixes);

/// Where mail for the domain goes: Exchange Online, a gateway in front of it, or nowhere. Pure.
[[nodiscard]] Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer);

} // namespace relaywright
