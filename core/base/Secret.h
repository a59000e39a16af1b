// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace relaywright {

/// A password, token or key in memory. It has no stream operator and no implicit way out, compares in constant
/// time, and wipes its octets when the last copy goes. Call `reveal()` only where the octets go on the wire.
class Secret {
public:
    Secret() = default;
    /// Takes the octets over; `octets` is wiped when it was not shared.
    explicit Secret(QByteArray &&octets);
    /// For text from a password field; UTF-8.
    [[nodiscard]] static Secret fromText(const QString &text);

    [[nodiscard]] bool isEmpty() const;
    /// Valid as long as this secret lives. Never log it, never put it into a QString that outlives the call.
    [[nodiscard]] QByteArrayView reveal() const;
    bool operator==(const Secret &other) const;

private:
    struct Octets;
    std::shared_ptr<const Octets> m_octets;
};

/// Overwrites `octets` so that the compiler cannot leave it out; does nothing to a shared array's other owners.
void wipe(QByteArray &octets);

/// Where a secret is kept; the only form in which documents and command lines name one.
/// `keychain:NAME` `env:NAME` `file:PATH` `credential:NAME` (systemd) `stdin`
class SecretRef {
public:
    enum class Kind { Keychain, Environment, File, SystemdCredential, StandardInput };
    /// Error: InvalidInput, listing the forms; it never repeats `text`, which may be a password typed by mistake.
    [[nodiscard]] static Result<SecretRef> parse(const QString &text);
    [[nodiscard]] static SecretRef keychain(const QString &name) { return SecretRef(Kind::Keychain, name); }

    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] QString toString() const;
    bool operator==(const SecretRef &) const = default;

private:
    SecretRef(Kind kind, QString name) : m_kind(kind), m_name(std::move(name)) {}
    Kind m_kind;
    QString m_name;
};

} // namespace relaywright
