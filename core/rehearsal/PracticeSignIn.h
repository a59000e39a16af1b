// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/rehearsal/AssertionCheck.h"
#include "core/rehearsal/HttpRequest.h"
#include "core/rehearsal/PracticeGrants.h"
#include "core/rehearsal/PracticeScopes.h"
#include "core/rehearsal/PracticeTokenIssuer.h"
#include "core/rehearsal/SignInForm.h"

#include <QJsonObject>

#include <chrono>
#include <memory>
#include <optional>

namespace relaywright {

/// Who decides over a sign-in in a browser: somebody on the page, or nobody, so that a test need not read pages. At once it
/// is the user whom `login_hint` names, else the first.
enum class PracticeConsent { OnPage, AtOnce, Declined };

/// What a practice sign-in service has done so far.
struct SignInCounts {
    int requests = 0;
    int refused = 0; ///< requests that were answered with an error
    int waiting = 0; ///< those that were answered: not yet, ask again (RFC 8628 §3.5)
    int tokens = 0;  ///< access tokens issued
    int refreshTokens = 0;
    bool operator==(const SignInCounts &) const = default;
};

/// A practice Entra: request in, answer out; the clock and the randomness are the caller's. Endpoints, under the tenant's id,
/// one of its domains, or `organizations`:
/// - `GET oauth2/v2.0/authorize`: authorization code with PKCE S256, to `http://localhost` or a loopback address at any port,
///   with a page on which somebody chooses an account, or at once;
/// - `POST oauth2/v2.0/devicecode`, and the page `/devicelogin`;
/// - `POST oauth2/v2.0/token`: client_credentials (secret or assertion), authorization_code, device_code, refresh_token;
/// - `GET discovery/v2.0/keys` and `GET v2.0/.well-known/openid-configuration`.
/// Access tokens are JWTs, signed with RS256, with the claims of Entra's that decide over mail. Errors have Entra's form and
/// codes (EntraRefusal.h).
class PracticeSignIn {
public:
    static constexpr std::chrono::seconds kTokenLife{3599}; ///< Entra: 60 to 90 minutes

    /// `issuer` and `knowledge` outlive it; the issuer is of the directory's tenant, and knows its base.
    PracticeSignIn(std::shared_ptr<PracticeDirectory> directory, PracticeTokenIssuer &issuer, Randomness randomness,
                   const Knowledge &knowledge);

    [[nodiscard]] HttpReply answer(const HttpRequest &request, TimePoint now);
    /// An answer that says that the service cannot, now: 429, 500, 503.
    [[nodiscard]] HttpReply unavailableReply(int status, TimePoint now);

    [[nodiscard]] PracticeGrants &grants() { return m_grants; }
    [[nodiscard]] const SignInCounts &counts() const { return m_counts; }
    void setConsent(PracticeConsent consent) { m_consent = consent; }
    /// Every token request is refused with this code of `entraCodes`; nothing: as it deserves.
    void setRefusal(std::optional<int> code) { m_refusal = code; }
    void setTokenLife(std::chrono::seconds life) { m_tokenLife = life; }

private:
    template <class T>
    using Answer = tl::expected<T, EntraRefusal>;

    [[nodiscard]] HttpReply route(const HttpRequest &request, TimePoint now);
    [[nodiscard]] HttpReply refusal(const EntraRefusal &refusal, const HttpRequest &request, TimePoint now);
    // The token endpoint
    [[nodiscard]] Answer<QJsonObject> token(const HttpRequest &request, const QString &tenant, TimePoint now);
    [[nodiscard]] Answer<QJsonObject> deviceCode(const HttpRequest &request, const QString &tenant, TimePoint now);
    [[nodiscard]] Answer<const PracticeApplication *> applicationOf(const SignInForm &form,
                                                                    const QString &tenant) const;
    [[nodiscard]] Answer<bool> proof(const SignInForm &form, const PracticeApplication &application,
                                     const QString &tenant, TimePoint now);
    [[nodiscard]] Answer<QJsonObject> forApplication(const SignInForm &form, const PracticeApplication &application,
                                                     TimePoint now);
    [[nodiscard]] Answer<SignedInGrant> redeem(const SignInForm &form, const PracticeApplication &application,
                                               const QString &type, TimePoint now);
    [[nodiscard]] Answer<QJsonObject> forUser(const SignInForm &form, const PracticeApplication &application,
                                              const QString &type, TimePoint now);
    [[nodiscard]] QStringList assertionAudiences(const QString &tenant) const;
    // Pages (PracticeSignInPages.cpp)
    [[nodiscard]] HttpReply authorize(const HttpRequest &request, const QString &tenant, TimePoint now);
    [[nodiscard]] HttpReply decide(const HttpRequest &request, TimePoint now);
    [[nodiscard]] HttpReply deviceLogin(const HttpRequest &request, TimePoint now);
    [[nodiscard]] HttpReply decided(const CodeWish &wish, const PracticeUser *user, const Secret &password,
                                    TimePoint now);
    [[nodiscard]] Answer<void> admit(const PracticeUser &user, const Secret &password) const;
    [[nodiscard]] HttpReply redirectWith(const CodeWish &wish, const EntraRefusal &refusal, TimePoint now);
    [[nodiscard]] QString usersToChoose() const;
    [[nodiscard]] EntraTrace trace(const HttpRequest *request, TimePoint now) const;

    std::shared_ptr<PracticeDirectory> m_directory;
    PracticeTokenIssuer &m_issuer;
    Randomness m_random;
    const Knowledge &m_knowledge;
    PracticeGrants m_grants;
    AssertionCheck m_assertions;
    PracticeConsent m_consent = PracticeConsent::OnPage;
    std::chrono::seconds m_tokenLife = kTokenLife;
    std::optional<int> m_refusal{};
    SignInCounts m_counts;
};

} // namespace relaywright
