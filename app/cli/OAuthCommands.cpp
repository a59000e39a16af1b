// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/AccountTokens.h"
#include "app/cli/Context.h"
#include "app/cli/SayClaims.h"
#include "app/cli/TokenFetch.h"

#include "core/base/Text.h"
#include "core/oauth/AccountBook.h"
#include "core/oauth/PersonSignIn.h"
#include "core/oauth/TokenAccountJson.h"
#include "core/secrets/KeychainSecretStore.h"

#include <QFileInfo>
#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

struct OAuthOptions {
    std::string name;
    std::string tenant;
    std::string application;
    std::string secretFrom;
    std::string certificate;
    std::string keyFrom;
    std::string passphraseFrom;
    bool deviceCode = false;
    std::string method = "client-submission";
    std::string cloud;
    std::string service;
    std::string caFile;
    std::string secretEnds;
};

QString fromOption(const std::string &text)
{
    return QString::fromStdString(text);
}

QJsonObject documentOf(const char *action, const QString &name)
{
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.oauth/1")},
            {QStringLiteral("action"), QLatin1String(action)},
            {QStringLiteral("name"), name}};
}

/// The account is used from other folders, too.
std::string absolutePath(const std::string &path)
{
    return QFileInfo(fromOption(path)).absoluteFilePath().toStdString();
}

/// Of `file:PATH`; other places are the same from everywhere.
std::string absolute(const std::string &ref)
{
    constexpr std::string_view kFile = "file:";
    return ref.starts_with(kFile) ? std::string(kFile) + absolutePath(ref.substr(kFile.size())) : ref;
}

/// The options as the document would say them, which knows what goes together.
Result<TokenAccount> accountOf(const OAuthOptions &options)
{
    QJsonObject json;
    const auto put = [&json](const char *key, const std::string &text) {
        if (!text.empty())
            json.insert(QLatin1String(key), fromOption(text));
    };
    put("tenant", options.tenant);
    put("application", options.application);
    put("secret", absolute(options.secretFrom));
    if (!options.certificate.empty())
        put("certificateFile", absolutePath(options.certificate));
    put("key", absolute(options.keyFrom));
    put("passphrase", absolute(options.passphraseFrom));
    put("use", options.method);
    put("cloud", options.cloud);
    put("service", options.service);
    if (!options.caFile.empty())
        put("caFile", absolutePath(options.caFile));
    if (options.secretFrom.empty() && options.certificate.empty())
        json.insert(QStringLiteral("refreshToken"),
                    SecretRef::keychain(signInKeychainName(fromOption(options.name))).toString());
    std::optional<Error> error;
    JsonReader reader(json, error, QStringLiteral("The account"));
    auto account = readTokenAccount(reader);
    reader.finish();
    if (error)
        return tl::unexpected<Error>(*error);
    return *account;
}

QString proofWords(const TokenAccount &account)
{
    if (const auto *secret = std::get_if<KeptClientSecret>(&account.proof))
        return QStringLiteral("as the application, with its client secret in %1").arg(secret->secret.toString());
    if (const auto *certificate = std::get_if<KeptCertificate>(&account.proof))
        return QStringLiteral("as the application, with the certificate %1").arg(certificate->certificateFile);
    return QStringLiteral("as a person, whose sign-in is kept as keychain:%1")
        .arg(std::get<KeptRefreshToken>(account.proof).keychainName);
}

/// One sign-in, for `login` or `status`: gets a token, judges it, and books the account. Belongs to the context.
class AccountVisit : public QObject {
public:
    /// `isNew`: it is kept as it is from now on.
    AccountVisit(const char *action, BookedAccount account, bool isNew, Context &context)
        : QObject(&context), m_action(action), m_isNew(isNew), m_booked(std::move(account)), m_context(context),
          m_tokens(context, m_keychain)
    {
    }

