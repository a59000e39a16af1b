// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QByteArray>
#include <QUrl>

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

class QIODevice;

namespace relaywright {

/// One field of a header (RFC 9110 §5): `Content-Type`, `application/json`.
struct HttpField {
    QByteArray name;
    QByteArray value;
    bool operator==(const HttpField &) const = default;
};

/// The content of a question. A device is open and not sequential; it is read from where it stands to its end, in this
/// thread, and stays until the question has ended or its context has gone.
using HttpBody = std::variant<std::monostate, QByteArray, Secret, QIODevice *>;

/// What is asked over HTTP (RFC 9110).
struct HttpQuestion {
    QByteArray method = "GET"; ///< GET POST PUT PATCH DELETE
    QUrl url;                  ///< http or https, without a user; may hold a secret, and is never shown
    std::vector<HttpField> fields{};
    Secret
        bearer{}; ///< goes as `Authorization: Bearer` (RFC 6750 §2.1); empty: none. Over https, or http on this computer
    HttpBody body{};
    qsizetype maxAnswerOctets = 256 * 1024; ///< of the content of the answer
    std::chrono::milliseconds patience =
        std::chrono::seconds(30); ///< from the question to the last octet of its answer
    QByteArray authoritiesPem{};  ///< trusted for this question besides the system's and the carrier's
};

/// What came back, whatever its status. Redirects come back, too: they are not followed.
struct HttpAnswer {
    int status = 0;
    std::vector<HttpField> fields{};
    Secret body{}; ///< at most `maxAnswerOctets` and one more, which says that there was more
    /// The value of a field, without regard to case; empty where it is missing.
    [[nodiscard]] QByteArray field(QByteArrayView name) const;
};

/// No answer. `sentWhole` is whether the question may have arrived whole, so that it may have been acted on: repeating it
/// may do twice what was asked for. It is true when in doubt.
struct HttpLoss {
    Error error; ///< InvalidInput: it was not asked; NotFound Unreachable Timeout TlsFailed Denied (proxy)
    bool sentWhole = false;
    bool operator==(const HttpLoss &) const = default;
};

using HttpOutcome = tl::expected<HttpAnswer, HttpLoss>;

/// Whether this computer itself is meant: `localhost`, 127.0.0.1 and its kin, [::1]. What goes there meets no network.
[[nodiscard]] bool isThisComputer(const QUrl &url);

/// Scheme, host and port of a service and nothing behind them; nothing when `base` has more, or is not https. On this computer
/// itself http will do.
[[nodiscard]] std::optional<QUrl> bareServiceUrl(const QUrl &base);

/// Error: InvalidInput for what must not go on the wire: a method, address or field of a wrong form, a token over http.
[[nodiscard]] Result<void> checkQuestion(const HttpQuestion &question);

} // namespace relaywright
