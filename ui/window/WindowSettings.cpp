// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/WindowSettings.h"

#include <QSettings>

namespace relaywright {

namespace {

const QString kGeometry = QStringLiteral("window/geometry");
const QString kRecent = QStringLiteral("window/recentFiles");
const QString kSenderColumns = QStringLiteral("senders/columns");
const QString kBlocklists = QStringLiteral("checks/blocklists");
const QString kSelectors = QStringLiteral("checks/selectors"); // of each site by its key
const QString kScheme = QStringLiteral("window/scheme"); // system light dark

} // namespace

WindowSettings loadWindowSettings(const QSettings &settings)
{
    WindowSettings values;
    values.geometry = settings.value(kGeometry).toByteArray();
    values.recentFiles = settings.value(kRecent).toStringList();
    values.senderColumns = settings.value(kSenderColumns).toStringList();
    values.checks.blocklists = settings.value(kBlocklists, true).toBool();
    const QVariantMap selectors = settings.value(kSelectors).toMap();
    for (auto site = selectors.cbegin(); site != selectors.cend(); ++site)
        values.checks.selectors.insert(site.key(), site->toString());
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
    settings.setValue(kBlocklists, values.checks.blocklists);
    QVariantMap selectors;
    for (auto site = values.checks.selectors.cbegin(); site != values.checks.selectors.cend(); ++site)
        selectors.insert(site.key(), *site);
    settings.setValue(kSelectors, selectors);
    switch (values.scheme) {
    case Scheme::System: settings.remove(kScheme); break;
    case Scheme::Light:  settings.setValue(kScheme, QStringLiteral("light")); break;
    case Scheme::Dark:   settings.setValue(kScheme, QStringLiteral("dark")); break;
    }
}

} // namespace relaywright