    void signInAsPerson(bool withDeviceCode)
    {
        const auto client = clientOf(m_booked.account, m_context.knowledge);
        if (!client)
            return m_context.finish(m_context.fail(client.error()));
        m_person = std::make_unique<PersonSignIn>(*client, m_tokens.carrier(), m_context.clock, m_context.knowledge);
        connect(m_person.get(), &PersonSignIn::codeOffered, this,
                [this](const DeviceCodeOffer &offer) { sayCode(offer, m_context); });
        connect(m_person.get(), &PersonSignIn::browserWanted, this, [this](const QUrl &url) {
            const QString line = QStringLiteral("Open this in a browser of this computer:\n%1")
                                     .arg(QString::fromLatin1(url.toEncoded()));
            m_context.json ? m_context.complain(line) : m_context.say(line);
        });
        connect(m_person.get(), &PersonSignIn::finished, this,
                [this](const TokenAnswer &answer) { onSignedIn(answer); });
        const QString hint = EmailAddress::parse(m_booked.name) ? m_booked.name : QString();
        const auto begun = withDeviceCode ? m_person->withDeviceCode() : m_person->inBrowser({.loginHint = hint});
        if (!begun)
            m_context.finish(m_context.fail(begun.error()));
    }

    void signInSilently()
    {
        m_keeper = m_tokens.of(m_booked.account);
        m_keeper->get(this, [this](const TokenAnswer &answer) { onToken(answer); });
    }

private:
    void onSignedIn(const TokenAnswer &answer)
    {
        const auto *token = std::get_if<GrantedToken>(&answer);
        if (!token)
            return onToken(answer);
        if (token->refreshToken.isEmpty())
            return m_context.finish(m_context.fail(
                {ErrorKind::Denied,
                 QStringLiteral(
                     "The sign-in service gave no refresh token, so the sign-in would end within the hour. Let "
                     "the application ask for offline_access, and sign in again.")}));
        const QString name = std::get<KeptRefreshToken>(m_booked.account.proof).keychainName;
        m_keychain.write(name, token->refreshToken, this, [this, answer](const Result<void> &written) {
            if (!written)
                return m_context.finish(m_context.fail(written.error()));
            onToken(answer);
        });
    }

    void onToken(const TokenAnswer &answer)
    {
        if (const auto *trouble = std::get_if<TokenTrouble>(&answer)) {
            QJsonObject document = documentOf(m_action, m_booked.name);
            m_context.complain(trouble->sentence());
            document.insert(QStringLiteral("trouble"), troubleJson(*trouble));
            m_context.print(document);
            return m_context.finish(exitCodeFor(*trouble));
        }
        const auto &token = std::get<GrantedToken>(answer);
        m_booked.lastSuccess = m_context.clock.now();
        if (const auto booked = book(); !booked)
            return m_context.finish(m_context.fail(booked.error()));
        if (m_left)
            return forgetSignIn([this, token] { onBooked(token); });
        onBooked(token);
    }

    /// Of an account of the same name that was a person and is none any more.
    void forgetSignIn(std::function<void()> then)
    {
        m_keychain.remove(*m_left, this, [this, then = std::move(then)](const Result<void> &removed) {
            if (!removed && removed.error().kind != ErrorKind::NotFound)
                m_context.complain(QStringLiteral("The sign-in that %1 had before is still in the keychain: %2")
                                       .arg(m_booked.name, removed.error().detail));
            then();
        });
    }

    void onBooked(const GrantedToken &token)
    {
        QJsonObject document = documentOf(m_action, m_booked.name);
        m_context.say(QStringLiteral("%1 signs in %2.").arg(m_booked.name, proofWords(m_booked.account)));
        if (token.clockSkew)
            m_context.complain(clockSkewSentence(*token.clockSkew));
        document.insert(QStringLiteral("oauth"), toJson(m_booked.account));
        document.insert(QStringLiteral("expires"), toDateTime(token.expires).toUTC().toString(Qt::ISODate));
        const auto claims = readAccessToken(token.accessToken);
        int code = Done;
        if (claims)
            code = sayClaims(*claims, needOf(m_booked.name, m_booked.account), m_context, document);
        else // another service's need not be readable, and nobody must
            m_context.complain(claims.error().detail);
        if (m_keeper && m_keeper->state().unstored) // it is gone when this program ends
            code = Environment;
        m_context.print(document);
        m_context.finish(code);
    }

