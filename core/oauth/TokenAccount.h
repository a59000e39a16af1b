// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/oauth/TokenJudgement.h"
#include "core/oauth/TokenRequest.h"
#include "core/oauth/TokenScopes.h"

#include <QString>
#include <QUrl>

#include <optional>
#include <variant>

namespace relaywright {

/// By what an account proves who it is. The secrets themselves are elsewhere; these say where.
/// The application signs in as itself, with a client secret,
struct KeptClientSecret {
    SecretRef secret;
    bool operator==(const KeptClientSecret &) const = default;
};
/// or with a key that belongs to a certificate,
struct KeptCertificate {
    QString certificateFile; ///< PEM; perhaps with its chain
    SecretRef key;           ///< PEM
    std::optional<SecretRef> passphrase{};
    bool operator==(const KeptCertificate &) const = default;
};
/// or a person signed in once, and what that left behind is renewed from then on. Kept in the keychain only: each use may
/// bring a new one, which replaces it.
struct KeptRefreshToken {
    QString keychainName;
    bool operator==(const KeptRefreshToken &) const = default;
};
using AccountProof = std::variant<KeptClientSecret, KeptCertificate, KeptRefreshToken>;

/// Where the tokens of one account come from.
struct TokenAccount {
    EntraTenant tenant;
    ApplicationId application;
    AccountProof proof;
    TokenUse use = TokenUse::ClientSubmission;
    Cloud cloud = Cloud::Worldwide;
    std::optional<QUrl> service{}; ///< in place of Entra, such as a practice service: scheme, host and port
    QString caFile{};              ///< PEM, trusted at the sign-in service besides the system's; empty: none
    bool operator==(const TokenAccount &) const = default;

    [[nodiscard]] TokenHolder holder() const
    {
        return std::holds_alternative<KeptRefreshToken>(proof) ? TokenHolder::User : TokenHolder::Application;
    }
};

/// Who asks, whom and for what; still without a proof. Reads the authorities' file. Error: as IdentityService::at;
/// InvalidInput when that file cannot be read or holds no certificate.
[[nodiscard]] Result<TokenClient> clientOf(const TokenAccount &account, const Knowledge &knowledge);

/// So much life is left at least to a token that is handed out: signing in and sending take their time, and High Volume
/// Email refuses those that end soon.
[[nodiscard]] std::chrono::seconds tokenMargin(TokenUse use, const Knowledge &knowledge);

} // namespace relaywright
