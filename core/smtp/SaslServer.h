// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/CramMd5.h"
#include "core/smtp/Sasl.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <variant>

namespace relaywright {

struct SaslChallenge { QByteArray line; }; ///< base64, to stand behind 334
struct SaslClaim {                         ///< not verified
    QString user;
    Secret password; ///< or access token
    std::optional<CramMd5Proof> proof{};
};
enum class SaslFault {
    Malformed, ///< 501: not base64, or not what the mechanism says
    Cancelled, ///< 501: the client sent `*` (RFC 4954 §4)
    Refused,   ///< 535: well formed, but no user name that could exist, or one who would act as another
};
using SaslStep = std::variant<SaslChallenge, SaslClaim, SaslFault>;

/// The server's side of one sign-in exchange: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), XOAUTH2. It only reads what
/// the client claims.
class SaslServer {
public:
    [[nodiscard]] static bool supports(AuthMechanism mechanism);
    /// `challenge` is CRAM-MD5's.
    explicit SaslServer(AuthMechanism mechanism, QByteArray challenge = {})
        : m_mechanism(mechanism), m_challenge(std::move(challenge))
    {
    }

    [[nodiscard]] AuthMechanism mechanism() const { return m_mechanism; }
    /// `initial` is the rest of the AUTH line, empty when there was none; `=` stands for an empty response.
    [[nodiscard]] SaslStep start(QByteArrayView initial);
    /// A line that answers a challenge, without CRLF.
    [[nodiscard]] SaslStep answer(QByteArrayView line);

private:
    [[nodiscard]] SaslStep onResponse(QByteArray &decoded);
    AuthMechanism m_mechanism;
    QByteArray m_challenge;
    std::optional<QString> m_user; ///< LOGIN: the first answer
};

} // namespace relaywright
