// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"

#include <QObject>
#include <QSaveFile>

namespace relaywright {

/// Writes a message of the relay's queue into a file that only its owner may read, piece by piece as the relay sends it.
/// Deletes itself.
class QueueSave : public QObject {
    Q_OBJECT
public:
    /// `control` outlives this.
    QueueSave(ControlClient &control, const QString &id, const QString &path, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    /// Exactly once. `problem` is a sentence, such as that the message was delivered meanwhile; empty: the file is there.
    void finished(const QString &problem);

private:
    void end(const QString &problem);
    [[nodiscard]] QString storageProblem() const;

    ControlClient &m_control;
    QString m_id;
    QSaveFile m_file;
};

} // namespace relaywright
