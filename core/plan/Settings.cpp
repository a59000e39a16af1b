// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Upstreams.h"

namespace relaywright {

namespace {

using S = const Subject &;

std::uint16_t portOf(S s, const char *factId)
{
    return static_cast<std::uint16_t>(s.figure(factId));
}

/// TLS where it is optional: what the sender can do.
QString optionalTls(S s)
{
    const bool none = s.sender.tls == TlsAbility::None || s.sender.tls == TlsAbility::Ssl3;
    return none || s.sender.startTls == YesNo::No || s.sender.habits.heloOnly ? QStringLiteral("none") : QStringLiteral("opportunistic");
}

QString mxHost(S s)
{
    const auto &host = s.organisation.mxHost;
    return host && !s.mxIsGateway() ? host->toString() : QString();
}

QString textOf(const std::optional<EmailAddress> &address)
{
    return address ? address->toString() : QString();
}

Authentication signInOf(S s)
{
    return s.oauth() ? Authentication::OAuth : Authentication::Basic;
}

MethodSettings connector(S s)
{
    const bool surely = s.certificate()
        || (s.tlsAtLeast(TlsAbility::Tls12) && s.sender.startTls == YesNo::Yes && !s.sender.habits.heloOnly);
    return {mxHost(s),
            portOf(s, "mx.port"),
            surely ? QStringLiteral("starttls") : optionalTls(s),
            Authentication::CertificateOrIp,
            {},
            s.certificate()};
}

MethodSettings submission(S s, Authentication authentication)
{
    return {s.submissionHost(), s.submissionPort(), QStringLiteral("starttls"), authentication,
            textOf(s.sender.signInAs)};
}

/// An account sends as its own address only, so the sender's address is the account.
MethodSettings highVolume(S s, Authentication authentication)
{
    return {s.knowledge().text(QStringLiteral("hve.host")), portOf(s, "hve.port"), QStringLiteral("starttls"),
            authentication, textOf(s.sender.from)};
}

/// A name and a client secret, whatever else the sender can do. The name comes from the Azure resources.
MethodSettings azure(S s)
{
    const bool only25 = s.sender.onlyPort == 25;
    return {s.knowledge().text(QStringLiteral("acs.host")), only25 ? s.sender.onlyPort.value() : portOf(s, "acs.port"),
            QStringLiteral("starttls"), Authentication::Basic, {}};
}

MethodSettings localRelay(S s)
{
    const bool known = s.network && s.network->relayHost;
    return {known ? s.network->relayHost->toString() : localRelayHost(),
            s.sender.onlyPort.value_or(portOf(s, "local-relay.port")), optionalTls(s), Authentication::None, {}};
}

MethodSettings ownServer(S s)
{
    const auto &server = s.organisation.exchangeServer;
    return {server ? server->toString() : QString(), s.sender.onlyPort.value_or(portOf(s, "mx.port")), optionalTls(s),
            Authentication::CertificateOrIp, {}};
}

MethodSettings settingsOf(Method method, S s)
{
    switch (method) {
    case Method::ClientSubmission: return submission(s, signInOf(s));
    case Method::DirectSend: return {mxHost(s), portOf(s, "mx.port"), optionalTls(s), Authentication::None, {}};
    case Method::ConnectorRelay: return connector(s);
    case Method::LocalRelay: return localRelay(s);
    case Method::HighVolumeEmail: return highVolume(s, signInOf(s));
    case Method::AzureCommunicationServices: return azure(s);
    case Method::OnPremExchange: return ownServer(s);
    }
    Q_UNREACHABLE();
}

/// The day a password stops working for it, where one is coming.
std::optional<QDate> endOf(const std::optional<Method> &method, Authentication authentication, S s)
{
    if (authentication != Authentication::Basic)
        return std::nullopt;
    if (method == Method::ClientSubmission && !s.basicIsOver())
        return s.basicEnds();
    if (method == Method::HighVolumeEmail && !s.hveBasicIsOver())
        return s.hveBasicEnds();
    return std::nullopt;
}

} // namespace

Upstream describe(UpstreamWay way, const Subject &s)
{
    switch (way) {
    case UpstreamWay::Connector:
        return {Method::ConnectorRelay,
                {mxHost(s), portOf(s, "mx.port"), QStringLiteral("opportunistic"), Authentication::CertificateOrIp, {}}};
    case UpstreamWay::SubmissionByOAuth: {
        MethodSettings settings = submission(s, Authentication::OAuth);
        settings.port = portOf(s, "client-submission.port"); // the relay is free where the sender is not
        if (s.port587() == YesNo::No && s.port25() == YesNo::Yes)
            settings.port = portOf(s, "client-submission.port.alternative");
        return {Method::ClientSubmission, settings};
    }
    case UpstreamWay::SubmissionByPassword: {
        Upstream upstream = describe(UpstreamWay::SubmissionByOAuth, s);
        upstream.settings.authentication = Authentication::Basic;
        return upstream;
    }
    case UpstreamWay::Graph:
        return {std::nullopt,
                {s.graphHost(), portOf(s, "graph.port"), QStringLiteral("implicit"), Authentication::OAuth,
                 textOf(s.sender.signInAs)}};
    case UpstreamWay::HighVolumeEmail: return {Method::HighVolumeEmail, highVolume(s, Authentication::Basic)};
    case UpstreamWay::AzureCommunicationServices: {
        MethodSettings settings = azure(s);
        settings.port = portOf(s, "acs.port");
        return {Method::AzureCommunicationServices, settings};
    }
    }
    Q_UNREACHABLE();
}

Option describe(Method method, std::optional<UpstreamWay> upstream, const Subject &s)
{
    Option option;
    option.method = method;
    option.settings = settingsOf(method, s);
    option.worksUntil = endOf(method, option.settings.authentication, s);
    if (upstream) {
        option.upstream = describe(*upstream, s);
        option.worksUntil = endOf(option.upstream->method, option.upstream->settings.authentication, s);
    }
    return option;
}

} // namespace relaywright
