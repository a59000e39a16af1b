// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/EntraRefusal.h"
#include "core/rehearsal/PracticeDirectory.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <deque>
#include <map>
#include <optional>

namespace relaywright {

/// How long things are good for, and what happens to them.
struct GrantRules {
    std::chrono::seconds codeLife = std::chrono::minutes(1); ///< of what the browser brings back
    std::chrono::seconds deviceCodeLife = std::chrono::minutes(15);
    std::chrono::seconds pollInterval{5}; ///< 0: as fast as one likes
    std::chrono::seconds refreshIdleLimit = std::chrono::hours(24 * 90);
    /// Entra lets an old refresh token live beside the new one; true: using it ends it, as RFC 9700 §2.2.2 advises.
    bool refreshTokensEndOnUse = false;
    bool operator==(const GrantRules &) const = default;
};

/// Somebody signed in, for an application and scopes.
struct SignedInGrant {
    QString application;
    QString user;
    QString scopes; ///< as they were asked for
    bool operator==(const SignedInGrant &) const = default;
};

/// What a browser comes with to be signed in.
struct CodeWish {
    QString application;
    QString scopes;
    QString redirect;
    QByteArray challenge; ///< S256
    QString state;
};

/// What a device shows to its user.
struct DeviceCodes {
    Secret deviceCode;
    QString userCode; ///< nine letters and digits
};

template <class T>
using GrantAnswer = tl::expected<T, EntraRefusal>;

/// Keeps one kind of thing under secret names, the newest `kMost`. The names themselves are not kept, only their SHA-256.
template <class T>
class SecretShelf {
public:
    static constexpr std::size_t kMost = 2'000;
    void put(const Secret &name, T thing)
    {
        const QByteArray key = keyOf(name);
        if (m_things.insert_or_assign(key, std::move(thing)).second)
            m_order.push_back(key);
        while (m_order.size() > kMost) {
            m_things.erase(m_order.front());
            m_order.pop_front();
        }
    }
    [[nodiscard]] T *find(const Secret &name)
    {
        const auto found = m_things.find(keyOf(name));
        return found == m_things.end() ? nullptr : &found->second;
    }
    template <class Fits>
    [[nodiscard]] T *findIf(Fits fits)
    {
        for (auto &[key, thing] : m_things) {
            if (fits(thing))
                return &thing;
        }
        return nullptr;
    }

private:
    [[nodiscard]] static QByteArray keyOf(const Secret &name);
    std::map<QByteArray, T> m_things;
    std::deque<QByteArray> m_order;
};

/// Codes and refresh tokens of a practice sign-in service: made, redeemed once, forgotten. It decides by what it is told of
/// the time.
class PracticeGrants {
public:
    PracticeGrants(GrantRules rules, Randomness randomness) : m_rules(rules), m_random(std::move(randomness)) {}
    void setRules(const GrantRules &rules) { m_rules = rules; }
    [[nodiscard]] const GrantRules &rules() const { return m_rules; }

    /// A browser waits while its user decides on a page, for ten minutes; the ticket stands in that page.
    [[nodiscard]] Secret awaitDecision(const CodeWish &wish, TimePoint now);
    /// Once for each ticket. Nothing: no such page is open.
    [[nodiscard]] std::optional<CodeWish> takeDecision(const Secret &ticket, TimePoint now);
    [[nodiscard]] Secret makeCode(const CodeWish &wish, const QString &user, TimePoint now);
    /// Redeems a code with its redirect and PKCE verifier (RFC 6749 §4.1.3, RFC 7636 §4.6). Whatever is wrong, the code is
    /// used up: 70000, 70008, 54005.
    [[nodiscard]] GrantAnswer<SignedInGrant> redeemCode(const Secret &code, const QString &application,
                                                        const QString &redirect, const Secret &verifier, TimePoint now);

    [[nodiscard]] DeviceCodes makeDeviceCodes(const QString &application, const QString &scopes, TimePoint now);
    /// What was typed on the page; blanks, dashes and case do not count. False: no such code waits.
    [[nodiscard]] bool decideDevice(const QString &userCode, const std::optional<QString> &user, TimePoint now);
    /// A poll (RFC 8628 §3.5): 70016, slow_down, 70020, authorization_declined, 70018. A device code is redeemed once.
    [[nodiscard]] GrantAnswer<SignedInGrant> redeemDeviceCode(const Secret &deviceCode, const QString &application,
                                                              TimePoint now);

    [[nodiscard]] Secret makeRefreshToken(const SignedInGrant &grant, TimePoint now);
    /// Uses a refresh token: 70000 for one that is unknown or another application's, 700082 for one that lay idle, 50173 for
    /// one that has ended.
    [[nodiscard]] GrantAnswer<SignedInGrant> useRefreshToken(const Secret &token, const QString &application,
                                                             TimePoint now);
    /// Its use has brought another one: it ends where the rules say so. A use that brought none leaves it as it was.
    void replaced(const Secret &refreshToken);
    /// From now on every refresh token of that user is refused (50173); of everybody without one.
    void revoke(const QString &user = {});

private:
    struct Code {
        SignedInGrant grant;
        QString redirect;
        QByteArray challenge;
        TimePoint expires{};
        bool used = false;
    };
    struct Device {
        SignedInGrant grant; ///< without a user until somebody decided
        QString userCode;
        TimePoint expires{};
        std::optional<TimePoint> lastPoll{};
        std::chrono::seconds interval{};
        bool decided = false;
        bool used = false;
    };
    struct Refresh {
        SignedInGrant grant;
        TimePoint lastUse{};
        bool ended = false;
    };
    struct Page {
        CodeWish wish;
        TimePoint expires{};
        bool used = false;
    };
    [[nodiscard]] Secret randomName() const;

    GrantRules m_rules;
    Randomness m_random;
    SecretShelf<Page> m_pages;
    SecretShelf<Code> m_codes;
    SecretShelf<Device> m_devices;
    SecretShelf<Refresh> m_refreshes;
};

} // namespace relaywright
