// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/TokenDesk.h"

#include "core/secrets/SecretResolver.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"

#include <QPointer>

namespace relaywright {

TokenKeeping keepingOf(const Services &services, TokenCarrier &carrier)
{
    SecretStore &keychain = services.vault.keychain();
    return {
        .clock = services.clock,
        .knowledge = services.workspace.knowledge(),
        .carrier = carrier,
        .store = keychain,
        .fetchSecret = [&keychain](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
            resolveSecret(ref, keychain, context, std::move(done));
        }};
}

TokenDesk::TokenDesk(Services &services, QObject *parent)
    : QObject(parent), m_services(services), m_carrier({}, services.clock, services.workspace.knowledge()),
      m_keeping(keepingOf(services, m_carrier))
{
}

TokenDesk::~TokenDesk() = default;

TokenDesk::Source TokenDesk::sourceOf(const QString &account)
{
    const BookedAccount *booked = findAccount(m_services.accounts.accounts(), account);
    if (!booked) {
        const Error missing{ErrorKind::NotFound,
                            tr("There is no account “%1” any more. Choose another, or add it again.").arg(account)};
        return [missing](QObject *context, Done done) {
            QMetaObject::invokeMethod(
                context, [done = std::move(done), missing] { done(tl::unexpected<Error>(missing)); },
                Qt::QueuedConnection);
        };
    }
    // The desk's, whoever holds the source: it needs the carrier.
    const QPointer<TokenKeeper> ours(new TokenKeeper(booked->account, m_keeping, this));
    const std::shared_ptr<TokenKeeper> keeper(ours.data(), [ours](TokenKeeper *) {
        if (ours)
            ours->deleteLater();
    });
    return [keeper](QObject *context, Done done) {
        // It waits for the answer itself: whoever asked may go, and what a refresh token became must be kept all the same.
        const auto onAnswer = [keeper, waits = QPointer<QObject>(context),
                               done = std::move(done)](const TokenAnswer &answer) {
            if (!waits)
                return;
            if (const auto *token = std::get_if<GrantedToken>(&answer))
                return done(token->accessToken);
            const auto &trouble = std::get<TokenTrouble>(answer);
            const bool passes = trouble.kind == TokenTrouble::Kind::Wait;
            done(failure(passes ? ErrorKind::Unreachable : ErrorKind::Denied, trouble.sentence()));
        };
        keeper->get(keeper.get(), onAnswer);
    };
}

} // namespace relaywright
