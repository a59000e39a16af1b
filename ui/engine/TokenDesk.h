// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenKeeper.h"
#include "ui/engine/Services.h"

#include <QObject>

#include <functional>

namespace relaywright {

/// What a keeper takes from the window's services; `services` and `carrier` outlive it.
[[nodiscard]] TokenKeeping keepingOf(const Services &services, TokenCarrier &carrier);

/// Access tokens of the accounts that the user keeps, for tests. Each test asks anew: a token of before knows nothing of
/// permissions that came since.
class TokenDesk : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Result<Secret>)>;
    /// `done` is called once, later, never when `context` is destroyed first.
    using Source = std::function<void(QObject *context, Done done)>;

    /// `services` outlive it.
    explicit TokenDesk(Services &services, QObject *parent = nullptr);
    /// A question that is under way may bring the successor of a person's sign-in, which is lost with the desk.
    ~TokenDesk() override;

    /// A token of the account of that name. Error: NotFound without such an account, Denied when somebody must act,
    /// Unreachable when it may pass by itself.
    void get(const QString &account, QObject *context, Done done) { sourceOf(account)(context, std::move(done)); }
    /// The same for tests in a row: one token serves them all, as long as it lives.
    [[nodiscard]] Source sourceOf(const QString &account);

private:
    Services &m_services;
    TokenCarrier m_carrier;
    TokenKeeping m_keeping;
};

} // namespace relaywright
