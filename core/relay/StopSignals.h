// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace relaywright {

/// Turns the system's wish that the process ends (SIGTERM, SIGINT; on Windows the console's control events) into a signal
/// in the event loop. One per process.
class StopSignals : public QObject {
    Q_OBJECT
public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

Q_SIGNALS:
    void stopRequested();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
