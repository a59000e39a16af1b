// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Stage.h"

#include <QByteArrayView>
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
    bool tls = false;     ///< the line travelled inside TLS
    bool refusal = false; ///< a 4xx or 5xx reply
    QString text{};
    bool operator==(const TranscriptLine &) const = default;
};

/// What stands in a transcript where a secret was.
[[nodiscard]] QString hiddenSecret();

/// Hides what a server repeats of a secret ("535 wrong password hunter2"). Give it each secret in every form that
/// went on the wire, and pass each reply through it before anybody else sees it.
class SecretMask {
public:
    /// Fewer than `kMinimumOctets` octets are not hidden: they would match ordinary words.
    static constexpr qsizetype kMinimumOctets = 4;
    /// Adds `octets` and their base64 form.
    void add(QByteArrayView octets);
    [[nodiscard]] QByteArray apply(const QByteArray &text) const;
    [[nodiscard]] Reply apply(const Reply &reply) const;

private:
    void addNeedle(QByteArray octets);
    std::vector<Secret> m_needles; ///< longest first
};

using Transcript = std::vector<TranscriptLine>;

/// `  0.123  C: EHLO host` lines as the contract's `--transcript FILE` holds them: seconds since the start, then
/// `C:` sent, `S:` received, `--` note; a line that travelled inside TLS carries an asterisk (`  0.123 *C: MAIL ...`).
[[nodiscard]] QString toText(const Transcript &transcript);
[[nodiscard]] QString toText(const TranscriptLine &line);
/// Objects with `direction` (sent received note), `stage`, `ms`, `tls`, `refusal`, `text`.
[[nodiscard]] QJsonArray toJson(const Transcript &transcript);

} // namespace relaywright
