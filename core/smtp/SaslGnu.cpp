// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/SaslGnu.h"

#include "core/base/Text.h"

#include <gsasl.h>

#include <algorithm>

namespace relaywright {

namespace {

struct ContextEnd {
    void operator()(Gsasl *context) const { gsasl_done(context); }
};
struct SessionEnd {
    void operator()(Gsasl_session *session) const { gsasl_finish(session); }
};
using Context = std::unique_ptr<Gsasl, ContextEnd>;
using Session = std::unique_ptr<Gsasl_session, SessionEnd>;

constexpr qsizetype kMostNtlmNameOctets = 120; // libntlm has arrays of a fixed size

Context newContext()
{
    Gsasl *context = nullptr;
    return gsasl_init(&context) == GSASL_OK ? Context(context) : Context();
}

/// NTLM's library divides a name at its first @ into user and domain; people write DOMAIN\user as well. With a domain of
/// its own a name must not bring another one.
QByteArray ntlmName(const Credentials &credentials)
{
    const qsizetype divider = credentials.user.indexOf(u'\\');
    QString name = credentials.user.mid(divider + 1);
    const QString domain =
        credentials.realm.isEmpty() ? credentials.user.left(std::max<qsizetype>(divider, 0)) : credentials.realm;
    if (domain.isEmpty())
        return name.toUtf8();
    name.truncate(name.indexOf(u'@') >= 0 ? name.indexOf(u'@') : name.size());
    return (name + u'@' + domain).toUtf8();
}

void setProperty(Gsasl_session *session, Gsasl_property property, const QByteArray &value)
{
    gsasl_property_set_raw(session, property, value.constData(), static_cast<std::size_t>(value.size()));
}

QString sentence(AuthMechanism mechanism, int status)
{
    const QLatin1String name(mechanism == AuthMechanism::Ntlm ? "NTLM" : "SCRAM");
    if (status == GSASL_AUTHENTICATION_ERROR)
        return QStringLiteral(
                   "The server could not prove that it knows the password, so it may be another one that only "
                   "pretends (%1). Check the server's name, and the password.")
            .arg(name);
    if (status == GSASL_SASLPREP_ERROR)
        return QStringLiteral("The user name or the password holds a character that %1 does not allow (RFC 4013). Use "
                              "another mechanism, or another password.")
            .arg(name);
    return QStringLiteral("The server's challenge does not follow the mechanism %1: %2.")
        .arg(name, QLatin1String(gsasl_strerror(status)));
}

std::uint32_t littleEndian(const QByteArray &octets, qsizetype at, int count)
{
    std::uint32_t number = 0;
    for (int i = count - 1; i >= 0; --i)
        number = number << 8 | static_cast<unsigned char>(octets[at + i]);
    return number;
}

/// A CHALLENGE_MESSAGE ([MS-NLMP] §2.2.1.2) whose name lies within it. The library below takes whatever comes, and
/// copies it into arrays of a fixed size.
bool isNtlmChallenge(const QByteArray &challenge)
{
    constexpr qsizetype kFixedOctets = 32;
    constexpr qsizetype kMostOctets = 1024;
    constexpr std::uint32_t kMostNameOctets = 256;
    if (challenge.size() < kFixedOctets || challenge.size() > kMostOctets
        || !challenge.startsWith(QByteArrayLiteral("NTLMSSP\0\2\0\0\0")))
        return false;
    const std::uint32_t nameOctets = littleEndian(challenge, 12, 2);
    const std::uint32_t nameAt = littleEndian(challenge, 16, 4);
    return nameOctets <= kMostNameOctets && nameAt <= challenge.size() && nameOctets <= challenge.size() - nameAt;
}

/// Why the iteration count of a server-first-message (RFC 5802 §7) is not to be worked off: fewer rounds than RFC 7677 §4
/// asks for make a guess cheap for whoever listens, and the library does as many as it is told. Empty: it is fine, or
/// there is none and the library says so.
QString iterationFault(const QByteArray &challenge)
{
    constexpr qulonglong kLeast = 4096;
    constexpr qulonglong kMost = 1'000'000;
    for (const QByteArray &attribute : challenge.split(',')) {
        if (!attribute.startsWith("i="))
            continue;
        bool isNumber = false;
        const qulonglong rounds = attribute.mid(2).toULongLong(&isNumber);
        if (isNumber && rounds >= kLeast && rounds <= kMost)
            return {};
        return QStringLiteral("The server asks for %1 rounds of SCRAM; from %2 to %3 are taken. Fewer are not safe, and "
                              "more would hold everything up. Choose another mechanism.")
            .arg(printable(attribute.mid(2), 20))
            .arg(kLeast)
            .arg(kMost);
    }
    return {};
}

class GnuSaslClient final : public SaslClient {
public:
    GnuSaslClient(AuthMechanism mechanism, Context context, Session session)
        : m_mechanism(mechanism), m_context(std::move(context)), m_session(std::move(session))
    {
    }
    std::optional<QByteArray> initialResponse() override
    {
        // Servers answer `AUTH NTLM` with words of their own before they take the first message ([MS-SMTPNTLM] §3.1.5).
        if (m_mechanism == AuthMechanism::Ntlm)
            return std::nullopt;
        auto first = step({});
        if (first)
            return std::move(*first);
        m_fault = first.error();
        return std::nullopt; // the server's empty challenge brings the fault out
    }
    Result<QByteArray> answer(const QByteArray &challenge) override
    {
        if (m_fault)
            return tl::unexpected(*m_fault);
        if (m_mechanism != AuthMechanism::Ntlm) {
            if (const QString fault = iterationFault(challenge); !fault.isEmpty())
                return failure(ErrorKind::InvalidInput, fault);
            return step(challenge);
        }
        if (!std::exchange(m_begun, true))
            return step({});
        if (!isNtlmChallenge(challenge))
            return failure(ErrorKind::InvalidInput, sentence(m_mechanism, GSASL_MECHANISM_PARSE_ERROR));
        return step(challenge);
    }
    /// SCRAM's first message is a name and a nonce, its last is empty; NTLM's first names only what we can do.
    bool saidSecret() const override { return m_steps == 2; }
    bool mayEnd() const override { return m_mechanism == AuthMechanism::Ntlm || m_isOver; }

private:
    Result<QByteArray> step(const QByteArray &challenge)
    {
        if (m_isOver)
            return failure(ErrorKind::InvalidInput, sentence(m_mechanism, GSASL_MECHANISM_CALLED_TOO_MANY_TIMES));
        char *output = nullptr;
        std::size_t size = 0;
        const int status = gsasl_step(m_session.get(), challenge.constData(),
                                      static_cast<std::size_t>(challenge.size()), &output, &size);
        QByteArray answer;
        if (output) {
            answer = QByteArray(output, static_cast<qsizetype>(size));
            gsasl_free(output);
        }
        ++m_steps;
        m_isOver = status == GSASL_OK;
        if (status == GSASL_OK || status == GSASL_NEEDS_MORE)
            return answer;
        const bool denied = status == GSASL_AUTHENTICATION_ERROR;
        return failure(denied ? ErrorKind::Denied : ErrorKind::InvalidInput, sentence(m_mechanism, status));
    }

