// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "core/site/Site.h"
#include "ui/text/SiteText.h"
#include "ui/theme/Theme.h"

#include <QStringList>

#include <optional>

namespace relaywright {

struct RelayConfig;

// What there is to say of an account that signs in with access tokens, in translated words.

[[nodiscard]] Choices<TokenUse> tokenUseChoices();
/// "As the application, with a client secret".
[[nodiscard]] QString proofWords(const AccountProof &proof);
/// "In the keychain as …", "In the file …".
[[nodiscard]] QString placeWords(const AccountProof &proof);

constexpr int kEndsSoonDays = 30;

/// When its client secret or certificate ends: Attention within kEndsSoonDays, Wrong when it has.
struct ProofEnd {
    Tone tone = Tone::Neutral;
    QString words; ///< whole sentence
};
[[nodiscard]] ProofEnd proofEndOf(const BookedAccount &account, QDate today);

/// The relay's smart hosts that sign in with it, "smtp.office365.com:587" each.
[[nodiscard]] QStringList smartHostsOf(const TokenAccount &account, const std::optional<RelayConfig> &relay);
/// Names of the site's senders that sign in as the mailbox that the account is named after, or send as it with tokens.
[[nodiscard]] QStringList sendersOf(const QString &account, const Site &site);

[[nodiscard]] Tone toneOf(TokenRemark::Level level);

} // namespace relaywright
