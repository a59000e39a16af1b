// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/BrowserSignIn.h"
#include "core/oauth/TokenAnswer.h"

#include <QObject>
#include <QUrl>

#include <chrono>
#include <memory>

namespace relaywright {

class TokenCarrier;

/// One person signs in once: in the browser of this computer, or with a code in any browser. Single use; going away ends it.
class PersonSignIn : public QObject {
    Q_OBJECT
public:
    /// `carrier`, `clock` and `knowledge` outlive it.
    PersonSignIn(TokenClient client, TokenCarrier &carrier, const Clock &clock, const Knowledge &knowledge,
                 QObject *parent = nullptr);
    ~PersonSignIn() override;

    /// Waits at a free port of this computer for what the browser brings back (RFC 8252 §7.3), `patience` long at most.
    /// Error: InvalidInput as BrowserSignIn::begin; Unreachable when no port can be had.
    [[nodiscard]] Result<void> inBrowser(const BrowserSignIn::Wishes &wishes,
                                         std::chrono::milliseconds patience = std::chrono::minutes(10));
    /// Error: InvalidInput as deviceCodeRequest.
    [[nodiscard]] Result<void> withDeviceCode();

Q_SIGNALS:
    /// Open this in the browser of this computer.
    void browserWanted(const QUrl &url);
    /// Show where to go and what to enter there.
    void codeOffered(const relaywright::DeviceCodeOffer &offer);
    /// Once. A device code that nobody entered in time is a trouble.
    void finished(const relaywright::TokenAnswer &answer);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
