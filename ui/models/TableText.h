// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>

namespace relaywright {

/// The whole table as tab-separated text, its headings first, for a spreadsheet or a mail.
[[nodiscard]] QString tableText(const QAbstractItemModel &model);

} // namespace relaywright
