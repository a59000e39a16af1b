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
enum class AuthMechanism { Auto, Plain, Login, CramMd5, XOAuth2 };

[[nodiscard]] QByteArray toWire(AuthMechanism mechanism); ///< `PLAIN`, `LOGIN`, `CRAM-MD5`, `XOAUTH2`
[[nodiscard]] std::optional<AuthMechanism> parseAuthMechanism(const QString &word); ///< contract words, any case

/// User name and password, or user name and access token for XOAUTH2.
struct Credentials {
    QString user{};
    Secret secret{};
    AuthMechanism mechanism = AuthMechanism::Auto;
};

/// The mechanism to use. With Auto the order is CRAM-MD5 only without TLS, else PLAIN, LOGIN, CRAM-MD5.
/// Error: Unsupported when the server does not offer it; `detail` names what is offered.
[[nodiscard]] Result<AuthMechanism> chooseMechanism(AuthMechanism wanted, const QByteArrayList &offered,
                                                    bool tlsActive);

/// The client's side of one sign-in exchange: challenges in, answers out (RFC 4954, RFC 4616, RFC 2195).
class SaslClient {
public:
    virtual ~SaslClient() = default;
    /// The initial response to go on the AUTH line, not yet base64; nothing when the mechanism waits for a challenge.
    [[nodiscard]] virtual std::optional<QByteArray> initialResponse() = 0;
    /// The answer to a decoded challenge. Error: InvalidInput when the exchange makes no sense.
    [[nodiscard]] virtual Result<QByteArray> answer(const QByteArray &challenge) = 0;
};

[[nodiscard]] std::unique_ptr<SaslClient> makeSaslClient(AuthMechanism mechanism, const Credentials &credentials);

/// The user name and password that a PLAIN response carries (RFC 4616 §2). Error: InvalidInput.
struct PlainResponse {
    QString authorizationId;
    QString user;
    Secret password;
};
[[nodiscard]] Result<PlainResponse> parsePlainResponse(QByteArrayView decoded);

} // namespace relaywright
