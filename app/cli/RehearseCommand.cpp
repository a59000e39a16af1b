// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/RehearseOptions.h"
#include "app/cli/Terminal.h"

#include "core/base/Text.h"
#include "core/plan/Subject.h"
#include "core/rehearsal/PracticeClock.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

QJsonObject eventJson(const ReceivedMessage &message)
{
    QJsonArray recipients;
    for (const EmailAddress &recipient : message.envelope.recipients)
        recipients += recipient.toString();
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.rehearse-event/1")},
            {QStringLiteral("event"), QStringLiteral("message")},
            {QStringLiteral("time"), toDateTime(message.time).toString(Qt::ISODateWithMs)},
            {QStringLiteral("peer"), message.peer.toString()},
            {QStringLiteral("tls"), message.tls},
            {QStringLiteral("signedInAs"), message.signedInAs},
            {QStringLiteral("sender"), message.envelope.sender ? message.envelope.sender->toString() : QString()},
            {QStringLiteral("recipients"), recipients},
            {QStringLiteral("octets"), static_cast<qint64>(message.octets)},
            {QStringLiteral("messageId"), message.messageId},
            {QStringLiteral("subject"), message.subject},
            {QStringLiteral("internalId"), message.internalId}};
}

/// One JSON document a line. Standard output has one document only, so that a script can read it as such.
class EventFile {
public:
    /// Error: Storage.
    [[nodiscard]] Result<void> open(const QString &path)
    {
        m_file.setFileName(path);
        if (path.isEmpty() || m_file.open(QIODevice::WriteOnly | QIODevice::Append))
            return {};
        return failed();
    }
    /// Error: Storage; nothing more is written then.
    [[nodiscard]] Result<void> add(const QJsonObject &event)
    {
        if (!m_file.isOpen())
            return {};
        const QByteArray line = QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
        if (m_file.write(line) == line.size() && m_file.flush())
            return {};
        auto error = failed();
        m_file.close();
        return error;
    }

private:
    [[nodiscard]] Result<void> failed() const
    {
        return failure(ErrorKind::Storage,
                       QStringLiteral("The events could not be written to \"%1\": %2. Choose another file with --events.")
                           .arg(quotable(m_file.fileName()), m_file.errorString()));
    }
    QFile m_file;
};

/// Gathers the secrets one after another, then serves until it is interrupted.
class Rehearsal : public QObject {
public:
    Rehearsal(RehearseWish wish, QString caOut, QString events, Context &context)
        : QObject(&context), m_context(context), m_settings(std::move(wish.settings)), m_secrets(std::move(wish.secrets)), m_webWish(std::move(wish.web)),
          m_clock(context.clock, wish.today), m_caOut(std::move(caOut)), m_eventPath(std::move(events))
    {
    }

    void start()
    {
        if (m_fetched < m_secrets.size())
            return fetchNextSecret();
        if (m_webWish.secretFrom && !m_applicationSecret)
            return fetchApplicationSecret();
        if (m_secrets.empty())
            makeUpAccount();
        serve();
    }

private:
    void fetchNextSecret()
    {
        const AccountWish &wish = m_secrets[m_fetched];
        resolveSecret(wish.secret, m_keychain, this, [this, user = wish.user, isToken = wish.isToken](Result<Secret> secret) {
            if (!secret)
                return m_context.finish(m_context.fail(secret.error()));
            const auto account = std::ranges::find_if(m_settings.tenant.accounts, [&user](const PracticeAccount &known) {
                return known.user.compare(user, Qt::CaseInsensitive) == 0;
            });
            if (account != m_settings.tenant.accounts.end())
                (isToken ? account->accessToken : account->password) = *secret;
            ++m_fetched;
            start();
        });
    }

    void fetchApplicationSecret()
    {
        resolveSecret(*m_webWish.secretFrom, m_keychain, this, [this](Result<Secret> secret) {
            if (!secret)
                return m_context.finish(m_context.fail(secret.error()));
            m_applicationSecret = std::move(*secret);
            start();
        });
    }

