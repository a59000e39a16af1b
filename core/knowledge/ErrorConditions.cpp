// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

// What each means is in core/diagnosis/Conditions.cpp; a test there sees that both lists agree.
const QStringList &errorConditions()
{
    static const QStringList words =
        QStringLiteral(
            "security-defaults-on security-defaults-off smtp-auth-off smtp-auth-on direct-send-rejected "
            "direct-send-taken hybrid hve-billing-missing port-25-closed port-25-open port-587-closed "
            "port-587-open egress-changes egress-shared device-tls-old device-tls-new device-no-starttls "
            "device-starttls device-no-sign-in device-no-oauth device-oauth device-bursts "
            "device-large-messages sender-is-user sender-is-not-user from-is-user from-is-not-user "
            "from-name-holds-address sender-domain-accepted sender-domain-foreign sender-onmicrosoft "
            "recipient-inside recipient-outside user-no-address user-plain-name says-helo "
            "server-is-submission server-is-mx "
            "server-is-hve server-is-acs server-is-other server-is-address server-name-retired mx-elsewhere "
            "mx-here port-25 port-465 port-587 tls-active tls-missing tls-old-used mechanism-not-offered "
            "password-not-offered sign-in-by-token sign-in-by-password token-wrong-audience "
            "token-wrong-permission token-other-user token-expired token-personal token-other-tenant token-fits "
            "token-of-application password-retired password-not-retired permissions-fresh "
            "blame-local-firewall blame-provider blame-dns blame-server blame-account blame-policy "
            "method-client-submission method-direct-send method-connector-relay method-local-relay "
            "method-high-volume-email method-azure-communication-services method-onprem-exchange")
            .split(u' ');
    return words;
}

bool ErrorEntry::isOfWebService() const
{
    return !stages.isEmpty() && std::ranges::all_of(stages, [](const QString &stage) {
        return stage == QLatin1String("token") || stage == QLatin1String("http");
    });
}

bool ErrorEntry::phraseFits(const QString &text) const
{
    if (phrase.isEmpty())
        return false;
    // Phrases come from the catalogue alone, so there are as many as entries. Compiling one takes longer than matching it.
    static thread_local QHash<QString, QRegularExpression> compiled;
    auto expression = compiled.find(phrase);
    if (expression == compiled.end())
        expression = compiled.insert(phrase, QRegularExpression(phrase, QRegularExpression::CaseInsensitiveOption));
    return expression->match(text).hasMatch();
}

QStringList ErrorEntry::artifactKinds() const
{
    QStringList kinds{artifactKind};
    for (const ErrorCause &cause : causes)
        kinds += cause.artifactKind;
    kinds.removeAll(QString());
    kinds.removeDuplicates();
    return kinds;
}

} // namespace relaywright
