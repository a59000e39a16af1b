// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"
#include "core/smtp/ClientSession.h"
#include "core/smtp/Stage.h"

#include <QString>

#include <utility>
#include <vector>

namespace relaywright {

// The site's words for people, translated, in the order in which they are offered.

template <class E>
using Choices = std::vector<std::pair<E, QString>>;

[[nodiscard]] Choices<YesNo> yesNoChoices();
/// Unknown comes as `nullopt`.
[[nodiscard]] Choices<std::optional<Cloud>> cloudChoices();
[[nodiscard]] Choices<SenderKind> senderKindChoices();
[[nodiscard]] Choices<TlsAbility> tlsAbilityChoices();
[[nodiscard]] Choices<SignInAbility> signInChoices();
[[nodiscard]] Choices<Reach> reachChoices();
[[nodiscard]] Choices<Hosting> hostingChoices();
[[nodiscard]] Choices<TlsPolicy> tlsPolicyChoices();

template <class E>
[[nodiscard]] QString wordFor(const Choices<E> &choices, E value)
{
    for (const auto &[choice, text] : choices) {
        if (choice == value)
            return text;
    }
    return {};
}

/// "12 March 2026", in the order of the person's language, without the day of the week.
[[nodiscard]] QString dayText(QDate date);

/// "Connect", "Greeting", "Hello", "TLS", "Sign-in", "Sender", "Recipients", "Message", "Goodbye".
[[nodiscard]] QString stageName(Stage stage);

} // namespace relaywright
