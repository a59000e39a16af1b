// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SystemAuthorities.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QPromise>
#include <QSslConfiguration>
#include <QThreadPool>

#include <memory>

namespace relaywright {

namespace {

using Certificates = QList<QSslCertificate>;

QFuture<Certificates> startReading()
{
    const auto promise = std::make_shared<QPromise<Certificates>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise] {
        promise->addResult(QSslConfiguration::systemCaCertificates());
        promise->finish();
    });
    return promise->future();
}

} // namespace

void withSystemAuthorities(QObject *context, std::function<void(const Certificates &)> done)
{
    static const QFuture<Certificates> reading = startReading();
    if (reading.isFinished())
        return done(reading.result());
    auto *watcher = new QFutureWatcher<Certificates>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done = std::move(done)] {
        watcher->deleteLater();
        done(watcher->result());
    });
    watcher->setFuture(reading);
}

} // namespace relaywright
