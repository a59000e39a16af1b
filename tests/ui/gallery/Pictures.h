// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QString>

class QPixmap;
class QWidget;

namespace relaywright {
class MainWindow;
}

namespace relaywright::test {

struct Bench;

/// Takes the pictures of the gallery, `NAME[-dark][@2x].png` in one folder.
class Camera {
public:
    Camera(QDir folder, QString suffix) : m_folder(std::move(folder)), m_suffix(std::move(suffix)) {}
    /// The widget as it looks once layouts and delayed item views have settled.
    void shoot(QWidget &widget, const QString &name);
    /// At the usual size, and as `small-NAME` at the smallest one of the window.
    void shootBothSizes(QWidget &window, const QString &name);
    void keep(const QPixmap &picture, const QString &name);
    /// Notes a fault on stderr when `condition` is false: a picture of the wrong state is worse than none.
    void expect(bool condition, const char *what);
    /// False when a picture could not be written or something that was expected did not happen.
    [[nodiscard]] bool isGood() const { return m_good; }

private:
    QDir m_folder;
    QString m_suffix;
    bool m_good = true;
};

// Each with a window of its own.
void paintEmpty(Camera &camera);
void paintWizard(Camera &camera);
void paintFilled(Camera &camera);
void paintPractice(Camera &camera);
void paintAccounts(Camera &camera);
void paintSeries(Camera &camera);
void paintTokens(Camera &camera);
void paintTrouble(Camera &camera);
void paintTray(Camera &camera);

// Chapters of `paintFilled`, in this order, in its window.
void paintTicks(Camera &camera, MainWindow &window, Bench &bench);
void paintImport(Camera &camera, MainWindow &window);
void paintCheck(Camera &camera, MainWindow &window, Bench &bench);
void paintTest(Camera &camera, MainWindow &window, Bench &bench);
void paintRelay(Camera &camera, MainWindow &window, Bench &bench);

} // namespace relaywright::test
