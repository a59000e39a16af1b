// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace relaywright {

/// Turns the system's wishes into signals in the event loop: that the process ends (SIGTERM, SIGINT; on Windows the
/// console's control events), and that it reads its configuration again (SIGHUP, but not on a terminal; Windows has no such thing). One per
/// process.
class StopSignals : public QObject {
    Q_OBJECT
public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

Q_SIGNALS:
    void stopRequested();
    void reloadRequested();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
