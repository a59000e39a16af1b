// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/DeliveryDesk.h"
#include "core/relay/Verdict.h"
#include "core/smtp/Sasl.h"

#include <QObject>

#include <memory>
#include <optional>

namespace relaywright {

/// How the relay signs in to one smart host: by password or by access tokens. What is not at hand is asked for, once.
class HostSignIn : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// As the configuration says; null for a host that wants no sign-in. `desk` and `host` outlive it.
    [[nodiscard]] static std::unique_ptr<HostSignIn> of(const RelayUpstream &host, DeliveryDesk &desk);

    /// Nothing that may be tried is at hand: `ask` for it.
    [[nodiscard]] virtual bool isMissing() const = 0;
    /// For a connection that is opened now; nothing while it is missing.
    [[nodiscard]] virtual std::optional<Credentials> credentials() = 0;
    /// Ends with `changed` or `failed`; nothing happens while something is at hand or asked for already.
    virtual void ask() = 0;
    /// The host took a message, or refused the sign-in, of a connection that signed in with it. `onRefused` is true when
    /// something else may do better at once: then the host need not be held.
    virtual void onAccepted(const Secret &) {}
    [[nodiscard]] virtual bool onRefused(const Secret &secret) = 0;
    /// Somebody mended something.
    virtual void tryNow() {}
    /// Whether an operator can type it.
    [[nodiscard]] virtual bool takesPassword() const { return false; }
    virtual void setPassword(const Secret &) {}

Q_SIGNALS:
    void changed();
    /// There is none, what that means for the way to the host, and for how long asking again is of no use.
    void failed(relaywright::RouteNews news, const QString &sentence, std::chrono::milliseconds atLeast);
    /// After `failed`: asking again may do better now.
    void mended();
};

} // namespace relaywright
