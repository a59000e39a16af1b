// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/TrayIcon.h"

#include <QAction>
#include <QIcon>
#include <QMenu>

namespace relaywright {

QString iconName(TrayIcon::State state)
{
    switch (state) {
    case TrayIcon::State::Off: return QStringLiteral("tray-off");
    case TrayIcon::State::Idle: return QStringLiteral("tray-idle");
    case TrayIcon::State::Delivering: return QStringLiteral("tray-delivering");
    case TrayIcon::State::Waiting: return QStringLiteral("tray-waiting");
    case TrayIcon::State::Paused: return QStringLiteral("tray-paused");
    case TrayIcon::State::Trouble: return QStringLiteral("tray-trouble");
    }
    Q_UNREACHABLE();
}

TrayIcon::TrayIcon(QObject *parent) : QObject(parent), m_menu(new QMenu), m_startStop(nullptr), m_pause(nullptr)
{
    m_menu->addAction(tr("Open Relaywright"), this, &TrayIcon::openRequested);
    m_menu->addSeparator();
    m_startStop = m_menu->addAction(tr("Start the relay"), this, [this] {
        if (m_state == State::Off)
            Q_EMIT startRequested();
        else
            Q_EMIT stopRequested();
    });
    m_pause =
        m_menu->addAction(tr("Pause delivery"), this, [this] { Q_EMIT pauseRequested(m_state != State::Paused); });
    m_menu->addAction(tr("Send a test message"), this, &TrayIcon::testRequested);
    m_menu->addSeparator();
    m_menu->addAction(tr("Quit"), this, &TrayIcon::quitRequested);
    m_icon.setContextMenu(m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT openRequested();
    });
    setState(State::Off, tr("The relay is off."));
}

TrayIcon::~TrayIcon()
{
    m_icon.setContextMenu(nullptr);
    delete m_menu; // a menu without a parent widget
}

bool TrayIcon::isAvailable()
{
    return QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayIcon::show()
{
    m_icon.show();
}

void TrayIcon::setState(State state, const QString &sentence)
{
    constexpr qint64 kQuietMs = 10 * 60 * 1000;
    const bool newTrouble = state == State::Trouble && m_state != State::Trouble;
    m_state = state;
    m_icon.setIcon(QIcon(QStringLiteral(":/icons/%1.svg").arg(iconName(state))));
    m_icon.setToolTip(tr("Relaywright: %1").arg(sentence));
    m_startStop->setText(state == State::Off ? tr("Start the relay") : tr("Stop the relay"));
    m_pause->setEnabled(state != State::Off);
    m_pause->setText(state == State::Paused ? tr("Resume delivery") : tr("Pause delivery"));
    if (newTrouble && m_icon.isVisible() && (!m_sinceNotice.isValid() || m_sinceNotice.hasExpired(kQuietMs))) {
        m_sinceNotice.start();
        m_icon.showMessage(tr("The relay needs you"), sentence, QSystemTrayIcon::Warning);
    }
}

void TrayIcon::tell(const QStringList &sentences)
{
    constexpr qsizetype kShown = 3; // a notice is small
    if (!m_icon.isVisible() || sentences.isEmpty())
        return;
    QStringList lines = sentences.mid(0, kShown);
    if (const auto more = static_cast<int>(sentences.size() - lines.size()); more > 0)
        lines += tr("And %Ln more.", nullptr, more);
    m_icon.showMessage(tr("The relay needs you"), lines.join(u'\n'), QSystemTrayIcon::Warning);
}

} // namespace relaywright
