// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Domain.h"
#include "core/base/EmailAddress.h"
#include "core/base/Secret.h"
#include "core/site/Site.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace relaywright {

/// So many octets that nobody can guess. Tests give their own.
using Randomness = std::function<QByteArray(qsizetype octets)>;
/// A GUID of version 4 (RFC 9562 §5.4), lower case, without braces.
[[nodiscard]] QString randomGuid(const Randomness &randomness);

/// What stands in the way of a user's sign-in, in the browser and at each renewal.
enum class SignInObstacle { Nothing, SecondFactor, PasswordExpired, Disabled, Locked, ConditionalAccess, Revoked };

/// Somebody who can sign in.
struct PracticeUser {
    EmailAddress name;  ///< user principal name and mailbox
    QString objectId{}; ///< GUID
    Secret password{};  ///< empty: the page asks for none
    SignInObstacle obstacle = SignInObstacle::Nothing;
    std::vector<EmailAddress> mailboxes{}; ///< shared ones that are open to this user besides
    std::vector<EmailAddress> sendAs{};    ///< addresses that this mailbox may send as, besides its own
};

struct PracticeClientSecret {
    Secret value;
    std::optional<TimePoint> expires{}; ///< nothing: never
};

/// An app registration with its service principal. Permissions are those with consent; those of Exchange Online and those
/// of Microsoft Graph stand apart, though some have the same name.
struct PracticeApplication {
    QString id;         ///< application (client) id, a GUID in lower case
    QString objectId{}; ///< of the service principal
    QString name = QStringLiteral("Practice application");
    std::vector<PracticeClientSecret> secrets{};
    std::vector<QByteArray> certificatesPem{}; ///< RSA; whoever has the key may sign assertions
    bool allowsPublicClient = true;            ///< "Allow public client flows"
    QStringList exchangeRoles{QStringLiteral("SMTP.SendAsApp"),
                              QStringLiteral("Mail.Send")}; ///< of the application itself
    QStringList graphRoles{QStringLiteral("Mail.Send"), QStringLiteral("Mail.ReadWrite")};
    QStringList exchangeScopes{QStringLiteral("SMTP.Send"), QStringLiteral("Mail.Send")}; ///< of users through it
    QStringList graphScopes{QStringLiteral("Mail.Send"), QStringLiteral("Mail.ReadWrite")};
    /// Mailboxes that Exchange Online opens to the application itself; empty: all.
    std::vector<EmailAddress> mailboxes{};
};

/// A practice tenant as the sign-in service sees it.
struct PracticeDirectory {
    QString tenantId;               ///< GUID, lower case
    std::vector<Domain> domains{};  ///< names of the tenant besides its id
    Cloud cloud = Cloud::Worldwide; ///< decides over the names of the resources
    std::vector<PracticeApplication> applications{};
    std::vector<PracticeUser> users{};

    /// Nothing where there is none; compared without case.
    [[nodiscard]] const PracticeApplication *application(const QString &id) const;
    [[nodiscard]] const PracticeUser *user(const QString &name) const;
    [[nodiscard]] PracticeUser *user(const QString &name);
    /// A user's own one, or a shared one.
    [[nodiscard]] bool hasMailbox(const QString &name) const;
    /// The id, one of the domains, or `organizations` and `common`, where everybody's users sign in.
    [[nodiscard]] bool isCalled(const QString &tenant) const;
};

/// The words under which no single tenant is meant.
[[nodiscard]] bool isAnyTenant(const QString &tenant);

/// A made-up tenant with one application, which has one client secret, and users without passwords.
[[nodiscard]] PracticeDirectory madeUpDirectory(const std::vector<Domain> &domains,
                                                const std::vector<EmailAddress> &users, const Randomness &randomness);

} // namespace relaywright
