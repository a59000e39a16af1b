// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/WindowSettings.h"

#include <QSettings>

namespace relaywright {

namespace {

const QString kGeometry = QStringLiteral("window/geometry");
const QString kRecent = QStringLiteral("window/recentFiles");
const QString kSenderColumns = QStringLiteral("senders/columns");
const QString kScheme = QStringLiteral("window/scheme"); // system light dark

} // namespace

WindowSettings loadWindowSettings(const QSettings &settings)
{
    WindowSettings values;
    values.geometry = settings.value(kGeometry).toByteArray();
    values.recentFiles = settings.value(kRecent).toStringList();
    values.senderColumns = settings.value(kSenderColumns).toStringList();
    const QString scheme = settings.value(kScheme).toString();
    if (scheme == QLatin1String("light"))
        values.scheme = Scheme::Light;
    else if (scheme == QLatin1String("dark"))
        values.scheme = Scheme::Dark;
    return values;
}

void saveWindowSettings(QSettings &settings, const WindowSettings &values)
{
    settings.setValue(kGeometry, values.geometry);
    settings.setValue(kRecent, values.recentFiles);
    settings.setValue(kSenderColumns, values.senderColumns);
    switch (values.scheme) {
    case Scheme::System: settings.remove(kScheme); break;
    case Scheme::Light:  settings.setValue(kScheme, QStringLiteral("light")); break;
    case Scheme::Dark:   settings.setValue(kScheme, QStringLiteral("dark")); break;
    }
}

} // namespace relaywright