    /// Before the server, which takes the tokens of this sign-in service. All three have one authority.
    [[nodiscard]] Result<void> startWeb()
    {
        if (!m_webWish.services)
            return {};
        m_settings.identity = std::make_shared<PracticeIdentity>();
        m_webWish.services->secret = m_applicationSecret;
        m_web = std::make_unique<PracticeWeb>(*m_webWish.services, m_settings.tenant, m_settings.identity, m_clock,
                                              m_context.knowledge);
        m_settings.tokenJudge = m_web->signIn().judge();
        connect(&m_web->signIn(), &PracticeSignInService::requestAnswered, this,
                [this](const QString &line) { m_context.say(QStringLiteral("sign-in request: ") + line); });
        return m_web->start();
    }

    void connectGraph()
    {
        PracticeGraphService *graph = m_web ? m_web->graph() : nullptr;
        if (!graph)
            return;
        connect(graph, &PracticeGraphService::messageReceived, m_server.get(), &PracticeServer::take);
        connect(graph, &PracticeGraphService::requestAnswered, this,
                [this](const QString &line) { m_context.say(QStringLiteral("graph request: ") + line); });
    }

    void makeUpAccount()
    {
        auto &accounts = m_settings.tenant.accounts;
        const auto &domains = m_settings.tenant.acceptedDomains;
        // Those of the site take any password as they are; one that an option names needs its own.
        auto account = std::ranges::find(accounts, false, &PracticeAccount::anySecret);
        if (account == accounts.end()) {
            const QString user = m_settings.method == PracticeMethod::AzureCommunicationServices
                ? QStringLiteral("practice|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002")
                : QStringLiteral("scanner@") + (domains.empty() ? QStringLiteral("contoso.com") : domains.front().toAscii());
            account = std::ranges::find_if(accounts, [&user](const PracticeAccount &known) {
                return known.user.compare(user, Qt::CaseInsensitive) == 0;
            });
            if (account == accounts.end())
                account = accounts.insert(accounts.begin(), PracticeAccount{.user = user});
        }
        m_madeUpUser = account->user;
        m_madeUpPassword = QString::number(QRandomGenerator::system()->generate64(), 36);
        account->password = Secret::fromText(m_madeUpPassword);
    }

    /// Of the site's senders, who sign in with whatever they have.
    [[nodiscard]] QStringList openUsers() const
    {
        QStringList users;
        for (const PracticeAccount &account : m_settings.tenant.accounts) {
            if (account.anySecret && account.password.isEmpty() && signsIn(m_settings.method))
                users += account.user;
        }
        return users;
    }

    void serve()
    {
        const PracticeMethod method = m_settings.method;
        const QStringList faults = faultWords(m_settings.faults);
        const QStringList openNames = openUsers();
        if (const auto opened = m_events.open(m_eventPath); !opened)
            return m_context.finish(m_context.fail(opened.error()));
        if (const auto started = startWeb(); !started)
            return m_context.finish(m_context.fail(started.error()));
        m_server = std::make_unique<PracticeServer>(std::move(m_settings), m_clock);
        if (const auto started = m_server->start(); !started)
            return m_context.finish(m_context.fail(started.error()));
        if (!m_caOut.isEmpty()) {
            if (const auto written = writeFile(m_caOut, m_server->authorityPem()); !written)
                return m_context.finish(m_context.fail(written.error()));
        }
        connect(m_server.get(), &PracticeServer::messageReceived, this, [this](const ReceivedMessage &message) { onMessage(message); });
        connect(m_server.get(), &PracticeServer::deviceSeen, this, [this](const DeviceProfile &profile) { onDevice(profile); });
        connectGraph();
        // Before it says that it listens: who reads that may end it at once.
        onInterrupt(this, [this] {
            if (m_web)
                m_web->stop();
            m_server->stop();
            m_context.finish(Done);
        });
        announce(method, faults, openNames);
    }

    void onMessage(const ReceivedMessage &message)
    {
        m_context.say(QStringLiteral("received: %1 octets from %2, message %3")
                          .arg(countWords(static_cast<qint64>(message.octets)), toPath(message.envelope.sender),
                               message.messageId));
        tell(eventJson(message));
    }

    void tell(const QJsonObject &event)
    {
        if (const auto added = m_events.add(event); !added)
            m_context.complain(added.error().detail);
    }

