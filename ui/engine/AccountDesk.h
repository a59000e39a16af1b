// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "core/oauth/PersonSignIn.h"
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenKeeper.h"
#include "ui/engine/Services.h"

#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// What is done with an account: kept for the first time, tried, signed in to once more, given a new secret, forgotten.
enum class AccountTask { Add, Test, SignInAgain, Replace, Forget };

/// One step of a task, as a person follows it.
struct AccountStep {
    enum class State { Open, Running, Done, Wrong };
    QString words;
    State state = State::Open;
};

/// How a person signs in.
enum class PersonWay { Browser, DeviceCode };

/// An account as somebody described it, and what of it is a secret: the client secret, or the passphrase of the
/// certificate's key (empty: it has none). It goes to the keychain, and the account says under which name.
struct AccountWish {
    BookedAccount booked;
    Secret secret{};
    PersonWay way = PersonWay::Browser; ///< where a person signs in
};

/// How a task went.
struct AccountOutcome {
    AccountTask task{};
    QString account;
    QString problem{}; ///< whole sentences with what to do; empty: it went well
    QString traces{};  ///< by which Microsoft finds the try; empty: none
    QString note{};    ///< what is left for the person to do; empty: nothing
    std::optional<TokenClaims> claims{};
    std::vector<TokenRemark> remarks{};
};

/// The names under which the keychain keeps what is typed in the window for an account: `secret NAME`, `passphrase NAME`.
[[nodiscard]] QString clientSecretKeychainName(const QString &account);
[[nodiscard]] QString passphraseKeychainName(const QString &account);

/// Does one thing with one account at a time, step by step, and never holds the window up; while it does, nothing else
/// begins. Secrets go into the keychain and are not kept here. Whatever fails or is cancelled leaves the account as it was and
/// takes away what was put beside it.
class AccountDesk : public QObject {
    Q_OBJECT
public:
    /// `services` outlive it.
    explicit AccountDesk(Services &services, QObject *parent = nullptr);
    ~AccountDesk() override;

    /// Signs in for the first time and keeps the account. One of the same name makes way for it.
    void add(const AccountWish &wish);
    /// Signs in with what is kept. The book learns of a success, and when the certificate in the file ends, if it still has
    /// the account as it is.
    void test(const BookedAccount &account);
    /// A person signs in once more: what was kept of the last time has ended, or was taken back.
    void signInAgain(const BookedAccount &account, PersonWay way);
    /// Gives the application a new client secret, good until `ends`: it is kept beside the old one, tried by a sign-in, and
    /// takes the old one's place, under its name, so that the relay and scripts that know the place get the new one. A
    /// place that is not in the keychain cannot be written to: then the account names a new place, and the outcome's note
    /// says what else must follow. Until then the old one is in use.
    void replaceSecret(const BookedAccount &account, const Secret &secret, const std::optional<QDate> &ends);
    /// Gives the application a new certificate and its key, with the key's passphrase (empty: it has none): tried by a
    /// sign-in, and the account names the new files only if it works. Until then the old ones are in use.
    void replaceCertificate(const BookedAccount &account, const KeptCertificate &next, const Secret &passphrase);
    /// Takes it out of the book, and from the keychain what only this account kept there.
    void forget(const BookedAccount &account);
    /// Ends what is being done, unless it has come so far that it must go on.
    void cancel();

    [[nodiscard]] bool isBusy() const { return m_run != nullptr; }
    [[nodiscard]] bool canCancel() const;
    /// Of the task that runs, or of the last one.
    [[nodiscard]] AccountTask task() const { return m_outcome.task; }
    [[nodiscard]] const QString &account() const { return m_outcome.account; }
    [[nodiscard]] const std::vector<AccountStep> &steps() const { return m_steps; }

Q_SIGNALS:
    /// A task began, took a step, or ended.
    void changed();
    /// As PersonSignIn says them.
    void browserWanted(const QUrl &url);
    void codeOffered(const relaywright::DeviceCodeOffer &offer);
    /// Once for each task; not for a cancelled one.
    void finished(const relaywright::AccountOutcome &outcome);
    void cancelled();

private:
    struct Run;
    using Then = std::function<void()>;
    using Freed = std::function<void(const QString &name)>;

    /// An answer to the task that runs now; to a later one, or to none, it says nothing.
    template <class Answered>
    [[nodiscard]] auto guarded(Answered answered)
    {
        return [this, asked = m_run.get(), answered = std::move(answered)](const auto &answer) {
            if (m_run && m_run.get() == asked)
                answered(answer);
        };
    }
    [[nodiscard]] bool begin(AccountTask task, const BookedAccount &account, const QStringList &steps);
    void signInPerson(PersonWay way, const Then &then);
    void signInSilently(const Then &then);
    void onGranted(const GrantedToken &token);
    /// A certificate says itself when it ends.
    void noteCertificateEnd(const Then &then);
    void resolve(const SecretRef &ref, const std::function<void(const Secret &)> &then);
    /// A name of the keychain that nothing has yet: `base`, or with a number behind it.
    void findFreeName(const QString &base, const Freed &then, int number = 1);
    void keepBeside(const QString &base, const Secret &secret, const Freed &then);
    void takePlace(const QString &place, const Secret &secret);
    void book(const std::function<void(AccountBook &)> &change, const Then &then);
    void changeBooked(const std::function<void(BookedAccount &)> &change);
    void removeFrom(const QStringList &names, const Then &then);
    void nextStep();
    void fail(const Error &error);
    void fail(const TokenTrouble &trouble);
    void finish();
    void clearUp();

    Services &m_services;
    TokenCarrier m_carrier;
    std::unique_ptr<Run> m_run;
    std::vector<AccountStep> m_steps;
    AccountOutcome m_outcome;
};

} // namespace relaywright
