// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenErrors.h"

#include "core/base/Text.h"
#include "core/oauth/AccessToken.h"

#include <algorithm>
#include <initializer_list>

namespace relaywright {

namespace {

using Kind = TokenTrouble::Kind;
using Actor = TokenTrouble::Actor;

constexpr qsizetype kMaxWordChars = 80;
constexpr qsizetype kMaxDescriptionChars = 1000;
constexpr qsizetype kMaxQuotedChars = 300;
constexpr qsizetype kMaxClaimsChars = 4096;
constexpr int kTooManyRequests = 429;
constexpr int kFirstServerError = 500;
const QLatin1String kOfTheEndpoint("token.");
const QLatin1String kAnyEntraCode("token.other"); // the catalogue's last resort

/// What a word of RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6 or RFC 8628 §3.5 means without a catalogue entry.
struct Meaning {
    const char *word;
    Kind kind;
    Actor actor;
    const char *title;
    const char *remedy;
};

constexpr auto kAskedAgain = "It may pass by itself; ask again later.";
constexpr auto kSignInAgain = "Sign in again.";
constexpr Meaning kMeanings[] = {
    {"authorization_pending", Kind::Wait, Actor::Nobody, "The sign-in with the device code is not finished yet.",
     "Enter the code in a browser; it is asked again by itself."},
    {"slow_down", Kind::Wait, Actor::Nobody, "The sign-in is asked for too often.", kAskedAgain},
    {"temporarily_unavailable", Kind::Wait, Actor::Nobody, "The sign-in service is not available now.", kAskedAgain},
    {"server_error", Kind::Wait, Actor::Nobody, "The sign-in service had a fault of its own.", kAskedAgain},
    {"expired_token", Kind::Act, Actor::User, "The device code has ended before it was entered.",
     "Begin the sign-in again."},
    {"code_expired", Kind::Act, Actor::User, "The device code has ended before it was entered.",
     "Begin the sign-in again."},
    {"bad_verification_code", Kind::Act, Actor::User, "The sign-in service does not know the device code.",
     "Begin the sign-in again."},
    {"access_denied", Kind::Act, Actor::User, "The sign-in was cancelled or refused in the browser.",
     "Sign in again, and agree to what the application asks for."},
    {"authorization_declined", Kind::Act, Actor::User, "The sign-in was cancelled or refused in the browser.",
     "Sign in again, and agree to what the application asks for."},
    {"invalid_grant", Kind::Act, Actor::User, "The stored sign-in is no longer valid.", kSignInAgain},
    {"interaction_required", Kind::Act, Actor::User, "The sign-in needs a person.", "Sign in again in a browser."},
    {"login_required", Kind::Act, Actor::User, "The sign-in needs a person.", "Sign in again in a browser."},
    {"consent_required", Kind::Act, Actor::Administrator, "Nobody has agreed that the application may do this.",
     "Let an administrator grant admin consent."},
    {"invalid_client", Kind::Act, Actor::Administrator,
     "The sign-in service did not take the application's secret or certificate.",
     "Compare the application (client) id, and choose a secret or certificate that is current."},
    {"unauthorized_client", Kind::Act, Actor::Administrator, "The application may not sign in in this way.",
     "Allow it in the app registration, or choose another way of signing in."},
    {"unsupported_grant_type", Kind::Act, Actor::Administrator,
     "The sign-in service does not know this way of signing in.", "Choose another way of signing in."},
    {"unsupported_response_type", Kind::Act, Actor::Administrator,
     "The sign-in service does not know this way of signing in.", "Choose another way of signing in."},
    {"invalid_scope", Kind::Act, Actor::Administrator, "The scope is not valid.",
     "Check the cloud of the organisation and the permissions of the app registration."},
    {"invalid_resource", Kind::Act, Actor::Administrator, "The resource that the token is for does not exist there.",
     "Check the cloud of the organisation and the scope of this account."},
    {"invalid_request", Kind::Act, Actor::Administrator, "The sign-in service could not use the request.",
     "Check the tenant, the application (client) id and the scope of this account."},
};

/// Where a word would send the user away, but only an administrator can help.
constexpr const char *kForAdministrators[] = {
    "token.conditional-access",  "token.device-not-compliant", "token.consent-missing",   "token.account-disabled",
    "token.application-unknown", "token.secret-invalid",       "token.secret-expired",    "token.tenant-unknown",
    "token.public-client-off",   "token.scope-invalid",        "token.assertion-refused", "token.assertion-time",
};
/// Where a word would send an administrator, but the person can help.
constexpr const char *kForUsers[] = {"token.second-factor", "token.password-expired", "token.password-wrong",
                                     "token.refresh-expired", "token.user-unknown"};

bool isOneOf(const QString &text, std::initializer_list<const char *> words)
{
    return std::any_of(words.begin(), words.end(), [&text](const char *word) { return text == QLatin1String(word); });
}

template <std::size_t Count>
bool isListed(const QString &text, const char *const (&words)[Count])
{
    return std::any_of(std::begin(words), std::end(words),
                       [&text](const char *word) { return text == QLatin1String(word); });
}

const Meaning *meaningOf(const QString &word)
{
    const auto *found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                     [&word](const Meaning &meaning) { return word == QLatin1String(meaning.word); });
    return found == std::end(kMeanings) ? nullptr : found;
}

/// The first that fits, as core/diagnosis would choose: an entry of the token endpoint has a phrase, and all phrases weigh
/// the same there. The stage has one more, for what a mail server says of a token.
const ErrorEntry *entryOf(const QString &text, const Knowledge &knowledge)
{
    for (const ErrorEntry &entry : knowledge.errors()) {
        if (entry.id.startsWith(kOfTheEndpoint) && entry.phraseFits(text))
            return &entry;
    }
    return nullptr;
}

/// Entra puts ids and a time behind its sentence.
QString ownWords(const QString &description)
{
    QString words = description.section(u'\n', 0, 0).section(QStringLiteral("Trace ID:"), 0, 0).trimmed();
    if (words.startsWith(QLatin1String("AADSTS")))
        words = words.section(u':', 1).trimmed();
    words = quotable(words, kMaxQuotedChars);
    if (!words.isEmpty() && !words.endsWith(u'.'))
        words += u'.';
    return words;
}

void takeEntry(TokenTrouble &trouble, const ErrorEntry &entry)
{
    trouble.entryId = entry.id;
    trouble.title = entry.title;
    trouble.cause = entry.causes.front().text;
    trouble.remedy = entry.causes.front().remedy;
    if (trouble.remedy.isEmpty())
        trouble.remedy = entry.remedies.value(0);
    if (entry.retry)
        trouble.kind = Kind::Wait;
}

void takeStatus(TokenTrouble &trouble, int status)
{
    trouble.kind = Kind::Wait;
    trouble.title = status == kTooManyRequests
                        ? QStringLiteral("The sign-in service is asked too often.")
                        : QStringLiteral("The sign-in service is not available now (status %1).").arg(status);
    trouble.cause.clear();
    trouble.remedy = QString::fromLatin1(kAskedAgain);
}

Actor actorOf(const TokenTrouble &trouble, const Meaning *meaning)
{
    if (trouble.kind == Kind::Wait)
        return Actor::Nobody;
    if (isListed(trouble.entryId, kForAdministrators)
        || isOneOf(trouble.subError, {"consent_required", "message_only"}))
        return Actor::Administrator;
    if (isListed(trouble.entryId, kForUsers)
        || isOneOf(trouble.subError,
                   {"basic_action", "additional_action", "user_password_expired", "bad_token", "token_expired"}))
        return Actor::User;
    return meaning ? meaning->actor : Actor::Administrator;
}

} // namespace

