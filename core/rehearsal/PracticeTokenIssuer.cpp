// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeTokenIssuer.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

QString PracticeTokenIssuer::issuer() const
{
    return m_base.toString(QUrl::FullyEncoded) + u'/' + m_tenantId + u'/';
}

Result<void> PracticeTokenIssuer::rotateKey()
{
    auto key = RsaSigningKey::make();
    if (!key)
        return tl::unexpected(key.error());
    m_keys.push_front(std::move(*key));
    m_signed = 0;
    if (m_keys.size() > kPublishedKeys)
        m_keys.pop_back();
    return {};
}

Secret PracticeTokenIssuer::issue(QJsonObject claims, TimePoint now, std::chrono::seconds life)
{
    // Not before the next token: until then nobody who has looked at the published keys can know the new one.
    if (m_tokensOfAKey && m_signed >= *m_tokensOfAKey)
        (void)rotateKey();
    ++m_signed;
    const qint64 issued = numericDate(now);
    claims.insert(QStringLiteral("iss"), issuer());
    claims.insert(QStringLiteral("tid"), m_tenantId);
    claims.insert(QStringLiteral("ver"), QStringLiteral("1.0"));
    claims.insert(QStringLiteral("iat"), issued);
    claims.insert(QStringLiteral("nbf"), issued);
    claims.insert(QStringLiteral("exp"), issued + qint64(life.count()));
    return hasKey() ? m_keys.front().sign(claims) : Secret();
}

QJsonObject PracticeTokenIssuer::keySet() const
{
    QJsonArray keys;
    for (const RsaSigningKey &key : m_keys)
        keys += key.publicJwk();
    return {{QStringLiteral("keys"), keys}};
}

Result<TokenClaims> PracticeTokenIssuer::read(const Secret &token) const
{
    const auto parsed = JsonWebToken::parse(token);
    if (!parsed)
        return tl::unexpected(parsed.error());
    const QString kid = parsed->header.value(u"kid").toString();
    const auto key =
        std::find_if(m_keys.begin(), m_keys.end(), [&kid](const RsaSigningKey &one) { return one.id() == kid; });
    // Signed with RS256 only: an attacker must not choose how it is checked.
    if (key == m_keys.end() || parsed->header.value(u"alg").toString() != QLatin1String("RS256")
        || !key->checkKey().verifies(*parsed))
        return failure(ErrorKind::Denied,
                       QStringLiteral("No key of this sign-in service has signed the token. Fetch one from it."));
    if (parsed->claims.value(u"iss").toString() != issuer() || parsed->claims.value(u"tid").toString() != m_tenantId)
        return failure(
            ErrorKind::Denied,
            QStringLiteral("The token names another issuer or tenant. Fetch one from this sign-in service."));
    return readAccessToken(token);
}

} // namespace relaywright
