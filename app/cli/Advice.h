// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/plan/Plan.h"

#include <QDate>

namespace relaywright::cli {

/// A site with what is planned for it.
struct Advice {
    Site site;
    Plan plan;
};

/// Reads the site document at `path` and plans it as of `day`. Error: InvalidInput naming the file and what is wrong.
[[nodiscard]] Result<Advice> adviseFrom(const QString &path, const QDate &day, const Context &context);

} // namespace relaywright::cli
