// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/oauth/TokenJudgement.h"
#include "core/rehearsal/PracticeDirectory.h"
#include "core/rehearsal/PracticeTokenIssuer.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace relaywright {

/// Why a practice server does not take an access token.
struct TokenVerdict {
    enum class Fault {
        NotIssued,     ///< no token of the sign-in service, or one that cannot be read
        WrongResource, ///< its audience is another service
        OutOfTime,     ///< ended, or not begun
        NoPermission,  ///< none that the step needs
        WrongMailbox,  ///< the mailbox is not open to its holder
    };
    Fault fault = Fault::NotIssued;
    QString sentence; ///< whole: what the token says, and what is needed
    bool operator==(const TokenVerdict &) const = default;
};

/// Takes exactly the tokens that a practice sign-in service issued for a purpose, as Exchange Online and Graph would: by
/// signature and issuer, audience, time, permission, and whether the mailbox is open to who holds it.
class PracticeTokenJudge {
public:
    PracticeTokenJudge(std::shared_ptr<const PracticeTokenIssuer> issuer,
                       std::shared_ptr<const PracticeDirectory> directory)
        : m_issuer(std::move(issuer)), m_directory(std::move(directory))
    {
    }

    /// One of `permissions` will do, a user's scope or an application's role. `need.mailbox` is the one that is asked for;
    /// empty where it is the holder's own (`/me`): then an application has none.
    [[nodiscard]] tl::expected<TokenClaims, TokenVerdict> judge(const Secret &token, const TokenNeed &need,
                                                                const QStringList &permissions,
                                                                const Knowledge &knowledge, TimePoint now) const;

    [[nodiscard]] const PracticeDirectory &directory() const { return *m_directory; }

private:
    [[nodiscard]] bool isOpenTo(const TokenClaims &claims, const QString &mailbox) const;
    std::shared_ptr<const PracticeTokenIssuer> m_issuer;
    std::shared_ptr<const PracticeDirectory> m_directory;
};

} // namespace relaywright
