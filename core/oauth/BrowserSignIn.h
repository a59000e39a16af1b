// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenRequest.h"
#include "core/oauth/TokenTrouble.h"

#include <QByteArray>
#include <QByteArrayView>

#include <variant>

namespace relaywright {

/// What makes a stolen code worthless (PKCE, RFC 7636 §4).
struct PkcePair {
    Secret verifier;      ///< 43 characters, kept here until the code is redeemed
    QByteArray challenge; ///< base64url of its SHA-256 (`S256`), shown to everybody
};
constexpr qsizetype kPkceOctets = 32;
/// `randomness` is kPkceOctets of a random number generator that nobody can guess (RFC 7636 §7.1).
[[nodiscard]] PkcePair pkceOf(const Secret &randomness);

/// What the browser brought back is a code to redeem,
struct RedirectCode {
    Secret code;
    bool operator==(const RedirectCode &) const = default;
};
/// or did not come from this sign-in (another page of the browser, an older try): answer it and go on listening,
struct ForeignRedirect {
    QString sentence;
    bool operator==(const ForeignRedirect &) const = default;
};
/// or the sign-in failed.
using RedirectAnswer = std::variant<RedirectCode, ForeignRedirect, TokenTrouble>;

/// One sign-in of a person in the system's browser: authorization code with PKCE, brought back to a port of this computer
/// (RFC 6749 §4.1, RFC 7636, RFC 8252 §7.3). Entra ignores the port of `http://localhost`, so any free one will do.
class BrowserSignIn {
public:
    /// What Entra shows. Words of `prompt`: none, select_account, login, consent.
    enum class Prompt { AsNeeded, ChooseAccount, EnterPassword, AskConsent };
    struct Wishes {
        QString loginHint{}; ///< name to fill in: scanner@contoso.com
        Prompt prompt = Prompt::AsNeeded;
        QString claims{}; ///< of a claims challenge (TokenTrouble::claims); empty: none
    };
    static constexpr qsizetype kRandomOctets = 2 * kPkceOctets; ///< for the state, and for PKCE

    /// Error: InvalidInput for port 0, too little randomness, or a client without scopes.
    [[nodiscard]] static Result<BrowserSignIn> begin(const TokenClient &client, quint16 port, const Secret &randomness,
                                                     const Wishes &wishes);

    /// Where to send the browser. Holds state and challenge, which are no secrets of the organisation, and no others.
    [[nodiscard]] const QUrl &url() const { return m_url; }
    [[nodiscard]] const QUrl &redirect() const { return m_redirect; }
    /// Reads the target of a request that came to the port, such as `/?code=…&state=…` (RFC 9112 §3.2.1). Whoever does
    /// not know the state cannot end the sign-in, neither well nor badly.
    [[nodiscard]] RedirectAnswer read(QByteArrayView target, const Knowledge &knowledge) const;
    /// What to ask the token endpoint with.
    [[nodiscard]] AuthorizationCodeGrant grantFor(const RedirectCode &code) const;

private:
    BrowserSignIn() = default;
    QUrl m_url;
    QUrl m_redirect;
    Secret m_state;
    Secret m_verifier;
};

constexpr qsizetype kMaxRedirectOctets = 16 * 1024;

} // namespace relaywright
