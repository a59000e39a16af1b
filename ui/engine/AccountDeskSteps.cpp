// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of which the tasks in AccountDesk.cpp are made.
#include "ui/engine/AccountDeskRun.h"

#include "core/oauth/ClientAssertion.h"
#include "core/secrets/SecretResolver.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"

#include <QFile>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kMostNames = 20;
constexpr qint64 kMaxCertificateOctets = 1 << 20;

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
    m_run->keeper = std::make_unique<TokenKeeper>(m_run->account.account, keepingOf(m_services, m_carrier));
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
    Run *over = m_run.release();
    over->setParent(this); // it must not outlast the desk
    over->deleteLater();   // we may be inside one of its answers
}

} // namespace relaywright
