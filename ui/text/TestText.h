// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"
#include "core/session/TestRecord.h"
#include "core/smtp/Sasl.h"
#include "core/smtp/SubmitOptions.h"
#include "ui/text/SiteText.h"

#include <optional>

namespace relaywright {

// The words of a test's settings for people, translated, in the order in which they are offered.

[[nodiscard]] Choices<AuthMechanism> mechanismChoices();
/// Nothing comes first, as `usual` says it.
[[nodiscard]] Choices<std::optional<TlsVersion>> tlsVersionChoices(const QString &usual);
[[nodiscard]] Choices<IpFamily> familyChoices();
[[nodiscard]] Choices<std::optional<ProxySettings::Kind>> proxyChoices();
/// Quit first: go all the way.
[[nodiscard]] Choices<Stage> stopChoices();
[[nodiscard]] Choices<DsnRequest::Return> dsnReturnChoices();
/// How a test ended, for a list: "accepted", "refused: 550 5.7.60", "stopped as asked".
[[nodiscard]] QString endWords(const TestRecord &record);
/// By the name that stands in the message.
[[nodiscard]] Choices<QByteArray> charsetChoices();

} // namespace relaywright
