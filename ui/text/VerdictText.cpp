// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/VerdictText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct VerdictText { Q_DECLARE_TR_FUNCTIONS(VerdictText) };

const QString kGood = QStringLiteral("\u2713");
const QString kAttention = QStringLiteral("!");
const QString kWrong = QStringLiteral("\u2715");
const QString kUnknown = QStringLiteral("?");

} // namespace

VerdictLook lookOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Good:         return {kGood, VerdictText::tr("Good"), Tone::Good};
    case Verdict::Attention:    return {kAttention, VerdictText::tr("Attention"), Tone::Attention};
    case Verdict::Wrong:        return {kWrong, VerdictText::tr("Wrong"), Tone::Wrong};
    case Verdict::CouldNotTell: return {kUnknown, VerdictText::tr("Could not tell"), Tone::Unknown};
    }
    Q_UNREACHABLE();
}

VerdictLook lookOf(Fit fit)
{
    switch (fit) {
    case Fit::Fits:             return {kGood, VerdictText::tr("Works"), Tone::Good};
    case Fit::FitsAfterChanges: return {kAttention, VerdictText::tr("Works after changes"), Tone::Attention};
    case Fit::DoesNotFit:       return {kWrong, VerdictText::tr("Does not work"), Tone::Wrong};
    case Fit::CannotTell:       return {kUnknown, VerdictText::tr("Could not tell"), Tone::Unknown};
    }
    Q_UNREACHABLE();
}

VerdictLook lookOf(Reason::Weight weight)
{
    switch (weight) {
    case Reason::Weight::Blocks:  return {kWrong, VerdictText::tr("Stands in the way"), Tone::Wrong};
    case Reason::Weight::Change:  return {kAttention, VerdictText::tr("Must change first"), Tone::Attention};
    case Reason::Weight::Unknown: return {kUnknown, VerdictText::tr("Not known yet"), Tone::Unknown};
    case Reason::Weight::Against:
        return {QStringLiteral("\u2212"), VerdictText::tr("Speaks against it"), Tone::Neutral};
    case Reason::Weight::For:     return {kGood, VerdictText::tr("Speaks for it"), Tone::Good};
    case Reason::Weight::Warning: return {kAttention, VerdictText::tr("Good to know"), Tone::Attention};
    }
    Q_UNREACHABLE();
}

QString methodName(Method method)
{
    switch (method) {
    case Method::ClientSubmission:           return VerdictText::tr("Client submission");
    case Method::DirectSend:                 return VerdictText::tr("Direct send");
    case Method::ConnectorRelay:             return VerdictText::tr("Connector relay");
    case Method::LocalRelay:                 return VerdictText::tr("Local relay");
    case Method::HighVolumeEmail:            return VerdictText::tr("High Volume Email");
    case Method::AzureCommunicationServices: return VerdictText::tr("Azure Communication Services");
    case Method::OnPremExchange:             return VerdictText::tr("On-premises Exchange");
    }
    Q_UNREACHABLE();
}

QString methodGloss(Method method)
{
    switch (method) {
    case Method::ClientSubmission:
        return VerdictText::tr("It signs in to a mailbox of its own and submits its mail as that mailbox.");
    case Method::DirectSend:
        return VerdictText::tr(
            "It hands mail for your own mailboxes straight to your Microsoft 365 mail host, without signing in.");
    case Method::ConnectorRelay:
        return VerdictText::tr(
            "It hands mail to your Microsoft 365 mail host, which knows it by its public address or certificate.");
    case Method::LocalRelay:
        return VerdictText::tr(
            "It hands plain mail to a relay on your network; the relay encrypts, signs in and passes it on.");
    case Method::HighVolumeEmail:
        return VerdictText::tr("It signs in to a High Volume Email account, made for large amounts of internal mail.");
    case Method::AzureCommunicationServices:
        return VerdictText::tr(
            "It signs in to the e-mail service of an Azure subscription, made for large amounts of mail.");
    case Method::OnPremExchange:
        return VerdictText::tr("It hands mail to the Exchange server that you still run yourself.");
    }
    Q_UNREACHABLE();
}

QString upstreamName(const Upstream &upstream)
{
    return upstream.method ? methodName(*upstream.method) : VerdictText::tr("Microsoft Graph");
}

QString confidenceWords(Confidence confidence)
{
    switch (confidence) {
    case Confidence::Documented:       return VerdictText::tr("documented by Microsoft");
    case Confidence::ThirdParty:       return VerdictText::tr("found by others, not documented by Microsoft");
    case Confidence::Conflicting:      return VerdictText::tr("sources contradict each other");
    case Confidence::GeneralKnowledge: return VerdictText::tr("general knowledge, the page was not read again");
    case Confidence::Inferred:         return VerdictText::tr("our conclusion, not documented");
    case Confidence::Unverified:       return VerdictText::tr("not verified");
    }
    Q_UNREACHABLE();
}

QString signInWords(Authentication authentication)
{
    switch (authentication) {
    case Authentication::None:            return VerdictText::tr("no sign-in");
    case Authentication::Basic:           return VerdictText::tr("user name and password");
    case Authentication::OAuth:           return VerdictText::tr("OAuth token");
    case Authentication::CertificateOrIp: return VerdictText::tr("known by address or certificate");
    }
    Q_UNREACHABLE();
}

QString tlsWords(const QString &contractWord)
{
    if (contractWord == QLatin1String("none"))
        return VerdictText::tr("no encryption");
    if (contractWord == QLatin1String("opportunistic"))
        return VerdictText::tr("STARTTLS where offered");
    if (contractWord == QLatin1String("starttls"))
        return VerdictText::tr("STARTTLS required");
    if (contractWord == QLatin1String("implicit"))
        return VerdictText::tr("TLS from the start");
    return contractWord;
}

} // namespace relaywright
