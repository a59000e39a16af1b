// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Propagation.h"
#include "ui/engine/Services.h"

#include <QObject>

#include <memory>

namespace relaywright {

/// Watches who already sees a record as it is published now, one record at a time.
class RecordWatch : public QObject {
    Q_OBJECT
public:
    /// `services` outlive this.
    explicit RecordWatch(Services &services, QObject *parent = nullptr);
    ~RecordWatch() override;
    /// Ends the older watch. `expected`: see Propagation::Settings.
    void start(const QString &name, DnsType type, const QByteArray &expected);
    /// What has been seen stays.
    void stop();
    /// Forgets what has been seen as well.
    void clear();
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    /// Null before the first start and after `clear`.
    [[nodiscard]] const Propagation *propagation() const;

Q_SIGNALS:
    /// A server answered, or the watch began, stopped or ended.
    void changed();

private:
    struct Running;
    Services &m_services;
    std::unique_ptr<Running> m_running;
    bool m_isRunning = false;
};

} // namespace relaywright
