// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/OpenRelay.h"
#include "core/relay/RelayConfig.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

/// A relay's configuration, as an editor or a stranger's download leaves it.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto config = parseRelayConfig(octetsOf(data, size).toByteArray());
    if (!config) {
        require(!config.error().detail.isEmpty() && config.error().detail.size() < 4000,
                "a fault is told, and bounded");
        require(!hasControlCharacters(config.error().detail), "a fault can be shown");
        return 0;
    }
    const auto again = parseRelayConfig(toJson(*config));
    require(again && *again == *config, "a configuration reads the same when written again");
    require(!config->listeners.empty(), "a relay listens");
    for (const RelayListener &listener : config->listeners)
        require(listener.networks.empty() || !openRelayReason(listener.networks) || listener.signIn == SignIn::Required,
                "no configuration is an open relay");
    return 0;
}
