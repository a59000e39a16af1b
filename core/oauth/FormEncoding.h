// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

/// `name=value` pairs as application/x-www-form-urlencoded (RFC 6749 Appendix B; WHATWG URL §5): UTF-8, a blank as `+`,
/// all but letters, digits and `*-._` as `%XX`. Secrets stay in memory that is wiped, and are hidden in `shown`.
class FormWriter {
public:
    void add(QByteArrayView name, const QString &value);
    void add(QByteArrayView name, const Secret &value);

    /// Everything so far.
    [[nodiscard]] Secret form() const;
    /// The same with `(hidden)` for each secret: for a transcript.
    [[nodiscard]] QString shown() const;
    /// The secrets, to find them in an answer that repeats what was asked.
    [[nodiscard]] std::vector<Secret> secrets() const;

private:
    struct Pair {
        QByteArray name;
        QString text;
        std::optional<Secret> secret;
    };
    std::vector<Pair> m_pairs;
};

/// Encodes one value; for a secret give the result to a `Secret` or wipe it.
[[nodiscard]] QByteArray formEncoded(QByteArrayView value);

/// Reads a form or a URL's query, in its order. Nothing when it has more than 64 pairs, a `%` that is not followed by two
/// hexadecimal digits, or a name twice (RFC 6749 §3.1 forbids that, and readers differ in which one they take).
[[nodiscard]] std::optional<std::vector<std::pair<QByteArray, QByteArray>>> readForm(QByteArrayView form);

} // namespace relaywright
