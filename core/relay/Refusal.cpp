// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Refusal.h"

namespace relaywright {

QString toString(RefusalReason reason)
{
    switch (reason) {
    case RefusalReason::OutsideNetworks: return QStringLiteral("outside-networks");
    case RefusalReason::TooManyConnections: return QStringLiteral("too-many-connections");
    case RefusalReason::TlsRequired: return QStringLiteral("tls-required");
    case RefusalReason::SignInRequired: return QStringLiteral("sign-in-required");
    case RefusalReason::SignInNotOffered: return QStringLiteral("sign-in-not-offered");
    case RefusalReason::SignInFailed: return QStringLiteral("sign-in-failed");
    case RefusalReason::SignInNotNow: return QStringLiteral("sign-in-not-now");
    case RefusalReason::Stranger: return QStringLiteral("stranger");
    case RefusalReason::SenderNotAllowed: return QStringLiteral("sender-not-allowed");
    case RefusalReason::RecipientRoutes: return QStringLiteral("recipient-routes");
    case RefusalReason::RecipientExternal: return QStringLiteral("recipient-external");
    case RefusalReason::RecipientDenied: return QStringLiteral("recipient-denied");
    case RefusalReason::RecipientNotAllowed: return QStringLiteral("recipient-not-allowed");
    case RefusalReason::TooManyRecipients: return QStringLiteral("too-many-recipients");
    case RefusalReason::TooManyPerMinute: return QStringLiteral("too-many-per-minute");
    case RefusalReason::TooManyPerDay: return QStringLiteral("too-many-per-day");
    case RefusalReason::MessageTooLarge: return QStringLiteral("message-too-large");
    case RefusalReason::HeaderTooLarge: return QStringLiteral("header-too-large");
    case RefusalReason::BareNewlines: return QStringLiteral("bare-newlines");
    case RefusalReason::Loop: return QStringLiteral("loop");
    case RefusalReason::NoStorage: return QStringLiteral("no-storage");
    }
    Q_UNREACHABLE();
}

const std::vector<RefusalReason> &allRefusalReasons()
{
    static const std::vector<RefusalReason> all = [] {
        std::vector<RefusalReason> reasons;
        for (int i = 0; i <= static_cast<int>(RefusalReason::NoStorage); ++i)
            reasons.push_back(static_cast<RefusalReason>(i));
        return reasons;
    }();
    return all;
}

} // namespace relaywright
