// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/BrowserSignIn.h"
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenAnswer.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

constexpr int kStatuses[] = {200, 400, 401, 407, 429, 500, 503, 302};
const TimePoint kAsked(1795000000s);

TokenRequest request()
{
    FormWriter form;
    form.add("client_secret", Secret(QByteArray("a-client-secret")));
    return {QUrl(QStringLiteral("https://login.example.com/x/oauth2/v2.0/token")), form.form(), form.shown(),
            form.secrets()};
}

void checkTrouble(const TokenTrouble &trouble)
{
    const QString sentence = trouble.sentence();
    require(!sentence.isEmpty() && sentence.endsWith(u'.') && sentence.size() < 4000, "a trouble is whole sentences");
    for (const QString &shown : {sentence, trouble.error, trouble.subError, trouble.description, trouble.traceId,
                                 trouble.correlationId, trouble.entraCode}) {
        require(!hasControlCharacters(shown), "what is shown is printable");
    }
    require(!trouble.wait || (*trouble.wait >= 0s && *trouble.wait <= 24h), "a wait is at most a day");
    require((trouble.kind == TokenTrouble::Kind::Wait) == (trouble.actor == TokenTrouble::Actor::Nobody),
            "nobody is asked to act where waiting helps");
}

void checkNoSecret(const TokenTrouble &trouble)
{
    checkTrouble(trouble);
    for (const QString &shown : {trouble.sentence(), trouble.error, trouble.subError, trouble.description,
                                 trouble.claims, trouble.traceId, trouble.correlationId})
        require(!shown.contains(QLatin1String("a-client-secret")), "a trouble repeats no secret");
}

void checkAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange)
{
    const TokenAnswer token = readTokenAnswer(answer, exchange, Knowledge::builtIn());
    if (const auto *granted = std::get_if<GrantedToken>(&token)) {
        require(!granted->accessToken.isEmpty() && granted->expires > kAsked && granted->expires <= kAsked + 24h * 7,
                "a token has a life");
        require(!granted->refreshAt || *granted->refreshAt <= granted->expires, "it is renewed before its end");
        for (const char octet : granted->accessToken.reveal())
            require(octet > ' ' && octet <= '~', "a token can stand in a line");
    } else {
        checkNoSecret(std::get<TokenTrouble>(token));
    }
    const DeviceCodeAnswer code = readDeviceCodeAnswer(answer, exchange, Knowledge::builtIn());
    if (const auto *offer = std::get_if<DeviceCodeOffer>(&code)) {
        require(!hasControlCharacters(offer->userCode) && offer->verificationUrl.isValid(), "a code can be shown");
        require(offer->interval >= 1s && offer->interval <= 5min, "nobody polls without a pause");
    } else {
        checkNoSecret(std::get<TokenTrouble>(code));
    }
}

void checkRedirect(const QByteArray &target)
{
    const TokenClient client{*IdentityService::at(QUrl(QStringLiteral("https://login.example.com")),
                                                  *EntraTenant::parse(QStringLiteral("contoso.com"))),
                             *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
                             QStringLiteral("x/SMTP.Send")};
    const auto signIn = BrowserSignIn::begin(client, 4711, Secret(QByteArray(BrowserSignIn::kRandomOctets, 'r')), {});
    // A stranger does not know the state; here he does, so that what lies behind it is read.
    const QByteArray state =
        "state=" + QByteArray(32, 'r').toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    for (const QByteArray &asked : {target, "/?" + state + '&' + target}) {
        const RedirectAnswer answer = signIn->read(asked, Knowledge::builtIn());
        if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
            checkTrouble(*trouble);
        else if (const auto *foreign = std::get_if<ForeignRedirect>(&answer))
            requireSentence(foreign->sentence);
        else
            require(!std::get<RedirectCode>(answer).code.isEmpty(), "a code is one");
    }
}

} // namespace

/// What a token endpoint, or whoever stands before it, answers: the first octet chooses the status, a line of its own is
/// Retry-After, the next one Date, the rest the content. And what comes to the port of a sign-in in the browser.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 1)
        return 0;
    const QByteArray octets = octetsOf(data + 1, size - 1).toByteArray();
    const QByteArrayList parts = octets.split('\n');
    const TokenRequest asked = request();
    const TokenExchange exchange{asked, kAsked, kAsked + 2s};
    TokenHttpAnswer answer{.status = kStatuses[data[0] % std::size(kStatuses)]};
    answer.contentType = (data[0] & 64) != 0 ? "text/html" : "application/json";
    if (parts.size() > 2) {
        answer.retryAfter = parts[0];
        answer.date = parts[1];
        answer.body = Secret(parts.mid(2).join('\n'));
        checkAnswer(answer, exchange);
    }
    answer.body = Secret(QByteArray(octets));
    checkAnswer(answer, exchange);
    checkRedirect(octets);
    return 0;
}
