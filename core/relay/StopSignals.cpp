// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/StopSignals.h"

#ifdef Q_OS_UNIX
#include <QSocketNotifier>

#include <csignal>
#include <sys/socket.h>
#include <unistd.h>
#else
#include <QPointer>

#include <windows.h>
#endif

namespace relaywright {

#ifdef Q_OS_UNIX

namespace {

int wakeDescriptor = -1; // all that a signal handler may touch

constexpr char kStop = 's';
constexpr char kReload = 'r';

extern "C" void onStopSignal(int signal)
{
    const char octet = signal == SIGHUP ? kReload : kStop;
    [[maybe_unused]] const auto written = ::write(wakeDescriptor, &octet, 1);
}

void handle(int signal, void (*handler)(int))
{
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

} // namespace

class StopSignals::Private {
public:
    int pair[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> notifier;
};

StopSignals::StopSignals(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, d->pair) != 0)
        return; // the signals keep their usual, less gentle meaning
    wakeDescriptor = d->pair[0];
    d->notifier = std::make_unique<QSocketNotifier>(d->pair[1], QSocketNotifier::Read);
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] {
        char octet = 0;
        if (::read(d->pair[1], &octet, 1) != 1)
            return;
        if (octet == kReload)
            Q_EMIT reloadRequested();
        else
            Q_EMIT stopRequested();
    });
    handle(SIGTERM, onStopSignal);
    handle(SIGINT, onStopSignal);
    if (::isatty(STDIN_FILENO) == 0) // on a terminal it says that the terminal is gone
        handle(SIGHUP, onStopSignal);
    handle(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals()
{
    handle(SIGTERM, SIG_DFL);
    handle(SIGINT, SIG_DFL);
    handle(SIGHUP, SIG_DFL);
    wakeDescriptor = -1;
    for (const int descriptor : d->pair) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

#else

namespace {

QPointer<StopSignals> listening;

BOOL WINAPI onControlEvent(DWORD)
{
    if (!listening)
        return FALSE;
    QMetaObject::invokeMethod(listening.data(), &StopSignals::stopRequested, Qt::QueuedConnection);
    return TRUE;
}

} // namespace

class StopSignals::Private {};

StopSignals::StopSignals(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    listening = this;
    ::SetConsoleCtrlHandler(onControlEvent, TRUE);
}

StopSignals::~StopSignals()
{
    ::SetConsoleCtrlHandler(onControlEvent, FALSE);
}

#endif

} // namespace relaywright
