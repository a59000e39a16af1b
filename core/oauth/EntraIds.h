// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

namespace relaywright {

/// An organisation as Entra addresses it: the directory (tenant) id, one of its domains, or `organizations`, where a user
/// signs in and may be of any (Microsoft identity platform, "Endpoints"). Lower case.
class EntraTenant {
public:
    /// Error: InvalidInput, saying where the id is found; also for `common` and `consumers`, which let in personal
    /// accounts: those have no mailbox of an organisation.
    [[nodiscard]] static Result<EntraTenant> parse(const QString &text);
    [[nodiscard]] const QString &toString() const { return m_text; }
    /// False for `organizations`: an application cannot sign in as itself there.
    [[nodiscard]] bool isOne() const;
    bool operator==(const EntraTenant &) const = default;

private:
    explicit EntraTenant(QString text) : m_text(std::move(text)) {}
    QString m_text;
};

/// The application (client) id of an app registration: a GUID, lower case, without braces.
class ApplicationId {
public:
    /// Error: InvalidInput, saying where the id is found. It does not repeat `text`, which may be a secret in its place.
    [[nodiscard]] static Result<ApplicationId> parse(const QString &text);
    [[nodiscard]] const QString &toString() const { return m_text; }
    bool operator==(const ApplicationId &) const = default;

private:
    explicit ApplicationId(QString text) : m_text(std::move(text)) {}
    QString m_text;
};

} // namespace relaywright
