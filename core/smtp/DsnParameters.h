// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/SubmitOptions.h"

#include <QByteArrayView>

#include <optional>

namespace relaywright {

// Each reads the value of one parameter; nothing when it makes no sense (501).

[[nodiscard]] std::optional<DsnRequest::Return> parseReturn(QByteArrayView value); ///< FULL or HDRS
/// xtext of at most 100 octets, of printable ASCII (§4.4).
[[nodiscard]] std::optional<QByteArray> parseEnvelopeId(QByteArrayView value);
/// NEVER, or any of SUCCESS, FAILURE, DELAY with commas; `originalRecipient` of the answer is empty.
[[nodiscard]] std::optional<DsnRecipient> parseNotify(QByteArrayView value);
/// `SUCCESS,DELAY`, as NOTIFY has them; empty when it is not given.
[[nodiscard]] QByteArray notifyWords(const DsnRecipient &recipient);
/// `type;xtext` of at most 500 octets (§4.2); octets over 127 with `utf8` and the type `utf-8` only. Answers the value.
[[nodiscard]] std::optional<QByteArray> parseOriginalRecipient(QByteArrayView value, bool utf8);

/// The text that `xtext` stands for (RFC 3461 §4); nothing when it is none. The opposite of `toXtext`.
[[nodiscard]] std::optional<QByteArray> fromXtext(QByteArrayView xtext);

} // namespace relaywright
