// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenJudgement.h"

#include <QString>

namespace relaywright {

/// Who a token speaks for: a user who signed in, or the application itself.
enum class TokenHolder { User, Application };

/// What to ask for, as the `scope` parameter wants it: words with a blank between (RFC 6749 §3.3). A user's holds
/// `offline_access` too, without which there is no refresh token; an application's is the resource with `/.default`, and
/// what it may do there was granted beforehand. One resource only: a token opens no second one.
/// Where the knowledge has no scope of a user for a cloud, it is the permission on that cloud's resource.
[[nodiscard]] QString scopesFor(TokenUse use, Cloud cloud, TokenHolder holder, const Knowledge &knowledge);

/// The permission that lets a holder send: `SMTP.Send`, `SMTP.SendAsApp`, `Mail.Send`.
[[nodiscard]] QString permissionFor(TokenUse use, TokenHolder holder, const Knowledge &knowledge);

/// `https://outlook.office365.com` of a scope on it.
[[nodiscard]] QString resourceOf(const QString &scope);

} // namespace relaywright