    [[nodiscard]] Result<void> book()
    {
        return changeAccountBook(userAccountBook(), [this](AccountBook &all) {
            const auto same = std::ranges::find(all, m_booked.name, &BookedAccount::name);
            if (m_isNew) {
                if (same != all.end()) {
                    const auto *left = std::get_if<KeptRefreshToken>(&same->account.proof);
                    if (left && m_booked.account.proof != same->account.proof)
                        m_left = left->keychainName;
                    all.erase(same);
                }
                all.push_back(m_booked);
            } else if (same != all.end() && same->account == m_booked.account) { // else somebody changed it meanwhile
                same->lastSuccess = m_booked.lastSuccess;
            }
        });
    }

    const char *m_action;
    bool m_isNew;
    BookedAccount m_booked;
    std::optional<QString> m_left; // a sign-in in the keychain that nobody names any more
    Context &m_context;
    KeychainSecretStore m_keychain;
    AccountTokens m_tokens;
    std::unique_ptr<PersonSignIn> m_person;
    std::shared_ptr<TokenKeeper> m_keeper;
};

std::optional<int> runLogin(const OAuthOptions &options, Context &context)
{
    const QString name = fromOption(options.name);
    if (name.trimmed().isEmpty() || hasControlCharacters(name))
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("The account must be one line of text, such as scanner@contoso.com.")});
    const bool asApplication = !options.secretFrom.empty() || !options.certificate.empty();
    if (asApplication && options.deviceCode) {
        context.complain(QStringLiteral("Use one of --secret-from, --certificate and --device-code."));
        return WrongUsage;
    }
    auto account = accountOf(options);
    if (!account)
        return context.fail(account.error());
    if (const auto client = clientOf(*account, context.knowledge); !client)
        return context.fail(client.error());
    BookedAccount booked{name, std::move(*account), context.clock.now()};
    if (!options.secretEnds.empty()) {
        booked.proofEnds = QDate::fromString(fromOption(options.secretEnds), Qt::ISODate);
        if (!booked.proofEnds->isValid())
            return context.fail(
                {ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no day. Write --secret-ends such as 2027-11-23.")
                                              .arg(quotable(fromOption(options.secretEnds)))});
    }
    auto *visit = new AccountVisit("login", std::move(booked), true, context);
    if (asApplication)
        visit->signInSilently();
    else
        visit->signInAsPerson(options.deviceCode);
    return std::nullopt;
}

int listAccounts(const AccountBook &book, const Context &context)
{
    QJsonArray accounts;
    for (const BookedAccount &one : book) {
        const QString last =
            one.lastSuccess ? toDateTime(*one.lastSuccess).toUTC().toString(Qt::ISODate) : QStringLiteral("never");
        context.say(QStringLiteral("%1  %2, %3; last success %4%5")
                        .arg(one.name, toString(one.account.use), proofWords(one.account), last,
                             one.proofEnds ? QStringLiteral("; ends %1").arg(one.proofEnds->toString(Qt::ISODate))
                                           : QString()));
        QJsonObject json{{QStringLiteral("name"), one.name}, {QStringLiteral("oauth"), toJson(one.account)}};
        if (one.lastSuccess)
            json.insert(QStringLiteral("lastSuccess"), last);
        if (one.proofEnds)
            json.insert(QStringLiteral("proofEnds"), one.proofEnds->toString(Qt::ISODate));
        accounts.append(json);
    }
    if (book.empty())
        context.say(QStringLiteral("There are no accounts yet. Add one with: relaywright-cli oauth login ACCOUNT."));
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.oauth/1")},
                   {QStringLiteral("action"), QStringLiteral("status")},
                   {QStringLiteral("accounts"), accounts}});
    return Done;
}

