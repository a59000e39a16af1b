// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"

#include "core/site/SiteDocument.h"

namespace relaywright::cli {

Result<Advice> adviseFrom(const QString &path, const QDate &day, const Context &context)
{
    const auto content = readFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto site = parseSite(*content);
    if (!site)
        return failure(site.error().kind, QStringLiteral("%1: %2").arg(path, site.error().detail));
    Plan plan = advise(*site, context.knowledge, day);
    return Advice{std::move(*site), std::move(plan)};
}

} // namespace relaywright::cli