TokenTrouble troubleOf(const ServiceError &error, const Knowledge &knowledge)
{
    TokenTrouble trouble;
    trouble.status = error.status;
    trouble.error = quotable(error.error, kMaxWordChars);
    trouble.subError = quotable(error.subError, kMaxWordChars);
    trouble.description = quotable(error.description, kMaxDescriptionChars);
    trouble.traceId = quotable(error.traceId, kMaxWordChars);
    trouble.correlationId = quotable(error.correlationId, kMaxWordChars);
    if (error.claims.size() <= kMaxClaimsChars && !hasControlCharacters(error.claims))
        trouble.claims = error.claims;

    // The list of codes is made for programs; the description is made for people, and may quote what was sent.
    const QString told = error.error.left(kMaxWordChars) + u' ' + error.subError.left(kMaxWordChars);
    QString listed = told;
    for (const QString &code : error.codes)
        listed += QStringLiteral(" AADSTS") + code;
    const QString whole = listed + u' ' + error.description.left(kMaxDescriptionChars);
    trouble.entraCode = entraErrorCode(error.codes.isEmpty() ? error.description.left(kMaxDescriptionChars) : listed);

    const Meaning *meaning = meaningOf(trouble.error);
    const ErrorEntry *entry = entryOf(listed, knowledge);
    if (!entry || entry->id == kAnyEntraCode)
        entry = entryOf(whole, knowledge);
    const bool isKnown = entry && entry->id != kAnyEntraCode;
    if (meaning) {
        trouble.kind = meaning->kind;
        trouble.title = QString::fromLatin1(meaning->title);
        trouble.remedy = QString::fromLatin1(meaning->remedy);
    } else {
        trouble.title = QStringLiteral("The sign-in service refused, and gave no reason that is known here.");
        trouble.remedy = QStringLiteral("Look for this try in the Entra sign-in log.");
    }
    if (isKnown)
        takeEntry(trouble, *entry);
    else if (const QString words = ownWords(error.description); !words.isEmpty())
        trouble.cause = QStringLiteral("It says: %1").arg(words);
    if (!isKnown && entry) {
        trouble.entryId = entry->id;
        if (!meaning)
            trouble.title = entry->title;
    }
    if ((error.status == kTooManyRequests || error.status >= kFirstServerError) && trouble.kind == Kind::Act)
        takeStatus(trouble, error.status);
    trouble.actor = actorOf(trouble, meaning);
    return trouble;
}

QStringList idsThatDecideWhoActs()
{
    QStringList ids;
    for (const char *id : kForAdministrators)
        ids += QString::fromLatin1(id);
    for (const char *id : kForUsers)
        ids += QString::fromLatin1(id);
    return ids;
}

} // namespace relaywright
