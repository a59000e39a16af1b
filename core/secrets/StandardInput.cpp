// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/StandardInput.h"

#include <cstdio>

#ifdef Q_OS_WIN
#include <qt_windows.h>
#else
#include <termios.h>
#include <unistd.h>
#endif

namespace relaywright {

namespace {

/// Switches the terminal's echo off as long as it lives; does nothing where standard input is no terminal.
class NoEcho {
public:
    NoEcho(const NoEcho &) = delete;
    NoEcho &operator=(const NoEcho &) = delete;
#ifdef Q_OS_WIN
    NoEcho() : m_console(GetStdHandle(STD_INPUT_HANDLE)), m_isTerminal(GetConsoleMode(m_console, &m_mode) != 0)
    {
        if (m_isTerminal)
            SetConsoleMode(m_console, m_mode & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    }
    ~NoEcho()
    {
        if (m_isTerminal)
            SetConsoleMode(m_console, m_mode);
    }

private:
    HANDLE m_console;
    DWORD m_mode = 0;
    bool m_isTerminal;
#else
    NoEcho() : m_isTerminal(tcgetattr(STDIN_FILENO, &m_mode) == 0)
    {
        if (!m_isTerminal)
            return;
        termios silent = m_mode;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~NoEcho()
    {
        if (m_isTerminal)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_mode);
    }

private:
    termios m_mode{};
    bool m_isTerminal;
#endif
};

} // namespace

QByteArray readLineUnseen(qsizetype maxOctets)
{
    const NoEcho noEcho;
    QByteArray line;
    line.reserve(maxOctets); // so that growing leaves no copies of a password behind
    for (int octet = std::fgetc(stdin); octet != EOF && octet != '\n' && line.size() < maxOctets;
         octet = std::fgetc(stdin))
        line += static_cast<char>(octet);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

} // namespace relaywright
