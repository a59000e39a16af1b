// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/RelayEvents.h"

#include <QByteArray>
#include <QFile>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace relaywright {

/// The log in lines of JSON (`relaywright.relay-event/1`): private to its user (0600), and bounded: a file that has grown to
/// `maxOctets` becomes `FILE.1` in place of the one before. Lines are written a moment later, several at once. A disk that
/// is full, or a folder that is gone, costs lines and nothing else.
class EventLogFile : public QObject {
    Q_OBJECT
public:
    static constexpr qint64 kMaxOctets = 64ll << 20;

    EventLogFile(QString path, qint64 maxOctets = kMaxOctets, QObject *parent = nullptr);
    ~EventLogFile() override; ///< writes what is left

    /// Error: Storage when it cannot be written; Denied when it is a link or not a file.
    [[nodiscard]] Result<void> open();
    void write(const RelayEvent &event);
    /// Begins the file anew by its name: somebody has moved it (logrotate). It is also noticed without being told, within
    /// `kLookEvery`.
    void reopen();
    void flush();

Q_SIGNALS:
    /// Once per trouble, for another log: what is lost, and why. And that it is over.
    void troubled(const QString &sentence);

private:
    static constexpr std::chrono::seconds kLookEvery{5};
    static constexpr std::chrono::milliseconds kLeisure{200};
    static constexpr qsizetype kMaxUnwritten = 256 * 1024;

    void rotate();
    void fail(const QString &why);
    [[nodiscard]] bool wasMoved();

    QString m_path;
    qint64 m_maxOctets;
    QFile m_file;
    QByteArray m_unwritten;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_looked{};
    quint64 m_lost = 0;
    bool m_troubled = false;
};

} // namespace relaywright
