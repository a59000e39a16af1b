// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace relaywright {

/// Work that would hold the window up, on a thread of its own, one piece after the other. A worker that ends waits for its
/// work, so keep it as the last member: what the work reads is still there then.
class Worker {
public:
    Worker() { m_pool.setMaxThreadCount(1); }

    /// `work` runs there and gives a value; `done` gets it in `context`'s thread, unless `context` is gone by then.
    /// `context` must not end before the worker.
    template <class Work, class Done>
    void run(QObject *context, Work work, Done done)
    {
        m_pool.start([context, work = std::move(work), done = std::move(done)]() mutable {
            auto value = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                context, [value, done = std::move(done)]() mutable { done(std::move(*value)); }, Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
};

} // namespace relaywright
