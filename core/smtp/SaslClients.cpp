// SPDX-License-Identifier: GPL-3.0-or-later
// The mechanisms that are ours; GNU SASL does the rest.
#include "core/smtp/CramMd5.h"
#include "core/smtp/Sasl.h"
#include "core/smtp/SaslGnu.h"

namespace relaywright {

namespace {

tl::unexpected<Error> outOfStep(QLatin1String mechanism)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("The server asked for more than %1 has to say; it does not follow the mechanism.")
                       .arg(mechanism));
}

/// `before`, the secret and `after`, in an array that never grew: growing would leave pieces of the secret behind.
QByteArray around(const QByteArray &before, const Secret &secret, const QByteArray &after = {})
{
    QByteArray whole;
    whole.reserve(before.size() + secret.reveal().size() + after.size());
    whole.append(before).append(secret.reveal()).append(after);
    return whole;
}

class PlainClient final : public SaslClient {
public:
    explicit PlainClient(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override
    {
        return around(m_credentials.authorizationId.toUtf8() + '\0' + m_credentials.user.toUtf8() + '\0',
                      m_credentials.secret);
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
    bool saidSecret() const override { return m_step > 1; }

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
        return m_credentials.user.toUtf8() + ' ' + cramMd5Digest(challenge, m_credentials.secret);
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
        return around("user=" + m_credentials.user.toUtf8() + "\1auth=Bearer ", m_credentials.secret, "\1\1");
    }
    Result<QByteArray> answer(const QByteArray &) override
    {
        if (m_refused)
            return outOfStep(QLatin1String("XOAUTH2"));
        m_refused = true;
        return QByteArray();
    }
    bool saidSecret() const override { return !m_refused; }

private:
    Credentials m_credentials;
    bool m_refused = false;
};

/// RFC 7628. As with XOAUTH2 a refused token comes as a challenge with JSON in it; ^A ends it (§3.2.3).
class OAuthBearerClient final : public SaslClient {
public:
    explicit OAuthBearerClient(const Credentials &credentials) : m_credentials(credentials) {}
    std::optional<QByteArray> initialResponse() override
    {
        QByteArray name = m_credentials.user.toUtf8(); // a saslname (RFC 5801 §4)
        name.replace('=', "=3D").replace(',', "=2C");
        return around("n,a=" + name + ",\1auth=Bearer ", m_credentials.secret, "\1\1");
    }
    Result<QByteArray> answer(const QByteArray &) override
    {
        if (m_refused)
            return outOfStep(QLatin1String("OAUTHBEARER"));
        m_refused = true;
        return QByteArray(1, '\1');
    }
    bool saidSecret() const override { return !m_refused; }

private:
    Credentials m_credentials;
    bool m_refused = false;
};

/// The TLS client certificate signs in (RFC 4422 appendix A); what is said is only whom to act as.
class ExternalClient final : public SaslClient {
public:
    explicit ExternalClient(const Credentials &credentials)
        : m_identity((credentials.authorizationId.isEmpty() ? credentials.user : credentials.authorizationId).toUtf8())
    {
    }
    std::optional<QByteArray> initialResponse() override { return m_identity; }
    Result<QByteArray> answer(const QByteArray &) override { return outOfStep(QLatin1String("EXTERNAL")); }
    bool saidSecret() const override { return false; }

private:
    QByteArray m_identity;
};

} // namespace

Result<std::unique_ptr<SaslClient>> makeSaslClient(AuthMechanism mechanism, const Credentials &credentials)
{
    switch (mechanism) {
    case AuthMechanism::Auto:
    case AuthMechanism::Plain: return std::make_unique<PlainClient>(credentials);
    case AuthMechanism::Login: return std::make_unique<LoginClient>(credentials);
    case AuthMechanism::CramMd5: return std::make_unique<CramMd5Client>(credentials);
    case AuthMechanism::External: return std::make_unique<ExternalClient>(credentials);
    case AuthMechanism::XOAuth2: return std::make_unique<XOAuth2Client>(credentials);
    case AuthMechanism::OAuthBearer: return std::make_unique<OAuthBearerClient>(credentials);
    case AuthMechanism::Ntlm:
    case AuthMechanism::ScramSha1:
    case AuthMechanism::ScramSha256: return makeGnuSaslClient(mechanism, credentials);
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
