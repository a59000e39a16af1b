// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/DeliveryDesk.h"

#include "core/mail/DkimSigner.h"

#include <QObject>

#include <vector>

namespace relaywright {

/// The private keys with which a route signs, fetched one after another when they are first wanted, and again after a
/// while when one cannot be had.
class SigningKeys : public QObject {
    Q_OBJECT
public:
    /// `desk` outlives it.
    SigningKeys(std::vector<DkimSigning> signings, std::chrono::milliseconds again, DeliveryDesk &desk,
                QObject *parent);

    /// All are there; when they are not they are fetched, and `changed` follows.
    [[nodiscard]] bool areReady();
    /// One cannot be had: `reason` says which and why, and it is not tried before `again`.
    [[nodiscard]] bool areMissing() const { return m_state == State::Missing; }
    [[nodiscard]] const QString &reason() const { return m_reason; }
    [[nodiscard]] TimePoint again() const { return m_again; }
    [[nodiscard]] const std::vector<DkimSigner> &signers() const { return m_signers; }
    void tryNow() { m_again = {}; }

Q_SIGNALS:
    void changed();

private:
    enum class State { Unknown, Asked, Ready, Missing };
    void fetch(std::size_t index);
    void onFetched(std::size_t index, const Result<Secret> &pem);

    std::vector<DkimSigning> m_signings;
    std::chrono::milliseconds m_wait;
    DeliveryDesk &m_desk;
    std::vector<DkimSigner> m_signers;
    State m_state = State::Unknown;
    QString m_reason;
    TimePoint m_again{};
};

} // namespace relaywright
