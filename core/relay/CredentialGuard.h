// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Alerts.h"
#include "core/relay/DeliveryDesk.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// Looks after the accounts whose access tokens the relay signs in with: when their client secret or certificate ends, as
/// far as that is written somewhere, and once a day whether they still sign in, also when there is no mail. Silent: what it
/// asks for is a token, and nothing is sent with it.
class CredentialGuard : public QObject {
public:
    struct Parts { ///< what it refers to outlives it
        const Clock &clock;
        /// The user's accounts (readAccountBook), which know when a client secret ends, and go before what the configuration
        /// says of it: who replaces a secret writes it down there. Empty: there are none.
        QString accountBook;
        DeliveryDesk::KeeperOf keeperOf;
    };
    explicit CredentialGuard(Parts parts);
    ~CredentialGuard() override;

    /// All smart hosts of the configuration; those that sign in with tokens are looked after from now on.
    void setHosts(const std::vector<RelayRoute> &routes);
    /// Every few seconds. Asks what is to be asked and answers what is known.
    [[nodiscard]] std::vector<AlertFacts::Credential> look();

private:
    struct Guarded {
        QString name; ///< the mailbox that sends
        std::shared_ptr<TokenKeeper> keeper;
        std::optional<QDate> written; ///< in the configuration, when the secret ends
        std::optional<TimePoint> ends{};
        TimePoint asked{};
    };
    void readEnds();
    void test(Guarded &one, TimePoint now);

    Parts m_parts;
    std::vector<Guarded> m_guarded;
    TimePoint m_endsRead{};
};

} // namespace relaywright
