// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/Language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

namespace relaywright {

void installLanguage(QCoreApplication &application, const QLocale &locale)
{
    auto *own = new QTranslator(&application);
    const QString folder = QStringLiteral(":/i18n");
    if (own->load(locale, QStringLiteral("relaywright"), QStringLiteral("_"), folder)
        || own->load(QStringLiteral("relaywright_en"), folder))
        QCoreApplication::installTranslator(own);
    auto *qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
}

} // namespace relaywright
