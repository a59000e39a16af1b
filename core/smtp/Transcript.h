// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Stage.h"

#include <QJsonArray>
#include <QString>

#include <chrono>
#include <vector>

namespace relaywright {

/// One line of what both sides said, printable and with secrets already hidden: it is made from marked lines only
/// (`SendLine::secret`), so nothing downstream can show one.
struct TranscriptLine {
    enum class Direction { Sent, Received, Note }; ///< a note is ours: connected, handshake, timed out
    Direction direction = Direction::Note;
    Stage stage = Stage::Connect;
    std::chrono::milliseconds sinceStart{};
    bool tls = false;    ///< the line travelled inside TLS
    bool refusal = false; ///< a 4xx or 5xx reply
    QString text;
    bool operator==(const TranscriptLine &) const = default;
};

using Transcript = std::vector<TranscriptLine>;

/// `  0.123  C: EHLO host` lines as the contract's `--transcript FILE` holds them; TLS lines carry an asterisk.
[[nodiscard]] QString toText(const Transcript &transcript);
[[nodiscard]] QString toText(const TranscriptLine &line);
[[nodiscard]] QJsonArray toJson(const Transcript &transcript);

} // namespace relaywright
