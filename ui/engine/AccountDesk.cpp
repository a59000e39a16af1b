// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/AccountDesk.h"

#include "ui/engine/AccountDeskRun.h"

#include "core/relay/RelayConfig.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/text/AccountText.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Names of the keychain that an account keeps something under.
QStringList keychainNamesOf(const AccountProof &proof)
{
    QStringList names;
    const auto add = [&names](const SecretRef &ref) {
        if (ref.kind() == SecretRef::Kind::Keychain)
            names += ref.name();
    };
    if (const auto *secret = std::get_if<KeptClientSecret>(&proof))
        add(secret->secret);
    if (const auto *certificate = std::get_if<KeptCertificate>(&proof)) {
        add(certificate->key);
        if (certificate->passphrase)
            add(*certificate->passphrase);
    }
    if (const auto *person = std::get_if<KeptRefreshToken>(&proof))
        names += person->keychainName;
    return names;
}

/// What was made for this account alone; other names may have other users.
bool isOurs(const QString &keychainName, const BookedAccount &account)
{
    return std::holds_alternative<KeptRefreshToken>(account.account.proof)
           || keychainName.startsWith(clientSecretKeychainName(account.name))
           || keychainName.startsWith(passphraseKeychainName(account.name));
}

void put(AccountBook &book, const BookedAccount &account)
{
    std::erase_if(book, [&account](const BookedAccount &one) { return one.name == account.name; });
    book.push_back(account);
}

} // namespace

QString clientSecretKeychainName(const QString &account)
{
    return QStringLiteral("secret ") + account;
}

QString passphraseKeychainName(const QString &account)
{
    return QStringLiteral("passphrase ") + account;
}

AccountDesk::AccountDesk(Services &services, QObject *parent)
    : QObject(parent), m_services(services), m_carrier({}, services.clock, services.workspace.knowledge())
{
}

AccountDesk::~AccountDesk()
{
    if (canCancel()) // what was put beside an account is of no use to the next start of the window
        clearUp();
}

bool AccountDesk::canCancel() const
{
    return m_run && !m_run->mustGoOn;
}

bool AccountDesk::begin(AccountTask task, const BookedAccount &account, const QStringList &steps)
{
    if (m_run)
        return false;
    m_run = std::make_unique<Run>(account);
    m_outcome = {.task = task, .account = account.name};
    m_steps.clear();
    for (const QString &words : steps)
        m_steps.push_back({words});
    m_steps.front().state = AccountStep::State::Running;
    Q_EMIT changed();
    return true;
}

void AccountDesk::add(const AccountWish &wish)
{
    BookedAccount account = wish.booked;
    account.added = m_services.clock.now();
    const auto bookIt = [this] {
        noteCertificateEnd([this] {
            book([account = m_run->account](AccountBook &all) { put(all, account); },
                 [this] {
                     m_run->beside.clear(); // they are the account's now
                     finish();
                 });
        });
    };
    if (std::holds_alternative<KeptRefreshToken>(account.account.proof)) {
        if (begin(AccountTask::Add, account,
                  {tr("Sign in"), tr("Keep the sign-in in the keychain"), tr("Keep the account")}))
            signInPerson(wish.way, bookIt);
        return;
    }
    if (wish.secret.isEmpty()) {
        if (begin(AccountTask::Add, account, {tr("Sign in"), tr("Keep the account")}))
            signInSilently(bookIt);
        return;
    }
    const bool isCertificate = std::holds_alternative<KeptCertificate>(account.account.proof);
    if (!begin(AccountTask::Add, account,
               {isCertificate ? tr("Keep the passphrase in the keychain") : tr("Keep the secret in the keychain"),
                tr("Sign in with it"), tr("Keep the account")}))
        return;
    keepBeside(isCertificate ? passphraseKeychainName(account.name) : clientSecretKeychainName(account.name),
               wish.secret, [this, bookIt](const QString &name) {
                   AccountProof &proof = m_run->account.account.proof;
                   if (auto *certificate = std::get_if<KeptCertificate>(&proof))
                       certificate->passphrase = SecretRef::keychain(name);
                   else
                       proof = KeptClientSecret{SecretRef::keychain(name)};
                   nextStep();
                   signInSilently(bookIt);
               });
}

void AccountDesk::test(const BookedAccount &account)
{
    if (!begin(AccountTask::Test, account, {tr("Sign in"), tr("Note the success")}))
        return;
    signInSilently([this] {
        noteCertificateEnd([this] {
            const bool saysItself = std::holds_alternative<KeptCertificate>(m_run->before.proof);
            changeBooked([account = m_run->account, saysItself](BookedAccount &one) {
                one.lastSuccess = account.lastSuccess;
                if (saysItself) // it may be another one in the same file
                    one.proofEnds = account.proofEnds;
            });
        });
    });
}

void AccountDesk::signInAgain(const BookedAccount &account, PersonWay way)
{
    if (!begin(AccountTask::SignInAgain, account,
               {tr("Sign in"), tr("Keep the sign-in in the keychain"), tr("Note the success")}))
        return;
    signInPerson(
        way, [this] { changeBooked([now = m_services.clock.now()](BookedAccount &one) { one.lastSuccess = now; }); });
}

