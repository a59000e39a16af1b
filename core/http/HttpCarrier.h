// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/HttpQuestion.h"

#include <QByteArray>
#include <QObject>

#include <functional>
#include <memory>

namespace relaywright {

/// Carries questions over HTTP/1.1 and brings their answers (Qt Network), bounded in time and in octets. Redirects are not
/// followed, because they would take the secrets elsewhere; there are no cookies, no cache, no compression and no second
/// try: what was sent is sent once. Goes through the system's proxy, HTTP or SOCKS, without a sign-in of its own.
///
/// What it hands to Qt Network for sending is a copy that Qt frees and does not overwrite.
class HttpCarrier : public QObject {
    Q_OBJECT
public:
    struct Settings {
        QByteArray authoritiesPem{}; ///< trusted besides the system's, such as a practice server's
        bool systemProxy = true;
    };
    using Done = std::function<void(HttpOutcome)>;

    /// It lives in a thread with an event loop.
    explicit HttpCarrier(Settings settings, QObject *parent = nullptr);
    /// What is under way is dropped: nobody is called.
    ~HttpCarrier() override;

    /// `done` is called once, later, in this thread; never when `context` is destroyed first, which ends the question too.
    void ask(const HttpQuestion &question, QObject *context, Done done);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
