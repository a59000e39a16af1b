// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/PracticeSignIn.h"
#include "core/rehearsal/PracticeTokenJudge.h"
#include "core/rehearsal/PracticeWebSettings.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace relaywright {

/// A practice sign-in service on this computer (PracticeSignIn): where programs and devices get access tokens for the practice
/// SMTP server and the practice Graph, which know them by `judge`. It lives in the thread it was made in and needs an event
/// loop there.
///
/// ```
/// PracticeSignInService service({}, madeUpDirectory({domain}, {user}, randomOctets), clock, Knowledge::builtIn());
/// if (const auto started = service.start(); !started) …
/// const auto where = IdentityService::at(service.baseUrl(), *EntraTenant::parse(service.directory().tenantId));
/// ```
class PracticeSignInService : public QObject {
    Q_OBJECT
public:
    /// `clock` and `knowledge` outlive it.
    PracticeSignInService(PracticeWebSettings settings, PracticeDirectory directory, const Clock &clock,
                          const Knowledge &knowledge, QObject *parent = nullptr);
    ~PracticeSignInService() override;

    /// Error: Unreachable when the address cannot be bound, TlsFailed when no certificate, Unsupported when no key for tokens
    /// could be made.
    [[nodiscard]] Result<void> start();
    /// What was issued stays good: after another start the same keys sign. An address with port 0 changes, though, and with
    /// it the issuer.
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] QUrl baseUrl() const;            ///< `https://127.0.0.1:PORT`
    [[nodiscard]] QByteArray authorityPem() const; ///< give this to clients; empty without TLS
    [[nodiscard]] PracticeDirectory &directory();  ///< may be changed at any time, but for its tenant id
    [[nodiscard]] PracticeGrants &grants();        ///< to revoke sign-ins, and to set what they are good for
    [[nodiscard]] const SignInCounts &counts() const;
    [[nodiscard]] std::shared_ptr<const PracticeTokenIssuer> issuer() const;
    /// Knows the tokens of this service and what they are good for; for a practice SMTP server and a practice Graph.
    [[nodiscard]] std::shared_ptr<const PracticeTokenJudge> judge() const;
    /// From now on a new key signs. Error: Unsupported.
    [[nodiscard]] Result<void> rotateKey();
    void setFaults(const PracticeWebFaults &faults);
    void setConsent(PracticeConsent consent); ///< OnPage unless it is set

Q_SIGNALS:
    /// A request was answered: `POST /TENANT/oauth2/v2.0/token 401 AADSTS7000215`, without query and secrets. A poll that came
    /// too early ends with the word waiting: `POST /TENANT/oauth2/v2.0/token 400 AADSTS70016 waiting`, and without a code
    /// where it came too often.
    void requestAnswered(const QString &line);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
