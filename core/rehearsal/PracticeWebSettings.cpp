// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeWebSettings.h"

namespace relaywright {

Result<HttpServerSettings> httpServerSettings(const PracticeWebSettings &settings)
{
    HttpServerSettings made{.listen = settings.listen};
    if (!settings.tls)
        return made;
    auto certificate = settings.identity->certificate(settings.listen.host, std::nullopt);
    if (!certificate)
        return tl::unexpected(certificate.error());
    made.identity = std::move(*certificate);
    return made;
}

} // namespace relaywright
