// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/ProcessAlive.h"

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <sys/types.h>
#endif

namespace relaywright {

bool isProcessAlive(qint64 processId)
{
    if (processId <= 0)
        return false;
#ifdef Q_OS_WIN
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(processId));
    if (!process)
        return false;
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
#else
    return kill(static_cast<pid_t>(processId), 0) == 0 || errno == EPERM;
#endif
}

} // namespace relaywright
