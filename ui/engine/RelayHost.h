// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QObject>

#include <functional>
#include <optional>

namespace relaywright {

class ControlClient;
struct RelayConfig; // named only: every page includes this, and few need to know them
struct RelayStatus;

/// The relay as the window sees it: a process somewhere that can be started, stopped and asked. The console's
/// supervisor implements it with `relaywrightd`; a test may put another one in its place.
class RelayHost : public QObject {
    Q_OBJECT
public:
    enum class State {
        Off,
        Starting,
        Running,
        Stopping,
        Failed, ///< it should run and does not; `problem` says why
    };
    using QObject::QObject;

    [[nodiscard]] virtual State state() const = 0;
    /// One sentence with the next step; empty when there is nothing to say.
    [[nodiscard]] virtual QString problem() const = 0;
    /// The last answer of the running relay.
    [[nodiscard]] virtual const std::optional<RelayStatus> &status() const = 0;
    /// What it is or was last started with; nothing before the first time.
    [[nodiscard]] virtual const std::optional<RelayConfig> &config() const = 0;
    /// `password` is for this run only, where there is no keychain; otherwise the relay reads it by the configuration's
    /// reference. Starting again with another configuration restarts it.
    virtual void start(const RelayConfig &config, const std::optional<Secret> &password) = 0;
    /// From now on a running relay works by `config`, and nothing restarts: what is being taken or delivered goes on.
    /// `password` as for `start`. `done` gets what the relay refused; then it works on as before, and so does the kept
    /// configuration. Only where `needsRestart` (RelaySettings.h) says no.
    virtual void reload(const RelayConfig &config, const std::optional<Secret> &password, QObject *context,
                        std::function<void(Result<void>)> done) = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual ControlClient &control() = 0;

Q_SIGNALS:
    void stateChanged();
    void statusChanged();
    /// Another program wrote the kept configuration: `config` is what it says now.
    void configChanged();
};

} // namespace relaywright
