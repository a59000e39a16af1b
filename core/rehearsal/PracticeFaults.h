// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/smtp/Reply.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace relaywright {

/// The replies of a conversation at which something can go wrong. Words: greeting ehlo starttls auth mail rcpt data message;
/// `data` is the answer to DATA, `message` the one after the final dot.
enum class PracticePoint { Greeting, Ehlo, StartTls, Auth, Mail, Rcpt, Data, Message };

[[nodiscard]] std::optional<PracticePoint> parsePracticePoint(const QString &word);

/// What is wrong with the certificate. Words: wrong-name expired self-signed.
enum class CertificateFault { WrongName, Expired, SelfSigned };

/// What the practice server does wrong on request, so that one can see what a device, a relay or a test makes of it.
struct PracticeFaults {
    std::chrono::milliseconds slowBanner{};   ///< before the greeting
    std::chrono::milliseconds tarpit{};       ///< before each answer
    std::optional<PracticePoint> closesAt{};  ///< 421 in place of this answer
    std::optional<PracticePoint> garbageAt{}; ///< octets that are no reply, ahead of this answer
    bool dropInData = false;                  ///< the connection is cut in the middle of the message
    bool multiLine = false;                   ///< each reply has several lines
    bool noStartTls = false;
    bool onlyTls10 = false;
    std::optional<CertificateFault> certificate{};
    bool operator==(const PracticeFaults &) const = default;
};

constexpr std::chrono::milliseconds kMaxFaultDelay = std::chrono::minutes(30);

/// One fault, with what may stand behind `=`: `slow-banner=20s` `tarpit=5s` `421-at=POINT` `garbage[=POINT]`
/// `drop-in-data` `multi-line` `no-starttls` `tls1.0-only` `cert=wrong-name|expired|self-signed`. A time is `500ms`, `20s` or
/// `2m`, at most `kMaxFaultDelay`. It is added to `faults`. Error: InvalidInput, saying what is possible.
[[nodiscard]] Result<void> addFault(PracticeFaults &faults, const QString &word);
/// The words, as `addFault` reads them.
[[nodiscard]] QStringList faultWords(const PracticeFaults &faults);

/// What the faults make of an answer: 421 in its place, or several lines.
[[nodiscard]] Reply spoiled(const PracticeFaults &faults, PracticePoint point, Reply reply);
/// What a server says that speaks another protocol.
[[nodiscard]] QByteArray garbageOctets();

} // namespace relaywright