void AccountDesk::replaceSecret(const BookedAccount &account, const Secret &secret, const std::optional<QDate> &ends)
{
    const auto *kept = std::get_if<KeptClientSecret>(&account.account.proof);
    if (!kept)
        return;
    const SecretRef old = kept->secret;
    const bool inPlace = old.kind() == SecretRef::Kind::Keychain;
    QStringList steps{tr("Keep the new secret beside the old one"), tr("Sign in with the new one")};
    if (inPlace)
        steps << tr("Put the new one into the old one’s place") << tr("Forget the old one and the copy beside it");
    else
        steps << tr("Let the account use the new one");
    if (!begin(AccountTask::Replace, account, steps))
        return;
    m_run->account.proofEnds = ends;
    const auto onSignedIn = [this, old, secret, inPlace] {
        m_run->mustGoOn = true;
        if (inPlace)
            return takePlace(old.name(), secret);
        changeBooked([account = m_run->account](BookedAccount &one) { one = account; });
        m_outcome.note =
            tr("The old secret is still in %1, which is not Relaywright’s to change: delete it there when nothing uses "
               "it any more. Where a smart host of the relay signs in with this account, choose the account there "
               "again.")
                .arg(old.toString());
    };
    keepBeside(clientSecretKeychainName(account.name), secret, [this, onSignedIn](const QString &name) {
        m_run->account.account.proof = KeptClientSecret{SecretRef::keychain(name)};
        nextStep();
        signInSilently(onSignedIn);
    });
}

void AccountDesk::replaceCertificate(const BookedAccount &account, const KeptCertificate &next,
                                     const Secret &passphrase)
{
    QStringList steps;
    if (!passphrase.isEmpty())
        steps << tr("Keep the passphrase in the keychain");
    steps << tr("Sign in with the new certificate") << tr("Let the account use the new certificate");
    if (!begin(AccountTask::Replace, account, steps))
        return;
    m_run->account.account.proof = next;
    const bool relayUsesIt = !smartHostsOf(account.account, m_services.relay.config()).isEmpty();
    for (const QString &name : keychainNamesOf(account.account.proof)) {
        if (isOurs(name, account) && !relayUsesIt)
            m_run->after += name;
    }
    const auto go = [this, relayUsesIt] {
        signInSilently([this, relayUsesIt] {
            noteCertificateEnd([this, relayUsesIt] {
                m_run->mustGoOn = true;
                if (relayUsesIt)
                    m_outcome.note =
                        tr("The relay still signs in with the old certificate: choose the account again in its "
                           "settings, under Ways out.");
                changeBooked([account = m_run->account](BookedAccount &one) { one = account; });
            });
        });
    };
    if (passphrase.isEmpty())
        return go();
    keepBeside(passphraseKeychainName(account.name), passphrase, [this, go](const QString &name) {
        std::get<KeptCertificate>(m_run->account.account.proof).passphrase = SecretRef::keychain(name);
        nextStep();
        go();
    });
}

/// The relay's file and scripts name the place, and would go on with the old secret if the account named another one.
void AccountDesk::takePlace(const QString &place, const Secret &secret)
{
    m_services.vault.keychain().write(place, secret, m_run.get(), guarded([this](const Result<void> &written) {
                                          if (!written)
                                              return fail(written.error());
                                          nextStep();
                                          m_run->account.account = m_run->before;
                                          const QStringList copies = std::exchange(m_run->beside, {});
                                          removeFrom(copies, [this] {
                                              changeBooked([account = m_run->account](BookedAccount &one) {
                                                  one.proofEnds = account.proofEnds;
                                                  one.lastSuccess = account.lastSuccess;
                                              });
                                          });
                                      }));
}

void AccountDesk::forget(const BookedAccount &account)
{
    if (!begin(AccountTask::Forget, account,
               {tr("Take its secrets out of the keychain"), tr("Take the account out of the list")}))
        return;
    m_run->mustGoOn = true;
    const auto isKeptFor = [this, &account](const QString &name) {
        const AccountBook &all = m_services.accounts.accounts();
        return std::ranges::any_of(all, [&](const BookedAccount &one) {
            return one.name != account.name && keychainNamesOf(one.account.proof).contains(name);
        });
    };
    QStringList names;
    const bool relayUsesIt = !smartHostsOf(account.account, m_services.relay.config()).isEmpty();
    for (const QString &name : keychainNamesOf(account.account.proof)) {
        if (isOurs(name, account) && !isKeptFor(name) && !relayUsesIt)
            names += name;
    }
    if (relayUsesIt)
        m_outcome.note = tr("The relay still signs in with it, so the keychain keeps its secret. Give the smart host "
                            "another account on the page Relay.");
    removeFrom(names, [this, name = account.name] {
        nextStep();
        book([name](
                 AccountBook &all) { std::erase_if(all, [&](const BookedAccount &one) { return one.name == name; }); },
             [this] { finish(); });
    });
}

void AccountDesk::cancel()
{
    if (!canCancel())
        return;
    // A question that is under way may bring the sign-in's successor, and that must still be kept.
    const bool renews = std::holds_alternative<KeptRefreshToken>(m_run->account.account.proof);
    if (TokenKeeper *keeper = renews ? m_run->keeper.release() : nullptr) {
        keeper->setParent(this);
        keeper->get(keeper, [keeper](const TokenAnswer &) { keeper->deleteLater(); });
    }
    clearUp();
    Q_EMIT changed();
    Q_EMIT cancelled();
}

} // namespace relaywright
