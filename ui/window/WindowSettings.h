// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/CheckPage.h"
#include "ui/theme/Theme.h"

#include <QByteArray>
#include <QStringList>

class QSettings;

namespace relaywright {

/// What the window remembers from run to run. Never a secret.
struct WindowSettings {
    QByteArray geometry;
    QStringList recentFiles;
    QStringList senderColumns; ///< shown in the table of senders; empty: those of a first start
    CheckPage::Choices checks;
    Scheme scheme =
        Scheme::System; ///< light or dark against the system; no control offers it yet, the key may be set by hand
    bool operator==(const WindowSettings &) const = default;
};

[[nodiscard]] WindowSettings loadWindowSettings(const QSettings &settings);
void saveWindowSettings(QSettings &settings, const WindowSettings &values);

} // namespace relaywright
