// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/CredentialGuard.h"

#include "core/oauth/AccountBook.h"
#include "core/oauth/TokenKeeper.h"
#include "core/session/Certificate.h"

#include <QFile>
#include <QTimeZone>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::hours kTestEvery{24};
constexpr std::chrono::hours kReadEvery{1}; // a certificate that was replaced need not be told
constexpr qint64 kMaxPemOctets = 1 << 20;

std::optional<TimePoint> endOf(const KeptCertificate &kept)
{
    QFile file(kept.certificateFile);
    return file.open(QIODevice::ReadOnly) ? endOfCertificate(file.read(kMaxPemOctets)) : std::nullopt;
}

/// The day that somebody wrote down.
std::optional<QDate> endOf(const TokenAccount &account, const AccountBook &book)
{
    const auto found = std::ranges::find_if(book, [&](const BookedAccount &one) {
        return one.account.application == account.application && one.account.proof == account.proof && one.proofEnds;
    });
    return found == book.end() ? std::nullopt : found->proofEnds;
}

} // namespace

CredentialGuard::CredentialGuard(Parts parts) : m_parts(std::move(parts)) {}

CredentialGuard::~CredentialGuard() = default;

void CredentialGuard::setHosts(const std::vector<RelayRoute> &routes)
{
    const std::vector<Guarded> before = std::exchange(m_guarded, {});
    for (const RelayRoute &route : routes) {
        for (const RelayUpstream &host : route.hosts) {
            if (!host.oauth)
                continue;
            auto keeper = m_parts.keeperOf(*host.oauth);
            if (std::ranges::find(m_guarded, keeper, &Guarded::keeper) != m_guarded.end())
                continue; // the same account twice is asked once
            const auto known = std::ranges::find(before, keeper, &Guarded::keeper);
            QString name = host.user; // a mailbox may be reached in two ways, with an account each
            while (std::ranges::find(m_guarded, name, &Guarded::name) != m_guarded.end())
                name += QStringLiteral(" (%1)").arg(toString(host.oauth->use));
            m_guarded.push_back({.name = std::move(name),
                                 .keeper = std::move(keeper),
                                 .written = host.secretEnds,
                                 .asked = known == before.end() ? TimePoint() : known->asked});
        }
    }
    readEnds();
}

void CredentialGuard::readEnds()
{
    m_endsRead = m_parts.clock.now();
    const auto book =
        m_parts.accountBook.isEmpty() ? AccountBook() : readAccountBook(m_parts.accountBook).value_or(AccountBook());
    for (Guarded &one : m_guarded) {
        const TokenAccount &account = one.keeper->account();
        if (const auto *certificate = std::get_if<KeptCertificate>(&account.proof))
            one.ends = endOf(*certificate);
        else if (const auto day = endOf(account, book); day || one.written)
            one.ends = fromDateTime(day.value_or(one.written.value_or(QDate())).startOfDay(QTimeZone::utc()));
        else
            one.ends.reset();
    }
}

/// What fails, the ways out hear, too, and tell. It is asked again when its pause is over, so that it ends by itself.
void CredentialGuard::test(Guarded &one, TimePoint now)
{
    const TokenKeeper::State state = one.keeper->state();
    const TimePoint last = std::max(one.asked, state.obtained.value_or(TimePoint()));
    const bool isToBeRetried = state.trouble && state.nextAsk && now >= *state.nextAsk;
    const bool wasSetBack = now < last - kTestEvery;
    if (now - last < kTestEvery && !isToBeRetried && !wasSetBack)
        return;
    one.asked = now;
    one.keeper->get(this, [](const TokenAnswer &) {}); // the keeper knows then
}

std::vector<AlertFacts::Credential> CredentialGuard::look()
{
    const TimePoint now = m_parts.clock.now();
    if (now - m_endsRead >= kReadEvery || now < m_endsRead)
        readEnds();
    std::vector<AlertFacts::Credential> facts;
    for (Guarded &one : m_guarded) {
        test(one, now);
        AlertFacts::Credential fact{.account = one.name, .ends = one.ends};
        fact.isCertificate = std::holds_alternative<KeptCertificate>(one.keeper->account().proof);
        if (const auto unstored = one.keeper->state().unstored)
            fact.unstored = unstored->sentence();
        facts.push_back(std::move(fact));
    }
    return facts;
}

} // namespace relaywright
