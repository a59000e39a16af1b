// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/smtp/Reply.h"

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace relaywright {

/// What stands in a transcript where a secret was.
[[nodiscard]] QString hiddenSecret();

/// Hides what a server repeats of a secret ("535 wrong password hunter2"). Give it each secret in every form that
/// went on the wire, and pass each reply through it before anybody else sees it.
class SecretMask {
public:
    /// Fewer than `kMinimumOctets` octets are not hidden: they would match ordinary words.
    static constexpr qsizetype kMinimumOctets = 4;
    /// Adds `octets`, their base64 form, and what of it stays the same when they stand inside something longer that is
    /// in base64: an answer of PLAIN, the JSON of a refused token.
    void add(QByteArrayView octets);
    [[nodiscard]] QByteArray apply(const QByteArray &text) const;
    /// A line that was cut somewhere, perhaps within a secret: three octets or more that could be the beginning of
    /// one are hidden as well.
    [[nodiscard]] QByteArray applyToFragment(const QByteArray &text) const;
    /// Also a secret that begins on one line and goes on on the next, behind the enhanced code that servers repeat.
    [[nodiscard]] Reply apply(const Reply &reply) const;
    [[nodiscard]] QString apply(const QString &text) const;

private:
    void addNeedle(QByteArray octets);
    std::vector<Secret> m_needles; ///< longest first
};

} // namespace relaywright
