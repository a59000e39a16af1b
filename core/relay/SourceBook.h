// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/DeviceProfiles.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

namespace relaywright {

/// All that a relay knows of those who send to it, with the private file that keeps it between two runs. The file is
/// written every few minutes when something has changed, by a thread of its own, and at the end; after a crash the last
/// minutes are missing from it.
class SourceBook : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::minutes kWritesEvery{5};

    /// `folder` is private to its user; `clock` outlives it. A file that cannot be read is no error: the book is empty.
    SourceBook(const QString &folder, const Clock &clock, QObject *parent = nullptr);
    ~SourceBook() override;

    [[nodiscard]] SourceLimits &limits() { return m_limits; }
    [[nodiscard]] const DeviceProfiles &profiles() const { return m_profiles; }
    void record(const MailSource &source, const DeviceProfile &conversation);
    /// Writes now what has changed; waits for it. The destructor does it too.
    void save();

Q_SIGNALS:
    /// A conversation has ended. `isNew`: the first of this source.
    void sourceSeen(const relaywright::MailSource &source, bool isNew);
    void logged(const QString &line);

private:
    [[nodiscard]] SourceMemory memory() const;
    void saveSoon();
    void write(const SourceMemory &memory);

    QString m_file;
    const Clock &m_clock;
    DeviceProfiles m_profiles;
    SourceLimits m_limits;
    QTimer m_timer;
    QThreadPool m_thread;
    bool m_changed = false;
    bool m_failed = false; ///< told already
};

} // namespace relaywright
