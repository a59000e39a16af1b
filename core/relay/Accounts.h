// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/PasswordHash.h"
#include "core/relay/RelayConfig.h"
#include "core/secrets/SecretStore.h"
#include "core/smtp/ServerSession.h"

#include <QByteArray>
#include <QObject>
#include <QThreadPool>

#include <chrono>
#include <functional>
#include <map>
#include <vector>

namespace relaywright {

/// The devices' user names and passwords, and whether a sign-in is one of them.
///
/// A check of a hash is slow on purpose, so it runs on a thread of its own, and one that was right is remembered for ten
/// minutes (as a keyed hash, in memory only): a device that signs in for every message costs one slow check, not one each.
/// Users that do not exist take as long as those that do. At most 100 checks wait; further ones are told to come again.
class Accounts : public QObject {
    Q_OBJECT
public:
    enum class Verdict {
        Good,
        Wrong,
        NotNow, ///< 454 4.7.0: too many checks wait, or the password that it is to be compared with cannot be had yet
    };
    static constexpr std::chrono::minutes kRemembered{10};
    static constexpr int kMaxWaiting = 100; ///< some ten seconds

    /// `secrets` outlives it.
    explicit Accounts(SecretStore &secrets, QObject *parent = nullptr);
    ~Accounts() override;

    /// Takes the place of those before; passwords are fetched from where they are kept. Error: InvalidInput for a hash
    /// that is none, naming the user; then nothing has changed.
    [[nodiscard]] Result<void> setAccounts(const std::vector<RelayAccount> &accounts);
    /// PLAIN and LOGIN where there is an account, CRAM-MD5 where a password itself is kept somewhere.
    [[nodiscard]] std::vector<AuthMechanism> mechanisms() const;

    /// `done` runs in this thread, at once or later; not after `context` or this object is gone.
    void check(const AuthReceived &claim, QObject *context, std::function<void(Verdict)> done);
    /// Slow checks that were made, for tests and measurements.
    [[nodiscard]] quint64 slowChecks() const { return m_slowChecks; }

Q_SIGNALS:
    /// One English sentence, without secrets.
    void logged(const QString &line);

private:
    struct Account {
        std::optional<PasswordHash> hash{};
        std::optional<SecretRef> ref{};
        std::optional<Secret> password{}; ///< from `ref`, once it is there
        bool fetching = false;
    };
    struct Remembered {
        QByteArray mark;
        std::chrono::steady_clock::time_point until{};
    };
    void fetch(const QString &user);
    [[nodiscard]] Verdict checkProof(const CramMd5Proof &proof, const QString &user);
    void checkSlowly(const QString &user, const Secret &given, QObject *context, std::function<void(Verdict)> done);
    /// A keyed hash of user and password; the key never leaves this object.
    [[nodiscard]] QByteArray markOf(const QString &user, const Secret &password) const;
    [[nodiscard]] bool isRemembered(const QString &user, const Secret &password) const;

    SecretStore &m_secrets;
    std::map<QString, Account> m_accounts;
    std::map<QString, Remembered> m_remembered; ///< of existing accounts only
    quint64 m_generation = 0;                   ///< of `m_accounts`
    QByteArray m_key;
    QThreadPool m_thread;
    int m_waiting = 0;
    quint64 m_slowChecks = 0;
};

} // namespace relaywright
