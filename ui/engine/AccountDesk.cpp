// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/AccountDesk.h"

#include "core/oauth/ClientAssertion.h"
#include "core/relay/RelayConfig.h"
#include "core/secrets/SecretResolver.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/text/AccountText.h"

#include <QFile>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kMostNames = 20;
constexpr qint64 kMaxCertificateOctets = 1 << 20;

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

QString tracesOf(const TokenTrouble &trouble)
{
    QStringList traces;
    if (!trouble.traceId.isEmpty())
        traces += AccountDesk::tr("Trace id %1").arg(trouble.traceId);
    if (!trouble.correlationId.isEmpty())
        traces += AccountDesk::tr("correlation id %1").arg(trouble.correlationId);
    return traces.join(QLatin1String(", "));
}

} // namespace

/// What one task has under way; with it everything ends that would still answer.
struct AccountDesk::Run : QObject {
    BookedAccount account; ///< as it is to be booked
    TokenAccount before;   ///< as the book had it
    std::unique_ptr<PersonSignIn> person{};
    std::unique_ptr<TokenKeeper> keeper{};
    QStringList beside{}; ///< taken out of the keychain again if this ends before its time
    QStringList after{};  ///< taken out of it when the book has the change
    bool mustGoOn = false;
    explicit Run(const BookedAccount &one) : account(one), before(one.account) {}
};

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
    if (canCancel()) // what was put beside an account is of no use to the next run
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
        connect(keeper, &TokenKeeper::renewed, keeper, &QObject::deleteLater);
        connect(keeper, &TokenKeeper::troubled, keeper, &QObject::deleteLater);
    }
    clearUp();
    Q_EMIT changed();
    Q_EMIT cancelled();
}

void AccountDesk::signInPerson(PersonWay way, const Then &then)
{
    const BookedAccount &account = m_run->account;
    const auto client = clientOf(account.account, m_services.workspace.knowledge());
    if (!client)
        return fail(client.error());
    m_run->person =
        std::make_unique<PersonSignIn>(*client, m_carrier, m_services.clock, m_services.workspace.knowledge());
    PersonSignIn *person = m_run->person.get();
    connect(person, &PersonSignIn::browserWanted, this, &AccountDesk::browserWanted);
    connect(person, &PersonSignIn::codeOffered, this, &AccountDesk::codeOffered);
    const QString place = std::get<KeptRefreshToken>(account.account.proof).keychainName;
    connect(person, &PersonSignIn::finished, this, guarded([this, place, then](const TokenAnswer &answer) {
                if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
                    return fail(*trouble);
                const auto &token = std::get<GrantedToken>(answer);
                if (token.refreshToken.isEmpty())
                    return fail(
                        {ErrorKind::Denied,
                         tr("The sign-in service gave no refresh token, so the sign-in would end within the hour. Let "
                            "the application ask for offline_access, and sign in again.")});
                nextStep();
                m_run->mustGoOn = true; // what is written now replaces the sign-in of the last time
                m_services.vault.keychain().write(place, token.refreshToken, m_run.get(),
                                                  guarded([this, token, then](const Result<void> &written) {
                                                      if (!written)
                                                          return fail(written.error());
                                                      onGranted(token);
                                                      nextStep();
                                                      then();
                                                  }));
            }));
    const QString hint = EmailAddress::parse(account.name) ? account.name : QString();
    const auto begun = way == PersonWay::Browser ? person->inBrowser({.loginHint = hint}) : person->withDeviceCode();
    if (!begun)
        fail(begun.error());
}

void AccountDesk::signInSilently(const Then &then)
{
    SecretStore &keychain = m_services.vault.keychain();
    m_run->keeper = std::make_unique<TokenKeeper>(
        m_run->account.account, TokenKeeping{.clock = m_services.clock,
                                             .knowledge = m_services.workspace.knowledge(),
                                             .carrier = m_carrier,
                                             .store = keychain,
                                             .fetchSecret = [&keychain](const SecretRef &ref, QObject *context,
                                                                        std::function<void(Result<Secret>)> done) {
                                                 resolveSecret(ref, keychain, context, std::move(done));
                                             }});
    m_run->keeper->get(m_run.get(), guarded([this, then](const TokenAnswer &answer) {
                           if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
                               return fail(*trouble);
                           onGranted(std::get<GrantedToken>(answer));
                           nextStep();
                           then();
                       }));
}

void AccountDesk::noteCertificateEnd(const Then &then)
{
    const auto *kept = std::get_if<KeptCertificate>(&m_run->account.account.proof);
    if (!kept)
        return then();
    QFile file(kept->certificateFile);
    const QByteArray certificates = file.open(QIODevice::ReadOnly) ? file.read(kMaxCertificateOctets) : QByteArray();
    const auto note = [this, certificates, then](const Secret &pem, const Secret &passphrase) {
        if (const auto key = AssertionKey::fromPem(pem, certificates, passphrase))
            m_run->account.proofEnds = toDateTime(key->expires()).toUTC().date();
        then();
    };
    resolve(kept->key, [this, note, passphrase = kept->passphrase](const Secret &pem) {
        if (!passphrase)
            return note(pem, {});
        resolve(*passphrase, [note, pem](const Secret &words) { note(pem, words); });
    });
}

