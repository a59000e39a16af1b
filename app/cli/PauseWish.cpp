// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PauseWish.h"

#include "app/cli/Terminal.h"

#include <QTimer>

#include <chrono>
#include <csignal>
#include <optional>

#ifdef Q_OS_WIN
#include <conio.h>
#else
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace relaywright::cli {

namespace {

constexpr std::chrono::milliseconds kLookEvery{100};

#ifdef Q_OS_WIN

class Keys {
public:
    std::optional<char> next()
    {
        return standardInputIsTerminal() && _kbhit() != 0 ? std::optional(static_cast<char>(_getch())) : std::nullopt;
    }
};

std::optional<PauseWish> signalled()
{
    return std::nullopt;
}

void listenToSignals() {}

#else

volatile std::sig_atomic_t g_pause = 0;
volatile std::sig_atomic_t g_goOn = 0;
volatile std::sig_atomic_t g_continued = 0;

void noteSignal(int signal)
{
    if (signal == SIGUSR1)
        g_pause = 1;
    else if (signal == SIGUSR2)
        g_goOn = 1;
    else
        g_continued = 1;
}

void listenToSignals()
{
    std::signal(SIGUSR1, noteSignal);
    std::signal(SIGUSR2, noteSignal);
    std::signal(SIGCONT, noteSignal); // a shell may have set its own manners of the terminal meanwhile
}

std::optional<PauseWish> signalled()
{
    if (std::exchange(g_pause, 0) != 0)
        return PauseWish::Pause;
    if (std::exchange(g_goOn, 0) != 0)
        return PauseWish::GoOn;
    return std::nullopt;
}

/// Reads single keys from the terminal, which gives lines otherwise, and puts it back in the end. In the background it
/// leaves the terminal alone: there the system would stop the program for touching it.
class Keys {
public:
    Keys() { take(); }
    ~Keys()
    {
        if (m_taken && inForeground())
            tcsetattr(STDIN_FILENO, TCSANOW, &m_before);
    }
    std::optional<char> next()
    {
        if (!inForeground())
            return std::nullopt;
        if (!m_taken || std::exchange(g_continued, 0) != 0)
            take();
        pollfd input{STDIN_FILENO, POLLIN, 0};
        char key = 0;
        if (::poll(&input, 1, 0) == 1 && (input.revents & POLLIN) != 0 && ::read(STDIN_FILENO, &key, 1) == 1)
            return key;
        return std::nullopt;
    }

private:
    static bool inForeground() { return standardInputIsTerminal() && tcgetpgrp(STDIN_FILENO) == getpgrp(); }
    void take()
    {
        if (!inForeground() || (!m_taken && tcgetattr(STDIN_FILENO, &m_before) != 0))
            return;
        m_taken = true;
        termios keys = m_before;
        keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        keys.c_cc[VMIN] = 0;
        keys.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &keys);
    }

    termios m_before{};
    bool m_taken = false;
    Q_DISABLE_COPY(Keys)
};

#endif

/// Looks ten times a second, as for interrupts: a handler of signals may do next to nothing.
class Look : public QTimer {
public:
    Look(QObject *context, std::function<void(PauseWish)> onWish) : QTimer(context), m_onWish(std::move(onWish))
    {
        listenToSignals();
        callOnTimeout(this, [this] { look(); });
        start(kLookEvery);
    }

private:
    void look()
    {
        if (const auto wish = signalled())
            m_onWish(*wish);
        while (const auto key = m_keys.next()) {
            if (*key == 'p' || *key == 'P')
                m_onWish(PauseWish::Either);
        }
    }

    std::function<void(PauseWish)> m_onWish;
    Keys m_keys;
};

} // namespace

void onPauseWish(QObject *context, std::function<void(PauseWish)> onWish)
{
    new Look(context, std::move(onWish)); // owned by the context
}

} // namespace relaywright::cli
