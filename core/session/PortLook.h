// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/session/ProbeBlame.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// Connects to several ports of one address side by side, says nothing, and closes. `done` runs once, when the last has an
/// answer or its time is over; not at all when this is destroyed before. Needs an event loop.
class PortLook : public QObject {
public:
    PortLook(const IpAddress &address, const std::vector<std::uint16_t> &ports, std::chrono::milliseconds limit,
             std::function<void(std::vector<PortSight>)> done, QObject *parent = nullptr);
    ~PortLook() override;
    void start();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