void AccountDesk::resolve(const SecretRef &ref, const std::function<void(const Secret &)> &then)
{
    resolveSecret(ref, m_services.vault.keychain(), m_run.get(), guarded([this, then](const Result<Secret> &secret) {
                      if (!secret)
                          return fail(secret.error());
                      then(*secret);
                  }));
}

void AccountDesk::onGranted(const GrantedToken &token)
{
    const TimePoint now = m_services.clock.now();
    m_run->account.lastSuccess = now;
    m_outcome.expires = token.expires;
    const auto claims = readAccessToken(token.accessToken);
    if (claims) {
        const TokenNeed need = needOf(m_run->account.name, m_run->account.account);
        m_outcome.claims = *claims;
        m_outcome.remarks = judgeToken(*claims, need, m_services.workspace.knowledge(), now);
    } else { // another service's tokens need not be readable
        m_outcome.remarks.push_back(
            {TokenRemark::Level::Attention, TokenRemark::About::Audience, claims.error().detail});
    }
    if (token.clockSkew)
        m_outcome.remarks.push_back(
            {TokenRemark::Level::Attention, TokenRemark::About::Expiry, clockSkewSentence(*token.clockSkew)});
}

void AccountDesk::findFreeName(const QString &base, const Freed &then, int number)
{
    const QString name = number == 1 ? base : QStringLiteral("%1 %2").arg(base).arg(number);
    m_services.vault.keychain().read(
        name, m_run.get(), guarded([this, base, name, then, number](const Result<Secret> &found) {
            if (!found && found.error().kind == ErrorKind::NotFound)
                return then(name);
            if (!found)
                return fail(found.error());
            if (number == kMostNames)
                return fail(
                    {ErrorKind::Storage, tr("The keychain is full of names like %1. Delete there what nobody needs any "
                                            "more.")
                                             .arg(base)});
            findFreeName(base, then, number + 1);
        }));
}

void AccountDesk::keepBeside(const QString &base, const Secret &secret, const Freed &then)
{
    findFreeName(base, [this, secret, then](const QString &name) {
        m_run->beside += name; // also if it is cancelled while it is written
        m_services.vault.keychain().write(name, secret, m_run.get(),
                                          guarded([this, name, then](const Result<void> &written) {
                                              if (!written)
                                                  return fail(written.error());
                                              then(name);
                                          }));
    });
}

void AccountDesk::book(const std::function<void(AccountBook &)> &change, const Then &then)
{
    m_run->mustGoOn = true;
    m_services.accounts.change(change, m_run.get(), guarded([this, then](const Result<void> &changedBook) {
                                   if (!changedBook)
                                       return fail(changedBook.error());
                                   then();
                               }));
}

/// Another program may have changed the account meanwhile; what was found out is of the one that was.
void AccountDesk::changeBooked(const std::function<void(BookedAccount &)> &change)
{
    const auto found = std::make_shared<bool>(false);
    book(
        [change, found, name = m_run->account.name, before = m_run->before](AccountBook &all) {
            for (BookedAccount &one : all) {
                if (one.name != name || one.account != before)
                    continue;
                change(one);
                *found = true;
            }
        },
        [this, found] {
            if (*found)
                m_run->beside = m_run->after;
            else
                m_outcome.note =
                    tr("Another program changed or removed this account meanwhile; nothing was noted of it.");
            finish();
        });
}

void AccountDesk::removeFrom(const QStringList &names, const Then &then)
{
    if (names.isEmpty())
        return then();
    m_services.vault.keychain().remove(names.front(), m_run.get(),
                                       guarded([this, names, then](const Result<void> &removed) {
                                           if (!removed && removed.error().kind != ErrorKind::NotFound)
                                               return fail(removed.error());
                                           removeFrom(names.mid(1), then);
                                       }));
}

void AccountDesk::nextStep()
{
    const auto running = std::ranges::find(m_steps, AccountStep::State::Running, &AccountStep::state);
    if (running == m_steps.end())
        return;
    running->state = AccountStep::State::Done;
    if (const auto next = std::next(running); next != m_steps.end())
        next->state = AccountStep::State::Running;
    Q_EMIT changed();
}

void AccountDesk::fail(const TokenTrouble &trouble)
{
    m_outcome.traces = tracesOf(trouble);
    fail(Error{ErrorKind::Denied, trouble.sentence()});
}

void AccountDesk::fail(const Error &error)
{
    for (AccountStep &step : m_steps) {
        if (step.state == AccountStep::State::Running)
            step.state = AccountStep::State::Wrong;
    }
    m_outcome.problem = error.detail;
    m_outcome.note.clear();
    clearUp();
    Q_EMIT changed();
    Q_EMIT finished(m_outcome);
}

void AccountDesk::finish()
{
    nextStep();
    clearUp();
    Q_EMIT changed();
    Q_EMIT finished(m_outcome);
}

void AccountDesk::clearUp()
{
    for (const QString &name : m_run->beside)
        m_services.vault.keychain().remove(name, &m_services.vault, [](const Result<void> &) {});
    m_run.release()->deleteLater(); // we may be inside one of its answers
}

} // namespace relaywright
