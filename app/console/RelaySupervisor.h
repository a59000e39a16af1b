// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"
#include "core/relay/RelayConfig.h"
#include "ui/engine/RelayHost.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QTimer>

#include <deque>

namespace relaywright {

/// Starts, watches and restarts `relaywrightd`. The relay is a process of its own that outlives the console when the
/// user wants it so: it is started detached, watched over its control socket, and one that already runs is taken over.
class RelaySupervisor : public RelayHost {
    Q_OBJECT
public:
    struct Options {
        QString program;                          ///< path of relaywrightd
        QString configFile;                       ///< where the configuration is kept between runs
        QString logFile;                          ///< what the relay writes to stderr
        QString name = QStringLiteral("default"); ///< of the control socket
        QString spoolFolder;                      ///< empty: the relay's own choice
    };
    explicit RelaySupervisor(Options options, QObject *parent = nullptr);
    ~RelaySupervisor() override;

    /// Reads the kept configuration and looks whether a relay runs already.
    void begin();
    [[nodiscard]] State state() const override { return m_state; }
    [[nodiscard]] QString problem() const override { return m_problem; }
    [[nodiscard]] const std::optional<RelayStatus> &status() const override { return m_status; }
    [[nodiscard]] const std::optional<RelayConfig> &config() const override { return m_config; }
    void start(const RelayConfig &config, const std::optional<Secret> &password) override;
    void reload(const RelayConfig &config, const std::optional<Secret> &password, QObject *context,
                std::function<void(Result<void>)> done) override;
    void stop() override;
    [[nodiscard]] ControlClient &control() override { return m_control; }
    /// Of the relay that this supervisor started; 0 when it started none.
    [[nodiscard]] qint64 processId() const { return m_pid; }

private:
    void launch();
    void readConfig();
    /// Reads the kept file again when somebody else wrote it.
    void lookAtConfig();
    void poll();
    void onAnswer(const RelayStatus &status);
    void onSilence(const Error &error);
    void onDied();
    void sendPassword();
    void tellUnreadable(const Error &error);
    void setState(State state, const QString &problem = {});
    [[nodiscard]] RelayConfig supervised(RelayConfig config) const;
    [[nodiscard]] Result<void> keepConfig(const RelayConfig &config);
    [[nodiscard]] QString lastLogLine() const;

    Options m_options;
    ControlClient m_control;
    QTimer m_timer;
    State m_state = State::Off;
    QString m_problem;
    std::optional<RelayStatus> m_status;
    std::optional<RelayConfig> m_config;
    std::optional<Secret> m_password;
    QDateTime m_fileTime;      ///< of the kept file, as we last read or wrote it
    bool m_unreadable = false; ///< the kept file holds what we could not read: it is not ours to lose
    bool m_wanted = false;
    bool m_launchWhenGone = false;
    bool m_asking = false;
    qint64 m_pid = 0;
    QElapsedTimer m_clock;
    qint64 m_startedAtMs = 0;
    std::deque<qint64> m_restarts;
};

} // namespace relaywright
