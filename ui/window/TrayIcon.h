// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QSystemTrayIcon>

class QAction;
class QMenu;

namespace relaywright {

/// State in, wishes out. Each state has an icon of its own shape and colour, and a sentence. Entering trouble is told
/// once, then not again for ten minutes.
class TrayIcon : public QObject {
    Q_OBJECT
public:
    enum class State { Off, Idle, Delivering, Waiting, Paused, Trouble };
    explicit TrayIcon(QObject *parent = nullptr);
    ~TrayIcon() override;

    /// False where the desktop has no tray.
    [[nodiscard]] static bool isAvailable();
    void show();
    void setState(State state, const QString &sentence);
    /// One notice for several sentences.
    void tell(const QStringList &sentences);
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString toolTip() const { return m_icon.toolTip(); }

Q_SIGNALS:
    void openRequested();
    void startRequested();
    void stopRequested();
    void pauseRequested(bool pause);
    void testRequested();
    void quitRequested();

private:
    QSystemTrayIcon m_icon;
    QMenu *m_menu;
    QAction *m_startStop;
    QAction *m_pause;
    State m_state = State::Off;
    QElapsedTimer m_sinceNotice;
};

[[nodiscard]] QString iconName(TrayIcon::State state);

} // namespace relaywright
