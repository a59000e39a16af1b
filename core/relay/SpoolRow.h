// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/SpoolMessage.h"

namespace relaywright {

/// The columns that `readRow` reads, in its order.
#define SPOOL_ROW_COLUMNS                                                                                              \
    "seq, received_at, expires_at, source, sender, IIF(state >= 2, recipients, IFNULL(remaining, recipients)), size, " \
    "checksum, "                                                                                                       \
    "has_8bit, body_file, state, attempts, next_attempt, last_reply, helo, user, utf8, dsn"

/// One address a line; no address holds a line break.
[[nodiscard]] QByteArray joinAddresses(const std::vector<EmailAddress> &addresses);
[[nodiscard]] Result<std::vector<EmailAddress>> splitAddresses(const QByteArray &lines);

/// `RET ENVID` on the first line, then `NOTIFY ORCPT ADDRESS` for each recipient of whom something was asked; as SMTP has
/// them, `-` for what was not said.
[[nodiscard]] QByteArray joinDsn(const MessageDsn &dsn);
[[nodiscard]] Result<MessageDsn> splitDsn(const QByteArray &lines);

/// The record under the statement's cursor. Error: Storage, saying what in it cannot be: every field is parsed again,
/// as if it came from a stranger.
[[nodiscard]] Result<SpoolMessage> readRow(const Statement &row, std::uint32_t instance);

} // namespace relaywright
