// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/oauth/TokenTrouble.h"

#include <QStringList>

namespace relaywright {

/// What a sign-in service said of a failure, as it came: in the JSON of an answer (RFC 6749 §5.2) or in the query of a
/// redirect (§4.1.2.1). Untrusted.
struct ServiceError {
    int status = 0; ///< of HTTP; 0: none, or it says nothing
    QString error{}, subError{}, description{};
    QStringList codes{}; ///< Entra's `error_codes`: `7000222`
    QString traceId{}, correlationId{}, claims{};
};

/// Cause and remedy of the error catalogue; where it knows none, what the word means by its RFC. Whether to wait or to
/// act, and who, follows from the word, Entra's `suberror`, the catalogue's `retry`, and the status.
[[nodiscard]] TokenTrouble troubleOf(const ServiceError &error, const Knowledge &knowledge);

/// Entries of the catalogue on which it hangs who shall act, so that a test can see that they are there.
[[nodiscard]] QStringList idsThatDecideWhoActs();

} // namespace relaywright
