// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/AssertionCheck.h"

#include "core/rehearsal/JsonWebToken.h"

namespace relaywright {

namespace {

constexpr qsizetype kMaxIdChars = 200;

EntraRefusal invalid(const char *why)
{
    return assertionInvalid(QString::fromLatin1(why));
}

/// The registered certificate that the assertion names.
std::optional<RsaCheckKey> keyFor(const JsonWebToken &token, const PracticeApplication &application)
{
    const QByteArray sha256 = token.header.value(u"x5t#S256").toString().toLatin1();
    const QByteArray sha1 = token.header.value(u"x5t").toString().toLatin1();
    for (const QByteArray &pem : application.certificatesPem) {
        auto key = RsaCheckKey::ofCertificate(pem);
        if (!key)
            continue;
        const bool isNamed =
            sha256.isEmpty() ? sha1 == base64Url(key->sha1Thumbprint()) : sha256 == base64Url(key->sha256Thumbprint());
        if (isNamed)
            return *key;
    }
    return std::nullopt;
}

} // namespace

std::optional<EntraRefusal> AssertionCheck::refuse(const Secret &assertion, const PracticeApplication &application,
                                                   const QStringList &audiences, TimePoint now)
{
    const auto token = JsonWebToken::parse(assertion);
    if (!token)
        return invalid("The assertion is no signed token that can be read.");
    const auto key = keyFor(*token, application);
    if (!key)
        return invalid("The certificate that it names is not registered on the application.");
    if (!key->verifies(*token))
        return invalid("The signature does not fit the certificate.");
    if (now < key->notBefore() || now >= key->expires())
        return invalid("The certificate is not within its validity period.");
    const QString id = token->claims.value(u"jti").toString();
    const auto begins = token->time(u"nbf");
    const auto ends = token->time(u"exp");
    if (!audiences.contains(token->claims.value(u"aud").toString()))
        return invalid("The audience (aud) is not this token endpoint.");
    if (token->claims.value(u"iss").toString().compare(application.id, Qt::CaseInsensitive) != 0
        || token->claims.value(u"sub").toString().compare(application.id, Qt::CaseInsensitive) != 0)
        return invalid("Issuer (iss) and subject (sub) are not the application.");
    if (!ends || !begins || *ends <= *begins || *ends - *begins > kLongestLife)
        return invalid("It does not say from when to when it is good (nbf, exp), or for longer than a day.");
    if (now + kTolerance < *begins || now - kTolerance >= *ends)
        return invalid("It is not within its valid time range. Compare the clocks.");
    if (id.isEmpty() || id.size() > kMaxIdChars)
        return invalid("It has no id (jti).");
    // Last: what is refused for another reason has not been used.
    std::erase_if(m_used, [now](const auto &used) { return used.second + kTolerance <= now; });
    if (m_used.size() >= kRemembered)
        return invalid("Too many assertions are in use. Wait until some have ended.");
    if (!m_used.emplace(application.id + u' ' + id, *ends).second)
        return invalid("Its id (jti) was used before. Each request needs an assertion of its own.");
    return std::nullopt;
}

} // namespace relaywright
