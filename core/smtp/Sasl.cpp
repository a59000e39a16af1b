// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Sasl.h"

#include "core/base/Text.h"

#include <QMessageAuthenticationCode>

#include <array>

namespace relaywright {

namespace {

constexpr std::array<std::pair<AuthMechanism, QLatin1String>, 5> kWords{{
    {AuthMechanism::Auto, QLatin1String("auto")},
    {AuthMechanism::Plain, QLatin1String("plain")},
    {AuthMechanism::Login, QLatin1String("login")},
    {AuthMechanism::CramMd5, QLatin1String("cram-md5")},
    {AuthMechanism::XOAuth2, QLatin1String("xoauth2")},
}};

tl::unexpected<Error> outOfStep(QLatin1String mechanism)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("The server asked for more than %1 has to say; it does not follow the mechanism.")
                       .arg(mechanism));
}

class PlainClient final : public SaslClient {
public:
    explicit PlainClient(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override
    {
        return QByteArray(1, '\0') + m_credentials.user.toUtf8() + '\0' + m_credentials.secret.reveal().toByteArray();
    }
    Result<QByteArray> answer(const QByteArray &) override { return outOfStep(QLatin1String("PLAIN")); }

private:
    Credentials m_credentials;
};

/// No standard; servers ask "Username:" and "Password:" in words of their own, so only the order counts.
class LoginClient final : public SaslClient {
public:
    explicit LoginClient(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override { return std::nullopt; }
    Result<QByteArray> answer(const QByteArray &) override
    {
        switch (m_step++) {
        case 0: return m_credentials.user.toUtf8();
        case 1: return m_credentials.secret.reveal().toByteArray();
        default: return outOfStep(QLatin1String("LOGIN"));
        }
    }

private:
    Credentials m_credentials;
    int m_step = 0;
};

class CramMd5Client final : public SaslClient {
public:
    explicit CramMd5Client(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override { return std::nullopt; }
    Result<QByteArray> answer(const QByteArray &challenge) override
    {
        if (m_answered || challenge.isEmpty()) // an empty challenge would make every answer the same
            return outOfStep(QLatin1String("CRAM-MD5"));
        m_answered = true;
        const QByteArray digest = QMessageAuthenticationCode::hash(
            challenge, m_credentials.secret.reveal().toByteArray(), QCryptographicHash::Md5);
        return m_credentials.user.toUtf8() + ' ' + digest.toHex();
    }

private:
    Credentials m_credentials;
    bool m_answered = false;
};

/// Microsoft and Google; a refused token comes as a challenge with JSON in it, which an empty answer ends.
class XOAuth2Client final : public SaslClient {
public:
    explicit XOAuth2Client(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override
    {
        return "user=" + m_credentials.user.toUtf8() + "\1auth=Bearer " + m_credentials.secret.reveal().toByteArray()
               + "\1\1";
    }
    Result<QByteArray> answer(const QByteArray &) override
    {
        if (m_refused)
            return outOfStep(QLatin1String("XOAUTH2"));
        m_refused = true;
        return QByteArray();
    }

private:
    Credentials m_credentials;
    bool m_refused = false;
};

} // namespace

QByteArray toWire(AuthMechanism mechanism)
{
    for (const auto &[value, word] : kWords) {
        if (value == mechanism)
            return QByteArray(word.data(), word.size()).toUpper();
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

Result<AuthMechanism> chooseMechanism(AuthMechanism wanted, const QByteArrayList &offered, bool tlsActive)
{
    const QString list = offered.isEmpty() ? QStringLiteral("none at all") : printable(offered.join(", "), 200);
    if (wanted != AuthMechanism::Auto) {
        if (offered.contains(toWire(wanted)))
            return wanted;
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("The server does not offer the sign-in mechanism %1; it offers %2.")
                           .arg(QLatin1String(toWire(wanted)), list));
    }
    using enum AuthMechanism;
    const std::array order = tlsActive ? std::array{Plain, Login, CramMd5} : std::array{CramMd5, Plain, Login};
    for (const AuthMechanism mechanism : order) {
        if (offered.contains(toWire(mechanism)))
            return mechanism;
    }
    return failure(ErrorKind::Unsupported,
                   QStringLiteral("The server offers no sign-in with a password that Relaywright can do; it offers %1. "
                                  "Is this the submission port (587), and is TLS on?")
                       .arg(list));
}

std::unique_ptr<SaslClient> makeSaslClient(AuthMechanism mechanism, const Credentials &credentials)
{
    switch (mechanism) {
    case AuthMechanism::Auto:
    case AuthMechanism::Plain: return std::make_unique<PlainClient>(credentials);
    case AuthMechanism::Login: return std::make_unique<LoginClient>(credentials);
    case AuthMechanism::CramMd5: return std::make_unique<CramMd5Client>(credentials);
    case AuthMechanism::XOAuth2: return std::make_unique<XOAuth2Client>(credentials);
    }
    Q_UNREACHABLE();
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
