// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Sasl.h"

namespace relaywright {

// SCRAM and NTLM by GNU SASL, a library that turns octets into octets and touches no network. Only Sasl uses this.

[[nodiscard]] bool isDoneByGnuSasl(AuthMechanism mechanism);
/// False when the library on this computer was built without the mechanism.
[[nodiscard]] bool gnuSaslSupports(AuthMechanism mechanism);
/// Error: Unsupported.
[[nodiscard]] Result<std::unique_ptr<SaslClient>> makeGnuSaslClient(AuthMechanism mechanism,
                                                                    const Credentials &credentials);

} // namespace relaywright
