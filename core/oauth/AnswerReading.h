// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenAnswer.h"

#include <QJsonObject>

#include <tl/expected.hpp>

#include <optional>

namespace relaywright {

/// The JSON object of an answer that is no error.
struct AnswerRead {
    int status = 0;
    QJsonObject json{};
    std::optional<std::chrono::seconds> clockSkew{};
};

/// What all answers of a sign-in service have in common: bounds, JSON or not, errors, Retry-After and the clock. Secrets
/// of the request that the answer repeats are left out of the trouble's texts. Internal to core/oauth.
[[nodiscard]] tl::expected<AnswerRead, TokenTrouble> readAnswer(const TokenHttpAnswer &answer,
                                                                const TokenExchange &exchange,
                                                                const Knowledge &knowledge);

} // namespace relaywright
