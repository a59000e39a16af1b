// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/oauth/AccessToken.h"
#include "core/rehearsal/JsonWebToken.h"

#include <QJsonObject>
#include <QUrl>

#include <chrono>
#include <deque>
#include <optional>
#include <utility>

namespace relaywright {

/// Signs the access tokens of a practice tenant and knows them again: what a practice SMTP server and a practice Graph share
/// with the practice sign-in service. One thread.
class PracticeTokenIssuer {
public:
    static constexpr std::size_t kPublishedKeys = 3; ///< the one that signs, and those before it

    /// `tenantId` is a GUID. It has no key yet.
    explicit PracticeTokenIssuer(QString tenantId) : m_tenantId(std::move(tenantId)) {}

    /// Where the service is; set before the first token.
    void setBase(const QUrl &base) { m_base = base; }
    [[nodiscard]] const QUrl &base() const { return m_base; }
    [[nodiscard]] const QString &tenantId() const { return m_tenantId; }
    /// Claim `iss`: `https://127.0.0.1:PORT/TENANT/`. Entra's tokens of version 1.0, as Exchange Online and Graph want them,
    /// have such a one, too, while the metadata of version 2.0 name one that ends with `v2.0`.
    [[nodiscard]] QString issuer() const;

    /// A token with these claims and iss, tid, ver, iat, nbf and exp; empty without a key.
    [[nodiscard]] Secret issue(QJsonObject claims, TimePoint now, std::chrono::seconds life);
    /// From now on a new key signs before a key has signed more than so many tokens; nothing: one signs all. Where none can be
    /// made the one before goes on.
    void setTokensOfAKey(std::optional<int> most) { m_tokensOfAKey = most; }
    /// From now on a new key signs. Those before it stay published, `kPublishedKeys` in all. Error: Unsupported when none can
    /// be made; then all stays as it was.
    [[nodiscard]] Result<void> rotateKey();
    [[nodiscard]] bool hasKey() const { return !m_keys.empty(); }
    /// A JWKS (RFC 7517 §5), the key that signs first.
    [[nodiscard]] QJsonObject keySet() const;

    /// What an access token says, if a published key signed it and it names this issuer and tenant. Whether it has ended,
    /// and what it is good for, is for the asker to judge (`judgeToken`).
    /// Error: InvalidInput where it cannot be read, Denied where it is somebody else's.
    [[nodiscard]] Result<TokenClaims> read(const Secret &token) const;

private:
    QString m_tenantId;
    QUrl m_base;
    std::deque<RsaSigningKey> m_keys; ///< newest first
    std::optional<int> m_tokensOfAKey{};
    int m_signed = 0; ///< with the newest
};

} // namespace relaywright