std::optional<int> runStatus(const OAuthOptions &options, Context &context)
{
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    if (options.name.empty())
        return listAccounts(*book, context);
    const BookedAccount *account = findAccount(*book, fromOption(options.name));
    if (!account)
        return context.fail(noSuchAccount(fromOption(options.name)));
    (new AccountVisit("status", *account, false, context))->signInSilently();
    return std::nullopt;
}

int forget(const QString &name, Context &context)
{
    const auto changed = changeAccountBook(userAccountBook(), [&name](AccountBook &all) {
        std::erase_if(all, [&name](const BookedAccount &one) { return one.name == name; });
    });
    if (!changed)
        return context.fail(changed.error());
    context.say(QStringLiteral("Forgot the account %1. The organisation still knows the application: remove it in the "
                               "Entra admin centre if nothing else uses it.")
                    .arg(name));
    context.print(documentOf("logout", name));
    return Done;
}

std::optional<int> runLogout(const OAuthOptions &options, Context &context)
{
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    const QString name = fromOption(options.name);
    const BookedAccount *account = findAccount(*book, name);
    if (!account)
        return context.fail(noSuchAccount(name));
    const auto *kept = std::get_if<KeptRefreshToken>(&account->account.proof);
    if (!kept) // its secret may have other uses
        return forget(name, context);
    const auto keychain = std::make_shared<KeychainSecretStore>();
    keychain->remove(kept->keychainName, &context, [keychain, name, &context](const Result<void> &removed) {
        const bool isGone = removed || removed.error().kind == ErrorKind::NotFound;
        context.finish(isGone ? forget(name, context) : context.fail(removed.error()));
    });
    return std::nullopt;
}

} // namespace

void addOAuthCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<OAuthOptions>();
    CLI::App *oauth = app.add_subcommand("oauth", "Accounts that sign in with access tokens in place of a password");
    oauth->require_subcommand(1);
    oauth->fallthrough();

    CLI::App *login = oauth->add_subcommand(
        "login",
        "Sign in once and keep the account: in a browser of this computer, with --device-code in any browser, or "
        "as the application itself with --secret-from or --certificate");
    login->add_option("ACCOUNT", options->name, "A name for it, usually the mailbox: scanner@contoso.com")->required();
    login->add_option("--tenant", options->tenant, "The organisation's directory (tenant) id, or a domain of it")
        ->required();
    login->add_option("--application", options->application, "The application (client) id that was registered")
        ->required();
    login->add_option("--secret-from", options->secretFrom,
                      "Where the client secret is: keychain:NAME env:NAME file:PATH");
    login->add_option("--certificate", options->certificate, "The application's certificate (PEM)");
    login->add_option("--key-from", options->keyFrom, "Where the certificate's private key (PEM) is");
    login->add_option("--passphrase-from", options->passphraseFrom, "Where the key's passphrase is");
    login->add_flag("--device-code", options->deviceCode, "Enter a code in any browser, also on another computer");
    login->add_option("--method", options->method, "client-submission (default) high-volume-email graph");
    login->add_option("--cloud", options->cloud, "worldwide (default) gcc-high dod china");
    login->add_option("--service", options->service, "Another sign-in service than Microsoft's: https://HOST:PORT");
    login->add_option("--ca-file", options->caFile,
                      "Trust the certificates of this PEM file too, for this account's sign-in service");
    login->add_option("--secret-ends", options->secretEnds, "The day on which the secret ends: 2027-11-23");
    login->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runLogin(*options, context); }; });

    CLI::App *status = oauth->add_subcommand("status", "All accounts; or one, proved by a sign-in now");
    status->add_option("ACCOUNT", options->name);
    status->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runStatus(*options, context); }; });

    addSetUpCommand(*oauth, chosen);
    addProveCommand(*oauth, chosen);

    CLI::App *logout = oauth->add_subcommand("logout", "Forget an account, and its sign-in in the keychain");
    logout->add_option("ACCOUNT", options->name)->required();
    logout->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runLogout(*options, context); }; });
}

} // namespace relaywright::cli
