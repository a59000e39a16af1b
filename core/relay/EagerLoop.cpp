// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/EagerLoop.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace relaywright {

EagerLoop::EagerLoop(int processors, QObject *parent) : QObject(parent)
{
    if (processors < 2)
        return;
    QCoreApplication::instance()->installEventFilter(this);
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this,
            &EagerLoop::onAboutToBlock);
}

/// Takes note of every event of the thread, and stops none.
bool EagerLoop::eventFilter(QObject *receiver, QEvent *)
{
    m_hasNews = m_hasNews || receiver != this;
    return false;
}

/// Comes each time round, also while the loop does not sleep.
void EagerLoop::onAboutToBlock()
{
    if (!std::exchange(m_hasNews, false))
        return;
    m_until = Steady::now() + kMoment;
    if (!m_looking.isActive())
        m_looking.start(0, this);
}

void EagerLoop::timerEvent(QTimerEvent *)
{
    if (Steady::now() > m_until)
        m_looking.stop();
}

} // namespace relaywright
