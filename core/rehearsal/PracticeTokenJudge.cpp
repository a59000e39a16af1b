// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeTokenJudge.h"

#include <algorithm>

namespace relaywright {

namespace {

tl::unexpected<TokenVerdict> refused(TokenVerdict::Fault fault, const QString &sentence)
{
    return tl::unexpected<TokenVerdict>(TokenVerdict{fault, sentence});
}

bool holdsOneOf(const QStringList &held, const QStringList &wanted)
{
    return std::any_of(wanted.begin(), wanted.end(),
                       [&held](const QString &permission) { return held.contains(permission, Qt::CaseInsensitive); });
}

bool isAmong(const std::vector<EmailAddress> &mailboxes, const QString &mailbox)
{
    return std::any_of(mailboxes.begin(), mailboxes.end(), [&mailbox](const EmailAddress &one) {
        return one.toString().compare(mailbox, Qt::CaseInsensitive) == 0;
    });
}

} // namespace

bool PracticeTokenJudge::isOpenTo(const TokenClaims &claims, const QString &mailbox) const
{
    if (claims.isApplication) {
        const PracticeApplication *application = m_directory->application(claims.applicationId);
        return application && !mailbox.isEmpty()
               && (application->mailboxes.empty() || isAmong(application->mailboxes, mailbox));
    }
    const PracticeUser *user = m_directory->user(claims.user);
    return user
           && (mailbox.isEmpty() || claims.user.compare(mailbox, Qt::CaseInsensitive) == 0
               || isAmong(user->mailboxes, mailbox));
}

tl::expected<TokenClaims, TokenVerdict> PracticeTokenJudge::judge(const Secret &token, const TokenNeed &need,
                                                                  const QStringList &permissions,
                                                                  const Knowledge &knowledge, TimePoint now) const
{
    using Fault = TokenVerdict::Fault;
    const auto claims = m_issuer->read(token);
    if (!claims)
        return refused(Fault::NotIssued, claims.error().detail);
    QString audience = claims->audience;
    while (audience.endsWith(u'/'))
        audience.chop(1);
    const QStringList wanted = audiencesFor(need, knowledge);
    if (!wanted.contains(audience, Qt::CaseInsensitive))
        return refused(
            Fault::WrongResource,
            QStringLiteral("The token is for %1 (aud), and %2 is needed.").arg(claims->audience, wanted.first()));
    if (!claims->expires || !claims->notBefore || *claims->expires <= now || *claims->notBefore > now)
        return refused(Fault::OutOfTime,
                       QStringLiteral("The token has ended, or is not good yet (exp, nbf). Fetch a new one."));
    const QStringList &held = claims->isApplication ? claims->roles : claims->scopes;
    if (!holdsOneOf(held, permissions))
        return refused(Fault::NoPermission,
                       QStringLiteral("The token holds \"%1\" (%2), and %3 is needed.")
                           .arg(held.join(u' '),
                                claims->isApplication ? QStringLiteral("roles") : QStringLiteral("scp"),
                                permissions.join(QStringLiteral(" or "))));
    if (!isOpenTo(*claims, need.mailbox))
        return refused(Fault::WrongMailbox,
                       need.mailbox.isEmpty()
                           ? QStringLiteral("The token is an application's, which has no mailbox of its own.")
                           : QStringLiteral("The mailbox %1 is not open to who holds the token.").arg(need.mailbox));
    return *claims;
}

} // namespace relaywright
