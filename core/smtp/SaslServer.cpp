// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/SaslServer.h"

#include "core/base/Text.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kMaxUserChars = 320;

bool isPossibleUser(const QString &user)
{
    return !user.isEmpty() && user.size() <= kMaxUserChars && !hasControlCharacters(user)
           && !user.contains(QChar::ReplacementCharacter);
}

SaslStep claim(const QString &user, Secret password)
{
    if (!isPossibleUser(user))
        return SaslFault::Refused;
    return SaslClaim{user, std::move(password)};
}

std::optional<QByteArray> decode(QByteArrayView base64)
{
    if (base64 == QByteArrayView("="))
        return QByteArray();
    QByteArray copy = base64.toByteArray();
    auto decoded =
        QByteArray::fromBase64Encoding(copy, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    wipe(copy);
    if (!decoded)
        return std::nullopt;
    return std::move(decoded.decoded);
}

SaslStep plain(const QByteArray &response)
{
    auto parsed = parsePlainResponse(response);
    if (!parsed) // three parts with an impossible user or no password are a wrong sign-in, anything else is no PLAIN at all
        return response.count('\0') == 2 ? SaslFault::Refused : SaslFault::Malformed;
    // Nobody may act as another here.
    if (!parsed->authorizationId.isEmpty() && parsed->authorizationId != parsed->user)
        return SaslFault::Refused;
    return claim(parsed->user, std::move(parsed->password));
}

/// `user=NAME ^A auth=Bearer TOKEN ^A ^A` (Microsoft's and Google's XOAUTH2 documents).
SaslStep xoauth2(QByteArrayView response)
{
    constexpr QByteArrayView kUser("user=");
    constexpr QByteArrayView kScheme("auth=Bearer ");
    const qsizetype divider = response.indexOf('\x01');
    if (divider < 0 || !response.startsWith(kUser) || !response.endsWith("\x01\x01"))
        return SaslFault::Malformed;
    const QByteArrayView name = response.first(divider).sliced(kUser.size());
    if (response.size() < divider + 3) // the divider is one of the two that end it
        return SaslFault::Malformed;
    const QByteArrayView bearer = response.sliced(divider + 1).chopped(2);
    const bool asBearer = bearer.size() >= kScheme.size()
                          && bearer.first(kScheme.size()).compare(kScheme, Qt::CaseInsensitive) == 0;
    if (!asBearer || bearer.contains('\x01'))
        return SaslFault::Malformed;
    return claim(QString::fromUtf8(name), Secret(bearer.sliced(kScheme.size()).toByteArray()));
}

/// `name digest`; names may hold blanks (RFC 2195 §2).
SaslStep cramMd5(const QByteArray &challenge, QByteArrayView response)
{
    constexpr qsizetype kDigestDigits = 32;
    const qsizetype space = response.lastIndexOf(' ');
    const QByteArray digest = response.sliced(space + 1).toByteArray();
    const bool isDigest = digest.size() == kDigestDigits && std::ranges::all_of(digest, [](char c) {
                              return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                          });
    if (space < 0 || !isDigest)
        return SaslFault::Malformed;
    SaslStep step = claim(QString::fromUtf8(response.first(space)), {});
    if (auto *claimed = std::get_if<SaslClaim>(&step))
        claimed->proof = CramMd5Proof{challenge, digest};
    return step;
}

} // namespace

bool SaslServer::supports(AuthMechanism mechanism)
{
    return mechanism == AuthMechanism::Plain || mechanism == AuthMechanism::Login || mechanism == AuthMechanism::CramMd5
           || mechanism == AuthMechanism::XOAuth2;
}

SaslStep SaslServer::start(QByteArrayView initial)
{
    if (m_mechanism == AuthMechanism::CramMd5) // the server speaks first (RFC 4954 §4)
        return initial.isEmpty() ? SaslStep(SaslChallenge{m_challenge.toBase64()}) : SaslFault::Malformed;
    if (!initial.isEmpty())
        return answer(initial);
    return SaslChallenge{m_mechanism == AuthMechanism::Login ? QByteArrayLiteral("VXNlcm5hbWU6") : QByteArray()};
}

SaslStep SaslServer::answer(QByteArrayView line)
{
    if (line == QByteArrayView("*"))
        return SaslFault::Cancelled;
    auto decoded = decode(line);
    if (!decoded)
        return SaslFault::Malformed;
    SaslStep step = onResponse(*decoded);
    wipe(*decoded);
    return step;
}

SaslStep SaslServer::onResponse(QByteArray &decoded)
{
    switch (m_mechanism) {
    case AuthMechanism::Plain: return plain(decoded);
    case AuthMechanism::CramMd5: return cramMd5(m_challenge, decoded);
    case AuthMechanism::XOAuth2: return xoauth2(decoded);
    case AuthMechanism::Login:
        if (m_user)
            return claim(*m_user, Secret(std::move(decoded)));
        m_user = QString::fromUtf8(decoded);
        return SaslChallenge{QByteArrayLiteral("UGFzc3dvcmQ6")};
    case AuthMechanism::Auto:
    case AuthMechanism::Ntlm:
    case AuthMechanism::ScramSha1:
    case AuthMechanism::ScramSha256:
    case AuthMechanism::External:
    case AuthMechanism::OAuthBearer: break; // see supports()
    }
    return SaslFault::Malformed;
}

} // namespace relaywright
