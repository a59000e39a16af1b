// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"

#include <QObject>

#include <memory>

namespace relaywright {

/// Asks a server whether it is our practice server, so that more may be sent to it than to any other. Two things must
/// hold: it greets as the practice server, and it is at a private address, where no tenant of Microsoft is. So nobody on
/// the internet can make us send a burst, neither by what a server says nor by what a name leads to. Who can put words
/// into a server's mouth inside one's own network stays able to; a series looks at the greeting of each of its tests
/// besides (TestJob::onlyPractice). It connects, reads the greeting and leaves; nothing secret is said.
///
/// Single use; it lives in the thread it was made in and needs an event loop there.
class PracticeLook : public QObject {
    Q_OBJECT
public:
    /// As the tests would connect. Through a proxy nobody sees the server's address, so the answer is no.
    explicit PracticeLook(const ConnectionSettings &settings, QObject *parent = nullptr);
    ~PracticeLook() override;

    void start();

Q_SIGNALS:
    void finished(bool isPractice); ///< exactly once, through the event loop

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
