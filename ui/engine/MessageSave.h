// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRun.h"

#include <QObject>
#include <QPointer>
#include <QSaveFile>

namespace relaywright {

/// Writes the message of a run into a file, octet by octet as it was sent, a piece for each turn of the event loop: a
/// large one neither fills the memory nor holds the window up. Only its owner may read the file. Deletes itself.
class MessageSave : public QObject {
    Q_OBJECT
public:
    MessageSave(const TestRun &run, const QString &path, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    /// Exactly once. `problem` is a sentence: the file cannot be written, or the run went before; empty: it is there.
    void finished(const QString &problem);

private:
    void next();
    void end(const QString &problem);
    [[nodiscard]] QString storageProblem() const;

    QPointer<const TestRun> m_run;
    QSaveFile m_file;
    qint64 m_written = 0;
};

} // namespace relaywright
