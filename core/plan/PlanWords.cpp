// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Plan.h"
#include "core/plan/Rules.h"

namespace relaywright {

QString toString(Method method)
{
    switch (method) {
    case Method::ClientSubmission: return QStringLiteral("client-submission");
    case Method::DirectSend: return QStringLiteral("direct-send");
    case Method::ConnectorRelay: return QStringLiteral("connector-relay");
    case Method::LocalRelay: return QStringLiteral("local-relay");
    case Method::HighVolumeEmail: return QStringLiteral("high-volume-email");
    case Method::AzureCommunicationServices: return QStringLiteral("azure-communication-services");
    case Method::OnPremExchange: return QStringLiteral("onprem-exchange");
    }
    Q_UNREACHABLE();
}

std::optional<Method> parseMethod(const QString &word)
{
    for (const Method method : kAllMethods) {
        if (toString(method) == word)
            return method;
    }
    return std::nullopt;
}

QString toString(const Upstream &upstream)
{
    return upstream.method ? toString(*upstream.method) : QStringLiteral("graph");
}

QString displayName(const Upstream &upstream)
{
    return upstream.method ? displayName(*upstream.method) : QStringLiteral("Microsoft Graph");
}

QString displayName(Method method)
{
    switch (method) {
    case Method::ClientSubmission: return QStringLiteral("Client submission");
    case Method::DirectSend: return QStringLiteral("Direct send");
    case Method::ConnectorRelay: return QStringLiteral("Connector relay");
    case Method::LocalRelay: return QStringLiteral("Local relay");
    case Method::HighVolumeEmail: return QStringLiteral("High Volume Email");
    case Method::AzureCommunicationServices: return QStringLiteral("Azure Communication Services");
    case Method::OnPremExchange: return QStringLiteral("Exchange server on premises");
    }
    Q_UNREACHABLE();
}

QString toString(Authentication authentication)
{
    switch (authentication) {
    case Authentication::None: return QStringLiteral("none");
    case Authentication::Basic: return QStringLiteral("basic");
    case Authentication::OAuth: return QStringLiteral("oauth");
    case Authentication::CertificateOrIp: return QStringLiteral("certificate-or-ip");
    }
    Q_UNREACHABLE();
}

QString toString(Fit fit)
{
    switch (fit) {
    case Fit::Fits: return QStringLiteral("fits");
    case Fit::FitsAfterChanges: return QStringLiteral("fits-after-changes");
    case Fit::DoesNotFit: return QStringLiteral("does-not-fit");
    case Fit::CannotTell: return QStringLiteral("cannot-tell");
    }
    Q_UNREACHABLE();
}

QString toString(Reason::Weight weight)
{
    using Weight = Reason::Weight;
    switch (weight) {
    case Weight::Blocks: return QStringLiteral("blocks");
    case Weight::Change: return QStringLiteral("change");
    case Weight::Unknown: return QStringLiteral("unknown");
    case Weight::Against: return QStringLiteral("against");
    case Weight::For: return QStringLiteral("for");
    case Weight::Warning: return QStringLiteral("warning");
    }
    Q_UNREACHABLE();
}

QString localRelayHost()
{
    return QStringLiteral("the computer that runs Relaywright");
}

int Option::points() const
{
    int sum = 0;
    for (const Reason &reason : reasons)
        sum += reason.points;
    return sum;
}

const Option *SenderPlan::chosen() const
{
    return !options.empty() && options.front().isUsable() ? &options.front() : nullptr;
}

const Option *SenderPlan::find(Method method) const
{
    const auto it = std::ranges::find(options, method, &Option::method);
    return it == options.end() ? nullptr : &*it;
}

} // namespace relaywright
