// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/smtp/SecretMask.h"
#include "core/smtp/Stage.h"

#include <QByteArrayView>
#include <QJsonArray>
#include <QString>

#include <chrono>
#include <cstdint>
#include <vector>

namespace relaywright {

class JsonReader;

/// One line of what both sides said, printable and with secrets already hidden: it is made from marked lines only
/// (`SendLine::secret`), so nothing downstream can show one.
struct TranscriptLine {
    enum class Direction { Sent, Received, Note }; ///< a note is ours: connected, handshake, timed out
    Direction direction = Direction::Note;
    Stage stage = Stage::Connect;
    std::chrono::milliseconds sinceStart{};
    bool tls = false;     ///< the line travelled inside TLS
    bool refusal = false; ///< a 4xx or 5xx reply
    QString text{};
    /// On the wire: the line with its CRLF, or the whole message for the line that stands for it. 0: a note.
    std::uint64_t octets = 0;
    /// What base64 that is no secret says: "Username:", a user name, the JSON of a refused token. Printable.
    QString decoded{};
    bool message = false; ///< stands for the content of the message, which is not shown here
    bool operator==(const TranscriptLine &) const = default;
};

using Transcript = std::vector<TranscriptLine>;

/// `  0.123  C: EHLO host` lines as the contract's `--transcript FILE` holds them: seconds since the start, then
/// `C:` sent, `S:` received, `--` note; a line that travelled inside TLS carries an asterisk (`  0.123 *C: MAIL ...`).
[[nodiscard]] QString toText(const Transcript &transcript);
[[nodiscard]] QString toText(const TranscriptLine &line);
/// Objects with `direction` (sent received note), `stage`, `ms`, `tls`, `refusal`, `text`, and where they say something
/// `octets`, `decoded`, `message`.
[[nodiscard]] QJsonArray toJson(const Transcript &transcript);
/// One line of such an array. Errors go to `reader`.
[[nodiscard]] TranscriptLine transcriptLineFromJson(JsonReader &reader);

/// What `base64` says, for people; empty when it is not base64 or does not hold text (RFC 4954 §4: challenges and
/// answers of a sign-in). At most `kMostDecoded` octets are looked at.
[[nodiscard]] QString decodedText(QByteArrayView base64);
inline constexpr qsizetype kMostDecoded = 8 * 1024;

} // namespace relaywright
