// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccessToken.h"
#include "core/oauth/TokenJudgement.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

void checkToken(QByteArray text)
{
    const auto claims = readAccessToken(Secret(std::move(text)));
    if (!claims)
        return requireSentence(claims.error().detail);
    for (const QString &shown : {claims->audience, claims->tenantId, claims->user, claims->applicationId})
        require(!hasControlCharacters(shown) && shown.size() <= 400, "a claim can be shown");
    require(claims->scopes.size() <= 64 && claims->roles.size() <= 64, "lists of claims are bounded");
    for (const TokenUse use : {TokenUse::ClientSubmission, TokenUse::HighVolumeEmail, TokenUse::Graph}) {
        const TokenNeed need{.use = use, .mailbox = QStringLiteral("scanner@contoso.com")};
        for (const TokenRemark &remark : judgeToken(*claims, need, Knowledge::builtIn(), TimePoint(1795000000s)))
            require(remark.sentence.endsWith(u'.') && !hasControlCharacters(remark.sentence), "a remark can be shown");
    }
}

} // namespace

/// What somebody gives for an access token, and claims of any JSON in a token's form.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray octets = octetsOf(data, size).toByteArray();
    checkToken(octets);
    checkToken("eyJhbGciOiJSUzI1NiJ9." + octets.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
               + ".c2ln");
    (void)entraErrorCode(QString::fromUtf8(octets));
    return 0;
}
