// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Accounts.h"

#include "core/base/Text.h"
#include "core/secrets/SecretResolver.h"

#include <QPointer>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kKeyOctets = 32;

using SteadyClock = std::chrono::steady_clock;

} // namespace

Accounts::Accounts(SecretStore &secrets, QObject *parent) : QObject(parent), m_secrets(secrets), m_key(kKeyOctets, '\0')
{
    // Without randomness nothing may be remembered: an empty key says so.
    if (RAND_bytes(reinterpret_cast<unsigned char *>(m_key.data()), static_cast<int>(m_key.size())) != 1)
        m_key.clear();
    m_thread.setMaxThreadCount(1);
}

Accounts::~Accounts()
{
    m_thread.clear();
    m_thread.waitForDone();
    wipe(m_key);
}

Result<void> Accounts::setAccounts(const std::vector<RelayAccount> &accounts)
{
    std::map<QString, Account> read;
    for (const RelayAccount &account : accounts) {
        Account one{.ref = account.password};
        if (!account.passwordHash.isEmpty()) {
            auto hash = PasswordHash::parse(account.passwordHash);
            if (!hash)
                return failure(hash.error().kind,
                               QStringLiteral("The account %1: %2").arg(quotable(account.user), hash.error().detail));
            one.hash = std::move(*hash);
        }
        const auto known = m_accounts.find(account.user);
        if (one.ref && known != m_accounts.end() && known->second.ref == one.ref)
            one.password = known->second.password; // until it is there anew
        read.emplace(account.user, std::move(one));
    }
    // Who has the same hash as before need not be checked slowly again: a reload must not cost a check of every device.
    std::erase_if(m_remembered, [&](const auto &entry) {
        const auto before = m_accounts.find(entry.first);
        const auto after = read.find(entry.first);
        return before == m_accounts.end() || after == read.end() || after->second.ref || !after->second.hash
               || after->second.hash != before->second.hash;
    });
    m_accounts = std::move(read);
    ++m_generation;
    for (const auto &[user, account] : m_accounts) {
        if (account.ref)
            fetch(user);
    }
    return {};
}

void Accounts::fetch(const QString &user)
{
    Account &wanted = m_accounts.at(user);
    if (std::exchange(wanted.fetching, true))
        return;
    resolveSecret(*wanted.ref, m_secrets, this, [this, user, generation = m_generation](const Result<Secret> &secret) {
        const auto account = m_accounts.find(user);
        if (generation != m_generation || account == m_accounts.end())
            return;
        account->second.fetching = false;
        if (secret) {
            account->second.password = *secret;
            return;
        }
        Q_EMIT logged(QStringLiteral("The password of the device account %1 cannot be read: %2")
                          .arg(quotable(user), secret.error().detail));
    });
}

std::vector<AuthMechanism> Accounts::mechanisms() const
{
    if (m_accounts.empty())
        return {};
    std::vector<AuthMechanism> all{AuthMechanism::Plain, AuthMechanism::Login};
    if (std::ranges::any_of(m_accounts, [](const auto &entry) { return entry.second.ref.has_value(); }))
        all.push_back(AuthMechanism::CramMd5);
    return all;
}

void Accounts::check(const AuthReceived &claim, QObject *context, std::function<void(Verdict)> done)
{
    if (claim.proof)
        return done(checkProof(*claim.proof, claim.user));
    if (isRemembered(claim.user, claim.password))
        return done(Verdict::Good);
    checkSlowly(claim.user, claim.password, context, std::move(done));
}

Accounts::Verdict Accounts::checkProof(const CramMd5Proof &proof, const QString &user)
{
    const auto account = m_accounts.find(user);
    const bool exists = account != m_accounts.end() && account->second.ref;
    if (exists && !account->second.password) {
        fetch(user); // the keychain may be open by now
        return Verdict::NotNow;
    }
    // The same work for nobody's password.
    const bool matches = proof.isOf(exists ? *account->second.password : Secret(QByteArrayLiteral("nobody")));
    return matches && exists ? Verdict::Good : Verdict::Wrong;
}

void Accounts::checkSlowly(const QString &user, const Secret &given, QObject *context,
                           std::function<void(Verdict)> done)
{
    const auto account = m_accounts.find(user);
    const bool exists = account != m_accounts.end();
    const bool unread = exists && !account->second.hash && !account->second.password;
    if (unread)
        fetch(user);
    if (m_waiting >= kMaxWaiting || unread)
        return done(Verdict::NotNow);
    ++m_waiting;
    ++m_slowChecks;
    // A password that is kept as it is takes as long as a hash, so that nobody learns which users there are.
    const bool equals = exists && account->second.password && *account->second.password == given;
    const PasswordHash hash = exists && account->second.hash ? *account->second.hash : PasswordHash::ofNobody();
    m_thread.start([this, user, given, hash, equals, generation = m_generation, context = QPointer(context),
                    done = std::move(done)]() mutable {
        const bool good = hash.matches(given) || equals;
        OPENSSL_thread_stop(); // what it keeps for this thread would else be freed with it, perhaps behind the program's end
        QMetaObject::invokeMethod(
            this,
            [this, good, user = std::move(user), given = std::move(given), generation, context,
             done = std::move(done)] {
                --m_waiting;
                const bool current = generation == m_generation;
                if (good && current && !m_key.isEmpty())
                    m_remembered.insert_or_assign(user,
                                                  Remembered{markOf(user, given), SteadyClock::now() + kRemembered});
                if (context)
                    done(!current ? Verdict::NotNow : good ? Verdict::Good : Verdict::Wrong);
            },
            Qt::QueuedConnection);
    });
}

QByteArray Accounts::markOf(const QString &user, const Secret &password) const
{
    // The lengths are in it by the divider: a user holds no NUL.
    QByteArray text;
    const QByteArray name = user.toUtf8();
    text.reserve(name.size() + 1 + password.reveal().size());
    text.append(name).append('\0').append(password.reveal());
    QByteArray mark(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha256(), m_key.constData(), static_cast<int>(m_key.size()),
         reinterpret_cast<const unsigned char *>(text.constData()), static_cast<std::size_t>(text.size()),
         reinterpret_cast<unsigned char *>(mark.data()), &size);
    wipe(text);
    mark.truncate(static_cast<qsizetype>(size));
    return mark;
}

bool Accounts::isRemembered(const QString &user, const Secret &password) const
{
    const auto known = m_remembered.find(user);
    if (known == m_remembered.end() || known->second.until < SteadyClock::now())
        return false;
    const QByteArray mark = markOf(user, password);
    return mark.size() == known->second.mark.size()
           && CRYPTO_memcmp(mark.constData(), known->second.mark.constData(), static_cast<std::size_t>(mark.size()))
                  == 0;
}

} // namespace relaywright
