// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeGraphService.h"
#include "core/rehearsal/PracticeSignInService.h"
#include "core/rehearsal/PracticeTenant.h"

#include <memory>
#include <optional>

namespace relaywright {

/// What the services of a practice tenant on the web shall be.
struct PracticeWebChoice {
    Endpoint signIn{Host::of(IpAddress::fromV4(0x7f000001)), 0}; ///< port 0: any free one
    std::optional<Endpoint> graph{};                             ///< nothing: there is no Graph
    PracticeWebFaults faults{};
    bool tls = true;                ///< false: http, for programs on this computer
    std::optional<Secret> secret{}; ///< of the practice application; nothing: one is made up
};

/// A practice sign-in service for the mailboxes of a practice tenant, with one application, and perhaps a practice Graph. Its
/// tenant id, application and made-up secret are new with each one.
class PracticeWeb {
public:
    /// `identity` signs for both; `clock` and `knowledge` outlive it. Mailboxes are the accounts whose names are addresses;
    /// a tenant without domains has contoso.com.
    PracticeWeb(const PracticeWebChoice &choice, const PracticeTenant &tenant,
                std::shared_ptr<PracticeIdentity> identity, const Clock &clock, const Knowledge &knowledge);
    /// Error: Unreachable when an address cannot be bound, TlsFailed, Unsupported.
    [[nodiscard]] Result<void> start();
    void stop();
    /// Another tenant and other faults from now on. Who was there before stays who it was, and what was issued stays good.
    void follow(const PracticeTenant &tenant, const PracticeWebFaults &faults);

    [[nodiscard]] PracticeSignInService &signIn() const { return *m_signIn; }
    [[nodiscard]] PracticeGraphService *graph() const { return m_graph.get(); } ///< nullptr where none was asked for
    [[nodiscard]] const PracticeDirectory &directory() const { return m_signIn->directory(); }
    [[nodiscard]] const PracticeApplication &application() const { return directory().applications.front(); }
    [[nodiscard]] const PracticeWebFaults &faults() const { return m_faults; }
    /// The application's, where it was made up and so may be shown; another one is its owner's business: nothing.
    [[nodiscard]] std::optional<Secret> madeUpSecret() const;

private:
    std::unique_ptr<PracticeSignInService> m_signIn;
    std::unique_ptr<PracticeGraphService> m_graph;
    PracticeWebFaults m_faults;
    bool m_isSecretMadeUp;
};

} // namespace relaywright
