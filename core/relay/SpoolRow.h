// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/SpoolMessage.h"

namespace relaywright {

/// The columns that `readRow` reads, in its order; a statement begins with one of the two.
#define SPOOL_ROW_COLUMNS \
    "seq, received_at, expires_at, source, sender, IIF(state >= 2, recipients, IFNULL(remaining, recipients)), size, checksum, " \
    "has_8bit, body_file, state, attempts, next_attempt, last_reply"
#define SPOOL_ROW "SELECT " SPOOL_ROW_COLUMNS " FROM message "
#define SPOOL_ROW_WITH_BODY "SELECT " SPOOL_ROW_COLUMNS ", (SELECT octets FROM body WHERE body.seq = message.seq) FROM message "

/// One address a line; no address holds a line break.
[[nodiscard]] QByteArray joinAddresses(const std::vector<EmailAddress> &addresses);

/// The record under the statement's cursor. Error: Storage, saying what in it cannot be: every field is parsed again,
/// as if it came from a stranger.
[[nodiscard]] Result<SpoolMessage> readRow(const Statement &row, std::uint32_t instance);

/// `readRow` plus the octets: length and checksum must fit.
[[nodiscard]] Result<SpoolMessage> readRowWithBody(const Statement &row, std::uint32_t instance);

} // namespace relaywright
