// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/BrowserSignIn.h"

#include "core/oauth/Base64Url.h"
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenErrors.h"

#include <QCryptographicHash>

#include <algorithm>

namespace relaywright {

namespace {

QString wordOf(BrowserSignIn::Prompt prompt)
{
    switch (prompt) {
    case BrowserSignIn::Prompt::AsNeeded: return {};
    case BrowserSignIn::Prompt::ChooseAccount: return QStringLiteral("select_account");
    case BrowserSignIn::Prompt::EnterPassword: return QStringLiteral("login");
    case BrowserSignIn::Prompt::AskConsent: return QStringLiteral("consent");
    }
    Q_UNREACHABLE();
}

ForeignRedirect foreign(const char *sentence)
{
    return {QString::fromLatin1(sentence)};
}

} // namespace

PkcePair pkceOf(const Secret &randomness)
{
    Secret verifier(base64Url(randomness.reveal()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(verifier.reveal());
    return {verifier, base64Url(hash.result())};
}

Result<BrowserSignIn> BrowserSignIn::begin(const TokenClient &client, quint16 port, const Secret &randomness,
                                           const Wishes &wishes)
{
    if (port == 0 || client.scopes.isEmpty())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The sign-in needs a port of this computer to come back to, and a scope to ask for. "
                           "Begin it again."));
    if (randomness.reveal().size() < kRandomOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("This computer gave too little randomness for a safe sign-in. Try again."));
    BrowserSignIn signIn;
    const PkcePair pkce = pkceOf(Secret(randomness.reveal().first(kPkceOctets).toByteArray()));
    signIn.m_verifier = pkce.verifier;
    signIn.m_state = Secret(base64Url(randomness.reveal().sliced(kPkceOctets, kPkceOctets)));
    signIn.m_redirect = QUrl(QStringLiteral("http://localhost:%1").arg(port));

    FormWriter query;
    query.add("client_id", client.application.toString());
    query.add("response_type", QStringLiteral("code"));
    query.add("redirect_uri", signIn.m_redirect.toString(QUrl::FullyEncoded));
    query.add("response_mode", QStringLiteral("query"));
    query.add("scope", client.scopes);
    query.add("state", QString::fromLatin1(signIn.m_state.reveal()));
    query.add("code_challenge", QString::fromLatin1(pkce.challenge));
    query.add("code_challenge_method", QStringLiteral("S256"));
    if (const QString prompt = wordOf(wishes.prompt); !prompt.isEmpty())
        query.add("prompt", prompt);
    if (!wishes.loginHint.isEmpty())
        query.add("login_hint", wishes.loginHint);
    if (!wishes.claims.isEmpty())
        query.add("claims", wishes.claims);
    signIn.m_url = client.service.authorizeUrl();
    signIn.m_url.setQuery(query.shown(), QUrl::StrictMode);
    return signIn;
}

RedirectAnswer BrowserSignIn::read(QByteArrayView target, const Knowledge &knowledge) const
{
    if (target.size() > kMaxRedirectOctets)
        return foreign("A request to this sign-in's address was too long to belong to it.");
    const qsizetype question = target.indexOf('?');
    const QByteArrayView path = question < 0 ? target : target.first(question);
    if (question < 0 || (path != QByteArrayView("/") && !path.isEmpty()))
        return foreign("A request to this sign-in's address brought no answer of it.");
    auto pairs = readForm(target.sliced(question + 1));
    if (!pairs)
        return foreign("A request to this sign-in's address cannot be read.");
    const auto valueOf = [&pairs](QByteArrayView name) {
        const auto found =
            std::find_if(pairs->begin(), pairs->end(), [name](const auto &pair) { return pair.first == name; });
        return found == pairs->end() ? QByteArray() : found->second;
    };
    // Before anything else: what another page sent must not be able to end this sign-in (RFC 6749 §10.12).
    if (!(Secret(valueOf("state")) == m_state))
        return foreign(
            "A request to this sign-in's address belongs to another sign-in. Finish the one that was opened last.");
    if (const QByteArray error = valueOf("error"); !error.isEmpty()) {
        ServiceError told;
        told.error = QString::fromUtf8(error);
        told.subError = QString::fromUtf8(valueOf("error_subcode"));
        told.description = QString::fromUtf8(valueOf("error_description"));
        return troubleOf(told, knowledge);
    }
    QByteArray code = valueOf("code");
    for (auto &pair : *pairs)
        wipe(pair.second);
    if (code.isEmpty()) {
        TokenTrouble trouble;
        trouble.actor = TokenTrouble::Actor::User;
        trouble.title = QStringLiteral("The browser brought back neither a code nor an error.");
        trouble.remedy = QStringLiteral("Sign in again.");
        return trouble;
    }
    return RedirectCode{Secret(std::move(code))};
}

AuthorizationCodeGrant BrowserSignIn::grantFor(const RedirectCode &code) const
{
    return {code.code, m_verifier, m_redirect};
}

} // namespace relaywright
