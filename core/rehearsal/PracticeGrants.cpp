// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeGrants.h"

#include "core/rehearsal/JsonWebToken.h"

#include <QCryptographicHash>

namespace relaywright {

namespace {

constexpr qsizetype kNameOctets = 32;
constexpr qsizetype kUserCodeChars = 9; // as Entra's
constexpr std::chrono::seconds kSlowerBy{5};
constexpr std::chrono::milliseconds kPollTolerance{500}; // timers of clients are coarse, and clocks move
constexpr std::chrono::minutes kPageLife{10};
constexpr QByteArrayView kUserCodeLetters(
    "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"); // 32: none like another, and none likelier

QByteArray challengeOf(const Secret &verifier) // RFC 7636 §4.2
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(verifier.reveal());
    return base64Url(hash.result());
}

QString typedCode(const QString &text)
{
    QString code;
    for (const QChar character : text.left(40)) {
        if (character.isLetterOrNumber())
            code += character.toUpper();
    }
    return code;
}

tl::unexpected<EntraRefusal> refused(EntraRefusal refusal)
{
    return tl::unexpected<EntraRefusal>(std::move(refusal));
}

} // namespace

template <class T>
QByteArray SecretShelf<T>::keyOf(const Secret &name)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(name.reveal());
    return hash.result();
}

Secret PracticeGrants::randomName() const
{
    return Secret(base64Url(m_random(kNameOctets)));
}

Secret PracticeGrants::awaitDecision(const CodeWish &wish, TimePoint now)
{
    const Secret ticket = randomName();
    m_pages.put(ticket, {wish, now + kPageLife, false});
    return ticket;
}

std::optional<CodeWish> PracticeGrants::takeDecision(const Secret &ticket, TimePoint now)
{
    Page *page = m_pages.find(ticket);
    if (!page || page->used || page->expires <= now)
        return std::nullopt;
    page->used = true;
    return page->wish;
}

Secret PracticeGrants::makeCode(const CodeWish &wish, const QString &user, TimePoint now)
{
    const Secret code = randomName();
    m_codes.put(code, {.grant = {wish.application, user, wish.scopes},
                       .redirect = wish.redirect,
                       .challenge = wish.challenge,
                       .expires = now + m_rules.codeLife});
    return code;
}

GrantAnswer<SignedInGrant> PracticeGrants::redeemCode(const Secret &code, const QString &application,
                                                      const QString &redirect, const Secret &verifier, TimePoint now)
{
    Code *known = m_codes.find(code);
    if (!known)
        return refused(codeInvalid(QStringLiteral("This service did not make it.")));
    if (std::exchange(known->used, true))
        return refused(codeRedeemed());
    if (known->expires <= now)
        return refused(codeExpired());
    if (known->grant.application != application)
        return refused(codeInvalid(QStringLiteral("It was made for another application.")));
    if (known->redirect != redirect)
        return refused(codeInvalid(QStringLiteral("The redirect URI is not the one that it was made for.")));
    if (!(Secret(challengeOf(verifier)) == Secret(QByteArray(known->challenge))))
        return refused(codeInvalid(QStringLiteral("The code verifier does not match the code challenge.")));
    return known->grant;
}

DeviceCodes PracticeGrants::makeDeviceCodes(const QString &application, const QString &scopes, TimePoint now)
{
    DeviceCodes codes{.deviceCode = randomName(), .userCode = {}};
    for (const char octet : m_random(kUserCodeChars))
        codes.userCode += QLatin1Char(kUserCodeLetters[static_cast<unsigned char>(octet) % kUserCodeLetters.size()]);
    m_devices.put(codes.deviceCode, {.grant = {application, {}, scopes},
                                     .userCode = codes.userCode,
                                     .expires = now + m_rules.deviceCodeLife,
                                     .interval = m_rules.pollInterval});
    return codes;
}

bool PracticeGrants::decideDevice(const QString &userCode, const std::optional<QString> &user, TimePoint now)
{
    const QString typed = typedCode(userCode);
    Device *device = m_devices.findIf(
        [&typed, now](const Device &one) { return one.userCode == typed && !one.decided && one.expires > now; });
    if (!device)
        return false;
    device->decided = true;
    device->grant.user = user.value_or(QString());
    return true;
}

GrantAnswer<SignedInGrant> PracticeGrants::redeemDeviceCode(const Secret &deviceCode, const QString &application,
                                                            TimePoint now)
{
    Device *device = m_devices.find(deviceCode);
    if (!device || device->grant.application != application)
        return refused(deviceUnknown());
    if (device->used)
        return refused(codeRedeemed());
    if (device->expires <= now)
        return refused(deviceExpired());
    const auto last = std::exchange(device->lastPoll, now);
    if (last && now - *last + kPollTolerance < device->interval) {
        device->interval += kSlowerBy;
        return refused(deviceTooFast());
    }
    if (!device->decided)
        return refused(devicePending());
    device->used = true;
    if (device->grant.user.isEmpty())
        return refused(deviceDeclined());
    return device->grant;
}

Secret PracticeGrants::makeRefreshToken(const SignedInGrant &grant, TimePoint now)
{
    const Secret token = randomName();
    m_refreshes.put(token, {grant, now, false});
    return token;
}

GrantAnswer<SignedInGrant> PracticeGrants::useRefreshToken(const Secret &token, const QString &application,
                                                           TimePoint now)
{
    Refresh *known = m_refreshes.find(token);
    if (!known || known->grant.application != application)
        return refused(refreshInvalid());
    if (known->ended)
        return refused(signInRevoked());
    if (now - known->lastUse >= m_rules.refreshIdleLimit)
        return refused(refreshExpired());
    known->lastUse = now;
    return known->grant;
}

void PracticeGrants::replaced(const Secret &refreshToken)
{
    Refresh *known = m_refreshes.find(refreshToken);
    if (known && m_rules.refreshTokensEndOnUse)
        known->ended = true;
}

void PracticeGrants::revoke(const QString &user)
{
    // No refresh token is forgotten by it: it shall be told why it is refused.
    (void)m_refreshes.findIf([&user](Refresh &one) {
        one.ended = one.ended || user.isEmpty() || one.grant.user.compare(user, Qt::CaseInsensitive) == 0;
        return false;
    });
}

} // namespace relaywright
