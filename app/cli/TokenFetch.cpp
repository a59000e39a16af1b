// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/TokenFetch.h"

#include "core/base/Random.h"
#include "core/oauth/ClientAssertion.h"
#include "core/oauth/PersonSignIn.h"
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenScopes.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"

#include <QUrl>

#include <utility>

namespace relaywright::cli {

namespace {

QString fromOption(const std::string &text)
{
    return QString::fromStdString(text);
}

Result<IdentityService> serviceOf(const TokenFetchOptions &options, Cloud cloud, const Knowledge &knowledge)
{
    const auto tenant = EntraTenant::parse(fromOption(options.tenant));
    if (!tenant)
        return tl::unexpected<Error>(tenant.error());
    return options.service.empty() ? IdentityService::entra(cloud, *tenant, knowledge)
                                   : IdentityService::at(QUrl(fromOption(options.service), QUrl::StrictMode), *tenant);
}

/// One fetch. Belongs to the context.
class TokenFetch : public QObject {
public:
    TokenFetch(TokenFetchOptions options, TokenClient client, const TokenNeed &need, const QByteArray &authorities,
               Context &context, std::function<void(const GrantedToken &)> done)
        : QObject(&context), m_options(std::move(options)), m_client(std::move(client)), m_need(need),
          m_context(context), m_done(std::move(done)),
          m_carrier({.authoritiesPem = authorities}, context.clock, context.knowledge)
    {
    }

    void withSecret(const SecretRef &ref)
    {
        resolve(ref, [this](const Secret &secret) {
            m_client.proof = ClientSecretProof{secret};
            ask(ClientCredentialsGrant{});
        });
    }
    void withKey(const QByteArray &certificates, const SecretRef &key, const std::optional<SecretRef> &passphrase)
    {
        resolve(key, [this, certificates, passphrase](const Secret &pem) {
            if (!passphrase)
                return withKey(certificates, pem, {});
            resolve(*passphrase, [this, certificates, pem](const Secret &words) { withKey(certificates, pem, words); });
        });
    }
    void withDeviceCode()
    {
        m_person.emplace(m_client, m_carrier, m_context.clock, m_context.knowledge);
        connect(&*m_person, &PersonSignIn::codeOffered, this,
                [this](const DeviceCodeOffer &offer) { sayCode(offer, m_context); });
        connect(&*m_person, &PersonSignIn::finished, this, [this](const TokenAnswer &answer) { onAnswer(answer); });
        if (const auto begun = m_person->withDeviceCode(); !begun)
            fail(begun.error());
    }

private:
    void resolve(const SecretRef &ref, std::function<void(const Secret &)> then)
    {
        resolveSecret(ref, m_keychain, this, [this, then = std::move(then)](const Result<Secret> &secret) {
            secret ? then(*secret) : fail(secret.error());
        });
    }
    void withKey(const QByteArray &certificates, const Secret &pem, const Secret &passphrase)
    {
        const auto key = AssertionKey::fromPem(pem, certificates, passphrase);
        if (!key)
            return fail(key.error());
        auto assertion = signAssertion(*key, {m_client.service.tokenUrl(), m_client.application}, m_context.clock.now(),
                                       randomOctets(kAssertionIdOctets));
        if (!assertion)
            return fail(assertion.error());
        m_client.proof = ClientAssertionProof{std::move(*assertion)};
        ask(ClientCredentialsGrant{});
    }
    void ask(const TokenGrant &grant)
    {
        const auto request = tokenRequest(m_client, grant);
        if (!request)
            return fail(request.error());
        m_carrier.ask(*request, this, [this](const TokenAnswer &answer) { onAnswer(answer); });
    }
    void onAnswer(const TokenAnswer &answer)
    {
        if (const auto *granted = std::get_if<GrantedToken>(&answer))
            return m_done(*granted);
        tell(std::get<TokenTrouble>(answer));
    }
    void tell(const TokenTrouble &trouble)
    {
        m_context.complain(trouble.sentence());
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.token/1")},
                         {QStringLiteral("use"), toString(m_need.use)},
                         {QStringLiteral("trouble"), troubleJson(trouble)}});
        m_context.finish(exitCodeFor(trouble));
    }
    void fail(const Error &error) { m_context.finish(m_context.fail(error)); }

