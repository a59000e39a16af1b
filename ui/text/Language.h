// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>

class QCoreApplication;

namespace relaywright {

/// Installs the translations of the window and of Qt for `locale`, English where there is none (English too has a file:
/// it makes one message "1 message"). Call before the first window.
void installLanguage(QCoreApplication &application, const QLocale &locale);

} // namespace relaywright
