// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRequest.h"

#include <QString>
#include <QStringList>

namespace relaywright {

/// The words of a command for a POSIX shell, quoted when it is written down.
class CommandWords {
public:
    explicit CommandWords(const QString &program) : m_words{program} {}
    void add(const char *option) { m_words += QLatin1String(option); }
    void add(const char *option, const QString &value);
    void addIf(const char *option, const QString &value); ///< where there is a value
    [[nodiscard]] QString line() const;

private:
    QStringList m_words;
};

/// `word` so that a POSIX shell gives it back unchanged.
[[nodiscard]] QString shellQuoted(const QString &word);

// What both programs need of a test.

/// The name that is asked for in the handshake (SNI), or the server's host.
[[nodiscard]] QString handshakeName(const TestRequest &request);
[[nodiscard]] bool isAddress(const QString &name);

} // namespace relaywright
