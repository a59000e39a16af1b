// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Sasl.h"

#include "core/base/Text.h"
#include "core/smtp/SaslGnu.h"

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

using enum AuthMechanism;

constexpr std::array<std::pair<AuthMechanism, QLatin1String>, 10> kWords{{
    {Auto, QLatin1String("auto")},
    {Plain, QLatin1String("plain")},
    {Login, QLatin1String("login")},
    {CramMd5, QLatin1String("cram-md5")},
    {Ntlm, QLatin1String("ntlm")},
    {ScramSha1, QLatin1String("scram-sha-1")},
    {ScramSha256, QLatin1String("scram-sha-256")},
    {External, QLatin1String("external")},
    {XOAuth2, QLatin1String("xoauth2")},
    {OAuthBearer, QLatin1String("oauthbearer")},
}};

// The best first: what does not show the password before what does, a standard before a habit.
constexpr std::array kWithTls{ScramSha256, ScramSha1, Plain, Login, CramMd5, Ntlm};
constexpr std::array kWithToken{XOAuth2, OAuthBearer};
constexpr std::array kWithoutTls{ScramSha256, ScramSha1, CramMd5, Plain, Login, Ntlm};

bool canDo(AuthMechanism mechanism)
{
    return !isDoneByGnuSasl(mechanism) || gnuSaslSupports(mechanism);
}

bool isToken(QByteArrayView secret)
{
    return std::ranges::all_of(secret, [](char c) { return c > ' ' && c < 0x7f; }); // RFC 6750 §2.1, and more
}

QString listOf(const QByteArrayList &offered)
{
    return offered.isEmpty() ? QStringLiteral("none at all") : printable(offered.join(", "), 200);
}

tl::unexpected<Error> cannotDo(AuthMechanism mechanism)
{
    return failure(ErrorKind::Unsupported,
                   QStringLiteral("This computer's GNU SASL library was built without %1. Choose another mechanism.")
                       .arg(QLatin1String(toWire(mechanism))));
}

Result<AuthMechanism> asWanted(AuthMechanism wanted, const QByteArrayList &offered)
{
    if (!offered.contains(toWire(wanted)))
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("The server does not offer the sign-in mechanism %1; it offers %2.")
                           .arg(QLatin1String(toWire(wanted)), listOf(offered)));
    if (!canDo(wanted))
        return cannotDo(wanted);
    return wanted;
}

} // namespace

QByteArray toWire(AuthMechanism mechanism)
{
    return toString(mechanism).toLatin1().toUpper();
}

QString toString(AuthMechanism mechanism)
{
    for (const auto &[value, word] : kWords) {
        if (value == mechanism)
            return word;
    }
    Q_UNREACHABLE();
}

std::optional<AuthMechanism> parseAuthMechanism(const QString &word)
{
    for (const auto &[value, known] : kWords) {
        if (word.compare(known, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

QStringList authMechanismWords()
{
    QStringList words;
    for (const auto &[value, word] : kWords)
        words += word;
    return words;
}

bool showsSecret(AuthMechanism mechanism)
{
    switch (mechanism) {
    case CramMd5:
    case ScramSha1:
    case ScramSha256:
    case External: return false;
    case Auto:
    case Plain:
    case Login:
    case Ntlm:
    case XOAuth2:
    case OAuthBearer: return true;
    }
    Q_UNREACHABLE();
}

bool takesToken(AuthMechanism mechanism)
{
    return mechanism == XOAuth2 || mechanism == OAuthBearer;
}

QString credentialsFault(const Credentials &credentials)
{
    const bool needsUser = credentials.mechanism != External && credentials.mechanism != Auto;
    const bool certificateMaySignIn = !needsUser && credentials.secret.isEmpty();
    if (hasControlCharacters(credentials.user) || (credentials.user.isEmpty() && !certificateMaySignIn)
        || credentials.secret.reveal().contains('\0'))
        return QStringLiteral("The user name is empty or holds a control character, or the password holds a NUL. Enter "
                              "them again.");
    if (hasControlCharacters(credentials.authorizationId) || hasControlCharacters(credentials.realm))
        return QStringLiteral("The name to act as, or the domain, holds a control character. Enter it again.");
    const bool givesToken = takesToken(credentials.mechanism) || credentials.isToken;
    if (givesToken && !isToken(credentials.secret.reveal()))
        return QStringLiteral("The access token holds a blank, a line end or another character that no token has. Copy "
                              "it again, whole and alone.");
    return {};
}

Result<AuthMechanism> chooseMechanism(const Credentials &credentials, const QByteArrayList &offered, bool tlsActive)
{
    if (credentials.mechanism != Auto)
        return asWanted(credentials.mechanism, offered);
    if (credentials.secret.isEmpty())
        return asWanted(External, offered);
    if (credentials.isToken) {
        const auto found = std::ranges::find_if(
            kWithToken, [&](AuthMechanism mechanism) { return offered.contains(toWire(mechanism)); });
        if (found != kWithToken.end())
            return *found;
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("The server offers no sign-in with an access token; it offers %1. Is this the "
                                      "submission port (587), and is TLS on?")
                           .arg(listOf(offered)));
    }
    for (const AuthMechanism mechanism : tlsActive ? kWithTls : kWithoutTls) {
        if (offered.contains(toWire(mechanism)) && canDo(mechanism))
            return mechanism;
    }
    return failure(ErrorKind::Unsupported,
                   QStringLiteral("The server offers no sign-in with a password that Relaywright can do; it offers %1. "
                                  "Is this the submission port (587), and is TLS on?")
                       .arg(listOf(offered)));
}

Result<PlainResponse> parsePlainResponse(QByteArrayView decoded)
{
    const qsizetype first = decoded.indexOf('\0');
    const qsizetype second = first < 0 ? -1 : decoded.indexOf('\0', first + 1);
    if (second < 0 || decoded.indexOf('\0', second + 1) >= 0)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("A PLAIN response has three parts divided by NUL (RFC 4616 §2); this one has not."));
    const QString user = QString::fromUtf8(decoded.sliced(first + 1, second - first - 1));
    const QString authorizationId = QString::fromUtf8(decoded.first(first));
    if (user.isEmpty() || second + 1 == decoded.size() || hasControlCharacters(user)
        || hasControlCharacters(authorizationId))
        return failure(ErrorKind::InvalidInput, QStringLiteral("The user name or the password of the PLAIN response is "
                                                               "empty, or the name holds a control character."));
    return PlainResponse{authorizationId, user, Secret(decoded.sliced(second + 1).toByteArray())};
}

} // namespace relaywright
