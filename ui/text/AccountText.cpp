// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/AccountText.h"

#include "core/relay/RelayConfig.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

/// A context of its own for translators.
struct AccountText {
    Q_DECLARE_TR_FUNCTIONS(AccountText)
};

QString placeOf(const SecretRef &ref)
{
    switch (ref.kind()) {
    case SecretRef::Kind::Keychain: return AccountText::tr("In the keychain, as “%1”").arg(ref.name());
    case SecretRef::Kind::File: return AccountText::tr("In the file %1").arg(ref.name());
    case SecretRef::Kind::Environment: return AccountText::tr("In the environment variable %1").arg(ref.name());
    case SecretRef::Kind::SystemdCredential: return AccountText::tr("As the systemd credential %1").arg(ref.name());
    case SecretRef::Kind::StandardInput: return AccountText::tr("On standard input");
    }
    Q_UNREACHABLE();
}

} // namespace

Choices<TokenUse> tokenUseChoices()
{
    return {{TokenUse::ClientSubmission, AccountText::tr("SMTP submission to Exchange Online")},
            {TokenUse::HighVolumeEmail, AccountText::tr("High Volume Email")},
            {TokenUse::Graph, AccountText::tr("Microsoft Graph")}};
}

QString proofWords(const AccountProof &proof)
{
    if (std::holds_alternative<KeptClientSecret>(proof))
        return AccountText::tr("As the application, with a client secret");
    if (std::holds_alternative<KeptCertificate>(proof))
        return AccountText::tr("As the application, with a certificate");
    return AccountText::tr("As a person, who signed in once");
}

QString placeWords(const AccountProof &proof)
{
    if (const auto *secret = std::get_if<KeptClientSecret>(&proof))
        return placeOf(secret->secret);
    if (const auto *certificate = std::get_if<KeptCertificate>(&proof))
        return AccountText::tr("Certificate: %1. Key: %2").arg(certificate->certificateFile, placeOf(certificate->key));
    return placeOf(SecretRef::keychain(std::get<KeptRefreshToken>(proof).keychainName));
}

ProofEnd proofEndOf(const BookedAccount &account, QDate today)
{
    if (account.proofEnds) {
        const auto days = static_cast<int>(today.daysTo(*account.proofEnds));
        const QString day = dayText(*account.proofEnds);
        if (days < 0)
            return {Tone::Wrong, AccountText::tr("Ended on %1.").arg(day)};
        if (days == 0)
            return {Tone::Attention, AccountText::tr("Ends today.")};
        if (days <= kEndsSoonDays)
            return {Tone::Attention, AccountText::tr("Ends in %n day(s), on %1.", nullptr, days).arg(day)};
        return {Tone::Good, AccountText::tr("Ends on %1.").arg(day)};
    }
    if (std::holds_alternative<KeptRefreshToken>(account.account.proof))
        return {Tone::Neutral, AccountText::tr("Renewed with each use.")};
    return {Tone::Neutral, AccountText::tr("Not known when it ends.")};
}

QStringList smartHostsOf(const TokenAccount &account, const std::optional<RelayConfig> &relay)
{
    QStringList hosts;
    if (!relay)
        return hosts;
    for (const RelayRoute &route : relay->allRoutes()) {
        for (const RelayUpstream &host : route.hosts) {
            if (host.oauth == account)
                hosts += host.graph ? AccountText::tr("Microsoft Graph, as %1").arg(host.user) : host.server.toString();
        }
    }
    return hosts;
}

QStringList sendersOf(const QString &account, const Site &site)
{
    const auto mailbox = EmailAddress::parse(account);
    QStringList senders;
    if (!mailbox)
        return senders;
    for (const Sender &sender : site.senders) {
        const bool sendsWithTokens = sender.signIn == SignInAbility::OAuth && sender.from == *mailbox;
        if (sender.signInAs == *mailbox || sendsWithTokens)
            senders += sender.name;
    }
    return senders;
}

Tone toneOf(TokenRemark::Level level)
{
    switch (level) {
    case TokenRemark::Level::Good: return Tone::Good;
    case TokenRemark::Level::Attention: return Tone::Attention;
    case TokenRemark::Level::Wrong: return Tone::Wrong;
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
