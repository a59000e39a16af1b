// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenCarrier.h"
#include "core/prove/SetUpProof.h"
#include "ui/engine/Services.h"

#include <QObject>

#include <memory>
#include <optional>

namespace relaywright {

/// Proves that an account can send, one account at a time, and goes on while other pages are looked at. A success is noted
/// in the account.
class SetUpDesk : public QObject {
    Q_OBJECT
public:
    /// How it stands with the proof that runs, or with the last one.
    struct Standing {
        QString account{}; ///< empty: there was none yet
        bool isRunning = false;
        int tries = 0;
        ProofStep step = ProofStep::Token;     ///< of the try that runs
        std::optional<ProofFinding> finding{}; ///< of the last try that ended
        std::optional<TimePoint> next{};       ///< when it is tried again; nothing: a try runs, or none will
        TimePoint until{};                     ///< when it is given up
    };

    /// `services` outlive it.
    explicit SetUpDesk(Services &services, QObject *parent = nullptr);
    ~SetUpDesk() override;

    /// Ends the one that runs. `name` is the account's.
    void prove(const QString &name, const ProofWish &wish, SetUpProof::Pauses pauses = {});
    void stop();
    [[nodiscard]] const Standing &standing() const { return m_standing; }

Q_SIGNALS:
    void changed();

private:
    void onWait(const ProofFinding &finding, TimePoint next);
    void onFinished(const ProofFinding &finding);
    void note();
    void end();

    Services &m_services;
    TokenCarrier m_carrier;
    std::unique_ptr<SetUpProof> m_proof;
    Standing m_standing;
};

} // namespace relaywright