    AuthMechanism m_mechanism;
    Context m_context; // outlives the session
    Session m_session;
    std::optional<Error> m_fault;
    bool m_begun = false;
    int m_steps = 0;
    bool m_isOver = false;
};

} // namespace

bool isDoneByGnuSasl(AuthMechanism mechanism)
{
    return mechanism == AuthMechanism::Ntlm || mechanism == AuthMechanism::ScramSha1
           || mechanism == AuthMechanism::ScramSha256;
}

bool gnuSaslSupports(AuthMechanism mechanism)
{
    const Context context = newContext();
    return context && gsasl_client_support_p(context.get(), toWire(mechanism).constData()) != 0;
}

Result<std::unique_ptr<SaslClient>> makeGnuSaslClient(AuthMechanism mechanism, const Credentials &credentials)
{
    Context context = newContext();
    Gsasl_session *started = nullptr;
    const int status = context ? gsasl_client_start(context.get(), toWire(mechanism).constData(), &started)
                               : static_cast<int>(GSASL_MALLOC_ERROR);
    if (status != GSASL_OK)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("GNU SASL cannot do %1: %2. Choose another mechanism.")
                           .arg(QLatin1String(toWire(mechanism)), QLatin1String(gsasl_strerror(status))));
    Session session(started);
    const bool ntlm = mechanism == AuthMechanism::Ntlm;
    if (ntlm && ntlmName(credentials).size() > kMostNtlmNameOctets)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("The user name and domain are too long for NTLM. Choose another mechanism."));
    setProperty(session.get(), GSASL_AUTHID, ntlm ? ntlmName(credentials) : credentials.user.toUtf8());
    if (!credentials.authorizationId.isEmpty())
        setProperty(session.get(), GSASL_AUTHZID, credentials.authorizationId.toUtf8());
    const QByteArrayView password = credentials.secret.reveal();
    gsasl_property_set_raw(session.get(), GSASL_PASSWORD, password.data(), static_cast<std::size_t>(password.size()));
    return std::make_unique<GnuSaslClient>(mechanism, std::move(context), std::move(session));
}

} // namespace relaywright
