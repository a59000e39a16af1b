// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AccountTokens.h"

#include "app/UserFolders.h"

#include "core/base/Text.h"
#include "core/oauth/AccountBook.h"
#include "core/secrets/SecretResolver.h"

#include <algorithm>

namespace relaywright::cli {

namespace {

Result<TokenAccount> accountOf(const QString &name)
{
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return tl::unexpected<Error>(book.error());
    const BookedAccount *found = findAccount(*book, name);
    if (!found)
        return tl::unexpected<Error>(noSuchAccount(name));
    return found->account;
}

} // namespace

AccountTokens::AccountTokens(Context &context, SecretStore &store)
    : m_carrier({}, context.clock, context.knowledge),
      m_keeping{.clock = context.clock,
                .knowledge = context.knowledge,
                .carrier = m_carrier,
                .store = store,
                .fetchSecret =
                    [&store](const SecretRef &ref, QObject *owner, std::function<void(Result<Secret>)> done) {
                        resolveSecret(ref, store, owner, std::move(done));
                    }},
      m_keepers(m_keeping,
                [&context](TokenKeeper &keeper) {
                    QObject::connect(&keeper, &TokenKeeper::troubled, &keeper,
                                     [&context, &keeper](const TokenTrouble &trouble) {
                                         if (keeper.state().unstored) // whoever asked hears of everything else
                                             context.complain(trouble.sentence());
                                     });
                })
{
}

void AccountTokens::get(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    const auto account = accountOf(name);
    if (!account) {
        QMetaObject::invokeMethod(
            context, [done = std::move(done), error = account.error()] { done(tl::unexpected<Error>(error)); },
            Qt::QueuedConnection);
        return;
    }
    const auto keeper = of(*account);
    if (std::ranges::find(m_used, keeper) == m_used.end())
        m_used.push_back(keeper);
    keeper->get(context, [done = std::move(done)](const TokenAnswer &answer) {
        if (const auto *token = std::get_if<GrantedToken>(&answer))
            return done(token->accessToken);
        const auto &trouble = std::get<TokenTrouble>(answer);
        const bool passes = trouble.kind == TokenTrouble::Kind::Wait;
        done(failure(passes ? ErrorKind::Unreachable : ErrorKind::Denied, trouble.sentence()));
    });
}

Error noSuchAccount(const QString &name)
{
    return {
        ErrorKind::NotFound,
        QStringLiteral("There is no account %1. See them all with: relaywright-cli oauth status.").arg(quotable(name))};
}

} // namespace relaywright::cli