    void onDevice(const DeviceProfile &profile)
    {
        m_context.say(QStringLiteral("device: %1").arg(profile.address.toString()));
        for (const QString &sentence : describe(profile))
            m_context.say(QStringLiteral("  ") + sentence);
        QJsonObject json = toJson(profile);
        json[u"schema"] = QStringLiteral("relaywright.rehearse-event/1");
        json[u"event"] = QStringLiteral("device");
        tell(json);
    }

    void announce(PracticeMethod method, const QStringList &faults, const QStringList &openNames)
    {
        const Endpoint at = m_server->address();
        m_context.say(QStringLiteral("listening: %1").arg(at.toString()));
        m_context.say(QStringLiteral("method: %1").arg(toString(method)));
        m_context.say(m_caOut.isEmpty() ? QStringLiteral("ca: (made at start; --ca-out FILE saves it)\n%1")
                                              .arg(QString::fromLatin1(m_server->authorityPem()).trimmed())
                                        : QStringLiteral("ca: %1").arg(m_caOut));
        if (!m_madeUpUser.isEmpty() && signsIn(method))
            m_context.say(QStringLiteral("account: %1 password %2").arg(m_madeUpUser, m_madeUpPassword));
        for (const QString &user : openNames)
            m_context.say(QStringLiteral("account of the site: %1, any password").arg(user));
        for (const QString &line : m_web ? webLines(*m_web) : QStringList())
            m_context.say(line);
        if (!faults.isEmpty())
            m_context.say(QStringLiteral("faults: %1").arg(faults.join(u' ')));
        m_context.say(QStringLiteral("day: %1").arg(m_clock.today().toString(Qt::ISODate)));
        if (at.host.address() && !at.host.address()->isLoopback())
            m_context.complain(QStringLiteral("Everybody who reaches %1 can send to the practice server. It keeps what it takes in memory, and no "
                                              "message leaves this computer. Do not send it real passwords.").arg(at.toString()));
        m_context.say(
            QStringLiteral("This is a practice Exchange Online; nothing leaves this computer. Ctrl+C ends it."));
        QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.rehearse/1")},
                         {QStringLiteral("listening"), at.toString()},
                         {QStringLiteral("method"), toString(method)},
                         {QStringLiteral("day"), m_clock.today().toString(Qt::ISODate)},
                         {QStringLiteral("faults"), QJsonArray::fromStringList(faults)},
                         {QStringLiteral("accountsWithAnyPassword"), QJsonArray::fromStringList(openNames)},
                         {QStringLiteral("caPem"), QString::fromLatin1(m_server->authorityPem())}};
        if (!m_madeUpUser.isEmpty() && signsIn(method))
            json.insert(QStringLiteral("account"), QJsonObject{{QStringLiteral("user"), m_madeUpUser},
                                                               {QStringLiteral("password"), m_madeUpPassword}});
        if (m_web)
            json.insert(QStringLiteral("accessTokens"), webJson(*m_web));
        m_context.print(json);
    }

    Context &m_context;
    PracticeSettings m_settings;
    std::vector<AccountWish> m_secrets;
    std::size_t m_fetched = 0;
    RehearseWebWish m_webWish;
    std::optional<Secret> m_applicationSecret;
    PracticeClock m_clock;
    QString m_caOut;
    QString m_eventPath;
    EventFile m_events;
    QString m_madeUpUser;
    QString m_madeUpPassword; // of the practice server only, made to be shown
    KeychainSecretStore m_keychain;
    std::unique_ptr<PracticeWeb> m_web;
    std::unique_ptr<PracticeServer> m_server;
};

std::optional<int> runRehearse(const RehearseOptions &options, Context &context)
{
    auto wish = readRehearseOptions(options, context.knowledge);
    if (!wish)
        return context.fail(wish.error());
    (new Rehearsal(std::move(*wish), QString::fromStdString(options.caOut), QString::fromStdString(options.events), context))
        ->start();
    return std::nullopt;
}

} // namespace

void addRehearseCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<RehearseOptions>();
    CLI::App *rehearse = app.add_subcommand("rehearse", "A practice Exchange Online on this computer");
    rehearse->footer(std::string("With --json standard output has one document, which says where it listens. What comes in is told by --events:\n"
                     "a file to which each message and each device that has ended a conversation adds a line of JSON.\n\n") + refusalCodesHelp());
    addRehearseOptions(*rehearse, *options);
    rehearse->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runRehearse(*options, context); }; });
}

} // namespace relaywright::cli
