// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QSslCertificate>

#include <functional>

namespace relaywright {

/// The system's certificate authorities. They are read once per process, on a worker thread, because that takes up to half
/// a second. `done` runs in `context`'s thread: at once when they are there already, else through the event loop; it is
/// dropped if `context` is destroyed first.
void withSystemAuthorities(QObject *context, std::function<void(const QList<QSslCertificate> &)> done);

} // namespace relaywright
