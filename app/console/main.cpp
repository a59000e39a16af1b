// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Console.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/window/WindowSettings.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

using namespace relaywright;

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Relaywright"));
    QApplication::setApplicationName(QStringLiteral("relaywright"));
    QApplication::setApplicationDisplayName(QStringLiteral("Relaywright"));
    QApplication::setApplicationVersion(QStringLiteral(RELAYWRIGHT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("relaywright"));
    QApplication::setQuitOnLastWindowClosed(false);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Gets printers, scanners and applications to send mail through Microsoft 365."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption hidden(QStringLiteral("hidden"), QStringLiteral("Start in the tray, without the window."));
    parser.addOption(hidden);
    parser.addPositionalArgument(QStringLiteral("site"), QStringLiteral("A site file to open."),
                                 QStringLiteral("[SITE]"));
    parser.process(application);

    QSettings settings;
    installLanguage(application, QLocale());
    applyTheme(application, loadWindowSettings(settings).scheme);
    Console console(settings);
    console.begin({.file = parser.positionalArguments().value(0), .hidden = parser.isSet(hidden)});
    return QApplication::exec();
}
