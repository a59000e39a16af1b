// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenAnswer.h"

#include <QByteArray>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace relaywright {

/// Carries questions to a token endpoint over HTTP and reads what comes back (Qt Network). An answer is bounded in time and in
/// octets (kMaxTokenAnswerOctets). Redirects are not followed, because they would take the secrets elsewhere; there are no
/// cookies, no cache and no compression. Goes through the system's proxy.
///
/// What it hands to Qt Network for sending is a copy that Qt frees and does not overwrite.
class TokenCarrier : public QObject {
    Q_OBJECT
public:
    struct Settings {
        std::chrono::milliseconds patience =
            std::chrono::seconds(30); ///< from the question to the last octet of its answer
        QByteArray authoritiesPem{};  ///< trusted besides the system's, such as a practice server's
        bool systemProxy = true;
    };
    using Done = std::function<void(TokenAnswer)>;
    using CodeDone = std::function<void(DeviceCodeAnswer)>;

    /// `clock` and `knowledge` outlive it. It lives in a thread with an event loop.
    TokenCarrier(Settings settings, const Clock &clock, const Knowledge &knowledge, QObject *parent = nullptr);
    /// What is under way is dropped: nobody is called.
    ~TokenCarrier() override;

    /// `done` is called once, later, in this thread; never when `context` is destroyed first, which ends the question too. No
    /// answer at all is a TokenTrouble as well (`troubleWithoutAnswer`).
    void ask(const TokenRequest &request, QObject *context, Done done);
    void askForDeviceCode(const TokenRequest &request, QObject *context, CodeDone done);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
