// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

namespace relaywright {

namespace {

std::uint16_t portOf(const Subject &subject, const char *factId)
{
    return static_cast<std::uint16_t>(subject.knowledge.number(QLatin1String(factId)));
}

/// TLS where it is optional: what the sender can do.
QString optionalTls(const Subject &subject)
{
    const bool none = subject.sender.tls == TlsAbility::None || subject.sender.tls == TlsAbility::Ssl3;
    return none || subject.sender.startTls == YesNo::No ? QStringLiteral("none") : QStringLiteral("opportunistic");
}

QString mxHost(const Subject &subject)
{
    const auto &host = subject.organisation().mxHost;
    return host && !subject.mxIsGateway() ? host->toString() : QString();
}

QString mailbox(const Subject &subject)
{
    return subject.sender.signInAs ? subject.sender.signInAs->toString() : QString();
}

MethodSettings submission(const Subject &subject)
{
    return {subject.submissionHost(), subject.submissionPort(), QStringLiteral("starttls"),
            subject.oauth() ? Authentication::OAuth : Authentication::Basic, mailbox(subject)};
}

MethodSettings connector(const Subject &subject)
{
    const bool surely =
        subject.certificate() || (subject.tlsAtLeast(TlsAbility::Tls12) && subject.sender.startTls == YesNo::Yes);
    return {mxHost(subject),
            portOf(subject, "mx.port"),
            surely ? QStringLiteral("starttls") : optionalTls(subject),
            Authentication::CertificateOrIp,
            {},
            subject.certificate()};
}

MethodSettings settingsOf(Method method, const Subject &subject)
{
    const auto signedIn = [&](const char *host, const char *port) {
        return MethodSettings{subject.knowledge.text(QLatin1String(host)),
                              portOf(subject, port),
                              QStringLiteral("starttls"),
                              subject.oauth() ? Authentication::OAuth : Authentication::Basic,
                              {}};
    };
    switch (method) {
    case Method::ClientSubmission: return submission(subject);
    case Method::DirectSend:
        return {mxHost(subject), portOf(subject, "mx.port"), optionalTls(subject), Authentication::None, {}};
    case Method::ConnectorRelay: return connector(subject);
    case Method::LocalRelay:
        return {localRelayHost(), portOf(subject, "mx.port"), optionalTls(subject), Authentication::None, {}};
    case Method::HighVolumeEmail: return signedIn("hve.host", "hve.port");
    case Method::AzureCommunicationServices: {
        MethodSettings settings = signedIn("acs.host", "acs.port");
        settings.authentication = Authentication::Basic; // a name and a client secret, whatever else the sender can do
        return settings;
    }
    case Method::OnPremExchange:
        return {{}, portOf(subject, "mx.port"), optionalTls(subject), Authentication::CertificateOrIp, {}};
    }
    Q_UNREACHABLE();
}

/// The relay does TLS and sign-in by itself, whatever the sender can do.
Upstream upstreamFor(const Subject &subject)
{
    if (subject.relaySubmits())
        return {Method::ClientSubmission,
                {subject.submissionHost(), subject.submissionPort(), QStringLiteral("starttls"), Authentication::Basic,
                 mailbox(subject)}};
    return {Method::ConnectorRelay,
            {mxHost(subject), portOf(subject, "mx.port"), QStringLiteral("opportunistic"),
             Authentication::CertificateOrIp, {}}};
}

std::optional<QDate> endOf(Method method, const Subject &subject)
{
    const bool password = (method == Method::ClientSubmission && subject.basic())
                          || (method == Method::LocalRelay && subject.relaySubmits());
    if (password && !subject.basicIsOver())
        return subject.basicEnds();
    const QDate highVolume = subject.knowledge.date(QStringLiteral("hve.basic.until"));
    if (method == Method::HighVolumeEmail && subject.basic() && subject.today <= highVolume)
        return highVolume;
    return std::nullopt;
}

} // namespace

Option describe(Method method, const Subject &subject)
{
    Option option;
    option.method = method;
    option.settings = settingsOf(method, subject);
    if (method == Method::LocalRelay)
        option.upstream = upstreamFor(subject);
    option.worksUntil = endOf(method, subject);
    return option;
}

} // namespace relaywright
