// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Terminal.h"

#include <QTimer>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

#ifdef Q_OS_WIN
#include <io.h>
#include <windows.h>
#else
#include <termios.h>
#include <unistd.h>
#endif

namespace relaywright::cli {

namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void noteInterrupt(int)
{
    g_interrupted = 1;
}

/// Switches the terminal's echo off for its lifetime.
class SilentInput {
public:
#ifdef Q_OS_WIN
    SilentInput() : m_input(GetStdHandle(STD_INPUT_HANDLE))
    {
        GetConsoleMode(m_input, &m_before);
        SetConsoleMode(m_input, m_before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    }
    ~SilentInput()
    {
        SetConsoleMode(m_input, m_before);
    }

private:
    HANDLE m_input;
    DWORD m_before = 0;
#else
    SilentInput()
    {
        tcgetattr(STDIN_FILENO, &m_before);
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentInput()
    {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }

private:
    termios m_before{};
#endif
    Q_DISABLE_COPY(SilentInput)
};

} // namespace

bool standardInputIsTerminal()
{
#ifdef Q_OS_WIN
    return _isatty(_fileno(stdin)) != 0;
#else
    return isatty(STDIN_FILENO) != 0;
#endif
}

Result<Secret> askSecret(const QString &prompt)
{
    std::fputs(prompt.toLocal8Bit().constData(), stderr);
    std::fflush(stderr);
    std::array<char, 4096> line{};
    const SilentInput silent;
    const bool read = std::fgets(line.data(), static_cast<int>(line.size()), stdin) != nullptr;
    std::fputc('\n', stderr);
    QByteArray typed(read ? line.data() : "");
    line.fill(0);
    while (typed.endsWith('\n') || typed.endsWith('\r'))
        typed.chop(1);
    if (typed.isEmpty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("Nothing was typed, so nothing was stored."));
    return Secret(std::move(typed));
}

bool askYes(const QString &question)
{
    std::fputs(question.toLocal8Bit().constData(), stderr);
    std::fflush(stderr);
    std::array<char, 256> line{};
    return std::fgets(line.data(), static_cast<int>(line.size()), stdin) != nullptr
           && (line[0] == 'y' || line[0] == 'Y');
}

void onInterrupt(QObject *context, std::function<void()> onInterrupt)
{
    std::signal(SIGINT, noteInterrupt);
    std::signal(SIGTERM, noteInterrupt);
    // A handler may do next to nothing, and Windows has no pipe to wake the loop with: look ten times a second.
    auto *look = new QTimer(context);
    QObject::connect(look, &QTimer::timeout, context, [look, onInterrupt = std::move(onInterrupt)] {
        if (g_interrupted == 0)
            return;
        look->stop();
        onInterrupt();
    });
    look->start(100);
}

} // namespace relaywright::cli
