// SPDX-License-Identifier: GPL-3.0-or-later
// relaywright_gallery OUTDIR [--dark] [--scale FACTOR] [--only CHAPTER]: a PNG of every page of the window, filled and
// empty.
#include "tests/ui/Bench.h"
#include "tests/ui/gallery/Pictures.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QPixmap>
#include <QTextStream>
#include <QWidget>

#include <array>
#include <cstring>
#include <utility>

using namespace relaywright;
using namespace relaywright::test;

namespace relaywright::test {

void Camera::shoot(QWidget &widget, const QString &name)
{
    QCoreApplication::processEvents();
    waitUntil([] { return false; }, 60); // layouts and delayed item views settle
    keep(widget.grab(), name);
}

void Camera::shootBothSizes(QWidget &window, const QString &name)
{
    const QSize usual = window.size();
    shoot(window, name);
    window.resize(960, 600);
    shoot(window, QStringLiteral("small-%1").arg(name));
    window.resize(usual);
}

void Camera::keep(const QPixmap &picture, const QString &name)
{
    const QString path = m_folder.filePath(name + m_suffix + QStringLiteral(".png"));
    if (picture.save(path))
        return;
    QTextStream(stderr) << "could not write " << path << Qt::endl;
    m_good = false;
}

void Camera::expect(bool condition, const char *what)
{
    if (condition)
        return;
    QTextStream(stderr) << "did not happen: " << what << Qt::endl;
    m_good = false;
}

} // namespace relaywright::test

namespace {

using Chapter = std::pair<const char *, void (*)(Camera &)>;
constexpr std::array<Chapter, 9> kChapters = {{
    {"empty", paintEmpty},
    {"wizard", paintWizard},
    {"filled", paintFilled},
    {"practice", paintPractice},
    {"accounts", paintAccounts},
    {"series", paintSeries},
    {"tokens", paintTokens},
    {"trouble", paintTrouble},
    {"tray", paintTray},
}};

/// What stands behind `option`, which is taken out with it; empty where it is not given.
QString takeValue(QStringList &arguments, const QString &option)
{
    const qsizetype at = arguments.indexOf(option);
    if (at < 0 || at + 1 >= arguments.size())
        return {};
    const QString value = arguments[at + 1];
    arguments.remove(at, 2);
    return value;
}

bool paint(const QString &only, Camera &camera)
{
    bool isKnown = false;
    for (const auto &[name, paintChapter] : kChapters) {
        if (!only.isEmpty() && only != QLatin1String(name))
            continue;
        isKnown = true;
        paintChapter(camera);
    }
    camera.expect(isKnown, "--only names a chapter of the gallery");
    return camera.isGood();
}

} // namespace

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; ++i) { // the factor must be known before the application is made
        if (std::strcmp(argv[i], "--scale") == 0)
            qputenv("QT_SCALE_FACTOR", argv[i + 1]);
    }
    QApplication application(argc, argv);
    QStringList arguments = QApplication::arguments().mid(1);
    const bool dark = arguments.removeAll(QStringLiteral("--dark")) > 0;
    QString suffix = dark ? QStringLiteral("-dark") : QString();
    if (const QString scale = takeValue(arguments, QStringLiteral("--scale")); !scale.isEmpty())
        suffix += QStringLiteral("@%1x").arg(scale);
    const QString only = takeValue(arguments, QStringLiteral("--only"));
    if (arguments.size() != 1 || arguments.front().startsWith(u'-') || !QDir().mkpath(arguments.front())) {
        QTextStream(stderr) << "usage: relaywright_gallery OUTDIR [--dark] [--scale FACTOR] [--only CHAPTER]"
                            << Qt::endl;
        return 2;
    }
    installLanguage(application, QLocale(QLocale::English, QLocale::UnitedStates));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(application, dark ? Scheme::Dark : Scheme::Light);
    Camera camera(QDir(arguments.front()), suffix);
    return paint(only, camera) ? 0 : 1;
}
