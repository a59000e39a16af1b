// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// Sign-in mechanisms; `Auto` takes the best that the server offers and we can do (see `chooseMechanism`).
enum class AuthMechanism { Auto, Plain, Login, CramMd5, Ntlm, ScramSha1, ScramSha256, External, XOAuth2, OAuthBearer };

[[nodiscard]] QByteArray toWire(AuthMechanism mechanism);                           ///< `PLAIN`, `SCRAM-SHA-256`, ...
[[nodiscard]] QString toString(AuthMechanism mechanism);                            ///< contract words: `scram-sha-256`
[[nodiscard]] std::optional<AuthMechanism> parseAuthMechanism(const QString &word); ///< contract words, any case
/// Every contract word, `auto` first.
[[nodiscard]] QStringList authMechanismWords();

/// What a mechanism shows to somebody who reads the line, and what it needs.
[[nodiscard]] bool showsSecret(AuthMechanism mechanism); ///< PLAIN, LOGIN, tokens; NTLM too: its hash is soon broken
[[nodiscard]] bool takesToken(AuthMechanism mechanism);  ///< XOAUTH2, OAUTHBEARER: `secret` is an access token

/// User name and password, or user name and access token. EXTERNAL needs neither: the client certificate signs in.
struct Credentials {
    QString user{};
    Secret secret{};
    AuthMechanism mechanism = AuthMechanism::Auto;
    QString authorizationId{}; ///< act as another user: PLAIN, SCRAM and EXTERNAL know that; empty: as oneself
    QString realm{};           ///< NTLM's domain; empty: what stands in `user` (`DOMAIN\name`), or none
    bool isToken = false;      ///< with Auto: `secret` is an access token, for XOAUTH2 or OAUTHBEARER
};

/// What is wrong with the credentials themselves for the mechanism they ask for, a whole sentence; empty: nothing.
[[nodiscard]] QString credentialsFault(const Credentials &credentials);

/// The mechanism to use. With Auto the order is SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN, CRAM-MD5, NTLM; without TLS
/// CRAM-MD5 comes before PLAIN; with no secret only EXTERNAL, with a token XOAUTH2 before OAUTHBEARER. Whether it is one is
/// never guessed.
/// Error: Unsupported when the server does not offer it (`detail` names what is offered), or this build cannot do it.
[[nodiscard]] Result<AuthMechanism> chooseMechanism(const Credentials &credentials, const QByteArrayList &offered,
                                                    bool tlsActive);

/// The client's side of one sign-in exchange: challenges in, answers out (RFC 4422, RFC 4954). What it answers may hold
/// the password: who asks wipes it. GNU SASL keeps a copy of the password for SCRAM and NTLM as long as the exchange
/// lasts, and does not overwrite it.
class SaslClient {
public:
    virtual ~SaslClient() = default;
    /// The initial response to go on the AUTH line, not yet base64; nothing when the mechanism waits for a challenge.
    [[nodiscard]] virtual std::optional<QByteArray> initialResponse() = 0;
    /// The answer to a decoded challenge. Error: InvalidInput when the exchange makes no sense, Denied when the server
    /// does not know the password that it should check.
    [[nodiscard]] virtual Result<QByteArray> answer(const QByteArray &challenge) = 0;
    /// True when what was said last would help a stranger. A user name, a nonce or an empty answer would not.
    [[nodiscard]] virtual bool saidSecret() const { return true; }
    /// True when the server's yes may be believed: SCRAM asks it to prove that it knows the password (RFC 5802 §3).
    [[nodiscard]] virtual bool mayEnd() const { return true; }
};

/// PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), EXTERNAL (RFC 4422 app. A), XOAUTH2 and OAUTHBEARER (RFC 7628) are ours;
/// SCRAM (RFC 5802, 7677) and NTLM are done by GNU SASL. Error: Unsupported when its build cannot do the mechanism.
[[nodiscard]] Result<std::unique_ptr<SaslClient>> makeSaslClient(AuthMechanism mechanism,
                                                                 const Credentials &credentials);

/// The user name and password that a PLAIN response carries (RFC 4616 §2). Error: InvalidInput.
struct PlainResponse {
    QString authorizationId;
    QString user;
    Secret password;
};
[[nodiscard]] Result<PlainResponse> parsePlainResponse(QByteArrayView decoded);

} // namespace relaywright