    TokenFetchOptions m_options;
    TokenClient m_client;
    TokenNeed m_need;
    Context &m_context;
    std::function<void(const GrantedToken &)> m_done;
    TokenCarrier m_carrier;
    KeychainSecretStore m_keychain;
    std::optional<PersonSignIn> m_person;
};

Result<std::optional<SecretRef>> optionalRef(const std::string &text)
{
    if (text.empty())
        return std::optional<SecretRef>();
    const auto ref = SecretRef::parse(fromOption(text));
    return ref ? Result<std::optional<SecretRef>>(*ref) : tl::unexpected<Error>(ref.error());
}

Result<QByteArray> optionalFile(const std::string &path)
{
    return path.empty() ? Result<QByteArray>(QByteArray()) : readFile(fromOption(path), 1 << 20);
}

} // namespace

QJsonObject troubleJson(const TokenTrouble &trouble)
{
    return {{QStringLiteral("kind"), toString(trouble.kind)},
            {QStringLiteral("actor"), toString(trouble.actor)},
            {QStringLiteral("title"), trouble.title},
            {QStringLiteral("cause"), trouble.cause},
            {QStringLiteral("remedy"), trouble.remedy},
            {QStringLiteral("remark"), trouble.remark},
            {QStringLiteral("entry"), trouble.entryId},
            {QStringLiteral("status"), trouble.status},
            {QStringLiteral("error"), trouble.error},
            {QStringLiteral("code"), trouble.entraCode},
            {QStringLiteral("description"), trouble.description},
            {QStringLiteral("traceId"), trouble.traceId},
            {QStringLiteral("correlationId"), trouble.correlationId}};
}

int exitCodeFor(const TokenTrouble &trouble)
{
    // Without an answer it is the network or the keychain, unless it is a person who did not sign in.
    const bool noAnswer = trouble.status == 0 && trouble.actor != TokenTrouble::Actor::User;
    return trouble.kind == TokenTrouble::Kind::Wait || noAnswer ? Environment : AnswerIsNo;
}

void sayCode(const DeviceCodeOffer &offer, Context &context)
{
    // On standard error with --json, where standard output is for one document.
    const QString line = QStringLiteral("Open %1 in any browser and enter the code %2. It is good until %3 UTC.")
                             .arg(offer.verificationUrl.toString(), offer.userCode,
                                  toDateTime(offer.expires).toString(QStringLiteral("HH:mm")));
    context.json ? context.complain(line) : context.say(line);
}

Result<void> fetchToken(const TokenFetchOptions &options, const TokenNeed &need, Context &context,
                        std::function<void(const GrantedToken &)> done)
{
    if (!options.certificate.empty() && options.keyFrom.empty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("A certificate needs its private key. Say with --key-from "
                                      "where it is, such as file:relay-key.pem."));
    const auto service = serviceOf(options, need.cloud, context.knowledge);
    const auto application = ApplicationId::parse(fromOption(options.application));
    const auto secret = optionalRef(options.secretFrom);
    const auto key = optionalRef(options.keyFrom);
    const auto passphrase = optionalRef(options.passphraseFrom);
    const auto certificates = optionalFile(options.certificate);
    const auto authorities = optionalFile(options.caFile);
    if (!service)
        return tl::unexpected<Error>(service.error());
    if (!application)
        return tl::unexpected<Error>(application.error());
    for (const auto *ref : {&secret, &key, &passphrase}) {
        if (!*ref)
            return tl::unexpected<Error>(ref->error());
    }
    for (const auto *file : {&certificates, &authorities}) {
        if (!*file)
            return tl::unexpected<Error>(file->error());
    }
    const TokenHolder holder = options.deviceCode ? TokenHolder::User : TokenHolder::Application;
    TokenClient client{*service, *application, scopesFor(need.use, need.cloud, holder, context.knowledge)};
    auto *fetch = new TokenFetch(options, std::move(client), need, *authorities, context, std::move(done));
    if (options.deviceCode)
        fetch->withDeviceCode();
    else if (*secret)
        fetch->withSecret(**secret);
    else
        fetch->withKey(*certificates, **key, *passphrase);
    return {};
}

} // namespace relaywright::cli
