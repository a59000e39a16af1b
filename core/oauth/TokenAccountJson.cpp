// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAccountJson.h"

#include "core/base/JsonWriting.h"
#include "core/base/Text.h"
#include "core/site/SiteDocument.h"

namespace relaywright {

namespace {

/// Missing and empty are the same.
std::optional<SecretRef> readRef(JsonReader &reader, QStringView key)
{
    if (reader.string(key, QString()).isEmpty())
        return std::nullopt;
    return reader.parsed<SecretRef>(key, &SecretRef::parse);
}

QString readPath(JsonReader &reader, QStringView key)
{
    const QString path = reader.string(key, QString());
    if (hasControlCharacters(path))
        reader.fail(key, QStringLiteral("must not hold control characters."));
    return path;
}

void put(QJsonObject &json, const char *key, const QString &text)
{
    insertText(json, QLatin1String(key), text);
}

/// A new token is needed every hour or so: where its secret can be had only once, the second one would never come.
std::optional<SecretRef> readKeptSecret(JsonReader &reader, QStringView key)
{
    auto ref = readRef(reader, key);
    if (ref && ref->kind() == SecretRef::Kind::StandardInput)
        reader.fail(key,
                    QStringLiteral("is needed again for each new token, and standard input gives it once. Store it "
                                   "in the keychain and say keychain:NAME."));
    return ref;
}

std::optional<AccountProof> readProof(JsonReader &reader)
{
    const auto secret = readKeptSecret(reader, u"secret");
    const QString certificate = readPath(reader, u"certificateFile");
    const auto key = readKeptSecret(reader, u"key");
    const auto passphrase = readKeptSecret(reader, u"passphrase");
    const auto refreshToken = readRef(reader, u"refreshToken");
    const int ways = secret.has_value() + !certificate.isEmpty() + refreshToken.has_value();
    if (ways != 1)
        reader.fail(u"secret",
                    QStringLiteral("must say where the application's client secret is kept, such as "
                                   "keychain:relay; or leave it out and give a certificate with its key, or the "
                                   "refresh token of a person who signed in. One of the three is needed."));
    if (certificate.isEmpty() && (key || passphrase))
        reader.fail(u"certificateFile", QStringLiteral("is missing: a key is of no use without its certificate."));
    if (!certificate.isEmpty() && !key)
        reader.fail(u"key",
                    QStringLiteral("is missing. Say where the certificate's key is kept, such as file:relay.key."));
    if (refreshToken && refreshToken->kind() != SecretRef::Kind::Keychain)
        reader.fail(u"refreshToken", QStringLiteral("must be kept in the keychain, because each use may replace it: "
                                                    "keychain:NAME."));
    if (reader.failed())
        return std::nullopt;
    if (secret)
        return KeptClientSecret{*secret};
    if (refreshToken)
        return KeptRefreshToken{refreshToken->name()};
    return KeptCertificate{certificate, *key, passphrase};
}

Result<QUrl> parseService(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const auto tenant = EntraTenant::parse(QStringLiteral("organizations"));
    if (const auto service = IdentityService::at(url, *tenant); !service)
        return tl::unexpected<Error>(service.error());
    return url;
}

} // namespace

std::optional<TokenAccount> readTokenAccount(JsonReader &reader)
{
    const auto tenant = reader.parsed<EntraTenant>(u"tenant", &EntraTenant::parse);
    const auto application = reader.parsed<ApplicationId>(u"application", &ApplicationId::parse);
    if (!tenant)
        reader.fail(u"tenant",
                    QStringLiteral("is missing. Give the directory (tenant) id, or a domain of the tenant."));
    if (!application)
        reader.fail(u"application",
                    QStringLiteral("is missing. Give the application (client) id that was registered."));
    const auto proof = readProof(reader);
    const TokenUse use = reader.word<TokenUse>(u"use", TokenUse::ClientSubmission,
                                               {{"client-submission", TokenUse::ClientSubmission},
                                                {"high-volume-email", TokenUse::HighVolumeEmail},
                                                {"graph", TokenUse::Graph}});
    const Cloud cloud = reader.word<Cloud>(
        u"cloud", Cloud::Worldwide,
        {{"worldwide", Cloud::Worldwide}, {"gcc-high", Cloud::GccHigh}, {"dod", Cloud::Dod}, {"china", Cloud::China}});
    std::optional<QUrl> service;
    if (!reader.string(u"service", QString()).isEmpty())
        service = reader.parsed<QUrl>(u"service", &parseService);
    const QString caFile = readPath(reader, u"caFile");
    if (tenant && proof && !tenant->isOne() && !std::holds_alternative<KeptRefreshToken>(*proof))
        reader.fail(u"tenant", QStringLiteral("must be one organisation where the application signs in as itself."));
    if (reader.failed())
        return std::nullopt;
    return TokenAccount{*tenant, *application, *proof, use, cloud, service, caFile};
}

QJsonObject toJson(const TokenAccount &account)
{
    QJsonObject json{{QStringLiteral("tenant"), account.tenant.toString()},
                     {QStringLiteral("application"), account.application.toString()}};
    if (const auto *secret = std::get_if<KeptClientSecret>(&account.proof))
        put(json, "secret", secret->secret.toString());
    if (const auto *certificate = std::get_if<KeptCertificate>(&account.proof)) {
        put(json, "certificateFile", certificate->certificateFile);
        put(json, "key", certificate->key.toString());
        if (certificate->passphrase)
            put(json, "passphrase", certificate->passphrase->toString());
    }
    if (const auto *signIn = std::get_if<KeptRefreshToken>(&account.proof))
        put(json, "refreshToken", SecretRef::keychain(signIn->keychainName).toString());
    if (account.use != TokenUse::ClientSubmission)
        put(json, "use", toString(account.use));
    if (account.cloud != Cloud::Worldwide)
        put(json, "cloud", toString(account.cloud));
    if (account.service)
        put(json, "service", account.service->toString());
    put(json, "caFile", account.caFile);
    return json;
}

} // namespace relaywright
