// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/knowledge/Knowledge.h"
#include "core/rehearsal/EntraRefusal.h"

#include <QString>

#include <vector>

namespace relaywright {

/// A code of Entra's with which a practice sign-in service can refuse.
struct EntraCode {
    int number = 0; ///< 7000222 of AADSTS7000222
    QString title;  ///< whole sentence of the error catalogue: what it means
    bool operator==(const EntraCode &) const = default;
};

/// Those that the error catalogue names one by one, the smallest number first.
[[nodiscard]] std::vector<EntraCode> entraCodes(const Knowledge &knowledge);
/// `AADSTS7000222` or `7000222`, one of `entraCodes`. Error: InvalidInput, saying what a code looks like.
[[nodiscard]] Result<int> parseEntraCode(const QString &text, const Knowledge &knowledge);
/// `AADSTS7000222`.
[[nodiscard]] QString entraCodeText(int number);

/// What a refusal quotes of the request; as it came.
struct EntraRequest {
    QString tenant{};
    QString application{};
    QString scope{};
};
/// How Entra refuses with this code: `error`, status and words. One of `entraCodes`; whatever else the catalogue may name
/// is told in its words, as `invalid_grant`, or `temporarily_unavailable` where it passes by itself.
[[nodiscard]] EntraRefusal refusalWith(int number, const EntraRequest &request, const Knowledge &knowledge);

} // namespace relaywright
