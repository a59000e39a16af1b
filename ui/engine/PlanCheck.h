// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Verification.h"
#include "ui/engine/Services.h"

#include <QTimer>

#include <memory>

namespace relaywright {

/// Runs the checks of the plan: all of them, or one line again. Findings are handed on in batches, a few in a second, so
/// that thousands of them do not hold the window up.
class PlanCheck : public QObject {
    Q_OBJECT
public:
    /// `services` outlive this.
    explicit PlanCheck(Services &services, QObject *parent = nullptr);
    ~PlanCheck() override;
    /// What a run with these settings would look at; asks nobody.
    [[nodiscard]] std::vector<Check> checks(const VerificationSettings &settings) const;
    /// Ends what is running, without a further signal of it, and begins. `settings.only` not empty: these lines alone.
    void start(const VerificationSettings &settings);
    /// Hands on what has come, then `finished`, at once; nothing when it is not running.
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_running != nullptr; }
    /// The ids of a run of single lines; empty for a whole run.
    [[nodiscard]] const QStringList &only() const { return m_only; }

Q_SIGNALS:
    void found(const std::vector<relaywright::Finding> &findings);
    void progressed(int done, int total);
    void finished(bool cancelled);

private:
    struct Running;
    void handOn();
    void end(bool cancelled);
    void drop();
    Services &m_services;
    std::unique_ptr<Running> m_running;
    QStringList m_only;
    std::vector<Finding> m_batch;
    int m_done = 0;
    int m_total = 0;
    QTimer m_pause;
};

} // namespace relaywright
