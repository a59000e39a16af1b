// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/HostSignIn.h"

#include "core/oauth/TokenKeeper.h"

#include <utility>

namespace relaywright {

namespace {

/// One that an operator gave is not looked up again elsewhere; one that was refused is, before the next try.
class PasswordSignIn final : public HostSignIn {
public:
    PasswordSignIn(const RelayUpstream &host, DeliveryDesk &desk) : m_host(host), m_desk(desk) {}

    bool isMissing() const override { return !m_password || m_isDoubted; }
    std::optional<Credentials> credentials() override
    {
        if (isMissing())
            return std::nullopt;
        return Credentials{m_host.user, *m_password, AuthMechanism::Auto};
    }
    void ask() override
    {
        if (!isMissing() || std::exchange(m_isAsked, true))
            return;
        m_desk.fetchSecret(*m_host.password, this, [this](const Result<Secret> &password) { onPassword(password); });
    }
    bool onRefused(const Secret &) override
    {
        m_isDoubted = m_isDoubted || (m_password && m_origin == Origin::Configured);
        return false;
    }
    bool takesPassword() const override { return true; }
    void setPassword(const Secret &password) override
    {
        m_isAsked = false;
        keep(password, Origin::Operator);
    }

private:
    enum class Origin { Configured, Operator };
    void keep(const Secret &password, Origin origin)
    {
        m_password = password;
        m_origin = origin;
        m_isDoubted = false;
        Q_EMIT changed();
    }
    void onPassword(const Result<Secret> &password)
    {
        if (!std::exchange(m_isAsked, false))
            return; // an operator was faster
        if (!password)
            return Q_EMIT failed(
                RouteNews::SignInRefused,
                QStringLiteral("The password of %1 cannot be read: %2").arg(m_host.user, password.error().detail),
                std::chrono::milliseconds(0));
        // There is only one such line.
        const bool onlyOnce = m_host.password->kind() == SecretRef::Kind::StandardInput;
        keep(*password, onlyOnce ? Origin::Operator : Origin::Configured);
    }

    const RelayUpstream &m_host;
    DeliveryDesk &m_desk;
    std::optional<Secret> m_password;
    Origin m_origin = Origin::Configured;
    bool m_isAsked = false;
    bool m_isDoubted = false;
};

/// The keeper renews tokens while they are used; a new one is asked for when there is none or it was refused.
class TokenSignIn final : public HostSignIn {
public:
    TokenSignIn(const RelayUpstream &host, std::shared_ptr<TokenKeeper> keeper, const Clock &clock)
        : m_host(host), m_keeper(std::move(keeper)), m_clock(clock)
    {
        connect(m_keeper.get(), &TokenKeeper::mended, this, &HostSignIn::mended);
        // Also of a question that somebody else asked, such as the test of each day.
        connect(m_keeper.get(), &TokenKeeper::troubled, this, [this] {
            if (!isMissing() || !m_keeper->state().trouble)
                return;
            m_isAsked = false; // the answer to our own question says no more
            fail(*m_keeper->state().trouble);
        });
    }

    bool isMissing() const override { return !m_keeper->hasToken(); }
    std::optional<Credentials> credentials() override
    {
        auto token = m_keeper->token();
        if (!token)
            return std::nullopt;
        Credentials credentials{m_host.user, std::move(*token)};
        credentials.isToken = true;
        return credentials;
    }
    void ask() override
    {
        if (!isMissing() || std::exchange(m_isAsked, true))
            return;
        m_keeper->get(this, [this](const TokenAnswer &answer) {
            if (!std::exchange(m_isAsked, false))
                return;
            const auto *trouble = std::get_if<TokenTrouble>(&answer);
            trouble ? fail(*trouble) : Q_EMIT changed();
        });
    }
    void onAccepted(const Secret &token) override { m_keeper->accepted(token); }
    bool onRefused(const Secret &token) override { return m_keeper->refused(token); }
    void tryNow() override { m_keeper->tryNow(); }

private:
    void fail(const TokenTrouble &trouble)
    {
        const bool passes = trouble.kind == TokenTrouble::Kind::Wait;
        const TimePoint now = m_clock.now();
        Q_EMIT failed(passes ? RouteNews::Unreachable : RouteNews::SignInRefused,
                      QStringLiteral("There is no access token for %1. %2").arg(m_host.user, trouble.sentence()),
                      m_keeper->state().nextAsk.value_or(now) - now);
    }

    const RelayUpstream &m_host;
    std::shared_ptr<TokenKeeper> m_keeper;
    const Clock &m_clock;
    bool m_isAsked = false;
};

} // namespace

std::unique_ptr<HostSignIn> HostSignIn::of(const RelayUpstream &host, DeliveryDesk &desk)
{
    if (host.oauth)
        return std::make_unique<TokenSignIn>(host, desk.keeperOf(*host.oauth), desk.clock);
    if (host.user.isEmpty())
        return nullptr;
    return std::make_unique<PasswordSignIn>(host, desk);
}

} // namespace relaywright
